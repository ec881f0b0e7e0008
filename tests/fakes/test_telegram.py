"""The stand-in for Telegram, met by both libraries as they come: talking, and going wrong."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.fakes import telegram as their
from tests.fakes.telegram import FAMILY_TOKEN, FakeTelegram
from tests.fakes.telegram_libraries import Aiogram, Ptb, asked, failing, until
from tests.fakes.telegram_media import MEDIA

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

LEANNE, TARIQ, GROUP = 5_000_000_001, 5_000_000_002, -1_001_234_567_890


@pytest.fixture
async def fake():
    async with FakeTelegram() as server:
        yield server


@pytest.fixture(params=[Aiogram, Ptb])
async def bot(request, fake, monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with request.param(fake.base_url) as opened:
        yield opened


# ---- Talking ----------------------------------------------------------------------------------


async def test_a_family_and_a_bot_talk_by_polling(fake, bot):
    assert await bot.me() == bot.username
    wrote = await fake.writes(bot.token, LEANNE, "/start abc", language="pl")
    (update,) = await bot.fetches()
    assert (update.update_id, update.message.text) == (wrote["update_id"], "/start abc")
    assert update.message.from_user.language_code == "pl"
    assert update.message.entities[0].type == "bot_command"
    number = await bot.says(LEANNE, "How was Kai's week?", "Good", "Hard")
    assert number == update.message.message_id + 1
    await fake.presses(bot.token, LEANNE, number, label="Hard")
    (update,) = await bot.fetches(offset=update.update_id + 1)
    assert update.callback_query.data == "hard"
    assert update.callback_query.message.text == "How was Kai's week?"
    assert await bot.answers(update.callback_query.id)
    assert await bot.fetches(offset=update.update_id + 1) == []


async def test_a_picture_arrives_with_its_bytes_and_its_caption(fake, bot):
    await bot.shows(LEANNE, b"\x89PNG\x00\xff", "Scan me")
    assert fake.calls[0].files == {"photo": b"\x89PNG\x00\xff"}
    (message,) = fake.sent(bot.token)
    assert (message["caption"], message["photo"][0]["width"]) == ("Scan me", 90)


async def test_a_bot_changes_clears_and_deletes_what_it_said(fake, bot):
    number = await bot.says(LEANNE, "Ring Dani", "Yes")
    await bot.clears(LEANNE, number)
    await bot.edits(LEANNE, number, "Dani has rung")
    (message,) = fake.sent(bot.token, LEANNE)
    assert (message["text"], "reply_markup" in message) == ("Dani has rung", False)
    assert "not modified" in str(await failing(bot.edits(LEANNE, number, "Dani has rung")))
    await bot.deletes(LEANNE, number)
    assert fake.sent(bot.token, LEANNE) == []
    for call in (bot.deletes(LEANNE, number), bot.edits(LEANNE, number, "x")):
        assert isinstance(await failing(call), bot.refused)


async def test_a_bot_changes_neither_a_family_s_words_nor_the_text_of_a_picture(fake, bot):
    wrote = await fake.writes(bot.token, LEANNE, "Hello")
    picture = await bot.shows(LEANNE, b"x", "Scan me")
    for number in (wrote["message"]["message_id"], picture):
        assert isinstance(await failing(bot.edits(LEANNE, number, "Bye")), bot.refused)


async def test_a_reply_shows_the_whole_message_it_answers(fake, bot):
    first = await bot.says(LEANNE, "How was it?", "Good")
    answer = await fake.writes(bot.token, LEANNE, "fine", reply_to=first)
    shown = answer["message"]["reply_to_message"]
    assert (shown["message_id"], shown["text"]) == (first, "How was it?")
    assert shown["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "good"
    again = await fake.writes(bot.token, LEANNE, "x", reply_to=answer["message"]["message_id"])
    assert "reply_to_message" not in again["message"]["reply_to_message"]


async def test_an_edit_keeps_its_number_and_says_when(fake, bot):
    wrote = (await fake.writes(bot.token, LEANNE, "He is fnie"))["message"]
    await fake.edits(bot.token, LEANNE, wrote["message_id"], "He is fine")
    edited = (await bot.fetches())[1].edited_message
    assert (edited.message_id, edited.text) == (wrote["message_id"], "He is fine")
    assert edited.edit_date


async def test_an_old_button_still_sends_what_it_always_sent(fake, bot):
    pressed = await fake.presses(bot.token, LEANNE, 77, data="1:good")
    assert pressed["callback_query"]["message"]["date"] == 0
    assert (await bot.fetches())[0].callback_query.data == "1:good"
    with pytest.raises(LookupError):
        await fake.presses(bot.token, LEANNE, 77, label="Good")
    assert isinstance(await failing(bot.answers("unheard of")), bot.refused)


async def test_everything_a_phone_can_send_is_as_telegram_describes_it(fake, bot):
    for kind in MEDIA:
        await fake.sends(bot.token, LEANNE, kind, "look")
    updates = await bot.fetches()
    for kind, update in zip(MEDIA, updates, strict=True):
        assert getattr(update.message, kind)
        assert update.message.caption == "look"


async def test_each_bot_counts_its_messages_and_updates_by_itself(fake):
    for token in (FAMILY_TOKEN, their.STAFF_TOKEN):
        for chat in (LEANNE, TARIQ):
            first, second = [await fake.writes(token, chat, "Hello") for _ in range(2)]
            assert [m["message"]["message_id"] for m in (first, second)] == [1, 2]
            assert second["update_id"] == first["update_id"] + 1
        assert len(fake.waiting(token)) == 4


async def test_an_account_may_count_its_private_messages_together(fake):
    fake.bots[FAMILY_TOKEN].one_count = True
    made = [await fake.writes(FAMILY_TOKEN, chat, "Hello") for chat in (LEANNE, TARIQ)]
    made.append(await fake.in_group(FAMILY_TOKEN, GROUP, LEANNE, "Hello"))
    assert [update["message"]["message_id"] for update in made] == [1, 2, 1]


async def test_a_bot_leaves_a_group_and_is_heard_there_no_more(fake, bot):
    await fake.in_group(bot.token, GROUP, LEANNE, "Hello all")
    (update,) = await bot.fetches()
    assert (update.message.chat.id, update.message.chat.type) == (GROUP, "supergroup")
    assert await bot.leaves(GROUP)
    assert isinstance(await failing(bot.says(GROUP, "Bye")), bot.blocked)
    assert isinstance(await failing(bot.leaves(LEANNE)), bot.refused)
    with pytest.raises(ValueError, match="negative"):
        await fake.in_group(bot.token, LEANNE, LEANNE, "Hello")


async def test_a_bot_says_what_it_can_do(fake, bot):
    assert await bot.offers(help="What you can do here")
    assert fake.calls[0].fields["commands"][0]["command"] == "help"


# ---- Going wrong ------------------------------------------------------------------------------


async def test_a_family_blocks_the_bot_and_lets_it_back(fake, bot):
    await fake.blocks(bot.token, LEANNE)
    assert isinstance(await failing(bot.says(LEANNE, "Hello")), bot.blocked)
    await bot.says(TARIQ, "Hello")
    await fake.unblocks(bot.token, LEANNE)
    await bot.says(LEANNE, "Hello")
    changes = [update.my_chat_member for update in await bot.fetches()]
    assert [change.new_chat_member.status for change in changes] == ["kicked", "member"]
    assert [message["chat"]["id"] for message in fake.sent(bot.token)] == [TARIQ, LEANNE]


async def test_a_busy_telegram_says_for_how_long(fake, bot):
    fake.goes_wrong(their.flood(35), times=1)
    error = await failing(bot.says(LEANNE, "Hello"))
    assert isinstance(error, bot.busy)
    assert error.retry_after in (35, timedelta(seconds=35))
    assert await bot.says(LEANNE, "Hello") == 1


async def test_faults_come_in_the_order_and_to_the_chat_they_were_meant_for(fake, bot):
    fake.goes_wrong(their.FLOOD, chat=LEANNE, method="sendMessage", times=1)
    fake.goes_wrong(their.DEACTIVATED, chat=LEANNE)
    await bot.says(TARIQ, "Hello")
    assert isinstance(await failing(bot.says(LEANNE, "Hello")), bot.busy)
    for _ in range(2):
        assert isinstance(await failing(bot.says(LEANNE, "Hello")), bot.blocked)
    fake.puts_right()
    await bot.says(LEANNE, "Hello")
    assert [call.taken for call in fake.calls] == [True, False, False, False, True]


async def test_a_fault_of_one_bot_is_not_the_other_s(fake, bot):
    fake.goes_wrong(their.BROKEN, token="another")
    assert await bot.says(LEANNE, "Hello") == 1


@pytest.mark.parametrize(
    ("fault", "taken"),
    [
        (their.BROKEN, 0),
        (their.HTML_502, 0),
        (their.DROPPED, 0),
        (their.TAKEN_THEN_DROPPED, 1),
        (their.TRUNCATED, 1),
    ],
    ids=lambda fault: getattr(fault, "kind", ""),
)
async def test_only_some_faults_take_the_message_first(fake, bot, fault, taken):
    fake.goes_wrong(fault)
    assert await failing(bot.says(LEANNE, "Hello"))
    assert len(fake.sent(bot.token)) == taken
    assert [call.taken for call in fake.calls] == [bool(taken)]


async def test_a_silent_telegram_lets_go_when_it_closes(bot, fake):
    fake.goes_wrong(their.HANG)
    saying = asyncio.create_task(failing(bot.says(LEANNE, "Hello")))
    await until(lambda: fake.calls)
    await fake.goes_away()
    assert isinstance(await saying, bot.lost)
    assert fake.sent(bot.token) == []


async def test_a_token_nobody_gave_out_is_turned_away(fake):
    answer = await asked(fake, "getMe", token="700000009:AAF")
    assert answer == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_a_method_this_stand_in_lacks_is_not_there(fake):
    assert (await asked(fake, "getMyCommands"))["error_code"] == 404
    assert fake.violations == []
