"""The button with which a chat is taken up again says START, whatever had ended it."""

from __future__ import annotations

import pytest

from storage.tables import Link
from tests.stage import Play
from tests.turns.visitors import CODE, Chat, link_for, linked, rows_of, told

STARTED = "Thank you. Texts will come again. To end them text STOP."
CONNECTED_ALREADY = "This chat is connected. Write here for Dani."
THURSDAY = "2026-12-03 15:46"


async def stopped(play: Play) -> Chat:
    """Leanne's chat, in which she has written STOP."""
    chat = await linked(play, "Leanne", "5001")
    await chat.writes("STOP")
    assert (await chat.line()).opted_out_at is not None
    await play.later(minutes=1)
    return chat


@pytest.mark.parametrize("words", ["/start", "/start@MarlbridgeFamilyBot"])
async def test_pressing_start_after_stop_brings_messages_back_and_the_worker_hears_of_it(
    door: Play, words
):
    chat = await stopped(door)
    await chat.writes(words)
    assert (await chat.heard())[-1] == STARTED
    assert (await chat.line()).opted_out_at is None
    (task,) = await door.tasks(kind="started_again")
    assert (task["owner"], task["case"]) == ("DO", "P01")
    assert (await told(door, "DO")).endswith("wants texts again (START).")
    assert words in [row["words"] for row in await door.log("P01")]
    await door.without_digests()
    await door.at(THURSDAY)
    assert "weekly check-in" in (await chat.heard())[-1]


async def test_stop_and_start_may_follow_each_other_as_often_as_somebody_likes(quick_door: Play):
    chat = await stopped(quick_door)
    for _time in range(7):
        await chat.writes("/start")
        assert (await chat.line()).opted_out_at is None
        await chat.writes("STOP")
    assert len(await quick_door.tasks(kind="started_again")) == 7


async def test_pressing_start_where_nothing_was_ended_only_says_so(quick_door: Play):
    chat = await linked(quick_door, "Leanne", "5001")
    await chat.writes("/start")
    assert (await chat.heard())[-1] == CONNECTED_ALREADY
    assert await quick_door.tasks(kind="started_again") == []


async def test_pressing_start_in_a_chat_they_left_for_texts_brings_them_back(quick_door: Play):
    chat = await linked(quick_door, "Leanne", "5001")
    await chat.writes("SMS")
    await chat.writes("/start")
    assert (await chat.heard())[-1] == "Thank you. Dani writes to you here again."
    assert (await chat.line()).left_at is None


async def test_a_link_opened_after_stop_is_answered_alike_right_or_wrong(door: Play):
    chat = await stopped(door)
    right = await link_for(door, "Leanne")
    for token in (right, "A" * 43):
        await chat.opens(token)
        assert (await chat.heard())[-1] == STARTED
        assert (await chat.line()).opted_out_at is None
        await chat.writes("STOP")
    assert [link.outcome for link in await rows_of(door, Link)][-1] == "same chat"
    logged = [row["words"] for row in await door.log("P01")]
    assert not any(right in words for words in logged), "a token is written down nowhere"


async def test_a_chat_nobody_knows_that_wrote_stop_is_answered_when_it_opens_a_link(door: Play):
    chat = Chat(door, "5001")
    await chat.writes("STOP")
    await chat.opens(await link_for(door, "Leanne"))
    assert (await chat.heard())[-1].startswith("Thank you. If this link is right")
    await chat.writes(CODE)
    assert (await chat.heard())[-1].startswith("This chat is connected. Dani writes to you here")


async def test_a_chat_nobody_knows_that_wrote_stop_is_welcomed_when_it_starts(quick_door: Play):
    chat = Chat(quick_door, "5001")
    await chat.writes("STOP")
    await chat.writes("/start")
    assert (await chat.heard())[-1].startswith("To connect this chat, ask your key worker")
