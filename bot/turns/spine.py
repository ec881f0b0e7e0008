"""Hear, elapse: each one turn, in one transaction that is all there or not at all."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import Connection, insert

from bot import engine
from bot.domain import Inbound
from bot.flows import flow_named
from bot.flows.base import PassOn, SchoolDays, Silence, State
from bot.rules.calendar import is_school_day, moment_at, wall
from bot.rules.frontdesk import Reading
from bot.rules.hours import next_shift, on_shift_for
from bot.rules.routing import owner
from bot.scene.chats import CHATS, chat_back
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_of
from bot.scene.letters import Kind, recipe_of, say, spoken_values
from bot.scene.matters import Matter
from bot.scene.notices import STAFF_CHAT, family_behind
from bot.scene.scene import Scene, Taskforce
from bot.scene.visit_hints import visit_asked_about
from bot.turns.badge import hear_unknown
from bot.turns.doorstep import hear_at_the_door
from bot.turns.hearing import hear_family
from bot.turns.keep import Said, apply_effects, keep_turn, pass_on
from bot.turns.lateness import late_note
from bot.turns.staffroom import hear_staff
from bot.turns.voice import log_heard, shown_words
from storage.addresses import Line, Someone, hold_line, hold_line_by_id, hold_person, person_by_ref
from storage.conversations import load_state, set_due
from storage.database import Database, away
from storage.received import note_received
from storage.tables import Quarantine

logger = logging.getLogger(__name__)

DAYS_TO_LOOK = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message: acted on, a repeat, or kept after a fault of ours."""

    repeat: bool = False
    kept_after_fault: bool = False


async def take(
    database: Database, taskforce: Taskforce, inbound: Inbound, now: datetime
) -> Outcome:
    """Act on a message once; whatever goes wrong in us, its words reach a person.

    Raises only when the database itself is away, so that the provider is told to try again.
    """
    try:
        return await database.write(lambda connection: hear(connection, taskforce, inbound, now))
    except Exception as error:
        if away(error):
            raise
        # Only the kind of fault is logged: its text may quote what the family wrote.
        logger.error("A turn failed; its words go to staff: %s", type(error).__name__)  # noqa: TRY400
    return await database.write(lambda connection: _keep_words(connection, taskforce, inbound, now))


def hear(connection: Connection, taskforce: Taskforce, inbound: Inbound, now: datetime) -> Outcome:
    """Act on a message once, in the transaction of `connection`."""
    if not note_received(connection, inbound.channel, inbound.external_id, now):
        return Outcome(repeat=True)
    scene = Scene(connection, taskforce, now, f"in:{inbound.channel}:{inbound.external_id[:100]}")
    line = hold_line(connection, inbound.channel, inbound.address, now)
    if line.dead_at is not None and line.channel in CHATS:
        chat_back(scene, line)  # nobody writes from a chat that cannot be used
        line = hold_line_by_id(connection, line.id)
    person = hold_person(connection, line.person_id) if line.person_id else None
    if line.channel == STAFF_CHAT or (person is not None and person.kind == "staff"):
        _hear_desk(scene, inbound, line, person)
    elif not hear_at_the_door(scene, inbound, line, person):
        hear_family(scene, inbound, line, person)
    return Outcome()


def _hear_desk(scene: Scene, inbound: Inbound, line: Line, person: Someone | None) -> None:
    """Staff who may enter are heard as staff; looked up anew for everything they do.

    Staff who ring the number know that nobody answers it: that they rang is a line in the log of
    the service, and no work for anybody.
    """
    if inbound.rang:
        logger.info("A member of staff rang the number")
        return
    worker = scene.team.workers.get(person.ref) if person else None
    if person is not None and worker is not None and worker.active:
        hear_staff(scene, inbound, line, person)
    else:
        hear_unknown(scene, inbound, line)


