"""Service time: a demonstration's clock, and a week of it."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import CLOCK, DEMO_BEGINS
from scheduler.clock import DemoClock, ticking, wall_clock
from storage.received import recall
from tests.stage import Play, london

BEGINS = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Watch:
    """A stopwatch that runs when it is told to."""

    def __init__(self):
        self.shows = 100.0

    def __call__(self):
        return self.shows


def test_a_demonstrations_clock_begins_where_it_is_told_and_runs_on():
    watch = Watch()
    clock = DemoClock(BEGINS, watch)
    assert clock.now() == BEGINS
    watch.shows += 1.5
    assert clock.now() == BEGINS + 1.5 * SECOND


def test_it_stands_still_while_it_is_moved_and_then_runs_on_from_there():
    watch = Watch()
    clock = DemoClock(BEGINS, watch)
    clock.stop_at(BEGINS + 60 * SECOND)
    watch.shows += 10
    assert clock.now() == BEGINS + 60 * SECOND
    clock.go_on()
    watch.shows += 10
    assert clock.now() == BEGINS + 70 * SECOND


def test_it_never_goes_back():
    watch = Watch()
    clock = DemoClock(BEGINS, watch)
    watch.shows += 10
    clock.stop_at(BEGINS)
    assert clock.now() == BEGINS + 10 * SECOND


def test_the_wall_clock_is_aware():
    assert wall_clock().tzinfo is UTC


async def test_it_ticks_and_keeps_nothing():
    ticked = asyncio.Event()
    scheduler = ticking(ticked.set)
    scheduler.start()
    await asyncio.wait_for(ticked.wait(), 5)
    scheduler.shutdown(wait=False)


async def test_where_the_clock_was_moved_to_is_kept_for_a_restart(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-01 10:00")
    kept = await play.database.read(lambda connection: recall(connection, CLOCK))
    assert datetime.fromisoformat(kept) == london("2026-12-01 10:00")


@pytest.mark.thursday
async def test_a_tick_while_the_clock_is_moved_changes_nothing(sqlite_play: Play):
    play = sqlite_play
    await asyncio.gather(play.at("2026-12-03 15:45"), *(play.service.tick() for _ in range(5)))
    assert len(await play.received("P01")) == 1


async def test_a_week_of_marlbridge_passes(play: Play, capsys):
    begun = time.perf_counter()
    await play.later(weeks=1)
    took = time.perf_counter() - begun
    assert play.now == DEMO_BEGINS + timedelta(weeks=1)
    assert len(await play.received("P01")) == 1
    with capsys.disabled():
        engine = play.database.url.partition(":")[0]
        print(f"\na week on {engine}: {took:.1f} s")
