"""Who has no bot pays for none: the Telegram libraries are read only where a token is set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
HEAVY = ("aiogram", "telegram", "twilio", "segno")


def read_by(statement: str, folder: Path) -> set[str]:
    """Which heavy libraries a fresh process has read after a statement."""
    shown = f"{statement}\nimport sys\nprint(*(n for n in {HEAVY!r} if n in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", shown],
        cwd=HOUSE,
        env={**os.environ, "KEYWORKER_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


START_A_DEMONSTRATION = """
import asyncio
from bot.app import demo_service
from bot.settings import read_settings

async def run():
    await (await demo_service(read_settings())).close()

asyncio.run(run())
"""


@pytest.mark.parametrize("statement", ["import bot.app, bot.cli", START_A_DEMONSTRATION])
def test_without_a_token_no_telegram_library_is_read(statement, tmp_path):
    assert read_by(statement, tmp_path) == set()


def test_the_reading_of_a_bot_would_be_seen(tmp_path):
    assert read_by("import bot.channels.telegram_staff", tmp_path) == {"telegram"}
