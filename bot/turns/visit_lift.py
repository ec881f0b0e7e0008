"""A lift without a day is for the one visit that lies ahead, and gets them there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.flows.base import Answers
from bot.rules.booking_words import WHICH_DAY, Booking
from bot.rules.calendar import moment_at, wall
from bot.rules.digest_lines import time_shown
from bot.rules.visit_kinds import LIFT
from bot.rules.visit_wish import Wish
from bot.rules.visits import BOOKED, Visit
from bot.scene.scene import Scene
from bot.scene.sight import sees_visit
from bot.turns.deskside import Desk
from bot.turns.visit_reading import whose_of, wish_in
from storage.addresses import Someone
from storage.cases import case_ids
from storage.visits import visits_of_cases

AT_THEIRS = frozenset({"home", "phone", "video"})  # nobody is fetched for it
ADULTS = frozenset({"adult", "both"})  # whose visit it is: that of whoever is invited
FOR = "for {visit} of {whose}, {when}"


def for_their_visit(scene: Scene, staff: Someone, wish: Wish) -> Wish:
    """Give a lift the day and the time that bring them to their visit; several, or none: as it is.

    What it is for stands in its note, to be read before anything is booked.
    """
    if wish.kind != LIFT or wish.weekly or wish.plan.starts_at or wish.between or wish.part:
        return wish
    found = _the_one_ahead(scene, staff, wish)
    if found is None or (leaves := found[1] - _needed(wish, found[0])) <= scene.now:
        return wish
    return replace(wish.at(leaves), about=_noted(wish, *found))


def on_their_day(desk: Desk, given: Answers, booking: Booking) -> Booking:
    """Give a lift for which only a time is named the day of their visit."""
    at, whose = booking.at, whose_of(booking, given)
    if booking.kind != LIFT or at is None or not whose or booking.ask != (WHICH_DAY.format(at=at),):
        return booking
    wish = wish_in(desk, given, booking, whose)
    found = _the_one_ahead(desk.scene, desk.staff, wish)
    if found is None:
        return booking
    day, about = wall(found[1]).date(), _noted(wish, *found)
    if moment_at(day, at) <= desk.scene.now:
        return booking
    return replace(booking, on=day, about=about, ask=())


def _the_one_ahead(scene: Scene, staff: Someone, wish: Wish) -> tuple[Visit, datetime] | None:
    """Find the one visit they have to get to, and when it begins; None: several, or none."""
    ids = list(case_ids(scene.connection, wish.cases).values())
    booked = visits_of_cases(scene.connection, ids)
    ahead = [one for one in booked if _is_away(scene, one) and _is_theirs(one, wish)]
    if len(ahead) != 1 or not sees_visit(scene, staff, ahead[0]):
        return None
    begins = ahead[0].plan.starts_at
    return (ahead[0], begins) if begins is not None else None


def _is_theirs(visit: Visit, wish: Wish) -> bool:
    """Say whether a lift for somebody may be to this: nobody goes to the other parent's visit."""
    return visit.what.meets not in ADULTS or visit.person == wish.person


def _noted(wish: Wish, visit: Visit, begins: datetime) -> str:
    """Note what a lift is for, and whose visit that is; no case is named but the lift's own."""
    whose = ", ".join(case for case in visit.cases if case in wish.cases)
    what_for = FOR.format(visit=visit.what.name, whose=whose, when=time_shown(begins))
    return "; ".join(filter(None, (wish.about, what_for)))


def _is_away(scene: Scene, visit: Visit) -> bool:
    """Say whether a family has to get somewhere for a visit that is still to come."""
    begins = visit.plan.starts_at
    ahead = visit.state == BOOKED and begins is not None and begins > scene.now
    return (
        ahead
        and visit.kind != LIFT
        and visit.what.meets != "nobody"
        and visit.plan.place not in AT_THEIRS
    )


def _needed(wish: Wish, visit: Visit) -> timedelta:
    """Count the ride and the way after it; whoever comes to both needs their way there as well."""
    both = set(wish.plan.staff) & set(visit.plan.staff)
    minutes = wish.plan.minutes + wish.plan.travel + (visit.plan.travel if both else 0)
    return timedelta(minutes=minutes)
