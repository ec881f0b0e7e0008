"""Nobody can ask Telegram what it took: what must arrive is sent again, for the rest we ask."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.rules.wording import CHAT_UNITS
from tests.fakes.telegram import (
    BROKEN,
    CHAT_NOT_FOUND,
    FAMILY_TOKEN,
    HANG,
    HTML_502,
    STAFF_TOKEN,
    TAKEN_THEN_DROPPED,
    TRUNCATED,
    Fault,
)
from tests.handlers.bots import BotPlay, both_bots
from tests.handlers.chat_people import CHATS, asked, connected, labels, shown, texts
from tests.handlers.other_phones import LEANNES_PHONE, Telling, loses_their_number, phones
from tests.stage import Play

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.afternoon]

LEANNE, DANI = CHATS["P01"], CHATS["DO"]
UNCERTAIN = {
    "taken, and no answer": TAKEN_THEN_DROPPED,
    "half an answer": TRUNCATED,
    "no answer": HANG,
    "a page of a proxy": HTML_502,
    "a fault of theirs": BROKEN,
}
NOBODY_KNOWS = pytest.mark.parametrize("fault", UNCERTAIN.values(), ids=UNCERTAIN)
MAY_HAVE = "may or may not have arrived. Please check with them."


@pytest.fixture
async def bots(sqlite_play: Play) -> AsyncIterator[BotPlay]:
    """Leanne and Dani use chats, and it is Monday, two o'clock."""
    async with both_bots(sqlite_play.database, total=0.15) as (opened, _fake):
        yield await ready(opened)


@pytest.fixture
async def on_both(play: Play) -> AsyncIterator[BotPlay]:
    """The same, on each engine."""
    async with both_bots(play.database, total=0.15) as (opened, _fake):
        yield await ready(opened)


async def ready(play: BotPlay) -> BotPlay:
    play.channels["sms"] = Telling()
    play.service.dispatcher.jitter = lambda: 1.0
    await connected(play, "P01", "DO")
    await play.at("2026-11-30 14:00")
    return play


def tries(play: BotPlay, chat: int) -> int:
    calls = play.fake.calls
    return sum(c.method == "sendMessage" and c.fields["chat_id"] == chat for c in calls)


@NOBODY_KNOWS
async def test_a_notice_to_dani_is_sent_at_most_three_times_and_makes_no_task(bots, fault: Fault):
    before = tries(bots, DANI)
    bots.fake.goes_wrong(fault, token=STAFF_TOKEN, method="sendMessage")
    await bots.writes("P01", "is he in on friday")
    assert tries(bots, DANI) - before == 1
    for seconds, so_far in ((29, 1), (2, 2), (30, 3), (3600, 3)):
        await bots.later(seconds=seconds)
        assert tries(bots, DANI) - before == so_far
    assert await bots.tasks(kind="uncertain") == []
    arrived = sum("is he in on friday" in text for text in texts(bots, "DO"))
    assert arrived == (3 if fault.takes else 0)


async def test_a_notice_that_arrives_the_second_time_is_not_sent_a_third(on_both):
    on_both.fake.goes_wrong(TAKEN_THEN_DROPPED, token=STAFF_TOKEN, times=1, method="sendMessage")
    await on_both.writes("P01", "is he in on friday")
    await on_both.later(hours=1)
    assert sum("is he in on friday" in text for text in texts(on_both, "DO")) == 2


@NOBODY_KNOWS
async def test_words_of_safety_are_sent_at_most_three_times_and_then_somebody_is_asked(
    bots, fault: Fault
):
    await bots.at("2026-11-30 18:30")
    bots.fake.goes_wrong(fault, token=FAMILY_TOKEN, method="sendMessage")
    await bots.writes("P01", "he has not come home")
    await bots.later(minutes=30)
    assert tries(bots, LEANNE) == 3
    if fault.takes:
        assert all("call 999" in text for text in texts(bots, "P01"))
    [task] = await bots.tasks(kind="uncertain")
    assert task["words"].endswith(MAY_HAVE)


@NOBODY_KNOWS
async def test_a_check_in_is_never_sent_again_and_its_worker_is_asked(bots, fault: Fault):
    bots.fake.goes_wrong(fault, token=FAMILY_TOKEN, method="sendMessage")
    await asked(bots, "P01")
    await bots.later(hours=1)
    assert tries(bots, LEANNE) == 1
    [task] = await bots.tasks(kind="uncertain")
    assert (task["owner"], task["case"]) == ("DO", "P01")
    assert task["words"].endswith(MAY_HAVE)
    assert phones(bots).at(LEANNES_PHONE) == []


@NOBODY_KNOWS
async def test_what_dani_typed_is_never_sent_again_and_dani_is_asked(bots, fault: Fault):
    await bots.writes("P01", "is he in on friday")
    await bots.writes("DO", "Yes, at nine.", reply_to=(await bots.last("DO"))["id"])
    bots.fake.goes_wrong(fault, token=FAMILY_TOKEN, method="sendMessage")
    await bots.later(hours=1)
    assert tries(bots, LEANNE) == 1
    [task] = await bots.tasks(kind="uncertain")
    assert task["owner"] == "DO"
    assert any(MAY_HAVE in text for text in texts(bots, "DO"))
    assert phones(bots).at(LEANNES_PHONE) == []


async def test_a_press_answers_a_question_although_nobody_knew_that_it_had_arrived(on_both):
    on_both.fake.goes_wrong(TAKEN_THEN_DROPPED, token=FAMILY_TOKEN, method="sendMessage", times=1)
    await asked(on_both, "P01")
    [question] = on_both.fake.sent(FAMILY_TOKEN, LEANNE)
    await on_both.fake.presses(FAMILY_TOKEN, LEANNE, question["message_id"], label="Hard")
    await on_both.catch_up()
    assert "What would help?" in texts(on_both, "P01")[-1]


async def test_a_reply_to_a_notice_finds_its_family_although_we_never_heard_that_it_arrived(
    on_both,
):
    on_both.fake.goes_wrong(TAKEN_THEN_DROPPED, token=STAFF_TOKEN, method="sendMessage", times=1)
    await on_both.writes("P01", "is he in on friday")
    notice = on_both.fake.sent(STAFF_TOKEN, DANI)[-1]
    await on_both.fake.writes(STAFF_TOKEN, DANI, "Yes.", reply_to=notice["message_id"])
    await on_both.catch_up()
    await on_both.later(seconds=11)
    assert texts(on_both, "P01") == ["Yes.\nDani"]


async def test_a_chat_that_is_gone_and_no_number_leaves_it_to_a_person(on_both):
    await loses_their_number(on_both, await on_both.carer("P01"))
    on_both.fake.goes_wrong(CHAT_NOT_FOUND, chat=LEANNE)
    await asked(on_both, "P01")
    await on_both.later(hours=25)
    assert tries(on_both, LEANNE) == 1
    [task] = await on_both.tasks(kind="undelivered", case="P01")
    assert "the chat cannot be used any more, and there is no number" in task["words"]


async def test_words_that_just_do_not_fit_have_their_buttons_under_the_last_of_them(bots):
    """A last part of nothing but blanks would be refused, and the buttons with it."""
    words = "a" * (CHAT_UNITS - len("Leanne Thornton (Kai P01): "))
    for blanks in ("", "\n\n\n", " " * 26):
        await bots.writes("P01", f"{words}{blanks}")
        assert labels(shown(bots, "DO")[-1]) == [
            "I have this",
            "No answer needed",
            "Make a referral",
        ]
        await bots.later(seconds=10)
