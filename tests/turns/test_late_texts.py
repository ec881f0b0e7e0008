"""Words that reach us hours after they were said: answered at no odd hour, and what they meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import Inbound
from bot.handlers import simulated
from bot.turns import take
from storage.addresses import hold_line
from storage.tables import Contact
from tests.stage import Play, london
from tests.turns.visitors import LEANNE, rows_of

NIGHT, AFTERNOON = "2026-12-02 03:00", "2026-12-01 16:05"
NOTE = "(said Tue 1 Dec 16:05, reached us late)"


async def says(play: Play, words: str, said: str | None = AFTERNOON, **more) -> None:
    said_at = london(said) if said else None
    inbound = Inbound("sms", f"SM{words}{said}"[:60], LEANNE, words, said_at=said_at, **more)
    await take(play.database, play.service.taskforce, inbound, play.now)
    await play.service.settle()


async def sent(play: Play) -> list[str]:
    return await play.received("P01")


@pytest.mark.parametrize("words", ["is he in on friday", "STOP", "HELP", "wrong number", "CALL"])
async def test_what_leanne_wrote_at_four_is_not_answered_at_three_in_the_morning(
    sqlite_play: Play, words
):
    play = sqlite_play
    play.wakes_at(NIGHT)
    before = await sent(play)
    await says(play, words)
    assert await sent(play) == before


async def test_the_same_words_written_at_three_are_answered_at_once(sqlite_play: Play):
    sqlite_play.wakes_at(NIGHT)
    await says(sqlite_play, "is he in on friday", NIGHT)
    assert "This phone is next read" in (await sent(sqlite_play))[-1]


async def test_the_confirmation_of_a_late_stop_goes_when_texts_may_be_sent(sqlite_play: Play):
    play = sqlite_play
    await play.without_digests()
    await play.at(NIGHT)
    await says(play, "STOP")
    await play.at("2026-12-02 14:00")
    assert "no more texts" in (await sent(play))[-1]


async def test_late_words_of_danger_are_answered_with_whom_to_call_at_any_hour(sqlite_play: Play):
    play = sqlite_play
    play.wakes_at(NIGHT)
    await says(play, "i want to kill myself")
    assert "call 999" in (await sent(play))[-1]
    [task] = await play.tasks(case="P01", kind="crisis")
    assert f"i want to kill myself\n{NOTE}" in task["words"]


async def test_staff_read_when_late_words_were_said_and_the_log_dates_them_so(play: Play):
    play.wakes_at(NIGHT)
    await says(play, "is he in on friday")
    [task] = await play.tasks(case="P01", kind="message")
    assert task["words"] == f"Leanne Thornton (Kai P01): is he in on friday\n{NOTE}"
    assert NOTE in (await play.last("DO"))["text"]
    [row] = [r for r in await rows_of(play, Contact) if r.words == "is he in on friday"]
    assert (row.occurred_at, row.recorded_at) == (london(AFTERNOON), london(NIGHT))


async def test_words_of_just_now_bear_no_note(sqlite_play: Play):
    play = sqlite_play
    play.wakes_at("2026-12-01 16:15")
    await says(play, "is he in on friday")
    [task] = await play.tasks(case="P01", kind="message")
    assert "late" not in task["words"]
    [row] = await play.log("P01")
    assert row["at"] == play.now.isoformat()


async def test_a_provider_whose_clock_is_ahead_dates_nothing_in_the_future(sqlite_play: Play):
    sqlite_play.wakes_at("2026-12-01 16:15")
    await says(sqlite_play, "is he in on friday", "2026-12-01 17:00")
    [row] = await sqlite_play.log("P01")
    assert row["at"] == sqlite_play.now.isoformat()


@pytest.mark.thursday
async def test_a_one_that_was_written_before_the_check_in_does_not_answer_it(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-03 16:30")
    assert "weekly check-in" in (await sent(play))[-1]
    await says(play, "1", "2026-12-03 14:05")
    [task] = await play.tasks(case="P01", kind="message")
    assert task["words"].startswith("Leanne Thornton (Kai P01): 1\n(said Thu 3 Dec 14:05")
    rows = [row for row in await play.log("P01") if row["words"] == "1"]
    assert [row["answering"] for row in rows] == [None]
    await says(play, "1", None)  # the question is still open, and this answers it
    rows = [row for row in await play.log("P01") if row["words"] == "1"]
    assert {row["answering"] for row in rows} == {None, "check_in"}


@pytest.mark.thursday
async def test_a_late_answer_to_the_question_that_was_open_then_is_its_answer(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-03 16:30")
    await says(play, "3", "2026-12-03 15:50")
    [row] = [row for row in await play.log("P01") if row["words"] == "3"]
    assert row["answering"] == "check_in"
    await play.without_digests()
    await play.at("2026-12-04 14:00")
    assert "What would help?" in (await sent(play))[-1]


@pytest.mark.thursday
async def test_a_call_that_was_asked_for_before_the_check_in_leaves_its_question_open(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at("2026-12-03 16:30")
    await says(play, "CALL", "2026-12-03 14:05")
    assert await play.tasks(case="P01", kind="call")
    await says(play, "1", None)
    assert [row["answering"] for row in await play.log("P01") if row["words"] == "1"] == [
        "check_in"
    ]


async def opted_out(play: Play) -> bool:
    line = await play.database.write(lambda c: hold_line(c, "sms", LEANNE, play.now))
    return line.opted_out_at is not None


async def test_a_late_start_does_not_lift_the_stop_that_was_written_after_it(sqlite_play: Play):
    play = sqlite_play
    play.wakes_at("2026-12-01 16:00")
    await says(play, "STOP", None)
    play.wakes_at("2026-12-01 18:00")
    await says(play, "START", "2026-12-01 15:00")
    assert await opted_out(play)
    [task] = await play.tasks(case="P01", kind="message")
    assert "START" in task["words"]


async def test_a_stop_and_a_start_that_both_come_late_mean_what_they_meant(sqlite_play: Play):
    play = sqlite_play
    play.wakes_at(NIGHT)
    await says(play, "STOP")
    await says(play, "START", "2026-12-01 16:30")
    assert not await opted_out(play)


async def test_a_call_that_waited_says_when_they_rang(sqlite_play: Play):
    play = sqlite_play
    play.wakes_at(NIGHT)
    await says(play, "", rang=True)
    [task] = await play.tasks(case="P01", kind="call")
    assert task["words"].endswith("(rang Tue 1 Dec 16:05, reached us late)")


async def test_a_late_text_counts_as_written_then_when_a_worker_answers_it_at_night(
    sqlite_play: Play,
):
    """Within two hours of their words an answer goes at any hour: from when they were said."""
    play = sqlite_play
    await play.without_digests()
    await play.at("2026-11-30 22:00")
    await says(play, "is he in on friday", "2026-11-30 16:05")
    notice = await play.last("DO")
    before = await sent(play)
    await play.writes("DO", "Yes, at nine.", reply_to=notice["id"])
    await play.later(seconds=11)
    assert await sent(play) == before


@pytest.mark.parametrize(("provider", "answers"), [("twilio", 0), ("notify", 1), ("", 1)])
async def test_a_stop_is_confirmed_by_us_unless_it_came_by_a_provider_that_confirms_it(
    sqlite_play: Play, provider, answers
):
    play = sqlite_play
    await play.at("2026-11-30 16:00")
    before = len(await sent(play))
    taskforce = replace(play.service.taskforce, confirm_stop=frozenset({"twilio"}))
    inbound = Inbound("sms", "SMstop", LEANNE, "STOP", provider=provider)
    await take(play.database, taskforce, inbound, play.now)
    await play.later(minutes=1)
    assert len(await sent(play)) - before == answers


@pytest.mark.parametrize(("length", "goes"), [(918, True), (919, False)])
async def test_words_too_long_for_the_provider_are_refused_when_they_are_typed(
    sqlite_play: Play, length, goes
):
    play = sqlite_play
    await play.at("2026-11-30 16:00")
    await says(play, "is he in on friday", None)
    notice, before = await play.last("DO"), await sent(play)
    taskforce = replace(play.service.taskforce, longest_text=918)
    words = "x" * (length - len("\nDani"))
    inbound = Inbound("staff", "in-long", await address_of(play, "DO"), words,
                      reply_to=notice["id"])  # fmt: skip
    await take(play.database, taskforce, inbound, play.now)
    await play.later(seconds=30)
    assert (len(await sent(play)) > len(before)) is goes
    if not goes:
        said = [message["text"] for message in await play.phone("DO")]
        assert "Not sent: 1 characters too many for one text message. Send it in two parts." in said


async def address_of(play: Play, ref: str) -> str:
    line = await play.database.read(lambda c: simulated.line(c, ref))
    assert line is not None
    return line[1]
