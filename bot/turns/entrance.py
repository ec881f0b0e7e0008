"""The way in to the staff page: a code to one's own phone, an invitation, and the way out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.rules import access, doors
from bot.rules.phones import BadNumber, e164
from bot.rules.routing import in_charge
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.notices import PAGE
from bot.scene.scene import Scene, Taskforce
from bot.turns.access import restore
from storage import audit, outbox, sessions
from storage.addresses import (
    Someone,
    hold_line,
    hold_line_by_id,
    hold_person,
    lines_of,
    mark_line,
    person_by_id,
)
from storage.invites import use_invite

CODE_WORDS = "{code} is your Keyworker code. It works for 10 minutes."


def send_code(connection: Connection, taskforce: Taskforce, number: str, now: datetime) -> None:
    """Text a code to the member of staff with this number; for anybody else nothing happens.

    Nothing that comes back tells which of the two it was.
    """
    found = _at(connection, number)
    if found is not None:
        _give(Scene(connection, taskforce, now, "page"), *found)


def send_code_again(connection: Connection, taskforce: Taskforce, staff: int, now: datetime) -> str:
    """Text a code to somebody who is signed in; returns why not, if it is not done."""
    phones = [one for one in lines_of(connection, staff) if one.channel == "sms"]
    usable = [one for one in reversed(phones) if one.dead_at is None and one.wrong_at is None]
    if not usable:
        return "There is no mobile number of yours here. Ask your manager."
    if not _give(Scene(connection, taskforce, now, "page"), staff, usable[0].id):
        return "You have had three codes within an hour. Please use the last one, or wait."
    return ""


def _give(scene: Scene, staff_id: int, address_id: int) -> bool:
    """Send one more code. False: there have been enough of them lately."""
    connection, now = scene.connection, scene.now
    # Held in the order of every turn: two requests at once cannot both find two codes.
    hold_line_by_id(connection, address_id)
    hold_person(connection, staff_id)
    if sessions.wrong_since(connection, staff_id, now - access.WRONG_WITHIN) >= access.WRONG:
        _alarm(scene, staff_id)
        return False
    if sessions.codes_since(connection, staff_id, now - access.CODES_WITHIN) >= access.CODES:
        return False
    code, until = scene.taskforce.code(), now + doors.CODE_LASTS
    number = sessions.give_code(connection, staff_id, code, now, until)
    outbox.put(
        connection,
        outbox.Letter(
            key=f"sign-in:{number}",
            address_id=address_id,
            person_id=staff_id,
            kind="staff",
            purpose="sign_in",
            language="en",
            text=CODE_WORDS.format(code=code),
            at=now,
            due_at=now,
            not_after=until,
        ),
    )
    return True


def _alarm(scene: Scene, staff_id: int) -> None:
    """Somebody guesses at a colleague's codes: the manager hears of it, once a day."""
    person = person_by_id(scene.connection, staff_id)
    day = Scene(scene.connection, scene.taskforce, scene.now, f"guessed:{staff_id}:{scene.today}")
    words = f"Somebody keeps typing wrong sign-in codes for {person.name}. Nobody was let in."
    matter = Matter("knocking", words, discreet_words=f"Wrong sign-in codes for {person.ref}.")
    for top in in_charge(scene.team, scene.practice)[:1]:
        raise_task(day, None, top, matter, told=(top,))


def enter(
    connection: Connection, taskforce: Taskforce, number: str, code: str, now: datetime
) -> str | None:
    """Let a browser in by a code that was sent; returns its token. None: not this code."""
    found, digits = _at(connection, number), doors.six_digits(code)
    if found is None or digits is None:
        return None
    if not sessions.use_code(connection, found[0], digits, now):
        return None
    return let_in(Scene(connection, taskforce, now, "page"), found[0])


def enter_invited(
    connection: Connection, taskforce: Taskforce, words: str, now: datetime
) -> str | None:
    """Let a browser in by an invitation, whose access begins again; None: it is none."""
    invitation = doors.invitation(words)
    staff_id = use_invite(connection, invitation, now) if invitation else None
    if staff_id is None:
        return None
    scene = Scene(connection, taskforce, now, "page")
    person = hold_person(connection, staff_id)
    token = let_in(scene, staff_id)
    _tell(scene, person)
    restore(scene, person)
    return token


def _tell(scene: Scene, person: Someone) -> None:
    """An invitation was used: whose it is and the next in charge hear of it at once.

    Whoever may make invitations could use one themselves, and nobody would know.
    """
    words = f"{person.name} has signed in to the staff page by an invitation."
    says = f"{words} If that was not so, have their access ended at once: staff revoke."
    told = [person.ref, *in_charge(scene.team, scene.practice, {person.ref})[:1]]
    matter = Matter("signed_in", says, discreet_words=f"{person.ref} signed in by an invitation.")
    named = Scene(scene.connection, scene.taskforce, scene.now, f"invited:{person.ref}:{scene.now}")
    raise_task(named, None, told[-1], matter, told=told)


def let_in(scene: Scene, staff_id: int) -> str:
    """Begin a session; returns the token that only this browser keeps."""
    connection, now = scene.connection, scene.now
    person, token = hold_person(connection, staff_id), scene.taskforce.token()
    line = hold_line(connection, PAGE, person.ref, now)
    if line.person_id != staff_id:
        mark_line(connection, line.id, person_id=staff_id, proven_at=now)
    sessions.begin_session(connection, staff_id, token, now, now + access.SESSION_LASTS)
    audit.append(connection, now, person.ref, "signed in", "page")
    return token


def confirm(
    connection: Connection, session: sessions.Session, ref: str, code: str, now: datetime
) -> bool:
    """Take a code typed again in a browser that is let in. False: not this code."""
    digits = doors.six_digits(code)
    if digits is None or not sessions.use_code(connection, session.staff_id, digits, now):
        return False
    sessions.confirm_session(connection, session.id, now)
    audit.append(connection, now, ref, "code typed again", "page")
    return True


def _at(connection: Connection, number: str) -> tuple[int, int] | None:
    try:
        return sessions.staff_at(connection, e164(number))
    except BadNumber:
        return None
