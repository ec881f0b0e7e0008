"""What nobody takes in time climbs: owner, deputy, duty, manager."""

from __future__ import annotations

import pytest

from tests.stage import Play


async def who_heard(play: Play, words: str) -> dict[str, str]:
    """When each member of staff first read these words."""
    heard = {}
    for staff in ("DO", "MB", "HM", "JL", "SG"):
        for message in await play.phone(staff):
            if message["direction"] == "out" and words in message["text"]:
                heard.setdefault(staff, message["at"][5:16])
    return heard


async def test_a_message_nobody_takes_goes_to_the_deputy_and_then_the_manager(play: Play):
    await play.writes("P01", "is he in on friday")
    [task] = await play.tasks(kind="message", case="P01")
    assert (task["owner"], task["respond_by"]) == ("DO", "2026-11-30T12:30:00+00:00")
    await play.at("2026-12-01 17:00")
    assert await who_heard(play, "is he in on friday") == {
        "DO": "11-30T08:30", "MB": "11-30T12:30", "HM": "11-30T16:30"
    }  # fmt: skip
    assert any("Not taken yet. " in message["text"] for message in await play.phone("MB"))
    assert [task["kind"] for task in await play.tasks(case="P01")] == ["message"]


async def test_who_takes_it_ends_the_climb(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "is he in on friday")
    await play.presses("DO", (await play.last("DO"))["choices"][0]["key"])
    await play.at("2026-12-02 17:00")
    assert set(await who_heard(play, "is he in on friday")) == {"DO"}


async def test_an_answer_ends_the_climb(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "is he in on friday")
    await play.writes("DO", "Yes.", reply_to=(await play.last("DO"))["id"])
    await play.at("2026-12-02 17:00")
    assert set(await who_heard(play, "is he in on friday")) == {"DO"}


@pytest.mark.afternoon
async def test_the_clock_of_a_message_counts_working_hours(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 16:00")
    await play.writes("P02", "jutro?")
    [task] = await play.tasks(kind="message", case="P02")
    assert task["respond_by"] == "2026-12-01T11:30:00+00:00"


async def test_danger_nobody_takes_reaches_the_top_in_the_hour(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "I dont want to live any more")
    assert set(await who_heard(play, "live any more")) == {"DO", "JL"}
    await play.at("2026-11-30 09:31")
    heard = await who_heard(play, "live any more")
    assert heard == {
        "DO": "11-30T08:30", "JL": "11-30T08:30", "MB": "11-30T08:45", "HM": "11-30T08:45"
    }  # fmt: skip
    open_still = await play.tasks(case="P01", level="L1")
    assert {task["kind"] for task in open_still} == {"crisis", "safeguarding"}


async def times_danger_was_said(play: Play, who: str) -> list[str]:
    """When this member of staff was told that nobody has taken it."""
    return [
        m["at"][5:16]
        for m in await play.phone(who)
        if m["direction"] == "out" and "Not taken yet. L1 suicide" in m["text"]
    ]


async def test_danger_nobody_takes_is_said_once_more_and_then_every_morning(sqlite_play: Play):
    """Thursday's danger: Friday is the lead's, and over the weekend nobody is at work."""
    play = sqlite_play
    await play.at("2026-12-03 10:00")
    await play.writes("P01", "I dont want to live any more")
    await play.at("2026-12-08 12:00")
    said = await times_danger_was_said(play, "JL")
    first_day = [moment for moment in said if moment.startswith("12-03")]
    assert first_day[-1] == "12-03T14:30"
    assert [moment for moment in said if moment not in first_day] == [
        "12-04T08:00", "12-04T08:00",  # at work from eight; its two tasks, of owner and lead
        "12-05T09:00", "12-05T09:00",
        "12-06T09:00", "12-06T09:00",
        "12-07T08:00", "12-07T08:00",
        "12-08T08:00", "12-08T08:00",
    ]  # fmt: skip


async def days_of_danger(play: Play, written: str, until: str) -> list[str]:
    """The last that was said by night, and everything after: each moment once."""
    await play.at(written)
    await play.writes("P01", "I dont want to live any more")
    await play.at(until)
    return list(dict.fromkeys(await times_danger_was_said(play, "JL")))


async def test_danger_said_by_night_is_said_again_that_same_morning(sqlite_play: Play):
    """Tuesday's working day is not slept through: the lead is at work from eight."""
    said = await days_of_danger(sqlite_play, "2026-12-01 00:30", "2026-12-02 12:00")
    night = [moment for moment in said if moment < "12-01T07"]
    assert night[-1] == "12-01T05:15"
    assert said[len(night) :] == ["12-01T08:00", "12-02T08:00"]


async def test_danger_said_just_before_work_begins_is_said_two_hours_on(sqlite_play: Play):
    said = await days_of_danger(sqlite_play, "2026-12-01 03:30", "2026-12-02 12:00")
    assert said[-5:] == [
        "12-01T06:00", "12-01T06:15",  # of its two tasks
        "12-01T08:00", "12-01T08:15",
        "12-02T08:00",
    ]  # fmt: skip


async def test_danger_said_on_a_saturday_night_is_said_again_that_morning(sqlite_play: Play):
    said = await days_of_danger(sqlite_play, "2026-12-05 00:30", "2026-12-06 12:00")
    assert said[-2:] == ["12-05T09:00", "12-06T09:00"]


async def test_danger_that_is_taken_is_not_said_again(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-03 10:00")
    await play.writes("P01", "I dont want to live any more")
    await play.at("2026-12-05 12:00")
    for task in await play.tasks(case="P01", level="L1"):
        await play.presses("JL", f"t:{task['id']}:ack")
    before = await times_danger_was_said(play, "JL")
    await play.at("2026-12-08 12:00")
    assert await times_danger_was_said(play, "JL") == before


async def test_words_hidden_from_a_worker_do_not_climb_to_them(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "I want to complain about Marcus Bell")
    await play.at("2026-12-02 17:00")
    assert "MB" not in await who_heard(play, "complain about")


async def test_a_small_task_is_not_carried_upstairs(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "HELP")
    await play.at("2026-12-02 17:00")
    assert set(await who_heard(play, "texted HELP")) == {"DO"}
    assert [task["kind"] for task in await play.tasks(case="P01")] == ["help"]


async def test_what_a_colleague_has_taken_on_is_only_left_for_the_lead_to_read(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "I dont want to live any more")
    (crisis,) = await play.tasks(case="P01", kind="crisis")
    await play.presses("DO", f"t:{crisis['id']}:ack")
    await play.at("2026-11-30 12:00")
    assert set(await who_heard(play, "live any more")) == {"DO", "JL", "HM"}
    said = [text for text in await play.received("JL") if "live any more" in text]
    again = "Dani has it since 08:30. This is for you to read."
    assert any(text.startswith(again) for text in said)
    assert not any("Not taken yet" in text for text in said)
