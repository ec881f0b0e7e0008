"""One row of the schools file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.imports import cells
from bot.imports.faults import Unclear
from bot.imports.rows import Row

PHONE_DIGITS = (10, 13)  # at least and at most, with or without the country's code


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school: the alternative provision itself, or one that pupils come from."""

    name: str
    kind: str  # "home_school", or "ap_pru" and the other kinds of alternative provision
    borough: str
    calendar: str  # file name of its calendar; may be empty
    note: str = field(repr=False)
    safeguarding_name: str = field(default="", repr=False)  # whom to tell of a child in danger
    safeguarding_phone: str = field(default="", repr=False)  # as it is written: a switchboard too

    @property
    def safeguarding(self) -> dict[str, str]:
        """What the file says of whom to tell; an empty cell leaves what is known."""
        said = {
            "safeguarding_name": self.safeguarding_name,
            "safeguarding_phone": self.safeguarding_phone,
        }
        return {column: words for column, words in said.items() if words}


_kind = cells.one_of("home_school", "ap_pru", "ap_academy", "ap_independent", "ap_other")


def read_school(row: Row) -> SchoolRow:
    """Read one row, noting every fault."""
    return SchoolRow(
        name=row.read("name", cells.name, ""),
        kind=row.read("kind", _kind, ""),
        borough=row.read("borough", cells.title, ""),
        calendar=row.read("calendar", _calendar, ""),
        note=row.read("note", cells.prose, ""),
        safeguarding_name=row.read("safeguarding_name", cells.title, ""),
        safeguarding_phone=row.read("safeguarding_phone", _phone, ""),
    )


def _calendar(cell: str) -> str:
    # No folders: the cell must not lead out of the folder the calendars are in.
    if cell and not re.fullmatch(r"[\w -]+\.csv", cell):
        raise Unclear("is no calendar file. Write its name only, as in calendar_2026_27.csv.")
    return cell


def _phone(cell: str) -> str:
    # Staff ring it by hand, so an extension may stand behind; only the number itself is checked.
    number = re.match(r"[+\d][\d ()-]*", cell)
    digits = re.sub(r"\D", "", number[0]) if number else ""
    if cell and not PHONE_DIGITS[0] <= len(digits) <= PHONE_DIGITS[1]:
        raise Unclear("is no phone number. Write it with its code, as in 01632 960101.")
    return cells.title(cell)
