"""What waits for a member of staff: the most urgent first, with the buttons of its notice."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, and_, cast, or_, select

from bot.pages import wording
from bot.pages.visitor import Visitor
from bot.scene.matters import buttons
from bot.scene.names import each_as_read_by
from storage.contacts import restricted_from
from storage.digest import may_be_told, readable
from storage.tables import Case, Task

OPEN = Task.done_at.is_(None)
NEVER = datetime.max.replace(tzinfo=UTC)
GRAVEST = {"L1": 0, "L2": 1, "L3": 2}
NAMES = {
    "message": "Message",
    "crisis": "Danger",
    "call": "Wants a call",
    "unclaimed": "Unknown number",
    "held": "Your message is held",
    "prove_number": "Confirm the number",
    "stop_request": "Asked for no more texts",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing somebody must read or do."""

    id: int
    kind: str
    level: str
    words: str = field(repr=False)
    case: str  # empty: about no case, or one they may not open
    age: str
    by: str
    late: bool
    answers: bool  # somebody said something, and waits for an answer
    had_by: str  # who has it; empty: nobody yet
    buttons: tuple[tuple[str, str], ...]


def may_know(visitor: Visitor) -> ColumnElement[bool]:
    """Say in a query of which tasks about a contact a visitor may know.

    It is those whose words they may read, and those that were brought to them because somebody
    else is named there: whoever is to answer a cry for help must hear of it.
    """
    staff, reader = visitor.staff, visitor.reader
    told = cast(Task.told, Text).contains(json.dumps(staff.ref), autoescape=True)
    brought = or_(Task.owner_id == staff.id, Task.seen_by == staff.ref, told)
    return or_(readable(reader), and_(may_be_told(reader), brought))


def waiting(visitor: Visitor) -> list[Waiting]:
    """List what is open and addressed to somebody."""
    rows = [row for row in _addressed(visitor, OPEN) if not _kept_from(visitor, row)]
    rows.sort(key=_urgency)
    words = each_as_read_by(visitor.scene, visitor.staff, [row.words for row in rows])
    return [_shown(visitor, *one) for one in zip(rows, words, strict=True)]


def is_addressed(visitor: Visitor, task_id: int) -> bool:
    """Say whether a task is theirs to act on."""
    return bool(_addressed(visitor, Task.id == task_id))


def _addressed(visitor: Visitor, which: ColumnElement[bool]) -> list[Row[Any]]:
    staff = visitor.staff
    rows: Iterable[Row[Any]] = visitor.scene.connection.execute(
        select(Task, Case.ref.label("case"), Case.status.label("status"), Case.id.label("on_case"))
        .join(Case, Case.id == Task.case_id, isouter=True)
        .where(which, Task.kind != "typed")
        .order_by(Task.id)
    )
    return [r for r in rows if r.owner_id == staff.id or staff.ref in {r.seen_by, *r.told}]


def _kept_from(visitor: Visitor, row: Row[Any]) -> bool:
    """Words about a member of staff do not wait for that person."""
    if row.contact_id is None:
        return False
    return visitor.staff.id in restricted_from(visitor.scene.connection, row.contact_id)


def _urgency(row: Row[Any]) -> tuple[int, datetime, int]:
    return GRAVEST.get(row.level or "", 3), row.respond_by or NEVER, row.id


def _shown(visitor: Visitor, row: Row[Any], words: str) -> Waiting:
    now, team = visitor.scene.now, visitor.scene.team
    opens = row.case is not None and visitor.may_on("read", row.on_case, row.status)
    has_it = team.workers.get(row.seen_by or "")
    by = row.respond_by
    return Waiting(
        id=row.id,
        kind=NAMES.get(row.kind, row.kind.replace("_", " ").capitalize()),
        level=row.level or "",
        words=words,
        case=row.case if opens else "",
        age=wording.age(row.created_at, now),
        by=wording.when(by, now) if by else "",
        late=by is not None and by < now,
        answers=row.contact_id is not None,
        had_by="You" if row.seen_by == visitor.staff.ref else has_it.first_name if has_it else "",
        buttons=_buttons(visitor, row),
    )


def _buttons(visitor: Visitor, row: Row[Any]) -> tuple[tuple[str, str], ...]:
    """Offer what its notice offers; "I have this" only to who has not."""
    mine = row.seen_by == visitor.staff.ref
    offered = buttons(row.kind, row.id, refers=visitor.may("referrals"))
    return tuple(one for one in offered if not (mine and one[0].endswith(":ack")))


def count_waiting(visitor: Visitor) -> int:
    """Count what waits for somebody, for the top of every page."""
    return sum(not _kept_from(visitor, row) for row in _addressed(visitor, OPEN))
