"""What a provider says became of a message: its status moves on, and its code decides what is done.

A receipt is also a proof: a message in doubt that is reported on has left.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from bot.dispatch import trouble
from bot.dispatch.arrivals import adopt
from bot.dispatch.attempts import log_attempt
from bot.dispatch.failures import give_up_at, mark_address, tell_failed
from bot.domain import Misconfigured, Receipt, Refused, SendError, Sent, Unexplained, Unreachable
from bot.scene.chats import CHATS
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family
from bot.scene.matters import Matter
from bot.scene.notices import family_behind
from bot.scene.scene import Scene, Taskforce
from storage import leases, outbox, receipts
from storage.addresses import hold_line_by_id

FAILED = frozenset({"undelivered", "failed"})
# A phone that is off may be on again later today.
AGAIN_AFTER = (timedelta(minutes=30), timedelta(hours=2), timedelta(hours=4))
TRIES: dict[type[SendError], int] = {Unreachable: 3, Unexplained: 1}


def keep_receipt(
    connection: Connection,
    taskforce: Taskforce,
    receipt: Receipt,
    text: str | None,
    now: datetime,
) -> None:
    """Keep what a provider said about one message; `text` is how its words look on that channel."""
    ref = receipt.ref or receipts.ref_of_external(connection, receipt.external_id)
    said = (receipt.external_id, receipt.status, receipt.code)
    receipts.note_event(connection, ref, *said, now)
    row = receipts.hold_by_ref(connection, ref)
    if row is None:
        return
    scene = Scene(connection, taskforce, now, f"receipt:{row.ref}:{row.intent_at}")
    row = _settled(scene, row, receipt, text)
    if row is None:
        return
    stood = row.status
    if receipts.move_on(connection, row, receipt.status, receipt.code):
        if receipt.status in FAILED:
            _failed(scene, row, receipt)
    elif _contradicts(stood, receipt.status):
        _flag(scene, row)


def _settled(scene: Scene, row: Row[Any], receipt: Receipt, text: str | None) -> Row[Any] | None:
    """Adopt a message in doubt. None: the receipt is about another attempt, or about none."""
    if row.external_id == receipt.external_id and row.sent_at is not None:
        return row
    if row.sent_at is not None or row.intent_at is None:
        return row if row.external_id is None and row.sent_at is not None else None
    if row.external_id == receipt.external_id:
        return _arrived_after_all(scene, row, receipt)
    words = row.text if text is None else text
    if not adopt(scene, row, Sent(receipt.external_id, words, receipt.provider)):
        return None
    return outbox.find(scene.connection, row.id)


def _arrived_after_all(scene: Scene, row: Row[Any], receipt: Receipt) -> Row[Any] | None:
    """What was said not to have arrived did, before it was tried again: it is not tried again."""
    if receipt.status != "delivered" or row.status not in {"waiting", "held"}:
        return None  # what is on its way again is another sending
    taken = (receipt.external_id, receipt.provider or row.provider, row.intent_at)
    if not leases.adopt(scene.connection, row.id, *taken):
        return None
    return outbox.find(scene.connection, row.id)


def _contradicts(stood: str, says: str) -> bool:
    return {stood, says} <= receipts.LAST_WORDS and stood != says and not {stood, says} <= FAILED


def _failed(scene: Scene, row: Row[Any], receipt: Receipt) -> None:
    """Do what the code asks for: once more later, or the address is marked and a person told."""
    meaning = receipt.meaning or Refused
    error = meaning(f"{receipt.provider or 'the provider'} {receipt.code}".strip(), receipt.code)
    line = hold_line_by_id(scene.connection, row.address_id)
    if isinstance(error, Misconfigured):
        trouble.must_be_mended(scene, row.channel, error)
    if (again_at := _again_at(scene, row, error)) is not None:
        reason = f"again later: not delivered (code {receipt.code or 'none'})"
        marks = {"status": "waiting", "due_at": again_at, "sent_at": None, "reason": reason[:120]}
        if isinstance(error, Misconfigured):
            marks["attempts"] = row.attempts - 1
        outbox.mark(scene.connection, row.id, **marks)
        return
    family = family_behind(scene, line)
    if row.kind != "staff":
        log_attempt(scene, row, family, row.text, "undelivered")
        tell_failed(scene, row, family, error)
    mark_address(scene, line, error)


def _again_at(scene: Scene, row: Row[Any], error: SendError) -> datetime | None:
    if row.channel in CHATS:
        return None
    if isinstance(error, Misconfigured):  # no fault of the message's: it costs no attempt
        moment = scene.now + AGAIN_AFTER[0]
        return moment if moment < give_up_at(row) else None
    if row.attempts > TRIES.get(type(error), 0):
        return None
    moment = scene.now + AGAIN_AFTER[min(row.attempts, len(AGAIN_AFTER)) - 1]
    return moment if row.not_after is None or moment < row.not_after else None


def _flag(scene: Scene, row: Row[Any]) -> None:
    """The provider says two things: somebody has to know that neither is sure. Once."""
    if row.kind == "staff" or receipts.contradicted_before(scene.connection, row):
        return
    family: Family = family_behind(scene, hold_line_by_id(scene.connection, row.address_id))
    words = (
        f"A message to {family.named()} was said to be {row.status}, and then the opposite. "
        "Please check with them."
    )
    who = row.author or family.owner.staff
    matter = Matter("uncertain", words, None, outbox_id=row.id)
    raise_task(scene, family, who, matter, told=(who,))
