"""What forbids a message is written down under the lock under which a claim reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import DeclarativeBase

from storage.addresses import LINES
from storage.tables import Case, CaseContact


def hold_people(connection: Connection, people: Any) -> None:
    """Keep every turn and every claim about these people's addresses waiting until this is over.

    `people`: their ids, or a query for them.
    """
    lines = select(LINES.id).where(LINES.person_id.in_(people)).order_by(LINES.id)
    connection.execute(lines.with_for_update(key_share=True)).all()


def hold_cases(connection: Connection, case_ids: Iterable[int]) -> None:
    """Do the same for everybody who belongs to these cases."""
    theirs = CaseContact.case_id.in_(list(case_ids))
    hold_people(connection, select(CaseContact.person_id).where(theirs))


def hold_back(connection: Connection, table: type[DeclarativeBase], key: Mapping[str, Any]) -> None:
    """Let no message pass the gate while what the gate reads of one row is changed."""
    if table is Case:
        hold_cases(connection, connection.execute(select(Case.id).filter_by(**key)).scalars().all())
    elif table is CaseContact:
        hold_people(connection, [key["person_id"]])
