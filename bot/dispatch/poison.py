"""A message that breaks whatever touches it: set aside and put to a person, so that others go."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from bot.dispatch.claim import Found, Question
from bot.domain import SendError, Sent
from bot.rules.routing import in_charge
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.notices import family_behind
from bot.scene.scene import Scene, Taskforce
from storage import leases, lookups, outbox
from storage.addresses import hold_line_by_id
from storage.tables import Outbox

logger = logging.getLogger(__name__)


class Fate(NamedTuple):
    """What became of a message we broke, and what a person is asked to do about it."""

    became: str
    please: str


NOT_PREPARED = Fate("could not be prepared and did not go", "Please write anew.")
NOT_KEPT = Fate("failed, and so did writing that down", "Please write anew.")
LEFT = Fate("left, but is not on the case", "Please note on the case that it was sent.")
MAY_HAVE_LEFT = Fate("may or may not have left", "Please check with them.")


def set_aside(
    connection: Connection, taskforce: Taskforce, outbox_id: int, error: Exception, now: datetime
) -> None:
    """Give a message up that could not be prepared for sending."""
    kind = type(error).__name__
    logger.error("A message was set aside: %s", kind)
    marks = {"status": "failed", "reason": f"our own fault: {kind}"[:120], "lease_until": None}
    outbox.mark(connection, outbox_id, **marks)
    _tell(connection, taskforce, outbox_id, NOT_PREPARED, now)


def keep_barely(
    connection: Connection,
    taskforce: Taskforce,
    outbox_id: int,
    worker: str,
    attempt: int,
    sent: Sent | None,
    error: SendError | None,
    now: datetime,
) -> None:
    """Keep at least what became of a message whose result could not be written down in full."""
    if sent is None:
        in_doubt = error is not None and error.uncertain
        marks = {"status": "uncertain" if in_doubt else "failed", "reason": "our own fault"}
        if leases.finish(connection, outbox_id, worker, attempt, **marks):
            what = MAY_HAVE_LEFT if in_doubt else NOT_KEPT
            _tell(connection, taskforce, outbox_id, what, now)
        return
    taken = (sent.external_id, now, sent.provider)
    if leases.handed_over(connection, outbox_id, worker, attempt, *taken):
        _tell(connection, taskforce, outbox_id, LEFT, now)


def answer_barely(
    connection: Connection,
    taskforce: Taskforce,
    worker: str,
    question: Question,
    found: Found,
    now: datetime,
) -> None:
    """Keep at least that a message in doubt had left, or put it to a person."""
    row = lookups.mine(connection, question.outbox_id, worker, question.attempt)
    if row is None:
        return
    known = lookups.known(connection, [one.external_id for one in found.receipts])
    taken = next((one for one in found.receipts if one.external_id not in known), None)
    if taken is not None:
        leases.adopt(connection, row.id, taken.external_id, taken.provider, now)
        _tell(connection, taskforce, row.id, LEFT, now)
    else:
        give_up_doubt(connection, taskforce, row.id, now)


def give_up_doubt(
    connection: Connection, taskforce: Taskforce, outbox_id: int, now: datetime
) -> None:
    """Put to a person a message in doubt that cannot be asked about."""
    marks = {"status": "uncertain", "reason": "our own fault", "lease_until": None}
    outbox.mark(connection, outbox_id, **marks)
    _tell(connection, taskforce, outbox_id, MAY_HAVE_LEFT, now)


def _tell(
    connection: Connection, taskforce: Taskforce, outbox_id: int, what: Fate, now: datetime
) -> None:
    """Tell the owner; where even that breaks, the manager, without naming the family."""
    try:
        with connection.begin_nested():
            _tell_owner(connection, taskforce, outbox_id, what, now)
    except Exception as error:  # noqa: BLE001  what broke the message may break its family too
        logger.error("Nobody could be found for it: %s", type(error).__name__)  # noqa: TRY400
        scene = Scene(connection, taskforce, now, f"poison:{outbox_id}")
        words = f"A message {what.became}: our own fault. Its number is {outbox_id}."
        for top in in_charge(scene.team, scene.practice)[:1]:
            raise_task(scene, None, top, Matter("not_sent", words), told=(top,))


def _tell_owner(
    connection: Connection, taskforce: Taskforce, outbox_id: int, what: Fate, now: datetime
) -> None:
    about = select(Outbox.ref, Outbox.address_id, Outbox.kind).where(Outbox.id == outbox_id)
    row = connection.execute(about).one()
    if row.kind == "staff":
        return
    scene = Scene(connection, taskforce, now, f"poison:{row.ref}")
    family = family_behind(scene, hold_line_by_id(connection, row.address_id))
    words = f"A message to {family.named()} {what.became}: our own fault, not theirs. {what.please}"
    who = family.owner.staff
    matter = Matter("not_sent", words, None, outbox_id=outbox_id)
    raise_task(scene, family, who, matter, told=(who,))
