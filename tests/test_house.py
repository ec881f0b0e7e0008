"""The doors of the house: settings, locks, targets, decision records, and what no file may say."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")
TARGETS = ("help", "setup", "demo", "test", "check", "bench", "storm", "fuzz")
OUTSIDE = {".git", ".venv", ".hypothesis", "dist", "__pycache__"}
NOT_OURS = {".js", ".svg", ".png", ".ico", ".pyc", ".mo", ".woff2"}

VARIABLES = {
    "KEYWORKER": (
        "DATABASE_URL DATA_DIR KEYS INDEX_KEY PUBLIC_URL HOST PORT METRICS_TOKEN TASKFORCE_FILE"
        " REGISTER_FOLDER REGISTER_KEY"
    ),
    "SMS": "PROVIDER STAND_IN",
    "TWILIO": "ACCOUNT_SID AUTH_TOKEN FROM API_BASE INBOUND WEBHOOK_KEY",
    "NOTIFY": "API_KEY TEMPLATE_ID CALLBACK_TOKEN API_BASE",
    "FAMILY_BOT": "TOKEN SECRET",
    "STAFF_BOT": "TOKEN SECRET",
    "TELEGRAM": "API_BASE MODE",
}

# Written in two halves, so that this file may read itself.
MACHINE_PATHS = ("/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/")
REGISTRIES = ("py" + "pi.org", "pytho" + "nhosted", "registry.n" + "pmjs", "d" + "eb.debian")
UNFINISHED = ("TO" + "DO", "FIX" + "ME", "X" * 3)

TELEGRAM_FILES = {
    "aiogram": {"bot/channels/telegram_family.py", "bot/handlers/family_bot.py"},
    "telegram": {"bot/channels/telegram_staff.py", "bot/handlers/staff_bot.py"},
}


def read(name: str) -> str:
    return (HOUSE / name).read_text(encoding="utf-8")


def settings_of_the_example() -> dict[str, str]:
    lines = [line for line in read(".env.example").splitlines() if line and line[0] != "#"]
    return dict(line.split("=", 1) for line in lines)


def tracked() -> list[Path]:
    """List what the repository holds; a copy without a repository lists everything."""
    try:
        git = subprocess.run(
            ["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, check=False, text=True
        )
        names = [name for name in git.stdout.split("\0") if name]
    except FileNotFoundError:
        names = []
    return [HOUSE / name for name in names] or sorted(HOUSE.rglob("*"))


@cache
def our_files() -> tuple[tuple[str, str], ...]:
    """Every text of the house by its name: read once for all who ask."""
    return tuple(_texts())


def _texts() -> Iterator[tuple[str, str]]:
    for path in tracked():
        inside = path.relative_to(HOUSE)
        hidden = any(part in OUTSIDE or part.endswith("_cache") for part in inside.parts)
        if hidden or not path.is_file() or path.suffix in NOT_OURS or inside.name == ".env":
            continue
        try:
            yield inside.as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a recorded payload


def test_the_example_names_every_setting_once_and_no_other() -> None:
    names = re.findall(r"^([A-Z_]+)=", read(".env.example"), re.MULTILINE)
    known = [f"{area}_{name}" for area, known in VARIABLES.items() for name in known.split()]
    assert sorted(names) == sorted(known)


def test_the_example_sends_nothing_and_listens_to_this_machine_only() -> None:
    example = settings_of_the_example()
    assert example["SMS_PROVIDER"] == "simulator"
    assert example["KEYWORKER_HOST"] == "127.0.0.1"


def test_the_example_holds_no_secret() -> None:
    secret = re.compile(r"KEYS?$|TOKEN$|SECRET$|SID$")
    assert not {
        name for name, value in settings_of_the_example().items() if secret.search(name) and value
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_with_hashes(lock: str) -> None:
    packages = re.sub(r"\\\n\s*", "", read(lock)).splitlines()
    assert packages
    assert not [line for line in packages if "==" not in line or "--hash=sha256:" not in line]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host(lock: str) -> None:
    assert not re.findall(r"https?://|^--|index-url|find-links|@ ", read(lock), re.MULTILINE)


def test_what_is_tested_is_what_runs() -> None:
    pins = [set(re.findall(r"^(\S+==\S+)", read(lock), re.MULTILINE)) for lock in LOCKS]
    assert pins[0] < pins[1]


def test_every_package_the_project_asks_for_is_in_the_lock() -> None:
    asked = re.findall(
        r'^    "([A-Za-z0-9-]+)(?:\[\w+\])?[><=]', read("pyproject.toml"), re.MULTILINE
    )
    pinned = {name.lower() for name in re.findall(r"^([\w.-]+)==", read(LOCKS[1]), re.MULTILINE)}
    assert len(asked) > 20
    assert not [name for name in asked if name.lower() not in pinned]


def test_decision_records_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in sorted((HOUSE / "docs/decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_decision_record_says_what_was_given_up_and_is_in_the_index() -> None:
    index = read("docs/index.md")
    for path in (HOUSE / "docs/decisions").glob("*.md"):
        record = path.read_text(encoding="utf-8")
        assert re.search(r"## Context.*## Decision.*## What we gave up", record, re.DOTALL), path
        assert f"(decisions/{path.name})" in index, path


def test_every_promised_make_target_exists_and_explains_itself() -> None:
    explained = re.findall(r"^([a-z]+):.*## \S", read("Makefile"), re.MULTILINE)
    assert not set(TARGETS) - set(explained)


def test_make_lists_its_targets_without_any_set_up() -> None:
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(f"make {target} " in shown.stdout for target in TARGETS)


def test_the_build_server_runs_what_a_desk_runs() -> None:
    assert read(".ci/run").rstrip().endswith("make --no-print-directory check </dev/null")


def test_no_file_names_a_machine_or_a_registry_or_unfinished_work() -> None:
    told = [
        f"{name}: {word}"
        for name, text in our_files()
        for word in (*MACHINE_PATHS, *REGISTRIES, *UNFINISHED)
        if word in text
    ]
    assert not told


def test_each_telegram_library_stays_in_its_two_files() -> None:
    for name, text in our_files():
        if name.endswith(".py") and name.startswith(("bot/", "scheduler/", "storage/")):
            named = {library for library in TELEGRAM_FILES if library in text}
            for library in named and named & imported(text):
                assert name in TELEGRAM_FILES[library], name


def imported(source: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_every_link_between_documents_leads_somewhere() -> None:
    for name, text in our_files():
        if name.endswith(".md"):
            for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text):
                assert (HOUSE / name).parent.joinpath(target).exists(), f"{name}: {target}"
