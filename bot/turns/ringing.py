"""Somebody rang the number: nobody answers it, and somebody rings back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.flows.base import PassOn
from bot.i18n import _, put
from bot.rules.calendar import wall
from bot.rules.routing import owner
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_at
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene, Taskforce
from bot.turns.keep import Said, pass_on
from bot.turns.lateness import came_note
from bot.turns.voice import Voice, shown_words, source_of
from storage import contacts, tasks
from storage.addresses import lines_of, person_by_id
from storage.database import Database
from storage.received import note_received

WITHHELD = "rang and withheld the number: nobody can ring back, and they were asked to text."
SAME_CALL = timedelta(hours=2)

# Whoever listens may not be who rang: the words name no service and nobody.
RINGING_BACK = _(
    "Thank you for ringing. We have seen your call and will ring you back. "
    "In an emergency call 999."
)
SEEN = _("Thank you for ringing. We have seen your call. In an emergency call 999.")
NUMBER_HIDDEN = _(
    "Thank you for ringing. Your number was not shown, so we cannot ring you back. "
    "Please send a text message to this number. In an emergency call 999."
)


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


def told_by_voice(
    connection: Connection, taskforce: Taskforce, call: str, speaks: Collection[str], now: datetime
) -> tuple[str, str]:
    """Say what the caller of a call we have heard is told, and in which language."""
    scene = Scene(connection, taskforce, now, f"voice:{call[:100]}")
    family = _who_rang(scene, call)
    if family is None or family.muted:
        return SEEN.source, "en"
    said = RINGING_BACK if _will_be_rung(scene, family) else SEEN
    language = scene.language_for(family.language, said)
    language = language if language in speaks else "en"
    return put(said, language, {}), language


def _who_rang(scene: Scene, call: str) -> Family | None:
    """Find the family behind a call that was heard. None: nobody knows them, or it waits."""
    heard = contacts.by_source(scene.connection, source_of("sms", call))
    if heard is None or heard.person_id is None:
        return None
    person = person_by_id(scene.connection, heard.person_id)
    lines = lines_of(scene.connection, person.id)
    line = next((one for one in lines if one.id == heard.address_id), None)
    return family_at(scene, line, person) if line and person.kind != "staff" else None


def _will_be_rung(scene: Scene, family: Family) -> bool:
    """Say whether somebody has been asked to ring, and nothing speaks against it.

    Who wants no more texts, or whose number may be somebody else's, is rung only if a worker
    decides so: they are promised nothing.
    """
    line, person = family.line, family.person
    if person is None or not family.calls or line.opted_out_at or line.wrong_at:
        return False
    return tasks.has_open(scene.connection, person.id, ("call",), scene.now - SAME_CALL)


def _said(voice: Voice) -> Said:
    return Said(contact_id=voice.contact_id, late=voice.late_note)


async def rang_withheld(
    database: Database,
    taskforce: Taskforce,
    external_id: str,
    now: datetime,
    came_at: datetime | None = None,
) -> None:
    """Write down that somebody rang whom nobody can name; one task a day is enough for them all."""
    rang_at = came_at or now

    def keep(connection: Connection) -> None:
        if not note_received(connection, "sms", external_id, now):
            return
        scene = Scene(connection, taskforce, now, f"in:sms:{external_id[:100]}")
        contacts.log(connection, _unnamed(scene, external_id, rang_at), ())
        day = Scene(connection, taskforce, now, f"withheld:{wall(rang_at).date().isoformat()}")
        top = owner(day.team, day.practice, None, now).staff
        if top:
            raise_task(
                day,
                None,
                top,
                Matter("withheld", f"Somebody {WITHHELD}{came_note(came_at, now)}"),
                told=(top,),
            )

    await database.write(keep)


def _unnamed(scene: Scene, external_id: str, rang_at: datetime) -> contacts.Entry:
    return contacts.Entry(
        at=rang_at,
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
