"""The visits of one week, as the manager sees the team's and everybody else their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.pages.visitor import Visitor
from bot.pages.wording import clock
from bot.rules.calendar import moment_at, wall
from bot.rules.digest_lines import day_shown
from bot.rules.visit_kinds import PLACES
from bot.rules.visits import BOOKED, CANCELLED, MISSED, OFFERED, Visit
from bot.scene.visit_words import label_of
from storage.addresses import people_at
from storage.cases import case_ids
from storage.visit_outcomes import missed_between, outcomes_of
from storage.visits import live_visits, visits_between

WEEK, MISSED_IN = timedelta(days=7), timedelta(weeks=12)
NEAR = timedelta(days=366)  # how far from today a week may be looked at
ENDED: Mapping[str, str] = {
    "done": "Done",
    "partly": "Partly done",
    "was_not_brought": "Was not brought",
    "declined": "Declined",
    "cancelled_by_family": "Called off by the family",
    "cancelled_by_us": "Called off by us",
    "rearranged": "Rearranged",
}
NOBODY, A_FAMILY = "staff only", "a family"


@dataclass(frozen=True, slots=True)
class Row:
    """One visit, as a line of the page."""

    id: int
    begins: str  # "13:00"; empty: the family still chooses
    ends: str
    day: str
    label: str = field(repr=False)  # as the family reads it; empty: no family comes to it
    name: str  # as staff call it
    who: str = field(repr=False)  # who is invited
    cases: tuple[str, ...]
    place: str = field(repr=False)
    travel: int
    coming: tuple[tuple[str, str], ...] = field(repr=False)  # (first name, what for)
    state: str
    is_off: bool
    is_open: bool  # something about it is still to be said


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week, and its visits in order."""

    on: str
    key: str
    is_today: bool
    rows: tuple[Row, ...]


def monday_of(day: date) -> date:
    """Find the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_values(visitor: Visitor, day: date) -> dict[str, Any]:
    """Read what the page of a week shows."""
    first, scene = monday_of(day), visitor.scene
    this = monday_of(scene.today)
    found = visits_between(
        scene.connection, moment_at(first, time.min), moment_at(first + WEEK, time.min)
    )
    shown = rows_of(visitor, _theirs(visitor, found))
    open_ones = (one for one in live_visits(scene.connection) if one.state == OFFERED)
    return {
        "title": "Visits",
        "week": day_shown(first),
        "before": f"{first - WEEK}" if first > this - NEAR else "",
        "after": f"{first + WEEK}" if first < this + NEAR else "",
        "is_this_week": first == this,
        "days": _days(shown, first, scene.today),
        "count": len(shown),
        "offered": [row for _visit, row in rows_of(visitor, _theirs(visitor, open_ones))],
        "team": visitor.may("report"),
        "missed": _missed(visitor) if visitor.may("report") else None,
    }


def rows_of(visitor: Visitor, visits: Iterable[Visit]) -> list[tuple[Visit, Row]]:
    """Write visits down as lines: names for whoever is signed in, and what families call them."""
    found = list(visits)
    connection = visitor.scene.connection
    invited = {one.person_id for one in found if one.person_id is not None}
    names = {one.id: one.name for one in people_at(connection, invited)}
    ended = outcomes_of(connection, [one.id for one in found])
    return [(one, _row(visitor, one, names, ended)) for one in found]


def sees_visit(visitor: Visitor, visit: Visit) -> bool:
    """Say whether a visit is there for somebody: they come to it, or read all whom it is about."""
    if visitor.staff.ref in visit.plan.staff:
        return True
    if visitor.hidden & set(visit.case_ids):
        return False
    told = visitor.staff.ref == visit.made_by or visitor.may("report")
    return told or visitor.may_on_all("read", visit.case_ids)


def _theirs(visitor: Visitor, visits: Iterable[Visit]) -> list[Visit]:
    """Leave the visits somebody comes to; the manager sees everybody's."""
    team, ref = visitor.may("report"), visitor.staff.ref
    return [one for one in visits if sees_visit(visitor, one) and (team or ref in one.plan.staff)]


