"""Erasing the words of contacts, and every copy of them that the service made by itself.

What a person wrote in their own words about them stays: a promise, a decision, a reason. So does
what a later version of the same message says: each version is erased by itself. Of what is too
short to be known again only such copies go that are sure to be its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Row,
    Select,
    and_,
    delete,
    false,
    inspect,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import DeclarativeBase

from bot.rules.erased import ERASED, is_short, runs_of, unless_whole, unquoted, without
from storage import tasks
from storage.approvals import approved_in
from storage.columns import EMPTIED
from storage.tables import (
    AgreedReminder,
    Approval,
    CaseLabel,
    Contact,
    ContactCase,
    Conversation,
    DeskEntry,
    Outbox,
    Person,
    PlanStep,
    Referral,
    Task,
    Visit,
    VisitCase,
    VisitVersion,
)

Gone: TypeAlias = Sequence[Row[Any]]  # contacts as they were until now
Blot: TypeAlias = Callable[[str], str]
EMPTY = type_coerce(EMPTIED, LargeBinary)
AGREED = (
    PlanStep,
    AgreedReminder,
    Approval,
    CaseLabel,
)  # may repeat what a family said of its case
NO_RECIPE = {"recipe": None, "qr": None, "behind": None}
SAYS = ("text", "after", "choices", "behind")  # where a message has words
ABOUT_IT = ("typed", "held", "delayed")  # tasks about a message that is still to leave
DRAFTED_WITHIN = timedelta(days=7)  # typed words were shown to their writer before they left
TO_STAFF = Outbox.kind == "staff"
ON_ITS_WAY = or_(
    Outbox.status.in_(("waiting", "held", "sending")),
    and_(Outbox.status == "uncertain", Outbox.lease_until.is_not(None)),
)


@dataclass(frozen=True, slots=True)
class Erasure:
    """Who erased words, when and why: it stands where they stood."""

    erased_at: datetime
    erased_by: str
    erased_reason: str


def erase(connection: Connection, erasures: Mapping[int, Erasure]) -> int:
    """Erase contacts with every copy of their words; counts those that had not been before.

    However many there are, what may hold a copy is gone through once.
    """
    found = [_erase_one(connection, number, erasure) for number, erasure in erasures.items()]
    gone = [contact for contact in found if contact is not None]
    said = [contact for contact in gone if (contact.words or "").strip()]
    if said:
        _take_out(connection, said)
    for contact in said:
        _take_out_own(connection, contact)
    return len(gone)


def _erase_one(connection: Connection, number: int, erasure: Erasure) -> Row[Any] | None:
    here = (Contact.id == number, Contact.erased_at.is_(None))
    contact = connection.execute(select(Contact).where(*here)).one_or_none()
    if contact is None:
        return None
    gone = {"words": None, "words_salt": None, **asdict(erasure)}
    connection.execute(update(Contact).where(*here).values(**gone))
    _keep_back(connection, contact.outbox_id, erasure.erased_at)
    _empty_copies(connection, contact)
    return contact


def _keep_back(connection: Connection, outbox_id: int | None, at: datetime) -> None:
    """A family is never sent the mark that stands where words stood."""
    here = (Outbox.id == outbox_id, ON_ITS_WAY, ~TO_STAFF)
    marks = {"status": "cancelled", "reason": "erased", "lease_until": None}
    done = connection.execute(update(Outbox).where(*here).values(**marks))
    if outbox_id is not None and done.rowcount:
        tasks.close_for_message(connection, outbox_id, ABOUT_IT, "erased", at)


def _empty_copies(connection: Connection, contact: Row[Any]) -> None:
    """Empty the message, the tasks and the referrals that stand for these words themselves."""
    raised = select(Task.id).where(Task.contact_id == contact.id)
    its_own = or_(Outbox.id == contact.outbox_id, Outbox.task_id.in_(raised))
    left = {"text": ERASED, "after": EMPTY, "choices": []}  # a notice on its way is not empty
    connection.execute(update(Outbox).where(its_own).values(**left, **NO_RECIPE))
    for table in (Task, Referral):
        connection.execute(update(table).where(table.contact_id == contact.id).values(words=EMPTY))
    if contact.outbox_id is not None:
        _empty_approved(connection, contact.outbox_id)


def _empty_approved(connection: Connection, outbox_id: int) -> None:
    """Empty the words that somebody said yes to before they left."""
    sent = select(Outbox.key).where(Outbox.id == outbox_id)
    number = approved_in(connection.execute(sent).scalar_one())
    connection.execute(update(Approval).where(Approval.id == number).values(words=EMPTY))


def _take_out(connection: Connection, gone: Gone) -> None:
    """Take the words out of what only repeats them: a change, a digest, an answer of the desk."""
    blot = partial(without, runs=runs_of(contact.words for contact in gone))
    since = min(min(one.occurred_at, one.recorded_at) for one in gone) - DRAFTED_WITHIN
    # What was typed for a family before; what is still to leave says what its writer meant.
    typed = and_(Outbox.kind == "person", ~ON_ITS_WAY, _of(Outbox, gone))
    for table, names, where in (
        (Task, ("words",), (_of(Task, gone),)),
        (Referral, ("words",), (_among(Referral, "address_id", gone),)),
        (Outbox, SAYS, (Outbox.created_at >= since, or_(TO_STAFF, typed))),
        (DeskEntry, ("words",), (DeskEntry.staff_id.in_(_authors(gone)),)),
        *((table, ("words",), (_of_its_cases(table, gone),)) for table in AGREED),
        (Visit, ("about",), (Visit.id.in_(_visits(gone)),)),
        (VisitVersion, ("place_words",), (VisitVersion.visit_id.in_(_visits(gone)),)),
    ):
        _rewrite(connection, table, names, where, blot)
    _end_talks(connection, gone, blot)


def _end_talks(connection: Connection, gone: Gone, blot: Blot) -> None:
    """End a conversation in which the words were typed: it might say what is left of them."""
    staff = select(Person.id).where(Person.kind == "staff")
    whose = or_(Conversation.person_id.in_(staff), _among(Conversation, "person_id", gone))
    query = select(Conversation.person_id, Conversation.state).where(whose)
    for row in connection.execute(query).all():
        answers = row.state.get("answers", {}).values()
        if any(blot(one) != one for one in answers):
            ended = delete(Conversation).where(Conversation.person_id == row.person_id)
            connection.execute(ended)


def _take_out_own(connection: Connection, contact: Row[Any]) -> None:
    """Take out what is short where it is sure to be a copy: quoted, or alone about this person."""
    quote = partial(unquoted, words=contact.words)
    changed = select(Contact.id).where(Contact.amends == contact.id)
    raised = select(Task.id).where(Task.contact_id.in_(changed))
    _rewrite(connection, Task, ("words",), (Task.id.in_(raised),), quote)
    _rewrite(connection, Outbox, SAYS, (Outbox.task_id.in_(raised),), quote)
    typed = contact.words.rpartition("\n")[0] or contact.words  # without the name below
    if contact.person_id is None or not is_short(typed):
        return
    about = (TO_STAFF, Outbox.about_id == contact.person_id)
    whole = partial(unless_whole, words=contact.words)
    alone = (Task.contact_id.is_(None), Task.person_id == contact.person_id)
    _rewrite(connection, Task, ("words",), alone, whole)
    _rewrite(connection, Outbox, SAYS, (*about, Outbox.task_id.is_(None)), whole)
    notices = select(Outbox.external_id).where(*about, Outbox.external_id.is_not(None))
    replied = (DeskEntry.staff_id.in_(_authors([contact])), DeskEntry.reply_to.in_(notices))
    _rewrite(connection, DeskEntry, ("words",), replied, partial(unless_whole, words=typed))


def _authors(gone: Gone) -> Select[Any]:
    refs = {ref for contact in gone for ref in (contact.done_by, contact.recorded_by)}
    return select(Person.id).where(Person.kind == "staff", Person.ref.in_(refs))


def _of_its_cases(
    table: type[PlanStep | AgreedReminder | Approval | CaseLabel], gone: Gone
) -> ColumnElement[bool]:
    """Match what is about the same cases."""
    return table.case_id.in_(_cases(gone))


def _visits(gone: Gone) -> Select[Any]:
    """Name the visits about the same cases."""
    return select(VisitCase.visit_id).where(VisitCase.case_id.in_(_cases(gone)))


def _cases(gone: Gone) -> Select[Any]:
    numbers = [contact.id for contact in gone]
    return select(ContactCase.case_id).where(ContactCase.contact_id.in_(numbers))


def _of(table: type[Task | Outbox], gone: Gone) -> ColumnElement[bool]:
    """Match what is about the same people, or came from the same phones."""
    return or_(_among(table, "person_id", gone), _among(table, "address_id", gone))


def _among(table: type[DeclarativeBase], name: str, gone: Gone) -> ColumnElement[bool]:
    same = {getattr(contact, name) for contact in gone} - {None}
    column: ColumnElement[Any] = getattr(table, name)
    return column.in_(same) if same else false()


def _rewrite(
    connection: Connection,
    table: type[DeclarativeBase],
    names: tuple[str, ...],
    where: tuple[ColumnElement[bool], ...],
    blot: Blot,
) -> None:
    (key,) = inspect(table).primary_key
    columns = [getattr(table, name) for name in names]
    for row in connection.execute(select(key.label("key"), *columns).where(*where)).all():
        kept = {name: getattr(row, name) for name in names}
        left = {name: _blotted(one, blot) for name, one in kept.items()}
        changed = {name: one for name, one in left.items() if one != kept[name]}
        if changed:
            connection.execute(update(table).where(key == row.key).values(**changed))


def _blotted(kept: Any, blot: Blot) -> Any:
    """Blot a text, or what the buttons say: what a button does is no words of anybody."""
    if isinstance(kept, list):
        return [[key, blot(label)] for key, label in kept]
    return kept if kept is None else blot(kept)
