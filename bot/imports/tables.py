"""From the bytes of a CSV file to rows of clean text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.imports.faults import Fault
from bot.imports.signs import CONTROL, SAVE_AS, foreign, has_control, has_lost, tidy


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a file."""

    row: int  # as a spreadsheet shows it
    cells: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """One file as rows of text; `complete` is False if its end could not be read."""

    file: str
    header: tuple[str, ...]
    records: tuple[Record, ...] = field(repr=False)
    complete: bool


def read_table(file: str, content: bytes, note: Callable[[Fault], None]) -> Table | None:
    """Read one file, noting every fault; None if there is nothing to read in it."""
    if advice := foreign(content):
        note(Fault(file, 1, "", "", advice))
        return None
    text = content.decode("utf-8-sig", "surrogateescape")
    found, complete = _records(file, text, note)
    if not found:
        if complete:
            note(Fault(file, 1, "", "", "is empty. Send the one that has the rows."))
        return None
    header = _names(found[0])
    for record in found:
        _check_signs(file, header, record, note)
    _check_letters(file, header, found, note)
    rows = tuple(_clean(record) for record in found[1:])
    return Table(file, header, rows, complete)


def _records(file: str, text: str, note: Callable[[Fault], None]) -> tuple[Sequence[Record], bool]:
    """Split text into rows and leave out the blank ones, which spreadsheets like to add."""
    found: list[Record] = []
    row = 0
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), strict=True):
            row += 1
            if any(cell.strip() for cell in cells):
                found.append(Record(row, tuple(cells)))
    except csv.Error:
        # A quotation mark that never closes would swallow every family below it without a word.
        advice = (
            "starts a quotation mark that is never closed, or closes it in the middle of a cell."
            " Nothing below could be read. Correct the quotation marks."
        )
        note(Fault(file, row + 1, "", "", advice))
        return found, False
    return found, True


def _names(record: Record) -> tuple[str, ...]:
    """Read the headings: small letters, underscores; blank ones at the end do not count."""
    names = [re.sub(r"[\s_-]+", "_", tidy(cell).casefold()) for cell in record.cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _check_signs(
    file: str, header: tuple[str, ...], record: Record, note: Callable[[Fault], None]
) -> None:
    for place, cell in enumerate(record.cells):
        if has_control(cell):
            note(Fault(file, record.row, _heading(header, place), tidy(cell), CONTROL))


def _check_letters(
    file: str, header: tuple[str, ...], records: Sequence[Record], note: Callable[[Fault], None]
) -> None:
    """Note the first lost letter and how many cells lost one: they all have one cause."""
    lost = [
        Fault(file, record.row, _heading(header, place), tidy(cell), "")
        for record in records
        for place, cell in enumerate(record.cells)
        if has_lost(cell)
    ]
    if lost:
        cells = "one cell" if len(lost) == 1 else f"{len(lost)} cells"
        advice = f"has a letter that is not UTF-8 (in all, {cells} of this file). {SAVE_AS}"
        note(Fault(file, lost[0].row, lost[0].column, lost[0].value, advice))


def _heading(header: tuple[str, ...], place: int) -> str:
    return header[place] if place < len(header) else ""


def _clean(record: Record) -> Record:
    return Record(record.row, tuple(tidy(cell) for cell in record.cells))
