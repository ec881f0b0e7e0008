"""A machine whose clock is wrong sends nothing, and somebody hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.timekeeping import ALLOWED, RIGHT, Timekeeper
from tests.stage import Play

HOUR = timedelta(hours=1)


async def opened(play: Play, off: timedelta) -> tuple[Timekeeper, list[timedelta]]:
    """A service whose clock is off by so much; the list changes it."""
    await play.at("2026-11-30 14:00")
    ahead = [off]
    service = play.service
    service.timekeeper = Timekeeper(
        play.database, service.taskforce, lambda: play.now + ahead[0], "machine-1",
        lambda _connection: play.now,
    )  # fmt: skip
    return service.timekeeper, ahead


@pytest.mark.afternoon
@pytest.mark.parametrize("off", [HOUR, -HOUR, ALLOWED + timedelta(seconds=1)])
async def test_with_a_wrong_clock_nothing_is_due_and_nothing_leaves(play: Play, off):
    keeper, ahead = await opened(play, off)
    await play.service.tick()
    await play.writes("P01", "can you ring me about the form please")
    before = len(await play.phone("DO"))
    await play.service.settle()
    assert len(await play.phone("DO")) == before, "it waits for a machine that knows the time"
    (task,) = await play.tasks(kind="clock")
    assert "clock" in task["words"]
    assert keeper.state == f"off by {round(off.total_seconds())} s"
    await play.service.tick()
    assert len(await play.tasks(kind="clock")) == 1, "told once"
    ahead[0] = timedelta(0)
    await play.service.tick()
    await play.service.settle()
    assert keeper.state == RIGHT
    assert len(await play.phone("DO")) > before


@pytest.mark.afternoon
async def test_a_clock_that_is_a_little_off_works_on(sqlite_play: Play):
    keeper, _ = await opened(sqlite_play, timedelta(seconds=59))
    assert await keeper.is_right()
    assert await sqlite_play.tasks(kind="clock") == []
