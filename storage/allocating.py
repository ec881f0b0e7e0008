"""The key worker a file names, set where nobody is told of a change: see `storage.refusing`."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, insert, select, update

from storage.addresses import person_by_ref
from storage.allocations import KEY_WORKER
from storage.tables import Allocation


def allocate(connection: Connection, case_id: int, ref: str, today: date) -> str:
    """Make somebody the key worker of a case; says "new", "changed", or nothing as it was so.

    `ref`: their id; empty: nobody is key worker any more.
    """
    worker = person_by_ref(connection, ref) if ref else None
    running = (
        Allocation.case_id == case_id,
        Allocation.role == KEY_WORKER,
        Allocation.to_on.is_(None),
    )
    current = connection.execute(select(Allocation.staff_id).where(*running)).scalar_one_or_none()
    if current == (worker.id if worker else None):
        return ""
    yesterday = today - timedelta(days=1)
    connection.execute(update(Allocation).where(*running).values(to_on=yesterday))
    if worker is not None:
        row = {"case_id": case_id, "staff_id": worker.id, "role": KEY_WORKER, "from_on": today}
        connection.execute(insert(Allocation).values(**row))
    return "changed" if current else "new"
