"""A visit that was moved, called off or booked after a backup stands as the family knows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.rules.visits import BOOKED, CANCELLED, Coming, NewVisit, Plan, Visit
from storage.addresses import person_by_ref
from storage.booking import change_visit, confirm, make_visit
from storage.carryover_team import shut_doors
from storage.cases import case_ids
from storage.database import Database
from storage.outings import (
    mark_outing,
    note_step,
    open_outings,
    outing_named,
    plan_outing,
    steps_of,
)
from storage.tables import CalendarFeed, CaseLabel, ExtraShift, VisitLink
from storage.visits import find_visit, live_visits, taken_between
from tests.stage import Play
from tests.storage.restores import closed_again
from tests.storage.rows import NOW

THREE = datetime(2026, 12, 3, 15, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def new(at: datetime, case: str = "P01", staff: str = "DO") -> NewVisit:
    plan = Plan(60, "community_cafe", (Coming(staff),), at, 15, "Costa, Mill Lane")
    return NewVisit("mentoring", (case,), "", plan, "bring the book")


async def in_both(play: Play, older: Database, *made: NewVisit) -> list[Visit]:
    """What was on record when the backup was made."""

    def make(connection: Connection) -> list[Visit]:
        return [make_visit(connection, one, "DO", NOW + n * HOUR) for n, one in enumerate(made)]

    await older.write(make)
    return await play.database.write(make)


def stands(connection: Connection) -> list[tuple[Any, ...]]:
    found = [find_visit(connection, number) for number in (1, 2, 3)]
    return [
        (one.state, one.version, one.plan, one.about, one.cases, one.confirmed_at)
        for one in found if one
    ]  # fmt: skip


def taken(connection: Connection) -> list[tuple[Any, ...]]:
    people = [person_by_ref(connection, ref).id for ref in ("DO", "P01", "P02")]
    rows = taken_between(connection, people, NOW, NOW + 30 * DAY)
    return sorted((row.person_id, row.from_at, row.to_at) for row in rows)


async def test_what_was_moved_confirmed_called_off_or_booked_since_is_as_it_is_now(
    play: Play, older: Database
):
    first, second = await in_both(play, older, new(THREE), new(THREE + DAY, "P02"))

    def since(connection: Connection) -> None:
        """The two change places, one is said yes to, and a third is booked where one was."""
        off = change_visit(connection, second, second.plan, CANCELLED, "by_us", "DO", NOW + DAY)
        plan = first.plan.at(THREE + DAY)
        moved = change_visit(connection, first, plan, BOOKED, "moved", "DO", NOW + DAY)
        assert off is not None
        assert moved is not None
        assert confirm(connection, moved.id, moved.version, NOW + DAY + HOUR)
        make_visit(connection, new(THREE, "P02"), "DO", NOW + 2 * DAY)

    await play.database.write(since)
    assert (await closed_again(play, older)).visits == 3
    for look in (stands, taken):
        assert await older.read(look) == await play.database.read(look)
    assert (await closed_again(play, older)).visits == 0, "and once is enough"
    assert len(await older.read(live_visits)) == 2


async def test_who_has_left_safely_since_raises_no_alarm(play: Play, older: Database):
    [visit] = await in_both(play, older, new(THREE))

    def goes_out(connection: Connection) -> None:
        staff = person_by_ref(connection, "DO").id
        plan_outing(connection, (visit.id, 1), staff, THREE, THREE + HOUR)

    def leaves(connection: Connection) -> None:
        out = outing_named(connection, visit.id, 1, "DO")
        assert out is not None
        note_step(connection, out.id, "DO", "left", THREE + HOUR)
        mark_outing(connection, out.id, left_at=THREE + HOUR, ended_at=THREE + HOUR)

    for database in (play.database, older):
        await database.write(goes_out)
    await play.database.write(leaves)
    for _again in range(2):
        await closed_again(play, older)
        assert await older.read(open_outings) == []
        assert [one.what for one in await older.read(lambda c: steps_of(c, 1))] == ["left"]


async def test_labels_and_extra_shifts_are_those_of_now(play: Play, older: Database):
    def both(connection: Connection) -> None:
        case = case_ids(connection, ["P01"])["P01"]
        label = {"case_id": case, "kind": "visit", "words": "time with Tom", "at": NOW, "by": "DO"}
        connection.execute(insert(CaseLabel).values(**label))

    def since(connection: Connection) -> None:
        connection.execute(update(CaseLabel).values(ended_at=NOW + DAY))
        case = case_ids(connection, ["P01"])["P01"]
        label = {"case_id": case, "kind": "visit", "words": "time with Dani", "by": "DO"}
        connection.execute(insert(CaseLabel).values(**label, at=NOW + DAY))
        staff = person_by_ref(connection, "MB").id
        shift = {"staff_id": staff, "from_at": THREE, "to_at": THREE + HOUR, "at": NOW, "by": "HM"}
        connection.execute(insert(ExtraShift).values(**shift))

    def said(connection: Connection) -> list[Any]:
        labels = select(CaseLabel.words, CaseLabel.ended_at).order_by(CaseLabel.id)
        shifts = select(ExtraShift.staff_id, ExtraShift.from_at, ExtraShift.ended_at)
        return [tuple(row) for query in (labels, shifts) for row in connection.execute(query)]

    for database in (play.database, older):
        await database.write(both)
    await play.database.write(since)
    for _again in range(2):
        await closed_again(play, older)
        assert await older.read(said) == await play.database.read(said)


async def test_no_calendar_link_of_before_opens_anything(play: Play):
    def links(connection: Connection) -> None:
        make_visit(connection, new(THREE), "DO", NOW)
        staff = person_by_ref(connection, "DO").id
        feed = {"staff_id": staff, "token_index": "a", "made_at": NOW}
        connection.execute(insert(CalendarFeed).values(**feed))
        link = {"visit_id": 1, "person_id": staff, "token_index": "b", "made_at": NOW}
        connection.execute(insert(VisitLink).values(**link, until=THREE))
        shut_doors(connection, NOW + DAY)

    def open_ones(connection: Connection) -> list[Any]:
        return [
            number
            for table in (CalendarFeed, VisitLink)
            for number in connection.execute(select(table.id).where(table.revoked_at.is_(None)))
        ]

    await play.database.write(links)
    assert await play.database.read(open_ones) == []
