"""While somebody is away: who receives, who answers, and what the family is told."""

from __future__ import annotations

import pytest

from tests.stage import Play

COVERING = "Marcus is covering for Dani and reads your messages."


async def test_the_deputy_receives_and_answers_and_the_family_is_told_once(play: Play):
    await play.writes("DO", "/away until fri")
    assert (await play.last("DO"))["text"] == (
        "You are away until Fri 4 Dec. Marcus Bell receives and answers."
    )
    quiet = len(await play.phone("DO"))
    await play.writes("P01", "is he in on friday")
    notice = await play.last("MB")
    assert notice["text"] == "Leanne Thornton (Kai P01): is he in on friday"
    await play.writes("MB", "Yes, at nine.", reply_to=notice["id"])
    await play.later(seconds=11)
    await play.writes("P01", "thank you both")
    await play.later(seconds=11)
    received = await play.received("P01")
    assert received[-1] == "Yes, at nine.\nMarcus"
    assert sum(COVERING in text for text in received) == 1
    assert (await play.last("MB"))["text"].endswith("thank you both")
    assert len(await play.phone("DO")) == quiet


@pytest.mark.thursday
async def test_the_check_in_says_whose_it_is_while_somebody_covers(sqlite_play: Play):
    play = sqlite_play
    await play.writes("DO", "/away until 11 Dec")
    await play.at("2026-12-03 15:45")
    [text] = await play.received("P01")
    assert text.startswith(f"{COVERING} Hi Leanne, this is Marcus's weekly check-in text.")


async def test_back_restores_the_key_worker(play: Play):
    await play.writes("DO", "/away")
    assert (await play.last("DO"))["text"] == (
        "You are away until you type /back. Marcus Bell receives and answers."
    )
    await play.writes("DO", "/back")
    assert (await play.last("DO"))["text"] == "Welcome back. Messages come to you again."
    await play.writes("P01", "is he in on friday")
    assert (await play.last("DO"))["text"] == "Leanne Thornton (Kai P01): is he in on friday"
    assert not any(COVERING in text for text in await play.received("P01"))


async def test_a_cover_with_a_day_ends_by_itself(sqlite_play: Play):
    play = sqlite_play
    await play.writes("DO", "/away until 2 Dec")
    await play.at("2026-12-02 16:00")
    await play.writes("P02", "jutro?")
    assert (await play.last("MB"))["text"].endswith("jutro?")
    await play.at("2026-12-03 09:00")
    await play.writes("P02", "a dzisiaj?")
    assert (await play.last("DO"))["text"].endswith("a dzisiaj?")


async def test_going_away_again_replaces_the_first_time(sqlite_play: Play):
    play = sqlite_play
    await play.writes("DO", "/away")
    await play.writes("DO", "/away until 1 Dec")
    await play.at("2026-12-02 10:00")
    await play.writes("P02", "jutro?")
    assert (await play.last("DO"))["text"].endswith("jutro?")


async def test_two_who_cover_each_other_leave_it_to_the_manager(play: Play):
    await play.writes("DO", "/away")
    await play.writes("MB", "/away")
    assert (await play.last("MB"))["text"] == (
        "You are away until you type /back. Helen Marsh receives and answers."
    )
    await play.writes("P01", "is he in on friday")
    assert (await play.last("HM"))["text"] == "Leanne Thornton (Kai P01): is he in on friday"
    assert [task["owner"] for task in await play.tasks(kind="message", case="P01")] == ["HM"]


async def test_without_a_deputy_duty_receives(sqlite_play: Play):
    await sqlite_play.writes("HM", "/away")
    assert (await sqlite_play.last("HM"))["text"] == (
        "You are away until you type /back. Marcus Bell receives and answers."
    )


async def test_danger_reaches_whoever_covers_too(sqlite_play: Play):
    play = sqlite_play
    await play.writes("DO", "/away")
    await play.writes("P01", "I dont want to live any more")
    owners = {task["owner"] for task in await play.tasks(level="L1")}
    assert owners == {"MB", "JL"}
    assert "I dont want to live any more" in (await play.last("MB"))["text"]
