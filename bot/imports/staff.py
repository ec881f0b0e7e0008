"""One row of the staff file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from types import MappingProxyType

from bot.imports import cells, times
from bot.imports.rows import NOWHERE, Cell, Row
from bot.rules.phones import e164
from bot.rules.practice import Span

NO_DAYS: frozenset[int] = frozenset()
NO_ENDS: Mapping[int, time] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class StaffRow:
    """Somebody who works with the families, or must be told."""

    ref: str
    name: str = field(repr=False)
    role: str
    employer: str
    fte: float | None
    hours: Mapping[int, Span]
    phone: str | None = field(repr=False)  # +447700900002
    deputy: str | None
    public_label: str  # what families may see of the role; empty: the role itself
    chat_channel: str  # "telegram", or empty
    note: str = field(repr=False)
    at: Cell = field(default=NOWHERE, repr=False, compare=False)  # where it stands in the files


def read_staff(row: Row) -> StaffRow:
    """Read one row, noting every fault."""
    staff = StaffRow(
        ref=row.read("id", cells.reference, ""),
        name=row.read("name", cells.name, ""),
        role=row.read("role", cells.name, ""),
        employer=row.read("employer", cells.name, ""),
        fte=row.read("fte", cells.optional(cells.share), None),
        hours=row.read("hours", times.week, {}),
        phone=row.read("phone", cells.optional(e164), None),
        deputy=row.read("deputy", cells.optional(cells.reference), None),
        public_label=row.read("public_label", cells.title, ""),
        chat_channel=row.read("chat_channel", _chat_channel, ""),
        note=row.read("note", cells.prose, ""),
        at=row.cell("id"),
    )
    if staff.hours:
        _check_short_forms(row, staff.hours)
    return staff


def _chat_channel(cell: str) -> str:
    return cells.one_of("telegram")(cell) if cell else ""


def _check_short_forms(row: Row, hours: Mapping[int, Span]) -> None:
    """Check that `days` and `late_until`, which people read, agree with `hours`, which counts."""
    days = row.read("days", times.days, NO_DAYS)
    if days and days != set(hours):
        row.fault("days", "does not name the same days as the column hours. Correct one of them.")
    late = row.read("late_until", times.day_ends, NO_ENDS)
    if any(day not in hours or hours[day].end != end for day, end in late.items()):
        row.fault("late_until", "does not end when the column hours does. Correct one of them.")
