"""Day 6 comes nearer for a child nobody has a place for, and reviews come round by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.rules.placement import Placed
from bot.scene.scene import Scene
from storage.cases import case_ids
from storage.placements import place, placement_of
from tests.scheduler.test_attendance import register
from tests.stage import Play

REVIEW = "Zofia P02: week 4: the review of this placement is due by Fri 11 Dec"


def _as_staff(play: Play, work):
    def act(connection):
        scene = Scene(connection, play.service.taskforce, play.now, f"clocks:{play.now}")
        return work(scene)

    return play.database.write(act)


async def places(play: Play, case: str, placed: Placed) -> None:
    def work(scene):
        [case_id] = case_ids(scene.connection, [case]).values()
        place(scene.connection, case_id, placed, "SG", scene.now)

    await _as_staff(play, work)


async def told(play: Play, who: str, words: str) -> list[str]:
    return [text for text in await play.received(who) if words in text]


async def test_day_six_climbs_until_somebody_says_when_education_begins(sqlite_play: Play):
    play, excluded = sqlite_play, date(2026, 11, 23)  # day 4 was Thursday, day 6 is today
    await places(play, "P03", Placed(excluded_on=excluded))
    await play.at("2026-11-30 08:31")
    [task] = await play.tasks(kind="clocks", case="P03")
    for who in (task["owner"], "HM"):
        assert await told(play, who, "Day 6 is Mon 30 Nov; nobody has said when education begins")
    await play.at("2026-11-30 20:00")
    assert await told(play, "HM", "Day 6 was") == []
    await play.at("2026-12-01 20:00")
    for who in ("SG", "HM"):
        assert len(await told(play, who, "is 1 school day late and has no first day yet")) == 1
    await play.at("2026-12-02 16:31")
    assert len(await told(play, "HM", "is 2 school days late and has no first day yet")) == 1
    await places(play, "P03", Placed(date(2026, 12, 3), excluded_on=excluded))
    await play.at("2026-12-03 12:00")
    assert len(await told(play, "SG", "Day 6 was")) == 2
    assert [one["id"] for one in await play.tasks(kind="clocks", case="P03")] == [task["id"]]


@pytest.mark.thursday
async def test_a_review_comes_round_once_and_goes_to_the_key_worker(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-07 08:31")  # week 4 of Zofia's twelve
    assert len(await told(play, "DO", REVIEW)) == 1
    before = await told(play, "DO", REVIEW)
    [task] = [t for t in await play.tasks(kind="clocks", case="P02") if "review" in t["words"]]
    assert task["owner"] == "DO"
    ends = await play.database.read(lambda c: placement_of(c, case_ids(c, ["P02"])["P02"]))
    await places(play, "P02", replace(ends, prior_tenths=350))
    await play.at("2026-12-07 20:00")
    assert [text for text in await told(play, "DO", REVIEW) if text.startswith("Zofia")] == before
    [listed] = [text for text in await told(play, "DO", REVIEW) if text not in before]
    assert "(8 h, by Fri 11 Dec 16:00)" in listed


async def test_three_days_away_are_told_once_and_a_silent_register_every_day(play: Play):
    await play.at("2026-11-30 09:40")
    days = [f"2026-11-{day} {half} O" for day in (25, 26, 27) for half in ("AM", "PM")]
    await register(play, "P03", *days)
    await play.at("2026-11-30 20:00")
    await play.at("2026-12-02 20:00")
    away = "3 school days away: Wed 25 Nov, Thu 26 Nov, Fri 27 Nov"
    assert len(await told(play, "SG", f"Jayden P03, Tue 1 Dec: {away}")) == 1  # off on Mondays
    assert len(await told(play, "SG", away)) == 1
    silent = "No register today from Millrace Centre, Tue 1 Dec: no texts about absence go today"
    assert len(await told(play, "SG", silent)) == 1
