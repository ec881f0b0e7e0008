"""The words desk commands are written in: what is asked, what is answered, what changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from bot.rules.practice import Practice
from bot.rules.routing import Team
from storage.addresses import Someone


@dataclass(frozen=True, slots=True)
class Asked:
    """One command of one member of staff, and what it may look at."""

    staff: Someone
    rest: str = field(repr=False)  # what stands behind the command
    now: datetime
    today: date
    team: Team
    practice: Practice
    families: tuple[tuple[str, str], ...] = field(
        repr=False
    )  # (person id, "Leanne Thornton (Kai P01)")
    about: int | None = None  # the family of the notice this replies to
    task: int | None = None  # the task of the notice this replies to
    address: int | None = None  # the address that task is about


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


Change: TypeAlias = StartCover | EndCover | Pause | PauseAll | Attach | Release


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk says back, and what `turns` is to change."""

    says: str = field(repr=False)
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """Something staff can do by typing `/name`."""

    name: str
    usage: str
    does: str
    run: Callable[[Asked], Answer]
