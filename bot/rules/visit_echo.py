"""A visit in short plain lines, as staff read it at the desk. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from bot.rules.calendar import wall
from bot.rules.digest_lines import day_shown, time_shown
from bot.rules.visit_kinds import PLACES
from bot.rules.visit_wish import Wish
from bot.rules.visits import BOOKED, CANCELLED, OFFERED, OVER, Plan, Visit
from bot.rules.weekly import MOST, Weekly

STANDS = {
    OFFERED: "times are with the family",
    BOOKED: "booked",
    CANCELLED: "cancelled",
    OVER: "over",
}
ONE_BY_ITSELF = "To let the family choose a time, book one visit by itself."
PARTS = {"am": "in the morning", "pm": "in the afternoon"}


def echo(wish: Wish, family: str, label: str, names: Mapping[str, str]) -> list[str]:
    """Say everything back that was understood, the family first.

    `label`: what the family reads, in its words. `names`: colleagues' first names by staff id.
    """
    on = " and ".join(wish.cases)
    about = ", ".join(part for part in (family, f"on {on}" if on else "") if part)
    reads = f". The family reads: “{label}”." if wish.person else "."
    return [
        *([about] if about else []),
        f"{wish.what.name}{reads}",
        f"{_when(wish)}.",
        f"{_where(wish.plan)}.",
        f"Who comes: {listed(names.get(one, one) for one in wish.plan.staff)}.",
        *([f"Your note, for the team only: {wish.about}"] if wish.about else []),
    ]


def _when(wish: Wish) -> str:
    often = f", {often_shown(wish.weekly)}" if wish.weekly else ""
    minutes = f"{wish.plan.minutes} minutes{often}"
    if wish.plan.starts_at is not None:
        return f"{from_to(wish.plan)}, {minutes}"
    part = PARTS.get(wish.part, "")
    days = days_shown(wish.between) if wish.between else ""
    return ", ".join(one for one in (f"No time yet: {minutes}", days, part) if one)


def often_shown(weekly: Weekly) -> str:
    """Say how often and for how long: "every week, 4 visits"."""
    often = "every week" if weekly.every == 1 else "every other week"
    if weekly.until is None:
        return f"{often}, {weekly.count} visits"
    return f"{often} until {day_shown(weekly.until)}"


def on_days(first: datetime, later: Sequence[datetime]) -> str:
    """Name the other days on which what comes again fits."""
    if not later:
        return "No other day fits: it would be this one visit."
    days = listed(day_shown(wall(at).date()) for at in later)
    return f"Also at {wall(first):%H:%M} on {days}: {len(later) + 1} visits."


def days_of_each(visits: Iterable[Visit]) -> list[str]:
    """Write on which days visits are: "Tue 8 Dec"."""
    times = (visit.plan.starts_at for visit in visits)
    return [day_shown(wall(at).date()) for at in times if at is not None]


def not_on(day: date, why: str) -> str:
    """Say that a day is left out, and why."""
    return f"Not {day_shown(day)}: {why}"


def cut_short(weekly: Weekly, first: datetime) -> str:
    """Say where it ends if there would be more than are booked at once; empty: there are not."""
    if not weekly.is_cut_short(wall(first).date()):
        return ""
    last = wall(weekly.later_than(first)[-1]).date()
    return f"At most {MOST} are booked at once: the last day is {day_shown(last)}."


def days_shown(days: tuple[date, date]) -> str:
    """Write a stretch of days: "Mon 7 Dec to Fri 11 Dec"."""
    first, last = days
    return day_shown(first) if first == last else f"{day_shown(first)} to {day_shown(last)}"


def from_to(plan: Plan) -> str:
    """Write when a visit is: "Tue 1 Dec 13:00-14:30"."""
    if plan.starts_at is None or plan.ends_at is None:
        return "no time yet"
    return f"{time_shown(plan.starts_at)}-{wall(plan.ends_at):%H:%M}"


def _where(plan: Plan) -> str:
    place = PLACES.get(plan.place, plan.place)
    named = f"{place}: {plan.place_words}" if plan.place_words else place
    way = f", {plan.travel} minutes' travel each way" if plan.travel else ""
    return f"{named[:1].upper()}{named[1:]}{way}"


def visit_line(visit: Visit, family: str, names: Mapping[str, str]) -> str:
    """Write one visit for staff: when, what, whose, who comes, where, and how it stands."""
    stands = STANDS[visit.state]
    if visit.state == BOOKED and visit.confirmed_at is not None:
        stands = "the family has said yes"
    place = PLACES.get(visit.plan.place, visit.plan.place)
    with_ = listed(names.get(one, one) for one in visit.plan.staff)
    parts = (from_to(visit.plan), visit.what.name, family, place, with_, stands)
    return ", ".join(part for part in parts if part)


def listed(names: Iterable[str]) -> str:
    """Join names: "Ruth, Priya and Dani"."""
    found = list(names)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} and {found[-1]}"


def full_week(seen: Sequence[Visit], more: int, names: Mapping[str, str]) -> str:
    """Say what fills a family's week; `more`: visits their reader is not to know of."""
    told = [
        f"{from_to(one.plan)} with {listed(names.get(who, who) for who in one.plan.staff)}"
        for one in seen
    ]
    others = [f"{more} more"] if more else []
    count = len(seen) + more
    return f"This family has {count} in that week already: {'; '.join([*told, *others])}."


def too_many(count: int, at_most: int) -> str:
    """Warn of a roomful."""
    return f"That is {count} staff at once. More than {at_most} can feel like a lot to a family."
