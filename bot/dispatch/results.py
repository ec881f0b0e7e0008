"""What a channel answered: kept on the message, once, by the worker that holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.dispatch import trouble
from bot.dispatch.arrivals import arrived
from bot.dispatch.claim import Claim
from bot.dispatch.doubts import in_doubt
from bot.dispatch.failures import failed
from bot.dispatch.timing import Timing
from bot.domain import Misconfigured, SendError, Sent
from bot.scene.notices import family_behind
from bot.scene.scene import Scene, Taskforce
from storage import leases, outbox
from storage.addresses import hold_line_by_id
from storage.pace import troubles


@dataclass(frozen=True, slots=True)
class Result:
    """What a channel answered to one claim; `unsent`: it was not even asked."""

    claim: Claim
    sent: Sent | None = None
    error: SendError | None = None
    unsent: bool = False
    can_be_asked: bool = False  # its provider can say later what it took


def keep(
    connection: Connection,
    taskforce: Taskforce,
    worker: str,
    result: Result,
    now: datetime,
    jitter: float,
    timing: Timing,
) -> None:
    """Write one result down; nothing happens if the lease was lost meanwhile."""
    row = outbox.find(connection, result.claim.outbox_id)
    if row is None:
        return
    scene = Scene(connection, taskforce, now, f"result:{row.ref}:{row.intent_at}")
    if result.sent is not None:
        _sent(scene, worker, row, result.claim, result.sent)
    elif result.unsent:
        put_back = {"status": "waiting", "reason": "not tried: this worker had stood still"}
        leases.finish(connection, row.id, worker, result.claim.attempt, **put_back)
    elif result.error is not None and result.error.uncertain:
        attempt, can_be_asked = result.claim.attempt, result.can_be_asked
        in_doubt(scene, worker, row, attempt, timing, can_be_asked=can_be_asked)
    elif result.error is not None:
        failed(scene, worker, row, result.claim, result.error, jitter)


def _sent(scene: Scene, worker: str, row: Row[Any], claim: Claim, sent: Sent) -> None:
    if claim.probing:
        trouble.over(scene, claim.outgoing.channel)
    _about_the_usual(scene, sent)
    taken = (claim.attempt, sent.external_id, scene.now, sent.provider)
    if leases.handed_over(scene.connection, row.id, worker, *taken):
        line = hold_line_by_id(scene.connection, row.address_id)
        arrived(scene, row, sent, scene.now, family_behind(scene, line))


def _about_the_usual(scene: Scene, sent: Sent) -> None:
    """Where another one can stand in: somebody hears when it begins to, and when it is over."""
    if isinstance(sent.instead_of, Misconfigured):
        trouble.begins(scene, sent.usual, sent.instead_of, "Another provider stands in")
    elif sent.usual and sent.usual == sent.provider and sent.usual in troubles(scene.connection):
        trouble.over(scene, sent.usual)
