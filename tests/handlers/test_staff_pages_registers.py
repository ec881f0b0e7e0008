"""Registers brought on the page: taken in whole, or refused in a table somebody can work from."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.tables import RegisterImport, School, SessionMark
from tests.handlers.staff_browser import OWN, StaffBrowser
from tests.imports.registers import KAI, as_csv
from tests.stage import Play

MILLRACE, MARL_BECK = "Millrace Centre", "Marl Beck Academy"


def register(*rows: list[str]) -> bytes:
    return as_csv([["UPN", "Date", "Session", "Mark"], *rows])


MONDAY = register([KAI, "30/11/2026", "AM", "/"], [KAI, "30/11/2026", "PM", "N"])


class Bringing:
    """Somebody at the page with files in hand."""

    def __init__(self, browser: StaffBrowser) -> None:
        self.browser = browser

    async def brings(self, *files: tuple[str, bytes], school: str = "") -> str:
        browser = self.browser
        await browser.get("/registers")
        proof = next(kept["proof"] for to, kept, _ in browser.forms() if to.endswith("/registers"))
        browser.page = await browser.http.post(
            "/staff/registers", data={"proof": proof, "school": school}, headers=OWN,
            files=[("files", (name, content, "text/csv")) for name, content in files])  # fmt: skip
        return browser.page.text

    async def kept(self) -> list[tuple[str, str]]:
        query = select(SessionMark.code, RegisterImport.by)
        query = query.join(RegisterImport, RegisterImport.id == SessionMark.import_id)
        rows = query.order_by(SessionMark.id)
        return [
            tuple(row) for row in await self.browser.play.database.read(lambda c: c.execute(rows))
        ]


@pytest.fixture
async def helen(sqlite_play: Play) -> Bringing:
    await sqlite_play.at("2026-11-30 16:00")
    return Bringing(await StaffBrowser(sqlite_play).plays("HM"))


@pytest.mark.afternoon
async def test_a_register_is_taken_in_and_its_school_is_no_longer_missing(helen):
    before = (await helen.browser.get("/registers")).text
    assert f"<li>{MILLRACE}</li>" in before
    page = await helen.brings(("monday.csv", MONDAY), school=MILLRACE)
    assert "2 marks read, 2 of them of 1 pupil of ours on 1 day" in page
    assert f"<li>{MILLRACE}</li>" not in page
    assert f"<li>{MARL_BECK}</li>" in page
    brought = page.partition("What came in last")[2]
    assert "Helen Marsh" in brought
    assert f'<td data-label="School">{MILLRACE}</td>' in brought
    assert "Taken in before" in await helen.brings(("monday.csv", MONDAY), school=MILLRACE)


@pytest.mark.afternoon
async def test_a_file_with_a_fault_is_refused_whole_and_the_one_beside_it_is_taken_in(helen):
    wrong = register([KAI, "30/11/2026", "AM", "/"], [KAI, "30/11/2026", "PM", "Y9"])
    page = await helen.brings(("wrong.csv", wrong), ("right.csv", MONDAY), school=MILLRACE)
    assert helen.browser.page.status_code == 400
    assert '<td data-label="Row">3</td><td data-label="Column">Mark</td>' in page
    assert "The cell is no attendance code." in page
    assert await helen.kept() == [("/", "HM"), ("N", "HM")]


async def test_staff_of_a_school_bring_their_own_whatever_the_form_says(sqlite_play: Play):
    farah = Bringing(await StaffBrowser(sqlite_play).plays("FS"))
    assert "<select" not in (await farah.browser.get("/registers")).text
    await farah.brings(("monday.csv", MONDAY), school=MARL_BECK)
    query = select(School.name).join(SessionMark).distinct()
    assert await sqlite_play.database.read(lambda c: list(c.execute(query).scalars())) == [MILLRACE]
    others = as_csv([["UPN", "School", "Date", "Session", "Mark"],
                     [KAI, MARL_BECK, "30/11/2026", "AM", "I"]])  # fmt: skip
    assert "The cell is not Millrace Centre, whose register this is" in await farah.brings(
        ("b.csv", others)
    )


@pytest.mark.parametrize("ref", ["DO", "JL"])
async def test_whoever_brings_no_registers_finds_no_such_page(sqlite_play: Play, ref):
    browser = await StaffBrowser(sqlite_play).plays(ref)
    assert "/staff/registers" not in browser.page.text
    assert (await browser.get("/registers")).status_code == 404
