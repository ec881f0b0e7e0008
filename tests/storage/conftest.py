"""Two states of one installation: as a backup has it, and as it went on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain import Inbound
from bot.turns import take
from storage.backup import back_up
from storage.database import Database
from storage.postgres_programs import bring_in
from tests.conftest import ENGINES, _copy, _opened, _played
from tests.fakes.postgres import create_database
from tests.stage import Play
from tests.storage.restores import LEANNE, SAID, is_sqlite, opened, path_with_postgres

WENT_ON, BACKED_UP = "went on", "backed up"


@pytest.fixture
def postgres_programs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which PostgreSQL's own programs can be found."""
    if "postgresql" in request.node.name:
        request.getfixturevalue("postgres")
        monkeypatch.setenv("PATH", path_with_postgres())


async def both_states(engine: str, templates: dict[str, str], request) -> None:
    """Leanne writes, a backup is made, and it is restored: once, and copied for each test."""
    folder = Path(templates["folder"]) / f"carried over {engine}"
    folder.mkdir()
    url = await _copy(engine, "marlbridge", templates, request, folder)
    async with opened(url) as database:
        play = Play(database)
        inbound = Inbound("sms", "in-1", LEANNE, SAID)
        await take(database, play.service.taskforce, inbound, play.now)
        await play.service.settle()
    file = folder / "one.backup"
    back_up(url, file)
    if engine == "sqlite":
        (folder / "keyworker.sqlite").rename(folder.parent / f"{WENT_ON}.sqlite")
        restored = str(file.rename(folder.parent / f"{BACKED_UP}.sqlite"))
    else:
        restored = await create_database(request.getfixturevalue("postgres"))
        bring_in(restored, file)
    templates |= {f"{engine}:{WENT_ON}": url, f"{engine}:{BACKED_UP}": restored}


@pytest.fixture(params=ENGINES)
async def play(request, templates, tmp_path) -> AsyncIterator[Play]:
    """Marlbridge on each engine; for who asks for its backup, as it went on from there."""
    engine = request.param
    if "older" not in request.fixturenames:
        async for played in _played(engine, templates, request, tmp_path):
            yield played
        return
    request.getfixturevalue("postgres_programs")
    if f"{engine}:{BACKED_UP}" not in templates:
        await both_states(engine, templates, request)
    async for database in _opened(engine, WENT_ON, templates, request, tmp_path):
        yield Play(database)


@pytest.fixture
async def older(play: Play, templates, request, tmp_path: Path) -> AsyncIterator[Database]:
    """Marlbridge as a backup has it, made after Leanne wrote and before anything else."""
    engine = "sqlite" if is_sqlite(play.database.url) else "postgresql"
    folder = tmp_path / "restored"
    folder.mkdir()
    async for database in _opened(engine, BACKED_UP, templates, request, folder):
        yield database
