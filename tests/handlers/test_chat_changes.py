"""Messages that are changed after they were sent: both readings are kept, and told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from storage.addresses import person_by_ref
from storage.tables import Contact
from tests.fakes.telegram import FAMILY_TOKEN, STAFF_TOKEN
from tests.handlers.bots import BotPlay, both_bots
from tests.handlers.chat_people import (
    CHATS,
    STRANGER,
    asked,
    connected,
    said,
    shown,
    stands,
    texts,
)
from tests.stage import Play

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

LEANNE, DANI = CHATS["P01"], CHATS["DO"]
NAMED = "Leanne Thornton (Kai P01): "


@pytest.fixture
async def bots(sqlite_play: Play) -> AsyncIterator[BotPlay]:
    """Leanne, Dani and Joe use their chats on a Monday at two; updates are fetched."""
    async with both_bots(sqlite_play.database, "polling") as (opened, fake):
        await connected(opened, "P01", "DO", "JL")
        await opened.at("2026-11-30 14:00")
        yield opened
        assert fake.violations == []


async def writes(bots: BotPlay, words: str, chat: int = LEANNE) -> int:
    update = await bots.fake.writes(FAMILY_TOKEN, chat, words)
    await bots.catch_up()
    return int(update["message"]["message_id"])


async def changes(bots: BotPlay, number: int, words: str, minutes: int = 1, **more) -> None:
    """Some minutes after the message, it says something else."""
    chat = more.pop("chat", LEANNE)
    old = bots.fake.bots[FAMILY_TOKEN].messages[chat, number]
    when = old["date"] + 60 * minutes
    await bots.fake.edits(FAMILY_TOKEN, chat, number, words, edit_date=when, **more)
    await bots.catch_up()


async def amended(play: Play) -> list[tuple[str, str | None]]:
    """What Leanne said, each with the first words of the message it changes."""

    def read(connection):
        person = person_by_ref(connection, "C001").id
        query = select(Contact).where(Contact.person_id == person, Contact.direction == "inbound")
        rows = list(connection.execute(query.order_by(Contact.id)))
        words = {row.id: row.words for row in rows}
        return [(row.words, words.get(row.amends)) for row in rows]

    return await play.database.read(read)


@pytest.mark.afternoon
async def test_an_answer_that_is_changed_is_told_with_what_it_was_and_answers_nothing_again(bots):
    await asked(bots, "P01")
    number = await writes(bots, "1")
    answers = len(texts(bots, "P01"))
    await changes(bots, number, "3")
    assert await amended(bots) == [("1", None), ("3", "1")]
    assert texts(bots, "DO")[-1] == f"{NAMED}3\n(changed; before: 1)"
    assert [t["words"] for t in await bots.tasks(kind="message", case="P01")] == [
        f"{NAMED}3\n(changed; before: 1)"
    ]
    assert len(texts(bots, "P01")) == answers
    assert await stands(bots, "P01") is None


@pytest.mark.afternoon
async def test_a_change_of_what_was_said_before_does_not_answer_the_next_question(bots):
    await asked(bots, "P01")
    number = await writes(bots, "3")
    before = await stands(bots, "P01")
    await changes(bots, number, "1")
    assert await stands(bots, "P01") == before
    await writes(bots, "a lift on monday")
    assert texts(bots, "P01")[-1] == "Thank you. Dani has your message."


@pytest.mark.afternoon
async def test_each_further_change_is_told_with_what_stood_there_last(bots):
    number = await writes(bots, "he was fine")
    await changes(bots, number, "he was not fine", minutes=1)
    await changes(bots, number, "he was hurt", minutes=2)
    assert await amended(bots) == [
        ("he was fine", None), ("he was not fine", "he was fine"), ("he was hurt", "he was fine")
    ]  # fmt: skip
    assert texts(bots, "DO")[-1] == f"{NAMED}he was hurt\n(changed; before: he was not fine)"


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_two_changes_in_one_second_are_both_heard_and_each_of_them_once(play: Play, mode):
    async with both_bots(play.database, mode) as (bots, fake):
        await connected(bots, "P01", "DO")
        number = await writes(bots, "he was fine")
        when = fake.bots[FAMILY_TOKEN].messages[LEANNE, number]["date"] + 60
        changed = ["he was late", "he hit me", "he was late again"]
        for words in changed:
            update = await fake.edits(FAMILY_TOKEN, LEANNE, number, words, edit_date=when)
            await bots.catch_up()
            await bots.service.ears[0].door.take_update(update)
        assert await said(bots, "P01") == ["he was fine", *changed]
        assert [task["level"] for task in await bots.tasks(kind="crisis", case="P01")] == ["L2"]
        assert texts(bots, "DO")[-1] == f"{NAMED}he was late again\n(changed; before: he hit me)"
        assert fake.violations == []


@pytest.mark.afternoon
async def test_a_change_that_changes_no_word_is_nothing(bots):
    number = await writes(bots, "look at https://example.org")
    notices = texts(bots, "DO")
    await changes(bots, number, "look at https://example.org", link_preview_options={})
    assert await said(bots, "P01") == ["look at https://example.org"]
    assert texts(bots, "DO") == notices


@pytest.mark.afternoon
async def test_danger_in_a_changed_message_is_danger(bots):
    number = await writes(bots, "he is ok")
    await changes(bots, number, "he says he wants to die")
    assert {task["owner"] for task in await bots.tasks(level="L1")} == {"DO", "JL"}
    for who in ("DO", "JL"):
        assert "he says he wants to die" in texts(bots, who)[-1]
    assert "call 999 now" in texts(bots, "P01")[-1]
    assert (await amended(bots))[-1] == ("he says he wants to die", "he is ok")


@pytest.mark.afternoon
async def test_a_message_changed_to_stop_is_a_stop(bots):
    number = await writes(bots, "sto")
    await changes(bots, number, "STOP")
    assert texts(bots, "P01")[-1].startswith("OK, no more texts will come from here.")
    assert [task["owner"] for task in await bots.tasks(kind="opted_out")] == ["DO"]


@pytest.mark.afternoon
async def test_the_change_of_a_message_that_never_came_is_a_new_message(bots):
    await asked(bots, "P01")
    update = await bots.fake.writes(FAMILY_TOKEN, LEANNE, "2")
    bots.fake.bots[FAMILY_TOKEN].throw_away()
    await changes(bots, update["message"]["message_id"], "3")
    assert await amended(bots) == [("3", None)]
    assert "What would help?" in texts(bots, "P01")[-1]


@pytest.mark.afternoon
async def test_a_change_of_the_words_under_a_picture_is_told(bots):
    update = await bots.fake.sends(FAMILY_TOKEN, LEANNE, "photo", "his knee")
    await bots.catch_up()
    await changes(bots, update["message"]["message_id"], "his hand")
    picture = "(sent a picture, not opened)"
    assert texts(bots, "DO")[-1] == (
        f"{NAMED}his hand\n{picture}\n(changed; before: his knee\n{picture})"
    )
    assert shown(bots, "P01") == []


@pytest.mark.afternoon
async def test_what_a_chat_nobody_knows_changes_is_told_too(bots):
    await connected(bots, "MB")
    number = await writes(bots, "its leanne", STRANGER)
    await changes(bots, number, "its leanne thornton", chat=STRANGER)
    assert texts(bots, "MB")[-1] == (
        "Unknown chat: its leanne thornton\n(changed; before: its leanne)"
    )


@pytest.mark.afternoon
async def test_what_dani_changes_afterwards_changes_nothing_and_she_is_told(bots):
    await writes(bots, "is he in on friday")
    notice = shown(bots, "DO")[-1]["message_id"]
    update = await bots.fake.writes(STAFF_TOKEN, DANI, "Yes, at nine.", reply_to=notice)
    await bots.fake.edits(STAFF_TOKEN, DANI, update["message"]["message_id"], "No.")
    await bots.catch_up()
    assert texts(bots, "DO")[-1].startswith("A changed message changes nothing here")
    await bots.later(seconds=11)
    assert texts(bots, "P01") == ["Yes, at nine.\nDani"]
