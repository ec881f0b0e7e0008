"""Marks as the registers say them: taken in whole, never changed into another, never thrown away.

A corrected mark is a row of its own, and the one before it says which register replaced it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.imports.faults import Fault, Faults
from bot.imports.registers import MarkRow
from bot.rules.calendar import wall
from storage.in_bulk import add_all, off_the_loop
from storage.mark_history import (
    NOW,
    Conflict,
    ImportSeen,
    StoredMark,
    WasMarked,
    conflicts_of,
    history_of,
    imported_for,
    last_import,
    marks_of,
    settled_of,
)
from storage.register_matching import Matching, OurMark
from storage.register_report import LeftOut, RegisterReport
from storage.rolls import IN_A_LOT, in_lots
from storage.tables import RegisterImport, SessionMark, core

__all__ = [
    "Conflict",
    "ImportSeen",
    "RegisterReport",
    "StoredMark",
    "Taking",
    "WasMarked",
    "conflicts_of",
    "history_of",
    "imported_for",
    "last_import",
    "marks_of",
    "settled_of",
    "take_in",
]

MARKS_IN_A_LOT = 2_000
TWO_NUMBERS = (
    "is not what another row of the file says of the same pupil and session. The pupil stands there"
    " with two UPNs: delete the wrong row."
)


@dataclass(frozen=True, slots=True)
class Taking:
    """Who brings a register, how, and when; `school_id` is whose it is where its rows say none."""

    by: str
    source: str  # page, api, folder, command
    digest: str
    at: datetime
    school_id: int | None = None


@dataclass(slots=True)
class _Taken:
    """What was read and kept so far."""

    import_id: int | None = None  # None: there was nothing to write so far
    marks: int = 0
    new: int = 0
    corrected: int = 0
    pupils: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    days: set[date] = field(default_factory=set)

    @property
    def first_on(self) -> date | None:
        return min(self.days, default=None)

    @property
    def last_on(self) -> date | None:
        return max(self.days, default=None)


def take_in(
    connection: Connection,
    rows: Iterable[MarkRow],
    taking: Taking,
    faults: Faults,
    progress: Callable[[int], None] = lambda _count: None,
) -> RegisterReport:
    """Keep every mark of our pupils, or raise `Rejected`: then undo the whole transaction.

    `faults` has, or will have while the rows are read, what is wrong with the file itself.
    """
    today = wall(taking.at).date()
    matching = Matching(connection, taking.school_id, faults.note, today)
    taken = _Taken()
    # Reading a file takes longer than keeping it, and no family waits for it.
    for lot in off_the_loop(connection, in_lots(rows, MARKS_IN_A_LOT)):
        taken.marks += len(lot)
        ours = matching.ours(lot)
        if not faults.listed:
            _keep(connection, taking, taken, ours, faults.note)
        progress(taken.marks)
    faults.refuse()
    before = came_before(connection, taking.digest) if taken.import_id is None else None
    if before is not None:
        return RegisterReport(came_at=before)
    _end(connection, taking, taken)
    return _report(connection, taken, matching.left_out)


def came_before(connection: Connection, digest: str) -> datetime | None:
    """Say when this very register was last taken in.

    It is read all the same: a child may have come on record since, or a mark been corrected.
    """
    same = select(RegisterImport.at).where(RegisterImport.digest == digest)
    newest = same.order_by(RegisterImport.id.desc()).limit(1)
    return connection.execute(newest).scalar_one_or_none()


def _begin(connection: Connection, taking: Taking) -> int:
    row = {"at": taking.at, "by": taking.by, "source": taking.source, "digest": taking.digest}
    made = insert(RegisterImport).values(**row, marks=0, new=0, corrected=0)
    return connection.execute(made.returning(RegisterImport.id)).scalar_one()


def _end(connection: Connection, taking: Taking, taken: _Taken) -> None:
    here = RegisterImport.id == (taken.import_id or _begin(connection, taking))
    counts = {"marks": taken.marks, "new": taken.new, "corrected": taken.corrected}
    days = {"first_on": taken.first_on, "last_on": taken.last_on}
    connection.execute(update(RegisterImport).where(here).values(**counts, **days))


def _report(connection: Connection, taken: _Taken, left_out: LeftOut) -> RegisterReport:
    first, last = taken.first_on, taken.last_on
    open_now = conflicts_of(connection, taken.pupils, first, last) if first and last else []
    return RegisterReport(
        marks=taken.marks,
        new=taken.new,
        corrected=taken.corrected,
        pupils=len(taken.pupils),
        left_out=left_out,
        days=len(taken.days),
        first_on=first,
        last_on=last,
        conflicts=len(open_now),
        changed=frozenset(taken.changed),
    )


def _keep(
    connection: Connection,
    taking: Taking,
    taken: _Taken,
    ours: list[OurMark],
    note: Callable[[Fault], None],
) -> None:
    """Keep a lot: what is said again is nothing new, what is said otherwise is a correction."""
    before = _before(connection, ours)
    new: dict[tuple[int, date, str, int], OurMark] = {}
    replaced = []
    for mark in ours:
        taken.pupils.add(mark.case_id)
        taken.days.add(mark.day)
        twin, row = new.get(mark.session), before.get(mark.session)
        known = twin.code if twin else row.code if row else None
        if known == mark.code:
            continue
        if twin or (row and row.import_id == taken.import_id):
            note(mark.at.fault(TWO_NUMBERS))
            continue
        if row:
            replaced.append(row.id)
        new[mark.session] = mark
    taken.corrected += len(replaced)
    taken.new += len(new) - len(replaced)
    taken.changed |= {mark.case_id for mark in new.values()}
    if new:
        taken.import_id = taken.import_id or _begin(connection, taking)
        _replace(connection, replaced, taken.import_id)
        _insert(connection, new.values(), taken.import_id)


def _before(
    connection: Connection, ours: Collection[OurMark]
) -> dict[tuple[int, date, str, int], Any]:
    """Look up what counts so far for the sessions of a lot, and hold no more than those."""
    if not ours:
        return {}
    wanted = {mark.session for mark in ours}
    days = {mark.day for mark in ours}
    columns = core(SessionMark).c
    query = select(columns.id, columns.case_id, columns.day, columns.half, columns.school_id)
    query = query.add_columns(columns.code, columns.import_id)
    query = query.where(NOW, columns.day.between(min(days), max(days)))
    found: dict[tuple[int, date, str, int], Any] = {}
    for lot in in_lots(sorted({mark.case_id for mark in ours}), IN_A_LOT):
        for row in connection.execute(query.where(columns.case_id.in_(lot))):
            session = (row.case_id, row.day, row.half, row.school_id)
            if session in wanted:
                found[session] = row
    return found


def _replace(connection: Connection, ids: list[int], import_id: int) -> None:
    """Close the marks that hold no longer, before their successors come: one counts at a time."""
    marks = core(SessionMark)
    closing = update(marks).values(replaced_by=import_id)
    for lot in in_lots(ids, IN_A_LOT):
        connection.execute(closing.where(marks.c.id.in_(lot)))


def _insert(connection: Connection, new: Iterable[OurMark], import_id: int) -> None:
    columns = ("case_id", "school_id", "day", "half", "code", "import_id")
    rows = [(m.case_id, m.school_id, m.day, m.half, m.code, import_id) for m in new]
    add_all(connection, SessionMark, columns, rows)
