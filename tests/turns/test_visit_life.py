"""The whole life of a visit as Leanne meets it: booked, reminded, moved, called off, missed."""

from __future__ import annotations

import pytest

from bot.rules.visits import BOOKED, CANCELLED, OFFERED, OVER
from bot.scene.family import family_of
from bot.scene.scene import Scene
from bot.turns import start
from bot.turns.visit_news import ask_after_missed, plan_visit
from storage.addresses import people
from storage.booking import change_visit
from tests.stage import Play, london
from tests.turns.visiting import (
    books,
    calls_off,
    does,
    due,
    found,
    left_out,
    moves,
    question,
    stands,
)


@pytest.mark.afternoon
async def test_leanne_picks_a_time_is_reminded_once_and_may_change_it(play: Play) -> None:
    await play.at("2026-11-30 13:45")
    times = ("2026-12-03 13:30", "2026-12-03 15:00", "2026-12-04 14:00")
    visit, told = await books(play, "P01", None, times=times, place="home")
    assert told == "Leanne is told by text."
    assert (await play.last("P01"))["text"] == (
        "Hi Leanne, what suits you for a visit with Dani, at your home? "
        "1 = Thu 3 Dec 13:30, 2 = Thu 3 Dec 15:00, 3 = Fri 4 Dec 14:00, 4 = Another time."
    )
    await play.writes("P01", "2")
    assert (await play.last("P01"))["text"] == (
        "Thank you. Booked with Dani: a visit on Thu 3 Dec at 15:00, at your home."
    )
    now = await stands(play, visit.id)
    assert (now.state, now.version, now.plan.starts_at) == (BOOKED, 2, london("2026-12-03 15:00"))
    assert now.confirmed_at is not None
    assert set(await due(play, "visit_reminder")) == {f"{visit.id}.2:1d"}
    await play.at("2026-12-02 15:50")
    assert (await play.last("P01"))["text"] == (
        "Reminder: a visit with Dani on Thu 3 Dec at 15:00, at your home. "
        "1 = That suits, 2 = Change it. This time is kept free for you."
    )
    await play.writes("P01", "2")
    assert (await play.last("P01"))["text"].startswith("What would be better?")
    await play.later(seconds=5)
    await play.writes("P01", "2")
    assert (await play.last("P01"))["text"].startswith("Thank you for telling us. That is off")
    assert (await stands(play, visit.id)).state == CANCELLED
    assert (await play.tasks(kind="hand_over", case="P01"))[0]["owner"] == "DO"
    assert await due(play, "visit_reminder") == {}
    assert await due(play, "visit_outcome") == {}


