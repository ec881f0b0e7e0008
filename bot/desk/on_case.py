"""What the desk may ask about one case, and what it may settle about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.rules.access import Action


@dataclass(frozen=True, slots=True)
class Restrict:
    """Only those a case belongs to, and whoever is named here, see it from now on."""

    case: str
    names: tuple[str, ...] = ()  # staff ids

    @property
    def subject(self) -> str:
        return " ".join((self.case, *self.names))


@dataclass(frozen=True, slots=True)
class Unrestrict:
    """The whole team sees a case again."""

    case: str

    @property
    def subject(self) -> str:
        return self.case


@dataclass(frozen=True, slots=True)
class SetCadence:
    """How often a family is asked how things go."""

    case: str
    cadence: str  # weekly, fortnightly, monthly or none; empty: as the taper says

    @property
    def subject(self) -> str:
        return f"{self.case} {self.cadence or 'as usual'}"


@dataclass(frozen=True, slots=True)
class SetStyle:
    """Who of the team writes to a family: one key person, or several."""

    case: str
    style: str  # key_person, team

    @property
    def subject(self) -> str:
        return f"{self.case} {self.style}"


CaseChange: TypeAlias = Restrict | Unrestrict | SetCadence | SetStyle


@dataclass(frozen=True, slots=True)
class OnCase:
    """Each is one question to the records about a case, by its reference."""

    may: Callable[[Action, str], bool] = field(default=lambda _action, _case: False)
    stood: Callable[[str], tuple[str, ...]] = field(default=lambda _case: (), repr=False)
    follows: Callable[[str, str, str], str] = field(
        default=lambda _child, _case, _status: "", repr=False
    )
    often: Callable[[str, str], str] = field(default=lambda _case, _cadence: "", repr=False)
    others: Callable[[str, tuple[str, ...]], str] = field(default=lambda _case, _names: "")
    restricted: Callable[[str], bool] = field(default=lambda _case: False)
