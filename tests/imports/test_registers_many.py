"""A year of a whole authority: the rate is printed, and memory stays where it was.

`python -m tests.imports.test_registers_many` prints it for 100,000 marks.
"""

from __future__ import annotations

import time
import tracemalloc
from datetime import date, timedelta
from itertools import islice

import pytest

from bot.rules.upn import LETTERS, upn_fault
from tests.imports.registers import as_csv, as_workbook, read_each

FIRST = date(2025, 9, 1)
DAYS = [day for n in range(266) if (day := FIRST + timedelta(n)).weekday() < 5]
FEW, MANY = 1_000, 10_000
ROOM = 1_000_000  # bytes; the marks alone, kept as a list, would take four million


def upns(count):
    for number in range(count):
        body = f"38400{number:07d}"
        yield next(first + body for first in LETTERS if not upn_fault(first + body))


def marked(count):
    """So many marks, a year of each pupil."""
    rows = (
        [upn, f"{day:%d/%m/%Y}", half, "N"]
        for upn in upns(count // (2 * len(DAYS)) + 1)
        for day in DAYS
        for half in ("AM", "PM")
    )
    return [["UPN", "Date", "Session", "Mark"], *islice(rows, count)]


def memory_for(content):
    """Say how many marks there are, and the most memory held at once to read them."""
    tracemalloc.start()
    count = sum(1 for _ in read_each(content))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return count, most


@pytest.mark.parametrize("written", [as_csv, as_workbook])
def test_ten_times_the_marks_take_no_more_memory(written):
    (few, little), (many, most) = (memory_for(written(marked(count))) for count in (FEW, MANY))
    assert (few, many) == (FEW, MANY)
    assert most < little + ROOM


def rate(content):
    started = time.perf_counter()
    count = sum(1 for _ in read_each(content))
    return f"{count} marks, {count / (time.perf_counter() - started):,.0f} a second"


if __name__ == "__main__":
    for written in (as_csv, as_workbook):
        content = written(marked(100_000))
        print(f"{written.__name__}: {rate(content)}, {memory_for(content)[1] / 1e6:.1f} MB")
