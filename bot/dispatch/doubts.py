"""Messages of which nobody knows whether they left: looked up, sent again, or put to a person.

A provider that can be asked is asked after a grace longer than it needs to show what it took.
Telegram cannot be asked: what must arrive is sent again, and about the rest a person is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from bot.dispatch.arrivals import adopt
from bot.dispatch.attempts import whom
from bot.dispatch.claim import Question, outgoing
from bot.dispatch.gatekeeping import close_typed
from bot.dispatch.timing import Timing
from bot.domain import Receipt, Sent
from bot.scene.chats import CHATS
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.notices import family_behind
from bot.scene.scene import Scene, Taskforce
from storage import leases, lookups, outbox
from storage.addresses import hold_line_by_id
from storage.receipts import move_on

AT_ONCE = 50
RESENT = frozenset({"staff", "safety"})  # better twice than never
RESEND_AFTER, RESENDS = timedelta(seconds=30), 3
ASKED_FOR = timedelta(days=1)
# Other messages in the same words have names we know, so that an error of our clock costs nothing.
LOOK_BACK = timedelta(days=1)
WHY = "nobody knows whether it left"
LOOKED_UP = "it is being found out whether it left"


def in_doubt(
    scene: Scene, worker: str, row: Row[Any], attempt: int, timing: Timing, *, can_be_asked: bool
) -> None:
    """Keep that an answer never came; nothing happens if the lease was lost meanwhile."""
    connection = scene.connection
    if can_be_asked:
        asked_at = leases.database_now(connection) + timing.grace
        marks = {"reason": LOOKED_UP, "lease_until": asked_at, "claimed_by": None}
        leases.finish(connection, row.id, worker, attempt, status="uncertain", **marks)
        return
    again = _once_more(scene, row)
    marks = again or {"status": "uncertain", "reason": WHY}
    if leases.finish(connection, row.id, worker, attempt, **marks) and not again:
        _ask_a_person(scene, row)


def find_lost(
    connection: Connection,
    taskforce: Taskforce,
    now: datetime,
    askable: frozenset[str],
    timing: Timing,
) -> int:
    """Find messages whose sender never came back; returns how many."""
    rows = lookups.lost(connection, AT_ONCE)
    for row in rows:
        scene = Scene(connection, taskforce, now, f"lost:{row.ref}:{row.attempts}")
        if row.channel in askable:
            lookups.doubt(connection, row.id, timing.grace, LOOKED_UP)
        elif (again := _once_more(scene, row)) is not None:
            outbox.mark(connection, row.id, lease_until=None, **again)
        else:
            _give_to_a_person(scene, row)
    return len(rows)


def questions(connection: Connection, worker: str, timing: Timing) -> list[Question]:
    """Take on the look-ups that are due."""
    found = []
    for row in lookups.in_doubt(connection, AT_ONCE):
        lookups.take(connection, row.id, worker, timing.lease)
        line = hold_line_by_id(connection, row.address_id)
        since = (row.intent_at or row.created_at) - LOOK_BACK
        found.append(Question(row.id, row.attempts, outgoing(row, line), since))
    return found


def answered(
    connection: Connection,
    taskforce: Taskforce,
    worker: str,
    question: Question,
    text: str,
    found: Sequence[Receipt] | None,
    now: datetime,
    timing: Timing,
) -> None:
    """Keep what a provider said about a message in doubt; None: it could not be asked."""
    row = lookups.mine(connection, question.outbox_id, worker, question.attempt)
    if row is None:
        return
    scene = Scene(connection, taskforce, now, f"looked up:{row.ref}:{row.attempts}")
    if found is None:
        _ask_again(scene, row, timing)
        return
    taken = _not_yet_ours(scene, row, found)
    if taken is None:
        marks = {"status": "waiting", "reason": "sent again: the provider does not have it"}
        outbox.mark(connection, row.id, due_at=min(now, row.due_at), lease_until=None, **marks)
    elif adopt(scene, row, Sent(taken.external_id, text, taken.provider)):
        move_on(connection, outbox.find(connection, row.id) or row, taken.status, taken.code)


def _not_yet_ours(scene: Scene, row: Row[Any], found: Sequence[Receipt]) -> Receipt | None:
    """Find the one a provider took of which we do not know: others are messages of their own."""
    hold_line_by_id(scene.connection, row.address_id)  # no two look-ups adopt the same one
    known = lookups.known(scene.connection, [one.external_id for one in found])
    return next((one for one in found if one.external_id not in known), None)


def _ask_again(scene: Scene, row: Row[Any], timing: Timing) -> None:
    if scene.now - row.created_at > ASKED_FOR:
        _give_to_a_person(scene, row)
    else:
        lookups.doubt(scene.connection, row.id, timing.ask_again, LOOKED_UP)


def _once_more(scene: Scene, row: Row[Any]) -> dict[str, Any] | None:
    """Nobody can ask a chat service what it took: what must arrive is sent again, a few times."""
    if row.channel not in CHATS or row.kind not in RESENT or row.attempts >= RESENDS:
        return None
    again = "sent again: nobody knows whether it left"
    return {"status": "waiting", "due_at": scene.now + RESEND_AFTER, "reason": again}


def _give_to_a_person(scene: Scene, row: Row[Any]) -> None:
    marks = {"status": "uncertain", "reason": WHY, "lease_until": None}
    outbox.mark(scene.connection, row.id, **marks)
    _ask_a_person(scene, row)


def _ask_a_person(scene: Scene, row: Row[Any]) -> None:
    if row.kind == "staff":
        return
    family = family_behind(scene, hold_line_by_id(scene.connection, row.address_id))
    close_typed(scene, row, "uncertain")
    words = f"A message to {family.named()} may or may not have arrived. Please check with them."
    who = whom(scene, row, family)
    matter = Matter("uncertain", words, None, outbox_id=row.id)
    raise_task(scene, family, who, matter, told=(who,))
