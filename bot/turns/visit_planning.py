"""A visit that is to be booked or moved: what was asked for, and what the calendar says to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from bot.flows.base import Answers
from bot.rules.booking_words import Booking
from bot.rules.visit_echo import echo, too_many
from bot.rules.visit_kinds import KINDS
from bot.rules.visit_wish import (
    Wish,
    from_answers,
    times_from_text,
    times_to_text,
    to_answers,
    wish_of,
)
from bot.rules.visits import OFFERED, Visit
from bot.scene.chats import labels_at
from bot.scene.family import all_families, barred
from bot.scene.scene import Scene
from bot.scene.visit_words import label_of
from bot.scene.visiting import free_times, why_not
from bot.turns.deskside import Desk
from bot.turns.outings import nobody_looks
from bot.turns.rights import may_on
from bot.turns.visit_reading import (
    asked_back,
    for_a_family,
    questions,
    read,
    said_to_move,
    whose_of,
    wish_in,
    with_also,
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
from bot.turns.visit_weeks import what_fills
from storage.addresses import Someone, person_by_ref
from storage.cases import case_ids

WHICH_FAMILY = "Which family is it? Type it again with a name or a case number."
NOT_YOURS = "Nothing has changed: that case is closed, or not yours to book for."
NEVER = "Nothing has changed: {who} must not be contacted. Name the other adult."
CHANGED = "Nothing has changed: that visit was changed meanwhile. It now stands so: {line}"
NO_TIME = "No time was found that suits everybody. Try other days, or fewer people."

Look: TypeAlias = tuple[str, Answers] | str


@dataclass(frozen=True, slots=True)
class _Asked:
    """A wish as it stands, beside what else a conversation was given."""

    desk: Desk = field(repr=False)
    wish: Wish
    given: Answers = field(repr=False)
    moves: Visit | None = None

    @property
    def scene(self) -> Scene:
        return self.desk.scene

    @property
    def case_ids(self) -> list[int]:
        return list(case_ids(self.scene.connection, self.wish.cases).values())

    @property
    def person(self) -> Someone | None:
        ref = self.wish.person
        return person_by_ref(self.scene.connection, ref) if ref else None

    @property
    def leaving(self) -> int | None:
        return self.moves.id if self.moves else None


def look_at_booking(desk: Desk, given: Answers) -> Look:
    """Read a line that asks for a visit, or take the wish it came to, and look at the calendar."""
    if "plan" in given:
        return _look(_Asked(desk, from_answers(given), given))
    booking = read(desk, given)
    asks = for_a_family(given) or questions(booking)
    whose = whose_of(booking, given)
    if not asks and whose is None and KINDS[booking.kind].meets != "nobody":
        if given.get("plainly"):  # it may be a message: no family is offered that it could go to
            return "book_visit", {**given, **asked_back(desk, given, (WHICH_FAMILY,))}
        kept = {name: said for name, said in given.items() if name != "whose"}
        return "log_whose", {**kept, "then": "book_visit"}
    if asks:
        return "book_visit", {**given, **asked_back(desk, given, asks)}
    return _look(_Asked(desk, wish_in(desk, given, booking, whose or ""), given))


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
        return _look(_Asked(desk, from_answers(given), given, visit))
    booking = _read_beside(desk, given, visit)
    asks = for_a_family(given) or booking.ask
    if asks:
        return "move_visit", {**given, **asked_back(desk, given, asks)}
    wish = with_also(desk.scene, wish_of(visit).moved(booking), booking.staff)
    return _look(_Asked(desk, wish, given, visit))


def _read_beside(desk: Desk, given: Answers, visit: Visit) -> Booking:
    """Read what is to be different; what kind it is and whose, the visit itself says."""
    words = said_to_move(given.get("words", ""))
    about = " ".join(("visit", *visit.cases[:1])) if visit.cases else "panel"
    return read(desk, {**given, "words": f"{about} {words}"}) if words else Booking()


def _look(asked: _Asked) -> Look:
    """Look at the calendar with everything that has been said so far."""
    asked = _as_chosen(asked)
    if refusal := _refusal(asked):
        return refusal
    name = "move_visit" if asked.moves else "book_visit"
    found = {"times": "", "says": "", "may_over": "", **_found(asked)}
    more = {"echo": "\n".join(_echo(asked)), "may_leave_out": _may_leave_out(asked)}
    return name, {**asked.given, **to_answers(asked.wish), **found, **more}


def _as_chosen(asked: _Asked) -> _Asked:
    """Take over a time that was picked, and leave out whoever books for others."""
    wish, given = asked.wish, asked.given
    if chosen := times_from_text(given.get("chosen", "")):
        wish = wish.at(chosen[0])
    others = tuple(one for one in wish.plan.coming if one.staff != asked.desk.staff.ref)
    if given.get("without") and others:
        wish = replace(wish, plan=replace(wish.plan, coming=others))
    kept = {name: said for name, said in given.items() if name not in {"chosen", "without"}}
    return replace(asked, wish=wish, given=kept)


def _refusal(asked: _Asked) -> str:
    scene, wish = asked.scene, asked.wish
    if wish.person and wish.person in barred(scene):
        shown = asked.person if _open_here(asked.desk) else None
        who = shown.first_name if shown else "this person"
        return NEVER.format(who=who)
    if not _may(asked):
        return NOT_YOURS
    return ""


def _may(asked: _Asked) -> bool:
    scene, staff = asked.scene, asked.desk.staff
    if asked.moves is not None:
        return may_change(scene, staff, asked.moves)
    return all(may_on(scene, staff, "reply", one) for one in asked.case_ids)


def _found(asked: _Asked) -> dict[str, str]:
    """Say how the wish stands: it fits, is taken, the week is full, or the time is still open."""
    scene, plan, rules = asked.scene, asked.wish.plan, asked.scene.practice.visits
    if len(plan.coming) > rules.warn_above and not asked.given.get("many"):
        return {"stands": "many", "says": too_many(len(plan.coming), rules.warn_above)}
    if plan.starts_at is None or asked.given.get("other"):
        return _open(asked, "")
    where = (asked.wish.kind, plan, asked.case_ids, asked.person.id if asked.person else None)
    if why := why_not(scene, *where, leaving=asked.leaving):
        return _open(asked, f"Not then: {why}")
    fills = (asked.wish.kind, asked.case_ids, plan.starts_at)
    if full := what_fills(scene, asked.desk.staff, *fills, leaving=asked.leaving):
        may = scene.practice.manager == asked.desk.staff.ref
        return {**_open(asked, full), "may_over": "yes" if may else ""}
    return {"stands": "fits"}


def _open(asked: _Asked, says: str) -> dict[str, str]:
    """Offer up to three times that suit everybody."""
    wish, person = asked.wish, asked.person
    times = free_times(
        asked.scene,
        wish.kind,
        wish.plan,
        asked.case_ids,
        person.id if person else None,
        near=wish.plan.starts_at,
        between=None if wish.plan.starts_at else wish.between,
        part=wish.part,
        leaving=asked.leaving,
    )
    free = ("Free instead:" if says else "These times are free:") if times else NO_TIME
    return {"stands": "open", "says": f"{says} {free}".strip(), "times": times_to_text(times)}


def _may_leave_out(asked: _Asked) -> str:
    staff = asked.wish.plan.staff
    return "yes" if len(staff) > 1 and asked.desk.staff.ref in staff else ""


def _echo(asked: _Asked) -> Iterator[str]:
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


def _open_here(desk: Desk) -> bool:
    return not labels_at(desk.scene, desk.line, desk.staff)


def _as_visit(asked: _Asked) -> Visit:
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
