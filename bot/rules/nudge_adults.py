"""Which adults of a child are told, and why one of them gets no text. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar


class Tied(Protocol):
    """What one adult is to one child."""

    @property
    def responsible(self) -> bool: ...
    @property
    def do_not_use(self) -> bool: ...
    @property
    def copy_only(self) -> bool: ...


T = TypeVar("T", bound=Tied)


@dataclass(frozen=True, slots=True)
class Reach:
    """What decides whether one adult can be written to by itself."""

    opted_out: bool = False
    stop_asked: bool = False
    unusable: bool = False  # wrong number, dead number, blocked by the carrier
    proven: bool = True
    rules_missing: bool = False
    prefers: frozenset[str] = field(default_factory=frozenset)


def told(adults: Iterable[T]) -> list[T]:
    """Find who is told: everybody with parental responsibility, and whoever is asked first.

    Parents in two homes are told in both. A foster carer or a grandmother has the child at home
    without that responsibility. Whoever is copied in gets nothing by itself.
    """
    usable = [each for each in adults if not (each.do_not_use or each.copy_only)]
    return [each for place, each in enumerate(usable) if each.responsible or place == 0]


def against(reach: Reach) -> str:
    """Say why no automatic text goes to an adult at all; empty: nothing is against it."""
    reasons = (
        (reach.opted_out, "opted out of texts: phone or visit"),
        (reach.stop_asked, "asked for no more texts; waits for a person to confirm"),
        (reach.unusable, "this number cannot be used: check it with the family"),
        (not reach.proven, "number not confirmed with the family yet"),
        (reach.rules_missing, "set the rules for this family first"),
        ("phone_call" in reach.prefers, "prefers a phone call"),
    )
    return next((reason for applies, reason in reasons if applies), "")