def _days(shown: list[tuple[Visit, Row]], first: date, today: date) -> list[Day]:
    days = []
    for number in range(7):
        on = first + timedelta(days=number)
        rows = tuple(row for visit, row in shown if _day_of(visit) == on)
        if rows or number < 5:
            days.append(Day(day_shown(on), f"{on}", on == today, rows))
    return days


def _day_of(visit: Visit) -> date | None:
    return wall(visit.plan.starts_at).date() if visit.plan.starts_at else None


def _row(visitor: Visitor, visit: Visit, names: Mapping[int, str], ended: Mapping[int, str]) -> Row:
    scene, plan = visitor.scene, visit.plan
    workers = scene.team.workers
    where = PLACES[plan.place]
    seen = tuple(zip(visit.case_ids, visit.cases, strict=True))
    kept_back = any(not visitor.sees(number) for number, _ref in seen)
    return Row(
        id=visit.id,
        begins=clock(plan.starts_at) if plan.starts_at else "",
        ends=clock(plan.ends_at) if plan.ends_at else "",
        day=day_shown(wall(plan.starts_at).date()) if plan.starts_at else "",
        label=label_of(scene, visit) if visit.what.meets != "nobody" else "",
        name=visit.what.name,
        who=A_FAMILY if kept_back else names.get(visit.person_id or 0, NOBODY),
        cases=tuple(ref for number, ref in seen if visitor.sees(number)),
        place=f"{where}: {plan.place_words}" if plan.place_words else where,
        travel=plan.travel,
        coming=tuple(
            (workers[one.staff].first_name if one.staff in workers else one.staff, one.why)
            for one in plan.coming
        ),
        state=_state(visit, ended, scene.now),
        is_off=visit.state == CANCELLED or _came_to_nothing(ended.get(visit.id, "")),
        is_open=visit.state in {OFFERED, BOOKED} and not _settled(visit, scene.now),
    )


def _settled(visit: Visit, now: datetime) -> bool:
    """Say whether nothing is missing: the family's yes before a visit, how it went after it."""
    ends_at = visit.plan.ends_at
    if ends_at is None or ends_at <= now:
        return False
    return visit.confirmed_at is not None or not visit.person


def _state(visit: Visit, ended: Mapping[int, str], now: datetime) -> str:
    """Say how a visit stands, in words for staff."""
    if visit.state == CANCELLED:
        return "Called off"
    if visit.state == OFFERED:
        return "The family is choosing"
    if visit.state != BOOKED:
        return ENDED.get(ended.get(visit.id, ""), "Over")
    if visit.plan.ends_at and visit.plan.ends_at <= now:
        return "How did it go?"
    if not visit.person:
        return "Booked"
    return "Confirmed" if visit.confirmed_at else "Not confirmed yet"


def _came_to_nothing(outcome: str) -> bool:
    return bool(outcome) and outcome not in {"done", "partly"}


def _missed(visitor: Visitor) -> dict[str, Any]:
    """Count missed visits by reason, each once; of restricted cases none."""
    now = visitor.scene.now
    rows = missed_between(visitor.scene.connection, now - MISSED_IN, now)
    hidden = _hidden_refs(visitor, {row.ref for row in rows})
    kept = {row.visit_id: row.missed for row in rows if row.ref not in hidden}
    counted = Counter(MISSED.get(why, MISSED["not_known"]) for why in kept.values())
    since = day_shown(wall(now - MISSED_IN).date())
    return {"since": since, "all": len(kept), "reasons": counted.most_common()}


def _hidden_refs(visitor: Visitor, refs: Collection[str]) -> set[str]:
    numbers = case_ids(visitor.scene.connection, refs)
    return {ref for ref, number in numbers.items() if not visitor.sees(number)}
