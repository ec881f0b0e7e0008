"""The words desk commands are written in: what is asked, what is answered, what changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from bot.desk.books import Books
from bot.desk.greetings import Greetings, OfferWelcome
from bot.desk.on_calendar import CalendarChange, Calendars
from bot.desk.on_case import CaseChange, OnCase
from bot.desk.on_visits import OnVisits
from bot.desk.reads import Page, Reads
from bot.flows.base import Answers
from bot.rules.practice import Practice
from bot.rules.routing import Team
from storage.addresses import Someone
from storage.matters import Raised


@dataclass(frozen=True, slots=True)
class Reached:
    """One address of a family, and what last left for it."""

    address: int
    channel: str
    person: str = ""  # whom it was meant for, by person id; empty: a number nobody knows
    left: str = ""  # when, in words for staff; empty: nothing is known to have left
    since: str = ""  # since when it has been stopped; empty: it is in use
    others: bool = False  # this family can be written to elsewhere too


@dataclass(frozen=True, slots=True)
class Promised:
    """One open promise."""

    id: int
    case: str
    pupil: str = field(repr=False)
    words: str = field(repr=False)
    due_on: date
    whose: str  # staff id


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision about a case, as it was taken, and whether it is done."""

    kind: str
    words: str = field(repr=False)
    by: str  # staff id
    at: datetime
    due_on: date | None
    owner: str | None
    number: int = 0
    decided_by: str = ""
    done: tuple[datetime, str] | None = None  # when, and by whom: a staff id


@dataclass(frozen=True, slots=True)
class Asked:
    """One command of one member of staff, and what it may look at."""

    staff: Someone
    rest: str = field(repr=False)  # what stands behind the command
    now: datetime
    today: date
    team: Team
    practice: Practice
    families: tuple[tuple[str, str], ...] = field(repr=False)  # (id, "Leanne Thornton (Kai P01)")
    reads: Reads = field(repr=False)
    about: int | None = None  # the family of the notice this replies to
    task: int | None = None  # the task of the notice this replies to
    kept_from: frozenset[str] = frozenset()  # staff who may not read what that task is about
    address: int | None = None  # the address that task is about
    replies: bool = False  # to any notice at all
    reached: Reached | None = None  # where the message of that notice went, or came from
    last_to: Callable[[str], Reached | None] = field(default=lambda _person: None, repr=False)
    labels: Mapping[str, str] = field(default_factory=dict, repr=False)  # where names may not stand
    barred: frozenset[str] = frozenset()  # who must not be contacted, by person id
    family_bot: str = ""  # the family bot's name at Telegram; empty: there is none
    token: str = field(default="", repr=False)  # fresh for every command
    about_ref: str = ""  # the same family, by person id
    frightens: int | None = None  # the contact this replies to, for /danger
    raised: Callable[[datetime], tuple[Raised, ...]] = field(default=lambda _since: (), repr=False)
    key_workers: Callable[[str], frozenset[str]] = field(default=lambda _case: frozenset())
    caseload: Callable[[str], tuple[str, ...]] = field(default=lambda _whose: ())
    on_case: OnCase = field(default_factory=OnCase, repr=False)
    books: Books = field(default_factory=Books, repr=False)
    calendars: Calendars = field(default_factory=Calendars, repr=False)
    visits: OnVisits = field(default_factory=OnVisits, repr=False)
    greetings: Greetings = field(default_factory=Greetings, repr=False)
    promised: Callable[[], tuple[Promised, ...]] = field(default=tuple, repr=False)
    caution: Callable[[str], str] = field(default=lambda _case: "")  # why nothing is kept on a case
    decided: Callable[[str], tuple[Decided, ...]] = field(default=lambda _case: (), repr=False)
    referred: Callable[[], Page] = field(default=lambda: Page("", ""), repr=False)
    out: Callable[[], Page] = field(default=lambda: Page("", ""), repr=False)  # who is out now

    def shown(self, ref: str, label: str) -> str:
        """Name a family as openly as this chat may."""
        return self.labels.get(ref, label)

    def reading(self, page: Page) -> Answer:
        """Show something to read: in words where they may stand, else behind a button."""
        if self.reads.shown:
            return Answer(page.words, choices=page.buttons, read=page.read)
        behind = page.words if page.words != page.discreet else ""
        return Answer(page.discreet, behind=behind, choices=page.buttons)


@dataclass(frozen=True, slots=True)
class StartCover:
    """This member of staff is away; their deputy receives and answers."""

    until: date | None


@dataclass(frozen=True, slots=True)
class EndCover:
    """This member of staff is back."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Hold automatic messages to one family until a moment."""

    person: str
    until: datetime | None  # None: let them go again


@dataclass(frozen=True, slots=True)
class PauseAll:
    """Hold or release every automatic message of the service."""

    paused: bool


@dataclass(frozen=True, slots=True)
class Attach:
    """An unknown number belongs to somebody we know."""

    address: int
    person: str


@dataclass(frozen=True, slots=True)
class Release:
    """Let the staff a message names read it."""

    task: int


@dataclass(frozen=True, slots=True)
class MakeLink:
    """A link that connects one person's chat."""

    person: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WrongPerson:
    """A message reached somebody it was not meant for."""

    address: int
    person: str = ""  # whom it was meant for, by person id; empty: a number nobody knows
    left: str = ""  # when it went, in words for staff


@dataclass(frozen=True, slots=True)
class MakePromise:
    """Something this member of staff said they would do."""

    case: str
    words: str = field(repr=False)
    due_on: date


@dataclass(frozen=True, slots=True)
class Decide:
    """Something was decided about a case."""

    case: str
    kind: str
    words: str = field(repr=False)
    due_on: date | None = None
    owner: str | None = None
    decided_by: str = ""  # a key of bot.rules.pack.DECIDED_BY; empty: not said


@dataclass(frozen=True, slots=True)
class RaiseDanger:
    """A contact that frightened a person though no pattern found it."""

    contact: int
    level: str  # "L1" | "L2"

    @property
    def subject(self) -> str:
        return f"{self.level} contact {self.contact}"


@dataclass(frozen=True, slots=True)
class ReferFamily:
    """A family's own message asks for support: it becomes a referral."""

    contact: int

    @property
    def subject(self) -> str:
        return f"contact {self.contact}"


@dataclass(frozen=True, slots=True)
class RaiseSos:
    """This member of staff is in danger."""

    words: str = field(default="", repr=False)  # whatever they could still type


Change: TypeAlias = (
    RaiseSos
    | StartCover
    | EndCover
    | Pause
    | PauseAll
    | Attach
    | Release
    | MakeLink
    | WrongPerson
    | MakePromise
    | Decide
    | CaseChange
    | CalendarChange
    | OfferWelcome
    | ReferFamily
    | RaiseDanger
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk says back, and what `turns` is to change."""

    says: str = field(repr=False)
    changes: tuple[Change, ...] = ()
    qr: str = field(default="", repr=False)  # an address to show as a picture too
    behind: str = field(default="", repr=False)  # the words, where only `says` may stand
    choices: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    read: str = ""  # whose history is shown, for the audit
    begins: tuple[str, Answers] | None = field(default=None, repr=False)  # a flow, what it is given


@dataclass(frozen=True, slots=True)
class Command:
    """Something staff can do by typing `/name`."""

    name: str
    usage: str
    does: str
    run: Callable[[Asked], Answer]
