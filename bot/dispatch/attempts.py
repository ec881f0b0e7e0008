"""What every attempt leaves behind: a line in the contact log, and who hears of trouble."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.rules.routing import heads
from bot.scene.family import Family
from bot.scene.scene import Scene
from storage import contacts
from storage.kept import keep_what_follows

MODES = {"sms": "sms", "telegram": "telegram"}
ANSWERS = frozenset({"safety", "reply"})  # kinds of automatic messages that answer somebody


def whom(scene: Scene, row: Row[Any], family: Family) -> str:
    """Name who hears of a message's trouble: its writer, or the owner if they have left."""
    writer = scene.team.workers.get(row.author or "")
    return writer.ref if writer and writer.active else family.owner.staff


def log_attempt(
    scene: Scene,
    row: Row[Any],
    family: Family,
    words: str,
    attempt_result: str | None,
    at: datetime | None = None,
) -> None:
    """Write down on the case what left, or what could not leave, with exactly its words."""
    # Whatever takes one sending for two finds its line there already.
    left = f"sent:{row.intent_at:%Y%m%dT%H%M%S}" if row.external_id else "sent"
    ended = f"{attempt_result}:{row.attempts}" if attempt_result else left
    contact_id = contacts.log(
        scene.connection,
        contacts.Entry(
            at=at or scene.now,
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
            source=f"outbox:{row.ref}:{ended}",
            outbox_id=row.id,
        ),
        family.case_ids,
    )
    if row.author is not None or row.kind in ANSWERS:
        about = (contact_id, family.case_ids, row.created_at, scene.now)
        in_charge = heads(scene.team, scene.practice)
        keep_what_follows(scene.connection, *about, by=row.author, in_charge=in_charge)
