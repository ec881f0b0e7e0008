"""Which family a line of a worker's is about: the name it begins with, the children it names."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.flows.base import Facts
from bot.flows.reading import folded
from bot.flows.who_for import names_in
from bot.rules.logged_people import Names

LONGEST_NAME = 4  # words: "Kai P01", "Ana Maria de Souza"

Label = tuple[str, str]  # (person id, "Leanne Thornton (Kai P01)")


def named_first(families: Sequence[Label], words: str) -> tuple[list[Label], str]:
    """Part a line into the families its beginning names, the longest name first, and the rest."""
    typed = words.split()
    for count in range(min(LONGEST_NAME, len(typed)), 0, -1):
        wanted = folded(" ".join(typed[:count])).rstrip(":")
        found = [family for family in families if wanted and wanted in names_in(family[1])]
        if found:
            return found, words.split(maxsplit=count)[count] if len(typed) > count else ""
    return [], words


def named_anywhere(families: Sequence[Label], words: str) -> list[Label]:
    """List the families a line names somewhere, by one word of theirs."""
    said = {folded(word).strip(":;?()") for word in words.split()} - {""}
    return [family for family in families if names_in(family[1]) & said]


def one_of(found: Collection[Label]) -> Label | None:
    """Take the one family these are; two adults of the same children are one family."""
    homes = {label.partition(" (")[2] for _ref, label in found}
    return next(iter(found)) if len(homes) == 1 else None


def children_in(label: str) -> tuple[tuple[str, str], ...]:
    """List (first name, case) of a family's children, as its label says: "(Ellie P07, ...)"."""
    inside = label.partition(" (")[2].rstrip(")")
    return tuple(
        (name, ref)
        for name, _space, ref in (child.rpartition(" ") for child in inside.split(", "))
        if ref
    )


def cases_meant(label: str, words: str) -> tuple[str, ...]:
    """List the cases of the children who are named, or of all of them if none is."""
    said = {
        word.strip(".,:;!?()").removesuffix("s") for word in folded(words).replace("'", "").split()
    }
    children = children_in(label)
    named = tuple(
        ref for name, ref in children if {folded(name).removesuffix("s"), ref.casefold()} & said
    )
    return named or tuple(ref for _name, ref in children)


def names_of(label: str, facts: Facts) -> Names:
    """Say whom the names in a note about this family may mean."""
    carer = folded(label.partition(" (")[0])
    return Names(
        children=tuple(folded(name) for name, _ref in children_in(label)),
        carers=tuple(carer.split()),
        colleagues={folded(name): ref for ref, name in facts.colleagues if name != facts.person},
    )


def shown(facts: Facts, ref: str) -> str:
    """Name a family as openly as this chat may."""
    return dict(facts.labels).get(ref) or dict(facts.families).get(ref, "")
