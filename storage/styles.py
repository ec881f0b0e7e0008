"""Who of the team writes to a family: one key person, or several."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select, update

from storage.tables import Case

KEY_PERSON, TEAM = "key_person", "team"
STYLES = (KEY_PERSON, TEAM)


def style_of(connection: Connection, case: str) -> str | None:
    """Read the style of a case by its reference. None: there is no such case."""
    return connection.execute(select(Case.style).where(Case.ref == case)).scalar_one_or_none()


def set_style(connection: Connection, case: str, style: str) -> None:
    """Say from now on who of the team writes to a family."""
    connection.execute(update(Case).where(Case.ref == case).values(style=style))


def key_person_cases(connection: Connection, case_ids: Iterable[int]) -> list[int]:
    """List which of these cases have one person who writes, in the order of their references."""
    query = select(Case.id).where(Case.id.in_(list(case_ids)), Case.style == KEY_PERSON)
    return list(connection.execute(query.order_by(Case.ref)).scalars())
