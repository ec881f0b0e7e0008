"""Links that let a family's chat in: only a fingerprint of each is kept, and each opens once."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from storage.columns import keys_of
from storage.tables import Link

PENDING = (Link.opened_at.is_not(None), Link.ended_at.is_(None))


def fingerprint(token: str) -> str:
    """Make what is kept of a token: 32 random bytes need no key and no salt."""
    return sha256(token.encode()).hexdigest()


def make_link(
    connection: Connection, token: str, person_id: int, by: str, now: datetime, expires: datetime
) -> None:
    """Keep a new link for a person; links made for them earlier open nothing any more."""
    end_links(connection, person_id, "replaced", now)
    connection.execute(
        insert(Link).values(
            token_hash=fingerprint(token),
            person_id=person_id,
            made_by=by,
            made_at=now,
            expires_at=expires,
            wrong_codes=0,
        )
    )


def open_link(
    connection: Connection, token: str, address_id: int, now: datetime
) -> Row[Any] | None:
    """Use a link up for one chat. None: it is wrong, used or too old, and nobody learns which."""
    used = connection.execute(
        update(Link)
        .where(
            Link.token_hash == fingerprint(token),
            Link.opened_at.is_(None),
            Link.ended_at.is_(None),
            Link.expires_at > now,
        )
        .values(opened_at=now, address_id=address_id)
        .returning(Link.id)
    ).scalar_one_or_none()
    return None if used is None else find_link(connection, used)


def find_link(connection: Connection, link_id: int) -> Row[Any] | None:
    """Read one link and keep others from changing it."""
    query = select(Link).where(Link.id == link_id).with_for_update()
    return connection.execute(query).one_or_none()


def pending_at(connection: Connection, address_id: int, now: datetime) -> Row[Any] | None:
    """Find the link a chat has opened and not yet confirmed."""
    query = (
        select(Link)
        .where(Link.address_id == address_id, *PENDING, Link.expires_at > now)
        .order_by(Link.id.desc())
        .limit(1)
        .with_for_update()
    )
    return connection.execute(query).one_or_none()


def give_code(connection: Connection, link_id: int, code: str, until: datetime) -> None:
    """Keep the proof of a link's code."""
    proof = code_proof(connection, link_id, code)
    here = Link.id == link_id
    connection.execute(update(Link).where(here).values(code_proof=proof, code_until=until))


def code_proof(connection: Connection, link_id: int, code: str) -> str:
    """Make what is kept of a code: six digits are few, so only the index key can make it."""
    return keys_of(connection).index(f"link:{link_id}:{code}")


def count_wrong_code(connection: Connection, link_id: int) -> int:
    """Count one more wrong code; returns how many there were."""
    return connection.execute(
        update(Link)
        .where(Link.id == link_id)
        .values(wrong_codes=Link.wrong_codes + 1)
        .returning(Link.wrong_codes)
    ).scalar_one()


def end_link(connection: Connection, link_id: int, outcome: str, now: datetime) -> bool:
    """End a link. False: it had ended before."""
    ended = connection.execute(
        update(Link)
        .where(Link.id == link_id, Link.ended_at.is_(None))
        .values(ended_at=now, outcome=outcome)
    )
    return ended.rowcount == 1


def end_links(connection: Connection, person_id: int, outcome: str, now: datetime) -> None:
    """End every link of a person that is still open."""
    connection.execute(
        update(Link)
        .where(Link.person_id == person_id, Link.ended_at.is_(None))
        .values(ended_at=now, outcome=outcome)
    )
