"""From the outbox to the channels: what happens when a channel says yes, no, later or nothing."""

from __future__ import annotations

import pytest

from bot.domain import BadAddress, Misconfigured, OptedOut, Refused, Uncertain, Unreachable
from tests.fakes.channels import Obedient
from tests.stage import Play

CHECK_IN_DAY = "2026-12-03 15:45"


async def played(play: Play, *faults: Exception) -> Obedient:
    """Thursday, on an SMS channel whose first answers are these faults, for P01 alone."""
    await play.only_about("P01")
    channel = Obedient(*faults)
    play.channels["sms"] = channel
    await play.at(CHECK_IN_DAY)
    return channel


@pytest.mark.thursday
async def test_a_busy_provider_is_tried_again_until_it_takes_the_message(play: Play):
    channel = await played(play, Unreachable("busy", "429"), Unreachable("busy", "429"))
    await play.at("2026-12-03 16:10")
    assert [m.address for m in channel.taken] == ["+447700900100"]
    assert channel.tried == 3
    assert len(await play.log("P01")) == 1


@pytest.mark.thursday
async def test_a_provider_that_asks_for_a_minute_gets_a_minute(sqlite_play: Play):
    channel = await played(sqlite_play, Unreachable("busy", "429", after=60))
    await sqlite_play.later(seconds=59)
    assert channel.tried == 1
    await sqlite_play.later(seconds=2)
    assert channel.tried == 2


@pytest.mark.thursday
async def test_a_message_nobody_knows_about_is_never_sent_again_blindly(play: Play):
    channel = await played(play, Uncertain("time-out"))
    await play.at("2026-12-03 18:00")
    assert channel.tried == 1
    (task,) = await play.tasks(kind="uncertain")
    assert (task["owner"], task["case"]) == ("DO", "P01")
    assert await play.log("P01") == []


@pytest.mark.thursday
async def test_a_channel_that_fails_oddly_may_have_sent_it_so_a_person_is_asked(sqlite_play: Play):
    channel = await played(sqlite_play, ZeroDivisionError("our own bug"))
    await sqlite_play.at("2026-12-03 18:00")
    assert channel.tried == 1
    assert len(await sqlite_play.tasks(kind="uncertain")) == 1


@pytest.mark.thursday
@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (OptedOut("blocked", "21610"), "You must phone"),
        (BadAddress("no such number", "21211"), "Check it with the family"),
        (Refused("filtered", "30007"), "code 30007"),
    ],
)
async def test_a_refused_message_is_an_attempt_on_the_case_and_a_task(play: Play, fault, why):
    channel = await played(play, fault)
    await play.at("2026-12-03 18:00")
    assert channel.tried == 1
    (task,) = await play.tasks(kind="undelivered", case="P01")
    assert why in task["words"]
    assert [row["attempt_result"] for row in await play.log("P01")] == ["undelivered"]


@pytest.mark.thursday
async def test_a_question_that_never_left_is_not_open(sqlite_play: Play):
    await played(sqlite_play, Refused("filtered", "30007"))
    await sqlite_play.writes("P01", "1")
    (task,) = await sqlite_play.tasks(kind="message", case="P01")
    assert task["words"].endswith(": 1")


@pytest.mark.thursday
async def test_a_wrong_setting_costs_no_attempt_and_the_message_waits(sqlite_play: Play):
    faults = [Misconfigured("bad sender", "21606") for _ in range(12)]
    channel = await played(sqlite_play, *faults)
    await sqlite_play.at("2026-12-04 14:30")
    assert (channel.tried, len(channel.taken)) == (13, 1)


@pytest.mark.thursday
async def test_after_ten_minutes_of_trying_somebody_is_told_and_it_goes_when_it_can(
    sqlite_play: Play,
):
    sqlite_play.service.dispatcher.jitter = lambda: 1.0
    channel = await played(sqlite_play, *(Unreachable("down") for _ in range(8)))
    await sqlite_play.at("2026-12-03 15:56")
    assert len(await sqlite_play.tasks(kind="delayed", case="P01")) == 1
    await sqlite_play.at("2026-12-04 14:30")
    assert (channel.tried, len(channel.taken)) == (9, 1)
    assert not await sqlite_play.tasks(kind="delayed")


@pytest.mark.thursday
async def test_a_provider_that_is_away_for_a_whole_day_leaves_the_message_to_a_person(
    sqlite_play: Play,
):
    channel = await played(sqlite_play, *(Unreachable("down") for _ in range(500)))
    await sqlite_play.at("2026-12-04 16:30")
    assert len(await sqlite_play.tasks(kind="undelivered", case="P01")) == 1
    tried = channel.tried
    await sqlite_play.at("2026-12-06 12:00")
    assert channel.tried == tried


@pytest.mark.thursday
async def test_messages_to_one_phone_leave_in_the_order_they_were_written(play: Play):
    channel = Obedient()
    play.channels["sms"] = channel
    await play.writes("P01", "hello dani")
    notice = await play.last("DO")
    for number in range(5):
        await play.writes("DO", f"line {number}", reply_to=notice["id"])
    await play.later(seconds=11)
    assert [m.shown.text for m in channel.taken if "line" in m.shown.text] == [
        f"line {number}\nDani" for number in range(5)
    ]


async def test_typed_words_can_be_stopped_for_ten_seconds(play: Play):
    await play.writes("P01", "is kai ok")
    notice = await play.last("DO")
    await play.writes("DO", "oops wrong famly", reply_to=notice["id"])
    offer = await play.last("DO")
    await play.later(seconds=9)
    await play.presses("DO", offer["choices"][0]["key"])
    await play.later(seconds=60)
    assert await play.received("P01") == []
    assert (await play.last("DO"))["text"] == "Stopped. Nothing was sent."
    assert len(await play.tasks(kind="message", case="P01")) == 1, "it still waits for an answer"


async def test_typed_words_at_night_wait_and_the_worker_may_send_them_now(play: Play):
    await play.without_digests()
    await play.at("2026-12-01 13:00")
    await play.writes("P07", "can we talk")
    notice = await play.last("TW")
    await play.at("2026-12-01 21:30")
    await play.writes("TW", "Yes, of course.", reply_to=notice["id"])
    await play.later(seconds=11)
    held = await play.last("TW")
    assert held["text"].startswith("Held until Wed 2 Dec 12:00 because of outside this family's")
    assert await play.received("P07") == []
    await play.presses("TW", held["choices"][0]["key"])
    assert await play.received("P07") == ["Yes, of course.\nTom"]


async def test_an_automatic_message_waits_while_people_are_talking(sqlite_play: Play):
    play = sqlite_play
    await play.only_about("P03")
    await play.at("2026-12-03 15:30")
    await play.writes("P03", "jayden is upset today")
    await play.at("2026-12-03 15:50")
    assert await play.received("P03") == []
    assert any("conversation with a person" in h["reason"] for h in await play.held())


async def test_a_held_check_in_is_worded_again_for_whoever_answers_by_then(sqlite_play: Play):
    play = sqlite_play
    await play.only_about("P01")
    await play.at("2026-12-03 15:30")
    await play.writes("DO", "/pause all")
    await play.at("2026-12-03 15:50")
    await play.writes("DO", "/away until fri")
    await play.writes("DO", "/resume all")
    await play.at("2026-12-04 15:00")
    (text,) = await play.received("P01")
    assert text.startswith("Marcus is covering for Dani and reads your messages. Hi Leanne")
    assert "Marcus's weekly check-in" in text
