"""An attendance plan: one to three small steps, agreed with a family, and asked after. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType

from bot.rules.digest_lines import day_shown

MOST_STEPS = 3
LONGEST_STEP = 60  # characters: with the question around it, one text
FAMILY = "family"
WHOSE: Mapping[str, str] = MappingProxyType(
    {FAMILY: "the family", "child": "the child", "school": "the school", "team": "the team"}
)
ASKED_AFTER = frozenset({FAMILY, "child"})  # of these a family can say how they go
OUTCOMES: Mapping[str, str] = MappingProxyType(
    {"worked": "it worked", "partly": "it worked in part", "did_not": "it did not work"}
    | {"dropped": "dropped"}
)
FULL = (
    "Three steps are open, and more are too many for anybody. End one first: "
    "/plan {case} 1 worked, partly, did not or drop."
)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AboutPlan:
    """A family is being asked how a step goes."""

    step: int


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One open step of a plan, and what was last said of it."""

    id: int
    case_id: int
    words: str = field(repr=False)
    whose: str
    agreed_on: date
    review_on: date | None = None
    asked_at: datetime | None = None  # in the last weeks
    said: str = field(default="", repr=False)  # "partly (Leanne, Thu 3 Dec)"


def fault_in(words: str, whose: str, review_on: date | None, today: date) -> str:
    """Say why a step cannot stand as it is; empty: it can."""
    if not words:
        return "Please say in a few words what was agreed."
    if len(words) > LONGEST_STEP:
        return f"Please say it in {LONGEST_STEP} characters: a family reads it within one text."
    if whose not in WHOSE:
        return f"Whose step is it: {', '.join(WHOSE)}?"
    if review_on is not None and review_on < today:
        return f"{day_shown(review_on)} is past. When is it to be looked at again?"
    return ""


def as_step(words: str) -> str:
    """Bring typed words onto one line, without the full stop a question puts there itself."""
    return " ".join(words.split()).rstrip(" .")


def to_ask(steps: Iterable[PlanStep]) -> PlanStep | None:
    """Choose the step a family is asked about: the one asked after least lately."""
    theirs = (each for each in steps if each.whose in ASKED_AFTER)
    return min(theirs, key=lambda each: (each.asked_at or _NEVER, each.id), default=None)


def step_line(step: PlanStep, today: date) -> str:
    """Write a step for staff: whose it is, since when, when to look at it, what they say of it."""
    parts = [f"{step.words} ({WHOSE[step.whose]}, since {day_shown(step.agreed_on)})"]
    if step.review_on is not None:
        late = ", which is past" if step.review_on < today else ""
        parts.append(f"Review on {day_shown(step.review_on)}{late}")
    if step.said:
        parts.append(f"Last answer: {step.said}")
    return ". ".join(parts) + "."
