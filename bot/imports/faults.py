"""What is wrong in a file: where, what stands there, and what to do about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

ALIKE = 60  # per cent that make one word a slip for another
SHOWN = 60  # characters of a cell that are enough to find it


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

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        super().__init__(f"{count} fault{'' if count == 1 else 's'} in the files: nothing imported")


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
