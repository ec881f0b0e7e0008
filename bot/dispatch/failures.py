"""A message was not taken: tried again, sent another way, or given up and somebody told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from bot.dispatch import trouble
from bot.dispatch.attempts import log_attempt, whom
from bot.dispatch.by_text import PATIENT_FOR, by_text
from bot.dispatch.claim import Claim
from bot.dispatch.gatekeeping import close_typed, forget_question
from bot.dispatch.pacing import hold_back
from bot.domain import (
    BadAddress,
    Misconfigured,
    NotAllowed,
    OptedOut,
    SendError,
    Unexplained,
    Unreachable,
)
from bot.scene.chats import CHATS, chat_lost
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, local_time
from bot.scene.matters import Matter
from bot.scene.notices import family_behind
from bot.scene.scene import Scene
from storage import leases, tasks
from storage.addresses import Line, hold_line_by_id, mark_line

TOO_MANY = "429"
PATIENCE = 5  # attempts at a chat, a minute or two, before a text is sent instead
TELL_AT = 8  # attempts, some ten minutes in: whoever wrote it should know
TWICE = 2  # attempts where nobody knows what is wrong
TRIED_FOR = timedelta(days=1)  # where a message names no end itself
LONG = timedelta(minutes=30)  # so long a silence is told to whoever waits
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
DOUBLINGS = 10  # more would not fit into a length of time


def failed(
    scene: Scene, worker: str, row: Row[Any], claim: Claim, error: SendError, jitter: float
) -> None:
    """Keep a refusal or a failure; nothing happens if the lease was lost meanwhile."""
    asked_for_silence = error.code == TOO_MANY or (error.code and _silent_for(error) > LONG)
    if asked_for_silence and isinstance(error, Unreachable):
        until = scene.now + timedelta(seconds=error.after or 1)
        hold_back(scene.connection, claim.outgoing.channel, until)
        if _silent_for(error) > LONG:
            trouble.falls_silent(scene, claim.outgoing.channel, error, until)
    if isinstance(error, Misconfigured):
        trouble.must_be_mended(scene, claim.outgoing.channel, error)
    if isinstance(error, NotAllowed):
        trouble.not_allowed(scene, claim.outgoing.channel, error)
    line = hold_line_by_id(scene.connection, row.address_id)
    marks = _marks(scene, row, claim, line, error, jitter)
    if not leases.finish(scene.connection, row.id, worker, claim.attempt, **marks):
        return
    if marks["status"] == "failed":
        given_up(scene, row, line, error)
    elif isinstance(error, BadAddress):
        log_attempt(scene, row, family_behind(scene, line), row.text, "undelivered")
    elif _kept_waiting(claim, error, marks):
        tell_delayed(scene, row, family_behind(scene, line))
    mark_address(scene, line, error)


def _kept_waiting(claim: Claim, error: SendError, marks: dict[str, Any]) -> bool:
    """Say whether its writer should hear that it is late; nobody waits for what goes by text."""
    goes_another_way = "channel" in marks
    return not goes_another_way and (claim.attempt == TELL_AT or _silent_for(error) > LONG)


def _marks(
    scene: Scene, row: Row[Any], claim: Claim, line: Line, error: SendError, jitter: float
) -> dict[str, Any]:
    """Work out what becomes of the message."""
    gone = isinstance(error, BadAddress | Misconfigured) or _silent_for(error) > PATIENT_FOR
    if gone or (error.retry and claim.attempt >= PATIENCE):
        instead = by_text(scene, row, line)
        if instead is not None:
            return instead
    tried_enough = isinstance(error, Unexplained) and claim.attempt >= TWICE
    if error.retry and not tried_enough and _has_time(scene, row, claim.attempt):
        return _again_later(scene, claim, error, jitter)
    return {"status": "failed", "reason": f"{error} {error.code}".strip()[:120]}


def give_up_at(row: Row[Any]) -> datetime:
    """Say until when a message is tried again."""
    limit: datetime = row.created_at + TRIED_FOR
    return min(limit, row.not_after) if row.not_after else limit


def _has_time(scene: Scene, row: Row[Any], attempt: int) -> bool:
    """Say whether it may be tried again; what was held for days has not been tried for a day."""
    if row.not_after is not None and scene.now >= row.not_after:
        return False
    return attempt < TELL_AT or scene.now < give_up_at(row)


def _silent_for(error: SendError) -> timedelta:
    """Say how long a provider wants to be left alone."""
    return timedelta(seconds=(error.after or 0) if isinstance(error, Unreachable) else 0)


def _again_later(scene: Scene, claim: Claim, error: SendError, jitter: float) -> dict[str, Any]:
    if isinstance(error, Misconfigured):
        wait, attempts = trouble.PAUSE, claim.attempt - 1
    else:
        doubled = FIRST_WAIT * 2 ** min(claim.attempt - 1, DOUBLINGS)
        backoff = min(doubled, LONGEST_WAIT) * jitter
        wait, attempts = max(_silent_for(error), backoff), claim.attempt
    reason = str(error)[:120]
    return {"status": "waiting", "due_at": scene.now + wait, "reason": reason, "attempts": attempts}


def given_up(scene: Scene, row: Row[Any], line: Line, error: SendError) -> None:
    """Write down that a message will not go, and tell whoever wrote it."""
    if row.kind == "staff":
        return
    family = family_behind(scene, line)
    log_attempt(scene, row, family, row.text, "undelivered")
    forget_question(scene, row)
    close_typed(scene, row, "failed")
    tell_failed(scene, row, family, error)


def tell_delayed(scene: Scene, row: Row[Any], family: Family) -> None:
    """Tell whoever wrote a message that it is not out yet, and how long it is tried. Once."""
    if row.kind == "staff" or tasks.raised_since(
        scene.connection, row.id, "delayed", row.created_at
    ):
        return
    until = local_time(give_up_at(row))
    words = f"Not out yet: a message to {family.named()}. It is tried again until {until}."
    who = whom(scene, row, family)
    raise_task(scene, family, who, Matter("delayed", words, outbox_id=row.id), told=(who,))


def mark_address(scene: Scene, line: Line, error: SendError) -> None:
    """Keep what a refusal says about the address itself."""
    if isinstance(error, OptedOut):
        mark_line(scene.connection, line.id, carrier_blocked_at=scene.now)
    elif isinstance(error, BadAddress) and line.channel in CHATS:
        chat_lost(scene, line)
    elif isinstance(error, BadAddress):
        mark_line(scene.connection, line.id, dead_at=scene.now)


def tell_failed(scene: Scene, row: Row[Any], family: Family, error: SendError) -> None:
    """Tell the writer of a message that did not arrive, and what to do about it."""
    known: dict[type[SendError], str] = {
        OptedOut: "the phone network blocks us: they texted a stop word. You must phone",
        BadAddress: "the number cannot be reached by text. Check it with the family",
        Unreachable: "nobody took it until it was too late",
    }
    why = known.get(type(error), f"it was refused (code {error.code or 'none'})")
    if isinstance(error, BadAddress) and family.line.channel in CHATS:
        why = f"the chat cannot be used any more, and there is no number. {family.reach}"
    who = whom(scene, row, family)
    words = f"Failed: a message to {family.named()} did not go: {why}."
    matter = Matter("undelivered", words, None, outbox_id=row.id)
    raise_task(scene, family, who, matter, told=(who,))
