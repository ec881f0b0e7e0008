"""The week of visits on the staff page: who sees which, what stands there, and what may be done."""

from __future__ import annotations

from dataclasses import replace

import pytest
import vobject

from storage.audit import first_broken
from storage.tables import Audit
from storage.visit_outcomes import Ended, keep_outcome
from tests.handlers.staff_browser import StaffBrowser
from tests.handlers.test_calendars import PUBLIC
from tests.stage import Play, marlbridge_taskforce
from tests.turns.visitors import rows_of
from tests.visit_week import NOTE, a_week_of_visits, book, call_off, planned


@pytest.fixture
async def house(sqlite_play: Play) -> Play:
    taskforce = replace(marlbridge_taskforce(), public_url=PUBLIC)
    return Play(sqlite_play.database, taskforce, sqlite_play.channels)


async def test_the_manager_sees_the_teams_week_and_why_visits_were_missed(house: Play) -> None:
    await a_week_of_visits(house)
    old = await book(house, "home_visit", "P03", planned("2026-11-24 09:30", "DO"))
    now = house.now
    missed = Ended(old.id, "was_not_brought", "transport", 0, None, now, "DO")
    await house.database.write(lambda c: keep_outcome(c, missed))
    page = (await (await StaffBrowser(house).plays("HM")).get("/visits")).text
    assert "Visits of the team" in page
    for words in (
        "09:30–10:30",
        "20 min there",
        "Educational psychology assessment",
        "“<bdi>a learning session</bdi>”",
        "Gemma Barraclough",
        "Ruth, Priya",
        "in a café: Costa, Mill Lane",
        "Confirmed",
        "Not confirmed yet",
        "Called off",
        "The family is choosing",
        "No way to get there",
    ):
        assert words in page, words
    assert NOTE not in page
    earlier = (await StaffBrowser(house).plays("HM")).get("/visits?week=2026-11-23")
    assert "How did it go?" in (await earlier).text
    audited = [(row.who, row.what, row.subject) for row in await rows_of(house, Audit)]
    assert audited[-1] == ("HM", "read visits", "week 2026-11-23")
    assert await house.database.read(first_broken) is None


async def test_everybody_else_sees_their_own_and_nobody_a_restricted_one(house: Play) -> None:
    visits = await a_week_of_visits(house)
    marcus = await StaffBrowser(house).plays("MB")
    page = (await marcus.get("/visits")).text
    assert "Your visits" in page
    assert "Missed visits" not in page
    assert ("AP Panel" in page, "Leanne" in page, "Costa" in page) == (True, False, False)
    assert "a meeting about school" not in page  # no family comes to a panel, so none reads of it
    first = f"/visits/{visits[0].id}"
    assert "Leanne Thornton" in (await marcus.get(first)).text  # the team reads every open case
    assert (await marcus.get(f"{first}.ics")).status_code == 404  # but that visit is not his
    await house.writes("HM", "/restrict P01 DO")
    assert (await marcus.get(first)).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/visits?week=soon", "/visits?week=1926-11-30", "/visits/99", "/visits/x", "/visits/-1.ics"],
)
async def test_there_is_no_such_week_or_visit(house: Play, path: str) -> None:
    assert (await (await StaffBrowser(house).plays("DO")).get(path)).status_code == 404


async def test_staff_of_a_school_have_no_page_of_visits(house: Play) -> None:
    browser = await StaffBrowser(house).plays("FS")
    assert (await browser.get("/visits")).status_code == 404


async def test_a_visit_is_saved_for_a_calendar_and_taken_out_again(house: Play) -> None:
    visit = await book(house, "ep_assessment", "P01", planned("2026-12-03 13:00", "DO"))
    dani = await StaffBrowser(house).plays("DO")
    page = (await dani.get(f"/visits/{visit.id}")).text
    assert "Save it for my calendar" in page
    assert NOTE in page  # for staff only, and it says so
    first = await dani.get(f"/visits/{visit.id}.ics")
    assert first.headers["content-disposition"] == f'attachment; filename="visit-{visit.id}.ics"'
    await call_off(house, visit)
    assert "Take it out of my calendar" in (await dani.get(f"/visits/{visit.id}")).text
    second = await dani.get(f"/visits/{visit.id}.ics")
    asked, ended = (vobject.readOne(one.text, validate=True) for one in (first, second))
    assert (asked.method.value, ended.method.value) == ("REQUEST", "CANCEL")
    assert asked.vevent.uid.value == ended.vevent.uid.value
    assert asked.vevent.summary.value == "A learning session (P01)"
    assert asked.vevent.url.value == f"{PUBLIC}/staff/visits/{visit.id}"


async def test_a_family_is_sent_its_link_from_the_page(house: Play) -> None:
    visit = await book(house, "home_visit", "P01", planned("2026-12-03 13:00", "DO"))
    other = await book(house, "home_visit", "P02", planned("2026-12-04 13:00", "DO"))
    dani = await StaffBrowser(house).plays("DO")
    await dani.get(f"/visits/{visit.id}")
    sent = await dani.fills("/link", key=f"ics:{visit.id}:1")
    assert "The link goes to Leanne in their own hours." in sent.text
    await dani.get(f"/visits/{visit.id}")
    again = await dani.fills("/link", key=f"ics:{visit.id}:1")
    assert (again.status_code, "on its way to them already" in again.text) == (409, True)
    await dani.get(f"/visits/{visit.id}")
    wrong = await dani.fills("/link", key=f"ics:{other.id}:1")
    assert wrong.status_code == 404
    await house.at("2026-11-30 14:00")
    assert [("/v/" in text) for text in await house.received("P01")] == [True]
    assert await house.received("P02") == []
