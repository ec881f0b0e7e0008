"""What a staff chat shows: without a sound at night, and without a name where none may stand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from storage.tables import Audit
from tests.fakes.telegram import FAMILY_TOKEN, STAFF_TOKEN
from tests.handlers.bots import BotPlay, both_bots
from tests.handlers.chat_people import CHATS, STRANGER, connected, labels, shown, texts
from tests.stage import Play, marlbridge_taskforce

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

DANI, MARCUS = CHATS["DO"], CHATS["MB"]
STAFF = ("DO", "MB", "HM", "JL")
NAMES = ("Leanne", "Thornton", "Kai", "Marta", "Wrona", "Zofia", "Samina", "Akhtar", "Jayden")
UP_ALL_NIGHT = "Leanne Thornton (Kai P01): he was up all night"


@pytest.fixture
async def bots(sqlite_play: Play) -> AsyncIterator[BotPlay]:
    """Leanne and four of the staff use their chats."""
    async with both_bots(sqlite_play.database) as (opened, fake):
        yield await connected(opened, "P01", *STAFF)
        assert fake.violations == []


@pytest.fixture
async def discreet(sqlite_play: Play) -> AsyncIterator[BotPlay]:
    """The same where nobody has approved that words stand in a staff chat."""
    taskforce = marlbridge_taskforce(notices_shown=False)
    async with both_bots(sqlite_play.database, taskforce=taskforce) as (opened, fake):
        yield await connected(opened, "P01", *STAFF)
        assert fake.violations == []


def calls(play: BotPlay, who: str) -> list[dict[str, Any]]:
    """What was asked of Telegram for somebody's chat, oldest first."""
    here = [c for c in play.fake.calls if c.token == STAFF_TOKEN and c.taken]
    return [c.fields for c in here if c.fields.get("chat_id") == CHATS[who]]


def quiet(play: BotPlay, who: str) -> bool:
    return bool(calls(play, who)[-1].get("disable_notification"))


def button(message: dict[str, Any], label: str) -> str:
    """What a button of a message sends."""
    rows = message["reply_markup"]["inline_keyboard"]
    return next(one["callback_data"] for row in rows for one in row if one["text"] == label)


async def presses(play: BotPlay, who: str, message: dict[str, Any], label: str) -> str:
    """Somebody presses a button; returns what they are answered."""
    await play.fake.presses(STAFF_TOKEN, CHATS[who], message["message_id"], label=label)
    await play.catch_up()
    return texts(play, who)[-1]


async def test_a_notice_makes_a_sound_on_shift_and_none_at_night(bots):
    await bots.writes("P01", "is he in on friday")
    assert texts(bots, "DO")[-1].endswith("is he in on friday")
    assert not quiet(bots, "DO")
    await bots.at("2026-11-30 22:10")
    await bots.writes("P01", "he is worried about tomorrow")
    assert texts(bots, "DO")[-1].endswith("he is worried about tomorrow")
    assert quiet(bots, "DO")


async def test_danger_at_night_sounds_for_whoever_is_paged_and_nobody_else(bots):
    await bots.at("2026-11-30 22:10")
    await bots.writes("P01", "he says he wants to die")
    for who in ("JL", "HM", "DO"):
        assert "he says he wants to die" in texts(bots, who)[-1]
    assert [quiet(bots, who) for who in ("JL", "HM", "DO")] == [False, False, True]


async def test_a_discreet_notice_says_who_it_concerns_in_initials_and_no_more(discreet):
    await discreet.writes("P01", "he was up all night")
    notice = shown(discreet, "DO")[-1]
    assert notice["text"] == "message: KT P01. Open your desk to read it."
    assert labels(notice) == ["I have this", "No answer needed", "Make a referral", "Show"]
    assert notice["has_protected_content"] is True
    await discreet.writes("P01", "he says he wants to die")
    for who in ("DO", "JL"):
        assert texts(discreet, who)[-1].startswith("L1 ")
        assert "KT P01" in texts(discreet, who)[-1]
        assert "die" not in texts(discreet, who)[-1]


