"""Holiday activities, whom they were offered to, and what became of every place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from bot.rules.activity import NewActivity
from bot.rules.gate import OPEN_STATUSES
from bot.rules.holidays import (
    BOOKED,
    INVITED,
    OFFERED,
    TAKEN,
    WAITING,
    Place,
    place_for,
)
from storage.received import add_once
from storage.tables import Activity, ActivityPlace, Case, Person


def make_activity(connection: Connection, new: NewActivity, by: str, now: datetime) -> int:
    """Keep a new activity; returns its number."""
    row = {name: getattr(new, name) for name in NewActivity.__dataclass_fields__}
    made = insert(Activity).values(**row, at=now, by=by).returning(Activity.id)
    return int(connection.execute(made).scalar_one())


def end_activity(connection: Connection, activity_id: int, now: datetime) -> bool:
    """Close an activity: nobody can book it any more. False: it was closed before."""
    still = (Activity.id == activity_id, Activity.ended_at.is_(None))
    return connection.execute(update(Activity).where(*still).values(ended_at=now)).rowcount == 1


def activities(connection: Connection, from_day: date | None = None) -> list[Row[Any]]:
    """List activities that end on a day or later, or all of them, the soonest first."""
    query = select(Activity).order_by(Activity.first_on, Activity.id)
    if from_day is not None:
        query = query.where(Activity.last_on >= from_day)
    return list(connection.execute(query))


def find_activity(connection: Connection, activity_id: int) -> Row[Any] | None:
    """Read one activity."""
    return connection.execute(select(Activity).where(Activity.id == activity_id)).one_or_none()


def counts(connection: Connection) -> dict[tuple[int, str], int]:
    """Count what became of the invitations, by activity and state."""
    query = select(ActivityPlace.activity_id, ActivityPlace.state, func.count()).group_by(
        ActivityPlace.activity_id, ActivityPlace.state
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def places_of(connection: Connection, activity_id: int) -> list[Row[Any]]:
    """List every invitation to an activity; those who wait in their order."""
    query = (
        select(ActivityPlace, Case.ref.label("case_ref"), Person.name.label("pupil"))
        .join(Case, Case.id == ActivityPlace.case_id)
        .join(Person, Person.id == Case.pupil_id)
        .where(ActivityPlace.activity_id == activity_id)
        .order_by(ActivityPlace.at, ActivityPlace.id)
    )
    return list(connection.execute(query))


def find_place(connection: Connection, place_id: int) -> Row[Any] | None:
    """Read one invitation."""
    query = select(ActivityPlace).where(ActivityPlace.id == place_id)
    return connection.execute(query).one_or_none()


def invite(
    connection: Connection, activity_id: int, case_id: int, person_id: int | None, now: datetime
) -> bool:
    """Note that a case is invited. False: it was before."""
    row = {
        "activity_id": activity_id,
        "case_id": case_id,
        "person_id": person_id,
        "state": INVITED,
        "invited_at": now,
        "at": now,
    }
    return add_once(connection, ActivityPlace, row)


def invited_since(connection: Connection, activity_id: int, since: datetime) -> int:
    """Count the cases invited to an activity since a moment."""
    theirs = (ActivityPlace.activity_id == activity_id, ActivityPlace.invited_at >= since)
    return int(connection.execute(select(func.count()).where(*theirs)).scalar_one())


def say_yes(connection: Connection, place_id: int, now: datetime) -> Place | None:
    """Book a place, or join the list in order; None: the activity is closed.

    The activity is held until the transaction ends, so that two answers never take one place.
    """
    place = _held(connection, place_id)
    if place is None:
        return None
    if place.state in {BOOKED, WAITING}:
        return BOOKED if place.state == BOOKED else WAITING
    if place.state == OFFERED:
        became: Place = BOOKED
    else:
        became = place_for(place.places, *_taken_and_waiting(connection, place.activity_id))
    _put(connection, place_id, became, now)
    return became


def change_place(connection: Connection, place_id: int, state: Place, now: datetime) -> bool:
    """Note a no, or a place that is given up. False: it stood so, or the activity is closed."""
    place = _held(connection, place_id)
    if place is None or place.state == state:
        return False
    _put(connection, place_id, state, now)
    return True


def offer(connection: Connection, place_id: int, now: datetime) -> bool:
    """Keep a free place for somebody who waits. False: there is none, or others are before them."""
    place = _held(connection, place_id)
    if place is None or place.state != WAITING:
        return False
    free = place.places - _taken_and_waiting(connection, place.activity_id)[0]
    if place_id not in [one.id for one in _line(connection, place.activity_id)][: max(free, 0)]:
        return False
    _put(connection, place_id, OFFERED, now)
    return True


def next_in_line(connection: Connection, activity_id: int) -> Row[Any] | None:
    """Find for whom the place is that has just fallen free; those before them have one each."""
    activity = _hold(connection, activity_id)
    if activity is None or activity.ended_at is not None:
        return None
    free = activity.places - _taken_and_waiting(connection, activity_id)[0]
    line = _line(connection, activity_id)
    return line[free - 1] if 0 < free <= len(line) else None


def note_consent(connection: Connection, place_id: int, now: datetime) -> bool:
    """Note that the form is signed. False: it was before."""
    open_form = (ActivityPlace.id == place_id, ActivityPlace.consent_at.is_(None))
    noted = update(ActivityPlace).where(*open_form).values(consent_at=now)
    return connection.execute(noted).rowcount == 1


def every_open_case(connection: Connection) -> list[Row[Any]]:
    """List open cases with what decides whether they may be invited."""
    known = (Case.id, Case.ref, Case.year, Case.fsm, Case.status, Case.paused_until)
    query = select(*known, Person.name.label("pupil")).join(Person, Person.id == Case.pupil_id)
    still = query.where(Case.status.in_(OPEN_STATUSES))
    return list(connection.execute(still.order_by(Case.ref)))


def seed_places(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Keep invitations and answers that lie in the past of a demonstration."""
    connection.execute(insert(ActivityPlace), list(rows))


def _hold(connection: Connection, activity_id: int) -> Row[Any] | None:
    query = select(Activity).where(Activity.id == activity_id).with_for_update()
    return connection.execute(query).one_or_none()


def _held(connection: Connection, place_id: int) -> Row[Any] | None:
    """Hold the activity of an invitation, then read the invitation; None: it is closed."""
    place = find_place(connection, place_id)
    activity = _hold(connection, place.activity_id) if place else None
    if place is None or activity is None or activity.ended_at is not None:
        return None
    query: Any = select(ActivityPlace, Activity.places).join(Activity)
    found: Row[Any] = connection.execute(query.where(ActivityPlace.id == place_id)).one()
    return found


def _line(connection: Connection, activity_id: int) -> list[Row[Any]]:
    """List who waits, in their order."""
    return [row for row in places_of(connection, activity_id) if row.state == WAITING]


def _taken_and_waiting(connection: Connection, activity_id: int) -> tuple[int, int]:
    theirs = select(ActivityPlace.state).where(ActivityPlace.activity_id == activity_id)
    states = connection.execute(theirs).scalars().all()
    return sum(state in TAKEN for state in states), states.count(WAITING)


def _put(connection: Connection, place_id: int, state: Place, now: datetime) -> None:
    changed = update(ActivityPlace).where(ActivityPlace.id == place_id)
    connection.execute(changed.values(state=state, at=now))
