"""The README's way to join the demonstration with one's own phone, step by step.

Only `TELEGRAM_API_BASE` is not in the README: here a stand-in takes Telegram's place.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.telegram import FAMILY_TOKEN, STAFF_TOKEN, FakeTelegram
from tests.handlers.test_demo_process import HOUSE, Demo, start

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

MY_CHAT = 5_000_000_321
THURSDAY = "2026-12-03T15:45:00+00:00"
ANSWERS_WITHIN = 60.0  # seconds, so that waiting ends: each takes one, on a quiet machine
WALKS_WITHIN = 120.0  # seconds, so that a clock that hangs ends


@pytest.fixture
async def telegram():
    async with FakeTelegram() as server:
        yield server


async def comes(look: Callable[[], Any]) -> Any:
    """Wait until there is something to see."""
    async with asyncio.timeout(ANSWERS_WITHIN):
        while not (found := look()):  # noqa: ASYNC110  a chat offers no event
            await asyncio.sleep(0.05)
    return found


def keyworker(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Type a command in a second terminal."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=HOUSE,
        env={**os.environ, "KEYWORKER_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def move_clock(demo: Demo, to: str) -> None:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{demo.port}/simulator/clock",
        json.dumps({"now": to}).encode(),
        {"content-type": "application/json"},
    )
    urllib.request.urlopen(asked, timeout=WALKS_WITHIN).close()


def newest_text(demo: Demo) -> str:
    """What came last to Leanne's number on the page; the chat may have been quicker."""
    shown = demo.get("/simulator/people/C001/messages")
    return shown[-1]["text"] if shown else ""


def has_left(demo: Demo, words: str) -> bool:
    """Say whether the service knows that a notice is in Dani's chat: nobody is so quick."""
    return any(words in shown["text"] for shown in demo.get("/simulator/people/DO/messages"))


async def test_somebody_joins_the_demonstration_with_their_own_phone(tmp_path, telegram):
    folder, phone = tmp_path / "data", telegram

    def got(token: str, words: str) -> dict[str, Any] | None:
        found = [m for m in phone.sent(token, MY_CHAT) if words in str(m)]
        return found[-1] if found else None

    demo = start(
        folder,
        FAMILY_BOT_TOKEN=FAMILY_TOKEN,
        STAFF_BOT_TOKEN=STAFF_TOKEN,
        TELEGRAM_MODE="polling",
        TELEGRAM_API_BASE=phone.base_url,
    )
    try:
        await asyncio.to_thread(demo.wait_until_open)
        invited = await asyncio.to_thread(keyworker, folder, "staff", "invite", "DO")
        assert (invited.returncode, invited.stderr) == (0, "")
        await phone.writes(STAFF_TOKEN, MY_CHAT, invited.stdout.splitlines()[1].strip())
        await comes(lambda: got(STAFF_TOKEN, "You are connected, Dani."))

        await phone.writes(STAFF_TOKEN, MY_CHAT, "/link Leanne")
        link = (await comes(lambda: got(STAFF_TOKEN, "https://t.me/")))["caption"].split()[-1]
        assert link.startswith("https://t.me/MarlbridgeFamilyBot?start=")
        await phone.writes(FAMILY_TOKEN, MY_CHAT, f"/start {link.partition('=')[2]}")
        await comes(lambda: got(FAMILY_TOKEN, "If this link is right"))
        code = await comes(lambda: newest_text(demo))
        await phone.writes(FAMILY_TOKEN, MY_CHAT, code[:6])
        await comes(lambda: got(FAMILY_TOKEN, "Telegram is another company."))

        await asyncio.to_thread(move_clock, demo, THURSDAY)
        asked = await comes(lambda: got(FAMILY_TOKEN, "How has Kai's week been?"))
        await phone.presses(FAMILY_TOKEN, MY_CHAT, asked["message_id"], label="Hard")
        await comes(lambda: got(FAMILY_TOKEN, "What would help?"))
        await phone.writes(FAMILY_TOKEN, MY_CHAT, "a lift on monday")
        notice = await comes(lambda: got(STAFF_TOKEN, "a lift on monday"))
        await comes(lambda: has_left(demo, "a lift on monday"))
        await phone.writes(STAFF_TOKEN, MY_CHAT, "Yes, 8:30.", reply_to=notice["message_id"])
        await comes(lambda: got(STAFF_TOKEN, "in 10 seconds"))
        await comes(lambda: got(FAMILY_TOKEN, "Yes, 8:30."))

        revoked = await asyncio.to_thread(keyworker, folder, "staff", "revoke", "DO")
        assert revoked.stdout.startswith("Dani Okafor is cut off")
        before = len(phone.sent(STAFF_TOKEN, MY_CHAT))
        await phone.presses(STAFF_TOKEN, MY_CHAT, notice["message_id"], label="I have this")
        await comes(lambda: got(STAFF_TOKEN, "This chat is not connected."))
        assert len(phone.sent(STAFF_TOKEN, MY_CHAT)) == before + 1
        demo.stop(signal.SIGTERM)
    finally:
        demo.kill()
    assert not phone.violations
    if phone.unchecked:
        pytest.skip(f"done, but not held against a description: {phone.unchecked}")
