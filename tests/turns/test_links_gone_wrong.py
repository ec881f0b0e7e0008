"""A link that is not right tells nobody anything: not the chat it is opened in, not by a name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from storage.tables import Link
from tests.stage import Play
from tests.turns.visitors import (
    CODE,
    WRONG,
    Chat,
    link_for,
    linked,
    rows_of,
)

KNOWN_IN_MARLBRIDGE = ("Leanne", "Thornton", "Kai", "P01", "Dani", "Okafor", "DO", "Marlbridge")
Token = Callable[[Play], Awaitable[str]]


async def used(play: Play) -> str:
    token = await link_for(play, "Leanne")
    await Chat(play, "6001").opens(token)
    return token


async def expired(play: Play) -> str:
    token = await link_for(play, "Leanne")
    await play.without_digests()
    await play.later(hours=72)
    return token


async def replaced(play: Play) -> str:
    token = await link_for(play, "Leanne")
    await link_for(play, "Leanne")
    return token


async def invented(play: Play) -> str:
    del play
    return "A" * 43


async def one_letter_off(play: Play) -> str:
    token = await link_for(play, "Leanne")
    return ("B" if token[0] == "A" else "A") + token[1:]


async def seen(play: Play, token: str, language: str) -> list[tuple[object, ...]]:
    """Everything a chat is shown that opens a link and then types two codes that are wrong."""
    chat = Chat(play, "5001", language=language)
    await chat.opens(token)
    await chat.writes(WRONG)
    await play.later(minutes=1)
    await chat.writes(WRONG)
    return [
        (row.text, row.choices, row.after, row.qr, row.language, row.silent, row.status,
         row.purpose, row.reply_to, row.turn, row.sent_at - row.created_at)
        for row in await chat.rows()
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["pl", "de-AT", ""])
async def test_a_right_link_looks_like_any_other_until_somebody_is_confirmed(
    quick_door: Play, language
):
    shown = await seen(quick_door, await link_for(quick_door, "Leanne"), language)
    assert len(shown) == 3
    assert {row[4] for row in shown} == {"pl" if language == "pl" else "en"}
    assert not any(name in str(row[0]) for row in shown for name in KNOWN_IN_MARLBRIDGE)


@pytest.mark.parametrize("token_of", [used, expired, replaced, invented, one_letter_off])
async def test_a_wrong_link_and_the_codes_after_it_are_answered_like_a_right_one(
    quick_door: Play, token_of: Token
):
    play = quick_door
    wrong = await seen(play, await token_of(play), "pl")
    right = Chat(play, "5002", language="pl")
    await right.opens(await link_for(play, "Leanne"))
    await right.writes(WRONG)
    await right.writes(WRONG)
    assert [row[0] for row in wrong] == await right.heard()
    assert [row[4] for row in wrong] == [row.language for row in await right.rows()]
    assert (await Chat(play, "5001").line()).person_id is None


async def test_a_code_that_is_wrong_late_or_for_another_chat_is_answered_alike(quick_door: Play):
    play = quick_door
    opened, other = Chat(play, "5001"), Chat(play, "5002")
    await opened.opens(await link_for(play, "Leanne"))
    await other.opens("A" * 43)
    await other.writes(CODE)
    assert (await other.line()).person_id is None, "the code of another chat's link does nothing"
    await opened.writes(WRONG)
    await play.later(minutes=11)
    await opened.writes(CODE)
    said = {(await other.heard())[-1], *(await opened.heard())[1:]}
    assert len(said) == 1


async def test_six_digits_from_a_chat_that_opened_no_link_are_words_for_a_person(door: Play):
    await Chat(door, "5001").writes("482913")
    (task,) = await door.tasks(kind="unclaimed")
    assert "482913" in task["words"]


async def test_half_an_hour_after_a_link_six_digits_are_words_again(quick_door: Play):
    chat = Chat(quick_door, "5001")
    await chat.opens("A" * 43)
    await quick_door.later(minutes=30, seconds=1)
    await chat.writes("482913")
    (task,) = await quick_door.tasks(kind="unclaimed")
    assert "482913" in task["words"]


@pytest.mark.parametrize("deed", [{"forwarded": True}, {"amends": "700:5001:1"}])
async def test_a_link_or_a_code_that_was_passed_on_or_changed_counts_for_nothing(
    quick_door: Play, deed
):
    play = quick_door
    token = await link_for(play, "Leanne")
    chat = Chat(play, "5001")
    await chat.writes(f"/start {token}", **deed)
    (link,) = await rows_of(play, Link)
    assert link.opened_at is None
    await chat.opens(token)
    await chat.writes(CODE, **deed)
    assert (await chat.line()).person_id is None
    said = [task["words"] for task in await play.tasks(kind="unclaimed")]
    assert len(said) == 2, "a person reads it instead"
    assert CODE in said[1]


async def test_what_somebody_types_behind_start_is_read_by_a_person(door: Play):
    """A link has the shape of a token. "/start please help" is somebody who wants something."""
    chat = Chat(door, "5001")
    await chat.writes("/start please ring me its leanne")
    (task,) = await door.tasks(kind="unclaimed")
    assert "please ring me its leanne" in task["words"]


@pytest.mark.parametrize(
    ("words", "level"),
    [("/start suicide", "L1"), ("/start@OurBot suicide", "L1"), ("/start sos", "L2")],
)
async def test_one_word_of_danger_behind_start_is_an_alarm(door: Play, words, level):
    chat = Chat(door, "5001")
    await chat.writes(words)
    tasks = await chat.tasks()
    assert {task.level for task in tasks} == {level}
    assert all(words in task.words for task in tasks)
    assert "999" in (await chat.heard())[-1]


@pytest.mark.parametrize("word", ["救命", "facebook", "Leanne", "A" * 42, "A" * 44, f"{'A' * 42}é"])
async def test_any_other_word_behind_start_is_read_by_a_person(quick_door: Play, word):
    chat = Chat(quick_door, "5001")
    await chat.writes(f"/start {word}")
    (task,) = await quick_door.tasks(kind="unclaimed")
    assert task["words"] == f"Unknown chat: /start {word}"
    assert await chat.heard() == [], "a person answers"


async def test_a_known_familys_word_behind_start_reaches_its_key_worker(door: Play):
    chat = await linked(door, "Leanne", "5001")
    before = len(await chat.heard())
    await chat.writes("/start tomorrow")
    (task,) = await door.tasks(kind="message", case="P01")
    assert task["words"] == "Leanne Thornton (Kai P01): /start tomorrow"
    assert (await door.log("P01"))[-1]["words"] == "/start tomorrow"
    assert len(await chat.heard()) == before


async def test_stop_behind_start_is_a_stop(quick_door: Play):
    chat = await linked(quick_door, "Leanne", "5001")
    await chat.writes("/start STOP")
    assert (await chat.heard())[-1].startswith("OK, no more texts will come from here.")
    assert (await chat.line()).opted_out_at is not None


async def test_another_familys_link_in_a_connected_chat_is_used_up_and_tells_its_reader_nothing(
    door: Play,
):
    chat = await linked(door, "Leanne", "5001")
    answered = len(await chat.heard())
    leanne = (await chat.line()).person_id
    strange = await link_for(door, "Jayden")
    await chat.opens(strange)
    await chat.opens("A" * 43)
    assert (await chat.heard())[answered:] == [
        "This chat is connected. Write here for Dani."
    ] * 2, "a right link and a wrong one are answered alike"
    assert (await chat.line()).person_id == leanne
    (task,) = await door.tasks(kind="link_misused")
    assert (task["case"], task["owner"]) == ("P03", "SG")
    assert "Samina Akhtar (Jayden P03) was opened in the chat of somebody else" in task["words"]
    assert "Leanne" not in task["words"]
    elsewhere = Chat(door, "5002")
    await elsewhere.opens(strange)
    await elsewhere.writes(CODE)
    assert (await elsewhere.line()).person_id is None


async def test_a_chat_that_opens_its_own_familys_link_stays_as_it_is(quick_door: Play):
    chat = await linked(quick_door, "Leanne", "5001")
    before = await chat.line()
    await chat.opens(await link_for(quick_door, "Leanne"))
    assert (await chat.heard())[-1] == "This chat is connected. Write here for Dani."
    assert await chat.line() == before
    assert [link.outcome for link in await rows_of(quick_door, Link)] == ["connected", "same chat"]
    assert await quick_door.tasks(kind="link_misused") == []
