"""A Telegram, and each of our two bots at it. Their libraries are read only where they are used."""

from __future__ import annotations

from collections.abc import AsyncIterator
from importlib import import_module
from typing import Any

import pytest


@pytest.fixture(params=["family", "staff"])
def kind(request) -> Any:
    """Which bot it is."""
    return import_module("tests.channels.bots").KINDS[request.param]


@pytest.fixture
async def telegram() -> AsyncIterator[Any]:
    async with import_module("tests.fakes.telegram").FakeTelegram() as server:
        yield server


@pytest.fixture
async def chat(kind, telegram) -> AsyncIterator[Any]:
    async with kind.opened(telegram.base_url) as opened:
        yield opened
