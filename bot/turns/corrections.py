"""What is on record about a child or an adult is corrected: the log says so, and no file undoes it.

Only slips are mended here. Another person is another adult, never another name for this one.
What the service has worded by itself and not sent yet goes with the name as it is now; what a
person has typed goes as they typed it.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain import NotReady
from bot.flows.reading import folded
from bot.imports import cells
from bot.imports.faults import Fault, Rejected
from bot.imports.pupils import PupilRow, read_pupil
from bot.imports.references import check_schools_known
from bot.imports.rows import Row
from bot.scene.scene import Scene
from bot.turns.new_key_worker import put_names_right
from storage import audit, facts
from storage.addresses import hold_person
from storage.cases import ties_of, ties_on
from storage.contact_rules import Ruled, rules_of
from storage.facts import LABELS, SetByHand

FILE = "facts"  # what faults name as their file
COLUMNS = ("first", "last", "year", "home_school", "registration")
NOTHING = "Nothing changed: all of this is on record already."
MEANWHILE = "Somebody changed this meanwhile. Look at it as it is now, and change it once more."
NO_SUCH_ADULT = "This adult does not belong to this family any more."
NAMESAKE = "Another adult of this family has that name. Is it one person? Then correct the number."

Form = Mapping[str, str]


def correct_child(scene: Scene, case_id: int, form: Form, by: str, schools: frozenset[str]) -> str:
    """Correct a child's name, year, school or registration; returns what staff read.

    Raises `Rejected` for what a pupils file would not say either, `NotReady` for an old form.
    """
    connection = scene.connection
    hold_person(connection, facts.child_facts(connection, case_id).pupil_id)
    before = facts.child_facts(connection, case_id)
    if form.get("seen") != before.standing:
        raise NotReady(MEANWHILE)
    after = _facts(_read(form, schools))
    changed = {fact: new for fact, new in after.items() if new != getattr(before, fact)}
    if not changed:
        return NOTHING
    facts.write_child(connection, case_id, before.pupil_id, changed)
    if "name" in changed:
        for person_id, _tie in ties_on(connection, [case_id]):
            put_names_right(scene, person_id)
    for fact, new in changed.items():
        _log(scene, fact, f"{_label(fact)}: {new}. Before: {getattr(before, fact)}.", by, [case_id])
    case = form.get("case", "")
    audit.append(connection, scene.now, by, "child corrected", f"{case} {', '.join(changed)}")
    return f"Corrected: {', '.join(LABELS[fact] for fact in changed)}. No file sets it back."


def correct_name(scene: Scene, case_id: int, form: Form, by: str) -> str:
    """Correct how an adult's name is written; returns what staff read."""
    adults = {one.ref: one for one in rules_of(scene.connection, case_id)}
    adult = adults.get(form.get("to", ""))
    if adult is None:
        raise NotReady(NO_SUCH_ADULT)
    person = hold_person(scene.connection, adult.person_id)
    name = _read_name(form, adults)
    if name == person.name:
        return NOTHING
    facts.rename(scene.connection, person.id, name)
    put_names_right(scene, person.id)
    theirs = [tie.case_id for tie in ties_of(scene.connection, person.id)]
    words = f"Name of their {adult.relation}: {name}. Before: {person.name}."
    _log(scene, "name", words, by, [case_id], adult.ref)
    if others := [one for one in theirs if one != case_id]:
        # What the adult is to the other child stands with that child.
        _log(scene, "name", f"Name: {name}. Before: {person.name}.", by, others, adult.ref)
    audit.append(scene.connection, scene.now, by, "name corrected", adult.ref)
    return f"{name} it is, wherever this adult stands. No file sets it back."


def _facts(row: PupilRow) -> dict[str, str | int]:
    return {
        "name": f"{row.first} {row.last}",
        "year": row.year,
        "home_school": row.home_school,
        "registration": row.registration,
    }


def _read(form: Form, schools: frozenset[str]) -> PupilRow:
    """Read the facts by the same checks as a pupils file."""
    faults: list[Fault] = []
    row = Row(FILE, 2, {name: form.get(name, "") for name in COLUMNS}, faults.append)
    pupil = read_pupil(row)
    if row.sound("home_school"):
        check_schools_known([(row, pupil)], schools)
    if faults:
        raise Rejected(faults)
    return pupil


def _read_name(form: Form, adults: Mapping[str, Ruled]) -> str:
    faults: list[Fault] = []
    name = Row(FILE, 2, {"name": form.get("name", "")}, faults.append).read("name", cells.name, "")
    if faults:
        raise Rejected(faults)
    others = (one.name for one in adults.values() if one.ref != form.get("to"))
    if folded(name) in {folded(other) for other in others}:
        raise NotReady(NAMESAKE)
    return name


def _log(
    scene: Scene, fact: str, words: str, by: str, case_ids: list[int], adult: str = ""
) -> None:
    made = SetByHand(fact, words, by, scene.now, scene.taskforce.salt(), adult)
    facts.log_set(scene.connection, made, case_ids)


def _label(fact: str) -> str:
    return LABELS[fact].capitalize()
