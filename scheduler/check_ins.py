"""The weekly check-in of every family."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.flows import FLOWS
from bot.rules import check_in as rule
from bot.rules.calendar import moment_at, school_day_before, wall
from bot.rules.taper import Rhythm, thins_out
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_of
from bot.scene.letters import flow_worded
from bot.scene.matters import Matter
from bot.scene.plans import asked_after
from bot.scene.scene import Scene
from bot.turns import start
from storage.addresses import hold_line_by_id, hold_person, person_by_ref
from storage.cases import Tie
from storage.contacts import last_two_way
from storage.conversations import (
    Moment,
    load_state,
    not_sent_because,
    note_not_sent,
    set_due,
    take_moment,
)
from storage.holidays import wish_of
from storage.received import note_received, was_received
from storage.statuses import rhythms

NAME = "check_in"
CLOCK = "clock"  # the channel on which a check-in that went is noted
TRY_AGAIN = timedelta(hours=1)
LOOK_BACK = range(9)  # weeks: a summer's holidays, and what an outage took before them
TASK_WORDS = {
    "phone_check_in": "prefers a phone call: please ring for this week's check-in.",
    "interpreter": "no approved wording in their language ({language}): arrange an interpreter.",
    "set_rules": "only a note says how to reach them: set the rules for this family.",
    "prove_number": "the number is not confirmed: speak to them, then press the button.",
}


def check_in(scene: Scene, moment: Moment) -> None:
    """Begin one family's check-in, let a person act instead, or say why nothing goes."""
    if not take_moment(scene.connection, moment):
        return
    person = person_by_ref(scene.connection, moment.subject)
    family = family_of(scene, person) if person else None
    if person is None or family is None:
        set_due(scene.connection, NAME, moment.subject, None)
        return
    hold_line_by_id(scene.connection, family.line.id)
    family = replace(family, person=hold_person(scene.connection, person.id))
    facts = as_rule(scene, family)
    planned = rule.moment_in_week(_week(moment), facts, scene.practice)
    if planned > scene.now:  # hours or rules changed since this moment was worked out
        set_due(scene.connection, NAME, moment.subject, planned)
        return
    plan = rule.decide(facts, scene.practice, moment.at, scene.now)
    week = {_week(moment)}
    late = plan == rule.Nothing(rule.TOO_LATE)
    facts = replace(facts, missed=facts.missed | week if late else facts.missed - week)
    following = rule.next_moment(max(moment.at, planned), facts, scene.practice)
    set_due(scene.connection, NAME, moment.subject, following)
    _act(scene, family, moment, plan, following)


def as_rule(scene: Scene, family: Family) -> rule.Family:
    """Gather what decides about this family's check-in."""
    ties = [tie for tie in family.ties if not tie.copy_only] or list(family.ties)
    line = family.line
    days = scene.practice.check_in.skip_after_contact_school_days
    since = moment_at(school_day_before(scene.practice.calendar, scene.today, days), time.min)
    person_id = family.person.id if family.person else 0
    often = _rhythms(scene, ties)
    return rule.Family(
        statuses=frozenset(tie.status for tie in ties),
        worker_hours=scene.worker(family.standing.staff).hours,
        language=family.language,
        worded=flow_worded(FLOWS[NAME], family.facts(), family.language)
        and family.language in scene.practice.languages,
        window=family.window,
        do_not_use=family.muted,
        copy_only=all(tie.copy_only for tie in family.ties),
        opted_out=line.opted_out_at is not None,
        stop_asked=line.stop_asked_at is not None,
        unusable=bool(line.wrong_at or line.dead_at or line.carrier_blocked_at),
        proven=line.proven_at is not None,
        rules_missing=any(tie.rules_missing for tie in ties),
        paused=any(tie.paused_until and tie.paused_until > scene.now for tie in ties),
        prefers=frozenset(word for tie in ties for word in tie.prefers),
        last_two_way=last_two_way(scene.connection, person_id, since),
        wants_holidays=scene.practice.wants_holiday_check_ins
        and wish_of(scene.connection, person_id) is True,
        rhythms=often,
        missed=_missed(scene, family) if any(map(thins_out, often)) else frozenset(),
    )


def _rhythms(scene: Scene, ties: Iterable[Tie]) -> tuple[Rhythm, ...]:
    """Read how often each open case wants this family asked."""
    still = [tie.case_id for tie in ties if tie.status in rule.TALKING]
    rows = rhythms(scene.connection, still)
    return tuple(Rhythm(row.status, row.cadence, row.returned_on) for row in rows)


def _missed(scene: Scene, family: Family) -> frozenset[date]:
    """Find the weeks whose check-in passed while the service was down, and never came after all.

    It came after all where a new key worker, or other hours, moved it to later in the same week.
    """
    ref, this_week = family.person.ref if family.person else "", rule.week_of(scene.today)
    weeks = {_key(ref, week): week for week in (this_week - ago * rule.WEEK for ago in LOOK_BACK)}
    late = not_sent_because(scene.connection, weeks, rule.TOO_LATE)
    came = (key for key in late if was_received(scene.connection, CLOCK, key))
    return frozenset(weeks[key] for key in set(late).difference(came))


def _act(
    scene: Scene, family: Family, moment: Moment, plan: rule.Plan, following: datetime
) -> None:
    week = _key(moment.subject, _week(moment))
    person_id = family.person.id if family.person else 0
    match plan:
        case rule.Nothing(reason):
            _note(scene, week, person_id, family, reason)
        case rule.PersonInstead(kind, reason):
            _note(scene, week, person_id, family, reason)
            _person_instead(scene, family, kind, _week(moment).isoformat())
        case rule.Begin():
            if load_state(scene.connection, person_id) is not None:
                _note(
                    scene, week, person_id, family, "another question is open; tried again hourly"
                )
                later = min(scene.now + TRY_AGAIN, following)
                set_due(scene.connection, NAME, moment.subject, later)
            elif note_received(scene.connection, CLOCK, week, scene.now):
                given = asked_after(scene, family)
                start(replace(scene, key=week), family, NAME, given, not_after=following)


def _note(scene: Scene, key: str, person_id: int, family: Family, reason: str) -> None:
    note_not_sent(scene.connection, key, scene.now, NAME, person_id, family.cases, reason)


def _person_instead(scene: Scene, family: Family, kind: str, week: str) -> None:
    """Ask a member of staff to act: once for a case, however many adults belong to it."""
    words = f"{family.named()}: {TASK_WORDS[kind].format(language=family.language)}"
    who = family.owner.staff
    once = replace(scene, key=f"{NAME}/{'+'.join(family.cases)}/{week}")
    raise_task(once, family, who, Matter(kind, words), told=(who,))


def _key(subject: str, week: date) -> str:
    return f"{NAME}/{subject}/{week}"


def _week(moment: Moment) -> date:
    return rule.week_of(wall(moment.at).date())


def plan_first(scene: Scene, family: Family) -> datetime:
    """Work out the first check-in of a family that has just been put on record."""
    return rule.next_moment(scene.now, as_rule(scene, family), scene.practice)
