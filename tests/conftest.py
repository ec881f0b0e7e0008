"""Both engines for every test that keeps something; settings of this machine reach no test."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

PREFIXES = ("KEYWORKER_", "TWILIO_", "SMS_", "FAMILY_", "STAFF_", "TELEGRAM_")

for name in [n for n in os.environ if n.startswith(PREFIXES)]:
    if name != "KEYWORKER_SPECS":
        del os.environ[name]

from storage import sqlite_writer  # noqa: E402
from storage.database import Database  # noqa: E402
from storage.migrate import upgrade  # noqa: E402
from tests.fakes.postgres import (  # noqa: E402
    NoPostgres,
    create_database,
    drop_database,
    temporary_postgres,
)
from tests.stage import STANDS, Play, london, open_stage  # noqa: E402

QUICK_OR_SLOW = [HealthCheck.too_slow]  # how quick a machine is proves nothing
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=QUICK_OR_SLOW
)
settings.load_profile("steady")

ENGINES = ("sqlite", "postgresql")
BEGINS = {
    "afternoon": "2026-11-30 13:40",  # when a worker may be in and a family may be written to
    "thursday": "2026-12-03 15:44",  # a minute before most families are asked how the week was
}


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: a third of all the time somebody waits for a process."""
    del config
    return (os.cpu_count() or 1) + 1


# A storm waits more than it works, and a long file that begins last is waited for by everybody.
BEGIN_WITH = ("test_storm.py", "test_staff_pages_access.py", "test_incidents.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; the others come in their own order."""
    items.sort(key=lambda item: item.path.name not in BEGIN_WITH)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What has been collected lives as long as the run: nobody need look through it for rubbish."""
    del session
    gc.collect()
    gc.freeze()


# No test pulls the plug, on either engine (tests/fakes/postgres.py runs the server with -F): what
# outlives a power cut is for the storm, whose processes are the service's own.
AS_SHIPPED = sqlite_writer.SYNCHRONOUS
sqlite_writer.SYNCHRONOUS = "OFF"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL server of this test run's own."""
    try:
        with temporary_postgres() as socket:
            yield socket
    except NoPostgres as reason:
        pytest.skip(str(reason))


@pytest.fixture
def durable(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite as it is shipped, for a test about what it sets."""
    monkeypatch.setattr(sqlite_writer, "SYNCHRONOUS", AS_SHIPPED)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Databases made once and copied for each test."""
    return {"folder": str(tmp_path_factory.mktemp("templates"))}


async def _prepare(url: str, kind: str) -> None:
    database = open_stage(url)
    await database.write(upgrade)
    if kind != "empty":
        play = await Play(database).moved_in()
        await play.at(BEGINS.get(kind, "2026-11-30 08:30"))  # every child is looked at once
    await database.close()


async def _copy(engine: str, kind: str, templates: dict[str, str], request, target: Path) -> str:
    """Give one test its own database: empty tables, Marlbridge moved in, or some days later."""
    key = f"{engine}:{kind}"
    if engine == "sqlite":
        template = Path(templates["folder"]) / f"{kind}.sqlite"
        if key not in templates:
            await _prepare(f"sqlite:///{template}", kind)
            templates[key] = str(template)
        shutil.copy(template, target / "keyworker.sqlite")
        return f"sqlite:///{target / 'keyworker.sqlite'}"
    socket = request.getfixturevalue("postgres")
    if key not in templates:
        url = await create_database(socket)
        await _prepare(url, kind)
        templates[key] = url
    name = templates[key].split("@/")[1].partition("?")[0]
    return await create_database(socket, name)


async def _opened(engine, kind, templates, request, tmp_path) -> AsyncIterator[Database]:
    url = await _copy(engine, kind, templates, request, tmp_path)
    database = open_stage(url)
    try:
        yield database
    finally:
        await database.close()
        if engine == "postgresql":
            await drop_database(url)


@pytest.fixture(params=ENGINES)
async def database(request, templates, tmp_path) -> AsyncIterator[Database]:
    """Empty tables, on each engine."""
    async for opened in _opened(request.param, "empty", templates, request, tmp_path):
        yield opened


async def _played(engine, templates, request, tmp_path) -> AsyncIterator[Play]:
    """Marlbridge when it begins; for a test that is marked so, when some of it has passed."""
    marked = (mark.name for mark in request.node.iter_markers())  # its own before its module's
    kind = next((name for name in marked if name in BEGINS), "marlbridge")
    async for opened in _opened(engine, kind, templates, request, tmp_path):
        if kind in BEGINS:
            STANDS[opened.url] = london(BEGINS[kind])
        yield Play(opened)


@pytest.fixture(params=ENGINES)
async def play(request, templates, tmp_path) -> AsyncIterator[Play]:
    """Marlbridge on Mon 30 Nov 2026, 08:30, on each engine."""
    async for played in _played(request.param, templates, request, tmp_path):
        yield played


@pytest.fixture
async def sqlite_play(request, templates, tmp_path) -> AsyncIterator[Play]:
    """Marlbridge on SQLite alone, for tests in which storage plays no part."""
    async for played in _played("sqlite", templates, request, tmp_path):
        yield played
