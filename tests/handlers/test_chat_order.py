"""Updates that come twice, late, or counted anew: what was said counts once, and none is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest

from bot.bots import Bot
from bot.channels.telegram_family import FamilyChat
from bot.channels.telegram_staff import StaffChat
from bot.handlers.family_bot import FamilyBot
from bot.handlers.staff_bot import StaffBot
from scheduler.clock import wall_clock
from tests.fakes.telegram import FAMILY_TOKEN, STAFF_TOKEN
from tests.fakes.telegram_account import Account
from tests.handlers.bots import AT_ONCE, BotPlay, both_bots
from tests.handlers.chat_people import CHATS, asked, connected, said, shown, stands, texts
from tests.stage import Play

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

LEANNE, DAWN, DANI = CHATS["P01"], CHATS["P16"], CHATS["DO"]
NEW_FAMILY_TOKEN = "700000011:AAF-another-family-token-0123456789"
NEW_STAFF_TOKEN = "700000012:AAS-another-staff-token-01234567890"
ANSWERED = "That question has been answered. If something has changed, write it here for Dani."


@pytest.fixture(params=["webhook", "polling"])
async def bots(request, sqlite_play: Play) -> AsyncIterator[BotPlay]:
    """Leanne and Dani use their chats on a Monday at two; updates are brought, or fetched."""
    async with both_bots(sqlite_play.database, request.param) as (opened, fake):
        await connected(opened, "P01", "DO")
        await opened.at("2026-11-30 14:00")
        yield opened
        assert fake.violations == []


@pytest.fixture
async def brought(sqlite_play: Play) -> AsyncIterator[BotPlay]:
    """The same; updates are brought."""
    async with both_bots(sqlite_play.database) as (opened, fake):
        await connected(opened, "P01", "DO")
        await opened.at("2026-11-30 14:00")
        yield opened
        assert fake.violations == []


async def presses(bots: BotPlay, message: dict[str, Any], label: str) -> dict[str, Any]:
    update = await bots.fake.presses(FAMILY_TOKEN, LEANNE, message["message_id"], label=label)
    await bots.catch_up()
    return update


async def comes_again(bots: BotPlay, update: dict[str, Any], times: int = 3) -> None:
    """Telegram does not know that an update was taken, and brings it again and again at once."""
    await bots.later(seconds=5)  # no double tap any more
    if bots.mode == "webhook":
        again = [bots.fake.deliver_again(FAMILY_TOKEN, update) for _ in range(times)]
        assert await asyncio.gather(*again) == [200] * times
    else:
        door = bots.service.ears[0].door
        await asyncio.gather(*(door.take_batch([update]) for _ in range(times)))
    await bots.catch_up()


async def listens_until(bots: BotPlay, words: str) -> None:
    """Wait until the family bot's own ear has heard something, and Telegram knows that it has."""
    async with asyncio.timeout(30):
        while words not in await said(bots, "P01") or bots.fake.waiting(FAMILY_TOKEN):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.mark.afternoon
async def test_after_a_quiet_week_telegram_counts_anew_and_is_heard(bots):
    listening = asyncio.create_task(bots.service.ears[0].listen())
    await asyncio.sleep(0)
    for first_number, words in ((700_000_900, "before"), (17, "after"), (16, "and again")):
        bots.fake.next_update_id(FAMILY_TOKEN, first_number)
        await bots.fake.writes(FAMILY_TOKEN, LEANNE, words)
        await listens_until(bots, words)
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    assert await said(bots, "P01") == ["before", "after", "and again"]
    assert bots.service.ears[0].state == "ok"


@pytest.mark.afternoon
@pytest.mark.parametrize("way", ["typed", "pressed"])
async def test_an_answer_that_comes_four_times_is_one_answer(bots, way):
    await asked(bots, "P01")
    [question] = shown(bots, "P01")
    if way == "typed":
        update = await bots.fake.writes(FAMILY_TOKEN, LEANNE, "3")
        await bots.catch_up()
    else:
        update = await presses(bots, question, "Hard")
    await comes_again(bots, update)
    assert len(await said(bots, "P01")) == 1
    assert len(texts(bots, "P01")) == 2
    assert "What would help?" in texts(bots, "P01")[-1]
    assert sum("hard" in words for words in texts(bots, "DO")) == 1
    assert (await stands(bots, "P01"))[1:3] == ("help", 2)


