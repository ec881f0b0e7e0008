"""One phone, one person: what different rows say about the same number must agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from bot.imports.carers import CarerRow
from bot.imports.rows import Placed, Row
from bot.imports.staff import StaffRow

_ALIKE = ("channel", "reads", "opted_out", "proven")  # these belong to the phone, not to the pupil
_OLDER = {"name": "carer_name", "phone": "carer_phone", "reads": "language"}


def check_carers(carers: Sequence[Placed[CarerRow]]) -> None:
    """Note rows that give one phone to two people, or one person two sets of facts."""
    by_phone: dict[str, list[Placed[CarerRow]]] = defaultdict(list)
    for row, carer in carers:
        if carer.phone:
            by_phone[carer.phone].append((row, carer))
    for first, *others in by_phone.values():
        for other in others:
            _check_pair(first, other)
    for placed in by_phone.values():
        _check_pupils(placed)


def check_old_carers(pupils: Iterable[Placed[str]], carers: Iterable[Placed[CarerRow]]) -> None:
    """Note a pupils file that still names a number which the carers file bars for that pupil.

    `pupils` are rows with the number of the adult they name.
    """
    barred = {
        (carer.pupil, carer.phone): row
        for row, carer in carers
        if carer.do_not_use and row.sound("do_not_use")
    }
    for row, phone in pupils:
        if order := barred.get((row.text("id"), phone)):
            row.fault(
                "carer_phone",
                f"must not be used: {order.place} says so. Delete it or correct that.",
            )


def check_staff_apart(
    staff: Iterable[Placed[StaffRow]], carers: Iterable[Placed[CarerRow]]
) -> None:
    """Note a family's number that is also somebody's on the staff: one address is one person."""
    workers = {member.phone: row for row, member in staff if member.phone}
    for row, carer in carers:
        if earlier := workers.get(carer.phone):
            row.fault(_column(row, "phone"), f"is the phone of {earlier.place} too. Correct one.")


def _check_pair(first: Placed[CarerRow], other: Placed[CarerRow]) -> None:
    earlier, one = first
    row, two = other
    if _folded(one.name) != _folded(two.name) and not (one.shared_phone and two.shared_phone):
        _compared(
            "name",
            earlier,
            row,
            f"has the same phone as another name in {earlier.place}. Write one person's name alike;"
            " if two people share the phone, write Y under shared_phone in both rows.",
        )
    for column in _ALIKE:
        if getattr(one, column) != getattr(two, column):
            advice = f"is not what {earlier.place} says of the same phone. Write both alike."
            _compared(column, earlier, row, advice)


def _check_pupils(placed: Sequence[Placed[CarerRow]]) -> None:
    """Check each pupil's rows on one phone: never barred and usable, never the same adult twice."""
    seen: dict[str, Placed[CarerRow]] = {}
    for row, carer in placed:
        earlier, other = seen.setdefault(carer.pupil, (row, carer))
        if earlier is row or not carer.pupil:
            continue
        if other.do_not_use != carer.do_not_use:
            advice = (
                f"is not what {earlier.place} says of this number for the same pupil."
                " If there is any doubt, write Y in both."
            )
            _compared("do_not_use", earlier, row, advice)
        elif _folded(other.name) == _folded(carer.name):
            advice = f"is in {earlier.place} for the same pupil. Delete one of the rows."
            _compared("phone", earlier, row, advice)


def _compared(column: str, earlier: Row, row: Row, advice: str) -> None:
    """Note that two cells disagree, if both can be read and are in their files."""
    here = _column(row, column)
    if earlier.sound(_column(earlier, column)) and row.sound(here):
        row.fault(here, advice)


def _column(row: Row, column: str) -> str:
    """Find the column that holds this in a carers file, or in a pupils file that names adults."""
    return _OLDER.get(column, column) if row.has("carer_phone") else column


def _folded(name: str) -> str:
    return " ".join(name.replace("\u2019", "'").casefold().split())
