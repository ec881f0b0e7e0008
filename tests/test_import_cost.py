"""Who has no bot pays for none: the Telegram libraries are read only where a token is set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
HEAVY = ("aiogram", "telegram", "twilio", "segno", "sqlalchemy", "icalendar")


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
import asyncio, bot.cli
from bot.app import demo_service
from bot.settings import read_settings

async def run():
    await (await demo_service(read_settings())).close()

asyncio.run(run())
"""


def test_without_a_token_no_telegram_library_is_read(tmp_path):
    assert read_by(START_A_DEMONSTRATION, tmp_path) <= {"sqlalchemy"}


def test_the_reading_of_a_bot_would_be_seen(tmp_path):
    assert read_by("import bot.channels.telegram_staff", tmp_path) == {"telegram"}


START_ONE_BOT = """
from bot.bots import build_bots
from bot.settings import read_settings
build_bots(read_settings({name}="{token}"))
"""


@pytest.mark.parametrize(
    ("name", "library"), [("FAMILY_BOT_TOKEN", "aiogram"), ("STAFF_BOT_TOKEN", "telegram")]
)
def test_one_bot_reads_its_own_library_and_not_the_others(tmp_path, name, library):
    start = START_ONE_BOT.format(name=name, token=f"700000001:{'a' * 35}")
    assert read_by(start, tmp_path) - {"segno", "sqlalchemy"} == {library}


ASK_FOR_HELP = """
import sys
from bot.cli import main
for words in ("--help", "demo --help", "staff --help"):
    sys.argv = ["keyworker", *words.split()]
    try:
        main()
    except SystemExit as ended:
        assert not ended.code, words
print()
"""


def test_help_reads_neither_a_database_nor_a_bot(tmp_path):
    assert read_by(ASK_FOR_HELP, tmp_path) == set()
