"""A Twilio that is asked, and does not answer, or answers strangely."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import logging
import time
import traceback
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.channels.twilio import Twilio
from bot.domain import Misconfigured, SendError, Unreachable
from tests.channels.texts import LEANNE, NOW, WORDS, a_provider, a_text, not_told
from tests.fakes import twilio as their
from tests.fakes.twilio import FakeTwilio, Fault

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
async def fake() -> AsyncIterator[FakeTwilio]:
    async with FakeTwilio() as server:
        server.store.now = lambda: NOW
        yield server


@pytest.fixture
async def twilio(fake) -> AsyncIterator[Twilio]:
    provider = a_provider(fake.base_url)
    yield provider
    await provider.close()


def questions(provider):
    return [
        lambda: provider.look_up(a_text(), NOW),
        lambda: provider.state_of("SM" + "1".zfill(32)),
        lambda: provider.received_since(NOW),
        lambda: provider.forget("SM" + "1".zfill(32)),
    ]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (their.BROKEN, Unreachable),
        (their.HTML_502, Unreachable),
        (their.BUSY, Unreachable),
        (Fault(20003, 401), Misconfigured),
        (Fault(status=403, kind="html"), Misconfigured),
        (Fault(status=400, kind="html"), Unreachable),
        (Fault(kind="redirect"), Unreachable),
        (Fault(kind="dropped"), Unreachable),
        (Fault(kind="empty"), Unreachable),
        (Fault(kind="truncated"), Unreachable),
    ],
    ids=str,
)
async def test_a_question_without_an_answer_is_never_taken_for_one(
    fake, twilio, fault, kind, caplog
):
    caplog.set_level(logging.DEBUG)
    await twilio.send(a_text())
    fake.asked = fault
    for ask in questions(twilio):
        error = await not_told(ask())
        assert type(error) is kind
        assert error.after == (7 if fault is their.BUSY else None) if kind is Unreachable else True
        seen = "\n".join(traceback.format_exception(error)) + repr(error) + caplog.text
        assert error.__cause__ is error.__context__ is None
        assert not any(private in seen for private in (LEANNE[3:], "Kai", their.TOKEN))


@pytest.mark.parametrize("kind", ["hang", "drip"])
async def test_a_silent_twilio_holds_no_question_for_ever(fake, kind):
    fake.asked = Fault(kind=kind)
    provider = a_provider(fake.base_url, total=0.2)
    began = time.monotonic()
    errors = [await not_told(ask()) for ask in questions(provider)]
    await provider.close()
    assert {type(error) for error in errors} == {Unreachable}
    assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    "page",
    [
        *(b"", b"[]", b"null", b"{}", b"1", b'{"messages": null}', b'{"messages": [1]}', b"\xff"),
        *(b'{"messages": [], "next_page_uri": "https://evil.example/"}', b"[" * 100_000),
        *(b'{"messages": [], "next_page_uri": 7}', b'{"messages": [{"sid": []}, {"to": 1}]}'),
        b'{"messages": [{"sid": "SM1", "date_created": "Fri, 99 May 99999 25:00:00 +9999"}]}',
    ],
)
async def test_no_answer_breaks_the_one_who_asked(page):
    async with serving(lambda _request: page) as base:
        provider = a_provider(base)
        for ask in questions(provider)[:3]:
            with contextlib.suppress(SendError):
                await ask()
        await provider.close()


@pytest.mark.parametrize(
    "away",
    [
        "https://evil.example/",
        ".evil.example/",
        "@127.0.0.1:1/",
        "/2010-04-01/Accounts/AC" + "9" * 32 + "/Messages.json?Page=1",
        "/2010-04-01/Accounts.json",
    ],
)
async def test_a_next_page_of_somebody_else_s_is_never_turned(away):
    asked = []
    page = json.dumps({"messages": [], "next_page_uri": away}).encode()
    async with serving(lambda request: asked.append(request) or page) as base:
        provider = a_provider(base)
        assert type(await not_told(provider.look_up(a_text(), NOW))) is Unreachable
        await provider.close()
    assert len(asked) == 1


async def test_many_slow_pages_hold_nobody_up_for_ever():
    asked = []

    async def slowly(request):
        asked.append(request)
        await asyncio.sleep(0.03)
        following = f"/2010-04-01/Accounts/{their.ACCOUNT}/Messages.json?Page={len(asked)}"
        return json.dumps({"messages": [], "next_page_uri": following}).encode()

    async with serving(slowly) as base:
        provider = a_provider(base, total=0.1)
        assert type(await not_told(provider.look_up(a_text(), NOW))) is Unreachable
        await provider.close()
    assert len(asked) < 10


async def test_a_text_that_is_pushed_on_to_the_next_page_is_one_text():
    record = {
        "sid": "SM1",
        "to": LEANNE,
        "from": their.SENDER,
        "body": WORDS,
        "status": "sent",
        "direction": "outbound-api",
        "date_created": "Thu, 03 Dec 2026 15:45:00 +0000",
    }

    def pages(request):
        following = None if "Page" in request.query else f"{request.path}?Page=1"
        return json.dumps({"messages": [record], "next_page_uri": following}).encode()

    async with serving(pages) as base:
        provider = a_provider(base)
        assert len(await provider.look_up(a_text(), NOW)) == 1
        await provider.close()


@contextlib.asynccontextmanager
async def serving(says):
    """A server that says to everybody what `says` makes of the request."""

    async def answers(request):
        said = says(request)
        body = await said if inspect.isawaitable(said) else said
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", answers)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