@pytest.mark.afternoon
async def test_a_moved_visit_takes_its_reminders_with_it(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    visit, _told = await books(play, "P01", "2026-12-04 13:30")
    assert (await play.last("P01"))["text"] == (
        "Hi Leanne, booked with Dani: a visit on Fri 4 Dec at 13:30, at the learning centre. "
        "1 = That suits, 2 = Change it."
    )
    await play.writes("P01", "1")
    assert (await play.last("P01"))["text"] == "Thank you. That is fixed: Fri 4 Dec at 13:30."
    await moves(play, visit.id, "2026-12-04 14:30")
    assert (await play.last("P01"))["text"].startswith(
        "Hi Leanne, a visit with Dani is now on Fri 4 Dec at 14:30"
    )
    before = len(await play.received("P01"))
    await play.at("2026-12-04 16:00")
    later = (await play.received("P01"))[before:]
    assert [text for text in later if "13:30" in text] == []
    assert sum("Reminder" in text for text in later) == 2  # nobody has said that it suits


async def test_what_waits_is_not_sent_once_the_visit_is_off(sqlite_play: Play) -> None:
    play = sqlite_play  # Monday half past eight: Leanne may be written to from half past one
    visit, told = await books(play, "P01", "2026-12-03 13:30")
    assert told == "Leanne is told by text Mon 30 Nov 13:30."
    assert await calls_off(play, visit.id) == "They had not been told of it yet, so no text goes."
    assert await question(play, "P01") == ""
    await play.at("2026-11-30 13:45")
    assert await play.received("P01") == []
    assert await question(play, "P01") == ""


async def test_a_yes_to_a_time_nobody_has_seen_yet_goes_to_a_person(sqlite_play: Play) -> None:
    play = sqlite_play
    visit, _told = await books(play, "P01", "2026-12-03 13:30")
    await play.writes("P01", "1")
    assert (await stands(play, visit.id)).confirmed_at is None
    assert (await play.tasks(kind="message", case="P01"))[0]["owner"] == "DO"


@pytest.mark.afternoon
async def test_a_button_of_the_old_time_confirms_nothing(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    visit, _told = await books(play, "P01", "2026-12-03 13:30")
    old = (await play.last("P01"))["turn"]
    await moves(play, visit.id, "2026-12-03 14:30")
    await play.presses("P01", "suits", old)
    assert (await stands(play, visit.id)).confirmed_at is None


@pytest.mark.afternoon
async def test_whoever_loses_the_time_gets_others_at_once(play: Play) -> None:
    await play.at("2026-11-30 13:45")
    times = ("2026-12-03 13:30", "2026-12-03 15:00")
    first, _told = await books(play, "P01", None, times=times)
    await books(play, "P03", "2026-12-03 13:30")
    await play.writes("P01", "1")
    said = (await play.last("P01"))["text"]
    assert said.startswith("We cannot do that time any more. What suits you for a visit?")
    assert "Thu 3 Dec 13:30" not in said
    assert (await stands(play, first.id)).state == OFFERED
    await play.later(seconds=5)
    await play.writes("P01", "1")
    assert (await stands(play, first.id)).state == BOOKED


@pytest.mark.afternoon
async def test_another_time_frees_the_old_one_and_offers_others(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    visit, _told = await books(play, "P01", "2026-12-03 13:30")
    await play.writes("P01", "2")
    await play.writes("P01", "1")
    assert (await play.last("P01"))["text"].startswith(
        "Thank you for telling us. What suits you for a visit? 1 = "
    )
    now = await stands(play, visit.id)
    assert (now.state, now.version) == (OFFERED, 2)
    await play.writes("P01", "4")
    assert (await play.last("P01"))["text"].startswith("Which days and times are best")
    await play.writes("P01", "any day after half term")
    [task] = await play.tasks(kind="message", case="P01")
    assert "any day after half term" in task["words"]


@pytest.mark.afternoon
async def test_a_lift_is_a_task_for_whoever_comes(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    await books(play, "P01", "2026-12-03 13:30", staff=("MB",))
    await play.writes("P01", "transport")
    assert (await play.last("P01"))["text"].startswith("Where shall we pick you up? 1 = At home.")
    await play.writes("P01", "1")
    [task] = await play.tasks(kind="lift")
    assert task["owner"] == "MB"
    assert "Thu 3 Dec 13:30). Pick-up: at home. Reply here with a time." in task["words"]


async def test_who_cannot_be_texted_is_rung_by_whoever_comes(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 10:00")
    _visit, told = await books(play, "P13", "2026-12-03 13:00", staff=("MB",))
    assert told.endswith("gets no text: prefers a phone call. Please phone or visit.")
    [task] = await play.tasks(kind="hand_over", case="P13")
    assert task["owner"] == "MB"
    _visit, told = await books(play, "P06", "2026-12-04 13:00", staff=("MB",))
    assert "no approved wording in their language (ckb)" in told
    assert (await play.tasks(kind="interpreter", case="P06"))[0]["owner"] == "MB"


@pytest.mark.thursday
async def test_beside_an_open_question_news_has_no_numbers(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-12-03 15:50")  # the check-in has just asked
    assert await question(play, "P01") == "check_in"
    _visit, told = await books(play, "P01", "2026-12-08 13:30")
    assert "it has no numbers" in told
    await play.later(minutes=1)
    said = (await play.last("P01"))["text"]
    assert said.endswith("Write here to change it. A person reads every message.")
    assert await question(play, "P01") == "check_in"


async def test_a_day_in_which_they_heard_of_it_needs_no_reminder(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 10:00")
    visit, _told = await books(play, "P21", "2026-12-01 13:00", staff=("RA", "PN"))
    assert (await play.last("P21"))["text"] == (
        "Hi Gemma, Ruth and Priya will see you together on Tue 1 Dec at 13:00, "
        "at the learning centre. So you tell your story once. 1 = That suits, 2 = Change it."
    )
    assert await due(play, "visit_reminder") == {}
    assert list(await due(play, "visit_briefing")) == [f"{visit.id}.1"]
    assert await left_out(play) == []


@pytest.mark.afternoon
async def test_after_a_missed_visit_nobody_is_blamed(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    visit, _told = await books(play, "P01", "2026-12-03 13:30")

    def ends(scene: Scene) -> str:
        held = found(scene.connection, visit.id)
        over = change_visit(scene.connection, held, held.plan, OVER, "ended", "DO", scene.now)
        assert over is not None
        plan_visit(scene, over)
        return ask_after_missed(scene, over)

    await play.at("2026-12-03 14:45")
    assert await does(play, ends) == "Leanne is told by text."
    assert (await play.last("P01"))["text"] == (
        "Hi Leanne, we missed each other on Thu 3 Dec. Is everything OK? "
        "1 = Find another time, 2 = Not just now. Or reply CALL and Dani will ring you."
    )
    await play.writes("P01", "1")
    assert (await play.last("P01"))["text"] == ("Thank you. Dani will find another time with you.")


@pytest.mark.afternoon
async def test_news_that_would_come_as_they_set_out_is_rung(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    visit, _told = await books(play, "P01", "2026-12-02 13:45")
    await play.at("2026-12-02 09:00")  # her hours begin at half past one
    told = await calls_off(play, visit.id)
    assert told == "Leanne gets no text: it cannot reach them in time. Please phone or visit."
    [task] = await play.tasks(kind="hand_over", case="P01")
    assert "tell them that it is off" in task["words"]


async def test_news_without_numbers_that_waited_is_dropped_once_the_time_changed(
    sqlite_play: Play,
) -> None:
    play = sqlite_play
    await does(play, asks_something_else)
    visit, _told = await books(play, "P01", "2026-12-04 13:30")
    await moves(play, visit.id, "2026-12-04 14:30")
    await play.at("2026-11-30 13:45")
    said = [text for text in await play.received("P01") if "4 Dec" in text]
    assert [("13:30" in text, "14:30" in text) for text in said] in ([], [(False, True)])
    assert not [text for text in await play.received("P01") if "at 13:30" in text]
    await play.at("2026-12-01 15:00")
    assert [text for text in await play.received("P01") if "at 14:30" in text]


def asks_something_else(scene: Scene) -> None:
    """Leave Leanne with another question open."""
    leanne = next(one for one in people(scene.connection) if one.first_name == "Leanne")
    family = family_of(scene, leanne)
    assert family is not None
    start(scene, family, "holiday_wish", {}, not_after=None)
