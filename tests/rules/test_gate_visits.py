"""What the gate lets pass for a visit: no cap keeps back what somebody would wait for in vain."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from bot.rules.gate import QUIET, Request, decide
from bot.rules.practice import Practice, Span, Window
from bot.rules.verdict import Drop, Hold, Send
from tests.stage import london

PRACTICE = Practice()
NOON, NIGHT = london("2026-12-01 12:00"), london("2026-12-01 07:30")
CHANGED = Drop("the visit has been changed since")


def asks(purpose: str, **more) -> Request:
    return replace(Request("proactive", purpose), **more)


@pytest.mark.parametrize("purpose", ["visit_1d", "visit_moved", "visit_cancelled", "visit_late"])
def test_no_cap_and_no_live_thread_keeps_a_change_or_the_day_before(purpose: str) -> None:
    busy = asks(purpose, sent_today=3, sent_this_week=9, thread_live=True, wrote_today=5)
    assert decide(busy, PRACTICE, NOON) == Send()


@pytest.mark.parametrize("purpose", ["visit_booked", "visit_3d", "visit_2h"])
def test_a_reminder_may_be_the_second_text_of_a_day_and_not_the_third(purpose: str) -> None:
    assert decide(asks(purpose, sent_today=1), PRACTICE, NOON) == Send()
    assert isinstance(decide(asks(purpose, sent_today=2), PRACTICE, NOON), Hold)


def test_other_texts_keep_to_one_a_day() -> None:
    assert isinstance(decide(asks("visit_offer", sent_today=1), PRACTICE, NOON), Hold)


def test_news_of_a_visit_this_morning_does_not_wait_for_quiet_hours_to_end() -> None:
    assert decide(asks("visit_cancelled", early=NIGHT), PRACTICE, NIGHT) == Send()
    assert isinstance(decide(asks("visit_cancelled"), PRACTICE, NIGHT), Hold)


def test_news_of_a_visit_this_morning_wakes_nobody_at_two() -> None:
    seven, two = london("2026-12-01 07:00"), london("2026-12-01 02:10")
    assert decide(asks("visit_cancelled", early=seven), PRACTICE, two) == Hold(seven, QUIET)
    assert decide(asks("visit_cancelled", early=seven), PRACTICE, seven) == Send()


def test_it_never_goes_outside_safe_hours() -> None:
    own = Window(hours=Span(time(13, 30), time(16)))
    for moment in (NOON, NIGHT):
        assert isinstance(
            decide(asks("visit_late", early=moment, window=own), PRACTICE, moment), Hold
        )


def test_what_is_not_so_any_more_is_dropped_with_its_reason() -> None:
    stale = asks("visit_1d", not_so=CHANGED.reason)
    assert decide(stale, PRACTICE, NOON) == CHANGED
