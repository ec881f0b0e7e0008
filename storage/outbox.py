"""Messages on their way out: put in, found, changed while they wait."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, ScalarSelect, bindparam, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import Address, Outbox, core
from storage.tables.outbox import OPEN_IN

NAMESPACE = uuid.UUID("6b6f1f0e-1d0e-4a51-9a43-8f2f3c1d7a10")
# Said in the indexes' own words: behind parameters no engine would see that they fit.
IS_OPEN = text(OPEN_IN.format("outbox."))

# Every turn runs these, so each is built once; what changes goes in beside it.
OUT = core(Outbox)
FIND = select(Outbox).where(Outbox.id == bindparam("id"))
BY_KEY = select(OUT.c.id).where(OUT.c.key == bindparam("key"))

UNTRIED = {"status": "waiting", "reason": "", "attempts": 0}


@dataclass(frozen=True, slots=True)
class Letter:
    """One message that is to be put into the outbox; `key` makes a second one impossible."""

    key: str
    address_id: int
    kind: str
    purpose: str
    language: str
    text: str = field(repr=False)
    at: datetime
    due_at: datetime
    choices: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    after: str = field(default="", repr=False)
    person_id: int | None = None
    turn: int | None = None
    cases: tuple[str, ...] = ()
    recipe: dict[str, Any] | None = field(default=None, repr=False)
    author: str | None = None
    about_id: int | None = None
    task_id: int | None = None
    reply_to: str = ""
    heard_at: datetime | None = None
    not_after: datetime | None = None
    silent: bool = False
    qr: str | None = field(default=None, repr=False)
    behind: str | None = field(default=None, repr=False)


def ref_of(key: str) -> str:
    """Name a message for the outside world by its key."""
    return uuid.uuid5(NAMESPACE, key).hex


def put(connection: Connection, letter: Letter) -> int:
    """Put a message into the outbox; returns its id. The same key again changes nothing."""
    row = {
        "ref": ref_of(letter.key),
        "key": letter.key,
        "address_id": letter.address_id,
        "place": letter.address_id,
        "person_id": letter.person_id,
        "kind": letter.kind,
        "purpose": letter.purpose,
        "language": letter.language,
        "text": letter.text,
        "choices": [list(choice) for choice in letter.choices],
        "after": letter.after,
        "recipe": letter.recipe,
        "turn": letter.turn,
        "cases": list(letter.cases),
        "author": letter.author,
        "about_id": letter.about_id,
        "task_id": letter.task_id,
        "reply_to": letter.reply_to,
        "heard_at": letter.heard_at,
        "created_at": letter.at,
        "due_at": letter.due_at,
        "not_after": letter.not_after,
        "silent": letter.silent,
        "qr": letter.qr,
        "behind": letter.behind,
        **UNTRIED,
    }
    found = connection.execute(_put(connection.dialect.name), row).scalar_one_or_none()
    if found is None:
        found = connection.execute(BY_KEY, {"key": letter.key}).scalar_one()
    return int(found)


@cache
def _put(dialect: str) -> Any:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    place = select(Address.channel).where(Address.id == bindparam("place")).scalar_subquery()
    made = insert(OUT).values(channel=place).on_conflict_do_nothing()
    return made.returning(OUT.c.id)


def _channel_of(address_id: int) -> ScalarSelect[str]:
    return select(Address.channel).where(Address.id == address_id).scalar_subquery()


def mark(connection: Connection, outbox_id: int, **marks: Any) -> None:
    """Change a message that waits: held until, dropped, reworded."""
    connection.execute(update(Outbox).where(Outbox.id == outbox_id).values(**marks))


def move(connection: Connection, outbox_id: int, address_id: int) -> None:
    """Let one message go to another address of its reader."""
    mark(connection, outbox_id, address_id=address_id, channel=_channel_of(address_id))


def stop(connection: Connection, outbox_id: int, reason: str) -> bool:
    """Stop a message that has not left. False means it has."""
    stopped = connection.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.status.in_(("waiting", "held")))
        .values(status="cancelled", reason=reason)
    )
    return stopped.rowcount == 1


def reword(connection: Connection, outbox_id: int, words: str) -> bool:
    """Put other words into a message that has not left. False means it has."""
    reworded = connection.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.status.in_(("waiting", "held")))
        .values(text=words)
    )
    return reworded.rowcount == 1


def send_now(connection: Connection, outbox_id: int, now: datetime) -> bool:
    """Let a held message go now because a person said so. False means it was not held."""
    moved = connection.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.status.in_(("waiting", "held")))
        .values(status="waiting", overridden_at=now, due_at=now)
    )
    return moved.rowcount == 1


def find(connection: Connection, outbox_id: int) -> Row[Any] | None:
    """Read one message."""
    return connection.execute(FIND, {"id": outbox_id}).one_or_none()


def by_external_id(connection: Connection, address_id: int, external_id: str) -> Row[Any] | None:
    """Find the message somebody is replying to."""
    query = select(Outbox).where(Outbox.external_id == external_id, Outbox.address_id == address_id)
    return connection.execute(query.order_by(Outbox.id.desc()).limit(1)).one_or_none()


def by_ref(connection: Connection, ref: str) -> Row[Any] | None:
    """Find a message by its name for the outside world."""
    return connection.execute(select(Outbox).where(Outbox.ref == ref)).one_or_none()


def readdress(connection: Connection, person_id: int, old: int, new: int) -> int:
    """Let what still waits for a person at one address go to another; returns how many."""
    moved = connection.execute(
        update(Outbox)
        .where(
            Outbox.address_id == old,
            Outbox.person_id == person_id,
            Outbox.status.in_(("waiting", "held")),
        )
        .values(address_id=new, channel=_channel_of(new))
    )
    return moved.rowcount
