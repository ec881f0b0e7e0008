"""Which column of a register is which: the shape is told by its headings, not its file name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.imports.faults import Unclear, did_you_mean
from bot.imports.register_days import Value, heading_day
from bot.imports.register_shapes import Meaning, Shapes
from bot.rules.marks import Half

WITHIN = 10  # rows: a title or two may stand above the headings
SHAPES = (
    "A register has columns UPN, Date, Session and Mark; or UPN, Date, AM and PM; or UPN and one"
    " for each session, as in Mon 30 Nov AM."
)
WRITTEN = {"upn": "UPN", "date": "Date", "session": "Session", "mark": "Mark", "am": "AM"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file; a workbook gives dates as dates."""

    row: int  # as a spreadsheet shows it
    cells: tuple[Value, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sessions:
    """One column of marks. What it does not say itself, other columns of the row say."""

    place: int
    day: date | None = None
    half: Half | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the headings; without a column, with all of them."""

    column: str
    advice: str


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings of one register, understood as far as they can be."""

    row: int
    names: tuple[str, ...]
    meanings: tuple[Meaning | None, ...]
    days: tuple[Sessions, ...]  # columns that name their day
    unclear: tuple[Problem, ...]

    def place(self, meaning: Meaning) -> int | None:
        """Say in which column something stands; None if in none."""
        return self.meanings.index(meaning) if meaning in self.meanings else None

    @property
    def whole(self) -> bool:
        """Say whether this is a row of headings and nothing that belongs to it is missing."""
        return not any(True for _ in self._missing())

    @property
    def alike(self) -> int:
        """Count what looks like a heading; a title above a table has less of it."""
        known = {meaning for meaning in self.meanings if meaning not in {None, "ignore"}}
        return len(known) + 2 * ("upn" in known) + bool(self.days)

    @property
    def sessions(self) -> tuple[Sessions, ...]:
        """Name the columns that hold marks."""
        if self.days:
            return self.days
        columns: tuple[tuple[Meaning, Half | None], ...] = (
            ("mark", None),
            ("am", "am"),
            ("pm", "pm"),
        )
        return tuple(
            Sessions(place, None, half)
            for meaning, half in columns
            if (place := self.place(meaning)) is not None
        )

    @property
    def width(self) -> int:
        """Count the columns up to the last one that has a heading."""
        return max((place + 1 for place, name in enumerate(self.names) if name), default=0)

    @property
    def used(self) -> frozenset[int]:
        """Name the columns that are read; the others may hold anything."""
        read = (self.place(m) for m in ("upn", "school", "date", "session"))
        return frozenset({p for p in read if p is not None} | {s.place for s in self.sessions})

    def problems(self) -> Iterator[Problem]:
        """Tell everything that must be put right before a mark can be read."""
        yield from self._missing()
        yield from self.unclear
        yield from self._mixed()
        yield from self._twice()

    def _missing(self) -> Iterator[Problem]:
        for meaning in ("upn", *self._wanted()):
            if meaning not in self.meanings:
                name = WRITTEN.get(meaning, "PM")
                near = did_you_mean(name, self._strange())
                yield Problem(name, f"is missing.{near} {SHAPES}")

    def _wanted(self) -> tuple[str, ...]:
        if self.days or self.unclear:
            return ()
        if {"am", "pm"} & set(self.meanings):
            return ("date", "am", "pm")
        return ("date", "session", "mark")

    def _strange(self) -> list[str]:
        pairs = zip(self.names, self.meanings, strict=True)
        return [name for name, meaning in pairs if name and not meaning]

    def _mixed(self) -> Iterator[Problem]:
        kinds = [bool(self.days), bool({"am", "pm"} & set(self.meanings)), "mark" in self.meanings]
        if sum(kinds) > 1:
            advice = f"has headings of two kinds of register. Delete the columns of one. {SHAPES}"
            yield Problem("", advice)

    def _twice(self) -> Iterator[Problem]:
        for place, meaning in enumerate(self.meanings):
            if meaning not in {None, "ignore"} and self.meanings.index(meaning) < place:
                yield self._double(self.meanings.index(meaning), place)
        for later, column in enumerate(self.days):
            for earlier in self.days[:later]:
                if _overlap(earlier, column):
                    yield self._double(earlier.place, column.place)

    def _double(self, first: int, second: int) -> Problem:
        advice = f"means the same as {self.names[first]}. Delete or rename one of the two columns."
        return Problem(self.names[second], advice)


def find_headings(lines: Iterable[Line], shapes: Shapes, today: date) -> Headings | None:
    """Find the row of headings among the first rows: the one most like headings."""
    read = [read_headings(line, shapes, today) for line in lines if line.row <= WITHIN]
    likest = max(read, key=lambda headings: headings.alike, default=None)
    return likest if likest and likest.alike > 1 else None


def read_headings(line: Line, shapes: Shapes, today: date) -> Headings:
    """Read one row as if it were the headings."""
    names = tuple(shown(cell) for cell in line.cells)
    meanings = tuple(shapes.meaning(name) for name in names)
    days, unclear = _days(line.cells, meanings, today)
    return Headings(line.row, names, meanings, tuple(days), tuple(unclear))


def shown(value: Value) -> str:
    """Write a cell as people do."""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else " ".join(value.split())


def _days(
    cells: Sequence[Value], meanings: Sequence[Meaning | None], today: date
) -> tuple[list[Sessions], list[Problem]]:
    days: list[Sessions] = []
    unclear: list[Problem] = []
    for place, (cell, meaning) in enumerate(zip(cells, meanings, strict=True)):
        try:
            if not meaning and (found := heading_day(cell, today)):
                days.append(Sessions(place, *found))
        except Unclear as problem:
            unclear.append(Problem(shown(cell), problem.advice))
    return days, unclear


def _overlap(one: Sessions, other: Sessions) -> bool:
    halves = {one.half, other.half}
    return one.day == other.day and (len(halves) == 1 or None in halves)
