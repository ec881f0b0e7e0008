"""What a restore must not undo about visits: each stands as it does now.

A family knows the time it was told, whatever a backup knows of: an older one would be reminded of
at the wrong hour, and a visit that was booked since would be forgotten. Addresses of calendars are
no part of this: a restore ends them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, LargeBinary, Row, delete, insert, select, type_coerce, update

from storage.carryover_outings import LaterOutings, named, read_outings, take_over_outings
from storage.tables import (
    Case,
    CaseLabel,
    Person,
    TakenTime,
    Visit,
    VisitCase,
    VisitOutcome,
    VisitVersion,
)

Found: TypeAlias = tuple[Row[Any], ...]
Ids: TypeAlias = Mapping[str, int]
Made: TypeAlias = tuple[datetime, str, str, str | None]  # no two visits are so alike

VERSION = ("version", "state", "starts_at", "minutes", "travel_minutes", "place", "reason", "at",
           "by", "confirmed_at")  # fmt: skip
SEALED = ("place_words", "coming")
TAKEN = ("version", "from_at", "to_at", "ended_at")
OUTCOME = ("outcome", "missed", "minutes", "at", "by")
LABEL = ("kind", "at", "by", "ended_at")


@dataclass(frozen=True, slots=True)
class LaterVisits:
    """What the replaced database says about visits, by the numbers it gave them."""

    visits: Found
    cases: Found
    versions: Found
    taken: Found
    outcomes: Found
    labels: Found
    outings: LaterOutings


def read_visits(connection: Connection) -> LaterVisits:
    """Read every visit with its versions, whose time it takes, and how it went."""
    return LaterVisits(
        visits=_all(connection, _visits()),
        cases=_all(connection, named(VisitCase, ("visit_id",), Case, VisitCase.case_id)),
        versions=_all(connection, _versions()),
        taken=_all(connection, named(TakenTime, ("visit_id", *TAKEN), Person, TakenTime.person_id)),
        outcomes=_all(connection, select(VisitOutcome)),
        labels=_all(connection, _labels()),
        outings=read_outings(connection),
    )


def _all(connection: Connection, query: Any) -> Found:
    return tuple(connection.execute(query).all())


def _raw(column: Any) -> Any:
    return type_coerce(column, LargeBinary).label(column.key)


def _visits() -> Any:
    plain = (Visit.id, Visit.kind, Visit.state, Visit.version, Visit.made_at, Visit.made_by)
    query = select(*plain, _raw(Visit.about), Person.ref.label("person"))
    return query.outerjoin(Person, Person.id == Visit.person_id).order_by(Visit.id)


def _versions() -> Any:
    plain = [getattr(VisitVersion, name) for name in VERSION]
    sealed = [_raw(getattr(VisitVersion, name)) for name in SEALED]
    return select(VisitVersion.visit_id, *plain, *sealed).order_by(VisitVersion.id)


def _labels() -> Any:
    plain = [getattr(CaseLabel, name) for name in LABEL]
    query = select(*plain, _raw(CaseLabel.words), Case.ref.label("whose"))
    return query.join(Case, Case.id == CaseLabel.case_id).order_by(CaseLabel.id)


def take_over_visits(connection: Connection, later: LaterVisits) -> int:
    """Let every visit stand as it does now; returns how many were others in the backup."""
    people, cases = _ids(connection, Person), _ids(connection, Case)
    here = {_made(row): row for row in _all(connection, _visits())}
    anew = [row for row in later.visits if not _is_same(connection, later, row, here)]
    _free(connection, [here[_made(row)].id for row in anew if _made(row) in here])
    numbers = {row.id: here[_made(row)].id for row in later.visits if _made(row) in here}
    changed = 0
    for row in anew:
        number = numbers.get(row.id) or _put(connection, later, row, people, cases)
        if number is not None:
            numbers[row.id] = number
            _bring_up(connection, later, row, number, people)
            changed += 1
    take_over_outings(connection, later.outings, numbers, people)
    _labels_again(connection, later.labels, cases)
    return changed


def _ids(connection: Connection, table: Any) -> Ids:
    return {row.ref: row.id for row in connection.execute(select(table.ref, table.id))}


def _made(row: Row[Any]) -> Made:
    return row.made_at, row.made_by, row.kind, row.person


def _is_same(
    connection: Connection, later: LaterVisits, row: Row[Any], here: Mapping[Made, Row[Any]]
) -> bool:
    """Say whether a visit stands here as it does now, with the family's yes to it."""
    mine = here.get(_made(row))
    if mine is None or (mine.version, mine.state) != (row.version, row.state):
        return False
    query = select(VisitVersion.confirmed_at).where(
        VisitVersion.visit_id == mine.id, VisitVersion.version == mine.version
    )
    said = connection.execute(query).scalar_one()
    return any(
        one.confirmed_at == said
        for one in later.versions
        if (one.visit_id, one.version) == (row.id, row.version)
    )


