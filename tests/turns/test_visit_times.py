"""Times for a visit out of Marlbridge's own records: who is in, who is taken, what suits whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection, event, select

from bot.rules.visits import CANCELLED, Coming, NewVisit, Plan, Visit
from bot.scene.scene import Scene
from bot.scene.visiting import free_times, over_cap, travel_for, why_not
from storage.addresses import person_by_ref
from storage.booking import change_visit, make_visit
from storage.cases import case_ids
from storage.staff import set_active
from storage.tables import CaseContact
from storage.visits import taken_between
from tests.stage import Play, london
from tests.turns.test_holiday_places import scene_of

T = TypeVar("T")
HOUR = timedelta(hours=1)


def plan_for(*staff: str, minutes: int = 60, place: str = "home", travel: int = 20) -> Plan:
    return Plan(minutes, place, tuple(map(Coming, staff)), travel=travel)


JOINT = plan_for("RA", "PN", minutes=90)


async def seen(play: Play, work: Callable[[Scene], T]) -> T:
    return await play.database.write(lambda c: work(scene_of(play, c)))


def ids(scene: Scene, *refs: str) -> list[int]:
    return list(case_ids(scene.connection, refs).values())


def number(scene: Scene, ref: str) -> int:
    person = person_by_ref(scene.connection, ref)
    assert person is not None
    return person.id


async def reason(play: Play, kind: str, plan: Plan, case: str, when: str = "") -> str:
    carer = await play.carer(case)
    plan = plan.at(london(when)) if when else plan
    return await seen(play, lambda s: why_not(s, kind, plan, ids(s, case), number(s, carer)))


async def found(play: Play, kind: str, plan: Plan, case: str, **how) -> list[datetime]:
    carer = await play.carer(case)
    return await seen(
        play, lambda s: free_times(s, kind, plan, ids(s, case), number(s, carer), **how)
    )


async def booked(play: Play, case: str, plan: Plan, kind: str = "home_visit") -> Visit:
    new = NewVisit(kind, (case,), await play.carer(case), plan)
    return await seen(play, lambda s: make_visit(s.connection, new, "DO", s.now))


async def test_leos_joint_visit_waits_for_no_wednesday_but_is_offered_tuesday_at_one(
    sqlite_play: Play,
):
    asked = "2026-12-02 13:00"
    said = await reason(sqlite_play, "ep_assessment", JOINT, "P21", asked)
    assert said == "Priya is not in on Wednesdays."
    times = await found(sqlite_play, "ep_assessment", JOINT, "P21", near=london(asked))
    assert times[0] == london("2026-12-01 13:00")
    assert {one.date() for one in times} == {date(2026, 12, 1), date(2026, 12, 8)}
    for one in times:
        free = f"{one:%Y-%m-%d %H:%M}"  # London is on UTC in December
        assert await reason(sqlite_play, "ep_assessment", JOINT, "P21", free) == ""


async def test_a_search_for_four_of_the_team_over_two_weeks_asks_the_database_little(
    sqlite_play: Play,
):
    carer, statements = await sqlite_play.carer("P21"), []

    def search(scene: Scene) -> list[datetime]:
        engine = scene.connection.engine

        def count(*asked: object) -> None:
            statements.append(asked[2])

        event.listen(engine, "before_cursor_execute", count)
        try:
            plan = plan_for("RA", "PN", "DO", "MB")
            where = (ids(scene, "P21"), number(scene, carer))
            return free_times(scene, "ep_assessment", plan, *where)
        finally:
            event.remove(engine, "before_cursor_execute", count)

    assert len(await seen(sqlite_play, search)) == 3
    assert len(statements) <= 16


@pytest.mark.parametrize(
    ("kind", "plan", "case", "when", "says"),
    [
        ("home_visit", plan_for("DO"), "P01", "2026-12-03 14:00", ""),
        (
            "home_visit", plan_for("DO"), "P01", "2026-12-03 15:30",
            "It is outside Leanne's own hours (13:30-16:00).",
        ),
        (
            "mentoring", plan_for("DO", place="learning_centre", travel=0), "P01",
            "2026-12-03 09:00", "",
        ),
        (
            "lift", plan_for("DO", place="community_car_lift"), "P01", "2026-12-03 09:00",
            "It is outside Leanne's own hours (13:30-16:00).",
        ),
        (
            "mentoring", plan_for("DO", place="learning_centre", travel=0), "P09",
            "2026-12-04 13:00", "Rania is left alone Fri 12:00-14:30.",
        ),
        (
            "home_visit", plan_for("SG"), "P19", "2026-12-03 14:00",
            "It is outside Kerry's own hours (Tue, Thu 10:00-12:00).",
        ),
        (
            "reintegration_meeting", plan_for("DO", place="mainstream_school"), "P01",
            "2026-12-21 14:00", "Marl Beck Academy is not open on Mon 21 Dec.",
        ),
        ("mentoring", plan_for("MB", place="learning_centre"), "P03", "2026-12-22 11:00", ""),
        (
            "home_visit", plan_for("DO"), "P02", "2026-12-25 11:00",
            "Fri 25 Dec is a bank holiday.",
        ),
        (
            "home_visit", plan_for("MB"), "P02", "2026-12-03 19:30",
            ("Marcus is in 08:30-20:00 on Thu 3 Dec. "
             "Families are left alone on Thursdays but 08:00-20:00."),
        ),
        ("home_visit", plan_for("DO"), "P02", "", ""),
    ],
)  # fmt: skip
async def test_why_a_time_does_not_suit_is_said_out_of_the_records(
    sqlite_play: Play, kind, plan, case, when, says
):
    assert await reason(sqlite_play, kind, plan, case, when) == says


async def test_whoever_is_away_or_has_left_is_never_booked_and_no_substitute_comes(
    sqlite_play: Play,
):
    await sqlite_play.writes("DO", "/away until fri")
    visit = plan_for("DO")
    says = await reason(sqlite_play, "home_visit", visit, "P02", "2026-12-02 11:00")
    assert says == "Dani is away until Fri 4 Dec."
    times = await found(sqlite_play, "home_visit", visit, "P02")
    assert min(times) > london("2026-12-05 00:00")
    await sqlite_play.writes("DO", "/back")
    assert await reason(sqlite_play, "home_visit", visit, "P02", "2026-12-02 11:00") == ""

    def gone(connection: Connection) -> None:
        scene = scene_of(sqlite_play, connection)
        set_active(connection, number(scene, "DO"), active=False)

    await sqlite_play.database.write(gone)
    assert await reason(sqlite_play, "home_visit", visit, "P02", "2026-12-02 11:00") == (
        "Dani has left."
    )
    assert await found(sqlite_play, "home_visit", visit, "P02") == []


async def test_a_visit_that_is_moved_may_overlap_its_own_old_time_and_no_others(
    sqlite_play: Play,
):
    carer, two = await sqlite_play.carer("P02"), london("2026-12-03 14:00")
    visit = await booked(sqlite_play, "P02", plan_for("DO").at(two))
    later = plan_for("DO").at(two + HOUR / 2)

    def look(scene: Scene) -> tuple[str, str, list[datetime]]:
        where = (later, ids(scene, "P02"), number(scene, carer))
        own = free_times(scene, "home_visit", *where, near=two, leaving=visit.id)
        return (
            why_not(scene, "home_visit", *where, leaving=visit.id),
            why_not(scene, "home_visit", *where),
            own,
        )

    fits, taken, own = await seen(sqlite_play, look)
    assert fits == ""
    assert taken == "Dani is taken 13:40-15:20. Marta is taken 14:00-15:00."
    assert own[0] == two


async def test_a_week_with_two_visits_is_full_for_brothers_and_sisters_together(
    sqlite_play: Play,
):
    first = await booked(sqlite_play, "P07", plan_for("DO").at(london("2026-12-01 10:00")))
    second = await booked(sqlite_play, "P08", plan_for("DO").at(london("2026-12-02 10:00")))
    friday, monday = london("2026-12-04 14:00"), london("2026-12-07 14:00")

    def look(scene: Scene) -> None:
        own = ids(scene, "P08")
        assert [one.id for one in over_cap(scene, own, friday)] == [first.id, second.id]
        assert over_cap(scene, own, monday) == []
        assert over_cap(scene, own, friday, leaving=first.id) == []

    await seen(sqlite_play, look)
    times = await found(sqlite_play, "home_visit", plan_for("DO"), "P08", near=friday)
    assert min(times) >= london("2026-12-07 00:00")
    named = (date(2026, 12, 3), date(2026, 12, 4))
    times = await found(sqlite_play, "home_visit", plan_for("DO"), "P08", between=named)
    assert {one.date() for one in times} == set(named)
    gone = await seen(
        sqlite_play,
        lambda s: change_visit(s.connection, first, first.plan, CANCELLED, "by_us", "DO", s.now),
    )
    assert gone is not None
    times = await found(sqlite_play, "home_visit", plan_for("DO"), "P08", near=friday)
    assert times[0] == friday


async def test_an_extra_saturday_can_be_booked_until_it_is_taken_back(sqlite_play: Play):
    saturday = "2026-12-05 11:00"
    plan = replace(plan_for("MB", place="learning_centre"), travel=0)
    assert await reason(sqlite_play, "mentoring", plan, "P03", saturday) == (
        "Marcus is not in on Saturdays."
    )
    for words, says in (
        ("/shift sat 4 dec 10-2", "Fri 4 Dec is no Saturday"),
        ("/shift sat 7-9", "Which do you mean, 07:00-09:00 or 19:00-21:00?"),
        ("/shift someday 10-2", "“someday” is no day"),
        ("/shift fri 25 dec 10-2", "is a bank holiday"),
        ("/shift off sat", "You have no extra shift on Sat 5 Dec."),
        ("/shift today 19:30-20:00", "Mon 30 Nov 19:30-20:00: visits can be booked then."),
        ("/shift sat 5 dec 10-2", "You work Sat 5 Dec 10:00-14:00: visits can be booked then."),
        ("/shift sat 12-3", "You have Sat 5 Dec 10:00-14:00 already."),
        ("/shift", "Your extra shifts: Mon 30 Nov 19:30-20:00, Sat 5 Dec 10:00-14:00."),
    ):
        await sqlite_play.writes("MB", words)
        assert says in (await sqlite_play.last("MB"))["text"]
    assert await reason(sqlite_play, "mentoring", plan, "P03", saturday) == ""
    visit = await booked(sqlite_play, "P03", plan.at(london(saturday)), "mentoring")
    await sqlite_play.writes("MB", "/shift off sat 5 dec")
    assert (
        "You do not work Sat 5 Dec 10:00-14:00 after all. Still booked then: "
        "Mentoring, Sat 5 Dec 11:00-12:00. /move or /cancelvisit each: a task has them."
    ) in await sqlite_play.received("MB")
    [task] = await sqlite_play.tasks(kind="visits_left")
    assert task["owner"] == "MB"
    assert "- Sat 5 Dec 11:00-12:00, Mentoring, " in task["words"]
    assert await reason(sqlite_play, "mentoring", plan, "P03", "2026-12-05 12:30") == (
        "Marcus is not in on Saturdays."
    )
    rows = await seen(
        sqlite_play,
        lambda s: taken_between(s.connection, [number(s, "MB")], *_day_of(saturday)),
    )
    assert [row.visit_id for row in rows] == [visit.id]


def _day_of(when: str) -> tuple[datetime, datetime]:
    return london(when) - 6 * HOUR, london(when) + 6 * HOUR


async def test_nobody_who_must_not_be_contacted_is_invited(sqlite_play: Play):
    def forbidden(scene: Scene) -> str:
        query = select(CaseContact.person_id).where(CaseContact.do_not_use)
        person = scene.connection.execute(query).scalars().first()
        plan = plan_for("DO").at(london("2026-12-03 14:00"))
        return why_not(scene, "home_visit", plan, ids(scene, "P04"), person)

    assert (await seen(sqlite_play, forbidden)).endswith(" must not be contacted.")


async def test_the_way_is_reckoned_by_place(sqlite_play: Play):
    practice = sqlite_play.service.taskforce.practice
    assert [travel_for(practice, one) for one in ("home", "learning_centre")] == [20, 0]
