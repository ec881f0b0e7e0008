"""How often one place may try to sign in: machines wait, and nobody who belongs here does."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.app import real_web
from tests.handlers.staff_browser import NUMBERS, OWN, StaffBrowser
from tests.stage import Play

HERE = "https://texts.example.org"


@pytest.fixture
async def real(sqlite_play: Play) -> AsyncIterator[StaffBrowser]:
    """A browser at a real service, where nobody is invented."""
    browser = StaffBrowser(sqlite_play, demo=False)
    yield browser
    await browser.http.aclose()


async def test_one_place_that_tries_without_end_has_to_wait_and_learns_nothing(real):
    """The office next door, on another address, signs in meanwhile."""
    web = real_web(real.play.service)
    guesser, office = (
        httpx.AsyncClient(transport=httpx.ASGITransport(web, client=(host, 1)), base_url=HERE)
        for host in ("192.0.2.7", "198.51.100.1")
    )
    numbers = [NUMBERS["DO"], *(f"07700 9{number:05d}" for number in range(100, 150))]
    answers = [
        await guesser.post("/staff/sign-in", data={"number": number}, headers=OWN)
        for number in (*numbers, NUMBERS["MB"])
    ]
    assert [one.status_code for one in answers] == [200] * 40 + [429] * 12
    assert answers[-1].text == answers[-2].text, "a known number waits as any other"
    assert "Wait a few minutes, or use another connection" in answers[-1].text
    assert len(await real.codes()) == 1
    real.http = office
    await real.signs_in("MB")
    await real.play.later(minutes=1)
    again = await guesser.post("/staff/sign-in", data={"number": NUMBERS["DO"]}, headers=OWN)
    assert again.status_code == 200


async def test_whoever_has_a_code_is_let_in_however_many_others_of_the_office_asked(real):
    """Both the asking and the entering of whoever gets in are given back."""
    web = real_web(real.play.service)
    transport = httpx.ASGITransport(web, client=("192.0.2.7", 1))
    real.http = httpx.AsyncClient(transport=transport, base_url=HERE)
    await real.post("/sign-in", number=NUMBERS["DO"])
    asked = [await real.post("/sign-in", number=f"07700 9001{n:02d}") for n in range(40)]
    assert [one.status_code for one in asked] == [200] * 39 + [429]
    await real.post("/code", number=NUMBERS["DO"], code=await real.code())
    assert real.page.url.path == "/staff"
    again = [(await real.post("/sign-in", number="07700 900150")).status_code for _ in range(2)]
    assert again == [200, 429]
    wrong = [(await real.post("/code", number="", code="0")).status_code for _ in range(41)]
    assert wrong == [403] * 40 + [429], "her own entry is given back, and guesses are counted"
