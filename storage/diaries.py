"""Whose diaries a visit needs: its staff's, the child's, the adult's."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from storage.tables import Case, Person, School

_STAFF = select(Person.ref, Person.id).where(Person.ref.in_(bindparam("refs", expanding=True)))
_PUPILS = (
    select(Case.id, Case.pupil_id, Person.name)
    .join(Person, Person.id == Case.pupil_id)
    .where(Case.id.in_(bindparam("case_ids", expanding=True)))
    .order_by(Case.id)
)
_HOME_SCHOOLS = (
    select(School.id, School.name)
    .join(Case, Case.home_school == School.name)
    .where(Case.id.in_(bindparam("case_ids", expanding=True)))
    .distinct()
    .order_by(School.name)
)


def staff_numbers(connection: Connection, refs: Collection[str]) -> dict[str, int]:
    """Find the numbers of staff by their ids."""
    return dict(connection.execute(_STAFF, {"refs": list(refs)}).all())


def pupils_of(connection: Connection, case_ids: Collection[int]) -> list[Row[Any]]:
    """List the children of these cases: id (of the case), pupil_id, name."""
    return list(connection.execute(_PUPILS, {"case_ids": list(case_ids)}))


def mainstream_schools(connection: Connection, case_ids: Collection[int]) -> list[Row[Any]]:
    """List the schools these children come from or go back to: id, name. Some have none."""
    return list(connection.execute(_HOME_SCHOOLS, {"case_ids": list(case_ids)}))
