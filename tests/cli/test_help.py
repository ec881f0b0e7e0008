"""`--help` and the small commands: quick, and needing nothing that is not there yet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from storage.folder import keyring

HOUSE = Path(__file__).parents[2]
COMMANDS = ("demo", "serve", "check-config", "migrate", "talk", "import", "keys", "audit")
HEAVY = ("sqlalchemy", "aiogram", "twilio", "fastapi", "cryptography", "aiohttp",
         "apscheduler", "phonenumbers", "babel", "uvicorn", "telegram", "alembic")  # fmt: skip


def loaded_by(*words: str) -> set[str]:
    """What a fresh Python has loaded after one command."""
    code = (
        "import sys\nfrom bot.cli import main\n"
        f"sys.argv = ['keyworker', *{list(words)!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('LOADED', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=HOUSE, capture_output=True, text=True,
        check=True, env={"PATH": ""}, timeout=60,
    )  # fmt: skip
    return {name.partition(".")[0] for name in done.stdout.partition("LOADED")[2].split()}


@pytest.mark.parametrize(
    "words", [("--help",), ("serve", "--help"), ("import", "people", "--help")]
)
def test_help_reads_no_settings_and_loads_nothing_heavy(words):
    assert loaded_by(*words) & set(HEAVY) == set()


def test_help_lists_every_command(installation):
    said = installation.run("--help")
    assert said.code == 0
    assert all(command in said.out for command in COMMANDS)
    assert not installation.folder.exists()


def test_without_a_command_the_help_is_shown(installation):
    said = installation.run()
    assert all(command in said.out + said.err for command in COMMANDS)


@pytest.mark.parametrize("group", ["import", "keys", "audit"])
def test_a_group_without_a_command_says_what_it_can_do(installation, group):
    said = installation.run(group)
    assert "Usage" in said.out + said.err


def test_a_command_nobody_knows_is_said_in_one_line(installation):
    said = installation.run("frobnicate")
    assert said.code == 2
    assert "frobnicate" in said.err


def test_new_keys_are_a_pair_that_works_and_never_the_same(installation):
    made = []
    for _ in range(2):
        said = installation.run("keys", "new")
        made.append(dict(line.split("=", 1) for line in said.out.split()))
        assert set(made[-1]) == {"KEYWORKER_KEYS", "KEYWORKER_INDEX_KEY"}
        keyring(*made[-1].values())
    assert len({value for pair in made for value in pair.values()}) == 4


def test_migrate_makes_the_tables_and_says_where_they_are(installation):
    first = installation.run("migrate")
    assert first.code == 0
    assert first.out.startswith("The tables are at ")
    assert (installation.folder / "keyworker.sqlite").exists()
    assert installation.run("migrate") == first


@pytest.mark.parametrize(
    "words",
    [("migrate",), ("audit", "verify"), ("serve",), ("serve", "--dry-run")],
)
def test_without_keys_every_command_says_how_to_make_them(installation, monkeypatch, words):
    monkeypatch.setenv("KEYWORKER_KEYS", "")
    said = installation.run(*words)
    assert said.code == 2
    assert said.err.splitlines()[-1] == (
        "keyworker: KEYWORKER_KEYS and KEYWORKER_INDEX_KEY are not set: "
        "`python -m bot keys new` makes a pair."
    )
    assert "Traceback" not in said.err


def test_talk_holds_the_check_in_in_the_terminal(installation):
    said = installation.run("talk", "check_in", typed="3\na lift on monday\n")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0].startswith("Hi Leanne, this is Dani's weekly check-in text.")
    assert "[Tell] Leanne answered the check-in: hard. Asked what would help." in said.out
    assert "What would help?" in said.out
    assert "[PassOn] a lift on monday" in said.out
    assert lines[-1] == "  [the conversation is over]"


def test_talk_ends_with_an_empty_line_and_speaks_polish(installation):
    said = installation.run("talk", "check_in", "--language", "pl", typed="\n")
    assert said.code == 0
    assert "Leanne" in said.out
    assert "How has" not in said.out


def test_talk_knows_its_conversations(installation):
    said = installation.run("talk", "gossip")
    assert said.code == 2
    assert "There is no conversation gossip. There are: check_in" in said.err


@pytest.mark.parametrize("flow", ["who_for", "check_words"])
def test_staff_conversations_can_be_tried_too(installation, flow):
    assert installation.run("talk", flow, typed="1\n").code == 0
