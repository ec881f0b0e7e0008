"""A due moment happens once: run twice, on two machines, or after a job that failed."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.scene.scene import Scene
from scheduler import JOBS, Job, clock
from scheduler.clock import Ticker
from storage.conversations import due_moments, set_due
from storage.tables import Due, NotSent, Outbox, Task
from tests.stage import Play, london

QUESTION = "weekly check-in text"
THURSDAY = london("2026-12-03 15:45")


async def texts(play: Play) -> list[str]:
    """Every automatic text put into the outbox, by its key."""
    query = select(Outbox.key).where(Outbox.kind == "proactive").order_by(Outbox.key)
    return await play.database.read(lambda connection: list(connection.execute(query).scalars()))


async def count(play: Play, table) -> int:
    query = select(func.count()).select_from(table)
    return await play.database.read(lambda connection: connection.execute(query).scalar_one())


async def moments(play: Play, now: datetime):
    return await play.database.read(lambda connection: due_moments(connection, now, 100))


async def run(play: Play, moment, now: datetime) -> None:
    """Run one job with its moment, whether or not that has been done before."""

    def work(connection):
        key = f"due:{moment.job}:{moment.subject}:{moment.at.isoformat()}"
        JOBS[moment.job].run(Scene(connection, play.service.taskforce, now, key), moment)

    await play.database.write(work)


def test_the_jobs_are_these_and_their_names_are_for_ever():
    assert {name: job.name for name, job in JOBS.items()} == {
        "check_in": "check_in", "silence": "silence", "retention": "retention",
        "incident": "incident", "digest": "digest", "replan": "replan", "pack": "pack",
        "referrals": "referrals", "attendance": "attendance", "clocks": "clocks",
        "approval": "approval", "days_missed": "days_missed", "missing_reasons": "missing_reasons",
        "holidays": "holidays", "holiday_wish": "holiday_wish", "holiday_invite": "holiday_invite",
        "outing": "outing", "visit_reminder": "visit_reminder", "visit_outcome": "visit_outcome",
        "visit_briefing": "visit_briefing",
    }  # fmt: skip


@pytest.mark.thursday
async def test_a_check_in_that_is_run_twice_asks_once(play: Play):
    await play.at("2026-12-03 15:44")
    due = [moment for moment in await moments(play, THURSDAY) if moment.job == "check_in"]
    for moment in due:
        await run(play, moment, THURSDAY)
    asked, tasks = await texts(play), await count(play, Task)
    unsent = await count(play, NotSent)
    for moment in due:
        await run(play, moment, THURSDAY)
    assert await texts(play) == asked
    assert len(asked) == 13
    assert await count(play, Task) == tasks
    assert await count(play, NotSent) == unsent


@pytest.mark.thursday
async def test_a_silence_that_is_run_twice_asks_again_once(play: Play):
    now = london("2026-12-07 15:45")
    await play.at("2026-12-07 15:44")
    due = [moment for moment in await moments(play, now) if moment.job == "silence"]
    assert len(due) == 9  # two of them are Sean's, who is off on Mondays: they wait for him
    before = len(await texts(play))
    for moment in due:
        await run(play, moment, now)
    asked, timers = await texts(play), await moments(play, london("2026-12-31 00:00"))
    assert len(asked) == before + 7
    for moment in due:
        await run(play, moment, now)
    assert await texts(play) == asked
    assert await moments(play, london("2026-12-31 00:00")) == timers


@pytest.mark.thursday
async def test_two_clocks_at_once_ask_each_family_once(play: Play):
    await play.at("2026-12-03 15:44")
    tickers = [Ticker(play.database, play.service.taskforce) for _ in range(2)]
    await asyncio.gather(*(ticker.run_due(THURSDAY) for ticker in tickers))
    keys = await texts(play)
    assert len(keys) == len(set(keys)) == 13
    assert not [moment for moment in await moments(play, THURSDAY) if moment.job == "check_in"]
    await play.at("2026-12-03 15:46")
    assert sum(QUESTION in text for text in await play.received("P01")) == 1


async def test_a_clock_that_is_late_runs_what_is_due_once(sqlite_play: Play):
    ticker = sqlite_play.service.ticker
    first = await ticker.run_due(THURSDAY)
    assert first > 0
    assert await ticker.run_due(THURSDAY) == 0


@pytest.mark.thursday
async def test_a_job_that_fails_is_tried_later_and_stops_no_other(
    sqlite_play: Play, monkeypatch, caplog
):
    play = sqlite_play
    leanne = await play.carer("P01")
    failures = 2

    def breaks_twice(scene: Scene, moment):
        nonlocal failures
        if moment.subject == leanne and failures:
            failures -= 1
            raise ValueError("words of a family")
        JOBS["check_in"].run(scene, moment)

    monkeypatch.setattr(clock, "JOBS", {**JOBS, "check_in": Job("check_in", breaks_twice)})
    await play.at("2026-12-03 15:45")
    assert len(await play.received("P03")) == 1
    assert await play.received("P01") == []
    [again] = [moment for moment in await due_of(play, leanne) if moment.job == "check_in"]
    assert again.at == THURSDAY + timedelta(minutes=5)
    await play.at("2026-12-03 15:56")
    assert len(await play.received("P01")) == 1
    assert len(await play.received("P03")) == 1
    assert "words of a family" not in caplog.text


async def due_of(play: Play, subject: str):
    far = london("2027-08-01 00:00")
    return [moment for moment in await moments(play, far) if moment.subject == subject]


async def test_a_job_nobody_knows_any_more_stops_no_other(sqlite_play: Play):
    play = sqlite_play
    await play.database.write(
        lambda connection: set_due(connection, "newsletter", "DO", london("2026-12-03 15:00"))
    )
    await play.at("2026-12-03 15:45")
    assert len(await play.received("P01")) == 1


async def test_a_database_that_is_away_is_not_taken_for_a_broken_job(
    sqlite_play: Play, monkeypatch
):
    def away(scene: Scene, moment):
        raise OSError("gone")

    monkeypatch.setattr(clock, "JOBS", {"check_in": Job("check_in", away)})
    before = await check_ins_due(sqlite_play)
    with pytest.raises(OSError, match="gone"):
        await sqlite_play.service.ticker.run_due(THURSDAY)
    assert await check_ins_due(sqlite_play) == before


async def check_ins_due(play: Play):
    return [moment for moment in await moments(play, THURSDAY) if moment.job == "check_in"]


async def test_somebody_with_no_number_any_more_is_not_due_again(sqlite_play: Play):
    play = sqlite_play
    await play.database.write(lambda connection: set_due(connection, "check_in", "gone", THURSDAY))
    await play.at("2026-12-03 15:46")
    assert await due_of(play, "gone") == []


async def test_the_first_moment_is_after_moving_in_and_every_carer_has_one(sqlite_play: Play):
    query = select(func.min(Due.at), func.count(Due.id)).where(Due.job == "check_in")
    first, many = await sqlite_play.database.read(lambda c: c.execute(query).one())
    assert first == london("2026-12-02 15:45")
    assert many == 26
