"""A small kill storm: what `make storm` does at length, on both engines, in every test run."""

from __future__ import annotations

import pytest

from tests.storm.ground import ENGINES
from tests.storm.inbound import c4
from tests.storm.outbound import Scale, c1

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

SEED = 20261201


@pytest.mark.parametrize("engine", ENGINES)
async def test_twenty_kills_lose_no_text_send_none_twice_and_keep_their_order(engine):
    outcome = await c1(engine, Scale(1000, 20, 0.2), SEED)
    print(f"\n  {outcome.line(SEED, engine)}")
    assert outcome.failures == 0, outcome.line(SEED, engine)
    assert "kills 20" in outcome.said


@pytest.mark.parametrize("engine", ENGINES)
async def test_what_a_family_was_told_has_arrived_is_there_after_every_kill(engine):
    outcome = await c4(engine, Scale(200, 5, 0.8), SEED)
    print(f"\n  {outcome.line(SEED, engine)}")
    assert outcome.failures == 0, outcome.line(SEED, engine)
