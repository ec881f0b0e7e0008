"""Which family a command is about: the name it begins with, or the notice it replies to."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.desk.base import Asked
from bot.flows.whose import Label, cases_meant, named_first, one_of


@dataclass(frozen=True, slots=True)
class About:
    """The family and the cases a line is about, and what is left of it behind the name."""

    ref: str
    label: str = field(repr=False)
    cases: tuple[str, ...]
    rest: str = field(repr=False)
    head: str = field(repr=False)  # the name as it was typed


def about(asked: Asked, words: str) -> About | None:
    """Read whom a line is about. None: it names nobody, several, or somebody else than replied."""
    found, rest = named_first(asked.families, words)
    named = one_of(found)
    replied = behind(asked)
    if found and (named is None or (replied is not None and not _same(named, replied))):
        return None
    family = named or replied
    if family is None:
        return None
    head = words.removesuffix(rest).strip() if named else ""
    return About(*family, cases_meant(family[1], head), rest, head)


def behind(asked: Asked) -> Label | None:
    """Find the family of the notice that is replied to."""
    return next((family for family in asked.families if family[0] == asked.about_ref), None)


def _same(one: Label, other: Label) -> bool:
    return one[1].partition(" (")[2] == other[1].partition(" (")[2]
