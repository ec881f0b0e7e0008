"""Whatever happens at the bots, a log line says no name, no word, no token, no secret, no code."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO

import pytest

from bot.logs import QUIET, set_up
from bot.turns.staffing import invite_staff
from tests.fakes.telegram import (
    BLOCKED,
    FAMILY_TOKEN,
    FLOOD,
    HTML_502,
    STAFF_TOKEN,
    TAKEN_THEN_DROPPED,
    TRUNCATED,
    UNAUTHORIZED,
)
from tests.handlers.bots import SECRETS, BotPlay, both_bots
from tests.handlers.chat_calls import knock, path_of, with_doors
from tests.handlers.doors import Away
from tests.handlers.listening import listening, until
from tests.handlers.test_sms_faults import break_the_check_in
from tests.stage import Play, marlbridge_taskforce

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

LEANNE, MARTA, DANI = 5_000_000_123, 5_000_000_124, 6_000_000_321
CANARY, CODE, GUESS = "zebra-umbrella", "482913", "guessed-secret-of-nobody"
LINK, INVITE = "Zq3" * 14 + "x", "9F2KD0QX7M"
NAMES = ("Leanne", "Thornton", "Marta", "Wrona", "Dani", "Okafor", "Kai", "Zebedee")
NEVER = (
    CANARY, LINK, INVITE, f"{INVITE[:5]}-{INVITE[5:]}", GUESS, *SECRETS.values(), *NAMES,
    FAMILY_TOKEN.partition(":")[2], STAFF_TOKEN.partition(":")[2], str(LEANNE), str(MARTA),
    str(DANI), "900100", "900101",
)  # fmt: skip
HAPPENED = (
    "The family bot is in touch with Telegram", "The staff bot: Telegram is away (401)",
    "An update could not be read", "A turn failed; its words go to staff",
    "A channel failed oddly",
)  # fmt: skip
AT_THE_DOOR = ("A webhook was refused: not genuine", "The database is away")


@contextmanager
def everything_said(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What the process logs at DEBUG; the logging of tests is put back afterwards."""
    said, root = StringIO(), logging.getLogger()
    kept = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in QUIET}
    monkeypatch.setattr(sys, "stderr", said)
    set_up("DEBUG")
    try:
        yield said
    finally:
        root.handlers[:] = kept[0]
        root.setLevel(kept[1])
        logging.raiseExceptions = True
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


@pytest.mark.thursday
@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_a_day_with_every_fault_says_nothing_of_anybody(sqlite_play: Play, monkeypatch, mode):
    taskforce = replace(
        marlbridge_taskforce(), code=lambda: CODE, token=lambda: LINK, invitation=lambda: INVITE
    )
    with everything_said(monkeypatch) as said:
        async with both_bots(sqlite_play.database, mode, taskforce, total=0.3) as (play, fake):
            fake.names[LEANNE] = fake.names[MARTA] = "Zebedee"
            await play.uses_chat(await play.carer("P01"), LEANNE)
            await doors_are_opened(play)
            await people_talk(play, monkeypatch)
            await telegram_fails(play)
            await we_fail(play)
        lines = re.sub(r"timestamp=\S+", "", said.getvalue())
    for event in (*HAPPENED, *(AT_THE_DOOR if mode == "webhook" else ())):
        assert event in lines
    assert [secret for secret in (*NEVER, CODE) if secret in lines] == []


async def doors_are_opened(play: BotPlay) -> None:
    """Dani connects with a code, and Marta with a link and one; a stranger does not."""
    await invite_staff(play.database, play.service.taskforce, "DO", play.now)
    for words in (f"{CANARY} hello", "ABCDE-FGH12", f"{INVITE[:5]}-{INVITE[5:]}", "/link P02"):
        await play.fake.writes(STAFF_TOKEN, DANI, words)
        await play.catch_up()
    for words in (f"/start {LINK[::-1]}", f"/start {LINK}", "111111", CODE, "dzień dobry"):
        await play.fake.writes(FAMILY_TOKEN, MARTA, words)
        await play.catch_up()
    assert any("You are connected" in str(m) for m in play.fake.sent(STAFF_TOKEN, DANI))
    assert any("Telegram" in str(m) for m in play.fake.sent(FAMILY_TOKEN, MARTA))


async def people_talk(play: BotPlay, monkeypatch) -> None:
    """A conversation breaks, a cry for help comes, and Dani answers."""
    await play.at("2026-12-03 15:45")
    with monkeypatch.context() as patched:
        break_the_check_in(patched)
        await play.fake.writes(FAMILY_TOKEN, MARTA, "3")
        await play.catch_up()
    await play.fake.writes(FAMILY_TOKEN, LEANNE, f"{CANARY} i dont want to live, ring 07700 900100")
    await play.catch_up()
    notice = play.fake.sent(STAFF_TOKEN, DANI)[-1]
    await play.fake.presses(STAFF_TOKEN, DANI, notice["message_id"], data="t:1:ack")
    await play.fake.writes(STAFF_TOKEN, DANI, f"{CANARY} I am on my way.",
                           reply_to=notice["message_id"])  # fmt: skip
    await play.fake.writes(STAFF_TOKEN, DANI, f"/pause {CANARY}")
    await play.catch_up()
    await play.later(seconds=11)


async def telegram_fails(play: BotPlay) -> None:
    """Every way Telegram can fail, while words are on their way, and at both ears."""
    for fault in (FLOOD, HTML_502, TAKEN_THEN_DROPPED, TRUNCATED, BLOCKED, UNAUTHORIZED):
        play.fake.goes_wrong(fault, method="sendMessage")
        await play.fake.writes(FAMILY_TOKEN, MARTA, f"{CANARY} is he in on friday")
        await play.catch_up()
        await play.later(minutes=5)
        play.fake.puts_right()
    for bot in SECRETS:
        play.fake.goes_wrong(UNAUTHORIZED)
        async with listening(play, bot) as (ear, pauses):
            await pauses.begun()
            play.fake.puts_right()
            pauses.over()
            await until(lambda ear=ear: ear.state == "ok")
    await play.fake.goes_away()
    await play.later(minutes=5)
    await play.fake.comes_back()
    await play.fake.blocks(FAMILY_TOKEN, LEANNE)
    await play.catch_up()


class Crashing:
    """A library or a channel that quotes what it was given when it breaks."""

    async def read(self, update):
        raise ValueError(f"cannot read {update}")

    async def send(self, message):
        raise ValueError(f"cannot send {message.shown.text} to {message.address}")

    async def close(self):
        pass


async def we_fail(play: BotPlay) -> None:
    """Forged, unreadable and far too much; then no database, and a broken channel."""
    update = {"update_id": 1, "message": {"text": CANARY, "chat": {"id": LEANNE}}}
    for body in (json.dumps(update), f'{{"message": "{CANARY}', CANARY * 100_000):
        for bot in SECRETS:
            for doors in (play.http, with_doors(play, database=Away(play.database)),
                          with_doors(play, reader=Crashing())):  # fmt: skip
                await knock(play, bot, body.encode(), doors)
            headers = {"x-telegram-bot-api-secret-token": GUESS}
            await play.http.post(path_of(bot), headers=headers, content=body)
    for ear in play.service.ears:
        await replace(ear.door, reader=Crashing()).take_batch([{**update, "update_id": 2}])
    play.service.dispatcher.channels = dict.fromkeys(play.channels, Crashing())
    await play.fake.writes(FAMILY_TOKEN, MARTA, f"{CANARY} again")
    await play.catch_up()
