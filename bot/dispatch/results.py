"""What became of a message: marked, logged with the words that left, and told to its writer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from bot.dispatch.claim import Claim
from bot.dispatch.gatekeeping import close_typed, forget_question
from bot.domain import BadAddress, Misconfigured, OptedOut, SendError, Sent, Unreachable
from bot.scene.desk_notes import Matter, family_behind, mark_words, raise_task
from bot.scene.family import Family, local_time
from bot.scene.scene import Scene, Taskforce
from bot.scene.silence import silence_ends
from storage import contacts, outbox, tasks
from storage.addresses import hold_line_by_id, mark_line
from storage.conversations import load_state, set_due

ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
CONFIG_WAIT = timedelta(minutes=5)
MODES = {"sms": "sms", "telegram": "telegram"}


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
        _uncertain(scene, worker, row, result.claim.attempt)
    elif result.error is not None:
        _failed(scene, worker, row, result.claim, result.error, jitter)


def give_up_lost(connection: Connection, taskforce: Taskforce, now: datetime) -> int:
    """Find messages whose sender never came back: nobody knows, so a person is asked."""
    rows = outbox.lost(connection, 50)
    for row in rows:
        scene = Scene(connection, taskforce, now, f"lost:{row.ref}:{row.attempts}")
        outbox.mark(connection, row.id, status="uncertain", reason="nobody knows whether it left")
        _ask_about(scene, row)
    return len(rows)


def _sent(scene: Scene, worker: str, row: Row[Any], claim: Claim, sent: Sent) -> None:
    taken = (claim.attempt, sent.external_id, scene.now)
    if not outbox.handed_over(scene.connection, row.id, worker, *taken):
        return
    if row.kind == "staff":
        return
    family = family_behind(scene, hold_line_by_id(scene.connection, row.address_id))
    _log(scene, row, family, sent.text, None)
    _question_is_out(scene, row, family)
    if row.kind == "person":
        _typed_has_gone(scene, row, family)


def _log(
    scene: Scene, row: Row[Any], family: Family, words: str, attempt_result: str | None
) -> None:
    contacts.log(
        scene.connection,
        contacts.Entry(
            at=scene.now,
            recorded_at=scene.now,
            direction="outbound",
            mode=MODES.get(family.line.channel, "other_message"),
            done_by=row.author or "system",
            purpose=row.purpose,
            words=words,
            salt=scene.taskforce.salt(),
            person_id=row.person_id,
            address_id=row.address_id,
            attempt_result=attempt_result,
            language=row.language,
            sensitivity="safeguarding" if row.purpose == "crisis_ack" else "team",
            out_of_hours=not family.staffed(),
            source=f"outbox:{row.ref}:{attempt_result or 'sent'}",
            outbox_id=row.id,
        ),
        family.case_ids,
    )


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
    named = family.named() if scene.practice.notices_shown else family.initials()
    mark_words(scene, row, f"Sent to {named}, {local_time(scene.now)}.")


def _uncertain(scene: Scene, worker: str, row: Row[Any], attempt: int) -> None:
    marks = {"status": "uncertain", "reason": "nobody knows whether it left"}
    if outbox.finish(scene.connection, row.id, worker, attempt, **marks):
        _ask_about(scene, row)


def _ask_about(scene: Scene, row: Row[Any]) -> None:
    if row.kind == "staff":
        return
    family = family_behind(scene, hold_line_by_id(scene.connection, row.address_id))
    close_typed(scene, row, "uncertain")
    words = f"A message to {family.named()} may or may not have arrived. Please check with them."
    who = row.author or family.owner.staff
    matter = Matter("uncertain", words, None, outbox_id=row.id)
    raise_task(scene, family, who, matter, told=(who,))


def _failed(
    scene: Scene, worker: str, row: Row[Any], claim: Claim, error: SendError, jitter: float
) -> None:
    spent = claim.attempt >= ATTEMPTS and not isinstance(error, Misconfigured)
    if error.retry and not spent:
        _again_later(scene, worker, row, claim, error, jitter)
        return
    reason = f"{error} {error.code}".strip()[:120]
    marks = {"status": "failed", "reason": reason}
    if not outbox.finish(scene.connection, row.id, worker, claim.attempt, **marks):
        return
    _mark_address(scene, row, error)
    if row.kind == "staff":
        return
    family = family_behind(scene, hold_line_by_id(scene.connection, row.address_id))
    _log(scene, row, family, row.text, "undelivered")
    forget_question(scene, row)
    close_typed(scene, row, "failed")
    _tell_failed(scene, row, family, error)


def _again_later(
    scene: Scene, worker: str, row: Row[Any], claim: Claim, error: SendError, jitter: float
) -> None:
    if isinstance(error, Misconfigured):
        wait, attempts = CONFIG_WAIT, claim.attempt - 1
    else:
        asked = timedelta(seconds=error.after or 0) if isinstance(error, Unreachable) else None
        backoff = min(FIRST_WAIT * 2 ** (claim.attempt - 1), LONGEST_WAIT) * jitter
        wait, attempts = max(asked or timedelta(0), backoff), claim.attempt
    outbox.finish(
        scene.connection,
        row.id,
        worker,
        claim.attempt,
        status="waiting",
        due_at=scene.now + wait,
        reason=str(error)[:120],
        attempts=attempts,
    )


def _mark_address(scene: Scene, row: Row[Any], error: SendError) -> None:
    if isinstance(error, OptedOut):
        mark_line(scene.connection, row.address_id, carrier_blocked_at=scene.now)
    elif isinstance(error, BadAddress):
        mark_line(scene.connection, row.address_id, dead_at=scene.now)


def _tell_failed(scene: Scene, row: Row[Any], family: Family, error: SendError) -> None:
    known: dict[type[SendError], str] = {
        OptedOut: "the phone network blocks us: they texted a stop word. You must phone",
        BadAddress: "the number cannot be reached by text. Check it with the family",
    }
    why = known.get(type(error), f"it was refused (code {error.code or 'none'})")
    who = row.author or family.owner.staff
    words = f"Failed: a message to {family.named()} did not go: {why}."
    matter = Matter("undelivered", words, None, outbox_id=row.id)
    raise_task(scene, family, who, matter, told=(who,))
