"""Codes that let a member of staff connect their chat, and how often unknown chats knocked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from storage.columns import keys_of
from storage.tables import Invite, Knock


def make_invite(
    connection: Connection, staff_id: int, code: str, now: datetime, expires: datetime
) -> None:
    """Keep a new code; the ones made for this person earlier let nobody in any more."""
    void_invites(connection, staff_id, now)
    connection.execute(
        insert(Invite).values(
            staff_id=staff_id,
            code_proof=_proof(connection, code),
            made_at=now,
            expires_at=expires,
        )
    )


def use_invite(connection: Connection, code: str, now: datetime) -> int | None:
    """Use a code up; returns whom it lets in. None: it is wrong, used or too old."""
    return connection.execute(
        update(Invite)
        .where(
            Invite.code_proof == _proof(connection, code),
            Invite.used_at.is_(None),
            Invite.expires_at > now,
        )
        .values(used_at=now)
        .returning(Invite.staff_id)
    ).scalar_one_or_none()


def void_invites(connection: Connection, staff_id: int, now: datetime) -> None:
    """Make every open code of a person useless."""
    here = (Invite.staff_id == staff_id, Invite.used_at.is_(None))
    connection.execute(update(Invite).where(*here).values(used_at=now))


def _proof(connection: Connection, code: str) -> str:
    return keys_of(connection).index(f"invite:{code}")


def knocked(connection: Connection, address_id: int, kind: str, now: datetime) -> None:
    """Note that a chat tried something, or was answered."""
    connection.execute(insert(Knock).values(address_id=address_id, kind=kind, at=now))


def knocks(connection: Connection, address_id: int, kind: str, since: datetime) -> int:
    """Count how often a chat tried something."""
    query = (
        select(func.count())
        .select_from(Knock)
        .where(Knock.address_id == address_id, Knock.kind == kind, Knock.at > since)
    )
    return connection.execute(query).scalar_one()
