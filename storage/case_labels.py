"""What one child's appointments are called, where the usual label frightens.

Nothing is deleted: a label that was replaced or taken back has ended.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.tables import CaseContact, CaseLabel, Person

_STANDING = CaseLabel.ended_at.is_(None)
_NEWEST = (
    select(CaseLabel.words)
    .where(
        CaseLabel.case_id.in_(bindparam("case_ids", expanding=True)),
        CaseLabel.kind == bindparam("kind"),
        _STANDING,
    )
    .order_by(CaseLabel.id.desc())
    .limit(1)
)
_OF_CASE = (
    select(CaseLabel.kind, CaseLabel.words)
    .where(CaseLabel.case_id == bindparam("case_id"), _STANDING)
    .order_by(CaseLabel.id)
)
_END = (
    update(CaseLabel)
    .where(CaseLabel.case_id == bindparam("of_case"), CaseLabel.kind == bindparam("of_kind"))
    .where(_STANDING)
    .values(ended_at=bindparam("now"))
)
_READ = (
    select(Person.language)
    .join(CaseContact, CaseContact.person_id == Person.id)
    .where(CaseContact.case_id == bindparam("case_id"), CaseContact.do_not_use.is_(False))
    .distinct()
    .order_by(Person.language)
)


def own_label(connection: Connection, case_ids: Collection[int], kind: str) -> str:
    """Read what these children's appointments of a kind are called; empty: as everybody's."""
    asked = {"case_ids": list(case_ids), "kind": kind}
    return connection.execute(_NEWEST, asked).scalar_one_or_none() or ""


def labels_of(connection: Connection, case_id: int) -> dict[str, str]:
    """Read everything that is called otherwise for one child, by kind."""
    rows = connection.execute(_OF_CASE, {"case_id": case_id})
    return {row.kind: row.words for row in rows}


def set_label(
    connection: Connection, case_id: int, kind: str, words: str, by: str, now: datetime
) -> None:
    """Call a child's appointments of a kind so from now on; empty words: as everybody's again."""
    connection.execute(_END, {"of_case": case_id, "of_kind": kind, "now": now})
    if words:
        row = {"case_id": case_id, "kind": kind, "words": words, "at": now, "by": by}
        connection.execute(insert(CaseLabel).values(**row))


def languages_of(connection: Connection, case_id: int) -> list[str]:
    """List the languages in which the adults of a case read, by their codes."""
    return list(connection.execute(_READ, {"case_id": case_id}).scalars())
