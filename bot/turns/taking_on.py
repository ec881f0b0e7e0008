"""Taking on one family or one colleague from a form: as files of one row, by the same checks."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import TypeAlias

from babel import Locale
from sqlalchemy import Connection, select

from bot.domain import NotReady
from bot.flows.reading import folded
from bot.imports.cells import NO_UPN
from bot.imports.faults import Fault, Rejected
from bot.imports.headers import CARERS, PUPILS, STAFF, Kind
from bot.imports.times import DAYS
from bot.rules.gate import OPEN_STATUSES
from bot.rules.referral import Standing
from bot.scene.desk_notes import raise_task
from bot.scene.family import family_of
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.turns.connecting import claim_words
from bot.turns.contact_rules import CHECKED, window_cells
from bot.turns.referrals import meanwhile
from bot.turns.welcome import offer_welcome
from storage import referrals
from storage.addresses import lines_of, person_by_id
from storage.cases import case_ids, ties_on
from storage.contact_rules import mark_set
from storage.tables import Person

CHILD, ADULT, COLLEAGUE = "child", "adult", "colleague"  # what faults name as their file
ADULTS = f"{ADULT}_"  # what the fields of an adult begin with
AS_IT_BEGINS = {"priority": "1", "channel": "sms", "opted_out": "N", "proven": "N"}
NOTHING_TAKEN = "Nothing was taken in."
ALIKE = (
    "A child of this name is on record: {refs}. Nothing was taken in. If this is another child,"
    " tick so under the last name and send it once more."
)
TAKEN = "is on record already. Leave it empty or give the next free one."

_NUMBERED = re.compile(r"P([0-9]{1,6})")

Files: TypeAlias = list[tuple[str, bytes]]
Form: TypeAlias = Mapping[str, str]


class AskedAgain(NotReady):
    """A form that may go on once whoever sent it has looked at something; it says at what."""

    def __init__(self, words: str, **shown: str) -> None:
        super().__init__(words)
        self.shown = shown  # what the form holds from now on


def ask_about_namesakes(form: Form, children: Iterable[tuple[str, str]]) -> None:
    """Raise `AskedAgain` if a child on record has this name, until it is said to be another.

    `children`: the reference and name of each. Which ones were said to be others is sent with the
    form, so that one who has come since is asked about too.
    """
    name = folded(f"{form.get('first', '')} {form.get('last', '')}")
    alike = [ref for ref, child in children if folded(child) == name]
    if not set(alike) <= set(form.get("another", "").split(",")):
        raise AskedAgain(ALIKE.format(refs=", ".join(alike)), alike=",".join(alike))


def family_files(form: Form, taken: Collection[str]) -> Files:
    """Write a family's form down as a pupils file and a carers file of one row each."""
    child = {column: form.get(column, "") for column in PUPILS.required}
    child["id"] = child["id"].strip() or free_number(taken)
    if form.get("upn_later") == CHECKED and not child["upn"].strip():
        child["upn"] = NO_UPN
    child["constraint"] = form.get("constraint", "")
    files = [_file(CHILD, PUPILS, child)]
    if _names_an_adult(form):
        files.append(_file(ADULT, CARERS, _adult(form, child["id"])))
    return files


def colleague_file(form: Form, taken: Collection[str]) -> Files:
    """Write a colleague's form down as a staff file of one row."""
    row = {column: form.get(column, "") for column in (*STAFF.required, "public_label")}
    row["id"] = row["id"].strip() or free_initials(row["name"], taken)
    row["hours"] = ";".join(_shifts(form))
    row["chat_channel"] = ""
    return [_file(COLLEAGUE, STAFF, row)]


def free_number(taken: Collection[str]) -> str:
    """Make the next pupil's reference: P25 after P24."""
    numbers = (_NUMBERED.fullmatch(ref) for ref in taken)
    return f"P{max((int(found[1]) for found in numbers if found), default=0) + 1:02d}"


def free_initials(name: str, taken: Collection[str]) -> str:
    """Make a reference of a name's initials that nobody has: SG, then SG2."""
    letters = [part[0].upper() for part in name.split() if part[0].isascii() and part[0].isalnum()]
    initials = "".join(letters)[:4]
    if initials not in taken:
        return initials
    number = 2
    while f"{initials}{number}" in taken:
        number += 1
    return f"{initials}{number}"