async def test_show_shows_the_words_to_whom_they_were_sent_and_to_nobody_else(discreet):
    await discreet.writes("P01", "he was up all night")
    notice = shown(discreet, "DO")[-1]
    stolen = button(notice, "Show")
    await discreet.fake.presses(STAFF_TOKEN, MARCUS, 1, data=stolen)
    await discreet.catch_up()
    assert texts(discreet, "MB")[-1] == "This button is not known here."
    assert await audited(discreet) == []
    assert await presses(discreet, "DO", notice, "Show") == UP_ALL_NIGHT
    told = shown(discreet, "DO")[-1]
    assert (labels(told), told["has_protected_content"]) == (
        ["I have this", "No answer needed", "Make a referral"], True
    )  # fmt: skip
    assert await audited(discreet) == ["DO"]
    everywhere = [m["text"] for m in discreet.fake.sent(STAFF_TOKEN)]
    assert everywhere.count(UP_ALL_NIGHT) == 1


async def audited(play: Play) -> list[str]:
    """Who was shown words."""
    query = select(Audit.who).where(Audit.what == "show").order_by(Audit.id)
    return await play.database.read(lambda c: list(c.execute(query).scalars()))


async def test_words_that_name_dani_are_not_shown_to_her_even_by_an_old_button(discreet):
    await discreet.writes("P01", "i want to make a complaint about dani, she shouted at kai")
    [notice] = [m for m in shown(discreet, "HM") if "complaint" in m["text"]]
    assert "shouted" not in notice["text"]
    await discreet.fake.presses(STAFF_TOKEN, DANI, 1, data=button(notice, "Show"))
    await discreet.catch_up()
    assert texts(discreet, "DO")[-1] == "This button is not known here."
    assert "she shouted at kai" in await presses(discreet, "HM", notice, "Show")


async def test_a_reply_to_what_was_shown_reaches_the_family(discreet):
    await discreet.writes("P01", "he was up all night")
    await presses(discreet, "DO", shown(discreet, "DO")[-1], "Show")
    notice = shown(discreet, "DO")[-1]["message_id"]
    await discreet.fake.writes(STAFF_TOKEN, DANI, "I will ring.", reply_to=notice)
    await discreet.catch_up()
    assert texts(discreet, "DO")[-1] == "To KT P01 in 10 seconds."
    await discreet.later(seconds=11)
    assert texts(discreet, "P01") == ["I will ring.\nDani"]
    assert texts(discreet, "DO")[-1].startswith("Sent to KT P01, ")


async def test_nothing_in_a_discreet_chat_names_anybody(discreet):
    await discreet.writes("P01", "he was up all night")
    await discreet.fake.sends(FAMILY_TOKEN, STRANGER, "photo")
    await discreet.catch_up()
    notice = await discreet.last("MB")
    assert notice["text"] == "unclaimed: a chat nobody knows. Open your desk to read it."
    await discreet.writes("MB", "/attach Samina", reply_to=notice["id"])
    assert texts(discreet, "MB")[-1].startswith("It now belongs to JA P03.")
    for words in ("See you on Thursday.", "P01", "/pause P01", "/resume P01", "/link P01"):
        await discreet.writes("DO", words)
    await discreet.later(seconds=11)
    asked = next(m for m in shown(discreet, "DO") if m["text"].startswith("Who is this for?"))
    assert labels(asked)[:2] == ["KT P01", "ZW P02"]
    assert "Automatic messages to KT P01 are held." in texts(discreet, "DO")
    await discreet.writes("P01", "STOP")
    await discreet.at("2026-12-03 15:46")
    everything = json.dumps(discreet.fake.sent(STAFF_TOKEN), ensure_ascii=False)
    assert [name for name in NAMES if name in everything] == []


async def test_all_that_staff_see_is_protected_but_the_picture_of_a_link(discreet):
    await discreet.writes("P01", "he was up all night")
    await presses(discreet, "DO", shown(discreet, "DO")[-1], "Show")
    await discreet.writes("DO", "/help")
    await discreet.writes("DO", "/link P01")
    words = [fields for fields in calls(discreet, "DO") if "text" in fields]
    assert {fields.get("protect_content") for fields in words} == {True}
    [picture] = [fields for fields in calls(discreet, "DO") if "caption" in fields]
    assert not picture.get("protect_content")
    assert "A link for KT P01" in picture["caption"]
