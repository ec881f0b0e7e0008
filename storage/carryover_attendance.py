"""What a restore must not undo about attendance: holds, closures, noes, and what has ended.

It closes doors as the rest does: what was agreed or offered since is for a person to say again.
Reasons are the exception: whoever has said why a child was not in is not asked a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from bot.rules.closures import Shut
from bot.rules.holidays import DECLINED, GIVEN_UP
from bot.rules.placement import Placed
from storage.closures import close_school
from storage.holds import hold
from storage.holidays import set_wish, wish_of
from storage.placements import place, placement_of
from storage.tables import (
    AbsenceReason,
    Activity,
    ActivityPlace,
    AgreedReminder,
    AttendanceHold,
    Case,
    Closure,
    Contact,
    ExpectedPattern,
    HolidayWish,
    Person,
    Placement,
    School,
)

Found: TypeAlias = tuple[Row[Any], ...]
Ids: TypeAlias = Mapping[str, int]  # by the name under which both databases know it
SAID = ("day", "kind", "at", "by")  # no two reasons of one case are alike in all of these
AGREED = ("kind", "step", "from_on", "until_on", "at")
OFFER = ("title", "first_on", "made_at")


@dataclass(frozen=True, slots=True)
class LaterAttendance:
    """What the replaced database says about attendance and the holidays."""

    holds: Found
    closures: Found
    reminders: Found
    patterns: Found
    placements: Found
    reasons: Found
    wishes: Found
    activities: Found
    places: Found


def read_attendance(connection: Connection) -> LaterAttendance:
    """Read what holds, what has ended, and what families have said."""
    return LaterAttendance(
        holds=_of_cases(connection, AttendanceHold, AttendanceHold.ended_at.is_(None)),
        closures=_all(connection, _closures()),
        reminders=_all(connection, _reminders()),
        patterns=_of_cases(connection, ExpectedPattern, ExpectedPattern.stopped_at.is_not(None)),
        placements=_of_cases(connection, Placement, _ended_placement()),
        reasons=_all(connection, _reasons()),
        wishes=_all(connection, _wishes()),
        activities=_all(connection, _activities()),
        places=_all(connection, _places()),
    )


def _all(connection: Connection, query: Any) -> Found:
    return tuple(connection.execute(query).all())


def _of_cases(connection: Connection, table: Any, *where: Any) -> Found:
    query = select(table, Case.ref.label("case")).join(Case, Case.id == table.case_id)
    return _all(connection, query.where(*where).order_by(table.id))


def _closures() -> Any:
    query = select(Closure, School.name.label("school"))
    joined = query.join(School, School.id == Closure.school_id)
    return joined.where(Closure.ended_at.is_(None)).order_by(Closure.id)


def _reminders() -> Any:
    ended = (AgreedReminder.at, AgreedReminder.ended_at, AgreedReminder.ended_by)
    query = select(*ended, Case.ref.label("case"), Person.ref.label("person"))
    joined = query.join(Case, Case.id == AgreedReminder.case_id)
    whose = joined.join(Person, Person.id == AgreedReminder.person_id)
    return whose.where(AgreedReminder.ended_at.is_not(None))


def _ended_placement() -> Any:
    newer = aliased(Placement)
    newest = select(func.max(newer.id)).where(newer.case_id == Placement.case_id)
    is_newest = Placement.id == newest.scalar_subquery()
    return is_newest & Placement.ended_on.is_not(None)


def _reasons() -> Any:
    kept = [getattr(AbsenceReason, name) for name in (*SAID, "contact_id")]
    query = select(*kept, Case.ref.label("case"), Contact.recorded_at)
    joined = query.join(Case, Case.id == AbsenceReason.case_id)
    said_in = joined.join(Contact, Contact.id == AbsenceReason.contact_id, isouter=True)
    return said_in.order_by(AbsenceReason.id)


def _wishes() -> Any:
    query = select(HolidayWish.at, HolidayWish.by, Person.ref.label("person"))
    whose = query.join(Person, Person.id == HolidayWish.person_id)
    return whose.where(HolidayWish.check_ins.is_(False))


def _offer() -> tuple[Any, ...]:
    return (Activity.title, Activity.first_on, Activity.at.label("made_at"))


def _activities() -> Any:
    return select(*_offer(), Activity.ended_at).where(Activity.ended_at.is_not(None))


def _places() -> Any:
    kept = (ActivityPlace.state, ActivityPlace.at, Case.ref.label("case"))
    query = select(*_offer(), *kept).join(ActivityPlace, ActivityPlace.activity_id == Activity.id)
    joined = query.join(Case, Case.id == ActivityPlace.case_id)
    return joined.where(ActivityPlace.state.in_((DECLINED, GIVEN_UP)))


def close_attendance(connection: Connection, later: LaterAttendance) -> int:
    """Close again what is closed now, and keep what was said; returns how much that was."""
    cases, people = _ids(connection, Case.ref, Case.id), _ids(connection, Person.ref, Person.id)
    schools = _ids(connection, School.name, School.id)
    done = [_hold(connection, row, cases) for row in later.holds]
    done += [_shut(connection, row, schools) for row in later.closures]
    done += [_end_reminder(connection, row, cases, people) for row in later.reminders]
    done += [_stop_pattern(connection, row, cases) for row in later.patterns]
    done += [_end_placement(connection, row, cases) for row in later.placements]
    done += [_say_no(connection, row, people) for row in later.wishes]
    done += [_end_activity(connection, row) for row in later.activities]
    done += [_give_up(connection, row, cases) for row in later.places]
    return sum(done) + _say_why(connection, later.reasons, cases)


def _ids(connection: Connection, name: Any, number: Any) -> Ids:
    return {row[0]: row[1] for row in connection.execute(select(name, number))}


def _hold(connection: Connection, row: Row[Any], cases: Ids) -> bool:
    here = cases.get(row.case)
    return here is not None and hold(connection, here, row.kind, row.by, row.from_on, row.at)


def _shut(connection: Connection, row: Row[Any], schools: Ids) -> bool:
    here = schools.get(row.school)
    if here is None:
        return False
    return close_school(connection, Shut(here, row.day, row.half), row.by, row.at)


def _end_reminder(connection: Connection, row: Row[Any], cases: Ids, people: Ids) -> bool:
    same = (
        AgreedReminder.case_id == cases.get(row.case),
        AgreedReminder.person_id == people.get(row.person),
        AgreedReminder.at == row.at,
        AgreedReminder.ended_at.is_(None),
    )
    ended = {"ended_at": row.ended_at, "ended_by": row.ended_by}
    return connection.execute(update(AgreedReminder).where(*same).values(**ended)).rowcount > 0


def _stop_pattern(connection: Connection, row: Row[Any], cases: Ids) -> bool:
    same = [getattr(ExpectedPattern, name) == getattr(row, name) for name in AGREED]
    here = (ExpectedPattern.case_id == cases.get(row.case), ExpectedPattern.stopped_at.is_(None))
    stopped = update(ExpectedPattern).where(*here, *same).values(stopped_at=row.stopped_at)
    return connection.execute(stopped).rowcount > 0


def _end_placement(connection: Connection, row: Row[Any], cases: Ids) -> bool:
    here = cases.get(row.case)
    known = placement_of(connection, here) if here is not None else None
    if here is None or (known is not None and known.ended_on is not None):
        return False
    dates = (row.starts_on, row.ends_on, row.excluded_on, row.prior_tenths, row.ended_on)
    return place(connection, here, Placed(*dates), row.by, row.at)


def _say_no(connection: Connection, row: Row[Any], people: Ids) -> bool:
    """An adult who wants no check-ins in the holidays has said so, and is not asked again."""
    here = people.get(row.person)
    if here is None or wish_of(connection, here) is False:
        return False
    set_wish(connection, here, row.by, row.at, wants=False)
    return True


def _same_offer(row: Row[Any]) -> tuple[Any, ...]:
    return (
        Activity.title == row.title,
        Activity.first_on == row.first_on,
        Activity.at == row.made_at,
    )


def _end_activity(connection: Connection, row: Row[Any]) -> bool:
    ended = update(Activity).where(*_same_offer(row), Activity.ended_at.is_(None))
    return connection.execute(ended.values(ended_at=row.ended_at)).rowcount > 0


def _give_up(connection: Connection, row: Row[Any], cases: Ids) -> bool:
    """A no to an invitation stays a no: whoever has said it is offered nothing again."""
    offer = select(Activity.id).where(*_same_offer(row))
    same = (ActivityPlace.activity_id.in_(offer), ActivityPlace.case_id == cases.get(row.case))
    other = or_(ActivityPlace.state != row.state, ActivityPlace.at < row.at)
    said = update(ActivityPlace).where(*same, other).values(state=row.state, at=row.at)
    return connection.execute(said).rowcount > 0


def _say_why(connection: Connection, reasons: Found, cases: Ids) -> int:
    """Keep the reasons that are not here, in the order in which they were said."""
    kept = [getattr(AbsenceReason, name) for name in SAID]
    known = {tuple(row) for row in connection.execute(select(AbsenceReason.case_id, *kept))}
    new = 0
    for row in reasons:
        here = cases.get(row.case)
        said = {name: getattr(row, name) for name in SAID}
        if here is None or (here, *said.values()) in known:
            continue
        same = (Contact.id == row.contact_id, Contact.recorded_at == row.recorded_at)
        contact = connection.execute(select(Contact.id).where(*same)).scalar()
        said |= {"case_id": here, "contact_id": contact}
        connection.execute(insert(AbsenceReason).values(**said))
        new += 1
    return new
