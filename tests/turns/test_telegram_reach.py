"""Chats that come and go: blocked, left for texts, and come back to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from storage.addresses import person_by_ref
from storage.tables import Address, Outbox
from tests.fakes.telegram import BLOCKED, CHAT_NOT_FOUND, FAMILY_TOKEN, STAFF_TOKEN
from tests.handlers.bots import BotPlay, both_bots
from tests.handlers.chat_people import CHATS, asked, connected, modes, shown, texts
from tests.stage import Play

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

LEANNE, DANI = CHATS["P01"], CHATS["DO"]
BY_TEXT = "1 = Good, 2 = OK, 3 = Hard."


@pytest.fixture
async def bots(sqlite_play: Play) -> AsyncIterator[BotPlay]:
    """Leanne and Dani use their chats, on a Monday at two."""
    async with both_bots(sqlite_play.database) as (opened, fake):
        await connected(opened, "P01", "DO")
        await opened.at("2026-11-30 14:00")
        yield opened
        assert fake.violations == []


async def typed(bots: BotPlay, words: str) -> None:
    """Dani answers what Leanne has written; it leaves after ten seconds."""
    await bots.writes("P01", "is he in on friday")
    await bots.writes("DO", words, reply_to=(await bots.last("DO"))["id"])


async def outbound(bots: BotPlay) -> list[tuple[str, str, str | None]]:
    return [
        (row["mode"], row["words"], row["attempt_result"])
        for row in await bots.log("P01")
        if row["direction"] == "outbound"
    ]


async def blocked_notices(bots: BotPlay) -> list[str]:
    return [words for words in texts(bots, "DO") if "cannot be reached by chat" in words]


@pytest.mark.afternoon
async def test_what_waits_for_whoever_blocks_the_bot_goes_by_text_and_dani_is_told(bots):
    await typed(bots, "Yes, at nine.")
    await bots.fake.blocks(FAMILY_TOKEN, LEANNE)
    await bots.catch_up()
    await bots.later(seconds=11)
    assert await outbound(bots) == [("sms", "Yes, at nine.\nDani", None)]
    assert shown(bots, "P01") == []
    [told] = await blocked_notices(bots)
    assert told.startswith("Leanne Thornton (Kai P01) cannot be reached by chat any more")
    assert told.endswith("Text messages are used instead.")
    assert [task["owner"] for task in await bots.tasks(kind="chat_blocked")] == ["DO"]


@pytest.mark.afternoon
async def test_the_next_question_goes_by_text_and_is_answered_there(bots):
    await bots.fake.blocks(FAMILY_TOKEN, LEANNE)
    await bots.catch_up()
    await asked(bots, "P01")
    [(mode, question, _result)] = await outbound(bots)
    assert (mode, shown(bots, "P01")) == ("sms", [])
    assert BY_TEXT in question
    await bots.writes("P01", "3")
    assert "What would help?" in (await bots.last("P01"))["text"]
    assert await modes(bots, "P01") == {"sms"}


@pytest.mark.afternoon
@pytest.mark.parametrize("fault", [BLOCKED, CHAT_NOT_FOUND], ids=["blocked", "deleted"])
async def test_a_chat_found_shut_when_we_write_is_given_up_at_once_for_a_text(bots, fault):
    bots.fake.goes_wrong(fault, chat=LEANNE)
    await asked(bots, "P01")
    tried, arrived = await outbound(bots)
    assert (tried[0], tried[2]) == ("telegram", "undelivered")
    assert (arrived[0], arrived[2]) == ("sms", None)
    assert BY_TEXT in arrived[1]
    await bots.writes("P01", "3")
    calls = [call for call in bots.fake.calls if call.fields.get("chat_id") == LEANNE]
    assert [call.taken for call in calls] == [False], "tried once, and never again"
    assert len(await blocked_notices(bots)) == 1


@pytest.mark.afternoon
async def test_blocked_at_both_ends_of_one_moment_dani_is_told_once(bots):
    await typed(bots, "Yes, at nine.")
    bots.fake.goes_wrong(BLOCKED, chat=LEANNE)
    await bots.later(seconds=11)
    update = await bots.fake.blocks(FAMILY_TOKEN, LEANNE)
    assert await bots.fake.deliver_again(FAMILY_TOKEN, update) == 200
    await bots.catch_up()
    assert len(await blocked_notices(bots)) == 1
    assert len(await bots.tasks(kind="chat_blocked")) == 1


@pytest.mark.afternoon
async def test_who_lets_the_bot_back_in_is_written_to_in_the_chat_again(bots):
    await bots.fake.blocks(FAMILY_TOKEN, LEANNE)
    await bots.catch_up()
    await bots.fake.unblocks(FAMILY_TOKEN, LEANNE)
    await bots.catch_up()
    assert texts(bots, "DO")[-1] == "Leanne Thornton (Kai P01) is back in the chat."
    await asked(bots, "P01")
    assert "weekly check-in" in texts(bots, "P01")[-1]
    assert await modes(bots, "P01") == {"telegram"}


@pytest.mark.afternoon
async def test_who_writes_in_a_chat_we_had_given_up_has_let_us_back_in(bots):
    await bots.fake.blocks(FAMILY_TOKEN, LEANNE)
    await bots.catch_up()
    bots.fake.bots[FAMILY_TOKEN].blocked.clear()  # the news of it never came
    await bots.fake.writes(FAMILY_TOKEN, LEANNE, "is he in on friday")
    await bots.catch_up()
    await bots.writes("DO", "Yes, at nine.", reply_to=(await bots.last("DO"))["id"])
    await bots.later(seconds=11)
    assert texts(bots, "P01") == ["Yes, at nine.\nDani"]


@pytest.mark.afternoon
async def test_one_word_takes_them_back_to_texts_and_start_back_to_the_chat(bots):
    await bots.writes("P01", "sms")
    back_to_texts = "OK. Dani writes to you by text message again. To come back here write START."
    assert texts(bots, "P01") == [back_to_texts]
    assert [task["owner"] for task in await bots.tasks(kind="wants_texts")] == ["DO"]
    await asked(bots, "P01")
    assert [mode for mode, *_rest in await outbound(bots)] == ["telegram", "sms"]
    assert BY_TEXT in (await outbound(bots))[-1][1]
    await bots.writes("P01", "START")
    assert texts(bots, "P01")[-1] == "Thank you. Dani writes to you here again."
    await bots.writes("P01", "3")
    assert "What would help?" in texts(bots, "P01")[-1]


@pytest.mark.afternoon
async def test_a_reply_to_what_they_wrote_in_a_chat_they_left_goes_where_they_are_now(bots):
    await bots.writes("P01", "is he in on friday")
    notice = await bots.last("DO")
    await bots.writes("P01", "sms")
    await bots.writes("DO", "Yes, at nine.", reply_to=notice["id"])
    await bots.later(seconds=11)
    assert (await outbound(bots))[-1] == ("sms", "Yes, at nine.\nDani", None)


@pytest.mark.afternoon
async def test_a_reply_to_what_they_wrote_before_they_blocked_the_bot_goes_by_text(bots):
    await bots.writes("P01", "is he in on friday")
    notice = await bots.last("DO")
    await bots.fake.blocks(FAMILY_TOKEN, LEANNE)
    await bots.catch_up()
    await bots.writes("DO", "Yes, at nine.", reply_to=notice["id"])
    assert texts(bots, "DO")[-1] == "To Leanne Thornton (Kai P01) in 10 seconds."
    await bots.later(seconds=11)
    assert await outbound(bots) == [("sms", "Yes, at nine.\nDani", None)]


@pytest.mark.afternoon
async def test_words_that_wait_go_by_text_when_they_go_back_to_texts(bots):
    await typed(bots, "Yes, at nine.")
    await bots.writes("P01", "sms")
    await bots.later(seconds=11)
    assert (await outbound(bots))[-1] == ("sms", "Yes, at nine.\nDani", None)


async def test_written_as_a_text_sms_is_only_a_word(sqlite_play):
    async with both_bots(sqlite_play.database) as (play, fake):
        await connected(play, "DO")
        await play.writes("P01", "sms")
        assert texts(play, "DO") == ["Leanne Thornton (Kai P01): sms"]
        assert await play.received("P01") == []
        assert [task["kind"] for task in await play.tasks(case="P01")] == ["message"]
        assert fake.violations == []


@pytest.mark.afternoon
async def test_a_worker_who_blocks_the_bot_is_told_by_text_and_the_manager_hears_of_it(bots):
    await connected(bots, "HM")
    await bots.fake.blocks(STAFF_TOKEN, DANI)
    await bots.catch_up()
    assert texts(bots, "HM")[-1].startswith("Dani Okafor has blocked the staff chat")
    before = len(shown(bots, "DO"))
    await bots.writes("P01", "is he in on friday")
    assert len(shown(bots, "DO")) == before
    alert = "message: KT P01. Open your desk to read it."
    assert alert in await alerts(bots, "DO")


async def alerts(bots: BotPlay, who: str) -> list[str]:
    """What was sent to the phone of a member of staff."""

    def read(connection):
        person = person_by_ref(connection, who)
        query = select(Outbox.text).join(Address, Address.id == Outbox.address_id)
        ours = query.where(Address.person_id == person.id, Address.channel == "sms")
        return list(connection.execute(ours.where(Outbox.sent_at.is_not(None))).scalars())

    return await bots.database.read(read)
