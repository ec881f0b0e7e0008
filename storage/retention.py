"""What is kept no longer than it is of use. The contact log is no part of this: it stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    and_,
    delete,
    func,
    inspect,
    or_,
    select,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.orm import DeclarativeBase

from bot.rules.practice import Retention
from storage.columns import EMPTIED
from storage.received import recall, remember
from storage.tables import (
    CalendarFeed,
    Case,
    CaseContact,
    Invite,
    Knock,
    Link,
    Outbox,
    Quarantine,
    Received,
    SignIn,
    StaffSession,
    VisitLink,
)

ENDED = ("sent", "delivered", "undelivered", "failed", "expired", "cancelled", "unknown")
EMPTIED_TO = "emptied_to"  # every message up to this number has lost its words
EMPTY = type_coerce(EMPTIED, LargeBinary)
HAS_WORDS = func.length(type_coerce(Outbox.text, LargeBinary)) > 0


def prune(connection: Connection, kept: Retention, now: datetime, limit: int) -> int:
    """Let go of at most so many rows of each kind; returns how many rows that were."""
    old_link = or_(Link.ended_at < now - kept.links, Link.expires_at < now - kept.links)
    old_code = SignIn.expires_at < now - kept.links
    old_session = StaffSession.expires_at < now - kept.links
    old_feed = CalendarFeed.revoked_at < now - kept.links
    old_visit_link = or_(
        VisitLink.revoked_at < now - kept.links, VisitLink.until < now - kept.links
    )
    old_invite = or_(Invite.used_at < now - kept.links, Invite.expires_at < now - kept.links)
    return (
        _delete(connection, Received, Received.at < now - kept.received, limit)
        + _delete(connection, Knock, Knock.at < now - kept.knocks, limit)
        + _delete(connection, Quarantine, Quarantine.at < now - kept.quarantine, limit)
        + _delete(connection, Link, old_link, limit)
        + _delete(connection, Invite, old_invite, limit)
        + _delete(connection, SignIn, old_code, limit)
        + _delete(connection, StaffSession, old_session, limit)
        + _delete(connection, CalendarFeed, old_feed, limit)
        + _delete(connection, VisitLink, old_visit_link, limit)
        + _empty(connection, now - kept.bodies, limit)
    )


def _delete(
    connection: Connection, table: type[DeclarativeBase], old: ColumnElement[bool], limit: int
) -> int:
    key = inspect(table).primary_key
    first = select(*key).where(old).limit(limit)
    return connection.execute(delete(table).where(tuple_(*key).in_(first))).rowcount


def _empty(connection: Connection, before: datetime, limit: int) -> int:
    """Take the words out of messages that have long ended: the log keeps what left."""
    mark = int(recall(connection, EMPTIED_TO) or 0)
    query = select(Outbox.id).where(Outbox.id > mark, HAS_WORDS, *_over(before), ~_held())
    ids = list(connection.execute(query.order_by(Outbox.id).limit(limit)).scalars())
    if ids:
        nothing = {"recipe": None, "qr": None, "behind": None}
        words = {"text": EMPTY, "after": EMPTY, "choices": []}
        connection.execute(update(Outbox).where(Outbox.id.in_(ids)).values(**words, **nothing))
        _move_mark(connection, mark, ids[-1])
    return len(ids)


def _over(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Match messages nothing more will happen to, and nothing has for long enough."""
    return (
        Outbox.status.in_(ENDED),
        Outbox.created_at < before,
        Outbox.due_at < before,
        or_(Outbox.sent_at.is_(None), Outbox.sent_at < before),
    )


def _held() -> ColumnElement[bool]:
    """Match messages to or about somebody whose case is held for a court."""
    people = (Outbox.person_id, Outbox.about_id)
    tied = select(CaseContact.id).join(Case, Case.id == CaseContact.case_id)
    carer = tied.where(Case.legal_hold, or_(*(CaseContact.person_id == one for one in people)))
    pupil = select(Case.id).where(Case.legal_hold, or_(*(Case.pupil_id == one for one in people)))
    return or_(carer.exists(), pupil.exists())


def _move_mark(connection: Connection, mark: int, last: int) -> None:
    """Never look at messages again that are empty up to the first that is not."""
    first = select(func.min(Outbox.id)).where(and_(Outbox.id > mark, HAS_WORDS))
    kept = connection.execute(first).scalar_one()
    remember(connection, EMPTIED_TO, str(kept - 1 if kept is not None else last))
