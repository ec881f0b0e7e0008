"""The words a conversation is written in: values and pure functions, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from bot.flows.settling import Settling
from bot.i18n import Text
from bot.rules.logged import Logged
from bot.rules.status import ChangeStatus
from bot.rules.visits import BookVisit, CancelVisit, EndVisit, MoveVisit, RunLate
from bot.rules.welcome import Introduce

Answers: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a flow may know about the world, read afresh before each turn."""

    person: str  # first name of the person in the conversation
    pupil: tuple[str, ...]  # first names of the children it is about
    worker: str  # first name of the person who answers
    today: date
    next_read: datetime  # when this phone is next read
    calls: bool = True  # False: never offer or make a phone call
    families: tuple[tuple[str, str], ...] = ()  # (person id, "Leanne (Kai)"), for staff only
    labels: tuple[tuple[str, str], ...] = ()  # staff: how to show them where names may not stand
    colleagues: tuple[tuple[str, str], ...] = ()  # (staff id, first name), for staff only


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer."""

    key: str  # stored for ever: never shown, never renamed, never reused
    label: Text


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something said to a person; with choices, a question. Holds no digits for the choices."""

    text: Text
    choices: tuple[Choice, ...] = ()
    after: Text | None = None  # said below the choices
    before: tuple[Text, ...] = ()  # said first, in the same message


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """A stretch of silence, counted in school days."""

    count: int


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of silence, counted in hours."""

    count: int


@dataclass(frozen=True, slots=True)
class Silence:
    """What follows when nobody answers for a while: say it again in other words, or end."""

    after: SchoolDays | Hours
    say: Prompt | Callable[[Facts, Answers], Prompt] | None = None  # None: the conversation ends
    effects: tuple[Effect, ...] | Callable[[Facts, Answers], tuple[Effect, ...]] = ()


@dataclass(frozen=True, slots=True)
class Go:
    """Ask the next question."""

    step: str
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """The conversation is over."""

    text: Text | None = None
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class PassOn:
    """Words for the owner: a person must read and answer them."""

    words: str = field(repr=False)
    asked: str = ""  # the step that was open, so that the reader knows what is being answered


@dataclass(frozen=True, slots=True)
class Tell:
    """A line the owner should see; it wants no answer."""

    text: Text


@dataclass(frozen=True, slots=True)
class Ask:
    """Something a member of staff must do."""

    kind: str  # "call", "phone", "reach", "hand_over": how it is grouped and how urgent it is
    text: Text


@dataclass(frozen=True, slots=True)
class SendWords:
    """Words a member of staff typed, for one family."""

    person: str  # person id
    words: str = field(repr=False)
    checked: bool = False  # a person has said yes to another child's name in it
    beside: bool = False  # and yes to a colleague's answer that goes as well
    address: int | None = None  # where they wrote from, if this answers something
    purpose: str = "support"
    task: int | None = None  # the notice it answers, if it was not a plain reply to it
    all_the_same: bool = False  # and yes to writing where one person writes


@dataclass(frozen=True, slots=True)
class DraftWords:
    """Words for one family that are to be shown to their writer once more before they go."""

    person: str  # person id
    words: str = field(default="", repr=False)  # empty: they are still to be typed
    purpose: str = "support"
    task: int | None = None  # the notice they answer


@dataclass(frozen=True, slots=True)
class LogContact:
    """A contact a member of staff had: exactly what was typed, and how it was read to them."""

    person: str  # person id of the family
    cases: tuple[str, ...]
    words: str = field(repr=False)
    logged: Logged
    typed: datetime


@dataclass(frozen=True, slots=True)
class WriteNote:
    """Words behind the scenes, for the log of these cases and never for the family."""

    cases: tuple[str, ...]
    words: str = field(repr=False)
    private: bool = False  # only for its author and whoever is in charge
    to: str = ""  # staff id of whoever is to be told of it


@dataclass(frozen=True, slots=True)
class Begin:
    """Another conversation with the same member of staff takes the place of this one."""

    flow: str
    given: Answers = field(repr=False)


@dataclass(frozen=True, slots=True)
class CloseMatter:
    """How a matter of danger ended, as a member of staff has confirmed it."""

    task: int
    outcome: str
    reason: str = field(repr=False)
    told: str = field(repr=False)
    recorded_in: str
    reference: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TransferCases:
    """These cases pass to another key worker."""

    cases: tuple[str, ...]
    to: str  # staff id


@dataclass(frozen=True, slots=True)
class ReferChild:
    """A child is referred: exactly what was typed, and the day it was."""

    words: str = field(repr=False)
    typed_on: date
    task: int | None = None  # the notice it answers: the family's own message is kept with it


Move: TypeAlias = Go | End
# Only staff bring these about.
DeskEffect: TypeAlias = (
    SendWords
    | DraftWords
    | LogContact
    | WriteNote
    | Begin
    | CloseMatter
    | TransferCases
    | ReferChild
    | ChangeStatus
    | Introduce
    | BookVisit
    | MoveVisit
    | CancelVisit
    | EndVisit
    | RunLate
)
Effect: TypeAlias = PassOn | Tell | Ask | Settling | DeskEffect


@dataclass(frozen=True, slots=True)
class Step:
    """One question: what to ask, where the answer leads, and how to read free words."""

    ask: Prompt | Callable[[Facts, Answers], Prompt]
    then: Callable[[Facts, Answers], Move]
    read: Callable[[Facts, str], str | None] | None = None
    again: Prompt | Callable[[Facts, Answers], Prompt] | None = None  # the short form, if repeated
    examples: tuple[str, ...] = ()  # free words that must be understood; also shown in the docs
    silence: tuple[Silence, ...] = ()
    only_in: str | None = None  # a language: nobody who reads another one is ever asked this
    # Free words that mean something only beside what this conversation knows: "the later one".
    hears: Callable[[Facts, Answers, str], str | None] | None = None


@dataclass(frozen=True, slots=True)
class State:
    """The whole memory of a conversation: what the database keeps between two messages."""

    flow: str
    version: int
    step: str
    turn: int = 0
    answers: Answers = field(default_factory=dict, repr=False)
    offered: tuple[str, ...] = ()  # choice keys in the order this person saw them
    misses: int = 0
    silences: int = 0
    cases: tuple[str, ...] = ()  # whose question this is; set at begin


@dataclass(frozen=True, slots=True)
class Flow:
    """One conversation: named steps, and how states of older code are brought up to date."""

    name: str
    version: int
    start: str
    steps: Mapping[str, Step]
    upgrades: Mapping[int, Callable[[State], State]] = field(default_factory=dict)
    hands_over: bool = True  # after three turns that answer nothing, a person takes over