async def test_an_update_that_nobody_confirmed_is_fetched_again_and_taken_once(sqlite_play):
    async with both_bots(sqlite_play.database, "polling") as (play, fake):
        await connected(play, "P01", "DO")
        await fake.writes(FAMILY_TOKEN, LEANNE, "is he in on friday")
        door = play.service.ears[0].door
        for _ in range(3):
            updates = await door.bot.updates(None, 0)
            assert len(updates) == 1
            await door.take_batch(updates)
        await play.catch_up()
        assert fake.waiting(FAMILY_TOKEN) == []
        assert await said(play, "P01") == ["is he in on friday"]
        assert texts(play, "DO") == ["Leanne Thornton (Kai P01): is he in on friday"]
        assert fake.violations == []


@pytest.mark.afternoon
async def test_two_taps_are_one_choice_and_nothing_is_said_about_it(bots):
    await asked(bots, "P01")
    [question] = shown(bots, "P01")
    first, second = [await presses(bots, question, "Hard") for _ in range(2)]
    assert first["callback_query"]["id"] != second["callback_query"]["id"]
    assert len(texts(bots, "P01")) == 2
    assert "What would help?" in texts(bots, "P01")[-1]
    assert await said(bots, "P01") == ["hard"]
    assert (await stands(bots, "P01"))[1] == "help"
    told = [call for call in bots.fake.calls if call.method == "answerCallbackQuery"]
    assert [call.taken for call in told] == [True, True], "both presses stop turning in the app"


@pytest.mark.afternoon
async def test_a_second_thought_is_told_that_the_question_has_been_answered(brought):
    await asked(brought, "P01")
    [question] = shown(brought, "P01")
    await presses(brought, question, "Good")
    await presses(brought, question, "Hard")
    assert texts(brought, "P01")[-1] == ANSWERED
    assert await said(brought, "P01") == ["good", "hard"]
    assert not any("hard" in words for words in texts(brought, "DO"))


@pytest.mark.afternoon
async def test_yesterdays_button_says_it_is_answered_and_todays_question_stays_open(brought):
    await asked(brought, "P01")
    [yesterdays] = shown(brought, "P01")
    await brought.writes("P01", "1")
    await brought.at("2026-12-01 14:00")
    await asked(brought, "P01")
    todays = shown(brought, "P01")[-1]
    before = await stands(brought, "P01")
    await presses(brought, yesterdays, "Hard")
    assert texts(brought, "P01")[-1] == ANSWERED
    assert await stands(brought, "P01") == before
    await presses(brought, todays, "Hard")
    assert "What would help?" in texts(brought, "P01")[-1]


@pytest.mark.afternoon
async def test_two_families_may_have_messages_of_the_same_number(brought):
    await connected(brought, "P16")
    for chat, words in ((LEANNE, "from leanne"), (DAWN, "from dawn")):
        update = await brought.fake.writes(FAMILY_TOKEN, chat, words)
        assert update["message"]["message_id"] == 1
    await brought.catch_up()
    assert await said(brought, "P01") == ["from leanne"]
    assert await said(brought, "P16") == ["from dawn"]


async def test_a_bot_that_takes_anothers_place_may_count_from_one_again(sqlite_play):
    async with both_bots(sqlite_play.database) as (play, fake):
        await connected(play, "P01", "DO")
        await fake.writes(FAMILY_TOKEN, LEANNE, "to the old bot")
        await play.catch_up()
        for token in (NEW_FAMILY_TOKEN, NEW_STAFF_TOKEN):
            fake.bots[token] = Account(token, "NewBot", play._seconds)
        family = FamilyChat(NEW_FAMILY_TOKEN, fake.base_url, pace=AT_ONCE)
        staff = StaffChat(NEW_STAFF_TOKEN, fake.base_url, pace=AT_ONCE)
        play.channels.update(telegram=family, staff=staff)
        try:
            await the_new_bots_at_work(play, family, staff)
        finally:
            await family.close()
            await staff.close()
        assert fake.violations == []


