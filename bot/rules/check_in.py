"""When a family's weekly check-in goes, and when a person does something instead. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import TypeAlias

from bot.rules.calendar import (
    is_bank_holiday,
    is_school_day,
    moment_at,
    school_day_before,
    wall,
)
from bot.rules.holidays import asks_in_holidays
from bot.rules.hours import last_in_day, on_shift_for
from bot.rules.practice import ANY_TIME, Practice, Week, Window
from bot.rules.taper import NONE, Rhythm, asks_in, cadence_of
from bot.rules.windows import nearest_in_window

TALKING = frozenset({"engaged", "reintegrating"})
LATE = timedelta(minutes=30)
NOBODY_THERE = "nobody would be there to read the answer"
TOO_LATE = "the moment had passed before it could be sent"
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Family:
    """What decides about one carer's check-in."""

    statuses: frozenset[str]  # of the cases this person is written to about
    worker_hours: Week
    language: str = "en"
    worded: bool = True  # the check-in has approved wording in their language
    window: Window = ANY_TIME
    do_not_use: bool = False
    copy_only: bool = False
    opted_out: bool = False
    stop_asked: bool = False
    unusable: bool = False  # wrong number, dead number, blocked by the carrier
    proven: bool = True
    rules_missing: bool = False
    paused: bool = False
    prefers: frozenset[str] = field(default_factory=frozenset)
    last_two_way: datetime | None = None
    wants_holidays: bool = False  # they said so, and the team offers it
    rhythms: tuple[Rhythm, ...] = ()  # of the same cases; none: weekly
    missed: frozenset[date] = frozenset()  # Mondays of weeks whose moment passed in an outage


@dataclass(frozen=True, slots=True)
class Begin:
    """Send it."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Send nothing, and show why."""

    reason: str


@dataclass(frozen=True, slots=True)
class PersonInstead:
    """A member of staff does something instead of a text."""

    kind: str  # "phone_check_in", "interpreter", "set_rules", "prove_number"
    reason: str


Plan: TypeAlias = Begin | Nothing | PersonInstead


def week_of(day: date) -> date:
    """Name a week by its Monday."""
    return day - timedelta(days=day.weekday())


def moment_in_week(monday: date, family: Family, practice: Practice) -> datetime:
    """Find the moment of that week at which this family's check-in is looked at.

    Thursday 15:45, or the worker's last in-day before it; inside the family's own window,
    the moment nearest 15:45 that leaves a quarter of an hour of it.
    """
    rhythm = practice.check_in
    weekday = last_in_day(family.worker_hours, rhythm.weekday)
    day = monday + timedelta(days=rhythm.weekday if weekday is None else weekday)
    fits = nearest_in_window(family.window, day, rhythm.at, rhythm.margin)
    return moment_at(day, fits or rhythm.at)


def next_moment(after: datetime, family: Family, practice: Practice) -> datetime:
    """Find the first check-in moment later than `after`."""
    monday = week_of(wall(after).date())
    weeks = (monday + ahead * WEEK for ahead in count())
    asked = (week for week in weeks if asked_in(week, family, practice))
    moments = (moment_in_week(week, family, practice) for week in asked)
    return next(moment for moment in moments if moment > after)


def asked_in(monday: date, family: Family, practice: Practice) -> bool:
    """Say whether this family is looked at in a week: by its rhythm, or for a week that was lost.

    What a holiday or an outage took away is made up in the first week that is neither, once; the
    rhythm itself goes on as if nothing had been.
    """
    if asks_in(family.rhythms, monday, practice.taper):
        return True
    if _lost(monday, family, practice):
        return False
    while _lost(monday := monday - WEEK, family, practice):
        if asks_in(family.rhythms, monday, practice.taper):
            return True
    return False


def _lost(monday: date, family: Family, practice: Practice) -> bool:
    """Say whether no check-in could go in a week, whoever had wanted one."""
    day = wall(moment_in_week(monday, family, practice)).date()
    return _shut(family, practice, day) is not None or monday in family.missed


def decide(family: Family, practice: Practice, due: datetime, now: datetime) -> Plan:
    """Say what happens at a due moment: send, let a person act, or nothing, with the reason."""
    return (
        _never(family)
        or _not_this_week(family, practice, due)
        or _shut(family, practice, wall(due).date())
        or _week_over(due, now)
        or _person(family)
        or _not_now(family, practice, due, now)
        or Begin()
    )


def _never(family: Family) -> Plan | None:
    against = (
        (family.do_not_use, "this person must not be contacted"),
        (family.copy_only, "copied in only: gets no automatic texts"),
        (not family.statuses & TALKING, _closed(family.statuses)),
        (family.opted_out, "opted out of texts: phone or visit"),
        (family.stop_asked, "asked for no more texts; waits for a person to confirm"),
        (family.unusable, "this number cannot be used: check it with the family"),
        (family.paused, "paused"),
    )
    return next((Nothing(reason) for applies, reason in against if applies), None)


def _closed(statuses: frozenset[str]) -> str:
    if "refused" in statuses:
        return "the family declined support: nothing until they ask"
    return "the case is not open: " + ", ".join(sorted(statuses)).replace("_", " ")


def _not_this_week(family: Family, practice: Practice, due: datetime) -> Plan | None:
    """After a child's return check-ins thin out; whoever must not be asked is never begun."""
    day, taper = wall(due).date(), practice.taper
    often = cadence_of(family.rhythms, day, taper)
    if often == NONE:
        return Nothing("no check-ins are wanted: /cadence brings them back")
    asked = asked_in(week_of(day), family, practice)
    return None if asked else Nothing(f"{often}: not this week")


def _shut(family: Family, practice: Practice, day: date) -> Plan | None:
    """On a day like this nobody is asked, by text or by a person; the week counts as lost."""
    if not is_school_day(practice.calendar, day) and not family.wants_holidays:
        return Nothing("not a school day")
    often = practice.check_in.holiday_cadence
    if not asks_in_holidays(practice.calendar, day, often):
        return Nothing(f"{often} in the holidays: not this week")
    return Nothing(NOBODY_THERE) if is_bank_holiday(practice.calendar, day) else None


def _week_over(due: datetime, now: datetime) -> Plan | None:
    """After an outage a person can still act while the week runs; later it counts as lost."""
    return Nothing(TOO_LATE) if week_of(wall(now).date()) > week_of(wall(due).date()) else None


def _person(family: Family) -> Plan | None:
    if not family.proven:
        return PersonInstead("prove_number", "number not confirmed with the family yet")
    if family.rules_missing:
        return PersonInstead("set_rules", "set the rules for this family first")
    if "phone_call" in family.prefers:
        return PersonInstead("phone_check_in", "prefers a phone call")
    if not family.worded:
        return PersonInstead("interpreter", f"no approved wording in {family.language}")
    return None


def _not_now(family: Family, practice: Practice, due: datetime, now: datetime) -> Plan | None:
    rhythm, calendar = practice.check_in, practice.calendar
    if nearest_in_window(family.window, wall(due).date(), rhythm.at, rhythm.margin) is None:
        return Nothing("the family's own hours are closed that day")
    if now - due > LATE:
        return Nothing(TOO_LATE)
    if not on_shift_for(family.worker_hours, calendar, now, rhythm.on_shift_for):
        return Nothing(NOBODY_THERE)
    if family.last_two_way is not None:
        today = wall(now).date()
        since = school_day_before(calendar, today, rhythm.skip_after_contact_school_days)
        if wall(family.last_two_way).date() >= since:
            return Nothing("already in touch in the last three school days")
    return None
