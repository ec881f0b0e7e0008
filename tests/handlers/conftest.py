"""A provider that is asked, with no server behind it; and a door with a spool."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.handlers.asking import AskingPlay, Kept, asking
from tests.handlers.spooled import SpooledPlay, spooled_play
from tests.stage import Play


@pytest.fixture
async def kept(sqlite_play: Play) -> AsyncIterator[AskingPlay]:
    """It keeps what a test puts there; texts leave for simulated phones."""
    play = AskingPlay(sqlite_play.database, provider=Kept())
    play.service.dispatcher.channels = sqlite_play.channels
    yield play
    await play.http.aclose()


@pytest.fixture
async def spooled(sqlite_play: Play, tmp_path: Path) -> AsyncIterator[SpooledPlay]:
    async for made in spooled_play(sqlite_play, tmp_path):
        yield made


@pytest.fixture
async def spooled_anywhere(play: Play, tmp_path: Path) -> AsyncIterator[SpooledPlay]:
    """On each engine."""
    async for made in spooled_play(play, tmp_path):
        yield made


@pytest.fixture
async def asked(sqlite_play: Play) -> AsyncIterator[AskingPlay]:
    async with asking(sqlite_play.database) as play:
        play.service.dispatcher.channels = sqlite_play.channels
        yield play


@pytest.fixture
async def asked_anywhere(play: Play) -> AsyncIterator[AskingPlay]:
    """On each engine."""
    async with asking(play.database) as made:
        made.service.dispatcher.channels = play.channels
        yield made
