"""One family's thread: who said what and when, what waits to leave, and what may not be seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select

from bot.pages import wording
from bot.pages.families import Household
from bot.pages.visitor import Visitor
from bot.rules.access import RECENT, Kept
from bot.rules.calendar import wall
from bot.scene.kept_back import kept_back
from bot.scene.matters import OWN_WORK, buttons
from bot.scene.names import Veil, veil_over
from storage.contacts import REACHED
from storage.digest import readable
from storage.tables import Contact, ContactCase, Outbox, Person, Restriction, Task

AUTOMATIC = "system"
UNSENT = ("waiting", "held", "sending", "uncertain", "cancelled", "expired")
STATES = {
    "waiting": "Going at {at}",
    "sending": "Leaving now",
    "held": "Held until {at}",
    "uncertain": "Nobody knows yet whether this left",
    "cancelled": "Not sent",
    "expired": "Not sent",
}
DELIVERED = {"delivered": "delivered", "sent": "sent"}


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of a thread."""

    at: datetime
    day: str
    time: str
    who: str = field(repr=False)
    how: str
    words: str = field(repr=False)
    side: str  # "in" from the family, "out" to it, "inside" only staff read it
    language: str = "en"
    mark: str = ""  # what became of it
    trouble: bool = False
    buttons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """What a reader may see of a family's log, oldest first."""

    entries: tuple[Said, ...]
    older: int  # entries from before, which need a code typed a moment ago
    history: bool  # they are among the entries


def thread(visitor: Visitor, home: Household, *, history: bool) -> Thread:
    """Read a thread; what is older than a month only if `history` is asked for and proven."""
    since = visitor.scene.now - RECENT
    rows = _log(visitor, home.case_ids, None if history else since)
    older = 0 if history else _older(visitor, home.case_ids, since)
    named = _names(visitor, rows)
    said = [_entry(row, named) for row in rows]
    said += [_unsent(visitor, row, named) for row in _not_gone(visitor, home, since)]
    said.sort(key=lambda one: one.at)
    veil = veil_over(visitor.scene.connection, visitor.hidden, home.case_ids)
    return Thread(tuple(_veiled(one, veil) for one in said), older, history)


def _veiled(said: Said, veil: Veil) -> Said:
    return said if said.side == "in" else replace(said, words=veil.over(said.words))


def _standing(visitor: Visitor, case_ids: Collection[int]) -> ColumnElement[bool]:
    """Say in a query which contacts stand on these cases and may be read."""
    standing = select(ContactCase.contact_id).where(
        ContactCase.case_id.in_(case_ids), ContactCase.ended_at.is_(None)
    )
    return and_(Contact.id.in_(standing), readable(visitor.reader))


def _older(visitor: Visitor, case_ids: Collection[int], since: datetime) -> int:
    """Count what was said before a moment, and read none of it."""
    query = select(func.count(Contact.id)).where(
        _standing(visitor, case_ids), Contact.occurred_at < since
    )
    return visitor.scene.connection.execute(query).scalar_one()


def _log(visitor: Visitor, case_ids: Collection[int], since: datetime | None) -> list[Row[Any]]:
    """Read the entries a visitor may read, oldest first; `since` None: of all years."""
    query: Any = (
        select(Contact, Outbox.status.label("state"))
        .join(Outbox, Outbox.id == Contact.outbox_id, isouter=True)
        .where(_standing(visitor, case_ids))
        .order_by(Contact.occurred_at, Contact.id)
    )
    if since is not None:
        query = query.where(Contact.occurred_at >= since)
    rows = visitor.scene.connection.execute(query).all()
    hidden = _hidden(visitor, [row.id for row in rows])
    return [
        row
        for row in rows
        if visitor.reads(Kept(row.done_by, row.sensitivity, hidden.get(row.id, ())))
    ]


def _hidden(visitor: Visitor, contact_ids: list[int]) -> dict[int, set[str]]:
    """List from whom entries are kept until somebody in charge releases them."""
    rows = visitor.scene.connection.execute(
        select(Restriction.contact_id, Person.ref)
        .join(Person, Person.id == Restriction.staff_id)
        .where(Restriction.contact_id.in_(contact_ids), Restriction.released_at.is_(None))
    )
    found: dict[int, set[str]] = {}
    for row in rows:
        found.setdefault(row.contact_id, set()).add(row.ref)
    return found


def _names(visitor: Visitor, rows: Iterable[Row[Any]]) -> dict[str, str]:
    refs = {row.done_by for row in rows}
    people = visitor.scene.connection.execute(
        select(Person.ref, Person.name).where(Person.ref.in_(refs))
    )
    team = {ref: worker.name for ref, worker in visitor.scene.team.workers.items()}
    return {AUTOMATIC: "Automatic", **team, **dict(people.all())}


def _entry(row: Row[Any], names: dict[str, str]) -> Said:
    side = {"inbound": "in", "outbound": "out"}.get(row.direction, "inside")
    failed = row.attempt_result not in (None, REACHED) or row.state == "undelivered"
    mark = "Did not arrive" if failed else DELIVERED.get(row.state or "", "")
    return Said(
        at=row.occurred_at,
        day=wording.day(row.occurred_at),
        time=wording.clock(row.occurred_at),
        who=names.get(row.done_by, "Somebody"),
        how=wording.mode(row.mode),
        words=row.words if row.words is not None else "(erased)",
        side=side,
        language=row.language,
        mark="Internal: the family never sees this" if side == "inside" else mark,
        trouble=failed,
    )


def _not_gone(visitor: Visitor, home: Household, since: datetime) -> list[Row[Any]]:
    """List what waits for this family's adults, or was not sent, and is not in the log."""
    rows = visitor.scene.connection.execute(
        select(Outbox)
        .where(
            Outbox.person_id.in_(home.adults),
            Outbox.status.in_(UNSENT),
            Outbox.kind != "staff",
            Outbox.created_at >= since,
        )
        .order_by(Outbox.id)
    )
    ours, kept = set(home.refs), kept_back(visitor.scene, visitor.reader, home.case_ids)
    theirs = [row for row in rows if not row.cases or ours & set(row.cases)]
    return [row for row in theirs if not kept.hides(row)]


def _unsent(visitor: Visitor, row: Row[Any], names: dict[str, str]) -> Said:
    now = visitor.scene.now
    seconds = row.status == "waiting" and (row.due_at - now).total_seconds() < 60
    at = f"{wall(row.due_at):%H:%M:%S}" if seconds else wording.when(row.due_at, now)
    state = STATES[row.status].format(at=at)
    team = visitor.scene.team.workers.get(row.author or "")
    return Said(
        at=row.created_at,
        day=wording.day(row.created_at),
        time=wording.clock(row.created_at),
        who=team.name if team else names.get(row.author or AUTOMATIC, "Automatic"),
        how=wording.mode(row.channel),
        words=row.text if not row.after else f"{row.text}\n{row.after}",
        side="out",
        language=row.language,
        mark=f"{state}: {row.reason}" if row.reason else state,
        trouble=row.status != "waiting",
        buttons=_buttons(visitor, row),
    )


def _buttons(visitor: Visitor, row: Row[Any]) -> tuple[tuple[str, str], ...]:
    """Offer its writer to stop what they typed, or to send it now."""
    if row.author != visitor.staff.ref:
        return ()
    task = visitor.scene.connection.execute(
        select(Task.id, Task.kind).where(
            Task.outbox_id == row.id, Task.kind.in_(OWN_WORK), Task.done_at.is_(None)
        )
    ).first()
    return buttons(task.kind, task.id, refers=False) if task else ()
