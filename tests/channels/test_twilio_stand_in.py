"""The stand-in for Twilio, in a process of its own and in ours: is it as mean as the real one?"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import aiohttp
import pytest
from aiohttp import web

from bot.channels.twilio import Twilio
from bot.domain import Outgoing, SendError, Shown
from tests.channels.texts import LEANNE, NOW, a_provider, a_text
from tests.fakes.twilio import FakeTwilio, arrived
from tests.fakes.twilio_reports import NEAT, ROUGH, Habits, reports_of

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@asynccontextmanager
async def standing_alone(*arguments) -> AsyncIterator[str]:
    command = (sys.executable, "-m", "tests.fakes.twilio_server", *arguments)
    server = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(30):
            yield (await server.stdout.readline()).decode().strip()
    finally:
        server.terminate()
        await server.wait()


@asynccontextmanager
async def texting(base) -> AsyncIterator[Twilio]:
    provider = a_provider(base, public_url="http://127.0.0.1:1")
    try:
        yield provider
    finally:
        await provider.close()


async def told(base, path, **more):
    async with aiohttp.ClientSession() as session:
        if more:
            async with session.post(base + path, json=more) as answer:
                return await answer.json()
        async with session.get(base + path) as answer:
            return await answer.json()


def a_numbered_text(n):
    return Outgoing(f"m-{n}", "sms", f"+4477009{n:05}", Shown(f"Text {n}"))


async def test_it_runs_alone_and_says_what_it_took():
    async with standing_alone("--at", NOW.isoformat()) as base, texting(base) as provider:
        sent = await provider.send(a_text())
        took = {"to": LEANNE, "body": sent.text, "sid": sent.external_id, "ref": "m-1"}
        assert await told(base, "/_taken") == [took]
        assert len(await provider.look_up(a_text(), NOW)) == 1
        kept = await told(base, "/_inbound", **{"from": LEANNE, "body": "Can you call?"})
        (heard,) = await provider.received_since(NOW)
        assert (heard.external_id, heard.words) == (kept["sid"], "Can you call?")


async def test_in_bad_weather_no_text_is_taken_that_was_said_not_to_be():
    async with (
        standing_alone("--faults", "0.5", "--at", NOW.isoformat()) as base,
        texting(base) as provider,
    ):
        certain, doubtful = set(), set()
        for n in range(200):
            try:
                await provider.send(a_numbered_text(n))
                certain.add(f"m-{n}")
            except SendError as error:
                if error.uncertain:
                    doubtful.add(f"m-{n}")
        await told(base, "/_weather", faults=0)
        took = Counter(one["ref"] for one in await told(base, "/_taken"))
        assert set(took.values()) == {1}
        assert certain <= took.keys() <= certain | doubtful
        assert doubtful & took.keys()
        assert doubtful - took.keys()
        for ref in doubtful:
            found = await provider.look_up(a_numbered_text(int(ref[2:])), NOW)
            assert len(found) == took[ref]


async def test_it_reports_back_to_wherever_the_service_listens():
    heard: asyncio.Queue = asyncio.Queue()

    async def hears(request):
        headers = {name.lower(): value for name, value in request.headers.items()}
        heard.put_nowait(arrived((request.raw_path, headers, await request.read())))
        return web.Response(text="<Response/>")

    app = web.Application()
    app.router.add_post("/webhooks/twilio/status", hears)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    door = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with standing_alone("--reports-to", door) as base:
        provider = a_provider(base)  # its address is the one the stand-in signs for
        await provider.send(a_text())
        calls = [await heard.get() for _call in range(3)]
        await provider.close()
    await runner.cleanup()
    assert all(provider.genuine(call) for call in calls)
    told_us = [provider.receipt(call) for call in calls]
    assert [(one.ref, one.status) for one in told_us] == [
        ("m-1", state) for state in ("sending", "sent", "delivered")
    ]


async def test_reports_may_be_lost_doubled_and_out_of_order_and_are_still_twilio_s_own():
    async with FakeTwilio() as fake:
        provider = a_provider(fake.base_url)
        await provider.send(a_text())
        await provider.close()
        (kept,) = fake.store.kept.values()
    rounds = [reports_of(kept, ROUGH, Random(n)) for n in range(200)]
    states = [tuple(provider.receipt(arrived(call)).status for call in calls) for calls in rounds]
    assert len(set(states)) > 30
    assert any(len(seen) < 3 for seen in states)
    assert any(len(seen) > 3 for seen in states)
    assert all(provider.genuine(arrived(call)) for calls in rounds for call in calls)
    assert len(reports_of(kept, NEAT)) == 3
    assert reports_of(kept, Habits(lost=1)) == []
