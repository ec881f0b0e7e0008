"""Keeping in touch with Telegram: whatever happens it is tried again, and health says how it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.handlers.ear import LOOK_EVERY, OK, STARTING, Turn
from bot.handlers.touch import Touch
from storage.received import FAMILY_BOT, recall
from tests.fakes.telegram import ANOTHER_POLLS, FAMILY_TOKEN, HTML_502, UNAUTHORIZED
from tests.handlers.bots import PUBLIC_URL, SECRETS, BotPlay, both_bots
from tests.handlers.chat_calls import CHAT_OF, LEANNE, TOKENS
from tests.handlers.chat_people import said
from tests.handlers.listening import health, unopened, until

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

BOTS = pytest.mark.parametrize("bot", ["family", "staff"])
MODES = pytest.mark.parametrize("mode", ["webhook", "polling"])
NOT_THERE = "Telegram is away (Unreachable)"


@BOTS
@MODES
async def test_without_telegram_it_is_tried_again_for_ever_and_found_when_it_is_back(
    sqlite_play, mode, bot
):
    async with unopened(sqlite_play, mode, bot) as (play, fake, ear, pauses):
        waits = [await pauses.begun()]
        waits += [await pauses.next() for _ in range(8)]
        assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
        assert await health(play) == (200, {"database": "ok", f"{bot}_bot": NOT_THERE})
        await fake.comes_back()
        pauses.over()
        await until(lambda: ear.state == OK)
        assert await health(play) == (200, {"database": "ok", f"{bot}_bot": OK})


@MODES
async def test_the_first_look_after_a_good_spell_waits_no_longer_than_at_the_start(
    sqlite_play, mode
):
    async with unopened(sqlite_play, mode) as (_play, fake, ear, pauses):
        assert [await pauses.begun(), await pauses.next(), await pauses.next()] == [1, 2, 4]
        await fake.comes_back()
        pauses.over()
        await until(lambda: ear.state == OK)
        if mode == "webhook":
            assert await pauses.begun() == LOOK_EVERY
            pauses.over()
        await fake.goes_away()
        await until(lambda: ear.state != OK)
        assert await pauses.begun() == 1


async def test_a_bot_that_no_process_listens_for_is_not_reported(sqlite_play):
    async with both_bots(sqlite_play.database) as (_play, _fake):
        play = BotPlay(sqlite_play.database, _fake)
        assert await health(play) == (200, {"database": "ok"})
        await play.close()


async def test_while_telegram_is_silent_the_bot_is_starting_and_the_service_is_ready(sqlite_play):
    async with unopened(sqlite_play, "webhook", silent=True) as (play, fake, _ear, _pauses):
        await until(lambda: bool(fake.calls))
        assert await health(play) == (200, {"database": "ok", "family_bot": STARTING})


async def test_updates_are_asked_for_with_our_address_and_the_bots_own_secret(sqlite_play):
    async with unopened(sqlite_play, "webhook") as (_play, fake, ear, pauses):
        await pauses.begun()
        await fake.comes_back()
        pauses.over()
        await until(lambda: ear.state == OK)
        hook = fake.bots[FAMILY_TOKEN].webhook
    assert (hook.url, hook.secret) == (f"{PUBLIC_URL}/webhooks/telegram/family", SECRETS["family"])


async def test_the_family_bots_name_is_remembered_for_its_links(sqlite_play):
    async with unopened(sqlite_play, "polling") as (play, fake, ear, pauses):
        await pauses.begun()
        await fake.comes_back()
        pauses.over()
        await until(lambda: ear.state == OK)
        name = await play.database.read(lambda connection: recall(connection, FAMILY_BOT))
    assert name == "MarlbridgeFamilyBot"


@BOTS
async def test_another_that_fetches_for_the_same_bot_is_said_once_and_outlasted(
    sqlite_play, bot, caplog
):
    async with unopened(sqlite_play, "polling", bot) as (play, fake, _ear, pauses):
        await pauses.begun()
        fake.goes_wrong(ANOTHER_POLLS, method="getUpdates")
        await fake.comes_back()
        caplog.clear()
        assert [await pauses.next() for _ in range(4)] == [2, 4, 8, 16]
        assert (await health(play))[1][f"{bot}_bot"] == "Telegram is away (409)"
        assert caplog.text.count("(409)") == 1
        fake.puts_right()
        await fake.writes(TOKENS[bot], CHAT_OF[bot], "is he in on friday")
        pauses.over()
        await until(lambda: fake.waiting(TOKENS[bot]) == [])


@BOTS
@MODES
async def test_a_token_that_was_taken_back_is_said_and_works_when_it_is_given_back(
    sqlite_play, mode, bot, caplog
):
    async with unopened(sqlite_play, mode, bot) as (play, fake, ear, pauses):
        await pauses.begun()
        fake.goes_wrong(UNAUTHORIZED, token=TOKENS[bot])
        await fake.comes_back()
        for _ in range(3):
            await pauses.next()
        assert await health(play) == (
            200,
            {"database": "ok", f"{bot}_bot": "Telegram is away (401)"},
        )
        assert caplog.text.count("Telegram is away (401)") == 1
        assert TOKENS[bot].partition(":")[2] not in caplog.text
        fake.puts_right()
        pauses.over()
        await until(lambda: ear.state == OK)


async def test_a_bot_that_is_brought_its_updates_is_looked_at_every_minute(sqlite_play):
    async with unopened(sqlite_play, "webhook") as (_play, fake, ear, pauses):
        await pauses.begun()
        await fake.comes_back()
        assert [await pauses.next() for _ in range(3)] == [LOOK_EVERY] * 3
        assert [call.method for call in fake.calls] == ["getMe", "setWebhook", "getMe", "getMe"]
        fake.goes_wrong(UNAUTHORIZED)
        assert await pauses.next() == 1
        assert ear.state == "Telegram is away (401)"
        fake.puts_right()
        assert await pauses.next() == LOOK_EVERY
        assert ear.state == OK


async def test_a_page_of_somebodys_filter_is_not_the_end_of_listening(sqlite_play):
    async with unopened(sqlite_play, "polling") as (play, fake, ear, pauses):
        await pauses.begun()
        fake.goes_wrong(HTML_502, times=1)
        await fake.comes_back()
        await pauses.next()
        assert ear.state == "Telegram is away (502)"
        pauses.over()
        await until(lambda: ear.state == OK)
        await fake.writes(FAMILY_TOKEN, LEANNE, "is he in on friday")
        await until(lambda: fake.waiting(FAMILY_TOKEN) == [])
        assert await said(play, "P01") == ["is he in on friday"]


async def test_of_two_processes_one_fetches_and_the_other_takes_over_when_it_ends(play):
    first, second = (Turn("family_bot_updates", play.database, lambda: play.now) for _ in "12")
    alone = not play.database.shared  # after a crash the only process there can be never waits
    assert [await first.is_ours(), await second.is_ours(), await first.is_ours()] == [
        True, alone, True,
    ]  # fmt: skip
    await play.later(seconds=61)
    assert [await second.is_ours(), await first.is_ours()] == [True, alone], "the first had died"
    await second.is_over()
    assert await first.is_ours()


@pytest.mark.parametrize(("hours", "told"), [(23, 0), (25, 1)])
async def test_after_more_than_a_day_out_of_touch_somebody_hears_what_is_gone(
    sqlite_play, hours, told
):
    async with both_bots(sqlite_play.database) as (play, _fake):
        await play.at("2026-11-30 09:00")
        for _ in range(2):
            touch = Touch(play.service.ears[0].door)
            await touch.kept()
            play.clock.stop_at(play.now + timedelta(hours=hours))
        await play.service.settle()
        tasks = await play.tasks(kind="telegram_gap")
        assert len(tasks) == told
        if told:
            assert "from Mon 30 Nov 09:00 until Tue 1 Dec 10:00" in tasks[0]["words"]
            assert "before Mon 30 Nov 10:00 is gone" in tasks[0]["words"]
