"""The demo page in a real browser, against a stand-in service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.fakes.simulator_page import CHECK_INS, CHROMIUM, SWITCHES, StandIn, served

AXE = Path(__file__).parent.parent / "fixtures" / "axe" / "axe.min.js"
WIDE, NARROW = (1280, 900), (390, 844)

expect.set_options(timeout=30_000)  # a busy machine shows a page late, never another one
pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium (apt install chromium)"),
]


@dataclass
class Visit:
    """Somebody looking at the page, and the service behind it."""

    page: Page
    service: StandIn
    faults: list[str] = field(default_factory=list)

    async def check_ins(self) -> None:
        await self.page.get_by_role("button", name="Thu 3 Dec 15:45").click()
        await expect(self.page.locator("#now")).to_have_text("Thu 3 Dec 2026 15:45")

    async def type_as(self, box: str, words: str) -> None:
        await self.page.get_by_label(box).fill(words)
        await self.page.keyboard.press("Enter")
        await expect(self.page.get_by_label(box)).to_have_value("")


Size: TypeAlias = tuple[int, int]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# Only what is wrong is handed over: what is right is thousands of lines.
LOOK = "axe.run({ resultTypes: ['violations'] }).then(found => found.violations)"
Opened: TypeAlias = Callable[..., Awaitable[Visit]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser) -> AsyncIterator[Opened]:
    async with AsyncExitStack() as stack:

        async def opened(at: str = "", size: Size = WIDE) -> Visit:
            service = StandIn()
            address = await stack.enter_async_context(served(service))
            context = await browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                reduced_motion="reduce",  # nothing half faded in while contrast is measured
            )
            stack.push_async_callback(context.close)
            made = Visit(await context.new_page(), service)
            made.page.set_default_timeout(5000)
            made.page.on("console", lambda said: made.faults.append(f"{said.type}: {said.text}"))
            made.page.on("pageerror", lambda error: made.faults.append(str(error)))
            await made.page.goto(address + at)
            await expect(made.page.locator("#now")).to_have_text("Mon 30 Nov 2026 08:30")
            return made

        yield opened


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
async def test_everybody_can_perceive_the_page(visit: Opened, size: Size) -> None:
    seen = await visit(size=size)
    await expect(seen.page).to_have_title("Keyworker demonstration: Marlbridge")
    await expect(seen.page.get_by_role("banner")).to_contain_text("all people are invented")
    await seen.check_ins()
    await seen.type_as("Write as Leanne", "He would not get out of the car")
    for drawer in ("#tasks", "#held"):
        await seen.page.locator(f"{drawer} summary").click()
    await no_barrier_by_day_or_night(seen.page)
    for view in ("Key worker", "Log") if size == NARROW else ():
        await seen.page.get_by_role("tab", name=view).click()
        await no_barrier_by_day_or_night(seen.page)
    await seen.page.locator("#choose").click()
    await no_barrier_by_day_or_night(seen.page)
    await seen.page.set_viewport_size({"width": 320, "height": 640})
    assert await seen.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert seen.faults == []  # not a word in the console, under the strict policy


async def no_barrier_by_day_or_night(page: Page) -> None:
    """In light and dark colours, as the page stands: nothing is loaded anew for it."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        found = await page.evaluate(LOOK)
        barriers = [(v["id"], [n["html"] for n in v["nodes"]]) for v in found]
        assert (page.url, scheme, barriers) == (page.url, scheme, [])


async def test_leanne_answers_and_dani_replies_with_the_keyboard_alone(visit: Opened) -> None:
    seen = await visit()
    page, keys = seen.page, seen.page.keyboard
    phone, desk = (page.get_by_role("log", name=name) for name in ("this phone", "worker's chat"))
    await page.locator("[data-jump=checkins]").focus()
    await keys.press("Enter")
    await expect(phone).to_contain_text("How has Kai's week been?")
    await expect(page.locator("[data-jump=checkins]")).to_be_focused()
    await phone.focus()
    await keys.press("Tab")
    await keys.type("3")
    await keys.press("Enter")
    await expect(page.locator("#record .entry.in")).to_contain_text("3")
    await desk.focus()
    for _ in range(3):  # I will phone, No reply needed, Reply
        await keys.press("Tab")
    await keys.press("Enter")
    await expect(page.get_by_label("Message as Dani")).to_be_focused()
    await expect(page.locator(".replying")).to_contain_text("Leanne Thornton (Kai, P01) wrote: 3")
    await keys.type("Thank you Leanne. I will ring at 2.")
    await keys.press("Enter")
    await expect(phone).to_contain_text("I will ring at 2.")
    await expect(page.locator(".replying")).to_be_hidden()
    notice = seen.service.messages["DO"][0]["id"]
    words = {"text": "Thank you Leanne. I will ring at 2.", "reply_to": notice}
    assert seen.service.sent == [("p1", {"text": "3"}), ("DO", words)]


async def test_a_reply_can_be_called_off_and_then_goes_without_its_notice(visit: Opened) -> None:
    seen = await visit()
    await seen.type_as("Write as Leanne", "Can you ring me?")
    await seen.page.get_by_role("button", name="Reply to").click()
    await seen.page.keyboard.press("Escape")
    await seen.page.get_by_role("button", name="Reply to").click()
    await seen.page.get_by_role("button", name="Cancel reply").click()
    await seen.type_as("Message as Dani", "Of course")
    assert seen.service.sent[-1] == ("DO", {"text": "Of course"})
    await expect(seen.page.locator("#desk")).to_contain_text("Who is this for?")


