"""What stands in the pack of the weekly allocation meeting, and how it is counted. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from bot.rules.meetings import Sitting
from bot.rules.tally import Tally
from bot.rules.weeks import Week

SIGNIFICANT = frozenset({"crisis", "safeguarding", "complaint", "incident"})  # kinds of tasks
ANSWERS = frozenset({"message", "call", "unclaimed", "hand_over", "interpreter"})
SERVICE = frozenset(
    {"channel_trouble", "channel_back", "not_allowed", "telegram_gap", "clock", "unreadable"}
)
WITHOUT_CASE = SIGNIFICANT | SERVICE | {"unclaimed", "withheld"}  # nobody we know, or the service
KINDS = MappingProxyType(
    {
        "action": "action",
        "joint_work": "joint work",
        "progress": "progress",
        "closure": "closure",
    }
)
DECIDED_BY = MappingProxyType(
    {
        "collective": "decided together",
        "specialist": "decided by the specialists on the case",
        "manager": "decided by the manager",
        "manager_slt": "decided by the manager with the school's senior leaders",
    }
)


@dataclass(frozen=True, slots=True)
class Event:
    """A significant event: what came up, and how it stands."""

    case: str  # empty: about nobody we know
    about: str
    level: str
    kind: str
    at: datetime
    words: str = field(repr=False)
    stands: str  # "Dani has it since Thu 3 Dec 15:50"
    closed: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that was decided about a case."""

    case: str
    about: str
    kind: str
    words: str = field(repr=False)
    on: date  # when it was decided
    by: str
    due_on: date | None
    owner: str
    meeting: int | None  # the one it was taken in
    number: int = 0
    decided_by: str = ""
    done: bool = False

    @property
    def said(self) -> str:
        """Tell it with who decided."""
        return with_whose(self.words, self.decided_by)


@dataclass(frozen=True, slots=True)
class Referred:
    """A child somebody asks the taskforce to support."""

    ref: str
    child: str = field(repr=False)
    year: int | None
    school: str
    route: str
    received_on: date
    days: int  # waiting
    tier: int | None
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Something a family or the service waits for, and since when."""

    case: str
    about: str
    kind: str
    words: str = field(repr=False)
    whose: str
    since: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise whose day has gone by."""

    case: str
    about: str
    words: str = field(repr=False)
    whose: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Silent:
    """A family that nobody has been in contact with for a while."""

    case: str
    about: str
    last: date | None
    days: int | None  # None: never


@dataclass(frozen=True, slots=True)
class Line:
    """Everything about one open case that stands on its line."""

    case: str
    about: str
    tier: int
    status: str
    week: int
    planned: bool  # for twelve weeks
    worker: str
    tally: Tally
    last: date | None
    trend: tuple[str, ...]
    waits: int  # open tasks
    promises: int  # open ones
    following: tuple[date, str] | None  # the next date, and what it is
    passport: bool
    decided: tuple[Decision, ...]
    attendance: tuple[Week, ...] = ()  # the last six weeks with school in them; none: no register


@dataclass(frozen=True, slots=True)
class Closed:
    """A case that was closed since the last meeting."""

    case: str
    about: str
    status: str
    reason: str = field(repr=False)
    on: date


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything one reader is shown for one meeting."""

    sitting: Sitting
    now: datetime
    events: tuple[Event, ...] = ()
    due: tuple[Decision, ...] = ()
    triage: tuple[Referred, ...] = ()
    waiting: tuple[Referred, ...] = ()  # in the order in which they wait
    unanswered: tuple[Unanswered, ...] = ()
    promises: tuple[Promised, ...] = ()
    quiet: tuple[Silent, ...] = ()
    cases: tuple[Line, ...] = ()
    closed: tuple[Closed, ...] = ()
    hidden: int = 0  # open cases its reader may not see

    @property
    def troubled(self) -> tuple[Line, ...]:
        """List the cases something failed to reach."""
        return tuple(one for one in self.cases if one.tally.trouble)

    @property
    def unallocated(self) -> tuple[Line, ...]:
        return tuple(one for one in self.cases if not one.worker)

    @property
    def without_passport(self) -> tuple[Line, ...]:
        return tuple(one for one in self.cases if not one.passport)

    @property
    def empty(self) -> bool:
        return not (self.cases or self.triage or self.waiting or self.hidden)


def headline(pack: Pack) -> str:
    """Say in numbers what a pack holds, and nothing of what it says."""
    events, cases = len(pack.events), len(pack.cases)
    found = (
        counted(cases, "case"),
        counted(len(pack.triage), "referral") + " to triage",
        f"{len(pack.unanswered)} unanswered",
        counted(events, "significant event"),
    )
    return ", ".join(one for one in found if not one.startswith("0 ")) or "no open cases"


def ready(pack: Pack) -> str:
    """Tell somebody of the team that the pack is there: counts, and no names."""
    on = f"{pack.sitting.on:%a} {pack.sitting.on.day} {pack.sitting.on:%b}"
    return f"The pack for {on} is ready: {headline(pack)}. Open Meeting on the staff page."


def counted(many: int, what: str) -> str:
    """Write a number with its noun: "1 case", "22 cases"."""
    return f"{many} {what}" if many == 1 else f"{many} {what}s"


def with_whose(words: str, decided_by: str) -> str:
    """Add who decided to the words: "speech screen (decided together)"."""
    return f"{words} ({DECIDED_BY[decided_by]})" if decided_by in DECIDED_BY else words


def gravest_first(events: Iterable[Event]) -> tuple[Event, ...]:
    """Put what is still open before what is closed, then danger to life before the rest."""
    return tuple(sorted(events, key=lambda one: (one.closed, one.level or "L9", one.at)))


def oldest_first(waiting: Iterable[Unanswered]) -> tuple[Unanswered, ...]:
    return tuple(sorted(waiting, key=lambda one: (not one.late, one.since)))
