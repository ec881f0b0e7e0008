"""What is said about a complaint goes past whom it names, like the complaint itself."""

from __future__ import annotations

import pytest

from bot.pages.families import household
from bot.pages.thread import thread
from bot.pages.visitor import Visitor
from bot.scene.scene import Scene
from storage.addresses import person_by_ref
from storage.cases import case_ids
from storage.sessions import Session
from tests.stage import Play

COMPLAINT = "i want to make a complaint about dani, she shouted at kai"
ANSWER = "Thank you for telling me what Dani did. I will ring you tonight."
CALL = "/log P01 rang mum 10 min about what happened on Friday"
OTHER = "Swimming is on Monday."


async def page_of(play: Play, ref: str) -> str:
    """Everything the thread of P01's family shows to somebody on the staff page."""

    def read(connection) -> str:
        scene = Scene(connection, play.service.taskforce, play.now, "test")
        staff = person_by_ref(connection, ref)
        visitor = Visitor(scene, Session(0, staff.id, play.now, play.now, play.now), staff)
        home = household(visitor, case_ids(connection, ["P01"])["P01"])
        return "\n".join(one.words for one in thread(visitor, home, history=True).entries)

    return await play.database.read(read)


async def case_of(play: Play, ref: str) -> str:
    """What the desk says about P01 in somebody's chat."""
    await play.writes(ref, "/case P01")
    return (await play.last(ref))["text"]


async def answered(play: Play) -> None:
    """A mother complains about her key worker; the manager answers her, and writes a call down."""
    await play.writes("P01", COMPLAINT)
    notice = next(m for m in reversed(await play.phone("HM")) if "shouted" in m["text"])
    await play.writes("HM", ANSWER, reply_to=notice["id"])
    await play.later(minutes=2)
    await play.writes("HM", CALL)
    await play.presses("HM", "save")


async def test_dani_does_not_read_what_the_manager_answers_to_a_complaint_about_her(play: Play):
    await answered(play)
    assert ANSWER in await page_of(play, "HM")
    for who in ("DO", "MB"):
        for read in (page_of, case_of):
            seen = await read(play, who)
            assert ANSWER not in seen
            assert "what happened on Friday" not in seen


CRY = "dani hit kai, now he says he wants to kill himself"


async def test_what_whoever_covers_answers_to_a_cry_about_dani_is_kept_from_dani(sqlite_play: Play):
    play = sqlite_play
    await play.writes("DO", "/away until Wed")
    await play.writes("P01", CRY)
    notice = next(m for m in reversed(await play.phone("MB")) if "kill himself" in m["text"])
    await play.writes("MB", ANSWER, reply_to=notice["id"])
    await play.later(minutes=2)
    await play.writes("MB", CALL)
    await play.presses("MB", "save")
    await play.writes("DO", "/back")
    for read in (page_of, case_of):
        seen = await read(play, "DO")
        assert ANSWER not in seen
        assert "what happened on Friday" not in seen
    assert ANSWER in await page_of(play, "MB")  # one's own words are there


async def test_a_held_answer_to_a_complaint_does_not_show_in_danis_digest(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", COMPLAINT)
    notice = next(m for m in reversed(await play.phone("HM")) if "shouted" in m["text"])
    await play.at("2026-11-30 17:00")
    await play.writes("HM", ANSWER, reply_to=notice["id"])
    await play.later(minutes=1)
    assert any(one["state"] == "held" for one in await play.held())
    assert "safe hours" in await case_of(play, "HM")
    await play.writes("DO", "/today")
    assert "safe hours" not in (await play.last("DO"))["text"]
    assert "safe hours" not in await case_of(play, "DO")


@pytest.mark.parametrize(
    "typed",
    [
        "/decide P01 action talk with LADO about Dani shouting by 11 Dec",
        "/promise P01 ring Leanne about Dani shouting by Fri",
    ],
)
async def test_what_everybody_reads_is_not_written_down_while_a_complaint_stands(
    sqlite_play: Play, typed: str
):
    play = sqlite_play
    await play.writes("P01", COMPLAINT)
    await play.writes("HM", typed)
    assert (await play.last("HM"))["text"].startswith("Nothing is kept: words about a colleague")
    assert "LADO" not in await case_of(play, "DO")
    assert "ring Leanne" not in await case_of(play, "DO")
    await play.writes("DO", "/promise P01 ask about swimming by Fri")  # who knows nothing goes on
    assert (await play.last("DO"))["text"].startswith("Promised for")


async def test_an_answer_on_its_way_to_a_complaint_is_not_seen_waiting_either(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", COMPLAINT)
    notice = next(m for m in reversed(await play.phone("HM")) if "shouted" in m["text"])
    await play.writes("HM", ANSWER, reply_to=notice["id"])
    assert ANSWER in await page_of(play, "HM")
    for who in ("DO", "MB"):
        assert ANSWER not in await page_of(play, who)


@pytest.mark.afternoon
async def test_the_automatic_answer_to_a_complaint_tells_dani_nothing(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 22:10")
    await play.writes("P01", COMPLAINT)
    await play.later(minutes=1)
    [said] = [entry for entry in await play.log("P01") if entry["done_by"] == "system"][-1:]
    assert "next read" in said["words"]
    assert said["words"] in await page_of(play, "HM")
    assert said["words"] not in await page_of(play, "DO")


async def test_once_it_is_released_everything_about_it_is_read(sqlite_play: Play):
    play = sqlite_play
    await answered(play)
    notice = next(m for m in await play.phone("HM") if "shouted" in m["text"])
    await play.writes("HM", "/release", reply_to=notice["id"])
    seen = await page_of(play, "DO")
    assert ANSWER in seen
    assert "what happened on Friday" in seen


async def test_what_the_manager_says_to_another_family_is_read_by_everybody(sqlite_play: Play):
    play = sqlite_play
    await answered(play)
    await play.writes("P02", "dobrze")
    await play.writes("HM", "/note P02 " + OTHER)
    await play.presses("HM", "save")
    await play.writes("DO", "/case P02")
    assert OTHER in (await play.last("DO"))["text"]
