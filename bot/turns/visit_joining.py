"""Who comes to a visit: colleagues join it, and nobody need stay who has left or is away then."""

from __future__ import annotations

from dataclasses import replace

from bot.rules.booking_words import Booking
from bot.rules.visit_wish import Wish, wish_of
from bot.rules.visits import Plan, Visit
from bot.scene.scene import Scene
from bot.scene.visit_coming import is_away
from bot.turns.visit_reading import with_also

WHO_COMES = "Nobody who was to come works here any more. Say who comes: /move {case} with Marcus."


def joined(scene: Scene, visit: Visit, booking: Booking) -> Wish:
    """Take over what a line says is to be different; a colleague alone changes no time."""
    wish = with_also(scene, wish_of(visit).moved(booking), booking.staff)
    here = tuple(one for one in wish.plan.coming if scene.worker(one.staff).active)
    wish = replace(wish, plan=replace(wish.plan, coming=here))
    return wish.at(visit.plan.starts_at) if booking.staff and not _says_when(booking) else wish


def who_is_left(wish: Wish) -> tuple[str, ...]:
    """Ask who comes, where everybody who was to come has left."""
    case = next(iter(wish.cases), "NAME")
    return () if wish.plan.coming else (WHO_COMES.format(case=case),)


def away_then(scene: Scene, plan: Plan) -> tuple[str, ...]:
    """Name who is away at the time of a plan, as long as somebody else comes."""
    at = plan.starts_at
    away = tuple(ref for ref in plan.staff if at is not None and is_away(scene, ref, at))
    return away if len(away) < len(plan.staff) else ()


def without_away(scene: Scene, wish: Wish) -> Wish:
    """Leave out who is away then: the others come instead."""
    away = away_then(scene, wish.plan)
    here = tuple(one for one in wish.plan.coming if one.staff not in away)
    return replace(wish, plan=replace(wish.plan, coming=here))


def _says_when(booking: Booking) -> bool:
    return bool(booking.on or booking.at or booking.between or booking.part)
