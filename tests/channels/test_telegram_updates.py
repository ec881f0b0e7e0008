"""Both Telegram bots and what they are told, raw, and how little the log hears of it."""

from __future__ import annotations

import asyncio
import logging
import sys
from io import StringIO

import pytest

from bot.channels.telegram_words import DELIVERIES, UPDATES
from bot.domain import Misconfigured, SendError, Shown, Uncertain, Unreachable
from bot.logs import QUIET, set_up
from tests.channels.bots import LEANNE, LINK, WEEK, a_message, refused
from tests.fakes import telegram as their

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HOOK = "https://texts.example.org/webhooks/telegram/family"
GROUP = -1_000_000_007


async def unfetched(chat, after=None) -> SendError:
    with pytest.raises(SendError) as caught:
        await chat.updates(after, 0)
    return caught.value


# ---- Fetching ---------------------------------------------------------------------------------


async def test_what_a_family_wrote_is_fetched_until_it_is_confirmed(telegram, chat, kind):
    first = await telegram.writes(kind.token, LEANNE, "He won't come out 😟")
    second = await telegram.writes(kind.token, LEANNE, "جی ہاں")
    assert await chat.updates(None, 0) == [first, second]
    assert await chat.updates(None, 0) == [first, second]
    assert await chat.updates(first["update_id"], 0) == [second]
    assert await chat.updates(second["update_id"], 0) == []
    assert telegram.waiting(kind.token) == []


ODD = [
    {
        "message": {
            "text": "half \ud83d",
            "date": "yesterday",
            "chat": None,
            "from": [1, {"a": 1.5}],
        }
    },
    {"edited_message": True},
    {"message": {}, "callback_query": {"id": 7, "data": {"deep": [[]]}}},
    {"something_new": {"id": 10**30, "parse_mode": None}},
    {"message": "\u2068\x00\ufeff"},
    {},
]


@pytest.mark.parametrize("odd", ODD)
async def test_one_odd_update_spoils_no_other(telegram, chat, kind, odd):
    before = await telegram.writes(kind.token, LEANNE, "Please ring me")
    poison = await telegram.update(kind.token, odd)
    after = await telegram.writes(kind.token, LEANNE + 1, "Thank you")
    fetched = await chat.updates(None, 0)
    assert fetched == [before, poison, after]
    assert {type(update) for update in fetched} == {dict}


async def test_waiting_for_a_family_is_not_a_fault_however_long_it_takes(telegram, kind):
    async with kind.opened(telegram.base_url, total=0.02) as chat:
        fetching = asyncio.create_task(chat.updates(None, 50))
        await asyncio.sleep(0.05)
        written = await telegram.writes(kind.token, LEANNE, "Hello")
        assert await fetching == [written]
    assert (telegram.calls[0].fields["timeout"], len(telegram.calls)) == (50, 1)


async def test_words_go_out_while_we_wait_for_words_to_come_in(telegram, chat, kind):
    fetching = asyncio.create_task(chat.updates(None, 50))
    for n in range(5):
        await chat.send(a_message(to=LEANNE + n))
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching
    assert len(telegram.sent(kind.token)) == 5


async def test_two_that_fetch_for_one_bot_are_ours_to_fix(telegram, chat):
    first = asyncio.create_task(unfetched_slowly(chat))
    await asyncio.sleep(0.05)
    await chat.updates(None, 0)
    error = await first
    assert (type(error), error.code) == (Misconfigured, "409")


async def unfetched_slowly(chat):
    with pytest.raises(SendError) as caught:
        await chat.updates(None, 50)
    return caught.value


@pytest.mark.parametrize(
    ("fault", "means"),
    [
        (their.FLOOD, Unreachable),
        (their.UNAUTHORIZED, Misconfigured),
        (their.HTML_502, Uncertain),
        (their.DROPPED, Uncertain),
        (their.TRUNCATED, Uncertain),
    ],
    ids=str,
)
async def test_what_could_not_be_fetched_waits(telegram, chat, kind, fault, means):
    written = await telegram.writes(kind.token, LEANNE, "Hello")
    telegram.goes_wrong(fault, method="getUpdates", times=1)
    assert type(await unfetched(chat)) is means
    assert await chat.updates(None, 0) == [written]


async def test_what_came_while_telegram_was_away_is_fetched_later(telegram, chat, kind):
    written = await telegram.writes(kind.token, LEANNE, "Hello")
    await telegram.goes_away()
    assert type(await unfetched(chat)) is Unreachable
    await telegram.comes_back()
    assert await chat.updates(None, 0) == [written]


# ---- Being called -----------------------------------------------------------------------------


