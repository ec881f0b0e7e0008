"""Small storms of `make storm` that are quick enough for every test run."""

from __future__ import annotations

import pytest

from tests.storm.changes import t1
from tests.storm.cuts import c10
from tests.storm.ground import ENGINES
from tests.storm.lags import c9
from tests.storm.outbound import Scale
from tests.storm.windows import c3

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

SEED = 20261201
ONCE = Scale(1, 0, 0)


@pytest.mark.parametrize("engine", ENGINES)
async def test_whoever_dies_with_a_message_in_hand_leaves_it_neither_lost_nor_doubled(engine):
    outcome = await c3(engine, ONCE, SEED)
    print(f"\n  {outcome.line(SEED, engine)}")
    assert (outcome.cases, outcome.failures) == (8, 0), outcome.said


async def test_sending_that_is_cancelled_anywhere_loses_nothing_and_sends_nothing_twice():
    outcome = await c10("sqlite", ONCE, SEED)
    assert outcome.failures == 0, outcome.said
    assert outcome.cases > 5, "a path without places to cut proves nothing"


async def test_a_provider_that_shows_late_what_it_took_is_asked_late_enough():
    outcome = await c9("sqlite", Scale(18, 0, 0), SEED)
    assert outcome.failures == 0, outcome.said
    assert "lag_3s 2" in outcome.said, "beyond the grace it breaks, or nothing was tried"


async def test_when_the_clocks_change_every_check_in_goes_once_at_its_time_by_the_wall():
    outcome = await t1("sqlite", ONCE, SEED)
    assert (outcome.cases, outcome.failures) == (16, 0), outcome.said
