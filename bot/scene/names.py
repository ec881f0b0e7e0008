"""How a family is named to staff: in words that several may read, to each as they may see it.

What comes up is told to everybody it concerns and kept with its task. Where the family stands in
these words there is a mark, and whoever reads them decides which children it names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from storage.addresses import Someone, people_at
from storage.cases import Tie, ties_by_person
from storage.restricted import children_beside

BEGINS, ENDS = "\ufdd0", "\ufdd1"  # Unicode leaves these to programs: no keyboard has them
MARKED = re.compile(f"{BEGINS}([0-9]{{1,9}}){ENDS}")
VEILED = "[…]"
NOBODY = "a family"  # whoever was meant is on record no more


def marked(person_id: int) -> str:
    """Leave the place where a family will be named."""
    return f"{BEGINS}{person_id}{ENDS}"


def named(person: Someone, ties: Iterable[Tie]) -> str:
    """Name a family: "Leanne Thornton (Kai P01)"."""
    children = ", ".join(f"{tie.pupil_first_name} {tie.case}" for tie in ties)
    return f"{person.name} ({children})" if children else person.name


def as_read_by(scene: Scene, staff: Someone, words: str) -> str:
    """Read words as a member of staff may: no child is named whose case they do not see."""
    [read] = each_as_read_by(scene, staff, [words])
    return read


def each_as_read_by(scene: Scene, staff: Someone, words: Sequence[str]) -> list[str]:
    """Read many words at once, with one look for all of them."""
    if not any(BEGINS in one for one in words):
        return list(words)
    return with_names(scene.connection, words, hidden_cases(scene, staff))


def with_names(
    connection: Connection, words: Sequence[str], hidden: Collection[int] = ()
) -> list[str]:
    """Put the names in that are no secret to whoever reads."""
    names = _names(connection, {int(one) for said in words for one in MARKED.findall(said)}, hidden)
    return [MARKED.sub(lambda one: names.get(int(one[1]), NOBODY), said) for said in words]


@dataclass(frozen=True, slots=True)
class Veil:
    """Takes out of the words of the service and of colleagues who is not there for their reader.

    What a family wrote is shown as they wrote it: a cry for help is never altered.
    """

    children: tuple[str, ...] = field(default=(), repr=False)

    def over(self, words: str) -> str:
        """Veil every name of these children."""
        for name in sorted(
            {part for one in self.children for part in (one, one.split()[0])}, reverse=True
        ):
            words = re.sub(rf"\b{re.escape(name)}\b", VEILED, words)
        return words


def veil_over(connection: Connection, hidden: Collection[int], case_ids: Collection[int]) -> Veil:
    """Find whom to veil where somebody reads of these cases, and their siblings are hidden."""
    return Veil(tuple(children_beside(connection, case_ids, hidden)) if hidden else ())


def _names(
    connection: Connection, ids: Collection[int], hidden: Collection[int]
) -> Mapping[int, str]:
    ties = ties_by_person(connection, ids)
    return {
        person.id: named(person, (tie for tie in ties[person.id] if tie.case_id not in hidden))
        for person in people_at(connection, ids)
    }