async def the_new_bots_at_work(play: BotPlay, family: FamilyChat, staff: StaffChat) -> None:
    """Their first messages have the numbers of the old bots' first ones."""
    doors = [play._door(Bot(chat, reader, "")) for chat, reader in (
        (family, FamilyBot(family)), (staff, StaffBot(staff)))]  # fmt: skip
    await connected(play, "P16")
    await doors[0].take_update(await play.fake.writes(NEW_FAMILY_TOKEN, LEANNE, "to the new bot"))
    await play.service.settle()
    [about_leanne] = play.fake.sent(NEW_STAFF_TOKEN, DANI)
    assert about_leanne["message_id"] == shown(play, "DO")[0]["message_id"] == 1
    assert await said(play, "P01") == ["to the old bot", "to the new bot"]
    reply = await play.fake.writes(NEW_STAFF_TOKEN, DANI, "I have both.", reply_to=1)
    await doors[1].take_update(reply)
    await play.service.settle()
    await play.later(seconds=11)
    assert (await play.received("P01"))[-1] == "I have both.\nDani"
    [sent] = play.fake.sent(NEW_FAMILY_TOKEN, LEANNE)
    assert sent["text"] == "I have both.\nDani"
    assert play.fake.sent(FAMILY_TOKEN) == play.fake.sent(STAFF_TOKEN, DANI)[1:] == []


@pytest.mark.afternoon
async def test_what_waited_at_telegram_since_the_afternoon_is_not_answered_at_three_at_night(
    bots: BotPlay,
):
    await bots.at("2026-12-01 16:05")
    said_then = bots.now.timestamp()
    await bots.at("2026-12-02 03:00")
    before = texts(bots, "P01")
    for account in bots.fake.bots.values():
        account.now = lambda: said_then
    await bots.fake.writes(FAMILY_TOKEN, LEANNE, "is he in on friday")
    await bots.catch_up()
    assert texts(bots, "P01") == before
    assert "(said Tue 1 Dec 16:05, reached us late)" in texts(bots, "DO")[-1]


@pytest.mark.thursday
async def test_a_button_that_waited_at_telegram_answers_its_question_but_not_at_three_at_night(
    bots: BotPlay,
):
    await bots.at("2026-12-03 15:46")
    last, question = bots.now, shown(bots, "P01")[-1]
    await bots.at("2026-12-04 03:00")
    before = texts(bots, "P01")
    bots.service.ears[0].door.resumed(last)
    await presses(bots, question, "Hard")
    assert texts(bots, "P01") == before
    heard = [row for row in await bots.log("P01") if row["answering"] == "check_in"]
    assert len(heard) == 1


@pytest.mark.afternoon
async def test_send_now_that_waited_at_telegram_sends_nothing_at_three_at_night(bots: BotPlay):
    await bots.fake.writes(FAMILY_TOKEN, LEANNE, "is he in on friday")
    await bots.catch_up()
    notice = shown(bots, "DO")[-1]
    await bots.at("2026-11-30 22:00")
    reply = notice["message_id"]
    await bots.fake.writes(STAFF_TOKEN, DANI, "Yes he is.", reply_to=reply)
    await bots.catch_up()
    await bots.later(seconds=11)
    held, last = shown(bots, "DO")[-1], bots.now
    assert held["text"].startswith("Held until")
    await bots.at("2026-12-01 03:00")
    before = texts(bots, "P01")
    bots.service.ears[1].door.resumed(last)
    await bots.fake.presses(STAFF_TOKEN, DANI, held["message_id"], label="Send now")
    await bots.catch_up()
    assert texts(bots, "P01") == before
    assert "press again if it should go now" in texts(bots, "DO")[-1]


async def test_by_a_demos_clock_what_is_said_now_is_not_late(sqlite_play: Play):
    async with both_bots(sqlite_play.database) as (play, fake):
        await connected(play, "P01", "DO")
        play.wakes_at("2027-03-01 14:00")
        for ear in play.service.ears:
            object.__setattr__(ear.door, "wall", wall_clock)
        for account in fake.bots.values():
            account.now = time.time
        await fake.writes(FAMILY_TOKEN, LEANNE, "is he in on friday")
        await play.catch_up()
        assert "reached us late" not in texts(play, "DO")[-1]
