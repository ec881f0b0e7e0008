"""What stands in a database: before a restore takes its place, and in the backup itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, and_, func, inspect, make_url, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import aliased

from bot.domain import NotReady
from storage.allocations import KEY_WORKER
from storage.carryover import Later, holds_data, read_later
from storage.database import Database, open_database
from storage.keys import Keyring
from storage.migrate import current, knows
from storage.tables import Allocation, Case, Contact, Cover, Person, Staff


@dataclass(frozen=True, slots=True)
class Standing:
    """What is there before a restore."""

    there: bool
    holds_data: bool
    later: Later | None


NOTHING = Standing(there=False, holds_data=False, later=None)


async def what_stands(url: str, keys: Keyring) -> Standing:
    """Look at what is there. What cannot be read counts as data that nobody can carry over."""
    if _no_file(url):
        return NOTHING
    database = open_database(url, keys)
    try:
        return await _look(database)
    except (SQLAlchemyError, NotReady):
        return Standing(there=True, holds_data=True, later=None)
    finally:
        await database.close()


def _no_file(url: str) -> bool:
    parts = make_url(url)
    return parts.get_backend_name() == "sqlite" and not Path(parts.database or "").exists()


async def _look(database: Database) -> Standing:
    if not await database.read(lambda connection: inspect(connection).has_table("person")):
        return NOTHING
    if not await database.read(holds_data):
        return Standing(there=True, holds_data=False, later=None)
    return Standing(there=True, holds_data=True, later=await database.read(read_later))


def check_tables(connection: Connection) -> None:
    """Raise `NotReady` unless these tables are ours, and not from a newer release."""
    revision = current(connection)
    if revision is None:
        raise NotReady("This file holds no Keyworker database.")
    if not knows(revision):
        raise NotReady("This backup was made by a newer Keyworker. Update this one first.")


def counts(connection: Connection) -> tuple[int, int, datetime | None]:
    """Count people and contacts, and find when the newest contact was written down."""
    people = connection.execute(select(func.count(Person.id))).scalar_one()
    query = select(func.count(Contact.id), func.max(Contact.recorded_at))
    contacts, newest = connection.execute(query).one()
    return people, contacts, newest


def who_answers(connection: Connection) -> tuple[str, ...]:
    """List who may enter, each with the cases they are key worker of, and who covers for whom."""
    keeps = and_(Allocation.staff_id == Person.id, Allocation.role == KEY_WORKER)
    query = select(Person.ref, Case.ref).join(Staff, Staff.person_id == Person.id)
    kept = query.join(Allocation, and_(keeps, Allocation.to_on.is_(None)), isouter=True)
    rows = kept.join(Case, Case.id == Allocation.case_id, isouter=True).where(Staff.active)
    found: dict[str, list[str]] = {}
    for staff, case in connection.execute(rows.order_by(Person.ref, Case.ref)):
        found.setdefault(staff, []).extend([case] if case else [])
    has = [f"{staff}: {', '.join(cases) or 'no case'}" for staff, cases in found.items()]
    return (*has, *_covering(connection))


def _covering(connection: Connection) -> list[str]:
    away, substitute = aliased(Person), aliased(Person)
    query = select(away.ref, substitute.ref).join(Cover, Cover.staff_id == away.id)
    both = query.join(substitute, substitute.id == Cover.substitute_id, isouter=True)
    running = both.where(Cover.ended_at.is_(None)).order_by(away.ref)
    return [f"{who} is covered by {by or 'duty'}" for who, by in connection.execute(running)]
