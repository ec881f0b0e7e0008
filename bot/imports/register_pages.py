"""The page of a file that holds the register, as a stream of rows, whatever the file is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice

from bot.imports.faults import Unclear
from bot.imports.register_headings import SHAPES, WITHIN, Headings, Line, find_headings
from bot.imports.register_shapes import Shapes
from bot.imports.signs import FOREIGN_FILES, OLD_WORKBOOK, SAVE_AS, WORKBOOK, foreign
from bot.imports.workbook import Sheet, open_workbook

MOST_BYTES = 20_000_000
NO_HEADINGS = f"has no headings in its first {WITHIN} rows. {SHAPES}"
EMPTY = "is empty. Send the one that has the rows."
LOCKED = "is locked with a password. Take the password off and save it again."
BROKEN_QUOTES = (
    "starts a quotation mark that is never closed, or closes it in the middle of a cell."
    " Nothing below could be read. Correct the quotation marks."
)
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Page:
    """One register: its headings and the rows below them."""

    headings: Headings
    lines: Iterator[Line] = field(repr=False)
    computed: Mapping[int, int]  # column -> first row that holds no plain value
    merged: Mapping[int, int]  # column -> first row of a merged cell
    even: bool  # every row has as many cells as the headings: a workbook's always has


def register_page(content: bytes, shapes: Shapes, today: date) -> Page:
    """Find the register in a file. Raises `Unclear` if there is none, or more than one."""
    if len(content) > MOST_BYTES:
        raise Unclear(f"is larger than {MOST_BYTES // 1_000_000} MB. Export fewer weeks at a time.")
    if content.startswith(WORKBOOK):
        return _of_workbook(open_workbook(content), shapes, today)
    if content.startswith(OLD_WORKBOOK):
        raise Unclear(LOCKED if ENCRYPTED in content else FOREIGN_FILES[OLD_WORKBOOK])
    if advice := foreign(content):
        raise Unclear(advice)
    if content[1:2] == b"\0" or content[:1] == b"\0":
        raise Unclear(f"is written in UTF-16. {SAVE_AS}")
    return _of_text(content, shapes, today)


def _of_text(content: bytes, shapes: Shapes, today: date) -> Page:
    lines = csv_lines(content)
    first = list(islice(lines, WITHIN))
    if not first:
        raise Unclear(EMPTY)
    headings = find_headings(first, shapes, today)
    if not headings:
        raise Unclear(_divided(first[0]) or NO_HEADINGS)
    below = (line for line in chain(first, lines) if line.row > headings.row)
    return Page(headings, below, computed={}, merged={}, even=False)


def csv_lines(content: bytes) -> Iterator[Line]:
    """Read a CSV file row by row, without the blank ones. Raises `Unclear` for broken quotes."""
    text = io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", "surrogateescape", newline="")
    row = 0
    try:
        for cells in csv.reader(text, strict=True):
            row += 1
            if any(cell and not cell.isspace() for cell in cells):
                yield Line(row, tuple(cells))
    except csv.Error:
        raise BrokenOff(row + 1) from None


class BrokenOff(Unclear):
    """A row from which on nothing can be read."""

    def __init__(self, row: int) -> None:
        super().__init__(BROKEN_QUOTES)
        self.row = row


def _divided(first: Line) -> str | None:
    only = first.cells[0] if len(first.cells) == 1 else ""
    if isinstance(only, str) and any(sign in only for sign in ";\t|"):
        return "is not divided by commas. Save the file as 'CSV UTF-8 (comma delimited)'."
    return None


def _of_workbook(sheets: Iterator[Sheet], shapes: Shapes, today: date) -> Page:
    """Take the one sheet with marks; a list kept on a sheet beside it does no harm."""
    likely = [
        (sheet, headings)
        for sheet in sheets
        if (headings := find_headings(sheet.first(WITHIN), shapes, today))
    ]
    found = [pair for pair in likely if pair[1].whole] or likely
    if not found:
        raise Unclear(NO_HEADINGS)
    _check_sheets([sheet for sheet, _ in found])
    sheet, headings = found[0]
    below = (line for line in sheet.lines() if line.row > headings.row)
    return Page(
        headings,
        below,
        computed=sheet.computed_below(headings.row),
        merged=sheet.merged_below(headings.row - 1),
        even=True,
    )


def _check_sheets(sheets: list[Sheet]) -> None:
    hidden = [sheet.name for sheet in sheets if sheet.hidden]
    if hidden:
        raise Unclear(
            f"has marks on a hidden sheet ({hidden[0]}). Show the sheet and check it, or delete it."
        )
    if len(sheets) > 1:
        names = ", ".join(sheet.name for sheet in sheets[:3])
        raise Unclear(f"has marks on more than one sheet ({names}). Send one sheet at a time.")
