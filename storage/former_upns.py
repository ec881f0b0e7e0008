"""UPNs pupils had before: registers go on carrying them for a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from storage.received import add_once
from storage.tables import Case, FormerUpn


def keep_former_upn(connection: Connection, case: str, index: str, now: datetime) -> None:
    """Keep the UPN a pupil has so far, if a file now gives another one."""
    here = (Case.ref == case, Case.upn.is_not(None), Case.upn_index != index)
    query = select(Case.id, Case.upn, Case.upn_index).where(*here)
    row = connection.execute(query).one_or_none()
    if row is not None:
        kept = {"case_id": row.id, "upn": row.upn, "upn_index": row.upn_index, "added_at": now}
        add_once(connection, FormerUpn, kept)
