"""Schools: whom to tell at each when a child may be in danger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from storage.tables import Case, School


@dataclass(frozen=True, slots=True)
class SchoolContact:
    """Who answers for safeguarding at one school."""

    school: str
    name: str = field(repr=False)
    phone: str = field(repr=False)


def safeguarding_contacts(connection: Connection, case_ids: Iterable[int]) -> list[SchoolContact]:
    """Name whom to tell at the schools of these cases; a pupil with no school has the provision's.

    A school that has named nobody is in the list all the same, without a name.
    """
    of_cases = select(Case.home_school).where(Case.id.in_(list(case_ids)))
    wanted = set(connection.execute(of_cases).scalars())
    schools = list(connection.execute(select(School).order_by(School.id)))
    theirs = [school for school in schools if school.name in wanted]
    if wanted - {school.name for school in theirs}:
        theirs += [school for school in schools if school.kind != "home_school"]
    return [
        SchoolContact(row.name, row.safeguarding_name or "", row.safeguarding_phone or "")
        for row in dict.fromkeys(theirs)
    ]
