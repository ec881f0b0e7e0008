"""A new index key: everything made with it is made anew, in one transaction that nobody shares.

Besides the blind indexes that is what proves words and seals the audit, which triggers hold fast.
So they come off within the transaction, and only after every proof was found to fit the old key.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.domain import NotReady
from storage import audit, triggers
from storage.columns import keys_of
from storage.keys import Keyring
from storage.tables import (
    Address,
    CalendarFeed,
    Case,
    Contact,
    FormerUpn,
    Invite,
    Link,
    SignIn,
    VisitLink,
)

REMADE = (
    "address.address_index",
    "audit.seal",
    "calendar_feed.token_index",
    "cases.upn_index",
    "contact.words_proof",
    "former_upn.upn_index",
    "invite.code_proof",
    "link.code_proof",
    "sign_in.code_proof",
    "visit_link.token_index",
)


def reindex(connection: Connection, new: Keyring, now: datetime) -> int:
    """Make everything anew that the index key made; returns how many numbers are found by it.

    Raises `NotReady`, and changes nothing, where the record does not fit the old key.
    """
    _refuse_a_broken_record(connection)
    audit.append(connection, now, "system", "keys reindex", "everything")
    triggers.take_off(connection)
    count = _addresses(connection, new)
    _pupils(connection, new)
    _words(connection, new)
    _codes(connection, now)
    audit.reseal(connection, new)
    triggers.put_on(connection)
    return count


def _refuse_a_broken_record(connection: Connection) -> None:
    """What does not fit now would fit for ever after: somebody has to look at it first."""
    broken = audit.first_broken(connection)
    if broken is not None:
        raise NotReady(f"Row {broken} of the audit does not fit the row before it. Look at it.")
    changed = first_changed(connection)
    if changed is not None:
        raise NotReady(
            f"The words of contact {changed} are not those that were logged. Look at it."
        )


def first_changed(connection: Connection) -> int | None:
    """Name the first contact whose words are not those that were logged. None: all are."""
    keys = keys_of(connection)
    for row in connection.execute(_worded()):
        if keys.proof(row.words_salt, row.words) != row.words_proof:
            return int(row.id)
    return None


def _worded() -> Any:
    """Ask for every contact that still has its words: what is erased keeps the proof it had."""
    query = select(Contact.id, Contact.words, Contact.words_salt, Contact.words_proof)
    return query.where(Contact.words.is_not(None), Contact.words_salt.is_not(None))


def _addresses(connection: Connection, new: Keyring) -> int:
    rows = connection.execute(select(Address.id, Address.channel, Address.address)).all()
    for row in rows:
        index = new.index(f"{row.channel}:{row.address}")
        here = Address.id == row.id
        connection.execute(update(Address).where(here).values(address_index=index))
    return len(rows)


def _pupils(connection: Connection, new: Keyring) -> None:
    for table in (Case, FormerUpn):
        rows = connection.execute(select(table.id, table.upn).where(table.upn.is_not(None))).all()
        for row in rows:
            index = new.index(f"upn:{row.upn}")
            connection.execute(update(table).where(table.id == row.id).values(upn_index=index))


def _words(connection: Connection, new: Keyring) -> None:
    for row in connection.execute(_worded()).all():
        proof = new.proof(row.words_salt, row.words)
        connection.execute(update(Contact).where(Contact.id == row.id).values(words_proof=proof))


def _codes(connection: Connection, now: datetime) -> None:
    """End codes and links that are out: they are kept nowhere, so nothing can be made of them."""
    connection.execute(update(Link).values(code_proof=None, code_until=None))
    for table in (Invite, SignIn):
        connection.execute(update(table).where(table.used_at.is_(None)).values(used_at=now))
    for opens in (CalendarFeed, VisitLink):
        theirs = opens.revoked_at.is_(None)
        connection.execute(update(opens).where(theirs).values(revoked_at=now))
