"""Practice values: how one taskforce works. Frozen, filled from `taskforce.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Literal

from bot.rules.visit_rules import VisitRules

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a day in wall time, from `start` up to and not including `end`."""

    start: time
    end: time

    def __contains__(self, moment: time) -> bool:
        return self.start <= moment < self.end


# Which school day is day 1: the first of the exclusion (earlier), or the day after it (later).
DaySixReading = Literal["earlier", "later"]
Week = Mapping[int, Span]  # weekday (Monday is 0) -> hours; a day that is missing has none


@dataclass(frozen=True, slots=True)
class Calendar:
    """What kind of day each day is. A day that is not listed is no school day."""

    school_days: frozenset[date] = frozenset()
    bank_holidays: frozenset[date] = frozenset()
    half_days: frozenset[date] = frozenset()  # school days with a morning only


@dataclass(frozen=True, slots=True)
class Window:
    """When one person may be written to. Empty `days` means any day, no `hours` means any hour."""

    days: frozenset[int] = frozenset()
    hours: Span | None = None
    avoid: tuple[tuple[int, Span], ...] = ()  # (weekday, hours) to leave alone


ANY_TIME = Window()


@dataclass(frozen=True, slots=True)
class Caps:
    """How many automatic messages one phone may get; siblings and specialists share it."""

    per_day: int = 1
    per_week: int = 3
    people_per_day: int = 2  # of the team who wrote themselves: then automatic ones wait a day


@dataclass(frozen=True, slots=True)
class CheckInRhythm:
    """When the weekly check-in goes and what happens in silence."""

    weekday: int = THURSDAY
    at: time = time(15, 45)
    on_shift_for: timedelta = timedelta(hours=1)
    margin: timedelta = timedelta(minutes=15)
    ask_again_after_school_days: int = 2
    give_up_after_school_days: int = 2
    skip_after_contact_school_days: int = 3
    holiday_cadence: str = "fortnightly"  # of those who want check-ins in the holidays


@dataclass(frozen=True, slots=True)
class MeetingRhythm:
    """When the weekly allocation meeting is, and when its pack is ready."""

    weekday: int = TUESDAY
    at: time = time(9, 30)
    pack_weekday: int = MONDAY
    pack_at: time = time(16)


@dataclass(frozen=True, slots=True)
class Taper:
    """How check-ins thin out after a child's return: weekly, then fortnightly, then monthly."""

    weekly_weeks: int = 4
    fortnightly_weeks: int = 8


@dataclass(frozen=True, slots=True)
class Retention:
    """How long is kept what is no record itself. The contact log is no part of this."""

    received: timedelta = timedelta(days=35)  # ids of messages: a repeat is known so long
    knocks: timedelta = timedelta(days=7)  # of unknown chats
    quarantine: timedelta = timedelta(days=30)  # messages nobody could read
    links: timedelta = timedelta(days=30)  # links, invitations and sign-ins that ended
    bodies: timedelta = timedelta(days=30)  # words of messages in the outbox that have ended


def _office_week() -> Week:
    return MappingProxyType(dict.fromkeys(range(5), Span(time(8), time(20))))


QueryOwner = Literal["school", "service"]
EVERY_TIER = frozenset({1, 2, 3})


@dataclass(frozen=True, slots=True)
class Tiers:
    """Which tiers of support a rule is for: each taskforce draws these lines itself."""

    placements: frozenset[int] = frozenset({2})  # planned for twelve weeks, with reviews
    day_six: frozenset[int] = EVERY_TIER  # where a permanent exclusion is on record
    messages: frozenset[int] = EVERY_TIER  # texts about absence


@dataclass(frozen=True, slots=True)
class AttendanceRules:
    """Who asks a family about an absence, and when."""

    query_owner: QueryOwner = "school"  # the duty is the school's; "service": we text for it
    register_close: time = time(9, 30)
    register_closes: Mapping[str, time] = field(default_factory=dict)  # by school, if another
    copy_unexplained: bool = False  # to the social worker or youth justice colleague of a case
    comparator: tuple[int, ...] = ()  # how starters before came, week by week, in tenths
    comparator_from: str = ""  # who worked that out
    tiers: Tiers = field(default_factory=Tiers)

    def closes(self, school: str) -> time:
        """Say when the morning register of a school closes."""
        return self.register_closes.get(school, self.register_close)


@dataclass(frozen=True, slots=True)
class Practice:
    """How one taskforce works."""

    name: str = "Keyworker"
    languages: frozenset[str] = frozenset({"en"})  # with approved wording for automatic texts
    calendar: Calendar = field(default_factory=Calendar)
    school_calendars: Mapping[str, Calendar] = field(default_factory=dict)  # by school, if another
    sending_week: Week = field(
        default_factory=lambda: MappingProxyType(
            {**_office_week(), SATURDAY: Span(time(10), time(17))}
        )
    )
    caps: Caps = field(default_factory=Caps)
    retention: Retention = field(default_factory=Retention)
    check_in: CheckInRhythm = field(default_factory=CheckInRhythm)
    meeting: MeetingRhythm = field(default_factory=MeetingRhythm)
    taper: Taper = field(default_factory=Taper)
    attendance: AttendanceRules = field(default_factory=AttendanceRules)
    visits: VisitRules = field(default_factory=VisitRules)
    day_six: DaySixReading = "earlier"  # the safer: nobody is told a day too late
    quiet_after_days: int = 14  # without any contact that came about
    good_lines: tuple[str, ...] = ()  # approved good news, with {child}
    office_line: str = ""  # a number families may ring to reach somebody else
    text_number: str = ""  # the number families text, as it stands on their sheet
    pence_per_part: float = 0.0  # what one part of a text costs; 0: not known
    undo: timedelta = timedelta(seconds=10)
    expires_after: timedelta = timedelta(hours=72)  # an open question with no silence rule
    thread_live_for: timedelta = timedelta(hours=4)
    auto_reply_every: timedelta = timedelta(hours=12)
    acknowledge_within: Mapping[str, timedelta] = field(
        default_factory=lambda: MappingProxyType(
            {"L1": timedelta(minutes=15), "L2": timedelta(hours=1)}
        )
    )
    duty: tuple[str, ...] = ()  # staff ids, first first
    manager: str = ""
    safeguarding_lead: str = ""
    out_of_hours: tuple[str, ...] = ()  # staff ids that are paged at night
    notices_shown: bool = False  # words in staff notices; otherwise initials and case reference
    proven_on_import: bool = False  # only ever true for the fictional demo families
    wants_holiday_check_ins: bool = False  # offered to families at all; each says for itself

    def calendar_of(self, school: str) -> Calendar:
        """Give the calendar of one school, by its name; one that has none keeps to the usual."""
        return self.school_calendars.get(school, self.calendar)
