"""Providers and bots, each at a stand-in. Their libraries are read only where they are used."""

from __future__ import annotations

from collections.abc import AsyncIterator
from importlib import import_module
from typing import Any

import pytest

from bot.channels import SMS_PROVIDERS


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


@pytest.fixture(params=sorted(SMS_PROVIDERS))
async def work(request) -> AsyncIterator[Any]:
    """One SMS provider of ours, linked with its stand-in."""
    async with import_module(f"tests.fakes.{request.param}").at_work() as at_work:
        assert type(at_work.provider) is SMS_PROVIDERS[request.param]()
        assert at_work.provider.name == request.param
        yield at_work
