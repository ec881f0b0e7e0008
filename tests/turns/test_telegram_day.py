"""A day by chat: what families may say at any time, and what becomes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlalchemy import select

from storage.addresses import person_by_ref
from storage.tables import Due, Outbox
from tests.desk import test_cover, test_typed_words
from tests.fakes.telegram import FAMILY_TOKEN
from tests.handlers.bots import BotPlay, both_bots
from tests.handlers.chat_people import (
    CHATS,
    STRANGER,
    asked,
    connected,
    modes,
    shown,
    stands,
    texts,
)
from tests.stage import Play
from tests.turns import test_front_desk as front_desk

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

CONNECTED = ("P01", "DO", "MB", "HM", "JL")
ON_THURSDAY = (
    (front_desk.test_start_brings_the_texts_back_and_the_key_worker_hears_of_it,),
    (front_desk.test_please_stop_texting_me_holds_texts_until_a_person_has_looked,),
)
STORIES = (
    *(pytest.param(story, marks=pytest.mark.thursday) for story in ON_THURSDAY),
    (front_desk.test_cancel_end_and_quit_go_to_a_person_and_opt_nobody_out, "CANCEL"),
    (front_desk.test_cancel_end_and_quit_go_to_a_person_and_opt_nobody_out, "END"),
    (front_desk.test_stop_and_end_inside_a_sentence_are_just_words, "please stop by at 3"),
    (front_desk.test_the_safety_answer_comes_once_in_twelve_hours,),
    (front_desk.test_help_sends_the_menu_and_a_person_looks_the_same_day,),
    (front_desk.test_a_complaint_about_dani_goes_to_the_manager_and_stays_hidden_from_her,),
    (front_desk.test_words_at_night_get_the_time_they_will_be_read,),
    (front_desk.test_a_deaf_father_who_stops_texts_is_never_phoned,),
    (test_cover.test_the_deputy_receives_and_answers_and_the_family_is_told_once,),
    (test_cover.test_back_restores_the_key_worker,),
    (test_typed_words.test_stopped_within_ten_seconds_nothing_leaves_and_the_message_stays_open,),
)


@pytest.fixture(params=["webhook", "polling"])
async def bots(request, sqlite_play: Play) -> AsyncIterator[BotPlay]:
    """Leanne and whoever hears of her use their chats; updates are brought, or fetched."""
    async with both_bots(sqlite_play.database, request.param) as (opened, fake):
        yield await connected(opened, *CONNECTED)
        assert fake.violations == []


@pytest.fixture
async def brought(sqlite_play: Play) -> AsyncIterator[BotPlay]:
    """The same, and two families more; updates are brought."""
    async with both_bots(sqlite_play.database) as (opened, fake):
        yield await connected(opened, *CONNECTED, "P10", "P17")
        assert fake.violations == []


@pytest.mark.parametrize("story", STORIES, ids=lambda story: "-".join(map(_named, story)))
async def test_it_is_the_same_story_by_chat(brought, story):
    tell, *words = story
    await tell(brought, *words)
    heard = {case for case in ("P01", "P10", "P17") if await brought.log(case)}
    assert heard
    assert {mode for case in heard for mode in await modes(brought, case)} == {"telegram"}


def _named(part) -> str:
    return part if isinstance(part, str) else part.__name__.removeprefix("test_")


@pytest.mark.parametrize("words", ["STOP", "stop."])
async def test_after_stop_nothing_more_is_even_tried_by_chat_or_by_text(bots, words):
    await bots.writes("P01", words)
    notice = await bots.last("DO")
    assert texts(bots, "P01")[-1].startswith("OK, no more texts will come from here. Dani can")
    assert [task["owner"] for task in await bots.tasks(kind="opted_out")] == ["DO"]
    stopped = bots.now
    await bots.at("2026-11-30 14:00")
    await asked(bots, "P01")
    await bots.writes("DO", "Yes, at nine.", reply_to=notice["id"])
    assert texts(bots, "DO")[-1].startswith("Not sent: they asked for no more texts (STOP).")
    assert await tried_since(bots, "P01", stopped) == []
    assert len(shown(bots, "P01")) == len(await bots.received("P01")) == 1


async def tried_since(play: Play, case: str, moment) -> list[str]:
    """What we began to send a family after a moment, wherever it was to go."""
    ref = await play.carer(case)

    def read(connection):
        person = person_by_ref(connection, ref).id
        rows = connection.execute(select(Outbox).where(Outbox.person_id == person))
        return [row.purpose for row in rows if row.intent_at and row.intent_at > moment]

    return await play.database.read(read)


async def test_start_by_chat_brings_the_chat_back(brought):
    await brought.writes("P01", "STOP")
    await brought.writes("P01", "START")
    assert texts(brought, "P01")[-1] == "Thank you. Texts will come again. To end them text STOP."
    await brought.at("2026-11-30 14:00")
    await asked(brought, "P01")
    assert "weekly check-in" in texts(brought, "P01")[-1]


@pytest.mark.afternoon
async def test_a_cry_for_help_by_chat_reaches_both_who_must_know_and_the_question_stays(bots):
    await bots.at("2026-11-30 14:00")
    await asked(bots, "P01")
    before = await stands(bots, "P01")
    await bots.writes("P01", "I can't cope he's going to kill himself")
    assert {t["owner"]: t["level"] for t in await bots.tasks(level="L1")} == {
        "DO": "L1", "JL": "L1"
    }  # fmt: skip
    for who in ("DO", "JL"):
        assert "I can't cope he's going to kill himself" in texts(bots, who)[-1]
    assert "call 999 now" in texts(bots, "P01")[-1]
    assert "111, option 2" in texts(bots, "P01")[-1]
    assert await stands(bots, "P01") == before
    await bots.writes("P01", "3")
    assert "What would help?" in texts(bots, "P01")[-1]


async def test_a_cry_for_help_from_a_chat_nobody_knows_is_heard_and_answered(bots):
    await bots.fake.writes(FAMILY_TOKEN, STRANGER, "I can't cope he's going to kill himself")
    await bots.catch_up()
    assert "call 999" in bots.chat(STRANGER)[-1]
    alarms = await bots.tasks(level="L1")
    assert {task["owner"] for task in alarms} >= {"JL"}
    assert all("kill himself" in task["words"] for task in alarms)
    assert "Unknown chat" in texts(bots, "JL")[-1]


async def test_a_chat_nobody_knows_is_attached_told_what_it_means_and_then_answered(bots):
    await bots.fake.writes(FAMILY_TOKEN, STRANGER, "its leanne on my new phone")
    await bots.catch_up()
    [task] = await bots.tasks(kind="unclaimed")
    assert (task["owner"], bots.chat(STRANGER)) == ("MB", [])
    notice = await bots.last("MB")
    assert notice["text"] == "Unknown chat: its leanne on my new phone"
    await bots.writes("MB", "thank you", reply_to=notice["id"])
    assert "Reply /attach NAME first" in texts(bots, "MB")[-1]
    await bots.writes("MB", "/attach Samina", reply_to=notice["id"])
    assert texts(bots, "MB")[-1].startswith("It now belongs to Samina Akhtar (Jayden P03).")
    await bots.writes("MB", "thank you, noted", reply_to=notice["id"])
    await bots.later(seconds=11)
    told, answer = bots.chat(STRANGER)
    assert "Telegram is another company" in told
    assert answer == "thank you, noted\nMarcus"
    assert [row["words"] for row in await bots.log("P03")] == [
        "its leanne on my new phone", told, "thank you, noted\nMarcus"
    ]  # fmt: skip
    assert await modes(bots, "P03") == {"telegram"}


@pytest.mark.afternoon
async def test_after_words_at_night_the_buttons_they_have_still_work(brought):
    await brought.at("2026-11-30 14:00")
    await asked(brought, "P01")
    [question], silent_until = shown(brought, "P01"), await silence_ends(brought)
    brought.wakes_at("2026-11-30 22:10")
    await brought.writes("P01", "he was upset about the bus again")
    assert texts(brought, "P01")[-1].endswith("This phone is next read Tue 1 Dec 08:30.")
    assert "(while the check-in was open)" in texts(brought, "DO")[-1]
    assert await silence_ends(brought) > silent_until, "it is counted from what they wrote last"
    await brought.fake.presses(FAMILY_TOKEN, CHATS["P01"], question["message_id"], label="Hard")
    await brought.catch_up()
    assert "What would help?" in texts(brought, "P01")[-1]


async def silence_ends(play: Play) -> datetime:
    query = select(Due.at).where(Due.job == "silence", Due.subject == "C001")
    return await play.database.read(lambda c: c.execute(query).scalar_one())
