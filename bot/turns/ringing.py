"""Somebody rang the number: nobody answers it, and somebody rings back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.flows.base import PassOn
from bot.rules.routing import owner
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene, Taskforce
from bot.turns.keep import Said, pass_on
from bot.turns.voice import Voice, shown_words
from storage import contacts, tasks
from storage.database import Database
from storage.received import note_received

WITHHELD = "rang and withheld the number: nobody can ring back, and they were asked to text."
SAME_CALL = timedelta(hours=2)


def missed_call(voice: Voice) -> None:
    """Have somebody ring back. It answers no question: what was open stays open."""
    family = voice.family
    if family.person is None:
        pass_on(voice.scene, family, PassOn(shown_words(voice.inbound)), _said(voice))
        return
    told = list(dict.fromkeys((family.urgent.staff, *family.owners())))
    how = "rang. Please ring back." if family.calls else "rang. Text only, never phone."
    matter = Matter("call", voice.facts_line(how), None, voice.contact_id)
    since = voice.scene.now - SAME_CALL
    if tasks.has_open(voice.scene.connection, family.person.id, ("call",), since):
        again = Matter("call", voice.facts_line(f"again: {how}"), None, voice.contact_id)
        for ref in told:
            notify(voice.scene, ref, family, again)
    else:
        raise_task(voice.scene, family, told[0], matter, told=told)


def _said(voice: Voice) -> Said:
    return Said(contact_id=voice.contact_id)


async def rang_withheld(
    database: Database, taskforce: Taskforce, external_id: str, now: datetime
) -> None:
    """Write down that somebody rang whom nobody can name; one task a day is enough for them all."""

    def keep(connection: Connection) -> None:
        if not note_received(connection, "sms", external_id, now):
            return
        scene = Scene(connection, taskforce, now, f"in:sms:{external_id[:100]}")
        contacts.log(connection, _unnamed(scene, external_id), ())
        day = Scene(connection, taskforce, now, f"withheld:{scene.today.isoformat()}")
        top = owner(day.team, day.practice, None, now).staff
        if top:
            raise_task(day, None, top, Matter("withheld", f"Somebody {WITHHELD}"), told=(top,))

    await database.write(keep)


def _unnamed(scene: Scene, external_id: str) -> contacts.Entry:
    return contacts.Entry(
        at=scene.now,
        recorded_at=scene.now,
        direction="inbound",
        mode="telephone",
        done_by="stranger",
        purpose="support",
        words=f"({WITHHELD})",
        salt=scene.taskforce.salt(),
        attempt_result="no_answer",
        source=f"sms:{external_id}"[:120],
    )
