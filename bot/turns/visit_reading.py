"""A line that asks for a visit is read as its writer may name families and colleagues."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.flows.base import Answers
from bot.flows.whose import cases_meant
from bot.rules.booking_words import Booking, read_booking, reads_as_message
from bot.rules.visit_kinds import KINDS
from bot.rules.visit_wish import Wish, days_of, starts_at, times_from_text
from bot.rules.visits import Coming, Plan
from bot.scene.chats import labels_at
from bot.scene.family import all_families, barred
from bot.scene.scene import Scene
from bot.scene.visiting import travel_for
from bot.turns.deskside import Desk
from bot.turns.visit_sight import A_FAMILY
from storage.visit_outcomes import public_words

WHAT_KIND = "What kind is it? Say it in a word or two: home visit, call, mentoring, review meeting."
FOR_A_FAMILY = "This reads like a message to a family. If it is the visit, type it in short."
NOT_CLEAR = "I am not sure of all of it."
_TO_BE = re.compile(
    r"^(?:(?:please|pls|now|it|to|for|(?:chang|mov|swap|switch|rearrang|reschedul)[a-z]*)\s+)+",
    re.IGNORECASE,
)


def read(desk: Desk, given: Answers) -> Booking:
    """Read a line as it was typed, with the names this member of staff may know."""
    scene = desk.scene
    colleagues = [
        (ref, worker.name)
        for ref, worker in scene.team.workers.items()
        if worker.active and ref != desk.staff.ref
    ]
    never = barred(scene)
    families = [one for one in all_families(scene, desk.staff) if one[0] not in never]
    moment = _typed_at(scene.now, given)
    return read_booking(
        given.get("words", ""), families, colleagues, moment, scene.practice.calendar
    )


def _typed_at(now: datetime, given: Answers) -> datetime:
    """Say when the line was typed: its "tomorrow" stays that day."""
    kept = given.get("typed", "")
    return times_from_text(kept)[0] if kept else now


def questions(booking: Booking) -> tuple[str, ...]:
    """List what has to be asked back before anything is shown."""
    return booking.ask or (() if booking.kind else (WHAT_KIND,))


def for_a_family(given: Answers) -> tuple[str, ...]:
    """Ask about words typed while a booking was open that speak to a family."""
    over = given.get("over") and reads_as_message(given.get("words", ""))
    return (FOR_A_FAMILY,) if over else ()


def said_to_move(words: str) -> str:
    """Give what is to be different: "/move Leanne changed to fri 2pm" comes to "fri 2pm"."""
    return _TO_BE.sub("", words.strip())


def asked_back(desk: Desk, given: Answers, asks: Sequence[str]) -> Answers:
    """Put questions back, with the line as it was typed; families are named as the chat may."""
    said, says = f"“{given.get('words', '')}”", "\n".join(asks)
    labels = labels_at(desk.scene, desk.line, desk.staff)
    for ref, label in all_families(desk.scene, desk.staff) if labels else ():
        says = says.replace(label, labels.get(ref, A_FAMILY))
    return {"stands": "ask", "echo": f"{NOT_CLEAR} {said}", "says": says}


def whose_of(booking: Booking, given: Answers) -> str | None:
    """Say whose adult is meant: who is named now counts, then who was chosen before."""
    if len(booking.whose) == 1:
        return booking.whose[0]
    return given.get("whose") or None


def wish_in(desk: Desk, given: Answers, booking: Booking, whose: str) -> Wish:
    """Fill up what a line says with what is usual for a visit of its kind."""
    scene, kind = desk.scene, KINDS[booking.kind]
    label = dict(all_families(scene, desk.staff)).get(whose, "")
    place = booking.place or kind.place
    travel = travel_for(scene.practice, place) if booking.travel is None else booking.travel
    return Wish(
        kind=kind.key,
        cases=cases_meant(label, given.get("words", "")),
        person="" if kind.meets == "nobody" else whose,
        plan=Plan(
            minutes=booking.minutes or kind.minutes,
            place=place,
            coming=_coming(scene, (desk.staff.ref, *booking.staff)),
            starts_at=starts_at(booking),
            travel=travel,
            place_words=booking.place_words,
        ),
        about=booking.about,
        between=days_of(booking),
        part=booking.part,
        weekly=booking.weekly,
    )


def with_also(scene: Scene, wish: Wish, staff: Sequence[str]) -> Wish:
    """Let colleagues come as well."""
    new = [ref for ref in staff if ref not in wish.plan.staff]
    return replace(wish, plan=replace(wish.plan, coming=(*wish.plan.coming, *_coming(scene, new))))


def _coming(scene: Scene, staff: Sequence[str]) -> tuple[Coming, ...]:
    words = public_words(scene.connection, staff)
    return tuple(Coming(ref, words.get(ref, "")) for ref in dict.fromkeys(staff))
