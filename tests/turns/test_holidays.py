"""Holiday mode: who is asked, who is there, and that danger reaches somebody who is."""

from __future__ import annotations

import pytest

from bot.scene.family import family_of
from scheduler.check_ins import as_rule
from scheduler.holidays import plan
from scheduler.overdue import climb
from storage.addresses import person_by_ref
from storage.holidays import wish_of
from tests.stage import Play, london, marlbridge_taskforce
from tests.turns.test_holiday_places import scene_of

ASKED = "Would you like a check-in text now and then in the school holidays too?"


def later(play: Play, text: str, **changes) -> Play:
    """The same records on another day: a clock that walks through weeks costs seconds."""
    return Play(play.database, marlbridge_taskforce(**changes), begins=london(text))


async def planned(play: Play) -> Play:
    await play.database.write(lambda c: plan(scene_of(play, c)))
    return play


async def wants(play: Play, case: str) -> tuple[bool | None, bool]:
    """What one adult said, and whether check-ins go to them in the holidays."""
    ref = await play.carer(case)

    def read(connection):
        person = person_by_ref(connection, ref)
        facts = as_rule(scene_of(play, connection), family_of(scene_of(play, connection), person))
        return wish_of(connection, person.id), facts.wants_holidays

    return await play.database.read(read)


async def test_a_family_is_asked_once_before_the_holidays_and_silence_is_no_yes(sqlite_play: Play):
    play = later(sqlite_play, "2026-12-07 15:44", wants_holiday_check_ins=True)
    await planned(play)
    await play.at("2026-12-07 15:46")
    for case in ("P01", "P03"):
        assert ASKED in (await play.last(case))["text"]
    await play.writes("P01", "1")
    assert "We will check in with you in the holidays." in (await play.last("P01"))["text"]
    assert (await wants(play, "P01"), await wants(play, "P03")) == ((True, True), (None, False))
    await play.writes("SG", "/holidays P03 no")
    assert await wants(play, "P03") == (False, False)
    assert await wants(sqlite_play, "P01") == (True, False)  # a team that offers it to nobody


async def test_a_team_that_offers_no_check_ins_in_the_holidays_asks_nobody(sqlite_play: Play):
    play = await planned(later(sqlite_play, "2026-12-07 15:44"))
    await play.at("2026-12-07 15:46")
    assert not any(ASKED in text for text in await play.received("P01"))


async def test_a_week_before_holidays_with_nobody_named_the_manager_hears_once(sqlite_play: Play):
    play = await planned(later(sqlite_play, "2026-12-11 08:59"))
    await play.at("2026-12-11 09:01")
    [task] = await play.tasks(kind="holiday_duty", owner="HM")
    assert task["words"].startswith("Nobody is named for every day of the holidays, Sat 19 Dec")


async def test_once_somebody_is_named_the_manager_is_not_asked(sqlite_play: Play):
    await sqlite_play.writes("HM", "/holidayduty Priya 19 Dec to 3 Jan")
    assert any("You are named for the holidays" in one for one in await sqlite_play.received("PN"))
    play = await planned(later(sqlite_play, "2026-12-11 08:59"))
    await play.at("2026-12-11 09:01")
    assert await play.tasks(kind="holiday_duty") == []


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("2026-12-17 20:00", False),  # an evening in term
        ("2026-12-22 14:00", False),  # in the holidays, with her own worker at work
        ("2026-12-23 20:00", True),
    ],
)
async def test_in_the_holidays_what_a_worker_does_not_hear_reaches_whoever_is_named(
    sqlite_play: Play, when, told
):
    await sqlite_play.writes("HM", "/holidayduty Priya 19 Dec to 3 Jan")
    play = later(sqlite_play, when)
    await play.writes("P01", "the bus pass never came")
    await play.writes("P01", "he said he wants to kill himself")
    heard = "\n".join(await play.received("PN"))
    assert ("the bus pass never came" in heard) is told
    assert ("wants to kill himself" in heard) is told
    assert any("wants to kill himself" in one for one in await play.received("DO"))


async def test_a_task_nobody_took_climbs_to_whoever_is_named_first(sqlite_play: Play):
    await later(sqlite_play, "2026-12-18 16:55").writes("P01", "the bus pass never came")
    await sqlite_play.writes("HM", "/holidayduty Priya 19 Dec to 3 Jan")
    play = later(sqlite_play, "2026-12-21 18:00")
    [task] = await play.tasks(kind="message", case="P01")
    await play.database.write(lambda c: climb(scene_of(play, c), task["id"]))
    await play.service.settle()
    assert any("the bus pass never came" in one for one in await play.received("PN"))


async def test_only_the_manager_names_who_is_there_and_only_for_days_that_can_be(sqlite_play: Play):
    for who, words, said in (
        ("DO", "/holidayduty Marcus 19 Dec to 3 Jan", "The manager names who is there"),
        ("HM", "/holidayduty Marcus", "Type /holidayduty, a name and two days"),
        ("HM", "/holidayduty Marcus 19 Dec to 10 Jun", "Those days cannot be"),
        ("HM", "/activity", "8 places, 6 booked, 0 waiting, 3 to answer, answer by Fri 11 Dec"),
        ("HM", "/holidays P01", "nobody has asked them yet"),
    ):
        await sqlite_play.writes(who, words)
        assert said in (await sqlite_play.last(who))["text"]
