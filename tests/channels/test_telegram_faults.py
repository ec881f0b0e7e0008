"""Both Telegram bots when something goes wrong: each failure has one meaning."""

from __future__ import annotations

import asyncio
import time
import traceback

import aiohttp
import httpx
import pytest
from aiohttp import web
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.test_utils import TestServer

from bot.channels import telegram_family, telegram_staff
from bot.channels.telegram_words import refusal
from bot.domain import BadAddress, Blocked, Misconfigured, Refused, Uncertain, Unreachable
from tests.channels.bots import LEANNE, a_message, refused
from tests.fakes import telegram as their
from tests.fakes.telegram import Fault

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

ANSWERS = [
    (their.FLOOD, Unreachable, "429"),
    (their.BLOCKED, Blocked, "403"),
    (their.DEACTIVATED, Blocked, "403"),
    (their.NEVER_STARTED, Blocked, "403"),
    (their.CHAT_NOT_FOUND, BadAddress, "400"),
    (Fault(400, "Bad Request: user not found"), BadAddress, "400"),
    (Fault(400, "Bad Request: PEER_ID_INVALID"), BadAddress, "400"),
    (Fault(400, "Bad Request: INPUT_USER_DEACTIVATED"), BadAddress, "400"),
    (Fault(400, "Bad Request: BUTTON_DATA_INVALID"), Refused, "400"),
    (Fault(400, "Bad Request: Logged out"), Misconfigured, "400"),
    (Fault(413, "Request Entity Too Large"), Refused, "413"),
    (their.UNAUTHORIZED, Misconfigured, "401"),
    (their.UNKNOWN_METHOD, Misconfigured, "404"),
    (their.WEBHOOK_IS_SET, Misconfigured, "409"),
    (their.BROKEN, Uncertain, "500"),
    (their.RESTARTING, Uncertain, "500"),
    (their.HTML_502, Uncertain, "502"),
    (Fault(504, "Gateway Timeout"), Uncertain, "504"),
    (their.TRUNCATED, Uncertain, "200"),
    (their.DROPPED, Uncertain, ""),
    (their.TAKEN_THEN_DROPPED, Uncertain, ""),
]


@pytest.mark.parametrize(("fault", "means", "code"), ANSWERS, ids=str)
async def test_every_failure_has_a_name_and_is_tried_once(telegram, chat, fault, means, code):
    telegram.goes_wrong(fault, chat=LEANNE)
    error = await refused(chat)
    assert (type(error), error.code) == (means, code)
    assert len(telegram.calls) == 1
    assert (await chat.send(a_message(to=LEANNE + 1))).external_id


@pytest.mark.parametrize("status", [401, 403, 404, 407])
async def test_a_school_s_filter_in_the_way_blocks_no_family(telegram, chat, status):
    telegram.goes_wrong(Fault(status, kind="html"))
    error = await refused(chat)
    assert (type(error), error.code) == (Misconfigured, str(status))


async def test_a_busy_telegram_says_when_to_come_back(telegram, chat, monkeypatch):
    for how in ("0", "1"):  # python-telegram-bot has two forms of the answer
        monkeypatch.setenv("PTB_TIMEDELTA", how)
        telegram.goes_wrong(their.flood(35), times=1)
        assert (await refused(chat)).after == 35


@pytest.mark.parametrize(
    ("status", "body", "means", "after"),
    [
        (429, "", Unreachable, None),
        (429, "<html>429</html>", Unreachable, None),
        (429, '{"ok":false,"parameters":{"retry_after":0.5}}', Unreachable, 0.5),
        (429, '{"ok":false,"parameters":{"retry_after":"soon"}}', Unreachable, None),
        (429, '{"ok":false,"parameters":{"retry_after":-1}}', Unreachable, None),
        (429, '{"ok":false,"parameters":{"retry_after":1e300}}', Unreachable, None),
        (429, '{"ok":false,"parameters":{"retry_after":NaN}}', Unreachable, None),
        (429, '{"ok":false,"parameters":[7]}', Unreachable, None),
        (400, '{"ok":false,"parameters":{"migrate_to_chat_id":-100123}}', Refused, None),
        (400, '{"ok":false,"description":null}', Refused, None),
        (400, "<html>400</html>", Uncertain, None),
        (400, "[]", Uncertain, None),
        (200, '{"ok":false,"result":1}', Uncertain, None),
        (200, '{"ok":true}', Uncertain, None),
        (200, "[" * 100_000, Uncertain, None),
        (200, "", Uncertain, None),
        (302, "", Uncertain, None),
    ],
)
def test_an_odd_answer_has_a_name_too(status, body, means, after):
    error = refusal(status, body)
    assert (type(error), error.code, getattr(error, "after", None)) == (means, str(status), after)


