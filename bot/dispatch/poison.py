"""A message that breaks whatever touches it: set aside and put to a person, so that others go."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from bot.dispatch.claim import Question
from bot.domain import Receipt, Sent
from bot.rules.routing import in_charge
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.notices import family_behind
from bot.scene.scene import Scene, Taskforce
from storage import leases, lookups, outbox
from storage.addresses import hold_line_by_id
from storage.tables import Outbox

logger = logging.getLogger(__name__)


def set_aside(
    connection: Connection, taskforce: Taskforce, outbox_id: int, error: Exception, now: datetime
) -> None:
    """Give a message up that could not be prepared for sending."""
    kind = type(error).__name__
    logger.error("A message was set aside: %s", kind)
    marks = {"status": "failed", "reason": f"our own fault: {kind}"[:120], "lease_until": None}
    outbox.mark(connection, outbox_id, **marks)
    _tell(connection, taskforce, outbox_id, "could not be prepared and did not go", now)


def keep_barely(
    connection: Connection,
    taskforce: Taskforce,
    outbox_id: int,
    worker: str,
    attempt: int,
    sent: Sent | None,
    now: datetime,
) -> None:
    """Keep at least what became of a message whose result could not be written down in full."""
    if sent is None:
        marks = {"status": "failed", "reason": "our own fault"}
        if leases.finish(connection, outbox_id, worker, attempt, **marks):
            _tell(connection, taskforce, outbox_id, "failed, and so did writing that down", now)
        return
    taken = (sent.external_id, now, sent.provider)
    if leases.handed_over(connection, outbox_id, worker, attempt, *taken):
        _tell(connection, taskforce, outbox_id, "left, but is not on the case", now)


def answer_barely(
    connection: Connection,
    taskforce: Taskforce,
    worker: str,
    question: Question,
    found: Sequence[Receipt] | None,
    now: datetime,
) -> None:
    """Keep at least that a message in doubt had left, or put it to a person."""
    row = lookups.mine(connection, question.outbox_id, worker, question.attempt)
    if row is None:
        return
    if found:
        leases.adopt(connection, row.id, found[0].external_id, found[0].provider, now)
        what = "left, but is not on the case"
    else:
        marks = {"status": "failed", "reason": "our own fault", "lease_until": None}
        outbox.mark(connection, row.id, **marks)
        what = "may not have left"
    _tell(connection, taskforce, row.id, what, now)


def _tell(
    connection: Connection, taskforce: Taskforce, outbox_id: int, what: str, now: datetime
) -> None:
    """Tell the owner; where even that breaks, the manager, without naming the family."""
    try:
        with connection.begin_nested():
            _tell_owner(connection, taskforce, outbox_id, what, now)
    except Exception as error:  # noqa: BLE001  what broke the message may break its family too
        logger.error("Nobody could be found for it: %s", type(error).__name__)  # noqa: TRY400
        scene = Scene(connection, taskforce, now, f"poison:{outbox_id}")
        words = f"A message {what}: our own fault. Its number is {outbox_id}."
        for top in in_charge(scene.team, scene.practice)[:1]:
            raise_task(scene, None, top, Matter("not_sent", words), told=(top,))


def _tell_owner(
    connection: Connection, taskforce: Taskforce, outbox_id: int, what: str, now: datetime
) -> None:
    about = select(Outbox.ref, Outbox.address_id, Outbox.kind).where(Outbox.id == outbox_id)
    row = connection.execute(about).one()
    if row.kind == "staff":
        return
    scene = Scene(connection, taskforce, now, f"poison:{row.ref}")
    family = family_behind(scene, hold_line_by_id(connection, row.address_id))
    words = f"A message to {family.named()} {what}: our own fault, not theirs. Please write anew."
    who = family.owner.staff
    matter = Matter("not_sent", words, None, outbox_id=outbox_id)
    raise_task(scene, family, who, matter, told=(who,))
