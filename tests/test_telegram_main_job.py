"""The main job once more, by chat: both bots at a stand-in for Telegram, brought and fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import update

from bot.handlers import simulated
from storage.tables import Outbox
from tests import test_main_job
from tests.conftest import BEGINS, _opened
from tests.fakes.telegram import FAMILY_TOKEN, STAFF_TOKEN
from tests.handlers.bots import BotPlay, both_bots
from tests.handlers.chat_people import CHATS, connected, labels, shown, stands, texts
from tests.stage import Play, london
from tests.test_main_job import CHECK_IN, CHECK_IN_DAY, WHAT_WOULD_HELP

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

NUMBERS = " 1 = Good, 2 = OK, 3 = Hard. "
LIFT = "a lift on monday would help"
ANSWER = "I will sort a lift for Monday."
SIGNED = f"{ANSWER}\nDani"
ON_A_CHAT = [
    CHECK_IN.replace(NUMBERS, "\n\n"),
    WHAT_WOULD_HELP,
    "Thank you. Dani has your message.",
    SIGNED,
]


@pytest.fixture(params=["webhook", "polling"])
async def bots(request, play: Play) -> AsyncIterator[BotPlay]:
    """Leanne and Dani use their chats, on each engine, their updates brought or fetched."""
    async with both_bots(play.database, request.param) as (opened, _fake):
        yield await connected(opened, "P01", "DO")


@pytest.fixture
async def brought(sqlite_play: Play) -> AsyncIterator[BotPlay]:
    """Nobody has a chat yet; updates are brought."""
    async with both_bots(sqlite_play.database) as (opened, _fake):
        yield opened


@pytest.fixture
async def by_text(request, templates, tmp_path) -> AsyncIterator[Play]:
    """The same Marlbridge once more, on simulated phones, to compare with."""
    folder = tmp_path / "by_text"
    folder.mkdir()
    async for database in _opened("sqlite", "thursday", templates, request, folder):
        yield Play(database, begins=london(BEGINS["thursday"]))


def checked(play: BotPlay) -> None:
    """Nothing we sent broke what Telegram publishes about itself."""
    assert play.fake.violations == []
    if play.fake.unchecked:
        pytest.skip(f"sent and read, but not held against a description: {play.fake.unchecked}")


async def the_conversation(play: Play) -> list[Any]:
    """Leanne's hard week; returns where the conversation stood after each turn."""
    stood = []
    await play.at(CHECK_IN_DAY)
    for words in ("3", LIFT):
        stood.append(await stands(play, "P01"))
        await play.writes("P01", words)
    stood.append(await stands(play, "P01"))
    notice = await play.last("DO")
    assert LIFT in notice["text"]
    await play.writes("DO", ANSWER, reply_to=notice["id"])
    await play.later(seconds=11)
    await play.writes("P01", "thank you so much")
    return [*stood, await stands(play, "P01")]


async def logged(play: Play, mode: str) -> list[tuple[Any, ...]]:
    names = ("direction", "done_by", "person", "purpose", "words", "at", "answering", "language",
             "attempt_result", "sensitivity", "out_of_hours")  # fmt: skip
    rows = await play.log("P01")
    assert {row["mode"] for row in rows} == {mode}
    return [tuple(row[name] for name in names) for row in rows]


async def test_on_thursday_chats_and_phones_get_exactly_what_the_design_says(brought):
    carers = {case: await brought.carer(case) for case in ("P02", "P14", "P16", "P19", "P24")}
    chats = {case: 5_100 + number for number, case in enumerate(carers)}
    for case, ref in carers.items():
        await brought.uses_chat(ref, chats[case])
    await brought.without_digests()
    await test_main_job.test_on_thursday_exactly_the_families_of_the_design_get_one_check_in(
        brought
    )
    await test_main_job.test_everybody_else_shows_why_nothing_went(brought)
    await test_main_job.test_each_family_is_asked_in_its_own_language_and_its_own_way(brought)
    asked = {case: brought.chat(chat) for case, chat in chats.items()}
    assert {case: len(words) for case, words in asked.items()} == dict.fromkeys(chats, 1)
    assert asked["P02"][0].startswith("Dzień dobry Marta")
    assert asked["P14"][0].startswith("السلام علیکم")
    checked(brought)


