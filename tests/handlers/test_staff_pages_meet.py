"""The sheet "meet your key worker": what a family holds in its hand, and who may print it."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from storage.tables import Allocation, CaseContact, Person, Staff
from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play, marlbridge_taskforce

REACHED_FROM = 'href="/staff/families/P01/meet"'


@pytest.fixture
async def dani(sqlite_play: Play) -> StaffBrowser:
    return await StaffBrowser(sqlite_play).plays("DO")


async def changes(browser: StaffBrowser, statement) -> None:
    await browser.play.database.write(lambda connection: connection.execute(statement))


async def test_a_family_reads_who_it_is_when_and_what_else_it_can_do(dani: StaffBrowser):
    label = update(Staff).where(Staff.person_id == Person.id, Person.ref == "DO")
    await changes(dani, label.values(public_label="from the support team"))
    assert REACHED_FROM in (await dani.get("/families/P01/settings")).text
    page = (await dani.get("/families/P01/meet")).text
    for words in (
        "Dani Okafor",
        "from the support team",
        "Dani is the main contact for Kai.",
        "call 999 now",
        '<bdi dir="ltr">07700 900000</bdi>',
        "Ring 01632 960100.",
        "Wednesday",
        "08:30-19:00",
        "When Dani is away, Marcus reads and answers.",
        "Reply STOP. Dani can still phone or visit.",
        '<main lang="en-GB" dir="ltr">',
    ):
        assert words in page
    assert "an interpreter is needed" not in page
    assert "Marl Beck" not in page  # nor any school or agency


async def test_a_number_nobody_has_set_is_a_line_to_write_on(sqlite_play: Play):
    unset = Play(sqlite_play.database, marlbridge_taskforce(text_number=""))
    page = (await (await StaffBrowser(unset).plays("DO")).get("/families/P01/meet")).text
    assert page.count('<p class="blank" role="img"') == 1
    assert "07700" not in page.partition("<main")[2]


async def test_who_cannot_ring_is_not_told_of_calls(dani: StaffBrowser):
    await changes(dani, update(CaseContact).values(needs=["deaf_text_only"]))
    assert "Reply STOP. Dani can still visit." in (await dani.get("/families/P01/meet")).text


async def test_a_language_with_no_wording_is_said_to_staff_and_not_on_the_sheet(
    dani: StaffBrowser,
):
    page = (await dani.get("/families/P12/meet")).text
    for_staff, on_the_sheet = page.split("<main ")
    assert "Ioana Popescu reads Romanian." in for_staff
    assert "an interpreter is needed" in for_staff
    assert "interpreter" not in on_the_sheet


async def test_every_adult_has_a_sheet_in_their_own_language(dani: StaffBrowser, monkeypatch):
    """Urdu is written from right to left, and its days have their own names."""
    monkeypatch.setattr("bot.pages.meet.ALL", ())  # as if every sentence had been translated
    leanne = await dani.play.carer("P01")
    await changes(dani, update(Person).where(Person.ref == leanne).values(language="ur"))
    await changes(dani, update(Staff).values(public_label="wellbeing friend"))
    page = (await dani.get(f"/families/P01/meet?to={leanne}")).text
    assert '<main lang="ur" dir="rtl">' in page
    assert "بدھ" in page
    for_staff, on_the_sheet = page.split("<main ")
    assert "“wellbeing friend” has no wording in Urdu yet, so it is left off" in for_staff
    assert "wellbeing friend" not in on_the_sheet
    assert (await dani.get("/families/P01/meet?to=C002")).status_code == 404


async def test_a_case_with_no_key_worker_has_nobody_to_meet(dani: StaffBrowser):
    await changes(dani, delete(Allocation))
    page = (await dani.get("/families/P01/meet")).text
    assert "there is nobody to meet" in page
    assert "Dani is the main contact" not in page


async def test_only_who_reads_a_case_prints_its_sheet(sqlite_play: Play):
    for who, status in (("RA", 200), ("SG", 200), ("FS", 404)):
        browser = await StaffBrowser(sqlite_play).plays(who)
        assert (await browser.get("/families/P01/meet")).status_code == status, who
