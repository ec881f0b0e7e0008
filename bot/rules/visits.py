"""One visit or appointment, its versions, and what an answer to it settles. Pure.

Every change makes a new version; what was said of an older one is not so any more.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from bot.rules.visit_kinds import BASE, KINDS, Kind
from bot.rules.weekly import Weekly

# How a visit stands. Stored for ever.
OFFERED: Final = "offered"  # times are with the family: nothing is booked
BOOKED: Final = "booked"
CANCELLED: Final = "cancelled"
OVER: Final = "over"  # how it went is written down
State = Literal["offered", "booked", "cancelled", "over"]
LIVE = frozenset({OFFERED, BOOKED})

Outcome = Literal[
    "done", "partly", "was_not_brought", "declined", "cancelled_by_family", "cancelled_by_us",
    "rearranged",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Coming:
    """One member of staff who comes, and what for, as a family may read it."""

    staff: str  # staff id
    why: str = field(default="", repr=False)  # public words: "learning specialist"


@dataclass(frozen=True, slots=True)
class Plan:
    """What one version of a visit says. No `starts_at`: the family still chooses a time."""

    minutes: int
    place: str  # a key of PLACES
    coming: tuple[Coming, ...]  # whoever asked for it first
    starts_at: datetime | None = None  # in UTC
    travel: int = 0  # minutes each way, for everybody who comes
    place_words: str = field(default="", repr=False)  # "Costa, Mill Lane"; a family reads it

    @property
    def ends_at(self) -> datetime | None:
        return self.starts_at + timedelta(minutes=self.minutes) if self.starts_at else None

    @property
    def is_away(self) -> bool:
        """Say whether somebody has to go out for it."""
        return self.place not in BASE

    @property
    def staff(self) -> tuple[str, ...]:
        return tuple(one.staff for one in self.coming)

    def at(self, starts_at: datetime) -> Plan:
        """Give the same plan another time."""
        return replace(self, starts_at=starts_at)


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit as it was asked for and confirmed by a member of staff."""

    kind: str  # a key of KINDS
    cases: tuple[str, ...]  # references; none: a meeting about no case
    person: str  # whose adult is invited, by person id; empty: nobody of the family
    plan: Plan
    about: str = field(default="", repr=False)  # the worker's own note: no family ever reads it


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as it now stands."""

    id: int
    kind: str
    state: State
    version: int
    plan: Plan
    cases: tuple[str, ...]
    case_ids: tuple[int, ...]
    person_id: int | None
    person: str  # person id, as people are named outside the database; empty: nobody
    made_by: str  # staff id
    made_at: datetime
    changed_at: datetime
    about: str = field(default="", repr=False)
    confirmed_at: datetime | None = None  # the family's yes to this version

    @property
    def what(self) -> Kind:
        return KINDS[self.kind]

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


# What a family's answer settles; only where the calendar is known is known what it comes to.


@dataclass(frozen=True, slots=True)
class TakeTime:
    """A family has chosen one of the times that were offered to it."""

    visit: int
    version: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class ConfirmVisit:
    """A family has said that a visit suits it as it stands."""

    visit: int
    version: int


@dataclass(frozen=True, slots=True)
class ChangeVisit:
    """A family wants another time, or not this visit."""

    visit: int
    version: int
    wish: Literal["other_time", "not_needed"]


@dataclass(frozen=True, slots=True)
class AskLift:
    """A family cannot get there by itself, and says where to be picked up."""

    visit: int
    version: int
    where: str = field(repr=False)  # "home", or their own words


# What staff have confirmed at the desk.


@dataclass(frozen=True, slots=True)
class BookVisit:
    """Book this visit at its time, or offer the family these times."""

    new: NewVisit
    times: tuple[datetime, ...] = ()  # offered to the family; none: book it as planned
    over_cap: bool = False  # the manager has said yes to one visit more in that week
    between: tuple[date, date] | None = None  # the days that were wished for
    part: str = ""  # "am", "pm"
    task: int | None = None  # of the notice that was replied to
    weekly: Weekly | None = None  # it comes again
    later: tuple[datetime, ...] = ()  # the others, as far as they fitted when they were shown


@dataclass(frozen=True, slots=True)
class MoveVisit:
    """Move a visit: to a time, or back to the family with these times to choose from."""

    visit: int
    version: int  # as it was shown to whoever moves it
    plan: Plan
    times: tuple[datetime, ...] = ()
    over_cap: bool = False
    between: tuple[date, date] | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class CancelVisit:
    """Cancel a visit; `tell`: the family is told by text, otherwise the worker has told them."""

    visit: int
    version: int
    by_family: bool = False
    tell: bool = True


@dataclass(frozen=True, slots=True)
class EndVisit:
    """How a visit went, as the worker says."""

    visit: int
    version: int
    outcome: Outcome
    minutes: int = 0
    words: str = field(default="", repr=False)  # for the log
    missed: str = ""  # why it was missed, one of MISSED
    activity: str = ""  # the kind of work, if it became another than was planned


@dataclass(frozen=True, slots=True)
class RunLate:
    """Whoever comes is late; the family is told by how many minutes."""

    visit: int
    version: int
    minutes: int


# Why a visit did not come about, for the count by reason: nobody is told off.
MISSED: dict[str, str] = {
    "not_at_home": "nobody at home",
    "forgot": "it was forgotten",
    "transport": "no way to get there",
    "ill": "illness",
    "worried": "worry or fear of coming",
    "clash": "something else came up",
    "not_known": "not known",
}


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody is not free: who, and when they are taken. No words about what for."""

    person: str  # person id: a member of staff's, the adult's or the child's
    from_at: datetime
    to_at: datetime