def refs_taken(connection: Connection) -> frozenset[str]:
    """List every reference that somebody has: a pupil's is never a colleague's."""
    return frozenset(connection.execute(select(Person.ref)).scalars())


def refuse_taken(file: str, ref: str, taken: Collection[str]) -> None:
    """Raise `Rejected` if a form for somebody new would change somebody who is on record."""
    if ref.strip().casefold() in {one.casefold() for one in taken}:
        raise Rejected([Fault(file, 2, "id", ref.strip(), TAKEN)])


def settle_in(scene: Scene, case: str, referral: str, by: str, seen: Standing | None) -> list[str]:
    """Begin with a family that has just been put on record; raises `AskedAgain`.

    Their referral is decided, what they wrote before is theirs, and their key worker is offered a
    welcome. Names the adults somebody is asked to speak to first.

    `seen`: how the referral stood for whoever takes them on.
    """
    case_id = case_ids(scene.connection, [case])[case]
    if referral:
        _allocate(scene, referral, case_id, by, seen)
    adults = [person_id for person_id, _tie in ties_on(scene.connection, [case_id])]
    for one in adults:
        mark_set(scene.connection, case_id, one, scene.now)
        claim_all(scene, one)
    asked = ask_to_prove(scene, case_id, adults)
    offer_welcome(scene, case_id, by)
    return asked


def _allocate(scene: Scene, ref: str, case_id: int, by: str, seen: Standing | None) -> None:
    connection = scene.connection
    if seen is None or not referrals.allocated(
        connection, ref, case_id, by=by, now=scene.now, seen=seen
    ):
        row = referrals.referral(connection, ref)
        shown = str(referrals.standing(row)) if row else ""
        raise AskedAgain(f"{meanwhile(scene, row)} {NOTHING_TAKEN}", seen=shown)


def claim_all(scene: Scene, person_id: int) -> None:
    """Put what an adult wrote while nobody knew their number on their cases."""
    for line in lines_of(scene.connection, person_id):
        claim_words(scene, line, person_id)


def ask_to_prove(scene: Scene, case_id: int, adults: Collection[int]) -> list[str]:
    """Ask whoever owns a family to speak to its adults before anything automatic goes there."""
    asked = []
    for person_id, tie in ties_on(scene.connection, [case_id]):
        person = person_by_id(scene.connection, person_id)
        family = family_of(scene, person)
        mute = tie.copy_only or tie.status not in OPEN_STATUSES
        if person_id not in adults or mute or family is None or family.muted:
            continue
        if family.line.proven_at is not None:
            continue
        words = f"{family.named()} is new here. Speak to them, then press the button."
        who = family.owner.staff
        raise_task(scene, family, who, Matter("prove_number", words), told=(who,))
        asked.append(person.name)
    return asked


def adult_file(form: Form, pupil: str, priority: int) -> Files:
    """Write one adult down as a carers file of one row; `priority`: after whom they are asked."""
    row = _adult(form, pupil)
    return [_file(ADULT, CARERS, {**row, "priority": str(priority)})]


def _adult(form: Form, pupil: str) -> dict[str, str]:
    row = {column: form.get(f"{ADULTS}{column}", "") for column in CARERS.required}
    reads = language_code(row["reads"])
    told = {"pupil": pupil, "reads": reads, "speaks": reads}
    return {**row, **told, **window_cells(form, ADULTS), **AS_IT_BEGINS}


def _names_an_adult(form: Form) -> bool:
    return any(value.strip() for name, value in form.items() if name.startswith(ADULTS))


def _shifts(form: Form) -> list[str]:
    """Write the hours of each weekday that has any."""
    found = []
    for day in DAYS:
        start, end = (form.get(f"{day}_{edge}", "").strip() for edge in ("from", "until"))
        if start or end:
            found.append(f"{day.title()} {start}-{end}")
    return found


def _file(name: str, kind: Kind, row: Mapping[str, str]) -> tuple[str, bytes]:
    out = io.StringIO()
    columns = sorted(kind.required | set(row))
    written = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    written.writeheader()
    written.writerow(row)
    return name, out.getvalue().encode()


def language_code(words: str) -> str:
    """Give the code of a language named in English; anything else as it was typed."""
    return _codes().get(words.strip().casefold(), words)


@cache
def _codes() -> Mapping[str, str]:
    return {name.casefold(): code for code, name in Locale("en").languages.items()}
