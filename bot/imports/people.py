"""The people files of one taskforce, read together: everybody, or every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.imports.carers import CarerRow, as_on_that_phone, carer_of_pupil, read_carer
from bot.imports.faults import Fault, Rejected
from bot.imports.headers import CARERS, PUPILS, SCHOOLS, STAFF, Kind
from bot.imports.phonebook import check_carers, check_old_carers, check_staff_apart
from bot.imports.pupils import PupilRow, read_pupil
from bot.imports.references import (
    check_deputies,
    check_once,
    check_pupils_known,
    check_schools_known,
    check_staff_known,
)
from bot.imports.rows import Placed, Row, Sheet, T, read_sheet
from bot.imports.schools import SchoolRow, read_school
from bot.imports.staff import StaffRow, read_staff
from bot.rules.phones import BadNumber, e164

__all__ = ["CarerRow", "People", "PupilRow", "SchoolRow", "StaffRow", "read_people"]

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class People:
    """Everybody in the files, each kind in the order of its rows."""

    staff: tuple[StaffRow, ...]
    schools: tuple[SchoolRow, ...]
    pupils: tuple[PupilRow, ...]
    carers: tuple[CarerRow, ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """Everybody together with the rows they stand in."""

    staff: list[Placed[StaffRow]]
    schools: list[Placed[SchoolRow]]
    pupils: list[Placed[PupilRow]]
    carers: list[Placed[CarerRow]]


def read_people(
    files: Sequence[tuple[str, bytes]],
    *,
    known_staff: frozenset[str] = NOBODY,
    known_pupils: frozenset[str] = NOBODY,
    known_schools: frozenset[str] = NOBODY,
    pupils_with_carers: frozenset[str] = NOBODY,
) -> People:
    """Read (name, content) of each file, or raise `Rejected` with every fault of all of them.

    The known are on record already, so rows may name them. For `pupils_with_carers` and those in
    a carers file, the adult that a pupils file names is not used.
    """
    faults: list[Fault] = []
    sheets = [read_sheet(file, content, faults.append) for file, content in files]
    found = [sheet for sheet in sheets if sheet]
    people = _read_rows(found, pupils_with_carers)
    _check_doubles(people)
    if len(found) == len(sheets) and all(sheet.complete for sheet in found):
        # Rows that could not be read may hold whoever seems to be missing.
        _check_names(people, found, known_staff, known_pupils, known_schools)
    if faults:
        raise Rejected(_in_order(faults, files))
    return People(
        staff=_values(people.staff),
        schools=_values(people.schools),
        pupils=_values(people.pupils),
        carers=_values(people.carers),
    )


def _read_rows(sheets: Sequence[Sheet], with_carers: frozenset[str]) -> _Placed:
    pupils = _read(sheets, PUPILS, read_pupil)
    carers = _read(sheets, CARERS, read_carer)
    check_old_carers(_numbers(row for row, _ in pupils), carers)
    structured = with_carers | {row.text("pupil") for row in _rows(sheets, CARERS)}
    on_phone = {carer.phone: carer for _, carer in carers}
    for row, pupil in pupils:
        older = carer_of_pupil(row, pupil) if pupil.ref not in structured else None
        if older:
            known = on_phone.get(older.phone)
            carers.append((row, as_on_that_phone(older, known) if known else older))
    staff = _read(sheets, STAFF, read_staff)
    return _Placed(staff, _read(sheets, SCHOOLS, read_school), pupils, carers)


def _read(sheets: Sequence[Sheet], kind: Kind, read: Callable[[Row], T]) -> list[Placed[T]]:
    return [(row, read(row)) for sheet in sheets if sheet.kind is kind for row in sheet.straight]


def _rows(sheets: Sequence[Sheet], kind: Kind) -> list[Row]:
    return [row for sheet in sheets if sheet.kind is kind for row in sheet.rows]


def _numbers(rows: Iterable[Row]) -> Iterable[Placed[str]]:
    for row in rows:
        try:
            yield row, e164(row.text("carer_phone"))
        except BadNumber:
            continue


def _check_doubles(people: _Placed) -> None:
    check_once("id", people.staff, lambda member: member.ref, "the id")
    check_once("phone", people.staff, lambda member: member.phone, "the phone")
    check_once("name", people.schools, lambda school: school.name, "the name")
    check_once("id", people.pupils, lambda pupil: pupil.ref, "the id")
    check_once("upn", people.pupils, lambda pupil: pupil.upn, "the UPN")
    check_carers(people.carers)
    check_staff_apart(people.staff, people.carers)


def _check_names(
    people: _Placed,
    sheets: Sequence[Sheet],
    known_staff: frozenset[str],
    known_pupils: frozenset[str],
    known_schools: frozenset[str],
) -> None:
    """Look for everybody who is named. A row with a fault still makes its id known."""
    staff = known_staff | {row.text("id") for row in _rows(sheets, STAFF)}
    check_staff_known(people.pupils, staff)
    check_deputies(people.staff, staff)
    schools = known_schools | {row.text("name") for row in _rows(sheets, SCHOOLS)}
    check_schools_known(people.pupils, schools)
    pupils = known_pupils | {row.text("id") for row in _rows(sheets, PUPILS)}
    check_pupils_known(people.carers, pupils)


def _values(placed: Iterable[Placed[T]]) -> tuple[T, ...]:
    return tuple(value for _, value in placed)


def _in_order(faults: Iterable[Fault], files: Sequence[tuple[str, bytes]]) -> list[Fault]:
    """Put faults in the order of files and rows, each once."""
    order = {file: place for place, (file, _) in reversed(list(enumerate(files)))}
    return sorted(dict.fromkeys(faults), key=lambda fault: (order[fault.file], fault.row))
