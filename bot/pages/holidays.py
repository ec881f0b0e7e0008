"""The holidays as a page shows them: what is on, whose the places are, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from bot.pages.adults import Adult
from bot.pages.visitor import Visitor
from bot.rules import holidays as rule
from bot.rules.activity import LABELS
from bot.rules.digest_lines import day_shown
from storage.activities import activities, counts, places_of
from storage.addresses import person_by_ref
from storage.case_summary import cases_at
from storage.holidays import wishes_of

IN_ORDER: tuple[rule.Place, ...] = (
    *(rule.BOOKED, rule.OFFERED, rule.WAITING),
    *(rule.INVITED, rule.DECLINED, rule.GIVEN_UP),
)
DEEDS: dict[str, tuple[tuple[str, str], ...]] = {
    rule.BOOKED: (("give_up", "Gives it up"),),
    rule.OFFERED: (("book", "They said yes"), ("give_up", "They do not want it")),
    rule.WAITING: (("offer", "Offer a free place"), ("give_up", "Waits no more")),
    rule.INVITED: (("book", "They said yes"), ("give_up", "They said no")),
    rule.DECLINED: (("book", "They come after all"),),
    rule.GIVEN_UP: (("book", "They come after all"),),
}


@dataclass(frozen=True, slots=True)
class Seat:
    """One child's place as its reader may see it."""

    number: int
    child: str = field(repr=False)
    case: str  # empty: this case is not there for its reader
    since: str
    form: str  # "signed", "not signed yet"; empty: none is needed
    deeds: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Summed:
    """One activity in a line: of places and of money."""

    number: int
    title: str
    when: str
    places: int
    invited: int
    booked: int
    waiting: int
    unanswered: int
    each: str
    total: str
    closed: bool


def holidays_values(visitor: Visitor, duties: list[tuple[int, str]]) -> dict[str, Any]:
    """Read what the overview is made of."""
    scene = visitor.scene
    counted = counts(scene.connection)
    coming = rule.next_holiday(scene.practice.calendar, scene.today)
    return {
        "title": "Holidays",
        "rows": [_summed(row, counted) for row in activities(scene.connection)],
        "duties": duties,
        "next": _shown(coming) if coming else "",
        "manages": visitor.may("triage"),
        "team": [(ref, one.name) for ref, one in scene.team.workers.items() if one.active],
        "labels": LABELS,
        "typed": {},
        "wrong": [],
        "today": scene.today.isoformat(),
    }


def _shown(holiday: rule.Holiday) -> str:
    last = f" to {day_shown(holiday.last)}" if holiday.last else ""
    return f"{day_shown(holiday.first)}{last}"


def _summed(row: Row[Any], counted: dict[tuple[int, str], int]) -> Summed:
    by_state = {state: counted.get((row.id, state), 0) for state in rule.SHOWN}
    booked = by_state[rule.BOOKED]
    cost = row.cost_pence
    return Summed(
        number=row.id,
        title=row.title,
        when=rule.days_shown(row.first_on, row.last_on),
        places=row.places,
        invited=sum(by_state.values()),
        booked=booked,
        waiting=by_state[rule.WAITING],
        unanswered=by_state[rule.INVITED] + by_state[rule.OFFERED],
        each=rule.pounds(cost) or "–",
        total=rule.pounds(cost * booked) if cost is not None else "–",
        closed=row.ended_at is not None,
    )


def wish_values(visitor: Visitor, people: Iterable[Adult]) -> dict[str, Any]:
    """Read what each adult of a family said about check-ins in the holidays."""
    connection = visitor.scene.connection
    found = [(one, person_by_ref(connection, one.ref)) for one in people]
    said = wishes_of(connection, [person.id for _one, person in found if person])
    return {
        "wishes": [(one.ref, one.name, said.get(person.id)) for one, person in found if person],
        "wishes_offered": visitor.scene.practice.wants_holiday_check_ins,
    }


def activity_values(visitor: Visitor, row: Row[Any]) -> dict[str, Any]:
    """Read what the page of one activity is made of."""
    rows = places_of(visitor.scene.connection, row.id)
    counted = {(row.id, state): sum(one.state == state for one in rows) for state in rule.SHOWN}
    return {
        "title": row.title,
        "activity": row,
        "summed": _summed(row, counted),
        "until": day_shown(row.answer_by),
        "is_open": row.ended_at is None and visitor.scene.today <= row.answer_by,
        "groups": [
            (rule.SHOWN[state], [_seat(visitor, row, one) for one in rows if one.state == state])
            for state in IN_ORDER
        ],
    }


def _seat(visitor: Visitor, activity: Row[Any], place: Row[Any]) -> Seat:
    [case] = cases_at(visitor.scene.connection, [place.case_id])
    seen = visitor.sees(case.id)
    may = seen and activity.ended_at is None and visitor.may_on("reply", case.id, case.status)
    deeds = DEEDS[place.state] if may else ()
    form = ("signed" if place.consent_at else "not signed yet") if activity.consent else ""
    if may and form == "not signed yet" and place.state == rule.BOOKED:
        deeds = (("form", "Form is signed"), *deeds)
    return Seat(
        place.id,
        place.pupil if seen else "A child",
        case.ref if seen else "",
        day_shown(place.at.date()),
        form if place.state == rule.BOOKED else "",
        deeds,
    )
