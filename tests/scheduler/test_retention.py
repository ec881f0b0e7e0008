"""The job of the night: at half past three in London, a little at a time, never forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select

from bot.scene.scene import Scene
from scheduler import JOBS
from scheduler.retention import AT_ONCE, NAME, next_night, plan_nights
from storage.conversations import due_moments
from storage.tables import Due, Quarantine, Received
from tests.stage import Play, london
from tests.storage.rows import NOW

DAY = timedelta(days=1)


def old_mail(connection: Connection) -> None:
    row = {"at": NOW - 36 * DAY, "channel": "sms", "reason": "bad bytes", "body": "%FF"}
    connection.execute(insert(Quarantine).values(**row))


async def left(play: Play, table: Any) -> int:
    query = select(func.count()).select_from(table).where(table.at < NOW - 30 * DAY)
    return await play.database.read(lambda c: c.execute(query).scalar_one())


async def planned(play: Play) -> datetime:
    query = select(Due.at).where(Due.job == NAME)
    return await play.database.read(lambda c: c.execute(query).scalar_one())


async def test_the_job_runs_at_half_past_three_and_comes_back_the_next_night(play: Play):
    await play.database.write(old_mail)
    await play.database.write(lambda c: plan_nights(c, play.now))
    await play.at("2026-12-01 03:29")
    assert await left(play, Quarantine) == 1
    await play.at("2026-12-01 03:31")
    assert await left(play, Quarantine) == 0
    assert await planned(play) == london("2026-12-02 03:30")


async def test_a_night_that_was_missed_is_made_up_for_and_planned_only_once(sqlite_play: Play):
    database = sqlite_play.database
    await database.write(lambda c: plan_nights(c, NOW))
    await database.write(lambda c: plan_nights(c, NOW + 5 * DAY))
    assert await planned(sqlite_play) == next_night(NOW)


async def test_a_full_batch_is_followed_by_another_a_minute_later(sqlite_play: Play):
    def fill(connection: Connection) -> None:
        rows = [
            {"channel": "sms", "external_id": f"{number}", "at": NOW - 36 * DAY}
            for number in range(AT_ONCE + 1)
        ]
        connection.execute(insert(Received), rows)
        plan_nights(connection, NOW)

    await sqlite_play.database.write(fill)
    first, second = [await a_night(sqlite_play) for _twice in "ab"]
    assert (first, second) == (next_night(NOW), next_night(NOW) + timedelta(minutes=1))
    assert await planned(sqlite_play) == next_night(second)
    assert await left(sqlite_play, Received) == 0


async def a_night(play: Play) -> datetime:
    """Run the job at its moment; says when that was."""
    moments = await play.database.read(lambda c: due_moments(c, NOW + 300 * DAY, 500))
    (moment,) = [one for one in moments if one.job == NAME]
    scene = partial(Scene, taskforce=play.service.taskforce, now=moment.at, key="night")
    await play.database.write(lambda c: JOBS[NAME].run(scene(c), moment))
    return moment.at


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2026-12-01 03:29", "2026-12-01 03:30"),
        ("2026-12-01 03:30", "2026-12-02 03:30"),
        ("2026-03-28 12:00", "2026-03-29 03:30"),
        ("2026-10-24 12:00", "2026-10-25 03:30"),
    ],
)
def test_the_next_night_is_by_the_clock_on_the_wall(now: str, night: str):
    assert next_night(london(now)) == london(night)


async def test_the_service_at_work_has_its_nights_planned(sqlite_play: Play):
    async with sqlite_play.service.at_work():
        assert await planned(sqlite_play) > sqlite_play.now
