"""A matter of danger stays open until a person has said how it ended; every step has its time."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.closings import closing_of
from storage.steps import steps_of
from storage.tables import Task
from tests.stage import Play, london

CRY = "I dont want to live any more"


async def cry(play: Play, words: str = CRY, kind: str = "crisis") -> dict:
    await play.writes("P01", words)
    [task] = await play.tasks(kind=kind, case="P01")
    return task


async def steps(play: Play, task: dict) -> list[tuple[str, str, str]]:
    """Who, what and when, London time."""
    rows = await play.database.read(lambda c: steps_of(c, task["id"]))
    return [(row.who, row.what, row.at.astimezone(london("2026-12-01").tzinfo)) for row in rows]


async def says(play: Play, who: str) -> str:
    return (await play.last(who))["text"]


async def close(play: Play, who: str, task: dict, outcome: str = "acted_on") -> None:
    await play.presses(who, f"t:{task['id']}:done")
    for words in (outcome, "rang mum, he is safe with nan", "Joe at 08:40", "CPOMS", "4711"):
        await play.writes(who, words)


async def test_done_asks_how_it_ended_and_nothing_is_closed_before_the_yes(play: Play):
    task = await cry(play)
    await close(play, "DO", task)
    echo = await says(play, "DO")
    assert echo.splitlines()[:5] == [
        "L1 crisis, KT P01: Acted on.",
        "Why: rang mum, he is safe with nan",
        "Told: Joe at 08:40",
        "Recorded in: CPOMS, 4711",
        "Close it?",
    ]
    assert await play.tasks(kind="crisis", case="P01") == [task]
    await play.writes("DO", "close")
    assert (await says(play, "DO")).startswith("Closed: acted on.")
    assert await play.tasks(kind="crisis", case="P01") == []
    closing = await play.database.read(lambda c: closing_of(c, task["id"]))
    assert (closing.outcome, closing.recorded_in, closing.by) == ("acted_on", "cpoms", "DO")
    assert (closing.told, closing.reference) == ("Joe at 08:40", "4711")
    assert (await steps(play, task))[-1][:2] == ("DO", "closed")


@pytest.mark.parametrize("reply", ["keep", "yes maybe", "Leave it open"])
async def test_anything_but_a_plain_yes_leaves_it_open(sqlite_play: Play, reply):
    play = sqlite_play
    task = await cry(play)
    await close(play, "DO", task)
    await play.writes("DO", reply)
    assert await play.tasks(kind="crisis", case="P01") == [task]


async def test_the_reason_given_as_a_reply_to_the_alert_does_not_go_to_the_family(
    sqlite_play: Play,
):
    play = sqlite_play
    task = await cry(play)
    alert = next(m for m in reversed(await play.phone("DO")) if CRY in m["text"])
    await play.presses("DO", f"t:{task['id']}:done")
    await play.writes("DO", "acted_on")
    await play.writes("DO", "mum is drinking again, told Joe", reply_to=alert["id"])
    assert (await says(play, "DO")).startswith("Who was told")
    await play.later(minutes=1)
    assert not any("drinking" in text for text in await play.received("P01"))


async def test_a_full_stop_is_no_reason(sqlite_play: Play):
    play = sqlite_play
    task = await cry(play)
    await play.presses("DO", f"t:{task['id']}:done")
    await play.writes("DO", "false_alarm")
    await play.writes("DO", ".")
    assert "Why? In your own words" in await says(play, "DO")


async def test_two_who_close_the_same_matter_are_told(sqlite_play: Play):
    play = sqlite_play
    task = await cry(play)
    await close(play, "DO", task)
    await close(play, "MB", task, outcome="watched")
    await play.writes("DO", "close")
    await play.writes("MB", "close")
    assert await says(play, "MB") == "That is done already."
    closing = await play.database.read(lambda c: closing_of(c, task["id"]))
    assert closing.by == "DO"


async def test_the_entry_can_be_copied_before_and_after_it_is_closed(sqlite_play: Play):
    play = sqlite_play
    task = await cry(play)
    await play.presses("JL", f"t:{task['id']}:copy")
    assert (await says(play, "JL")).splitlines() == [
        "Date: 30/11/2026",
        "Time: 08:30",
        "Pupil: Kai Thornton",
        "Category: L1 suicide",
        "Mode: text message",
        "Staff: nobody yet",
        f"Said: {CRY}",
        "Action: open",
    ]
    await close(play, "DO", task)
    await play.writes("DO", "close")
    await play.presses("JL", f"t:{task['id']}:copy")
    assert (await says(play, "JL")).splitlines()[-1] == (
        "Action: Acted on (Dani). rang mum, he is safe with nan Told: Joe at 08:40 "
        "Recorded in: CPOMS, 4711"
    )


@pytest.mark.parametrize(("play", "days"), [("sqlite", 21), ("postgresql", 8)], indirect=["play"])
async def test_no_machine_closes_a_matter_of_danger(play: Play, days: int):
    """Answers, STOP, a wrong number, a pause, and three weeks of everything automatic.

    On PostgreSQL one week and a day: each job has had its turn by then.
    """
    await play.writes("P01", f"{CRY} and i want to make a complaint")
    raised = {t["id"]: t["kind"] for t in await play.tasks() if t["case"] == "P01"}
    danger = {number for number, kind in raised.items() if kind != "message"}
    assert {raised[number] for number in danger} == {"crisis", "safeguarding", "complaint"}
    crisis = next(number for number in danger if raised[number] == "crisis")
    await play.writes("DO", "I am ringing you now.", reply_to=(await play.last("DO"))["id"])
    await play.later(minutes=1)
    for words in ("3", "STOP", "START", "sorry wrong number", "CALL"):
        await play.writes("P01", words)
    await play.writes("DO", "/pause P01 until 4 Dec")
    await play.presses("DO", f"t:{crisis}:ack")
    await play.later(days=days)
    rows = await play.database.read(
        lambda c: list(c.execute(select(Task.id, Task.done_at).where(Task.id.in_(danger))))
    )
    assert {row.done_at for row in rows} == {None}


async def test_every_step_of_a_matter_has_its_time(play: Play):
    task = await cry(play)
    await play.later(minutes=20)
    await play.presses("MB", f"t:{task['id']}:ack")
    assert [(who, what, f"{at:%H:%M}") for who, what, at in await steps(play, task)] == [
        ("system", "raised", "08:30"),
        ("DO", "told", "08:30"),
        ("MB", "handed_on", "08:45"),
        ("MB", "had", "08:50"),
    ]


async def test_what_is_no_danger_keeps_no_steps(sqlite_play: Play):
    await sqlite_play.writes("P01", "is he in on friday")
    [task] = await sqlite_play.tasks(kind="message", case="P01")
    await sqlite_play.presses("DO", f"t:{task['id']}:ack")
    assert await steps(sqlite_play, task) == []


async def test_a_worry_nobody_takes_is_said_again_every_morning(sqlite_play: Play):
    """L2 on a Monday morning: an hour each in working time, then the heads, then every day."""
    play = sqlite_play
    task = await cry(play, "hes been cutting his arms")
    assert task["level"] == "L2"
    await play.at("2026-12-02 12:00")
    found = await steps(play, task)
    climbed = [(who, f"{at:%a %H:%M}") for who, what, at in found if what == "handed_on"]
    assert climbed == [("MB", "Mon 09:30"), ("HM", "Mon 10:30"), ("JL", "Mon 11:30")]
    again = {f"{at:%a}" for _who, what, at in found if what == "reminded"}
    assert again == {"Mon", "Tue", "Wed"}
