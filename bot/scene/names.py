"""How a family is named to staff: in words that several may read, to each as they may see it.

What comes up is told to everybody it concerns and kept with its task. Where the family stands in
these words there is a mark, and whoever reads them decides which children it names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from bot.rules.heard import BEGINS, ENDS
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from storage.addresses import Someone, people_at
from storage.cases import Tie, ties_by_person
from storage.restricted import cases_of, children_beside, people_on

MARKED = re.compile(f"{BEGINS}([0-9]{{1,9}}){ENDS}")
VEILED = "[…]"
NOBODY = "a family"  # whoever was meant is on record no more, or is not there for the reader
A_CHILD = "a child"
PUPIL = "pupil"  # the kind of person whose own case it is


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

    names: re.Pattern[str] | None = field(default=None, repr=False)

    def over(self, words: str) -> str:
        """Veil every name of these children."""
        return self.names.sub(VEILED, words) if self.names else words


def veil_of(children: Iterable[str], known: Iterable[str] = ()) -> Veil:
    """Make the veil of these children, however somebody in a hurry writes them.

    A surname alone stays where one of the people who are `known` to the reader has it too: it
    names them as well.
    """
    theirs = frozenset(word.casefold() for name in known for word in name.split())
    ways = {way for name in children if name.split() for way in _ways(name.split(), theirs)}
    # The longest comes first: of "Kai Thornton" nothing may be left to read.
    one_of = "|".join(sorted(ways, key=len, reverse=True))
    return Veil(re.compile(rf"(?<!\w)(?:{one_of})(?!\w)", re.IGNORECASE) if ways else None)


def veil_over(connection: Connection, hidden: Collection[int], case_ids: Collection[int]) -> Veil:
    """Find whom to veil where somebody reads of these cases, and their siblings are hidden."""
    children = children_beside(connection, case_ids, hidden) if hidden else []
    return veil_of(children, people_on(connection, set(case_ids) - set(hidden)) if children else ())


def _ways(name: Sequence[str], known: Collection[str]) -> Iterator[str]:
    """Write the patterns of one name: "Kai Thornton", "Kai", "K. Thornton", "Thornton"."""
    words = [re.escape(word) for word in name]
    first, last = words[0], words[-1]
    yield r"\s+".join(words)
    yield first
    if len(words) > 1:
        yield rf"{first}\s+{last}"
        yield rf"{re.escape(name[0][0])}\.?\s*{last}"
        if name[-1].casefold() not in known:
            yield last


def _names(
    connection: Connection, ids: Collection[int], hidden: Collection[int]
) -> Mapping[int, str]:
    """Name these people; an adult all of whose children are hidden is somebody of "a family"."""
    people, ties = people_at(connection, ids), ties_by_person(connection, ids)
    children = [person.id for person in people if person.kind == PUPIL]
    cases = cases_of(connection, children) if children else {}
    found: dict[int, str] = {}
    for person in people:
        shown = [tie for tie in ties[person.id] if tie.case_id not in hidden]
        if person.id in cases:
            case_id, case = cases[person.id]
            found[person.id] = A_CHILD if case_id in hidden else f"{person.name} {case}"
        elif shown or not ties[person.id]:
            found[person.id] = named(person, shown)
    return found
