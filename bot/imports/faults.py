"""What is wrong in a file: where, what stands there, and what to do about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

ALIKE = 60  # per cent that make one word a slip for another
SHOWN = 60  # characters of a cell that are enough to find it
LISTED = 200  # faults of one large file that are told; they mostly have one cause


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to put right. Its text shows the cell, so it is for the person who has the file."""

    file: str
    row: int  # as a spreadsheet shows it: the header is row 1
    column: str  # empty where a whole row or file is meant
    value: str = field(repr=False)
    advice: str  # goes on from the value: "is too short. Write ..."; never repeats it

    def __str__(self) -> str:
        place = f"{_shown(self.file)}, row {self.row}"
        if self.column:
            place += f", column {_shown(self.column)}"
        return f"{place}: {self._subject()} {self.advice}"

    def _subject(self) -> str:
        if self.value:
            return f"'{_shown(self.value)}'"
        if self.row == 1:
            return "the heading" if self.column else "the file"
        return "the cell" if self.column else "the row"


class Rejected(Exception):
    """Nothing was taken in. The text tells only how many faults: it may end up in a log."""

    def __init__(self, faults: Sequence[Fault], more: int = 0) -> None:
        self.faults, self.more = tuple(faults), more  # so many more are not listed
        count = len(self.faults) + more
        super().__init__(f"{count} fault{'' if count == 1 else 's'} in the files: nothing imported")


class Faults:
    """The faults of one large file: the first two hundred as they are, the others counted."""

    __slots__ = ("listed", "more")

    def __init__(self) -> None:
        self.listed: list[Fault] = []
        self.more = 0

    def note(self, fault: Fault) -> None:
        """Keep a fault, or count it if there are many already."""
        if len(self.listed) < LISTED:
            self.listed.append(fault)
        else:
            self.more += 1

    def lines(self) -> list[str]:
        """Tell them to whoever has the file, in the order of its rows."""
        told = [str(fault) for fault in self.listed]
        return [*told, f"and {self.more} more"] if self.more else told

    def refuse(self) -> None:
        """Raise `Rejected` if there is any fault at all."""
        if self.listed:
            raise Rejected(self.listed, self.more)


class Unclear(ValueError):
    """A cell that cannot be read; its `advice` tells what to write and never repeats the cell."""

    def __init__(self, advice: str) -> None:
        super().__init__(advice)
        self.advice = advice


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Name the nearest known word as a sentence of its own, or nothing at all."""
    by_fold = {name.casefold(): name for name in sorted(known)}
    start = word.casefold()[:SHOWN]
    near = process.extractOne(start, list(by_fold), scorer=fuzz.ratio, score_cutoff=ALIKE)
    return f" Did you mean {by_fold[near[0]]}?" if near else ""


def _shown(words: str) -> str:
    """Keep a cell on one line of a terminal: no control signs, not too long."""
    line = "".join(sign if sign.isprintable() else "\ufffd" for sign in words)
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
