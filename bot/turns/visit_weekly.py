"""The later visits of one that comes again: which of them fit, and each booked by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.rules.calendar import wall
from bot.rules.visit_echo import cut_short, not_on, on_days
from bot.rules.visit_wish import Wish
from bot.rules.visits import BOOKED, Visit
from bot.scene.scene import Scene
from bot.turns.visit_checks import who_is_taken, why_not_now
from storage.addresses import Someone
from storage.booking import Taken, make_visit
from storage.visits import live_visits_of


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A day that does not suit, and why."""

    at: datetime
    why: str


def look_at_later(
    scene: Scene, staff: Someone, wish: Wish
) -> tuple[tuple[datetime, ...], tuple[str, ...]]:
    """Say which later times fit by now, and name every day to whoever books them."""
    first = wish.plan.starts_at
    if wish.weekly is None or first is None:
        return (), ()
    looked = [LeftOut(at, _why_not(scene, staff, wish, at)) for at in wish.weekly.later_than(first)]
    fits = tuple(one.at for one in looked if not one.why)
    ends = filter(None, [cut_short(wish.weekly, first)])
    return fits, (on_days(first, fits), *_not_on(looked), *ends)


def book_later(
    scene: Scene, staff: Someone, wish: Wish, times: Iterable[datetime]
) -> tuple[list[Visit], list[str]]:
    """Book each of these that still fits, whatever becomes of the others; say why one does not."""
    booked, left_out = [], []
    for at in times:
        why = _why_not(scene, staff, wish, at)
        made = why or _made(scene, staff, wish.at(at))
        if isinstance(made, str):
            left_out.append(LeftOut(at, made))
        else:
            booked.append(made)
    return booked, _not_on(left_out)


def still_to_come(scene: Scene, visit: Visit) -> list[Visit]:
    """List the others of the same yes that are booked and lie ahead, the next first."""
    if visit.person_id is None:
        return []
    yes = (visit.kind, visit.made_by, visit.made_at)
    return [
        one
        for one in live_visits_of(scene.connection, visit.person_id)
        if (one.kind, one.made_by, one.made_at) == yes
        and one.id != visit.id
        and one.state == BOOKED
        and one.plan.starts_at is not None
        and one.plan.starts_at > scene.now
    ]


def _made(scene: Scene, staff: Someone, wish: Wish) -> Visit | str:
    try:
        return make_visit(scene.connection, wish.new, staff.ref, scene.now)
    except Taken as taken:
        return who_is_taken(scene, taken)


def _why_not(scene: Scene, staff: Someone, wish: Wish, at: datetime) -> str:
    """Look at one of them; no yes to a fuller week is good for more than the first."""
    return why_not_now(scene, staff, wish.at(at))


def _not_on(days: Iterable[LeftOut]) -> list[str]:
    return [not_on(wall(one.at).date(), one.why) for one in days if one.why]
