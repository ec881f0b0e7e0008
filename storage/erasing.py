"""Erasing the words of one contact, and every copy of them that the service made by itself.

What a person wrote in their own words about them stays: a promise, a decision, a reason. So does
what a later version of the same message says: each version is erased by itself.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Row,
    false,
    inspect,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import DeclarativeBase

from bot.rules.erased import ERASED, without
from storage.columns import EMPTIED
from storage.tables import Contact, Conversation, DeskEntry, Outbox, Person, Referral, Task

EMPTY = type_coerce(EMPTIED, LargeBinary)
NO_RECIPE = {"recipe": None, "qr": None, "behind": None}
LEFT_WITH = ("text", "after", "choices", "qr", "behind", "recipe")  # where a message has words
DRAFTED_WITHIN = timedelta(days=7)  # typed words were shown to their writer before they left


@dataclass(frozen=True, slots=True)
class Erasure:
    """Who erased words, when and why: it stands where they stood."""

    erased_at: datetime
    erased_by: str
    erased_reason: str


def erase(connection: Connection, contact_id: int, erasure: Erasure) -> int:
    """Erase the words of one contact with every copy; 0: they had been erased before."""
    here = (Contact.id == contact_id, Contact.erased_at.is_(None))
    contact = connection.execute(select(Contact).where(*here)).one_or_none()
    if contact is None:
        return 0
    gone = {"words": None, "words_salt": None, **asdict(erasure)}
    connection.execute(update(Contact).where(*here).values(**gone))
    _empty_copies(connection, contact)
    if contact.words:
        _take_out(connection, contact)
    return 1


def _empty_copies(connection: Connection, contact: Row[Any]) -> None:
    """Empty the message, the tasks and the referrals that stand for these words themselves."""
    tasks = select(Task.id).where(Task.contact_id == contact.id)
    its_own = or_(Outbox.id == contact.outbox_id, Outbox.task_id.in_(tasks))
    left = {"text": ERASED, "after": EMPTY, "choices": []}  # a notice on its way is not empty
    connection.execute(update(Outbox).where(its_own).values(**left, **NO_RECIPE))
    for table in (Task, Referral):
        connection.execute(update(table).where(table.contact_id == contact.id).values(words=EMPTY))


def _take_out(connection: Connection, contact: Row[Any]) -> None:
    """Take the words out of what only repeats them: a change, a digest, an answer of the desk."""
    staff = select(Person.id).where(Person.kind == "staff")
    authors = staff.where(Person.ref.in_((contact.done_by, contact.recorded_by)))
    since = Outbox.created_at >= min(contact.occurred_at, contact.recorded_at) - DRAFTED_WITHIN
    told = or_(Outbox.kind == "staff", _of(Outbox, contact))
    talking = or_(Conversation.person_id.in_(staff), Conversation.person_id == contact.person_id)
    for table, names, where in (
        (Task, ("words",), (_of(Task, contact),)),
        (Referral, ("words",), (Referral.address_id == contact.address_id,)),
        (Outbox, LEFT_WITH, (since, told)),
        (Conversation, ("state",), (talking,)),
        (DeskEntry, ("words",), (DeskEntry.staff_id.in_(authors),)),
    ):
        _rewrite(connection, table, names, where, contact.words)


def _of(table: type[Task | Outbox], contact: Row[Any]) -> ColumnElement[bool]:
    """Match what is about the same person, or came from the same phone."""
    same = [
        getattr(table, name) == getattr(contact, name)
        for name in ("person_id", "address_id")
        if getattr(contact, name) is not None
    ]
    return or_(false(), *same)


def _rewrite(
    connection: Connection,
    table: type[DeclarativeBase],
    names: tuple[str, ...],
    where: tuple[ColumnElement[bool], ...],
    words: str,
) -> None:
    (key,) = inspect(table).primary_key
    columns = [getattr(table, name) for name in names]
    for row in connection.execute(select(key.label("key"), *columns).where(*where)).all():
        kept = {name: getattr(row, name) for name in names}
        left = {name: without(one, words) for name, one in kept.items()}
        changed = {name: one for name, one in left.items() if one != kept[name]}
        if changed:
            connection.execute(update(table).where(key == row.key).values(**changed))
