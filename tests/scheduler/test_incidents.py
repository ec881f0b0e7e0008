"""The clock of an incident: reminded at a day left and at the end, once, until it is closed."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from scheduler.clock import Ticker
from storage.tables import Due, Outbox
from tests.stage import Play, london

BEGAN, A_DAY_LEFT, ENDS = "2026-12-01 10:00", "2026-12-03 10:00", "2026-12-04 10:00"
LEFT = "24 hours left: this incident is still open."
OVER = "The 72 hours ended Fri 4 Dec 10:00 and this incident is still open."


async def begun(play: Play) -> Play:
    """Dani has said that a message to Leanne reached somebody else."""
    await play.only_about("P01")
    await play.at(BEGAN)
    await play.writes("P01", "is he in tomorrow")
    await play.writes("DO", "/wrong", reply_to=(await play.last("DO"))["id"])
    return play


@pytest.fixture
async def incident(play: Play) -> Play:
    return await begun(play)


@pytest.fixture
async def quick(sqlite_play: Play) -> Play:
    return await begun(sqlite_play)


async def reminded(play: Play, words: str) -> list[str]:
    """Which members of staff were reminded in these words, as often as they were."""
    query = select(Outbox.text, Outbox.key).where(Outbox.kind == "staff").order_by(Outbox.key)
    rows = await play.database.read(lambda c: c.execute(query).all())
    return [row.key.split(":notice:")[1].split(":")[0] for row in rows if words in row.text]


async def pressed(play: Play, action: str, who: str = "HM") -> None:
    [task] = await play.tasks(kind="incident")
    await play.presses(who, f"t:{task['id']}:{action}")


async def test_with_a_day_left_and_at_the_end_the_owner_and_the_lead_are_reminded(quick: Play):
    await quick.at("2026-12-03 09:59")
    assert await reminded(quick, "still open") == []
    await quick.at("2026-12-03 10:01")
    assert await reminded(quick, LEFT) == ["HM", "JL"]
    last = await quick.last("JL")
    assert "Leanne Thornton (Kai P01)" in last["text"]
    assert [choice["label"] for choice in last["choices"]] == [
        "I have this", "The address is right", "Done"
    ]  # fmt: skip
    await quick.at("2026-12-04 10:01")
    assert await reminded(quick, OVER) == ["HM", "JL"]
    await quick.at("2026-12-14 10:00")
    assert len(await reminded(quick, "still open")) == 4


async def test_any_number_of_processes_remind_once(incident: Play):
    tickers = [Ticker(incident.database, incident.service.taskforce) for _ in range(3)]
    for moment, words in ((A_DAY_LEFT, LEFT), (ENDS, OVER)):
        await asyncio.gather(*(ticker.run_due(london(moment)) for ticker in tickers))
        assert await reminded(incident, words) == ["HM", "JL"]


async def test_an_incident_that_is_closed_reminds_nobody(quick: Play):
    await pressed(quick, "done")
    await quick.at("2026-12-05 10:00")
    assert await reminded(quick, "still open") == []
    due = select(Due.id).where(Due.job == "incident")
    assert await quick.database.read(lambda c: c.execute(due).first()) is None


async def test_closed_after_the_first_reminder_there_is_no_second(quick: Play):
    await quick.at("2026-12-03 10:01")
    await pressed(quick, "done")
    await quick.at("2026-12-05 10:00")
    assert await reminded(quick, OVER) == []


async def test_taken_by_somebody_it_runs_on_and_they_are_reminded_too(quick: Play):
    await pressed(quick, "ack", "MB")
    await quick.at("2026-12-04 10:01")
    assert await reminded(quick, LEFT) == ["HM", "JL", "MB"]
    assert await reminded(quick, OVER) == ["HM", "JL", "MB"]


async def test_the_address_being_right_does_not_end_the_clock(quick: Play):
    await pressed(quick, "right")
    await quick.at("2026-12-03 10:01")
    assert await reminded(quick, LEFT) == ["HM", "JL"]


@pytest.mark.parametrize(
    ("back", "words"), [("2026-12-04 09:10", "1 hour left: "), ("2026-12-06 09:00", OVER)]
)
async def test_a_service_that_was_away_says_once_how_things_stand(quick: Play, back, words):
    ticker = quick.service.ticker
    await ticker.run_due(london(back))
    await ticker.run_due(london(back))
    assert await reminded(quick, words) == ["HM", "JL"]
    assert len(await reminded(quick, "still open")) == 2
