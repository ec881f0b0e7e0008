"""Nobody is in two places at once: not the worker, not the mother, not the child."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import DBAPIError

from bot.rules.visits import BOOKED, CANCELLED, OFFERED, Clash, Coming, NewVisit, Plan, Visit
from storage import booking, visits
from storage.booking import Taken, change_visit, make_visit
from storage.database import Database
from storage.migrate import downgrade, upgrade
from storage.tables import TakenTime
from tests.storage.bookings_many import a_team, book_many, looked_over
from tests.storage.rows import a_case, a_person, a_worker

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
THREE = datetime(2026, 12, 3, 15, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PLAN = Plan(60, "learning_centre", (Coming("DO"),), THREE)
HOME = replace(PLAN, place="home", travel=20)


def settled(connection: Connection) -> None:
    for ref in ("DO", "MB"):
        a_worker(connection, ref)
    for number in (1, 2):
        a_person(connection, f"C00{number}")
        a_case(connection, f"P0{number}")


def book(
    connection: Connection, plan: Plan = PLAN, family: int = 1, kind: str = "ep_assessment"
) -> Visit:
    new = NewVisit(kind, (f"P0{family}",), f"C00{family}", plan)
    return make_visit(connection, new, "DO", NOW)


def change(connection: Connection, visit: Visit, plan: Plan, state=BOOKED) -> Visit | None:
    return change_visit(connection, visit, plan, state, "moved", "DO", NOW)


def with_marcus(plan: Plan) -> Plan:
    return replace(plan, coming=(Coming("MB"),))


@pytest.fixture
async def team(database: Database) -> Database:
    await database.write(settled)
    return database


def clashes_of(connection: Connection, plan: Plan, **how) -> tuple[Clash, ...]:
    with pytest.raises(Taken) as refused:
        book(connection, plan, **how)
    return refused.value.clashes


async def test_a_second_visit_is_refused_and_says_who_is_taken_and_until_when(team: Database):
    def twice(connection: Connection) -> None:
        book(connection)
        late = PLAN.at(THREE + HOUR / 2)
        until = THREE + HOUR
        assert clashes_of(connection, late, family=2) == (Clash("DO", THREE, until),)
        both = clashes_of(connection, with_marcus(late))
        assert {clash.person for clash in both} == {"C001", "P01"}
        assert clashes_of(connection, with_marcus(late), kind="mentoring")[0].person == "P01"
        assert clashes_of(connection, with_marcus(late), kind="home_visit")[0].person == "C001"
        assert len(visits.visits_between(connection, THREE, THREE + HOUR)) == 1
        book(connection, with_marcus(late), family=2)

    await team.write(twice)


async def test_the_way_there_and_back_is_the_workers_time_and_not_the_familys(team: Database):
    def around(connection: Connection) -> None:
        book(connection, HOME)
        after = PLAN.at(THREE + HOUR)
        assert clashes_of(connection, after, family=2)[0].to_at == THREE + HOUR + 20 * MINUTE
        book(connection, with_marcus(after))
        book(connection, PLAN.at(THREE + HOUR + 20 * MINUTE), family=2)

    await team.write(around)


async def test_a_moved_visit_takes_its_new_time_and_gives_its_old_one_back(team: Database):
    def moved(connection: Connection) -> None:
        visit = book(connection)
        half_past = change(connection, visit, PLAN.at(THREE + HOUR / 2))
        assert half_past is not None
        assert (half_past.version, half_past.plan.starts_at) == (2, THREE + HOUR / 2)
        assert clashes_of(connection, PLAN, family=2)[0].from_at == THREE + HOUR / 2
        assert change(connection, half_past, PLAN.at(THREE + 2 * HOUR)) is not None
        book(connection, PLAN, family=2)

    await team.write(moved)


async def test_a_visit_that_cannot_be_moved_stands_as_it_stood(team: Database):
    def refused(connection: Connection) -> None:
        visit, other = book(connection), book(connection, PLAN.at(THREE + HOUR), family=2)
        with pytest.raises(Taken):
            change(connection, visit, PLAN.at(THREE + HOUR))
        assert visits.find_visit(connection, visit.id) == visit
        assert clashes_of(connection, PLAN, family=2)[0].person == "DO"
        assert visits.find_visit(connection, other.id) == other

    await team.write(refused)


async def test_a_cancelled_or_offered_visit_takes_nobodys_time(team: Database):
    def freed(connection: Connection) -> None:
        visit = book(connection)
        gone = change(connection, visit, visit.plan, CANCELLED)
        assert gone is not None
        assert gone.state == CANCELLED
        assert change(connection, gone, PLAN) is None
        offered = book(connection, replace(PLAN, starts_at=None))
        assert offered.state == OFFERED
        chosen = change(connection, offered, PLAN)
        assert chosen is not None
        assert clashes_of(connection, PLAN, family=2)[0].person == "DO"

    await team.write(freed)


async def test_whoever_saw_an_older_version_changes_and_confirms_nothing(team: Database):
    def older(connection: Connection) -> None:
        first = book(connection)
        assert booking.confirm(connection, first.id, 1, NOW)
        assert not booking.confirm(connection, first.id, 1, NOW)
        second = change(connection, first, PLAN.at(THREE + HOUR))
        assert second is not None
        assert second.confirmed_at is None
        assert change(connection, first, PLAN) is None
        assert not booking.confirm(connection, first.id, 1, NOW)
        assert booking.confirm(connection, first.id, 2, NOW)
        found = booking.hold_visit(connection, first.id)
        assert found is not None
        assert (found.version, found.confirmed_at) == (2, NOW)

    await team.write(older)


def put_by_hand(connection: Connection, begins: datetime, ended: datetime | None = None) -> None:
    """Write a row past every question that is asked before."""
    there = connection.execute(select(TakenTime).order_by(TakenTime.id)).first()
    assert there is not None
    row = {"visit_id": there.visit_id, "version": 9, "person_id": there.person_id}
    times = {"from_at": begins, "to_at": begins + HOUR, "ended_at": ended}
    connection.execute(insert(TakenTime).values(**row, **times))


async def test_the_database_itself_lets_nobody_be_taken_twice(team: Database):
    await team.write(book)
    for begins in (THREE, THREE - 59 * MINUTE, THREE + 59 * MINUTE):
        with pytest.raises(DBAPIError):
            await team.write(lambda c, begins=begins: put_by_hand(c, begins))
    await team.write(lambda c: put_by_hand(c, THREE + HOUR))
    await team.write(lambda c: put_by_hand(c, THREE, NOW))


async def test_time_that_was_given_back_cannot_be_taken_up_over_somebody_elses(team: Database):
    await team.write(book)
    await team.write(lambda c: put_by_hand(c, THREE, NOW))
    again = TakenTime.__table__.update().values(ended_at=None)
    with pytest.raises(DBAPIError):
        await team.write(lambda c: c.execute(again))


async def test_that_holds_after_a_way_down_and_up_again(team: Database):
    await team.write(lambda c: downgrade(c, "0008_attending"))
    await team.write(upgrade)
    await team.write(book)
    with pytest.raises(DBAPIError):
        await team.write(lambda c: put_by_hand(c, THREE))


async def test_three_hundred_attempts_at_once_leave_nobody_taken_twice(database: Database):
    await database.write(a_team)
    came = await book_many(database, 300, seed=7, at_once=16)
    found = await looked_over(database, came)
    assert (found.overlaps, found.errors) == (0, 0)
    assert found.kept + found.refused == 300
    assert min(found.kept, found.refused) > 20
