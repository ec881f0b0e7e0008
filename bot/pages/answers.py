"""What the desk answered on the page lately, with the buttons that still do something."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from bot.pages import wording
from bot.pages.visitor import Visitor
from bot.scene.notices import PAGE
from storage.conversations import load_state
from storage.tables import Address, Outbox, Task

LATELY = timedelta(minutes=30)
AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Answered:
    """One thing the desk said."""

    words: str = field(repr=False)
    at: str
    turn: int | None
    buttons: tuple[tuple[str, str], ...] = field(repr=False)


def answers(visitor: Visitor) -> list[Answered]:
    """List the last answers, oldest first."""
    here = select(Address.id).where(Address.person_id == visitor.staff.id, Address.channel == PAGE)
    rows = visitor.scene.connection.execute(
        select(Outbox)
        .where(
            Outbox.address_id.in_(here),
            Outbox.created_at > visitor.scene.now - LATELY,
            Outbox.status != "cancelled",
        )
        .order_by(Outbox.id.desc())
        .limit(AT_MOST)
    ).all()
    return [_answered(visitor, row) for row in reversed(rows)]


def _answered(visitor: Visitor, row: Row[Any]) -> Answered:
    words = "\n".join(part for part in (row.text, row.after) if part)
    works = _works(visitor, row)
    buttons = tuple((key, label) for key, label in row.choices) if works else ()
    return Answered(words, wording.clock(row.created_at), row.turn, buttons)


def _works(visitor: Visitor, row: Row[Any]) -> bool:
    """Say whether the buttons under an answer still do anything."""
    connection = visitor.scene.connection
    if row.turn is not None:
        state = load_state(connection, visitor.staff.id)
        return state is not None and state.turn == row.turn
    if row.task_id is None:
        return True
    done = connection.execute(select(Task.done_at).where(Task.id == row.task_id)).scalar_one()
    return done is None
