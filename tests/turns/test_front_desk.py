"""The order at the front desk: what families may say at any time, and who hears of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.app import DEMO_BEGINS
from storage.conversations import keep_state, load_state
from storage.tables import Conversation
from tests.stage import Play

CHECK_IN_DAY = "2026-12-03 15:45"


@pytest.mark.thursday
@pytest.mark.parametrize("words", ["STOP", "stop.", " Stop! "])
async def test_stop_ends_every_text_and_the_key_worker_is_told_to_phone(play: Play, words):
    await play.writes("P01", words)
    assert (await play.last("P01"))["text"].startswith("OK, no more texts will come from here.")
    (task,) = await play.tasks(kind="opted_out")
    assert (task["owner"], task["case"]) == ("DO", "P01")
    await play.at("2026-12-03 16:00")
    assert len(await play.received("P01")) == 1, "the confirmation was the last one"
    assert "opted out of texts: phone or visit" in [h["reason"] for h in await play.held()]


@pytest.mark.thursday
async def test_start_brings_the_texts_back_and_the_key_worker_hears_of_it(play: Play):
    await play.writes("P01", "STOP")
    await play.writes("P01", "START")
    assert "Texts will come again" in (await play.last("P01"))["text"]
    assert [t["owner"] for t in await play.tasks(kind="started_again")] == ["DO"]
    await play.at(CHECK_IN_DAY)
    assert "weekly check-in" in (await play.last("P01"))["text"]


@pytest.mark.thursday
async def test_please_stop_texting_me_holds_texts_until_a_person_has_looked(play: Play):
    await play.writes("P01", "please stop texting me")
    assert await play.received("P01") == []
    (task,) = await play.tasks(kind="stop_request")
    assert "please stop texting me" in task["words"]
    await play.at(CHECK_IN_DAY)
    assert await play.received("P01") == []
    notice = next(m for m in await play.phone("DO") if "please stop texting me" in m["text"])
    await play.presses("DO", notice["choices"][1]["key"])
    assert "Texts go on." in (await play.last("DO"))["text"]


@pytest.mark.parametrize("words", ["CANCEL", "END", "QUIT"])
async def test_cancel_end_and_quit_go_to_a_person_and_opt_nobody_out(play: Play, words):
    await play.writes("P10", words)
    (task,) = await play.tasks(kind="message", case="P10")
    assert words in task["words"]
    await play.without_digests()
    await play.at(CHECK_IN_DAY)
    assert any("weekly check-in" in text for text in await play.received("P10"))


@pytest.mark.parametrize("words", ["please stop by at 3", "the week came to an end ok"])
async def test_stop_and_end_inside_a_sentence_are_just_words(sqlite_play: Play, words):
    await sqlite_play.writes("P01", words)
    assert [t["kind"] for t in await sqlite_play.tasks(case="P01")] == ["message"]


@pytest.mark.thursday
async def test_a_cry_for_help_is_l1_for_the_owner_and_the_safeguarding_lead(play: Play):
    await play.at(CHECK_IN_DAY)
    await play.writes("P01", "I can't cope he's going to kill himself")
    owners = {task["owner"]: task["level"] for task in await play.tasks(level="L1")}
    assert owners == {"DO": "L1", "JL": "L1"}
    answer = (await play.last("P01"))["text"]
    assert "call 999 now" in answer
    assert "111, option 2" in answer
    assert "very soon" not in answer
    assert "kill himself" in (await play.last("DO"))["text"]
    assert "kill himself" in (await play.last("JL"))["text"]
    assert (await play.log("P01"))[-2]["words"] == "I can't cope he's going to kill himself"
    await play.writes("P01", "3")
    assert "What would help?" in (await play.last("P01"))["text"], "the question was still open"


async def test_the_safety_answer_comes_once_in_twelve_hours(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "i want to die")
    await play.writes("P01", "i mean it i want to die")
    assert len(await play.received("P01")) == 1
    assert len(await play.tasks(level="L1", owner="DO")) == 2, "each is raised"


async def test_a_watched_phone_gets_no_helpline_and_the_deputy_is_called(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P19", "he'll see this")
    assert (await play.received("P19")) == [
        "In an emergency call 999. This phone is next read Tue 1 Dec 08:30."
    ]
    told = {ref for ref in ("MB", "JL", "SG") if await play.received(ref)}
    assert told == {"MB", "JL", "SG"}
    assert {t["owner"] for t in await play.tasks(level="L1")} == {"MB", "JL"}


async def test_a_strangers_cry_for_help_is_heard_and_answered(play: Play):
    await play.writes("unknown", "I can't cope he's going to kill himself")
    assert "call 999 now" in (await play.last("unknown"))["text"]
    assert {t["owner"] for t in await play.tasks(level="L1")} >= {"JL"}
    assert all("kill himself" in t["words"] for t in await play.tasks(level="L1"))


async def test_an_unknown_number_waits_in_the_inbox_until_staff_attach_and_answer(play: Play):
    await play.writes("unknown", "its leannes new number")
    (task,) = await play.tasks(kind="unclaimed")
    assert task["owner"] == "MB"
    notice = await play.last("MB")
    await play.writes("MB", "thank you", reply_to=notice["id"])
    assert "Reply /attach NAME first" in (await play.last("MB"))["text"]
    await play.writes("MB", "/attach Leanne", reply_to=notice["id"])
    await play.writes("MB", "thank you, noted", reply_to=notice["id"])
    await play.later(seconds=11)
    assert (await play.last("unknown"))["text"] == "thank you, noted\nMarcus"
    assert [row["words"] for row in await play.log("P01")] == [
        "its leannes new number",
        "thank you, noted\nMarcus",
    ]


@pytest.mark.thursday
async def test_a_wrong_number_is_never_used_again(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "wrong number")
    assert (await play.last("P01"))["text"].startswith("Thank you for telling us.")
    await play.at("2026-12-03 16:00")
    assert len(await play.received("P01")) == 1
    assert [t["kind"] for t in await play.tasks(case="P01")] == ["wrong_number"]


async def test_help_sends_the_menu_and_a_person_looks_the_same_day(sqlite_play: Play):
    await sqlite_play.writes("P01", "HELP")
    assert "Reply CALL for a call back" in (await sqlite_play.last("P01"))["text"]
    (task,) = await sqlite_play.tasks(kind="help")
    assert task["respond_by"].startswith("2026-11-30")


async def test_call_goes_to_whoever_can_ring_soonest(sqlite_play: Play):
    await sqlite_play.writes("P19", "CALL")
    (task,) = await sqlite_play.tasks(kind="call")
    assert task["owner"] == "MB", "Sean is off on Mondays"


async def test_a_picture_is_never_opened_and_the_family_is_asked_for_words(sqlite_play: Play):
    await sqlite_play._does("P01", media=("image/jpeg",))
    assert "cannot be opened here" in (await sqlite_play.last("P01"))["text"]
    (task,) = await sqlite_play.tasks(kind="message", case="P01")
    assert "sent a picture, not opened" in task["words"]


async def test_from_a_number_that_must_never_be_used_words_are_kept_and_nothing_goes_back(
    play: Play,
):
    lisa = await play.carer("P04", 1)
    await play.writes(lisa, "tell tyler i want to die")
    assert await play.received(lisa) == []
    kinds = {t["kind"] for t in await play.tasks(case="P04")}
    assert {"crisis", "safeguarding", "do_not_use"} <= kinds


async def test_a_complaint_about_dani_goes_to_the_manager_and_stays_hidden_from_her(play: Play):
    await play.writes("P01", "i want to make a complaint about dani, she shouted at kai")
    assert await play.received("DO") == [
        text for text in await play.received("DO") if "complaint" not in text
    ]
    hidden = await play.last("HM")
    assert "complaint about dani" in hidden["text"]
    await play.writes("HM", "/release", reply_to=hidden["id"])
    assert "complaint about dani" in (await play.last("DO"))["text"]


async def test_words_at_night_get_the_time_they_will_be_read(sqlite_play: Play):
    play = sqlite_play
    play.wakes_at("2026-11-30 22:10")
    await play.writes("P01", "kai wont come in tomorrow he is worried")
    assert (await play.last("P01"))["text"].endswith("This phone is next read Tue 1 Dec 08:30.")


async def test_words_in_working_hours_wait_for_a_person_not_for_a_machine(sqlite_play: Play):
    await sqlite_play.at("2026-11-30 10:00")
    await sqlite_play.writes("P01", "kai wont come in tomorrow he is worried")
    assert await sqlite_play.received("P01") == []
    assert "he is worried" in (await sqlite_play.last("DO"))["text"]


@pytest.mark.thursday
async def test_own_words_leave_the_question_open_and_three_of_them_bring_a_person(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at(CHECK_IN_DAY)
    await play.writes("P07", "Noah fine, Ellie hard")
    assert (await play.last("P07"))["text"] == (
        "Thank you. Tom will read this. How has Ellie and Noah's week been? "
        "1 = Good, 2 = OK, 3 = Hard."
    )
    assert "Noah fine, Ellie hard" in (await play.last("TW"))["text"]
    await play.writes("P07", "and another thing")
    await play.writes("P07", "and one more")
    assert (await play.last("P07"))["text"] == "Thank you. Tom will answer you."
    assert [t["kind"] for t in await play.tasks(kind="hand_over")] == ["hand_over"]


@pytest.mark.thursday
async def test_a_choice_typed_twice_within_four_seconds_is_one(sqlite_play: Play):
    play = sqlite_play
    await play.at(CHECK_IN_DAY)
    await play.writes("P01", "3")
    await play.writes("P01", "3")
    assert len(await play.received("P01")) == 2
    await play.later(seconds=5)
    await play.writes("P01", "3")
    assert "Dani has your message" in (await play.last("P01"))["text"]


@pytest.mark.thursday
async def test_a_conversation_this_version_no_longer_knows_goes_to_a_person(sqlite_play: Play):
    play = sqlite_play
    await play.at(CHECK_IN_DAY)
    await play.database.write(lambda c: _rename_flow(c, "a_flow_of_old"))
    await play.writes("P01", "it went ok")
    assert "Dani will answer you" in (await play.last("P01"))["text"]
    assert {t["kind"] for t in await play.tasks(case="P01")} == {"message", "hand_over"}


def _rename_flow(connection, name):
    for person in connection.execute(select(Conversation.person_id)).scalars().all():
        state = load_state(connection, person)
        keep_state(connection, person, replace(state, flow=name), DEMO_BEGINS)


async def test_a_deaf_father_who_stops_texts_is_never_phoned(sqlite_play: Play):
    await sqlite_play.writes("P17", "STOP")
    assert "can still visit" in (await sqlite_play.last("P17"))["text"]
    assert "never phone" in (await sqlite_play.tasks(kind="opted_out"))[0]["words"]


async def test_the_one_a_complaint_names_cannot_press_it_away(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "i want to make a complaint about dani, she shouted at kai")
    (task,) = await play.tasks(kind="complaint")
    await play.presses("DO", f"t:{task['id']}:done")
    assert (await play.last("DO"))["text"] == "This button is not known here."
    assert len(await play.tasks(kind="complaint")) == 1
