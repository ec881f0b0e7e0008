"""Messages of which nobody knows whether they left: looked up, sent again, or put to a person.

A provider that can be asked is asked after a grace longer than it needs to show what it took.
Telegram cannot be asked: what must arrive is sent again, and about the rest a person is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from bot.dispatch.attempts import whom
from bot.dispatch.claim import Found, Question
from bot.dispatch.failures import TRIED_FOR, given_up, tell_delayed
from bot.dispatch.gatekeeping import close_typed
from bot.dispatch.receipts import keep_receipt
from bot.dispatch.timing import Timing
from bot.domain import Receipt, Unreachable
from bot.scene.chats import CHATS
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.notices import family_behind
from bot.scene.scene import Scene, Taskforce
from storage import leases, lookups, outbox, tasks
from storage.addresses import hold_line_by_id

TELL_AT = 3  # times that it did not leave, some ten minutes in: whoever wrote it should know
RESENT = frozenset({"staff", "safety"})  # better twice than never
RESEND_AFTER, RESENDS = timedelta(seconds=30), 3
ASKED_FOR = timedelta(days=1)
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
    again = once_more(scene, row)
    marks = again or {"status": "uncertain", "reason": WHY}
    if leases.finish(connection, row.id, worker, attempt, **marks) and not again:
        _ask_a_person(scene, row)


def answered(
    connection: Connection,
    taskforce: Taskforce,
    worker: str,
    question: Question,
    text: str,
    found: Found,
    now: datetime,
    timing: Timing,
) -> None:
    """Keep what a provider said about a message in doubt."""
    row = lookups.mine(connection, question.outbox_id, worker, question.attempt)
    if row is None:
        return
    scene = Scene(connection, taskforce, now, f"looked up:{row.ref}:{row.intent_at}")
    taken = _not_yet_ours(scene, row, found.receipts)
    if taken is not None:
        # It is a receipt like any other: what did not arrive is tried again, or told.
        keep_receipt(connection, taskforce, replace(taken, ref=row.ref), text, now)
    elif found.whole:
        _never_left(scene, row)
    else:
        _ask_again(scene, row, timing)


def _never_left(scene: Scene, row: Row[Any]) -> None:
    """The provider does not have it: it goes again, but not for ever and not unheard of."""
    connection, now = scene.connection, scene.now
    line, asked = hold_line_by_id(connection, row.address_id), _asked_about(scene, row)
    too_long = now >= row.created_at + TRIED_FOR and row.attempts >= TELL_AT
    if too_long or asked:
        marks = {"status": "failed", "reason": "the provider never took it", "lease_until": None}
        outbox.mark(connection, row.id, **marks)
        given_up(scene, row, line, Unreachable("the provider never took it"))
        return
    marks = {"status": "waiting", "reason": "sent again: the provider does not have it"}
    outbox.mark(connection, row.id, due_at=min(now, row.due_at), lease_until=None, **marks)
    if row.attempts >= TELL_AT:
        tell_delayed(scene, row, family_behind(scene, line))


def _asked_about(scene: Scene, row: Row[Any]) -> bool:
    """Say whether its writer was asked to check: by now they may have written anew, or rung."""
    begun = row.intent_at or row.created_at
    asked = tasks.raised_since(scene.connection, row.id, "uncertain", begun)
    tasks.close_for_message(scene.connection, row.id, ("uncertain",), "it had not left", scene.now)
    return asked and row.kind == "person"


def _not_yet_ours(scene: Scene, row: Row[Any], found: Sequence[Receipt]) -> Receipt | None:
    """Find the one a provider took of which we do not know: others are messages of their own."""
    hold_line_by_id(scene.connection, row.address_id)  # no two look-ups adopt the same one
    known = lookups.known(scene.connection, [one.external_id for one in found])
    return next((one for one in found if one.external_id not in known), None)


def _ask_again(scene: Scene, row: Row[Any], timing: Timing) -> None:
    """The provider cannot say now. Before long somebody should know, whatever it says later."""
    if scene.now - row.created_at > ASKED_FOR:
        give_to_a_person(scene, row)
        return
    lookups.doubt(scene.connection, row.id, timing.ask_again, LOOKED_UP)
    if scene.now - (row.intent_at or row.created_at) > leases.BLOCKS_FOR:
        _ask_a_person(scene, row)


def once_more(scene: Scene, row: Row[Any]) -> dict[str, Any] | None:
    """Nobody can ask a chat service what it took: what must arrive is sent again, a few times."""
    if row.channel not in CHATS or row.kind not in RESENT or row.attempts >= RESENDS:
        return None
    again = "sent again: nobody knows whether it left"
    return {"status": "waiting", "due_at": scene.now + RESEND_AFTER, "reason": again}


def give_to_a_person(scene: Scene, row: Row[Any]) -> None:
    """Nobody will ever know by asking a provider: a person asks the family."""
    marks = {"status": "uncertain", "reason": WHY, "lease_until": None}
    outbox.mark(scene.connection, row.id, **marks)
    _ask_a_person(scene, row)


def _ask_a_person(scene: Scene, row: Row[Any]) -> None:
    """Have somebody ask the family; once, however long nobody knows."""
    begun = row.intent_at or row.created_at
    if row.kind == "staff" or tasks.raised_since(scene.connection, row.id, "uncertain", begun):
        return
    family = family_behind(scene, hold_line_by_id(scene.connection, row.address_id))
    close_typed(scene, row, "uncertain")
    words = f"A message to {family.named()} may or may not have arrived. Please check with them."
    who = whom(scene, row, family)
    matter = Matter("uncertain", words, None, outbox_id=row.id)
    raise_task(scene, family, who, matter, told=(who,))
