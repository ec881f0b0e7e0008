"""A fault told in parts: where it is and what to do, without what stands there."""

from __future__ import annotations

from collections.abc import Iterable

from bot.imports.faults import Fault

EVERY_ROW = 0


def row_of(fault: Fault) -> int:
    """Say in which row it is; `EVERY_ROW` if the whole register is meant."""
    return EVERY_ROW if fault.row <= 1 and not fault.column else fault.row


def by_row(faults: Iterable[Fault]) -> list[Fault]:
    """Put faults in the order of the rows; they are noted as they are found."""
    return sorted(faults, key=row_of)


def remedy(fault: Fault) -> str:
    """Say what is wrong and what to do, as a sentence that quotes no cell."""
    if fault.column:
        place = "cell" if fault.row > 1 else "column"
    else:
        place = "row" if row_of(fault) else "register"
    return f"The {place} {fault.advice}"
