"""Holiday activities and the holiday person, on the staff page."""

from __future__ import annotations

import pytest

from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play

CLUB = {
    "title": "Free holiday club with lunch", "place": "Marl Beck Academy",
    "first_on": "2026-12-21", "last_on": "2026-12-24", "hours": "10am-2pm", "places": "1",
    "answer_by": "2026-12-16", "cost": "350", "haf": "yes", "consent": "yes",
}  # fmt: skip


@pytest.fixture
async def helen(sqlite_play: Play) -> StaffBrowser:
    browser = await StaffBrowser(sqlite_play).plays("HM")
    await browser.get("/holidays")
    return browser


async def makes(browser: StaffBrowser, **changes: str) -> str:
    await browser.get("/holidays")
    return (await browser.fills("/staff/holidays", **{**CLUB, **changes})).text


async def invites(browser: StaffBrowser, *cases: str, **more: str) -> str:
    """Tick these children and no others."""
    await browser.get("/holidays/2")
    ticked = {f"case-{one}": "yes" for one in cases}
    proof = browser.forms()[0][1]["proof"]
    return (await browser.post("/holidays/2/invite", proof=proof, **ticked, **more)).text


async def settles(browser: StaffBrowser, deed: str, place: int) -> str:
    proof = browser.forms()[0][1]["proof"]
    page = await browser.post("/holidays/2/place", proof=proof, place=str(place), deed=deed)
    return page.text


async def test_an_activity_is_made_filled_given_up_and_reported(helen: StaffBrowser):
    assert "Nobody has been invited yet." in await makes(helen)
    await helen.get("/holidays/2")
    assert "Zofia Wrona" not in helen.page.text  # no free school meals
    assert "Invited: 2." in await invites(helen, "P01", "P02", "P03")
    assert "Booked." in await settles(helen, "book", 11)
    assert "they are on the list now" in await settles(helen, "book", 12)
    assert "The form is noted as signed." in await settles(helen, "form", 11)
    assert "form signed" in helen.page.text
    assert "It has changed in the meantime".lower() in (await settles(helen, "offer", 12)).lower()
    assert "Given up." in await settles(helen, "give_up", 11)
    assert "They are being asked." in await settles(helen, "offer", 12)
    assert "Booked." in await settles(helen, "book", 12)
    report = (await helen.get("/holidays")).text
    assert ">£350<" in report
    assert "1 of 1" in report


async def test_what_cannot_be_is_refused_field_by_field(helen: StaffBrowser):
    page = await makes(helen, title="", places="0", last_on="2026-12-20", cost="many")
    for words in (
        "Please fill this in.",
        "A number from 1 to 500, please.",
        "The last day does not fit the first.",
        "Pounds, as in 350 or 12.50, please.",
        "4 to put right. Nothing was saved.",
    ):
        assert words in page
    assert "Nobody has been invited yet." not in page
    assert 'value="Marl Beck Academy"' in page  # what was typed is still there


async def test_a_bulk_send_is_the_managers_and_takes_a_second_yes(helen: StaffBrowser):
    await makes(helen, haf="", places="20")
    everybody = [f"P{one:02}" for one in (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12)]
    dani = await StaffBrowser(helen.play).plays("DO")
    refusal = "More than ten families within a day: the manager sends this."
    assert refusal in await invites(dani, *everybody, sure="yes")
    assert "Nothing has been sent yet." in await invites(helen, *everybody)
    await helen.fills("/invite", sure="yes")  # the form that asks once more stands first
    assert "Invited: 11." in helen.page.text


async def test_the_manager_names_who_is_there_and_nobody_else_does(helen: StaffBrowser):
    await helen.fills("/duty", who="PN", **{"from": "2026-12-19", "to": "2027-01-03"})
    assert "Priya, Sat 19 Dec to Sun 3 Jan" in helen.page.text
    dani = await StaffBrowser(helen.play).plays("DO")
    page = await dani.get("/holidays")
    assert "Priya, Sat 19 Dec to Sun 3 Jan" in page.text
    proof = dani.forms()[0][1]["proof"]
    page = await dani.post("/holidays/duty", proof=proof, end="1")
    assert page.status_code == 404
    await helen.get("/holidays")
    await helen.post("/holidays/duty", proof=helen.forms()[0][1]["proof"], end="1")
    assert "Nobody is named." in helen.page.text


async def test_a_school_sees_nothing_of_it_and_a_hidden_child_has_no_name(helen: StaffBrowser):
    farah = await StaffBrowser(helen.play).plays("FS")
    assert (await farah.get("/holidays")).status_code == 404
    await makes(helen)
    await invites(helen, "P01")
    await helen.play.writes("HM", "/restrict P01")
    tom = await StaffBrowser(helen.play).plays("TW")
    page = (await tom.get("/holidays/2")).text
    assert "Kai" not in page
    assert "A child" in page
    assert (
        await tom.post(
            "/holidays/2/place", proof=tom.forms()[0][1]["proof"], place="11", deed="book"
        )
    ).status_code == 404


async def test_a_worker_keeps_what_an_adult_said_about_the_holidays(helen: StaffBrowser):
    dani, leanne = await StaffBrowser(helen.play).plays("DO"), await helen.play.carer("P01")
    await dani.get("/families/P01/settings")
    assert "nobody has asked yet" in dani.page.text
    await dani.fills("/wish", to=leanne, wants="yes")
    assert '<option value="yes" selected>wants them</option>' in dani.page.text
    page = await dani.fills("/wish", to=await helen.play.carer("P03"), wants="no")
    assert page.status_code == 404  # an adult of another family
