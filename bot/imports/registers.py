"""A register read as a stream: every mark, or every fault with its row, column and remedy.

The rows come while the file is read, so whoever takes them in looks at the faults afterwards and
undoes everything if there is one: a register is taken in whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TypeVar

from bot.imports import cells
from bot.imports.faults import Fault, Unclear
from bot.imports.register_cells import both_marks, read_code, read_upn
from bot.imports.register_days import check_day, read_day, read_half
from bot.imports.register_headings import Line, Sessions, shown
from bot.imports.register_pages import BrokenOff, Page, register_page
from bot.imports.register_seen import Seen
from bot.imports.register_shapes import Shapes
from bot.imports.rows import Cell
from bot.imports.signs import CONTROL, SAVE_AS, has_control, has_lost, tidy
from bot.rules.marks import HALVES, NO_MARK, Codes, Half

T = TypeVar("T")

MOST_ROWS = 250_000

TOO_MANY = f"comes after {MOST_ROWS} rows. Export fewer weeks at a time."
NO_ROWS = "has headings but no rows. Send the one that has the rows."
COMPUTED = (
    "holds a formula or an error, and so may others below. Copy the column, paste it as values and"
    " save the workbook again."
)
MERGED = "is merged with other cells. Take the merging off, so that each cell says its own."
LOST = f"has a letter that is not UTF-8. {SAVE_AS}"


@dataclass(frozen=True, slots=True)
class MarkRow:
    """What one register says of one pupil in one session."""

    upn: str = field(repr=False)
    school: str  # empty where the file names none
    day: date
    half: Half
    code: str  # as the register says it
    at: Cell = field(repr=False, compare=False)  # where it stands in the file


def read_register(
    file: str,
    content: bytes,
    shapes: Shapes,
    codes: Codes,
    note: Callable[[Fault], None],
    *,
    today: date,
) -> Iterator[MarkRow]:
    """Read a CSV file or a workbook of any known shape, noting every fault."""
    try:
        page = register_page(content, shapes, today)
    except Unclear as problem:
        row = problem.row if isinstance(problem, BrokenOff) else 1
        note(Fault(file, row, "", "", problem.advice))
        return
    if _heads_well(file, page, note):
        yield from _Reader(file, page, codes, note, today).marks()


def _heads_well(file: str, page: Page, note: Callable[[Fault], None]) -> bool:
    headings = page.headings
    problems = list(headings.problems())
    for problem in problems:
        value = problem.column if problem.column in headings.names else ""
        note(Fault(file, headings.row, problem.column, value, problem.advice))
    for places, advice in ((page.computed, COMPUTED), (page.merged, MERGED)):
        for place in sorted(headings.used & places.keys()):
            note(Fault(file, places[place], headings.names[place], "", advice))
    return not problems


class _Reader:
    """One register while it is read."""

    def __init__(
        self, file: str, page: Page, codes: Codes, note: Callable[[Fault], None], today: date
    ) -> None:
        self._file, self._page, self._headings = file, page, page.headings
        self._codes, self._note, self._today = codes, note, today
        self._sessions, self._width = page.headings.sessions, page.headings.width
        self._places = {m: page.headings.place(m) for m in ("upn", "school", "date", "session")}
        self._used = sorted(page.headings.used)
        # The same few words stand in row after row: each is understood once.
        self._upn, self._half = cache(read_upn), cache(read_half)
        self._day = cache(lambda words: read_day(words, today))
        self._column_day = cache(self._check_column)
        self._seen = Seen()

    def marks(self) -> Iterator[MarkRow]:
        """Read row after row; one that cannot be read does not stop the next."""
        count = 0
        try:
            for count, line in enumerate(self._page.lines, 1):
                if count > MOST_ROWS:
                    self._fault(line, None, TOO_MANY)
                    return
                if self._straight(line) and self._sound(line):
                    yield from self._marks_of(line)
        except BrokenOff as broken:
            self._note(Fault(self._file, broken.row, "", "", broken.advice))
            return
        if not count:
            self._note(Fault(self._file, self._headings.row, "", "", NO_ROWS))

    def _straight(self, line: Line) -> bool:
        """Check that no comma is missing or too many, which would move marks to another day."""
        width = len(line.cells)
        if self._page.even or (width >= self._width and not any(line.cells[self._width :])):
            return True
        advice = (
            f"has {width} cells and the header {self._width}. A comma is missing or too many: put"
            " a cell that holds a comma in quotation marks."
        )
        self._fault(line, None, advice)
        return False

    def _sound(self, line: Line) -> bool:
        """Check the signs of the cells that are read; a column beside them may hold anything."""
        for place in self._used:
            cell = line.cells[place]
            if isinstance(cell, str) and (has_control(cell) or has_lost(cell)):
                self._fault(line, place, CONTROL if has_control(cell) else LOST)
                return False
        return True

    def _marks_of(self, line: Line) -> Iterator[MarkRow]:
        said = [(column, self._words(line, column.place)) for column in self._sessions]
        said = [(column, words) for column, words in said if words not in NO_MARK]
        if not said:
            return  # nobody has marked it yet, or it is a line below the table
        upn = self._read(line, self._places["upn"], self._upn)
        school = self._read(line, self._places["school"], cells.title) or ""
        row_day = None if self._headings.days else self._read(line, self._places["date"], self._day)
        for column, words in said:
            day = self._column_day(column) if column.day else row_day
            for half, word in self._halves(line, column, words) if day else ():
                code = self._code(line, column, word, day, half)
                if upn and day and code:
                    at = self._cell(line, column.place)
                    yield from self._once(MarkRow(upn, school, day, half, code, at))

    def _halves(self, line: Line, column: Sessions, words: str) -> list[tuple[Half, str]]:
        if column.half:
            return [(column.half, words)]
        if not column.day:
            half = self._read(line, self._places["session"], self._half)
            return [(half, words)] if half else []
        both = self._read(line, column.place, both_marks) or ("", "")
        return [
            (half, word) for half, word in zip(HALVES, both, strict=True) if word not in NO_MARK
        ]

    def _code(
        self, line: Line, column: Sessions, word: str, day: date | None, half: Half
    ) -> str | None:
        try:
            return read_code(word, day, half, self._codes) if day else None
        except Unclear as problem:
            self._fault(line, column.place, problem.advice)
            return None

    def _check_column(self, column: Sessions) -> date | None:
        """Check the day a heading names, once, as soon as there is a mark below it."""
        try:
            check_day(column.day or self._today, self._today)
        except Unclear as problem:
            name = self._headings.names[column.place]
            self._note(Fault(self._file, self._headings.row, name, name, problem.advice))
            return None
        return column.day

    def _once(self, mark: MarkRow) -> Iterator[MarkRow]:
        """Give a mark the file has not given before; note it if the file gave another."""
        register = (mark.upn, mark.school.casefold())
        earlier = self._seen.earlier(register, mark.day, mark.half)
        if not earlier:
            self._seen.keep(register, mark.day, mark.half, (mark.at.row, mark.code))
            yield mark
        elif earlier[1] != mark.code:
            advice = (
                f"is not what row {earlier[0]} says of the same pupil and session ({earlier[1]})."
                " Delete the wrong one of the two."
            )
            self._note(mark.at.fault(advice))

    def _read(self, line: Line, place: int | None, parse: Callable[[str], T]) -> T | None:
        if place is None:
            return None  # this register has no such column
        try:
            return parse(self._words(line, place))
        except Unclear as problem:
            self._fault(line, place, problem.advice)
            return None

    def _words(self, line: Line, place: int) -> str:
        cell = line.cells[place]
        return tidy(cell) if isinstance(cell, str) else shown(cell)

    def _cell(self, line: Line, place: int) -> Cell:
        return Cell(self._file, line.row, self._headings.names[place], self._words(line, place))

    def _fault(self, line: Line, place: int | None, advice: str) -> None:
        at = Cell(self._file, line.row, "", "") if place is None else self._cell(line, place)
        self._note(at.fault(advice))
