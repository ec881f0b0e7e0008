"""A visit that is to be booked or moved: what was asked for, and what the calendar says to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from bot.flows.base import Answers
from bot.rules.booking_again import says_weekly
from bot.rules.booking_words import Booking
from bot.rules.visit_echo import ONE_BY_ITSELF, echo
from bot.rules.visit_kinds import KINDS
from bot.rules.visit_wish import (
    from_answers,
    times_from_text,
    to_answers,
)
from bot.rules.visits import OFFERED, Visit
from bot.scene.chats import labels_at
from bot.scene.family import all_families, barred
from bot.scene.visit_words import label_of
from bot.turns.deskside import Desk
from bot.turns.outings import nobody_looks
from bot.turns.rights import may_on
from bot.turns.visit_joining import away_then, joined, who_is_left, without_away
from bot.turns.visit_lift import for_their_visit, on_their_day
from bot.turns.visit_reading import (
    asked_back,
    for_a_family,
    questions,
    read,
    said_to_move,
    whose_of,
    wish_in,
)
from bot.turns.visit_sight import (
    BEGUN,
    GONE,
    first_names,
    has_begun,
    line_of,
    may_change,
    named,
    seen,
)
from bot.turns.visit_standing import Asked
from bot.turns.visit_standing import found as standing

WHICH_FAMILY = "Which family is it? Type it again with a name or a case number."
NOT_YOURS = "Nothing has changed: that case is closed, or not yours to book for."
NEVER = "Nothing has changed: {who} must not be contacted. Name the other adult."
CHANGED = "Nothing has changed: that visit was changed meanwhile. It now stands so: {line}"
ONE_AT_A_TIME = "One visit is moved at a time. Write the day and the time it is to have."

Look: TypeAlias = tuple[str, Answers] | str


def look_at_booking(desk: Desk, given: Answers) -> Look:
    """Read a line that asks for a visit, or take the wish it came to, and look at the calendar."""
    if "plan" in given:
        return _look(Asked(desk, from_answers(given), given))
    booking = on_their_day(desk, given, read(desk, given))
    asks = for_a_family(given) or questions(booking)
    whose = whose_of(booking, given)
    if not asks and whose is None and KINDS[booking.kind].meets != "nobody":
        if given.get("plainly"):  # it may be a message: no family is offered that it could go to
            return "book_visit", {**given, **asked_back(desk, given, (WHICH_FAMILY,))}
        kept = {name: said for name, said in given.items() if name != "whose"}
        return "log_whose", {**kept, "then": "book_visit"}
    if asks:
        return "book_visit", {**given, **asked_back(desk, given, asks)}
    wish = for_their_visit(desk.scene, desk.staff, wish_in(desk, given, booking, whose or ""))
    return _look(Asked(desk, wish, given))


def look_at_move(desk: Desk, given: Answers) -> Look:
    """Read what is to be different about a visit, and look at the calendar without it."""
    visit = seen(desk.scene, desk.staff, given.get("visit", ""))
    if visit is None or not visit.is_live:
        return GONE
    if given.get("version", str(visit.version)) != str(visit.version):
        return CHANGED.format(line=line_of(desk.scene, desk.staff, visit, shown=False))
    if has_begun(desk.scene, visit):
        return BEGUN
    given = {**given, "version": str(visit.version)}
    if "plan" in given:
        return _look(Asked(desk, from_answers(given), given, visit))
    booking = _read_beside(desk, given, visit)
    again = (ONE_AT_A_TIME,) if says_weekly(given.get("words", "")) else ()
    wish = joined(desk.scene, visit, booking)
    asks = for_a_family(given) or again or booking.ask or who_is_left(wish)
    if asks:
        return "move_visit", {**given, **asked_back(desk, given, asks)}
    return _look(Asked(desk, wish, given, visit))


def _read_beside(desk: Desk, given: Answers, visit: Visit) -> Booking:
    """Read what is to be different; what kind it is and whose, the visit itself says."""
    words = said_to_move(given.get("words", ""))
    about = " ".join(("visit", *visit.cases[:1])) if visit.cases else "panel"
    return read(desk, {**given, "words": f"{about} {words}"}) if words else Booking()


def _look(asked: Asked) -> Look:
    """Look at the calendar with everything that has been said so far."""
    asked = _as_chosen(asked)
    if refusal := _refusal(asked):
        return refusal
    name = "move_visit" if asked.moves else "book_visit"
    found = {"times": "", "later": "", "says": "", "may_over": "", **standing(asked)}
    away = first_names(asked.scene, away_then(asked.scene, asked.wish.plan)).values()
    more = {
        "echo": "\n".join(_echo(asked)),
        "may_leave_out": _may_leave_out(asked),
        "away": " and ".join(away),
    }
    return name, {**asked.given, **to_answers(asked.wish), **found, **more}


def _as_chosen(asked: Asked) -> Asked:
    """Take over a time that was picked, and leave out whoever books for others."""
    wish, given = asked.wish, asked.given
    if chosen := times_from_text(given.get("chosen", "")):
        wish = wish.at(chosen[0])
    others = tuple(one for one in wish.plan.coming if one.staff != asked.desk.staff.ref)
    if given.get("without") and others:
        wish = replace(wish, plan=replace(wish.plan, coming=others))
    if given.get("instead"):
        wish = without_away(asked.desk.scene, wish)
    once = {"chosen", "without", "instead"}
    kept = {name: said for name, said in given.items() if name not in once}
    return replace(asked, wish=wish, given=kept)


def _refusal(asked: Asked) -> str:
    scene, wish = asked.scene, asked.wish
    if wish.person and wish.person in barred(scene):
        shown = asked.person if _open_here(asked.desk) else None
        who = shown.first_name if shown else "this person"
        return NEVER.format(who=who)
    if not _may(asked):
        return NOT_YOURS
    return ""


def _may(asked: Asked) -> bool:
    scene, staff = asked.scene, asked.desk.staff
    if asked.moves is not None:
        return may_change(scene, staff, asked.moves)
    return all(may_on(scene, staff, "reply", one) for one in asked.case_ids)


def _may_leave_out(asked: Asked) -> str:
    staff = asked.wish.plan.staff
    return "yes" if len(staff) > 1 and asked.desk.staff.ref in staff else ""


def _echo(asked: Asked) -> Iterator[str]:
    scene, desk, wish = asked.scene, asked.desk, asked.wish
    if asked.moves is not None:
        yield f"Now: {line_of(scene, desk.staff, asked.moves, shown=_open_here(desk))}"
        yield "To be:"
    shown = labels_at(scene, desk.line, desk.staff) or dict(all_families(scene, desk.staff))
    as_visit = _as_visit(asked)
    family = shown.get(wish.person, "")
    if not family and wish.cases:
        family = named(scene, desk.staff, [as_visit]).of(as_visit, shown=_open_here(desk))
    label = label_of(scene, as_visit)
    yield from echo(wish, family, label, first_names(scene, wish.plan.staff))
    yield from filter(None, [nobody_looks(scene, wish.plan)])
    if wish.weekly and wish.person:
        yield ONE_BY_ITSELF


def _open_here(desk: Desk) -> bool:
    return not labels_at(desk.scene, desk.line, desk.staff)


def _as_visit(asked: Asked) -> Visit:
    """See a wish as the visit it would be, to name it as one."""
    wish, scene = asked.wish, asked.scene
    return Visit(
        id=0,
        kind=wish.kind,
        state=OFFERED,
        version=0,
        plan=wish.plan,
        cases=wish.cases,
        case_ids=tuple(asked.case_ids),
        person_id=asked.person.id if asked.person else None,
        person=wish.person,
        made_by=asked.desk.staff.ref,
        made_at=scene.now,
        changed_at=scene.now,
    )
