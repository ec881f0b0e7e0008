"""One row of a people file, read cell by cell: a fault is noted and reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from bot.imports.faults import Fault, Unclear
from bot.imports.headers import Kind, check_header, kind_of
from bot.imports.tables import Record, Table, read_table
from bot.rules.phones import BadNumber

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value was read, for what turns out to be wrong with it only later."""

    file: str
    row: int
    column: str
    value: str = field(repr=False)

    def fault(self, advice: str) -> Fault:
        """Tell what is wrong with what stands there."""
        return Fault(self.file, self.row, self.column, self.value, advice)

    def beside(self, column: str, value: str) -> Cell:
        """Name another cell of the same row."""
        return Cell(self.file, self.row, column, value)


NOWHERE = Cell("", 0, "", "")  # of rows that were in no file


class Row:
    """The cells of one row by the name of their column."""

    __slots__ = ("_cells", "_faulty", "_note", "file", "number")

    def __init__(
        self, file: str, number: int, cells: Mapping[str, str], note: Callable[[Fault], None]
    ) -> None:
        self.file, self.number = file, number
        self._cells, self._note = cells, note
        self._faulty: set[str] = set()

    def text(self, column: str) -> str:
        """Give a cell as it stands; nothing where the file has no such column."""
        return self._cells.get(column, "")

    def read(self, column: str, parse: Callable[[str], T], otherwise: T) -> T:
        """Understand a cell, or note what is wrong with it and give `otherwise`."""
        if column not in self._cells:
            return otherwise  # the missing heading is a fault already
        try:
            return parse(self._cells[column])
        except (Unclear, BadNumber) as problem:
            self.fault(column, problem.advice)
            return otherwise

    def fault(self, column: str, advice: str) -> None:
        """Note a fault of this row."""
        self._faulty.add(column)
        self._note(self.cell(column).fault(advice))

    def cell(self, column: str) -> Cell:
        """Name a cell, so that something can be said of it later."""
        return Cell(self.file, self.number, column, self.text(column))

    def has(self, column: str) -> bool:
        """Say whether the file has this column."""
        return column in self._cells

    def sound(self, column: str) -> bool:
        """Say whether this cell is there and has no fault so far: only then can it be compared."""
        return self.has(column) and column not in self._faulty

    @property
    def place(self) -> str:
        """Name this row to somebody who reads about another one."""
        return f"row {self.number} of {self.file}"


Placed: TypeAlias = tuple[Row, T]  # a value together with the row it was read from


@dataclass(frozen=True, slots=True)
class Sheet:
    """One people file: its kind, every row, and those that could be cut into cells."""

    kind: Kind
    rows: tuple[Row, ...]
    straight: tuple[Row, ...]  # `rows` without those that have too few or too many cells
    complete: bool  # False: more rows may exist than could be read


def read_sheet(file: str, content: bytes, note: Callable[[Fault], None]) -> Sheet | None:
    """Read one file as far as possible; None if it is not known what it is."""
    table = read_table(file, content, note)
    kind = kind_of(table, note) if table else None
    if table is None or kind is None:
        return None
    told_apart = check_header(table, kind, note)
    if not table.records and table.complete:
        note(Fault(file, 1, "", "", "has headings but no rows. Send the one that has the rows."))
    rows = [(_row(table, record, note), record) for record in table.records]
    straight = [row for row, record in rows if _is_straight(row, record, table.header)]
    return Sheet(
        kind, tuple(row for row, _ in rows), tuple(straight), table.complete and told_apart
    )


def _row(table: Table, record: Record, note: Callable[[Fault], None]) -> Row:
    pairs = zip(table.header, record.cells, strict=False)  # a crooked row is read no further
    cells = {name: cell for name, cell in pairs if name}
    return Row(table.file, record.row, cells, note)


def _is_straight(row: Row, record: Record, header: Sequence[str]) -> bool:
    """Check that no comma is missing or too many, which would put a rule under another heading."""
    beyond = any(record.cells[len(header) :])
    if len(record.cells) >= len(header) and not beyond:
        return True
    row.fault(
        "",
        f"has {len(record.cells)} cells and the header {len(header)}. A comma is missing or too"
        " many: put a cell that holds a comma in quotation marks.",
    )
    return False
