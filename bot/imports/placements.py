"""The files of placements and of agreed sessions: every row, or every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from bot.imports import cells
from bot.imports.faults import Fault, Rejected, Unclear, did_you_mean
from bot.imports.rows import Row
from bot.imports.tables import Table, read_table
from bot.rules.expected import SLOTS, Pattern, Slot, slots_of
from bot.rules.placement import HOLDS, Placed, stretch_fault, tenths_of, wrong_with
from bot.rules.placement_form import AGREED_BY

T = TypeVar("T")
Note = Callable[[Fault], None]

PLACEMENTS = (
    *("pupil", "starts_on", "agreed_end", "excluded_on"),
    *("attendance_before", "ended_on", "hold"),
)
SESSIONS = ("pupil", "kind", "sessions", "from", "until", "agreed_by")
NONE: frozenset[Slot] = frozenset()
COLUMN = {"ends_on": "agreed_end"}  # where a form names a date otherwise


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """One pupil's time at a setting, and why messages about attendance are held, if they are."""

    pupil: str
    placed: Placed
    hold: str


@dataclass(frozen=True, slots=True)
class SessionsRow:
    """What was agreed for one pupil for a while."""

    pupil: str
    pattern: Pattern
    agreed_by: str


def read_placements(
    file: str, content: bytes, known: Collection[str], today: date
) -> list[PlacementRow]:
    """Read placements of pupils who are on record; raises `Rejected` with every fault."""
    faults: list[Fault] = []
    seen: set[str] = set()
    found = []
    for row in _rows(file, content, PLACEMENTS, faults.append):
        found.append(_placement(row, known, today))
        if row.sound("pupil") and found[-1].pupil in seen:
            row.fault("pupil", "stands twice. Keep the row that is right.")
        seen.add(found[-1].pupil)
    return _all(found, faults)


def read_sessions(file: str, content: bytes, known: Collection[str]) -> list[SessionsRow]:
    """Read agreed sessions of pupils who are on record; raises `Rejected` with every fault."""
    faults: list[Fault] = []
    rows = _rows(file, content, SESSIONS, faults.append)
    return _all([_sessions(row, known) for row in rows], faults)


def _all(found: list[T], faults: list[Fault]) -> list[T]:
    if faults:
        raise Rejected(faults)
    return found


def _rows(file: str, content: bytes, columns: Collection[str], note: Note) -> Iterator[Row]:
    table = read_table(file, content, note)
    if table is None or not _heads_well(table, columns, note):
        return
    for record in table.records:
        if len(record.cells) == len(table.header):
            pairs = zip(table.header, record.cells, strict=True)
            yield Row(file, record.row, dict(pairs), note)
        else:
            note(Fault(file, record.row, "", "", "has too few or too many cells."))


def _heads_well(table: Table, columns: Collection[str], note: Note) -> bool:
    missing = [name for name in columns if name not in table.header]
    for name in missing:
        note(Fault(table.file, 1, name, "", "is missing."))
    for name in table.header:
        if name not in columns:
            advice = f"is not known here.{did_you_mean(name, missing)}"
            note(Fault(table.file, 1, name, "", advice))
    return not missing


def _placement(row: Row, known: Collection[str], today: date) -> PlacementRow:
    placed = Placed(
        starts_on=row.read("starts_on", cells.optional(_day), None),
        ends_on=row.read("agreed_end", cells.optional(_day), None),
        excluded_on=row.read("excluded_on", cells.optional(_day), None),
        prior_tenths=row.read("attendance_before", _tenths, None),
        ended_on=row.read("ended_on", cells.optional(_day), None),
    )
    for wrong in wrong_with(placed, today):
        column = COLUMN.get(wrong.name, wrong.name)
        if row.sound(column):
            row.fault(column, wrong.words)
    hold = row.read("hold", lambda cell: cells.one_of(*HOLDS)(cell) if cell else "", "")
    return PlacementRow(_pupil(row, known), placed, hold)


def _sessions(row: Row, known: Collection[str]) -> SessionsRow:
    kind = row.read("kind", cells.one_of("reduced", "reintegration"), "reduced")
    first, last = row.read("from", _day, date.min), row.read("until", _day, date.min)
    slots: frozenset[Slot] = row.read("sessions", _slots, NONE)
    pattern = Pattern("reduced" if kind == "reduced" else "reintegration", slots, first, last)
    fault = stretch_fault(pattern)
    if fault and all(row.sound(column) for column in ("kind", "from", "until", "sessions")):
        row.fault("until", fault)
    agreed_by = row.read("agreed_by", cells.one_of(*AGREED_BY), "")
    return SessionsRow(_pupil(row, known), pattern, agreed_by)


def _pupil(row: Row, known: Collection[str]) -> str:
    ref = row.read("pupil", cells.reference, "")
    if row.sound("pupil") and ref not in known:
        row.fault("pupil", f"is no pupil on record.{did_you_mean(ref, known)}")
    return ref


def _day(cell: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise Unclear("is no date. Write it as 2026-11-30.") from None


def _tenths(cell: str) -> int | None:
    try:
        return tenths_of(cell)
    except ValueError:
        raise Unclear("is no percentage. Write it as 87.5.") from None


def _slots(cell: str) -> frozenset[Slot]:
    words = [each.strip().casefold() for each in cell.split(";") if each.strip()]
    unknown = [each for each in words if each not in SLOTS]
    if unknown or not words:
        raise Unclear("names a session that is none. Write mon am; mon pm; tue am.")
    return slots_of(words)
