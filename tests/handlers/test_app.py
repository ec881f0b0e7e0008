"""The service at work by itself: it ticks, sends, survives faults, and its clock can be moved."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.app import CLOCK, NotReady, assemble, demo_service, open_migrated, simulated_channels
from bot.demo import settle_in
from bot.domain import Inbound
from bot.handlers import simulated
from bot.settings import read_settings
from bot.turns import take
from scheduler.clock import wall_clock
from storage.keys import Keyring
from storage.received import recall
from tests.handlers.doors import LEANNE, Away
from tests.stage import KEYS, LONDON, Play, london

SOON = 8.0  # seconds; the service looks twice a second and ticks once a second


async def soon(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Wait in real time until something has happened by itself."""
    limit = time.monotonic() + SOON
    while not await is_so():
        assert time.monotonic() < limit, "it did not happen by itself"
        await asyncio.sleep(0.05)


async def leanne_texts(play: Play, words: str) -> None:
    inbound = Inbound("sms", uuid.uuid4().hex, LEANNE, words)
    await take(play.database, play.service.taskforce, inbound, play.now)


async def dani_has(play: Play, words: str) -> bool:
    return any(words in message["text"] for message in await play.phone("DO"))


async def test_a_service_at_work_passes_messages_on_without_being_told(sqlite_play):
    async with sqlite_play.service.at_work():
        await leanne_texts(sqlite_play, "kai is asking for you")
        await soon(lambda: dani_has(sqlite_play, "kai is asking for you"))


async def test_a_service_at_work_sends_what_falls_due_without_being_told(sqlite_play):
    sqlite_play.clock.stop_at(london("2026-12-03 15:45"))

    async def asked() -> bool:
        return any("weekly check-in" in text for text in await sqlite_play.received("P01"))

    async with sqlite_play.service.at_work():
        await soon(asked)
    kept = await sqlite_play.database.read(lambda connection: recall(connection, CLOCK))
    assert kept == sqlite_play.now.isoformat()


async def test_sending_goes_on_after_the_database_was_away_for_a_moment(sqlite_play, caplog):
    dispatcher = sqlite_play.service.dispatcher
    dispatcher.database = away = Away(sqlite_play.database, faults=3)
    async with sqlite_play.service.at_work():
        await leanne_texts(sqlite_play, "please tell him to ring")
        await soon(lambda: dani_has(sqlite_play, "please tell him to ring"))
    assert away.faults == 0
    assert "Dispatch failed: OperationalError" in caplog.text
    assert "please tell" not in caplog.text


async def test_ticking_goes_on_after_the_database_was_away_for_a_moment(sqlite_play, caplog):
    ticker = sqlite_play.service.ticker
    ticker.database = away = Away(sqlite_play.database, faults=1)
    sqlite_play.clock.stop_at(london("2026-12-03 15:45"))

    async def asked() -> bool:
        return bool(await sqlite_play.received("P01"))

    async with sqlite_play.service.at_work():
        await soon(asked)
    assert away.faults == 0


async def test_going_home_waits_for_what_is_in_flight(sqlite_play):
    class Slow:
        def __init__(self, behind):
            self.behind = behind

        def laid_out(self, message):
            return self.behind.laid_out(message)

        async def send(self, message):
            begun.set()
            await asyncio.sleep(0.3)
            return await self.behind.send(message)

        async def close(self):
            pass

    begun = asyncio.Event()
    await sqlite_play.service.settle()
    sqlite_play.channels["staff"] = Slow(sqlite_play.channels["staff"])
    async with sqlite_play.service.at_work():
        await leanne_texts(sqlite_play, "are you there")
        await asyncio.wait_for(begun.wait(), SOON)
    assert await dani_has(sqlite_play, "are you there")


async def test_a_week_passes_at_once_and_each_thing_at_its_own_time(sqlite_play):
    await sqlite_play.later(days=7)
    asked = [m["at"][:16] for m in await sqlite_play.phone("P01") if m["direction"] == "out"]
    assert asked[0] == "2026-12-03T15:45"


@pytest.mark.thursday
async def test_while_the_clock_is_moved_the_service_at_work_keeps_out_of_the_way(sqlite_play):
    async with sqlite_play.service.at_work():
        await sqlite_play.at("2026-12-03 15:45")
        texts = await sqlite_play.received("P01")
    assert len(texts) == 1


async def test_moving_to_now_or_to_the_past_changes_nothing(sqlite_play):
    began = sqlite_play.now
    await sqlite_play.service.move_clock(began)
    await sqlite_play.service.move_clock(began - timedelta(days=1))
    assert sqlite_play.now == began


async def test_the_clock_of_a_real_service_cannot_be_moved(sqlite_play):
    real = assemble(
        sqlite_play.database, sqlite_play.service.taskforce, simulated_channels(), wall_clock
    )
    with pytest.raises(NotReady, match="Only a demonstration's clock"):
        await real.move_clock(wall_clock())


async def test_with_another_index_key_the_service_refuses_to_take_every_family_for_a_stranger(
    sqlite_play,
):
    other = Keyring(KEYS.seals, "another-index-key")
    with pytest.raises(NotReady, match="KEYWORKER_INDEX_KEY is not the one"):
        await open_migrated(sqlite_play.database.url, other)
    again = await open_migrated(sqlite_play.database.url, KEYS)
    await again.close()


async def test_a_demonstration_that_is_started_again_goes_on_where_it_was(tmp_path):
    settings = read_settings(KEYWORKER_DATA_DIR=tmp_path / "data")
    first = await demo_service(settings)
    assert await settle_in(first) is True
    await first.move_clock(london("2026-12-01 09:00"))
    people = await first.database.read(simulated.people)
    await first.close()
    again = await demo_service(settings)
    assert await settle_in(again) is False
    assert london("2026-12-01 09:00") <= again.now() < london("2026-12-01 09:01")
    assert await again.database.read(simulated.people) == people
    assert again.now().astimezone(LONDON).hour == 9
    await again.close()


async def test_a_demonstration_looks_into_the_folder_of_registers_if_it_has_one(tmp_path):
    settings = read_settings(
        KEYWORKER_DATA_DIR=tmp_path / "data", KEYWORKER_REGISTER_FOLDER=tmp_path
    )
    service = await demo_service(settings)
    assert [poller.name for poller in service.pollers] == ["register_folder"]
    await service.close()
