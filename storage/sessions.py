"""Signing in to the staff page: codes of six digits, and browsers that have been let in.

Of a code only a proof is kept that the index key makes; of a session only its token's fingerprint.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from bot.rules.doors import CODE_TRIES
from storage.columns import keys_of
from storage.links import fingerprint
from storage.tables import Address, Person, SignIn, Staff, StaffSession


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which one member of staff is signed in."""

    id: int
    staff_id: int
    made_at: datetime
    expires_at: datetime
    confirmed_at: datetime


def staff_at(connection: Connection, number: str) -> tuple[int, int] | None:
    """Find (person, address) of the member of staff with this number who may enter."""
    index = keys_of(connection).index(f"sms:{number}")
    row = connection.execute(
        select(Staff.person_id, Address.id)
        .join(Person, Person.id == Address.person_id)
        .join(Staff, Staff.person_id == Person.id)
        .where(
            Address.channel == "sms",
            Address.address_index == index,
            # A number that is no longer theirs opens nothing.
            Address.dead_at.is_(None),
            Address.wrong_at.is_(None),
            Staff.active,
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def codes_since(connection: Connection, staff_id: int, since: datetime) -> int:
    """Count the codes somebody has been given."""
    query = (
        select(func.count())
        .select_from(SignIn)
        .where(SignIn.staff_id == staff_id, SignIn.made_at > since)
    )
    return connection.execute(query).scalar_one()


def wrong_since(connection: Connection, staff_id: int, since: datetime) -> int:
    """Count the wrong codes that were typed for somebody."""
    query = select(func.coalesce(func.sum(SignIn.wrong_codes), 0)).where(
        SignIn.staff_id == staff_id, SignIn.made_at > since
    )
    return int(connection.execute(query).scalar_one())


def give_code(
    connection: Connection, staff_id: int, code: str, now: datetime, until: datetime
) -> int:
    """Keep the proof of a new code, returning its number; earlier codes open nothing any more."""
    void_codes(connection, staff_id, now)
    row = {
        "staff_id": staff_id,
        "code_proof": _proof(connection, staff_id, code),
        "made_at": now,
        "expires_at": until,
    }
    made = insert(SignIn).values(**row).returning(SignIn.id)
    return int(connection.execute(made).scalar_one())


def use_code(connection: Connection, staff_id: int, code: str, now: datetime) -> bool:
    """Use a code up. False: it is wrong, too old, or was guessed at too often."""
    row = connection.execute(
        select(SignIn.id, SignIn.code_proof)
        .where(
            SignIn.staff_id == staff_id,
            SignIn.used_at.is_(None),
            SignIn.expires_at > now,
            SignIn.wrong_codes < CODE_TRIES,
        )
        .order_by(SignIn.id.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()
    if row is None:
        return False
    right = hmac.compare_digest(row.code_proof, _proof(connection, staff_id, code))
    tried = {"used_at": now} if right else {"wrong_codes": SignIn.wrong_codes + 1}
    connection.execute(update(SignIn).where(SignIn.id == row.id).values(**tried))
    return right


def void_codes(connection: Connection, staff_id: int, now: datetime) -> None:
    """Make every open code of a person useless."""
    here = (SignIn.staff_id == staff_id, SignIn.used_at.is_(None))
    connection.execute(update(SignIn).where(*here).values(used_at=now))


def begin_session(
    connection: Connection, staff_id: int, token: str, now: datetime, until: datetime
) -> None:
    """Let a browser in; a code has just been typed there."""
    connection.execute(
        insert(StaffSession).values(
            token_hash=fingerprint(token),
            staff_id=staff_id,
            made_at=now,
            expires_at=until,
            confirmed_at=now,
        )
    )


def session_of(connection: Connection, token: str, now: datetime) -> Session | None:
    """Find the session behind a token; None: there is none now, or access has ended."""
    row = connection.execute(
        select(*(getattr(StaffSession, name) for name in Session.__dataclass_fields__))
        .join(Staff, Staff.person_id == StaffSession.staff_id)
        .where(
            StaffSession.token_hash == fingerprint(token),
            StaffSession.ended_at.is_(None),
            StaffSession.expires_at > now,
            Staff.active,
        )
    ).one_or_none()
    return None if row is None else Session(*row)


def confirm_session(connection: Connection, session_id: int, now: datetime) -> None:
    """Note that a code was typed again in this browser."""
    here = StaffSession.id == session_id
    connection.execute(update(StaffSession).where(here).values(confirmed_at=now))


def end_session(connection: Connection, session_id: int, now: datetime) -> None:
    """Sign one browser out."""
    here = (StaffSession.id == session_id, StaffSession.ended_at.is_(None))
    connection.execute(update(StaffSession).where(*here).values(ended_at=now))


def end_sessions(connection: Connection, staff_id: int, now: datetime) -> None:
    """Sign somebody out everywhere: being let in again later brings no old browser back."""
    void_codes(connection, staff_id, now)
    here = (StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
    connection.execute(update(StaffSession).where(*here).values(ended_at=now))


def _proof(connection: Connection, staff_id: int, code: str) -> str:
    return keys_of(connection).index(f"sign-in:{staff_id}:{code}")
