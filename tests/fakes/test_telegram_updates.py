"""How the stand-in for Telegram serves updates and brings them, to both libraries."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from tests.fakes.telegram import FAMILY_TOKEN, SECRET_HEADER, FakeTelegram
from tests.fakes.telegram_libraries import Aiogram, Ptb, asked, failing, until

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

LEANNE, TARIQ = 5_000_000_001, 5_000_000_002
ELSEWHERE = "http://127.0.0.1:9/nobody"


@pytest.fixture
async def fake():
    async with FakeTelegram() as server:
        yield server


@pytest.fixture(params=[Aiogram, Ptb])
async def bot(request, fake, monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with request.param(fake.base_url) as opened:
        yield opened


@asynccontextmanager
async def answering(*statuses):
    """A webhook of ours that answers so, the last status for ever; and what it was brought."""
    brought, left = [], list(statuses)

    async def hook(request):
        brought.append((request.headers.get(SECRET_HEADER), await request.json()))
        return web.Response(status=left.pop(0) if len(left) > 1 else left[0])

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", brought
    await runner.cleanup()


def ids(updates):
    return [update["update_id"] for update in updates]


# ---- Fetching ---------------------------------------------------------------------------------


async def test_an_update_is_served_until_a_higher_number_is_asked_for(fake, bot):
    first, second, third = [await fake.writes(bot.token, LEANNE, word) for word in "abc"]
    assert len(await bot.fetches()) == len(await bot.fetches(first["update_id"])) == 3
    assert [u.message.text for u in await bot.fetches(second["update_id"], limit=1)] == ["b"]
    assert ids(fake.waiting(bot.token)) == ids([second, third])
    assert [u.message.text for u in await bot.fetches(-1)] == ["c"]
    assert ids(fake.waiting(bot.token)) == ids([third])


async def test_a_count_begun_anew_is_served_from_its_beginning_whatever_is_asked_for(fake, bot):
    old = await fake.writes(bot.token, LEANNE, "before the holidays")
    await bot.fetches(old["update_id"] + 1)
    fake.next_update_id(bot.token, 17)
    await fake.writes(bot.token, LEANNE, "after")
    (update,) = await bot.fetches(old["update_id"] + 1)
    assert update.update_id == 17
    assert await bot.fetches(18) == []


async def test_a_long_poll_ends_as_soon_as_somebody_writes(fake, bot):
    fetching = asyncio.create_task(bot.fetches(wait=30))
    await until(lambda: fake.calls)
    await fake.writes(bot.token, LEANNE, "Hello")
    assert [u.message.text for u in await asyncio.wait_for(fetching, 5)] == ["Hello"]


async def test_a_long_poll_ends_with_nothing_when_its_time_is_over(fake):
    assert await fake.bots[FAMILY_TOKEN].updates(0, 100, 0.02) == []


async def test_the_older_of_two_polls_ends_with_a_conflict(fake, bot):
    older = asyncio.create_task(failing(bot.fetches(wait=30)))
    await until(lambda: fake.calls)
    assert (await asked(fake, "getUpdates", bot.token))["result"] == []
    assert isinstance(await older, bot.conflict)


async def test_nobody_fetches_while_updates_are_brought(fake, bot):
    older = asyncio.create_task(failing(bot.fetches(wait=30)))
    await until(lambda: fake.calls)
    await bot.is_called_at(ELSEWHERE)
    assert isinstance(await older, bot.conflict)
    assert isinstance(await failing(bot.fetches()), bot.conflict)
    await bot.is_called_no_more()
    assert await bot.fetches() == []


async def test_telegram_goes_away_and_comes_back_on_the_same_port_with_its_queue(fake, bot):
    await fake.writes(bot.token, LEANNE, "before")
    await bot.fetches(offset=fake.waiting(bot.token)[0]["update_id"] + 1)
    fetching = asyncio.create_task(failing(bot.fetches(wait=30)))
    await until(lambda: len(fake.calls) == 2)
    await fake.goes_away()
    assert isinstance(await fetching, bot.lost)
    assert isinstance(await failing(bot.says(LEANNE, "Hello")), bot.lost)
    await fake.writes(bot.token, LEANNE, "meanwhile")
    await fake.comes_back()
    assert [u.message.text for u in await bot.fetches()] == ["meanwhile"]
    assert len(fake.calls) == 3


async def test_a_bot_is_told_only_what_it_asked_for(fake, bot):
    await bot.fetches(allowed_updates=["callback_query"])
    await fake.writes(bot.token, LEANNE, "Hello")
    await fake.presses(bot.token, LEANNE, 1, data="x")
    assert [u.message for u in await bot.fetches()] == [None]
    await bot.fetches(allowed_updates=[])  # the usual ones again
    await fake.writes(bot.token, LEANNE, "Hello")
    assert len(await bot.fetches()) == 2


async def test_what_waited_is_thrown_away_only_when_asked(fake, bot):
    update = await fake.writes(bot.token, LEANNE, "Hello")
    await bot.is_called_at(ELSEWHERE)
    await bot.is_called_no_more()
    assert fake.waiting(bot.token) == [update]
    await bot.is_called_at(ELSEWHERE, drop_pending_updates=True)
    assert fake.waiting(bot.token) == []
    assert [w.update for w in fake.bots[bot.token].thrown_away] == [update]


# ---- Bringing ---------------------------------------------------------------------------------


async def test_a_family_and_a_bot_talk_by_webhook(fake, bot):
    async with answering(200) as (url, brought):
        await bot.is_called_at(url, secret_token="s3cret_-")
        await fake.writes(bot.token, LEANNE, "جی ہاں 😟")
        number = await bot.says(LEANNE, "Thank you", "OK")
        await fake.presses(bot.token, LEANNE, number, label="OK")
        info = await bot.hook()
    secrets, raw = zip(*brought, strict=True)
    written, pressed = map(bot.reads, raw)
    assert secrets == ("s3cret_-", "s3cret_-")
    assert written.message.text == "جی ہاں 😟"
    assert pressed.callback_query.data == "ok"
    assert (info.url, info.pending_update_count) == (url, 0)
    assert [status for _token, _id, status in fake.pushed] == [200, 200]


async def test_what_was_not_acknowledged_is_brought_again_in_the_order_of_its_chat(fake, bot):
    async with answering(500, 200, 503, 200) as (url, brought):
        await bot.is_called_at(url)
        first = await fake.writes(bot.token, LEANNE, "first")
        other = await fake.writes(bot.token, TARIQ, "other")
        second = await fake.writes(bot.token, LEANNE, "second")
        assert ids(fake.waiting(bot.token)) == ids([first, second])
        assert "500" not in ((await bot.hook()).last_error_message or "")
        await fake.redeliver(bot.token)
        assert "503" in (await bot.hook()).last_error_message
        await fake.redeliver(bot.token)
    assert ids(raw for _, raw in brought) == ids([first, other, first, first, second])
    assert fake.waiting(bot.token) == []


async def test_an_acknowledged_update_can_be_brought_three_times_more(fake, bot):
    async with answering(200) as (url, brought):
        await bot.is_called_at(url)
        update = await fake.writes(bot.token, LEANNE, "Hello")
        for _ in range(3):
            assert await fake.deliver_again(bot.token, update) == 200
    assert [raw for _, raw in brought] == [update] * 4


async def test_a_door_that_is_shut_keeps_the_update_waiting(fake, bot):
    await bot.is_called_at(ELSEWHERE)
    update = await fake.writes(bot.token, LEANNE, "Hello")
    assert fake.waiting(bot.token) == [update]
    assert fake.pushed[0].status == 0


async def test_nothing_is_brought_while_telegram_is_away(fake, bot):
    async with answering(200) as (url, brought):
        await bot.is_called_at(url)
        await fake.goes_away()
        update = await fake.writes(bot.token, LEANNE, "Hello")
        assert (brought, fake.waiting(bot.token)) == ([], [update])
        await fake.comes_back()
        await fake.redeliver(bot.token)
    assert ids(raw for _, raw in brought) == ids([update])


async def test_a_test_may_bring_updates_its_own_way(fake, bot):
    brought = []

    async def by_hand(url, headers, body):
        brought.append((url, headers[SECRET_HEADER], json.loads(body)))
        return 204

    fake.deliver = by_hand
    await bot.is_called_at(ELSEWHERE, secret_token="s")
    update = await fake.writes(bot.token, LEANNE, "half \ud83d")
    assert brought == [(ELSEWHERE, "s", update)]
    assert fake.waiting(bot.token) == []


async def test_anything_at_all_can_be_an_update(fake, bot):
    odd = await fake.update(bot.token, {"message": {"chat": {"id": LEANNE}, "text": [7]}})
    worse = await fake.update(bot.token, {"update_id": "x", "message": None})
    after = await fake.writes(bot.token, LEANNE, "Hello")
    answer = await asked(fake, "getUpdates", bot.token)
    assert answer["result"] == [odd, worse, after]
    assert odd["update_id"] + 2 == after["update_id"]


async def test_many_people_at_once_all_come_through_in_order(fake, bot):
    async with answering(200) as (url, brought):
        await bot.is_called_at(url)
        chats = [LEANNE + n % 7 for n in range(70)]
        await asyncio.gather(*[fake.writes(bot.token, chat, "Hello") for chat in chats])
    assert Counter(raw["message"]["chat"]["id"] for _, raw in brought) == Counter(chats)
    for chat in set(chats):
        mine = [raw["update_id"] for _, raw in brought if raw["message"]["chat"]["id"] == chat]
        assert mine == sorted(mine)
