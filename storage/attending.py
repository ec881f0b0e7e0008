"""Cases whose attendance has to be looked at again, because something about it has changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import Case, Due

NAME = "attendance"  # the job that looks
CLOCKS = "clocks"  # the job that sees to the dates of a placement
IN_A_LOT = 500  # cases


def look_again(
    connection: Connection, case_ids: Collection[int], at: datetime, job: str = NAME
) -> None:
    """Have these cases looked at by a job, at this moment or earlier if that is set."""
    on_postgresql = connection.dialect.name == "postgresql"
    insert = postgresql.insert if on_postgresql else sqlite.insert
    least = func.least if on_postgresql else func.min
    waiting = iter(sorted(case_ids))
    while lot := list(islice(waiting, IN_A_LOT)):
        refs = connection.execute(select(Case.ref).where(Case.id.in_(lot))).scalars()
        rows = [{"job": job, "subject": ref, "turn": 0, "at": at} for ref in sorted(refs)]
        added = insert(Due).values(rows)
        earlier = {"at": least(Due.at, added.excluded.at)}
        connection.execute(
            added.on_conflict_do_update(index_elements=["job", "subject"], set_=earlier)
        )
