"""At the real staff bot: a code lets in, a cut-off chat is out, and in a group nothing is said."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.turns.staffing import invite_staff, revoke_staff
from tests.fakes.telegram import STAFF_TOKEN
from tests.handlers.bots import BotPlay, both_bots
from tests.stage import Play

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

DANI, STRANGER, GROUP = 5_000_000_002, 5_000_000_009, -100_700
NEUTRAL = (
    "This chat is not connected. If you work here, ask your manager for a code and type it. "
    "In an emergency call 999."
)
OTHER_BOT = {"id": 9, "is_bot": True, "first_name": "Gif"}


@pytest.fixture
async def bots(sqlite_play: Play) -> AsyncIterator[BotPlay]:
    """Dani has just typed the code."""
    async with both_bots(sqlite_play.database) as (opened, _fake):
        code = await code_for(opened)
        await types(opened, DANI, code)
        assert opened.chat(DANI, STAFF_TOKEN)[-1].startswith("You are connected, Dani.")
        yield opened


async def code_for(bots: BotPlay) -> str:
    said = await invite_staff(bots.database, bots.service.taskforce, "DO", bots.now)
    return said.splitlines()[1].strip()


async def types(bots: BotPlay, chat: int, words: str, **more) -> None:
    await bots.fake.writes(STAFF_TOKEN, chat, words, **more)
    await bots.catch_up()


async def test_what_dani_was_shown_and_can_still_press_does_nothing_once_dani_is_cut_off(bots):
    await bots.writes("P02", "zofia asks for you")
    [notice] = [m for m in bots.fake.sent(STAFF_TOKEN, DANI) if "zofia" in m["text"]]
    await revoke_staff(bots.database, bots.service.taskforce, "DO", bots.now)
    before = len(bots.chat(DANI, STAFF_TOKEN))
    for label in ("I have this", "No answer needed"):
        await bots.fake.presses(STAFF_TOKEN, DANI, notice["message_id"], label=label)
    await types(bots, DANI, "tell her I am coming", reply_to=notice["message_id"])
    await types(bots, DANI, "/today")
    await bots.later(minutes=1)
    assert bots.chat(DANI, STAFF_TOKEN)[before:] == [NEUTRAL] * 3
    (task,) = await bots.tasks(kind="message", case="P02")
    assert (task["owner"], task["seen_by"]) == ("MB", None)
    assert not any("coming" in text for text in await bots.received("P02"))


async def test_a_stranger_who_presses_a_button_of_danis_learns_nothing(bots):
    await bots.writes("P02", "zofia asks for you")
    [notice] = [m for m in bots.fake.sent(STAFF_TOKEN, DANI) if "zofia" in m["text"]]
    data = notice["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await bots.fake.presses(STAFF_TOKEN, STRANGER, 1, data=data)
    await bots.catch_up()
    assert bots.chat(STRANGER, STAFF_TOKEN) == [NEUTRAL]
    (task,) = await bots.tasks(kind="message", case="P02")
    assert task["seen_by"] is None


async def test_in_a_group_even_dani_is_shown_nothing(bots):
    before = len(bots.fake.sent(STAFF_TOKEN))
    for words in ("/today", "/link Leanne", "Leanne", await code_for(bots)):
        await bots.fake.in_group(STAFF_TOKEN, GROUP, DANI, words)
    await bots.fake.presses(STAFF_TOKEN, GROUP, 1, data="t:1:ack", user=DANI)
    await bots.catch_up()
    assert len(bots.fake.sent(STAFF_TOKEN)) == before
    assert GROUP in bots.fake.bots[STAFF_TOKEN].left


@pytest.mark.parametrize("how", ["via_bot", "forward_origin"])
async def test_what_comes_through_somebody_else_lets_nobody_in_and_goes_to_nobody(bots, how):
    hidden = {"type": "hidden_user", "sender_user_name": "Nan", "date": 1_790_000_000}
    passed_on = {how: OTHER_BOT if how == "via_bot" else hidden}
    await types(bots, STRANGER, await code_for(bots), **passed_on)
    assert bots.chat(STRANGER, STAFF_TOKEN) == [NEUTRAL]
    await types(bots, DANI, "/today", **passed_on)
    assert bots.chat(DANI, STAFF_TOKEN)[-1].startswith("Forwarded messages are not passed on.")