async def test_a_bot_says_its_name_once_telegram_knows_it(telegram, chat, kind):
    telegram.goes_wrong(their.UNAUTHORIZED, method="getMe", times=1)
    with pytest.raises(Misconfigured):
        await chat.open()
    assert await chat.open() == telegram.bots[kind.token].username


async def test_updates_are_brought_where_we_say_and_none_is_thrown_away(telegram, chat, kind):
    bot = telegram.bots[kind.token]
    telegram.deliver = refuses
    await telegram.writes(kind.token, LEANNE, "Hello")
    await chat.call_us_at(HOOK, "s3cret_-")
    hook = bot.webhook
    assert (hook.url, hook.secret, hook.max_connections) == (HOOK, "s3cret_-", DELIVERIES)
    assert bot.allowed == set(UPDATES)
    assert (type(await unfetched(chat)), bot.thrown_away) == (Misconfigured, [])
    await chat.call_us_no_more()
    assert (bot.webhook.url, bot.thrown_away) == ("", [])
    assert len(await chat.updates(None, 0)) == 1


async def refuses(url, headers, body):
    return 503


async def test_a_webhook_that_cannot_be_set_is_told(telegram, chat):
    telegram.goes_wrong(their.UNAUTHORIZED)
    for call in (chat.call_us_at(HOOK, "s3cret"), chat.call_us_no_more()):
        with pytest.raises(Misconfigured):
            await call


async def test_a_press_is_answered_and_a_group_is_left(telegram, chat, kind):
    await chat.send(a_message(turn=1))
    (shown,) = telegram.sent(kind.token)
    press = await telegram.presses(kind.token, LEANNE, shown["message_id"], label="Good")
    await chat.seen(press["callback_query"]["id"])
    await telegram.in_group(kind.token, GROUP, LEANNE, "Hello all")
    await chat.leave(GROUP)
    assert [(c.method, c.taken) for c in telegram.calls[1:]] == [
        ("answerCallbackQuery", True),
        ("leaveChat", True),
    ]
    assert telegram.bots[kind.token].left == {GROUP}


async def test_neither_breaks_anything_when_it_fails(telegram, chat):
    await chat.seen("an old press")
    await chat.leave(LEANNE)
    for fault in (their.UNAUTHORIZED, their.FLOOD, their.HTML_502, their.DROPPED):
        telegram.goes_wrong(fault)
        await chat.seen("\ud83d")
        await chat.leave(GROUP)
        telegram.puts_right()
    await telegram.goes_away()
    await chat.seen("press")
    await chat.leave(GROUP)


# ---- On the wire, and in the log --------------------------------------------------------------


async def every_call(telegram, chat, kind):
    """Do everything a bot can do, and let it fail in every way."""
    await chat.open()
    sent = await chat.send(a_message(turn=3, silent=True))
    await chat.send(a_message(Shown(WEEK.text, WEEK.choices, qr=LINK), reply_to=sent.external_id))
    await telegram.writes(kind.token, LEANNE, "Kai has not come home")
    assert len(await chat.updates(None, 0)) == 1
    await chat.seen("press")
    await chat.leave(GROUP)
    await chat.call_us_at(HOOK, "s3cret")
    await chat.call_us_no_more()


async def test_every_request_is_as_telegram_describes_it(telegram, chat, kind):
    if telegram.unchecked:
        pytest.skip(telegram.unchecked)
    await every_call(telegram, chat, kind)
    assert len(telegram.calls) == 8
    assert telegram.violations == []


@pytest.fixture
def lines(monkeypatch):
    """What the process has logged at DEBUG; the logging of tests is put back afterwards."""
    said, root = StringIO(), logging.getLogger()
    kept = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in QUIET}
    monkeypatch.setattr(sys, "stderr", said)
    set_up("DEBUG")
    yield said.getvalue
    root.handlers[:], _ = kept
    root.setLevel(kept[1])
    logging.raiseExceptions = True
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


async def test_neither_library_says_anything_even_at_debug(lines, telegram, kind):
    logging.getLogger("bot.anything").debug("listening")
    async with kind.opened(telegram.base_url) as chat:
        await every_call(telegram, chat, kind)
        for fault in (their.FLOOD, their.BLOCKED, their.CHAT_NOT_FOUND, their.UNAUTHORIZED,
                      their.HTML_502, their.DROPPED, their.TRUNCATED):  # fmt: skip
            telegram.goes_wrong(fault)
            await refused(chat)
            await unfetched(chat)
            telegram.puts_right()
        await telegram.goes_away()
        await refused(chat)
        await unfetched(chat)
    assert "listening" in lines()
    assert lines().count("\n") == 1
