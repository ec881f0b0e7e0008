"""What is printed: a figure, its target, and whether it is met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure has to reach: at least so much, or at most."""

    limit: float
    at_least: bool = True
    unit: str = ""

    def met(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}{self.unit}"


def at_least(limit: float, unit: str = "") -> Target:
    """Make a target that a figure must reach."""
    return Target(limit, at_least=True, unit=unit)


def at_most(limit: float, unit: str = "") -> Target:
    """Make a target that a figure must stay below."""
    return Target(limit, at_least=False, unit=unit)


def heading(text: str) -> None:
    """Begin a row."""
    print(f"\n{text}", flush=True)


def figure(name: str, value: float, target: Target | None = None, note: str = "") -> None:
    """Print one figure beside its target."""
    unit = target.unit if target else ""
    verdict = "" if target is None else f"  {target!s:<12}{_verdict(target, value)}"
    print(f"  {name:<58}{value:>10,.3g}{unit:<4}{verdict}{note and '  ' + note}", flush=True)


def rate(name: str, each: Iterable[float], unit: str = "/s") -> None:
    """Print the median of what several rounds measured: it means something only as a ratio."""
    print(f"  {name:<58}{median(each):>10,.0f}{unit}", flush=True)


def said(text: str) -> None:
    """Print a line that is no figure."""
    print(f"  {text}", flush=True)


def skipped(name: str, reason: object) -> None:
    """Say that a row was not measured, and why."""
    print(f"  {name}: skipped, {reason}", flush=True)


def ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """Divide round by round, and take the median: whatever slowed one round slowed both."""
    return median(a / b for a, b in zip(above, below, strict=True))


def _verdict(target: Target, value: float) -> str:
    return "met" if target.met(value) else "missed"
