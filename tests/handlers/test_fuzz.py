"""A short run of the fuzz, and proof that it would see what it is there to see."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.handlers.test_sms_faults import break_the_check_in
from tests.handlers.trial import CHECK_IN_DAY, listening, on_trial

EXAMPLES = 24


@pytest.mark.thursday
async def test_nothing_anybody_sends_breaks_anything(play):
    await play.at(CHECK_IN_DAY)
    with listening() as ear:
        async with on_trial(play.database, 7, ear) as fuzz:
            for number in range(EXAMPLES):
                await fuzz.example(number)
    assert fuzz.faults == []


@pytest.mark.thursday
async def test_a_flow_that_crashes_is_found(sqlite_play, monkeypatch):
    await sqlite_play.at(CHECK_IN_DAY)
    break_the_check_in(monkeypatch)
    with listening() as ear:
        async with on_trial(sqlite_play.database, 7, ear) as fuzz:
            fuzz.cast = replace(fuzz.cast, staff=fuzz.cast.families)
            for number in range(1, 400, 2):
                await fuzz.example(number)
                if found := [fault for fault in fuzz.faults if "A turn failed" in fault]:
                    break
    assert "ZeroDivisionError" in found[0]


@pytest.mark.thursday
@pytest.mark.parametrize("what", ["a lost message", "a text after STOP"])
async def test_a_loss_and_a_text_after_stop_are_found(sqlite_play, monkeypatch, what):
    await sqlite_play.at(CHECK_IN_DAY)
    if what == "a lost message":
        monkeypatch.setattr("bot.turns.spine.hear_family", lambda *heard: None)
    else:
        monkeypatch.setattr("bot.rules.gate.CHECKS", ())
    with listening() as ear:
        async with on_trial(sqlite_play.database, 7, ear) as fuzz:
            for number in range(1, 400, 2):
                await fuzz.example(number)
                if fuzz.faults:
                    break
    assert "AssertionError" in fuzz.faults[0]
