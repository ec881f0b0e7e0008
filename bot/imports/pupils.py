"""One row of the pupils file."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.imports import cells
from bot.imports.rows import NOWHERE, Cell, Row

NOT_BEGUN = ("referred", "waiting", "offered", "refused")
IN_PLACEMENT = ("engaged", "reintegrating")
STATUSES = (*NOT_BEGUN, *IN_PLACEMENT, "stopped_early", "completed")

_status = cells.one_of(*STATUSES, "active")
_sen = cells.one_of("E", "K", "N")
_csc = cells.one_of("none", "EH", "CIN", "CP", "CLA", "care_leaver")
_registration = cells.one_of("single", "dual-M", "dual-S")


@dataclass(frozen=True, slots=True)
class PupilRow:
    """A pupil and the time with the taskforce."""

    ref: str
    first: str = field(repr=False)
    last: str = field(repr=False)
    upn: str = field(repr=False)  # empty: the school has not given it yet
    year: int
    tier: int
    status: str
    sen: str  # E (plan), K (support), N (none)
    fsm: bool
    csc: str
    registration: str
    home_school: str
    key_worker: str  # staff ref; may be empty before and after the placement
    placement_week: int  # 0 before it begins
    constraint: str = field(repr=False)  # prose: for people, never understood
    at: Cell = field(default=NOWHERE, repr=False, compare=False)  # where it stands in the files


def read_pupil(row: Row) -> PupilRow:
    """Read one row, noting every fault."""
    status = row.read("status", _status, "")
    status = "engaged" if status == "active" else status
    return PupilRow(
        ref=row.read("id", cells.reference, ""),
        first=row.read("first", cells.name, ""),
        last=row.read("last", cells.name, ""),
        upn=row.read("upn", cells.upn, ""),
        year=row.read("year", cells.whole(1, 13), 0),
        tier=row.read("tier", cells.whole(1, 3), 0),
        status=status,
        sen=row.read("sen", _sen, ""),
        fsm=row.read("fsm", cells.yes, otherwise=False),
        csc=row.read("csc", _csc, ""),
        registration=row.read("registration", _registration, ""),
        home_school=row.read("home_school", cells.home_school, ""),
        key_worker=_key_worker(row, status),
        placement_week=_placement_week(row, status),
        constraint=row.read("constraint", cells.prose, ""),
        at=row.cell("id"),
    )


def _key_worker(row: Row, status: str) -> str:
    if not row.text("key_worker") and status not in IN_PLACEMENT:
        return ""
    return row.read("key_worker", cells.reference, "")


def _placement_week(row: Row, status: str) -> int:
    if not row.text("placement_week") and status in NOT_BEGUN:
        return 0
    return row.read("placement_week", cells.whole(0, 200), 0)