def _keep_words(
    connection: Connection, taskforce: Taskforce, inbound: Inbound, now: datetime
) -> Outcome:
    """Our own fault: the conversation stays where it was, and a person reads the words."""
    if not note_received(connection, inbound.channel, inbound.external_id, now):
        return Outcome(repeat=True)
    scene = Scene(connection, taskforce, now, f"in:{inbound.channel}:{inbound.external_id[:100]}")
    line = hold_line(connection, inbound.channel, inbound.address, now)
    family = family_behind(scene, line)
    contact_id = log_heard(scene, inbound, family, Reading(), None)
    effect = PassOn(f"{shown_words(inbound)}\n(our fault: not answered, please read)")
    pass_on(scene, family, effect, Said(contact_id=contact_id, late=late_note(scene, inbound)))
    return Outcome(kept_after_fault=True)


def elapse(scene: Scene, person_ref: str, turn_number: int) -> None:
    """Nobody answered for long enough. A timer of an older turn does nothing."""
    person = person_by_ref(scene.connection, person_ref)
    family = family_of(scene, person) if person else None
    if person is None or family is None:
        return
    hold_line_by_id(scene.connection, family.line.id)
    hold_person(scene.connection, person.id)
    state = load_state(scene.connection, person.id)
    if state is None or state.turn != turn_number:
        return
    flow = flow_named(state.flow)
    later = _when_somebody_reads(scene, family, engine.next_silence(flow, state))
    if flow.hands_over and later is not None:
        set_due(scene.connection, "silence", person.ref, later, turn_number)
    else:
        turn = engine.elapse(flow, state, family.facts())
        keep_turn(scene, family, turn, state)
        apply_effects(scene, family, turn, Said(state.flow, visit=visit_asked_about(state)))
        _say_into_silence(scene, family, turn, state, automatic=flow.hands_over)


def _say_into_silence(
    scene: Scene, family: Family, turn: engine.Turn, state: State, *, automatic: bool
) -> None:
    """Say what a silence rule says; to a family it is automatic, to staff a notice."""
    if turn.says is None:
        return
    after = turn.state
    say(
        scene,
        family,
        turn.says,
        spoken_values(family, state.answers),
        Kind("proactive" if automatic else "staff", state.flow),
        name="silence",
        language=family.language,
        turn=after.turn if after else None,
        recipe=recipe_of(scene, family, after, silence=True) if after else None,
    )


def _when_somebody_reads(scene: Scene, family: Family, rule: Silence | None) -> datetime | None:
    """Find when the owner is next there to read an answer; None: they are there now.

    What is counted in school days does not end in the holidays: it is looked at day by day.
    """
    rhythm, calendar = scene.practice.check_in, scene.practice.calendar
    who = owner(scene.team, scene.practice, family.key_worker, scene.now).staff
    hours = scene.worker(who).hours
    counts_school = rule is not None and isinstance(rule.after, SchoolDays)
    at_home = counts_school and not is_school_day(calendar, scene.today)
    if not at_home and on_shift_for(hours, calendar, scene.now, rhythm.on_shift_for):
        return None
    moment = scene.now
    for _day in range(DAYS_TO_LOOK):
        shift = next_shift(hours, calendar, moment)
        if shift is None:
            return None
        candidate = max(moment_at(wall(shift).date(), rhythm.at), shift)
        if candidate > scene.now and on_shift_for(hours, calendar, candidate, rhythm.on_shift_for):
            return candidate
        moment = moment_at(wall(shift).date() + timedelta(days=1), time.min)
    return None


async def quarantine(
    database: Database,
    taskforce: Taskforce,
    channel: str,
    external_id: str,
    body: str,
    reason: str,
    now: datetime,
) -> None:
    """Keep what was genuine but unreadable, and have a person look at it."""

    def keep(connection: Connection) -> None:
        if not note_received(connection, channel, external_id, now):
            return
        connection.execute(
            insert(Quarantine).values(at=now, channel=channel, reason=reason, body=body)
        )
        scene = Scene(connection, taskforce, now, f"quarantine:{channel}:{external_id[:100]}")
        top = owner(scene.team, scene.practice, None, now).staff
        words = f"An unreadable message came by {channel}: {reason}. It is kept, number unknown."
        if top:
            raise_task(scene, None, top, Matter("unreadable", words), told=(top,))

    await database.write(keep)