async def test_a_text_phone_shows_numbers_and_telegram_and_notices_buttons(visit: Opened) -> None:
    seen = await visit("#P01")
    await seen.check_ins()
    await expect(seen.page.locator("#phone .theirs")).to_contain_text("1 = Good")
    await expect(seen.page.locator("#phone .choices")).to_have_count(0)
    await seen.page.evaluate("location.hash = 'P16'")
    await seen.page.get_by_role("button", name="Hard").click()
    await seen.page.get_by_role("button", name="I will phone").click()
    await expect(seen.page.locator("#desk .mine")).to_contain_text("I will phone")
    question, notice = {"turn": 1, "key": "hard"}, {"turn": None, "key": "t:p16:call"}
    assert seen.service.sent == [("p16", {"press": question}), ("TW", {"press": notice})]


async def test_unsent_words_stay_in_the_box_of_the_phone_they_were_typed_on(visit: Opened) -> None:
    seen = await visit("#P01")
    seen.service.refusal = "The service is being restarted."
    await seen.page.get_by_label("Write as Leanne").fill("About Kai")
    await seen.page.keyboard.press("Enter")
    await expect(seen.page.locator("#phone .fault")).to_have_text("The service is being restarted.")
    await seen.page.evaluate("location.hash = 'P02'")
    await expect(seen.page.get_by_label("Write as Marta")).to_have_value("")
    await seen.page.evaluate("location.hash = 'P01'")
    await expect(seen.page.get_by_label("Write as Leanne")).to_have_value("About Kai")


async def test_the_clock_says_that_it_moves_and_why_it_will_not(visit: Opened) -> None:
    seen = await visit()
    seen.service.pace = 0.4
    await seen.page.get_by_role("button", name="Next morning").click()
    await expect(seen.page.locator("#moved")).to_contain_text("Moving to Tue 1 Dec 2026 08:30")
    await expect(seen.page.get_by_role("button", name="+1 hour")).to_be_disabled()
    await expect(seen.page.locator("#moved")).to_have_text("It is now Tue 1 Dec 2026 08:30.")
    seen.service.now = CHECK_INS.replace(day=4)
    await seen.page.get_by_role("button", name="Thu 3 Dec").click()
    await expect(seen.page.locator("#not-moved")).to_have_text("The clock moves only forward.")
    await seen.page.get_by_label("Move to").fill("2027-06-01T09:00")
    await seen.page.get_by_role("button", name="Move", exact=True).click()
    await expect(seen.page.locator("#now")).to_have_text("Tue 1 Jun 2027 09:00")
    assert seen.service.now.isoformat() == "2027-06-01T08:00:00+00:00"  # summer time in London


async def test_on_a_phone_the_arrow_keys_turn_the_tabs(visit: Opened) -> None:
    seen = await visit(size=NARROW)
    tab = seen.page.get_by_role("tab")
    await tab.first.focus()
    for key, name in (("ArrowRight", "desk"), ("End", "record"), ("ArrowRight", "phone")):
        await seen.page.keyboard.press(key)
        await expect(seen.page.get_by_role("tabpanel")).to_have_id(name)
        await expect(seen.page.locator(f"#tab-{name}")).to_be_focused()
    await seen.type_as("Write as Leanne", "Hello")
    await expect(tab.nth(1)).to_have_accessible_name("Key worker something new")


async def test_a_family_is_found_by_name_and_siblings_are_together(visit: Opened) -> None:
    seen = await visit()
    await seen.page.locator("#choose").click()
    await seen.page.keyboard.type("ellie")
    await expect(seen.page.locator("#found")).to_have_text("1 found")
    await seen.page.keyboard.press("Enter")
    await expect(seen.page.locator("#choose")).to_contain_text("Joanne Marsden Ellie and Noah")
    await expect(seen.page.get_by_label("Answering as")).to_have_value("TW")
    await seen.page.get_by_label("Case", exact=True).select_option("P08 Noah Marsden")
    assert seen.page.url.endswith("#P08")


async def test_a_pupil_has_no_phone_and_the_page_says_why(visit: Opened) -> None:
    seen = await visit("#P01/pupil-P01")
    await expect(seen.page.locator(".no-phone")).to_contain_text("pupils are not texted")
    await expect(seen.page.get_by_label("Write as")).to_be_hidden()
    await expect(seen.page.get_by_label("Answering as")).to_have_value("DO")


async def test_urdu_runs_from_right_to_left_and_markup_is_only_words(visit: Opened) -> None:
    seen = await visit("#P14")
    await seen.check_ins()
    words = seen.page.locator("#phone .theirs .words")
    assert await words.evaluate("each => getComputedStyle(each).direction") == "rtl"
    await seen.type_as("Write as Tariq", "<b>3</b>")
    await expect(seen.page.locator("#phone .mine .words")).to_have_text("<b>3</b>")


async def test_a_reader_who_scrolled_up_is_left_in_peace(visit: Opened) -> None:
    seen = await visit()
    for number in range(30):
        seen.service.show("p1", "out", f"Message {number}")
    log = seen.page.get_by_role("log", name="Messages on this phone")
    await expect(log).to_contain_text("Message 29")
    await log.evaluate("each => each.scrollTop = 40")
    await seen.page.get_by_label("Message as Dani").focus()
    seen.service.show("p1", "out", "One more")
    await expect(log).to_contain_text("One more")
    assert await log.evaluate("each => each.scrollTop") == 40
    await expect(seen.page.get_by_label("Message as Dani")).to_be_focused()


async def test_a_hidden_page_asks_for_nothing(visit: Opened) -> None:
    seen = await visit()
    await seen.page.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    await seen.page.wait_for_timeout(1200)
    calls = seen.service.calls
    await seen.page.wait_for_timeout(1500)
    assert seen.service.calls == calls
