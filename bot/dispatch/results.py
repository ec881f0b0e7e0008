"""What became of a message: marked, logged with the words that left, and told to its writer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from bot.dispatch.attempts import log_attempt, whom
from bot.dispatch.claim import Claim
from bot.dispatch.failures import TELL_AT, failed
from bot.dispatch.gatekeeping import close_typed
from bot.domain import SendError, Sent
from bot.scene.chats import CHATS
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, local_time
from bot.scene.matters import Matter
from bot.scene.notices import family_behind, mark_words
from bot.scene.scene import Scene, Taskforce
from bot.scene.silence import silence_ends
from storage import leases, outbox, tasks
from storage.addresses import hold_line_by_id
from storage.conversations import load_state, set_due

RESENT = frozenset({"staff", "safety"})  # better twice than never
RESEND_AFTER, RESENDS = timedelta(seconds=30), 3
UNKNOWN = {"status": "uncertain", "reason": "nobody knows whether it left"}


@dataclass(frozen=True, slots=True)
class Result:
    """What a channel answered to one claim."""

    claim: Claim
    sent: Sent | None = None
    error: SendError | None = None


def keep(
    connection: Connection,
    taskforce: Taskforce,
    worker: str,
    result: Result,
    now: datetime,
    jitter: float,
) -> None:
    """Write one result down; nothing happens if the lease was lost meanwhile."""
    row = outbox.find(connection, result.claim.outbox_id)
    if row is None:
        return
    scene = Scene(connection, taskforce, now, f"result:{row.ref}:{result.claim.attempt}")
    if result.sent is not None:
        _sent(scene, worker, row, result.claim, result.sent)
    elif result.error is not None and result.error.uncertain:
        _uncertain(scene, worker, row, result.claim)
    elif result.error is not None:
        failed(scene, worker, row, result.claim, result.error, jitter)


def give_up_lost(connection: Connection, taskforce: Taskforce, now: datetime) -> int:
    """Find messages whose sender never came back: nobody knows, so a person is asked."""
    rows = leases.lost(connection, 50)
    for row in rows:
        scene = Scene(connection, taskforce, now, f"lost:{row.ref}:{row.attempts}")
        if (again := once_more(scene, row)) is not None:
            outbox.mark(connection, row.id, **again)
            continue
        outbox.mark(connection, row.id, **UNKNOWN)
        _ask_about(scene, row)
    return len(rows)


def _sent(scene: Scene, worker: str, row: Row[Any], claim: Claim, sent: Sent) -> None:
    taken = (claim.attempt, sent.external_id, scene.now)
    if not leases.handed_over(scene.connection, row.id, worker, *taken):
        return
    if row.kind == "staff":
        return
    family = family_behind(scene, hold_line_by_id(scene.connection, row.address_id))
    if row.attempts >= TELL_AT:
        close_typed(scene, row, "sent")
    log_attempt(scene, row, family, sent.text, None)
    _question_is_out(scene, row, family)
    if row.kind == "person":
        _typed_has_gone(scene, row, family)


def _question_is_out(scene: Scene, row: Row[Any], family: Family) -> None:
    """Silence is counted from when the question left, not from when it was thought of."""
    if row.turn is None or row.kind != "proactive" or family.person is None:
        return
    state = load_state(scene.connection, family.person.id)
    if state is not None and state.turn == row.turn:
        ends = silence_ends(scene, state)
        set_due(scene.connection, "silence", family.person.ref, ends, state.turn)


def _typed_has_gone(scene: Scene, row: Row[Any], family: Family) -> None:
    close_typed(scene, row, "sent")
    if family.person is not None:
        kinds = ("message", "unclaimed", "hand_over")
        tasks.close_all(
            scene.connection, family.person.id, kinds, row.author, "answered", scene.now
        )
    mark_words(scene, row, f"Sent to {family.for_chat()}, {local_time(scene.now)}.")


def _uncertain(scene: Scene, worker: str, row: Row[Any], claim: Claim) -> None:
    again = once_more(scene, row)
    marks = again or UNKNOWN
    if leases.finish(scene.connection, row.id, worker, claim.attempt, **marks) and not again:
        _ask_about(scene, row)


def once_more(scene: Scene, row: Row[Any]) -> dict[str, Any] | None:
    """Nobody can ask a chat service what it took: what must arrive is sent again, a few times."""
    line = hold_line_by_id(scene.connection, row.address_id)
    if line.channel not in CHATS or row.kind not in RESENT or row.attempts >= RESENDS:
        return None
    again = "sent again: nobody knows whether it left"
    return {"status": "waiting", "due_at": scene.now + RESEND_AFTER, "reason": again}


def _ask_about(scene: Scene, row: Row[Any]) -> None:
    if row.kind == "staff":
        return
    family = family_behind(scene, hold_line_by_id(scene.connection, row.address_id))
    close_typed(scene, row, "uncertain")
    words = f"A message to {family.named()} may or may not have arrived. Please check with them."
    who = whom(scene, row, family)
    matter = Matter("uncertain", words, None, outbox_id=row.id)
    raise_task(scene, family, who, matter, told=(who,))