async def test_a_telegram_that_is_away_took_nothing_and_is_found_again(telegram, chat, kind):
    await telegram.goes_away()
    assert type(await refused(chat)) is Unreachable
    await telegram.comes_back()
    await chat.send(a_message())
    assert len(telegram.sent(kind.token)) == 1


async def test_a_token_that_was_taken_back_works_again_once_it_is_given_back(telegram, chat):
    telegram.goes_wrong(their.UNAUTHORIZED)
    assert type(await refused(chat)) is Misconfigured
    telegram.puts_right()
    assert (await chat.send(a_message())).external_id


async def test_a_silent_telegram_does_not_hold_a_message_for_ever(telegram, kind):
    telegram.goes_wrong(their.HANG)
    began = time.monotonic()
    async with kind.opened(telegram.base_url, total=0.1) as chat:
        assert type(await refused(chat)) is Uncertain
    assert time.monotonic() - began < 2
    assert len(telegram.calls) == 1


async def test_a_silent_chat_does_not_hold_up_the_others(telegram, chat, kind):
    telegram.goes_wrong(their.HANG, chat=LEANNE)
    held = asyncio.create_task(chat.send(a_message()))
    await asyncio.gather(*[chat.send(a_message(to=LEANNE + n)) for n in range(1, 21)])
    held.cancel()
    assert len(telegram.sent(kind.token)) == 20


async def test_a_door_that_sends_us_elsewhere_is_not_followed(kind):
    asked = []

    async def elsewhere(request):
        asked.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", elsewhere)
    async with TestServer(app) as server, kind.opened(str(server.make_url(""))) as chat:
        error = await refused(chat)
    assert (type(error), error.code, len(asked)) == (Uncertain, "307", 1)


async def test_a_proxy_the_machine_was_set_up_with_gets_no_token(telegram, kind, monkeypatch):
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with kind.opened(telegram.base_url) as chat:
        assert (await chat.send(a_message())).external_id


async def test_an_address_that_is_no_address_is_ours_to_fix(kind):
    for base in ("nowhere", "ftp://127.0.0.1", "http://127.0.0.1:port"):
        async with kind.opened(base) as chat:
            assert type(await refused(chat)) is Misconfigured


def test_a_name_that_is_not_found_or_a_slow_door_took_nothing():
    key = ConnectionKey("api.invalid", 443, True, True, None, None, None)
    for error in (
        aiohttp.ClientConnectorDNSError(key, OSError()),
        aiohttp.ConnectionTimeoutError(),
    ):
        assert type(telegram_family._failure(error)) is Unreachable
    for error in (httpx.ConnectError(""), httpx.ConnectTimeout(""), httpx.PoolTimeout("")):
        assert type(telegram_staff._failure(error)) is Unreachable
    assert type(telegram_family._failure(aiohttp.SocketTimeoutError())) is Uncertain
    assert type(telegram_staff._failure(httpx.ReadTimeout(""))) is Uncertain


QUOTING = Fault(400, "Bad Request: can't parse Kai's week of 5000000123")


@pytest.mark.parametrize(
    "fault", [QUOTING, their.FLOOD, their.BLOCKED, their.HTML_502, their.TRUNCATED, their.DROPPED,
              their.UNAUTHORIZED, None], ids=str
)  # fmt: skip
async def test_no_token_no_chat_and_no_word_reaches_an_error(telegram, chat, kind, fault):
    await (telegram.goes_away() if fault is None else asyncio.sleep(0))
    telegram.goes_wrong(fault or their.BROKEN)
    error = await refused(chat)
    seen = "\n".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
    assert error.__cause__ is error.__context__ is None
    for private in (kind.token, kind.token.split(":")[1], str(LEANNE), "Kai", "Good"):
        assert private not in seen
