"""Who is told when somebody who is out does not answer, rung by rung. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from bot.rules.hours import on_shift
from bot.rules.lone_working import clock, listed
from bot.rules.practice import Practice
from bot.rules.routing import Team, in_charge, standing_owner
from bot.rules.visits import Plan


def duty_of(team: Team, practice: Practice, staff: str) -> str:
    """Name who is at the top of the ladder, working or not; never the one who is out."""
    named = practice.visits.lone.duty
    chain = (*([named] if _is_here(team, named) else []), *in_charge(team, practice))
    return next((ref for ref in chain if ref != staff), "")


def at_the_top(team: Team, practice: Practice, staff: str, now: datetime) -> tuple[str, ...]:
    """Name who is told at the top: whoever is on duty.

    Are they off or away: everybody beside them who is in charge or paged at night, and whoever
    stands in. One phone that is switched off must not be the end of the ladder.
    """
    top = duty_of(team, practice, staff)
    if not top or is_in(team, practice, top, now):
        return (top,) if top else ()
    stands_in = standing_owner(team, practice, top, now).staff
    named = (practice.manager, practice.safeguarding_lead, *practice.out_of_hours)
    return _others(team, (top, stands_in, *named), {staff})


def further(
    team: Team, practice: Practice, staff: str, now: datetime, told: Collection[str],
    colleagues: Iterable[str] = (),
) -> tuple[str, ...]:  # fmt: skip
    """Name who is told next while nobody has it: the next in charge, and who is at work by now."""
    named = (practice.manager, practice.safeguarding_lead, *practice.out_of_hours, *practice.duty)
    chain = _others(team, (*named, *sorted(colleagues)), {staff, *told})
    return tuple(ref for n, ref in enumerate(chain) if n == 0 or is_in(team, practice, ref, now))


def buddy_of(
    team: Team, practice: Practice, staff: str, now: datetime, colleagues: Collection[str] = (),
    out: Collection[str] = (),
) -> str:  # fmt: skip
    """Name who looks for somebody first: their deputy on shift, else a colleague on shift.

    Whoever is out on a visit too is asked last. Empty: nobody is on shift but whoever is on duty.
    """
    worker = team.workers.get(staff)
    deputy = (worker.deputy,) if worker and worker.deputy else ()
    top = duty_of(team, practice, staff)
    known = dict.fromkeys((*deputy, *sorted(colleagues)))
    there = [ref for ref in known if ref not in {staff, top} and is_in(team, practice, ref, now)]
    return next(iter(sorted(there, key=lambda ref: ref in out)), "")


def nobody_looks(plan: Plan, team: Team, practice: Practice, colleagues: Collection[str]) -> str:
    """Say to whoever books it that nobody would be at work to look for them; empty: somebody is."""
    rules = practice.visits.lone
    if not rules.on or not plan.is_away or plan.starts_at is None or plan.ends_at is None:
        return ""
    moments = (plan.starts_at + rules.ask_arrived, plan.ends_at + rules.ask_left)
    for staff in plan.staff:
        for at in (moment + rules.answer_within for moment in moments):
            if not _is_watched(team, practice, staff, at, colleagues):
                return _warning(team, practice, staff, at)
    return ""


def _warning(team: Team, practice: Practice, staff: str, at: datetime) -> str:
    name = _name(team, staff)
    told = listed(_name(team, ref) for ref in at_the_top(team, practice, staff, at)) or "nobody"
    return (
        f"At {clock(at)} nobody is at work to look for {name}: with no answer only {told} would be "
        "told, off work. An earlier time is safer."
    )


def _is_watched(
    team: Team, practice: Practice, staff: str, at: datetime, colleagues: Collection[str]
) -> bool:
    top = duty_of(team, practice, staff)
    buddy = buddy_of(team, practice, staff, at, colleagues)
    return bool(buddy) or (bool(top) and is_in(team, practice, top, at))


def is_in(team: Team, practice: Practice, ref: str, now: datetime) -> bool:
    """Say whether somebody is at work and answers for themselves."""
    if not _is_here(team, ref) or standing_owner(team, practice, ref, now).staff != ref:
        return False
    return on_shift(team.workers[ref].hours, practice.calendar, now)


def _others(team: Team, refs: Iterable[str], but: Collection[str]) -> tuple[str, ...]:
    return tuple(ref for ref in dict.fromkeys(refs) if _is_here(team, ref) and ref not in but)


def _is_here(team: Team, ref: str) -> bool:
    return ref in team.workers and team.workers[ref].active


def _name(team: Team, ref: str) -> str:
    worker = team.workers.get(ref)
    return worker.first_name if worker else ref
