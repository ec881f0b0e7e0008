"""A small kill storm: what `make storm` does at length, on both engines, in every test run.

Most of a storm is waiting, so both engines' pass at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.storm.ground import ENGINES
from tests.storm.inbound import c4
from tests.storm.outbound import Outcome, Scale, c1

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

SEED = 20261201


async def on_both(row: Callable[[str, Scale, int], Awaitable[Outcome]], scale: Scale) -> list[str]:
    """Let one storm pass over each engine; every harm is in the line of its engine."""
    outcomes = await asyncio.gather(*(row(engine, scale, SEED) for engine in ENGINES))
    lines = [outcome.line(SEED, engine) for outcome, engine in zip(outcomes, ENGINES, strict=True)]
    print("", *lines, sep="\n  ")
    assert [outcome.failures for outcome in outcomes] == [0, 0], lines
    return lines


async def test_twenty_kills_lose_no_text_send_none_twice_and_keep_their_order():
    lines = await on_both(c1, Scale(1000, 20, 0.2))
    assert all("kills 20 " in line for line in lines), lines


async def test_what_a_family_was_told_has_arrived_is_there_after_every_kill():
    await on_both(c4, Scale(200, 5, 0.8))
