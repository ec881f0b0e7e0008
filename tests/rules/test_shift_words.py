"""Extra shifts as staff type them: understood, or asked back."""

from __future__ import annotations

from datetime import time

import pytest

from bot.rules.shift_words import read_hours


@pytest.mark.parametrize(
    ("words", "day", "start", "end"),
    [
        ("sat 5 dec 10-2", "sat 5 dec", time(10), time(14)),
        ("sat 10am-2pm", "sat", time(10), time(14)),
        ("5/12 10:00-14:00", "5/12", time(10), time(14)),
        ("tomorrow 5-7", "tomorrow", time(17), time(19)),
        ("thu 17-19", "thu", time(17), time(19)),
        ("thu from 5.30 to 7.30", "thu", time(17, 30), time(19, 30)),
        ("Sat 9 till 5", "Sat", time(9), time(17)),
        ("sat 08-10", "sat", time(8), time(10)),
        ("sat 12-3", "sat", time(12), time(15)),
        ("sat 5am-7am", "sat", time(5), time(7)),
        ("5 dec, 6pm - 9pm", "5 dec", time(18), time(21)),
    ],
)
def test_hours_are_read_where_only_one_thing_can_be_meant(words, day, start, end) -> None:
    found = read_hours(words)
    assert (found.day, found.start, found.end, found.ask) == (day, start, end, "")


@pytest.mark.parametrize(
    ("words", "asks"),
    [
        ("sat 5 dec", "Say from when to when"),
        ("sat 7-9", "Which do you mean, 07:00-09:00 or 19:00-21:00?"),
        ("sat 14:00-10:00", "14:00-10:00 cannot be"),
        ("sat 25-26", "25-26 cannot be"),
        ("sat 13pm-2pm", "13pm-2pm cannot be"),
    ],
)
def test_what_could_be_two_things_or_none_is_asked_back(words, asks) -> None:
    assert read_hours(words).ask.startswith(asks)
