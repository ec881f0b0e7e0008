"""The sheets of an Excel workbook, row by row."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from bot.imports.faults import Unclear
from bot.imports.register_days import Value
from bot.imports.register_headings import Line
from bot.imports.workbook_check import BROKEN, look_through

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, looked through before it was opened."""

    name: str
    hidden: bool
    _rows: CalamineSheet = field(repr=False)
    _computed: Mapping[int, list[int]] = field(repr=False)

    def lines(self) -> Iterator[Line]:
        """Read the rows that hold anything."""
        left = ("",) * (self._rows.start or (0, 0))[1]  # columns nobody wrote in
        for row, cells in enumerate(self._rows.iter_rows(), 1):
            values = tuple(_value(cell) for cell in cells)
            if any(values):
                yield Line(row, left + values)

    def first(self, rows: int) -> list[Line]:
        """Read the rows at the top."""
        found = []
        for line in self.lines():
            if line.row > rows:
                break
            found.append(line)
        return found

    def computed_below(self, row: int) -> dict[int, int]:
        """Name each column in which a formula or an error stands below a row, and where."""
        below = {
            column: next((r for r in rows if r > row), 0) for column, rows in self._computed.items()
        }
        return {column: first for column, first in below.items() if first}

    def merged_below(self, row: int) -> dict[int, int]:
        """Name each column in which cells are merged below a row, and where."""
        found: dict[int, int] = {}
        for (top, left), (bottom, right) in self._rows.merged_cell_ranges or ():
            for column in range(left, right + 1) if bottom + 1 > row else ():
                found.setdefault(column, top + 1)
        return found


def open_workbook(content: bytes) -> Iterator[Sheet]:
    """Give each sheet. Raises `Unclear` for what is no workbook, is broken or is a bomb."""
    computed = look_through(content)
    book = _opened(lambda: load_workbook(io.BytesIO(content)))
    for sheet in book.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet:
            yield Sheet(
                sheet.name,
                sheet.visible != SheetVisibleEnum.Visible,
                _read(book, sheet.name),
                computed.get(sheet.name, {}),
            )


def _read(book: CalamineWorkbook, name: str) -> CalamineSheet:
    return _opened(lambda: book.get_sheet_by_name(name))


def _opened(opening: Callable[[], T]) -> T:
    try:
        return opening()
    except (CalamineError, OSError, ValueError):
        raise Unclear(BROKEN) from None


def _value(cell: object) -> Value:
    """Keep dates and words; a number is written out as a spreadsheet shows it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
