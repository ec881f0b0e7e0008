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
from tests.stage import Play
from tests.storage.restores import LEANNE, SAID, elsewhere, is_sqlite, opened, path_with_postgres


@pytest.fixture
def postgres_programs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which PostgreSQL's own programs can be found."""
    if "postgresql" in request.node.name:
        request.getfixturevalue("postgres")
        monkeypatch.setenv("PATH", path_with_postgres())


@pytest.fixture
async def older(play: Play, tmp_path: Path, postgres_programs: None) -> AsyncIterator[Database]:
    """Marlbridge as a backup has it, made after Leanne wrote and before anything else."""
    await take(
        play.database, play.service.taskforce, Inbound("sms", "in-1", LEANNE, SAID), play.now
    )
    await play.service.settle()
    file = tmp_path / "one.backup"
    back_up(play.database.url, file)
    async with elsewhere(play.database.url, tmp_path) as url:
        if is_sqlite(url):
            file.rename(url.removeprefix("sqlite:///"))
        else:
            bring_in(url, file)
        async with opened(url) as database:
            yield database
