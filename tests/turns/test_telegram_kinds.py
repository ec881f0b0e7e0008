"""What else comes by chat: pictures, voices, places, other people's words, groups, long letters."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from storage.tables import Contact, Quarantine
from tests.fakes.telegram import FAMILY_TOKEN, STAFF_TOKEN
from tests.fakes.telegram_media import MEDIA
from tests.handlers.bots import BotPlay, both_bots
from tests.handlers.chat_people import CHATS, asked, connected, labels, said, shown, stands, texts
from tests.stage import Play

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

LEANNE, DANI, GROUP = CHATS["P01"], CHATS["DO"], -100_500
SENT = {
    "photo": "a picture",
    "voice": "a recording",
    "audio": "a recording",
    "video": "a video",
    "video_note": "a video",
    "animation": "a video",
    "document": "a file",
    "sticker": "a sticker",
    "contact": "a contact card",
    "location": "a place on the map",
    "venue": "a place on the map",
    "poll": "a poll",
    "dice": "a sticker",
    "story": "something this service does not know",
}
WITH_WORDS = ("photo", "voice", "video", "document")
SOMEBODY = {"type": "hidden_user", "sender_user_name": "Nan", "date": 1_790_000_000}
PASSED_ON = {
    "forwarded": {"forward_origin": SOMEBODY},
    "by another bot": {"via_bot": {"id": 9, "is_bot": True, "first_name": "Gif"}},
}
NOT_OPENED = "Pictures and files cannot be opened here. Please say it in words, or reply CALL."


@pytest.fixture
async def bots(sqlite_play: Play) -> AsyncIterator[BotPlay]:
    """Leanne and Dani use their chats."""
    async with both_bots(sqlite_play.database) as (opened, fake):
        yield await connected(opened, "P01", "DO")
        assert fake.violations == []


@pytest.mark.afternoon
async def test_nothing_that_is_sent_is_opened_and_the_question_stays_as_it_was(bots):
    await bots.at("2026-11-30 14:00")
    await asked(bots, "P01")
    [question], before = shown(bots, "P01"), await stands(bots, "P01")
    for kind, what in SENT.items():
        await bots.fake.sends(FAMILY_TOKEN, LEANNE, kind)
        await bots.catch_up()
        words = f"(sent {what}, not opened)"
        assert (await said(bots, "P01"))[-1] == words
        assert texts(bots, "DO")[-1].startswith(f"Leanne Thornton (Kai P01): {words}")
        assert texts(bots, "P01")[-1] == NOT_OPENED
        assert await stands(bots, "P01") == before
    assert [t["owner"] for t in await bots.tasks(kind="message", case="P01")] == ["DO"] * len(SENT)
    await bots.fake.presses(FAMILY_TOKEN, LEANNE, question["message_id"], label="Hard")
    await bots.catch_up()
    assert "What would help?" in texts(bots, "P01")[-1]


@pytest.mark.afternoon
async def test_a_recording_is_no_answer_to_what_would_help(bots):
    await bots.at("2026-11-30 14:00")
    await asked(bots, "P01")
    await bots.writes("P01", "3")
    await bots.fake.sends(FAMILY_TOKEN, LEANNE, "voice")
    await bots.catch_up()
    assert (await stands(bots, "P01"))[:2] == ("check_in", "help")
    await bots.writes("P01", "a lift on monday")
    assert texts(bots, "P01")[-1] == "Thank you. Dani has your message."


async def test_an_album_is_answered_once_and_every_picture_of_it_is_kept(play: Play):
    async with both_bots(play.database) as (bots, fake):
        await connected(bots, "P01", "DO")
        for _picture in range(4):
            await fake.writes(FAMILY_TOKEN, LEANNE, "", **MEDIA["photo"], media_group_id="77")
        await bots.catch_up()
        assert texts(bots, "P01") == [NOT_OPENED]
        assert await said(bots, "P01") == ["(sent a picture, not opened)"] * 4
        assert len(await bots.tasks(kind="message", case="P01")) == 4
        await bots.later(seconds=61)
        await fake.sends(FAMILY_TOKEN, LEANNE, "photo")
        await bots.catch_up()
        assert texts(bots, "P01") == [NOT_OPENED] * 2, "another day's picture is answered again"
        assert fake.violations == []


@pytest.mark.parametrize("kind", WITH_WORDS)
async def test_words_under_a_picture_are_read_and_the_picture_is_not(bots, kind):
    await bots.fake.sends(FAMILY_TOKEN, LEANNE, kind, "his hand, he says he fell")
    await bots.catch_up()
    [task] = await bots.tasks(kind="message", case="P01")
    assert task["words"].startswith("Leanne Thornton (Kai P01): his hand, he says he fell\n(sent a")
    assert texts(bots, "DO")[-1] == task["words"]
    assert shown(bots, "P01") == []


@pytest.mark.afternoon
async def test_a_choice_under_a_picture_still_answers_the_question(bots):
    await bots.at("2026-11-30 14:00")
    await asked(bots, "P01")
    await bots.fake.sends(FAMILY_TOKEN, LEANNE, "photo", "3")
    await bots.catch_up()
    assert "What would help?" in texts(bots, "P01")[-1]
    assert await said(bots, "P01") == ["3\n(sent a picture, not opened)"]


async def test_words_of_danger_under_a_picture_are_heard(bots):
    await bots.fake.sends(FAMILY_TOKEN, LEANNE, "photo", "i want to die")
    await bots.catch_up()
    assert {task["owner"] for task in await bots.tasks(level="L1")} == {"DO", "JL"}
    assert "call 999 now" in texts(bots, "P01")[-1]


@pytest.mark.afternoon
@pytest.mark.parametrize("how", PASSED_ON)
async def test_somebody_elses_words_steer_nothing_and_answer_nothing(bots, how):
    await bots.at("2026-11-30 14:00")
    await asked(bots, "P01")
    for words in ("STOP", "3"):
        await bots.fake.writes(FAMILY_TOKEN, LEANNE, words, **PASSED_ON[how])
        await bots.catch_up()
        assert (await said(bots, "P01"))[-1] == f"(passed on from somebody else) {words}"
        assert (await stands(bots, "P01"))[:2] == ("check_in", "week")
    assert await bots.tasks(kind="opted_out") == []
    assert not any("What would help?" in words for words in texts(bots, "P01"))
    assert len(await bots.tasks(kind="message", case="P01")) == 2
    await bots.writes("P01", "3")
    assert "What would help?" in texts(bots, "P01")[-1]


@pytest.mark.parametrize("how", PASSED_ON)
async def test_danger_in_somebody_elses_words_is_danger(bots, how):
    await bots.fake.writes(FAMILY_TOKEN, LEANNE, "he's going to kill himself", **PASSED_ON[how])
    await bots.catch_up()
    assert {task["owner"] for task in await bots.tasks(level="L1")} == {"DO", "JL"}
    assert "(passed on from somebody else) he's going to kill" in texts(bots, "DO")[-1]


async def test_dani_cannot_pass_on_what_somebody_else_wrote(bots):
    await bots.writes("P01", "is he in on friday")
    notice = shown(bots, "DO")[-1]["message_id"]
    await bots.fake.writes(
        STAFF_TOKEN, DANI, "Yes.", reply_to=notice, **PASSED_ON["forwarded"]
    )  # fmt: skip
    await bots.catch_up()
    assert texts(bots, "DO")[-1].startswith("Forwarded messages are not passed on.")
    await bots.later(seconds=11)
    assert shown(bots, "P01") == []


async def test_a_long_letter_reaches_dani_whole_and_the_buttons_stand_under_its_end(bots):
    letter = ("he was up all night and so was i " * 130)[:4090] + " help!"
    assert len(letter) == 4096
    await bots.writes("P01", letter)
    first, last = shown(bots, "DO")
    assert len(first["text"]) <= 4096
    whole = f"{first['text']} {last['text']}"
    assert whole == f"Leanne Thornton (Kai P01): {letter}"
    assert (labels(first), labels(last)) == (
        [],
        ["I have this", "No answer needed", "Make a referral"],
    )
    await bots.fake.writes(STAFF_TOKEN, DANI, "I will ring.", reply_to=first["message_id"])
    await bots.catch_up()
    await bots.later(seconds=11)
    assert texts(bots, "P01") == ["I will ring.\nDani"]


@pytest.mark.parametrize("token", [FAMILY_TOKEN, STAFF_TOKEN], ids=["families", "staff"])
async def test_a_bot_put_into_a_group_leaves_and_keeps_nothing_of_it(bots, token):
    before = await kept(bots)
    await bots.fake.in_group(token, GROUP, LEANNE, "he's going to kill himself")
    await bots.fake.in_group(token, GROUP, DANI, "/pause all")
    await bots.catch_up()
    assert await kept(bots) == before
    assert GROUP in bots.fake.bots[token].left
    assert bots.fake.sent(token) == []
    assert bots.answers == [200, 200]


async def kept(play: Play) -> list[int]:
    """How much is on record."""

    def count(connection):
        tables = (Contact, Quarantine)
        return [connection.execute(select(func.count()).select_from(t)).scalar() for t in tables]

    return [*await play.database.read(count), len(await play.tasks())]


async def test_names_stay_apart_in_urdu_where_the_writing_turns(bots):
    await connected(bots, "P14")
    await bots.at("2026-12-01 11:00")
    await asked(bots, "P14")
    [question] = shown(bots, "P14")
    for name in ("Tariq", "Hamza"):
        assert f"\u2068{name}\u2069" in question["text"]
    assert [len(labels(question)), question["text"].count("\u2068")] == [
        3, question["text"].count("\u2069")
    ]  # fmt: skip
    assert (await bots.log("P14"))[-1]["words"] == question["text"]
