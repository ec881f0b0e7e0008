"""What a leaver had goes to somebody who is here, with its words; nothing comes back to them."""

from __future__ import annotations

from bot.app import simulated_channels
from bot.domain import Refused
from storage.tables import Task
from tests.fakes.channels import Obedient
from tests.stage import Play
from tests.turns.visitors import Chat, after, chat_of, revoked, rows_of, told

WORDS = "kai asks for you"


async def test_what_a_leaver_had_open_goes_with_its_words_to_whoever_owns_it_now(door: Play):
    await door.writes("P01", WORDS)
    (task,) = await door.tasks(kind="message", case="P01")
    await door.presses("DO", f"t:{task['id']}:ack")
    said = await revoked(door, "DO")
    await door.service.settle()
    (moved,) = await door.tasks(kind="message", case="P01")
    assert (moved["id"], moved["owner"], moved["seen_by"]) == (task["id"], "MB", None)
    assert (moved["at"], moved["respond_by"]) == (task["at"], task["respond_by"])
    notice = await door.last("MB")
    assert notice["text"] == f"From Dani Okafor: Leanne Thornton (Kai P01): {WORDS}"
    assert await door.tasks(owner="DO") == []
    assert said.splitlines() == [
        "Dani Okafor is cut off: chats, codes and notices ended at once.",
        "2 open tasks went to whoever owns them now.",
        "Still their cases, to be handed over: P01, P02, P06, P12, P20.",
    ]
    await door.writes("MB", "Dani has left, I am Marcus", reply_to=notice["id"])
    await door.at("2026-11-30 13:31")
    assert await door.received("P01") == ["Dani has left, I am Marcus\nMarcus"]


async def test_what_a_leaver_had_only_taken_on_is_open_again(quick_door: Play):
    """Everybody else believed they had it."""
    play = quick_door
    await play.writes("P10", "is he in on friday")
    (task,) = await play.tasks(kind="message", case="P10")
    assert task["owner"] == "MB"
    await play.presses("DO", f"t:{task['id']}:ack")
    assert (await play.tasks(kind="message", case="P10"))[0]["seen_by"] == "DO"
    await revoked(play, "DO")
    await play.service.settle()
    (again,) = await play.tasks(kind="message", case="P10")
    assert (again["owner"], again["seen_by"]) == ("MB", None)
    assert "From Dani Okafor: " in await told(play, "MB")


async def test_a_complaint_about_a_worker_never_comes_to_that_worker(quick_door: Play):
    play = quick_door
    await play.writes("P01", "I want to complain about Dani Okafor")
    (task,) = await play.tasks(kind="complaint")
    assert task["owner"] == "HM"
    before = await chat_of(play, "DO").rows()
    await revoked(play, "HM")
    await play.service.settle()
    (moved,) = await play.tasks(kind="complaint")
    assert moved["owner"] == "JL"
    assert "complain about Dani" in await told(play, "JL")
    assert await after(chat_of(play, "DO"), before) == []


async def test_a_complaint_that_names_nobody_stays_with_those_at_the_top(quick_door: Play):
    play = quick_door
    await play.writes("P01", "I want to make a complaint")
    await revoked(play, "HM")
    assert [task["owner"] for task in await play.tasks(kind="complaint")] == ["JL"]


async def test_words_about_a_worker_do_not_reach_them_when_their_stand_in_leaves(quick_door: Play):
    """Marcus had them because Dani was away; Dani is back, and Marcus is cut off."""
    play = quick_door
    await play.writes("DO", "/away")
    await play.writes("P01", "dani okafor hit him")
    assert [task["owner"] for task in await play.tasks(kind="crisis")] == ["MB"]
    await play.writes("DO", "/back")
    before = await chat_of(play, "DO").rows()
    await revoked(play, "MB")
    await play.service.settle()
    assert [task["owner"] for task in await play.tasks(kind="crisis")] == ["HM"]
    assert not [words for words in await after(chat_of(play, "DO"), before) if "hit him" in words]


async def test_what_only_the_manager_was_told_goes_to_whoever_is_here_when_they_leave(
    quick_door: Play,
):
    play = quick_door
    for _guess in range(8):
        await Chat(play, "5001").alone(words=f"/start {'A' * 43}")
    await revoked(play, "HM")
    await play.service.settle()
    (task,) = await play.tasks(kind="knocking")
    assert task["owner"] == "JL"
    assert "keeps trying links or codes" in await told(play, "JL")


async def test_words_a_leaver_had_just_typed_stay_theirs_and_go_as_they_said(quick_door: Play):
    play = quick_door
    await play.writes("DO", "See you on Friday")
    await play.writes("DO", "Marta")
    await revoked(play, "DO")
    (typed,) = [row for row in await rows_of(play, Task) if row.kind == "typed"]
    assert typed.done_at is None
    await play.later(seconds=11)
    assert "See you on Friday\nDani" in await play.received("P02")
    assert not any("See you" in text for text in await play.received("MB"))


async def test_words_a_leaver_typed_that_fail_later_are_told_to_the_owner(sqlite_play: Play):
    texts = Obedient(Refused("not allowed", "21610"))
    channels = {**simulated_channels(), "sms": texts}
    play = Play(sqlite_play.database, channels=channels)
    await play.service.settle()
    await play.at("2026-11-30 14:00")
    await play.writes("DO", "See you on Friday")
    await play.writes("DO", "Leanne")
    await revoked(play, "DO")
    before = await chat_of(play, "DO").rows()
    await play.later(seconds=11)
    assert texts.tried == 1
    (task,) = await play.tasks(kind="undelivered", case="P01")
    assert task["owner"] == "MB"
    assert await after(chat_of(play, "DO"), before) == []


async def test_words_a_leaver_typed_that_have_to_wait_are_the_owners_to_stop(quick_door: Play):
    play = quick_door
    await play.writes("DO", "See you on Friday")
    await play.writes("DO", "Leanne")
    await revoked(play, "DO")
    await play.later(seconds=11)
    notice = await play.last("MB")
    assert notice["text"].startswith("Held until Mon 30 Nov 13:30")
    await play.presses("MB", notice["choices"][1]["key"])
    assert await told(play, "MB") == "Stopped. Nothing was sent."
    await play.at("2026-11-30 14:00")
    assert await play.received("P01") == []


async def test_families_of_somebody_who_left_reach_duty_and_then_the_manager(door: Play):
    await revoked(door, "DO")
    await door.writes("P01", WORDS)
    assert [task["owner"] for task in await door.tasks(kind="message", case="P01")] == ["MB"]
    assert WORDS in await told(door, "MB")
    await revoked(door, "MB")
    await door.writes("P02", "and zofia for you")
    assert [task["owner"] for task in await door.tasks(kind="message", case="P02")] == ["HM"]
    assert {task["owner"] for task in await door.tasks(case="P01")} == {"HM"}


async def test_a_cover_somebody_had_arranged_before_they_left_still_runs(quick_door: Play):
    await quick_door.writes("DO", "/away")
    await revoked(quick_door, "DO")
    await quick_door.writes("P01", WORDS)
    assert [task["owner"] for task in await quick_door.tasks(kind="message", case="P01")] == ["MB"]
