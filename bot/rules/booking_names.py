"""Every name a worker's line may hold, and whom it may mean. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.rules.booking_line import line_of

Label: TypeAlias = tuple[str, str]  # (person id, "Leanne (Kai P01)"), or (staff id, name)


@dataclass(frozen=True, slots=True)
class Roll:
    """All the names there are, in small letters."""

    families: Mapping[str, frozenset[str]] = field(repr=False)  # person ids, by every name
    carers: frozenset[str] = field(repr=False)  # the names of adults among them
    colleagues: Mapping[str, frozenset[str]] = field(repr=False)  # staff ids, by first or full name
    ids: Mapping[str, str] = field(repr=False)  # staff ids, by themselves

    def longest_first(self, said: str) -> list[str]:
        """List the names that stand in these words, with an s as in "kais" where it is one."""
        names = {*self.families, *self.colleagues, *self.ids}
        here = {name for name in names if name in said}
        with_s = {f"{name}{end}" for name in here for end in ("'s", "s")} - names
        return sorted(here | with_s, key=lambda name: (-len(name), name))

    def bare(self, name: str) -> str:
        """Take off the s of a possessive, unless the name itself ends so."""
        known = name in self.families or name in self.colleagues or name in self.ids
        return name if known else name.removesuffix("s").removesuffix("'")


def roll_of(families: Sequence[Label], colleagues: Sequence[Label]) -> Roll:
    """Write down every way to name everybody."""
    by_name: defaultdict[str, set[str]] = defaultdict(set)
    carers: set[str] = set()
    for ref, label in families:
        carer, _bracket, inside = line_of(label).said.partition(" (")
        adult = {carer, *(word for word in carer.split() if len(word) > 1)}
        adult |= {name.replace("-", " ") for name in adult}
        carers |= adult
        for name in (*adult, *_children(inside.rstrip(")"))):
            by_name[name].add(ref)
    staff: defaultdict[str, set[str]] = defaultdict(set)
    for ref, name in colleagues:
        full = line_of(name).said
        for form in {full, *full.split()[:1]} - {""}:
            staff[form].add(ref)
    return Roll(
        {name: frozenset(refs) for name, refs in by_name.items() if name},
        frozenset(carers),
        {form: frozenset(refs) for form, refs in staff.items()},
        {ref.casefold(): ref for ref, _name in colleagues},
    )


def _children(inside: str) -> Iterator[str]:
    """Give a family's children by first name, by case and by both."""
    for child in inside.split(", "):
        yield child
        yield from child.split()
