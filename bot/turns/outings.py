"""Who is out on a visit alone: they are asked, and if they do not answer somebody looks for them.

It stands beside the employer's own lone-working system and replaces nothing of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.rules import lone_ladder as ladder
from bot.rules import lone_working as rule
from bot.rules.lone_working import BUDDY, BUTTONS, DUTY, FURTHER, LEFT_TO_TAKER, TOLD, Outing
from bot.rules.routing import Team
from bot.rules.visits import BOOKED, Plan, Visit
from bot.scene.desk_notes import raise_task
from bot.scene.matters import OUTING, Matter
from bot.scene.notices import PHONE, STAFF_CHAT, notify
from bot.scene.scene import Scene
from bot.turns.rights import has_a_desk
from storage import outings, tasks
from storage.addresses import Someone, lines_of, person_by_ref
from storage.conversations import set_due

JOB = "outing"  # the job of this name asks and tells
ALARM, SOS = "lone_working", "sos"  # kinds of tasks
QUESTION, NEWS = "out_check", "out_news"


def plan_outings(scene: Scene, visit: Visit) -> None:
    """Put on record who will be out on the version that counts, and end what counts no more.

    An outing that has begun goes on whatever is booked: only its people say that it is over.
    """
    for out in outings.open_on_visit(scene.connection, visit.id):
        stands = out.version == visit.version and visit.state == BOOKED
        if not stands and not out.has_begun(scene.now):
            end(scene, out, rule.CALLED_OFF, outings.CLOCK)
    begins, ends = visit.plan.starts_at, visit.plan.ends_at
    is_out = visit.state == BOOKED and visit.plan.is_away and scene.practice.visits.lone.on
    if is_out and begins is not None and ends is not None and ends > scene.now:
        for ref in visit.plan.staff:
            _plan(scene, visit, ref, begins, ends)


def _plan(scene: Scene, visit: Visit, ref: str, begins: datetime, ends: datetime) -> None:
    staff = person_by_ref(scene.connection, ref)
    if staff is None:
        return
    counts = (visit.id, visit.version)
    outings.plan_outing(scene.connection, counts, staff.id, begins, ends)
    out = outings.outing_named(scene.connection, *counts, ref)
    if out is not None:
        wait(scene, out)


def go_on(scene: Scene, out: Outing) -> None:
    """Ask and tell whatever is due by now, and say when there is more to do."""
    due = rule.steps_due(out, scene.practice.visits.lone, scene.now)
    for asked in (what for what in due if what in BUTTONS):
        _ask(scene, out, asked)
    rungs = [what for what in due if what in {BUDDY, DUTY}]
    if rungs:
        _climb(scene, out, rungs)
    if FURTHER in due:
        _go_further(scene, out)
    else:
        wait(scene, out)


def wait(scene: Scene, out: Outing) -> None:
    """Say when there is next something to do about an outing, as it now stands."""
    now = outings.find_outing(scene.connection, out.id) or out
    rules = scene.practice.visits.lone
    at = rule.next_step_at(now, rules, scene.now) if rules.on else None
    set_due(scene.connection, JOB, out.subject, max(at, scene.now) if at else None)


def end(scene: Scene, out: Outing, why: str, who: str) -> None:
    """End an outing: nobody is asked or told anything more, and no place is shown."""
    outings.note_step(scene.connection, out.id, who, why, scene.now)
    outings.mark_outing(scene.connection, out.id, ended_at=scene.now)
    set_due(scene.connection, JOB, out.subject, None)


def buttons(out: Outing, kind: str) -> tuple[tuple[str, str], ...]:
    """Make the buttons of a question, or those of whoever looks for somebody."""
    return tuple((f"{OUTING}:{out.id}:{action}", label) for action, label in BUTTONS[kind])


def _ask(scene: Scene, out: Outing, what: str) -> None:
    words = rule.asks(what, out, by_text=not _has_buttons(scene, out.staff))
    matter = Matter(QUESTION, words, discreet_words=words, choices=buttons(out, what), loud=True)
    outings.note_step(scene.connection, out.id, outings.CLOCK, what, scene.now)
    notify(scene, out.staff, None, matter, name=f":{what}:{out.id}")


def _climb(scene: Scene, out: Outing, rungs: Collection[str]) -> None:
    """Tell the buddy, whoever is on duty, or both at once if both should know by now."""
    team, practice = who_can_be_told(scene), scene.practice
    tops = ladder.at_the_top(team, practice, out.staff, scene.now)
    found = buddy(scene, out.staff, team) if BUDDY in rungs else ""
    to_the_top = DUTY in rungs or not found
    due = (found, *(tops if to_the_top else ()))
    told = [ref for ref in due if ref and ref not in out.told]
    outings.mark_outing(scene.connection, out.id, rung=2 if to_the_top else 1)
    _tell(scene, out, told, () if to_the_top else tops)


def _go_further(scene: Scene, out: Outing) -> None:
    """Nobody has it yet: tell the next, or everybody once more. Whoever has it is given time."""
    task = next(iter(outings.alarms_of(scene.connection, alarm_key(out))), None)
    taken = task.seen_at if task is not None else None
    if taken is not None and scene.now < taken + LEFT_TO_TAKER:
        set_due(scene.connection, JOB, out.subject, taken + LEFT_TO_TAKER)
        return
    has_it = [task.seen_by] if task is not None and task.seen_by else []
    told = [*has_it, *(next_told(scene, out.staff, out.told) or out.told)]
    if not told:  # nothing reaches anybody just now: no rung is used up by that
        later = scene.now + scene.practice.visits.lone.answer_within
        set_due(scene.connection, JOB, out.subject, later)
        return
    outings.mark_outing(scene.connection, out.id, rung=out.rung + 1)
    _tell(scene, out, told, ())
    wait(scene, out)


def _tell(scene: Scene, out: Outing, told: Iterable[str], then: Sequence[str]) -> None:
    """Say who has not answered, to whom, and who is told after them."""
    rules, told = scene.practice.visits.lone, [*dict.fromkeys(told)]
    later = scene.now + rules.answer_within
    known = rule.listed(names(scene, then))
    after = f"Then {known}, at {rule.clock(later)}." if known else ""
    who = names(scene, dict.fromkeys((*out.told, *told)))
    words = rule.alarm(out, scene.worker(out.staff).first_name, rules, scene.now, who, after)
    alarm = Matter(ALARM, words, "L1", respond_by=later + rules.answer_within,
                   discreet_words=words, loud=True, choices=buttons(out, TOLD))  # fmt: skip
    tell(scene, f"{alarm_key(out)}{scene.now.isoformat()}", alarm, told)
    for ref in told:
        outings.note_step(scene.connection, out.id, ref, TOLD, scene.now)


def alarm_key(out: Outing) -> str:
    """Say how the keys of every task about an outing begin."""
    return f"{JOB}/{out.id}/"


def tell(scene: Scene, key: str, alarm: Matter, told: Sequence[str]) -> None:
    """Tell staff under one task: that which is open, or else a new one."""
    if not told:
        return
    begins = key.rpartition("/")[0] + "/"
    known = [one for one in outings.alarms_of(scene.connection, begins) if one.kind == alarm.kind]
    if known:
        task = known[0]
        for ref in told:
            notify(scene, ref, None, alarm, task_id=task.id)
        everybody = dict.fromkeys((*task.told, *told))
        tasks.tell_next(scene.connection, task.id, everybody, alarm.respond_by)
    else:
        raise_task(replace(scene, key=key), None, told[0], alarm, told=told)


def names(scene: Scene, refs: Iterable[str]) -> list[str]:
    """Name colleagues as they are called."""
    return [scene.worker(ref).first_name for ref in refs]


def buddy(scene: Scene, staff: str, team: Team) -> str:
    """Name who looks for somebody first; empty: nobody is on shift."""
    out = {one.staff for one in outings.open_outings(scene.connection)
           if one.starts_at <= scene.now}  # fmt: skip
    there = colleagues(scene, staff)
    return ladder.buddy_of(team, scene.practice, staff, scene.now, there, out)


def next_told(scene: Scene, staff: str, told: Collection[str]) -> tuple[str, ...]:
    """Name who is told next while nobody has it; nobody: all who could be told were."""
    team = who_can_be_told(scene)
    return ladder.further(team, scene.practice, staff, scene.now, told, colleagues(scene, staff))


def nobody_looks(scene: Scene, plan: Plan) -> str:
    """Warn whoever books a visit away from base that nobody would be at work to look for them."""
    everybody = colleagues(scene, "")
    return ladder.nobody_looks(plan, scene.team, scene.practice, everybody)


def who_can_be_told(scene: Scene) -> Team:
    """Leave out whoever nothing can reach: to tell them would be to tell nobody."""
    workers = scene.team.workers.items()
    reached = {ref: replace(one, active=one.active and _lines(scene, ref) != set())
               for ref, one in workers}  # fmt: skip
    return replace(scene.team, workers=reached)


def _has_buttons(scene: Scene, ref: str) -> bool:
    return STAFF_CHAT in _lines(scene, ref)


def _lines(scene: Scene, ref: str) -> set[str]:
    """List the roads by which a notice reaches somebody."""
    person = person_by_ref(scene.connection, ref)
    lines = lines_of(scene.connection, person.id) if person else []
    return {one.channel for one in lines if one.dead_at is None} & {STAFF_CHAT, PHONE}


def colleagues(scene: Scene, staff: str) -> list[str]:
    """List who is of the team, beside the one who is out."""
    return [ref for ref in scene.team.workers if ref != staff and _is_of_the_team(scene, ref)]


def _is_of_the_team(scene: Scene, ref: str) -> bool:
    person: Someone | None = person_by_ref(scene.connection, ref)
    return person is not None and has_a_desk(scene, person)
