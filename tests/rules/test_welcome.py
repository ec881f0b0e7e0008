"""What a first message says of hours, when it is due, and what a stranger could read out of it."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from bot.rules.practice import Calendar, Span
from bot.rules.welcome import day_by_day, due_by, hours_in_words, introduction, telling
from tests.stage import LONDON

DAY, SHORT = Span(time(8, 30), time(17)), Span(time(9), time(12))


@pytest.mark.parametrize(
    ("week", "said"),
    [
        (dict.fromkeys(range(5), DAY), "Mon-Fri 08:30-17:00"),
        ({0: DAY, 2: DAY}, "Mon, Wed 08:30-17:00"),
        ({0: DAY, 1: DAY, 2: SHORT, 3: DAY}, "Mon-Tue, Thu 08:30-17:00; Wed 09:00-12:00"),
        ({}, ""),
    ],
)
def test_days_with_the_same_hours_are_said_together(week, said) -> None:
    assert hours_in_words(week, "en") == said


def test_every_language_has_its_own_days() -> None:
    assert hours_in_words({2: DAY}, "pl") == "śr. 08:30-17:00"
    assert day_by_day({2: DAY}, "ur") == [("بدھ", "08:30-17:00")]


@pytest.mark.parametrize(
    ("allocated", "due"),
    [
        ("2026-12-01 09:00", "2026-12-03 12:00"),  # Tuesday: her next day is Thursday
        ("2026-12-03 09:00", "2026-12-08 17:00"),  # Thursday: and then Tuesday
    ],
)
def test_a_welcome_is_due_by_the_end_of_its_workers_next_day(allocated, due) -> None:
    now, week = datetime.fromisoformat(allocated), {1: DAY, 3: SHORT}
    found = due_by(week, Calendar(), now.replace(tzinfo=LONDON))
    assert found == datetime.fromisoformat(due).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Asha CAMHS sleep", ("camhs",)),
        ("Tom Youth Justice Service", ("youth justice",)),
        ("Tom YOT", ("yot",)),
        ("Ann social worker", ("social worker",)),
        ("Asha speech therapy talking games", ()),
        ("Courtney yoga", ()),
    ],
)
def test_a_name_that_tells_too_much_is_seen(words, found) -> None:
    assert telling(words) == found


def test_the_service_is_named_only_if_it_was_typed() -> None:
    assert introduction("Asha", "", "sleep").startswith("Asha will contact you about sleep.")
    assert introduction("Asha", "speech therapy", "sleep").startswith("Asha from speech therapy")
