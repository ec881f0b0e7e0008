"""Whatever Telegram may bring to either bot is answered, and is found again by a person."""

from __future__ import annotations

import json

import pytest

from tests.fakes.telegram import FAMILY_TOKEN, SECRET_HEADER, STAFF_TOKEN
from tests.handlers.bots import SECRETS, both_bots
from tests.handlers.chat_trial import FAMILIES, SETTLE_EVERY, STAFF, chats_on_trial
from tests.stage import Play

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    # python-telegram-bot announces a change in how it shows a chat's own timer.
    pytest.mark.filterwarnings("ignore:.*message_auto_delete_time"),
]

# `make fuzz` brings thousands.
BROUGHT = {"sqlite": 500, "postgresql": 200}
FETCHED = {"sqlite": 200, "postgresql": 100}
FATES = {"heard", "kept for a person", "noted", "a repeat", "in a group", "answered 403"}
GROUP = -1_001_234_567_890
LEANNE, DANI = FAMILIES["P01"], STAFF["DO"]


async def test_every_update_that_is_brought_is_answered_and_found_again(play: Play):
    async with chats_on_trial(play.database, 7) as trial:
        for number in range(BROUGHT[engine_of(play)]):
            await trial.example(number)
        assert trial.faults == []
        assert set(trial.fates) >= FATES
        assert await trial.unsealed() == 0


async def test_every_update_that_is_fetched_is_confirmed_and_found_again(play: Play):
    async with chats_on_trial(play.database, 11, "polling") as trial:
        for first in range(0, FETCHED[engine_of(play)], 50):
            await trial.batch(range(first, first + 50))
        assert trial.ear.heard == []
        # What is made without a description of the Bot API goes wrong in fewer ways.
        assert trial.fates["kept"] > FETCHED[engine_of(play)] // 10
        assert await trial.unsealed() == 0


def engine_of(play):
    return play.database.url.partition(":")[0].partition("+")[0]


@pytest.mark.parametrize(
    "what", ["bot.turns.spine.hear_family", "bot.turns.spine.hear_staff", "bot.handlers.chats.take"]
)
async def test_words_that_get_lost_are_missed(sqlite_play: Play, monkeypatch, what):
    async def nothing(*heard):
        return None

    monkeypatch.setattr(what, nothing if what.endswith("take") else lambda *heard: None)
    await found_out(sqlite_play)


async def test_an_update_that_is_thrown_away_is_missed(sqlite_play: Play, monkeypatch):
    async def nothing(*kept):
        return None

    monkeypatch.setattr("bot.handlers.chats.quarantine", nothing)
    await found_out(sqlite_play)


async def found_out(play):
    """How soon somebody says what gets lost depends on the description that is at hand."""
    async with chats_on_trial(play.database, 7) as trial:
        for number in (n for n in range(1, 200) if n % SETTLE_EVERY):
            await trial.example(number)
            if any("lost" in fault for fault in trial.faults):
                return
    raise AssertionError("two hundred updates were brought, and what was lost was not missed")


async def test_an_update_nested_almost_too_deep_to_read_is_kept_whole(sqlite_play: Play):
    """Between what can be read and what can be written down again lie a few levels."""
    async with both_bots(sqlite_play.database) as (play, _fake):
        for depth in range(900, 1000):
            body = b'{"update_id": 7, "message": ' + b"[" * depth + b"]" * depth + b"}"
            for bot, secret in SECRETS.items():
                path, headers = f"/webhooks/telegram/{bot}", {SECRET_HEADER: secret}
                answer = await play.http.post(path, headers=headers, content=body)
                assert answer.status_code == 200, depth


async def a_day_of_everything(play, fake):
    """Everything either bot can ask of Telegram."""
    await play.uses_chat(await play.carer("P01"), LEANNE)
    await play.uses_chat("DO", DANI)
    await play.at("2026-12-03 15:45")
    asked = fake.sent(FAMILY_TOKEN, LEANNE)[-1]
    await fake.presses(FAMILY_TOKEN, LEANNE, asked["message_id"], label="Hard")
    await play.catch_up()
    await fake.writes(FAMILY_TOKEN, LEANNE, "A lift on Monday? 🙏")
    await play.catch_up()
    notice = fake.sent(STAFF_TOKEN, DANI)[-1]
    await fake.presses(STAFF_TOKEN, DANI, notice["message_id"], label="I have this")
    await fake.writes(STAFF_TOKEN, DANI, "/link P02", reply_to=notice["message_id"])
    await fake.in_group(STAFF_TOKEN, GROUP, DANI, "hello")
    await fake.in_group(FAMILY_TOKEN, GROUP, LEANNE, "hello")
    await play.catch_up()


@pytest.mark.thursday
@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_every_request_of_both_bots_is_as_telegram_describes_it(sqlite_play: Play, mode):
    async with both_bots(sqlite_play.database, mode) as (play, fake):
        if fake.unchecked:
            pytest.skip(fake.unchecked)
        await a_day_of_everything(play, fake)
    there = {"webhook": {"setWebhook"}, "polling": {"deleteWebhook", "getUpdates"}}[mode]
    for token in (FAMILY_TOKEN, STAFF_TOKEN):
        made = {call.method for call in fake.calls if call.token == token and call.taken}
        also = {"sendPhoto"} if token == STAFF_TOKEN else set()
        assert made == {"getMe", "sendMessage", "answerCallbackQuery", "leaveChat", *there, *also}
    assert fake.violations == []
    assert json.dumps([call.fields for call in fake.calls]).count("parse_mode") == 0
