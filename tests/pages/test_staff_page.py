"""The staff page in a real browser, with the whole service behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.demo import keep_registers
from tests.fakes.simulator_page import CHROMIUM, SWITCHES
from tests.pages.staff_house import PASSPORT, a_week_in, open_house
from tests.pages.test_demo_page import NARROW, WIDE, no_barrier_by_day_or_night
from tests.stage import Play
from tests.visit_week import a_week_of_visits

expect.set_options(timeout=30_000)  # a busy machine shows a page late, never another one
pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium (apt install chromium)"),
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield chromium
        await chromium.close()


async def signed_in(browser: Browser, address: str, name: str) -> Page:
    """A browser, on a phone, in which one of the team has signed in."""
    context = await browser.new_context(viewport={"width": NARROW[0], "height": NARROW[1]})
    page = await context.new_page()
    page.set_default_timeout(10_000)
    await page.goto(f"{address}/staff")
    await page.get_by_role("button", name=name).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("What waits for you")
    return page


PAGES = (
    "",
    "/families",
    "/families/P01",
    "/team",
    "/families/P01/meet",
    "/families/P01/settings",
    "/registers",
    "/people",
    "/people/family",
    "/people/colleague",
    "/referrals",
    "/referrals/R002",
    "/meeting?decide=P02",
    "/families/P16/attendance",
    "/attendance/team",
    "/holidays",
    "/holidays/1",
    "/whos-in",
    "/visits",
    "/visits/1",
)


async def no_barrier_however_it_is_looked_at(page: Page) -> None:
    """On a phone and at a desk, by day and by night: the page changes with nothing sent anew."""
    for width, height in (NARROW, WIDE):
        await page.set_viewport_size({"width": width, "height": height})
        await no_barrier_by_day_or_night(page)


@pytest.mark.thursday
async def test_everybody_can_perceive_every_page(sqlite_play: Play, browser: Browser) -> None:
    await a_week_in(sqlite_play)
    await keep_registers(sqlite_play.service)
    await a_week_of_visits(sqlite_play)
    async with open_house(sqlite_play) as address:
        page = await signed_in(browser, address, "Helen Marsh")
        faults: list[str] = []
        page.on("console", lambda said: faults.append(f"{said.type}: {said.text}"))
        for path in PAGES:
            await page.goto(f"{address}/staff{path}")
            await no_barrier_however_it_is_looked_at(page)
            await page.set_viewport_size({"width": 320, "height": 640})
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320, path
        await page.get_by_role("button", name="Sign out").click()
        await no_barrier_however_it_is_looked_at(page)
        assert faults == []  # not a word in the console, under the strict policy


@pytest.mark.thursday
async def test_a_key_worker_reads_and_answers_with_the_keyboard_alone(
    sqlite_play: Play, browser: Browser
) -> None:
    await a_week_in(sqlite_play)
    async with open_house(sqlite_play) as address:
        page = await signed_in(browser, address, "Dani Okafor")
        await expect(page.get_by_role("listitem").first).to_contain_text("L1")
        await page.get_by_role("link", name="he wont get out of the car").focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/families/P01**")
        await page.wait_for_load_state("networkidle")  # until then going to #now takes the focus
        await page.get_by_label("To Leanne Thornton").focus()
        await page.keyboard.type("Yes. I will ring you at four.")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        sent = page.get_by_role("region", name="Messages").get_by_role("listitem").last
        await expect(sent).to_contain_text("Going at 15:50:10")
        await sent.get_by_role("button", name="Stop").focus()
        await page.keyboard.press("Enter")
        await expect(sent).to_contain_text("Not sent: stopped by its writer")


async def test_a_manager_with_no_shell_writes_a_passport_and_cuts_a_colleague_off(
    sqlite_play: Play, browser: Browser
) -> None:
    async with open_house(sqlite_play) as address:
        page = await signed_in(browser, address, "Helen Marsh")
        await page.goto(f"{address}/staff/families/P01")
        await page.get_by_role("link", name="Number, pause, passport").click()
        for label, words in (("Sentences", PASSPORT["sentence_length"]), ("Say", PASSPORT["say"])):
            await page.get_by_label(label, exact=True).fill(words)
        await page.get_by_role("button", name="Write it down").click()
        await expect(page.get_by_role("status")).to_have_text("The passport is written down.")
        await page.get_by_role("link", name="Back to the messages").click()
        shown = page.get_by_role("region", name="How to speak with Kai Thornton")
        await expect(shown).to_contain_text(PASSPORT["say"])
        await page.get_by_role("link", name="People here").click()
        await page.get_by_text("Cut off Tom Whitaker").click()
        await page.get_by_role("button", name="Yes, cut Tom Whitaker off now").click()
        await expect(page.get_by_role("status")).to_contain_text("Tom Whitaker is cut off")
