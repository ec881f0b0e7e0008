"""What has been sent to a family lately: caps and live conversations are counted from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, select

from bot.rules.gate import BEYOND_CAPS
from storage.tables import CaseContact, Outbox

WHERE: tuple[Any, ...] = (Outbox.id, Outbox.address_id, Outbox.person_id, Outbox.sent_at)
AUTOMATIC = (
    select(Outbox.sent_at)
    .where(
        Outbox.person_id.in_(bindparam("people", expanding=True)),
        Outbox.kind == "proactive",
        Outbox.purpose.not_in(BEYOND_CAPS),
        Outbox.sent_at >= bindparam("since"),
    )
    .order_by(Outbox.sent_at)
)
LAST_TYPED = (
    select(Outbox.created_at)
    .where(Outbox.person_id == bindparam("person"), Outbox.kind == "person")
    .order_by(Outbox.id.desc())
    .limit(1)
)
WRITERS = (
    select(Outbox.author, func.min(Outbox.sent_at).label("first"))
    .where(
        Outbox.person_id.in_(
            select(CaseContact.person_id).where(
                CaseContact.case_id.in_(bindparam("cases", expanding=True))
            )
        ),
        Outbox.kind == "person",
        Outbox.sent_at >= bindparam("since"),
    )
    .group_by(Outbox.author)
    .order_by("first")
)
OF_PURPOSES = (
    select(Outbox.id, Outbox.purpose, Outbox.status, Outbox.sent_at, Outbox.due_at, Outbox.recipe)
    .where(
        Outbox.person_id == bindparam("person"),
        Outbox.kind == "proactive",
        Outbox.purpose.in_(bindparam("purposes", expanding=True)),
        Outbox.created_at >= bindparam("since"),
        Outbox.recipe.is_not(None),
    )
    .order_by(Outbox.id)
)
NOT_LEFT = (
    select(Outbox.id)
    .where(
        Outbox.person_id == bindparam("person"),
        Outbox.turn == bindparam("turn"),
        Outbox.kind == "proactive",
        Outbox.status.in_(("waiting", "held")),
    )
    .limit(1)
)
A_REF = re.compile(r"\b[0-9a-f]{32}\b")  # as `outbox.ref_of` makes them


def automatic_since(
    connection: Connection, person_ids: Iterable[int], since: datetime
) -> list[datetime]:
    """List when these people were sent automatic messages that caps count, oldest first."""
    rows = connection.execute(AUTOMATIC, {"people": list(person_ids), "since": since})
    return [moment for moment in rows.scalars() if moment is not None]


def said_since(connection: Connection, address_id: int, purpose: str, since: datetime) -> bool:
    """Say whether something for this purpose was put on its way to an address after a moment."""
    query = (
        select(Outbox.id)
        .where(
            Outbox.address_id == address_id, Outbox.purpose == purpose, Outbox.created_at > since
        )
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none() is not None


def automatic_for(
    connection: Connection, person_id: int, purposes: Collection[str], since: datetime
) -> list[Row[Any]]:
    """List the automatic messages for a person of these purposes, sent or not, oldest first."""
    asked = {"person": person_id, "purposes": list(purposes), "since": since}
    return list(connection.execute(OF_PURPOSES, asked))


def is_still_here(connection: Connection, person_id: int, turn: int) -> bool:
    """Say whether the question of a turn waits here: nobody can have seen it yet."""
    asked = {"person": person_id, "turn": turn}
    return connection.execute(NOT_LEFT, asked).scalar_one_or_none() is not None


def last_typed(connection: Connection, person_id: int) -> datetime | None:
    """Find when a member of staff last wrote to a person."""
    return connection.execute(LAST_TYPED, {"person": person_id}).scalar_one_or_none()


def writers_since(connection: Connection, case_ids: Iterable[int], since: datetime) -> list[str]:
    """Name the staff whose own words left for anybody of these cases since a moment."""
    rows = connection.execute(WRITERS, {"cases": list(case_ids), "since": since})
    return [row.author for row in rows if row.author]


def last_sent(
    connection: Connection, person_id: int, until: datetime | None = None
) -> Row[Any] | None:
    """Find the last message that left for a person, up to a moment if one is given."""
    return _last(connection, Outbox.person_id == person_id, until)


def last_sent_to(
    connection: Connection, address_id: int, until: datetime | None = None
) -> Row[Any] | None:
    """Find the last message that left for an address, up to a moment if one is given."""
    return _last(connection, Outbox.address_id == address_id, until)


def _last(
    connection: Connection, here: ColumnElement[bool], until: datetime | None
) -> Row[Any] | None:
    gone = [Outbox.kind != "staff", Outbox.sent_at.is_not(None)]
    if until is not None:
        gone.append(Outbox.sent_at <= until)
    newest = (Outbox.sent_at.desc(), Outbox.id.desc())
    query: Any = select(*WHERE).where(here, *gone).order_by(*newest).limit(1)
    return connection.execute(query).one_or_none()


def spoken_of(connection: Connection, notice: Row[Any]) -> Row[Any] | None:
    """Find the message to a family whose going or not going a notice tells: its key names it."""
    named = A_REF.search(notice.key)
    if named is None:
        return None
    query: Any = select(*WHERE).where(Outbox.ref == named[0], Outbox.kind != "staff")
    return connection.execute(query).one_or_none()


def where_asked(connection: Connection, person_id: int, turn: int) -> int | None:
    """Find the address at which a person was last asked the question of a turn."""
    query = (
        select(Outbox.address_id)
        .where(Outbox.person_id == person_id, Outbox.turn == turn)
        .order_by(Outbox.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()
