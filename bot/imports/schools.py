"""One row of the schools file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.imports import cells
from bot.imports.faults import Unclear
from bot.imports.rows import Row


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school: the alternative provision itself, or one that pupils come from."""

    name: str
    kind: str  # "home_school", or "ap_pru" and the other kinds of alternative provision
    borough: str
    calendar: str  # file name of its calendar; may be empty
    note: str = field(repr=False)


_kind = cells.one_of("home_school", "ap_pru", "ap_academy", "ap_independent", "ap_other")


def read_school(row: Row) -> SchoolRow:
    """Read one row, noting every fault."""
    return SchoolRow(
        name=row.read("name", cells.name, ""),
        kind=row.read("kind", _kind, ""),
        borough=row.read("borough", cells.title, ""),
        calendar=row.read("calendar", _calendar, ""),
        note=row.read("note", cells.prose, ""),
    )


def _calendar(cell: str) -> str:
    # No folders: the cell must not lead out of the folder the calendars are in.
    if cell and not re.fullmatch(r"[\w -]+\.csv", cell):
        raise Unclear("is no calendar file. Write its name only, as in calendar_2026_27.csv.")
    return cell
