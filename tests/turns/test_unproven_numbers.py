"""What leaves a chat never goes to a number nobody has confirmed with the family."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from bot.turns.reach import reach
from storage.tables import Address
from tests.stage import Play
from tests.turns.visitors import LEANNE, Chat, linked, told

CHAT = "5001"
NO_NUMBER = "Not sent: their chat cannot be used. No number here is proven. Please phone or visit."


@pytest.fixture
async def leanne(door: Play) -> Chat:
    """Leanne's chat is connected; the number on file has changed since and is unproven."""
    chat = await linked(door, "Leanne", CHAT)
    await changes(door, Chat(door, LEANNE, "sms"), proven_at=None)
    return chat


async def changes(play: Play, chat: Chat, **marks: Any) -> None:
    line = await chat.line()
    change = update(Address).where(Address.id == line.id).values(**marks)
    await play.database.write(lambda connection: connection.execute(change))


async def blocks(play: Play) -> None:
    """Leanne blocks the family bot."""
    taskforce = play.service.taskforce

    def gone(connection: Any) -> None:
        reach(connection, taskforce, "telegram", CHAT, "gone", play.now, is_open=False)

    await play.database.write(gone)
    await play.service.settle()


async def texts(play: Play) -> list[str]:
    """Everything that was put on its way to the number on file since the code."""
    rows = await Chat(play, LEANNE, "sms").rows()
    return [row.text for row in rows if row.purpose != "link_code"]


async def test_words_that_wait_for_a_blocked_chat_stay_away_from_an_unproven_number(
    door: Play, leanne: Chat
):
    await leanne.writes("is he in on friday")
    await door.writes("DO", "Yes, at nine.", reply_to=(await door.last("DO"))["id"])
    await blocks(door)
    (task,) = await door.tasks(kind="chat_blocked")
    assert "No number here. Please phone or visit" in task["words"]
    await door.later(seconds=11)
    assert await texts(door) == []
    assert [task["owner"] for task in await door.tasks(kind="not_sent", case="P01")] == ["DO"]


async def test_a_reply_to_a_blocked_chat_is_refused_and_the_worker_told_there_is_no_number(
    door: Play, leanne: Chat
):
    await leanne.writes("is he in on friday")
    notice = await door.last("DO")
    await blocks(door)
    await door.writes("DO", "Yes, at nine.", reply_to=notice["id"])
    assert await told(door, "DO") == NO_NUMBER
    await door.later(seconds=11)
    assert await texts(door) == []


async def test_words_typed_for_a_family_that_left_its_chat_are_refused_too(
    door: Play, leanne: Chat
):
    await changes(door, leanne, left_at=door.now)
    await door.writes("DO", "See you on Friday")
    await door.writes("DO", "Leanne")
    assert await told(door, "DO") == NO_NUMBER
    await door.later(seconds=11)
    assert await texts(door) == []


async def test_a_reply_to_a_chat_they_left_stays_in_it_where_no_number_is_proven(
    door: Play, leanne: Chat
):
    await leanne.writes("is he in on friday")
    await changes(door, leanne, left_at=door.now)
    await door.writes("DO", "Yes, at nine.", reply_to=(await door.last("DO"))["id"])
    await door.later(seconds=11)
    assert (await leanne.heard())[-1] == "Yes, at nine.\nDani"
    assert await texts(door) == []


async def test_asking_for_texts_without_a_proven_number_brings_the_worker_and_nothing_moves(
    door: Play, leanne: Chat
):
    await leanne.writes("SMS")
    assert (await leanne.heard())[-1].startswith("There is no number here to text.")
    assert (await leanne.line()).left_at is None
    assert [task["owner"] for task in await door.tasks(kind="no_number")] == ["DO"]


async def test_of_two_numbers_the_proven_one_stands_in(quick_door: Play):
    play = quick_door
    chat = await linked(play, "Leanne", CHAT)
    person = (await chat.line()).person_id
    await changes(play, Chat(play, LEANNE, "sms"), proven_at=None)
    newer = Chat(play, "+447700900199", "sms")
    await newer.writes("its leanne on my new phone")
    await changes(play, newer, person_id=person, proven_at=play.now)
    await blocks(play)
    await play.writes("DO", "See you on Friday")
    await play.writes("DO", "Leanne")
    await play.later(seconds=11)
    assert "See you on Friday\nDani" in [row.text for row in await newer.rows()]
    assert await texts(play) == []


async def test_who_writes_from_a_number_nobody_has_proven_is_answered_there(quick_door: Play):
    play = quick_door
    await linked(play, "Leanne", CHAT)
    phone = Chat(play, LEANNE, "sms")
    await changes(play, phone, proven_at=None)
    await phone.writes("is he in on friday")
    notice = await play.last("DO")
    await blocks(play)
    await play.writes("DO", "Yes, at nine.", reply_to=notice["id"])
    await play.later(seconds=11)
    assert await texts(play) == ["Yes, at nine.\nDani"]