def _free(connection: Connection, numbers: list[int]) -> None:
    """Take away first whatever time the visits took: two of them may have changed places."""
    connection.execute(delete(TakenTime).where(TakenTime.visit_id.in_(numbers)))


def _put(
    connection: Connection, later: LaterVisits, row: Row[Any], people: Ids, cases: Ids
) -> int | None:
    """Put a visit on record that was made since, unless whoever it is about is not here."""
    about = [one.whose for one in later.cases if one.visit_id == row.id]
    if (row.person and row.person not in people) or not all(ref in cases for ref in about):
        return None
    plain = {name: getattr(row, name) for name in ("kind", "state", "version", "made_at")}
    made = insert(Visit).values(
        **plain,
        made_by=row.made_by,
        person_id=people[row.person] if row.person else None,
        about=type_coerce(row.about, LargeBinary),
    )
    number = int(connection.execute(made.returning(Visit.id)).scalar_one())
    for ref in about:
        connection.execute(insert(VisitCase).values(visit_id=number, case_id=cases[ref]))
    return number


def _bring_up(
    connection: Connection, later: LaterVisits, row: Row[Any], number: int, people: Ids
) -> None:
    """Bring one visit up to its last version, with whose time that takes and how it ended."""
    stands = {"version": row.version, "state": row.state}
    connection.execute(update(Visit).where(Visit.id == number).values(**stands))
    for one in (one for one in later.versions if one.visit_id == row.id):
        kept = {name: getattr(one, name) for name in VERSION}
        sealed = {name: type_coerce(getattr(one, name), LargeBinary) for name in SEALED}
        same = (VisitVersion.visit_id == number, VisitVersion.version == one.version)
        done = connection.execute(update(VisitVersion).where(*same).values(**kept, **sealed))
        if not done.rowcount:
            connection.execute(insert(VisitVersion).values(visit_id=number, **kept, **sealed))
    for one in later.taken:
        if one.visit_id == row.id and one.whose in people:
            kept = {name: getattr(one, name) for name in TAKEN}
            who = {"visit_id": number, "person_id": people[one.whose]}
            connection.execute(insert(TakenTime).values(**who, **kept))
    _end(connection, later, row, number)


def _end(connection: Connection, later: LaterVisits, row: Row[Any], number: int) -> None:
    """Keep how a visit went, if nobody has said it here: its contact may not be in the backup."""
    known = select(VisitOutcome.visit_id).where(VisitOutcome.visit_id == number)
    said = next((one for one in later.outcomes if one.visit_id == row.id), None)
    if said is not None and connection.execute(known).first() is None:
        kept = {name: getattr(said, name) for name in OUTCOME}
        connection.execute(insert(VisitOutcome).values(visit_id=number, **kept))


def _labels_again(connection: Connection, labels: Found, cases: Ids) -> None:
    """Call a child's appointments what they are called now."""
    for one in labels:
        if one.whose not in cases:
            continue
        same = (CaseLabel.case_id == cases[one.whose], CaseLabel.kind == one.kind,
                CaseLabel.at == one.at)  # fmt: skip
        ends = update(CaseLabel).where(*same).values(ended_at=one.ended_at)
        if not connection.execute(ends).rowcount:
            kept = {name: getattr(one, name) for name in LABEL}
            words = type_coerce(one.words, LargeBinary)
            row = insert(CaseLabel).values(case_id=cases[one.whose], words=words, **kept)
            connection.execute(row)
