"""On which days a case was open: nothing is collected of a child who has gone."""

from __future__ import annotations

from datetime import date

import pytest

from bot.rules.case_days import Stood, is_open_on

CLOSED = Stood(date(2026, 11, 30), "completed")
BACK = Stood(date(2026, 12, 7), "engaged")
A_SLIP = Stood(date(2026, 11, 20), "engaged")  # said later than CLOSED, and of an earlier day


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ((), {27, 30, 31, 36, 37, 38}),
        ((CLOSED,), {27, 30}),
        ((CLOSED, BACK), {27, 30, 37, 38}),
        ((CLOSED, A_SLIP), {27, 30, 31, 36, 37, 38}),
        ((CLOSED, Stood(date(2026, 12, 2), "stopped")), {27, 30}),
    ],
)
def test_a_case_is_open_up_to_the_day_it_closed_and_from_the_day_it_opened_again(said, days):
    every = {
        day: date.fromordinal(date(2026, 11, 1).toordinal() + day - 1) for day in range(27, 39)
    }
    found = {day for day, on in every.items() if is_open_on(on, said)}
    assert found & {27, 30, 31, 36, 37, 38} == days