@pytest.mark.thursday
async def test_a_hard_week_reaches_dani_in_her_chat_and_her_answer_leanne_in_hers(bots):
    await bots.at(CHECK_IN_DAY)
    [question] = shown(bots, "P01")
    assert labels(question) == ["Good", "OK", "Hard"]
    if bots.mode == "webhook":
        await bots.fake.presses(FAMILY_TOKEN, CHATS["P01"], question["message_id"], label="Hard")
        await bots.catch_up()
    else:
        await bots.writes("P01", "3")
    assert texts(bots, "DO")[-1] == (
        "Leanne Thornton (Kai P01) answered the check-in: hard. Asked what would help."
    )
    await bots.writes("P01", LIFT)
    notice = shown(bots, "DO")[-1]
    assert notice["text"].startswith(f"Leanne Thornton (Kai P01): {LIFT}")
    assert labels(notice) == ["I have this", "No answer needed", "Make a referral"]
    await bots.fake.writes(STAFF_TOKEN, CHATS["DO"], ANSWER, reply_to=notice["message_id"])
    await bots.catch_up()
    assert texts(bots, "P01") == ON_A_CHAT[:3], "there are ten seconds to stop it"
    await bots.later(seconds=11)
    assert texts(bots, "P01") == ON_A_CHAT
    assert texts(bots, "DO")[-1].startswith("Sent to Leanne Thornton (Kai P01), ")
    assert await bots.tasks(case="P01") == []
    assert [(row["direction"], row["mode"], row["done_by"]) for row in await bots.log("P01")] == [
        ("outbound", "telegram", "system"),
        ("inbound", "telegram", "C001"),
        ("outbound", "telegram", "system"),
        ("inbound", "telegram", "C001"),
        ("outbound", "telegram", "system"),
        ("outbound", "telegram", "DO"),
    ]
    assert {message["chat"]["id"] for message in bots.fake.sent(FAMILY_TOKEN)} == {CHATS["P01"]}
    checked(bots)


@pytest.mark.thursday
async def test_a_hard_week_told_by_chat_is_the_same_conversation_as_by_text(brought, by_text):
    await connected(brought, "P01", "DO")
    before_she_had_this_chat = len(await told_dani(by_text))
    stood = await the_conversation(brought)
    assert stood == await the_conversation(by_text)
    assert [state and state[1:3] for state in stood] == [("week", 1), ("help", 2), None, None]
    written = await logged(by_text, "sms")
    laid_out = [(*row[:4], row[4].replace(NUMBERS, "\n\n"), *row[5:]) for row in written]
    assert laid_out != written
    assert await logged(brought, "telegram") == laid_out
    assert texts(brought, "P01") == ON_A_CHAT
    told = (await told_dani(by_text))[before_she_had_this_chat:]
    assert len(told) > 1
    assert sorted(texts(brought, "DO")) == sorted(told)
    checked(brought)


async def told_dani(play: Play) -> list[str]:
    return [m["text"] for m in await play.phone("DO") if m["direction"] == "out"]


@pytest.mark.parametrize(
    ("chats", "left"),
    [
        (("P01",), [FAMILY_TOKEN]),
        (("DO",), [STAFF_TOKEN]),
        (("P01", "DO"), [FAMILY_TOKEN, STAFF_TOKEN]),
    ],
    ids=["family by chat", "worker by chat", "both by chat"],
)
async def test_it_does_not_matter_who_of_them_has_a_chat(brought, chats, left):
    await connected(brought, *chats)
    await brought.writes("P01", "is he in on friday")
    notice = await brought.last("DO")
    assert notice["text"] == "Leanne Thornton (Kai P01): is he in on friday"
    await brought.writes("DO", "Yes, at nine.", reply_to=notice["id"])
    await brought.later(seconds=11)
    assert (await brought.received("P01"))[-1] == "Yes, at nine.\nDani"
    assert (await brought.last("DO"))["text"].startswith("Sent to Leanne Thornton (Kai P01), ")
    mode = "telegram" if "P01" in chats else "sms"
    assert [(row["mode"], row["words"]) for row in await brought.log("P01")] == [
        (mode, "is he in on friday"),
        (mode, "Yes, at nine.\nDani"),
    ]
    assert [token for token in (FAMILY_TOKEN, STAFF_TOKEN) if brought.fake.sent(token)] == left
    checked(brought)


async def test_a_reply_reaches_the_right_family_although_our_record_of_the_notice_is_lost(brought):
    await connected(brought, "P01", "DO")
    await brought.writes("P01", "he was up all night")
    await brought.writes("P02", "dziękuję")
    first, _second = shown(brought, "DO")
    await brought.database.write(lambda c: c.execute(update(Outbox).values(external_id=None)))
    await brought.fake.writes(
        STAFF_TOKEN, CHATS["DO"], "I will ring.", reply_to=first["message_id"]
    )
    await brought.catch_up()
    await brought.later(seconds=11)
    assert (await brought.received("P01"))[-1] == "I will ring.\nDani"
    assert await cases_that_got(brought, "I will ring.") == {"P01"}
    checked(brought)


async def cases_that_got(play: Play, words: str) -> set[str]:
    """The cases of everybody whose phone shows these words."""

    def look(connection: Any) -> set[str]:
        return {
            case
            for person in simulated.people(connection)
            if person["kind"] == "carer"
            for message in simulated.phone(connection, person["id"])
            if words in message["text"]
            for case in person["cases"]
        }

    return await play.database.read(look)
