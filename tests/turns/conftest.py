"""Marlbridge with both bots' doors open."""

from __future__ import annotations

import pytest

from tests.stage import Play
from tests.turns.visitors import at_the_door


@pytest.fixture
async def door(play: Play) -> Play:
    """On each engine."""
    return await at_the_door(play.database)


@pytest.fixture
async def quick_door(sqlite_play: Play) -> Play:
    """On SQLite alone, for tests in which storage plays no part."""
    return await at_the_door(sqlite_play.database)
