"""What a restore must not undo about approvals: nobody is asked again what was decided since.

What somebody said yes to may have gone. So it is decided here as it was, and what nobody had been
asked yet when the backup was made is put on record as decided: no second yes sends it again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Connection, LargeBinary, Row, insert, select, type_coerce, update
from sqlalchemy.orm import aliased

from storage import tasks
from storage.approvals import decide
from storage.conversations import set_due
from storage.tables import Approval, Case, Person, School

DUE = "approval"  # the job that ends what nobody said yes to, by its number
PLAIN = ("key", "kind", "about_on", "not_after", "at", "decided_at", "decided_by", "outcome")
RAW_WORDS = type_coerce(Approval.words, LargeBinary).label("words")
Asked = aliased(Person)


def read_decided(connection: Connection) -> tuple[Row[Any], ...]:
    """Read what was decided, by the names under which both databases know its people."""
    named = (Case.ref.label("case"), Person.ref.label("person"), Asked.ref.label("staff"))
    kept = [getattr(Approval, name) for name in PLAIN]
    query = select(*kept, RAW_WORDS, *named, School.name.label("school"))
    joined = query.join(Case, Case.id == Approval.case_id).join(
        Asked, Asked.id == Approval.staff_id
    )
    whom = joined.join(Person, Person.id == Approval.person_id, isouter=True)
    where = whom.join(School, School.id == Approval.school_id, isouter=True)
    found: Any = where.where(Approval.decided_at.is_not(None)).order_by(Approval.id)
    return tuple(connection.execute(found).all())


def decide_again(connection: Connection, later: tuple[Row[Any], ...]) -> int:
    """Decide what is decided now; returns how many of them were open here, or not known."""
    query: Any = select(Approval.key, Approval.id, Approval.task_id)
    known = {row.key: row for row in connection.execute(query)}
    return sum(
        _end(connection, row, known[row.key])
        if row.key in known
        else _put_on_record(connection, row)
        for row in later
    )


def _end(connection: Connection, row: Row[Any], here: Row[Any]) -> bool:
    sealed = type_coerce(row.words, LargeBinary)  # they may have been erased since
    connection.execute(update(Approval).where(Approval.id == here.id).values(words=sealed))
    if not decide(connection, here.id, row.decided_by, row.outcome, row.decided_at):
        return False
    if here.task_id is not None:
        tasks.close(connection, here.task_id, row.decided_by, row.outcome, row.decided_at)
    set_due(connection, DUE, str(here.id), None)
    return True


def _put_on_record(connection: Connection, row: Row[Any]) -> bool:
    """Keep what was asked and decided since, unless whoever it is about is not here."""
    find: Callable[[Any, str | None], int | None] = partial(_find, connection)
    case, staff = find(Case.ref, row.case), find(Person.ref, row.staff)
    person, school = find(Person.ref, row.person), find(School.name, row.school)
    missing = (row.person and person is None) or (row.school and school is None)
    if case is None or staff is None or missing:
        return False
    about = {"case_id": case, "staff_id": staff, "person_id": person, "school_id": school}
    plain = {name: getattr(row, name) for name in PLAIN}
    sealed = type_coerce(row.words, LargeBinary)
    connection.execute(insert(Approval).values(**plain, **about, words=sealed))
    return True


def _find(connection: Connection, column: Any, name: str | None) -> int | None:
    found: int | None = connection.execute(
        select(column.class_.id).where(column == name)
    ).scalar_one_or_none()
    return found
