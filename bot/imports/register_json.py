"""A register as a JSON list, written as the table every register is read from."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.imports.faults import Fault, Faults

HEADINGS = {"upn": "UPN", "school": "School", "date": "Date", "session": "Session", "code": "Code"}
OPTIONAL = "school"
NO_JSON = "cannot be read as JSON. Send a list of marks."
NO_LIST = "is no list. Send a list of marks, even if it is one."
NO_MARKS = "has no marks. Send nothing, or at least one."
NO_OBJECT = f"is no object. A mark has {', '.join(HEADINGS)}."
TOO_MUCH = f"has more than {', '.join(HEADINGS)}. Take the rest out."
NO_WORDS = "is no text. Put it in quotation marks."
ABOVE = 1  # rows of headings in the table


def written_as_table(name: str, body: bytes) -> bytes:
    """Write a JSON register as CSV: mark after mark, below one row of headings.

    Raises `Rejected`. Only how it is built is judged here, not what a mark says: that is for
    whoever reads the table.
    """
    faults = Faults()
    marks = _marks(name, body, faults)
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow(HEADINGS.values())
    for place, mark in enumerate(marks, 1):
        found = list(_wrong(name, place + ABOVE, mark))
        for fault in found:
            faults.note(fault)
        if not found:
            rows.writerow([mark.get(key) or "" for key in HEADINGS])
    faults.refuse()
    # Half a letter can stand in JSON and in no file: it is passed on, to be refused with its row.
    return table.getvalue().encode("utf-8", "surrogatepass")


def _marks(name: str, body: bytes, faults: Faults) -> list[Any]:
    try:
        marks = json.loads(body)
    except (ValueError, RecursionError):
        advice = NO_JSON
    else:
        if isinstance(marks, list) and marks:
            return marks
        advice = NO_MARKS if isinstance(marks, list) else NO_LIST
    faults.note(Fault(name, 1, "", "", advice))
    faults.refuse()
    raise AssertionError("unreachable")


def _wrong(name: str, row: int, mark: object) -> Iterator[Fault]:
    if not isinstance(mark, Mapping):
        yield Fault(name, row, "", "", NO_OBJECT)
        return
    for key, heading in HEADINGS.items():
        if key not in mark and key != OPTIONAL:
            yield Fault(name, row, heading, "", "is missing.")
        elif not (isinstance(mark.get(key), str) or (key == OPTIONAL and mark.get(key) is None)):
            yield Fault(name, row, heading, "", NO_WORDS)
    if mark.keys() - HEADINGS.keys():
        # Names of pupils have no business here: what is not asked for is not taken in quietly.
        yield Fault(name, row, "", "", TOO_MUCH)
