"""What the desk may ask about one case, and what it may settle about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from bot.desk.on_holidays import HolidayChange, OnHolidays
from bot.desk.on_labels import OnLabels, SetLabel
from bot.desk.on_shifts import OnShifts, ShiftChange
from bot.rules.access import Action
from bot.rules.closures import Closing, Shut
from bot.rules.plan import PlanStep


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


@dataclass(frozen=True, slots=True)
class SetHold:
    """Messages about attendance to a family are held for a reason, or go again."""

    case: str
    kind: str  # of bot.rules.placement.HOLDS; empty: they go again

    @property
    def subject(self) -> str:
        return f"{self.case} {self.kind or 'off'}"


@dataclass(frozen=True, slots=True)
class SetReason:
    """Why a child is not in on a day, or that nobody has said why after all."""

    case: str
    day: date
    kind: str  # of bot.rules.reasons.REASONS; empty: taken back

    @property
    def subject(self) -> str:
        return f"{self.case} {self.day} {self.kind or 'off'}"


@dataclass(frozen=True, slots=True)
class AddStep:
    """A step of the attendance plan was agreed."""

    case: str
    words: str = field(repr=False)
    whose: str  # of bot.rules.plan.WHOSE
    review_on: date | None = None

    @property
    def subject(self) -> str:
        return f"{self.case} {self.whose}"


@dataclass(frozen=True, slots=True)
class EndStep:
    """A step of the attendance plan has ended, and how."""

    case: str
    step: int
    outcome: str  # of bot.rules.plan.OUTCOMES

    @property
    def subject(self) -> str:
        return f"{self.case} {self.step} {self.outcome}"


PlanChange: TypeAlias = AddStep | EndStep
CaseChange: TypeAlias = (
    Restrict
    | Unrestrict
    | SetCadence
    | SetStyle
    | SetHold
    | SetReason
    | PlanChange
    | HolidayChange
    | ShiftChange
    | SetLabel
)


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
    placed: Callable[[str], tuple[str, ...]] = field(default=lambda _case: (), repr=False)
    held: Callable[[str], str] = field(default=lambda _case: "", repr=False)
    plan: Callable[[str], tuple[PlanStep, ...]] = field(default=lambda _case: (), repr=False)
    may_close: Callable[[], tuple[tuple[int, str], ...]] = field(default=tuple)  # of schools
    closing: Callable[[Shut], Closing] = field(default=lambda _shut: Closing("", "Not known."))
    holidays: OnHolidays = field(default_factory=OnHolidays, repr=False)
    shifts: OnShifts = field(default_factory=OnShifts, repr=False)
    labels: OnLabels = field(default_factory=OnLabels, repr=False)
