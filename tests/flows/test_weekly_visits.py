"""Visits that come again, as they are talked about at the desk and told to a family."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.flows import FLOWS
from bot.flows.base import Begin
from bot.rules.text_message import segments
from bot.rules.visits import BookVisit
from bot.rules.weekly import Weekly
from tests.flows.talk import ABOUT_VISIT, WISH, Talk

LATER = "2026-12-11T13:00:00+00:00 2026-12-18T13:00:00+00:00"
FITS = {**WISH, "stands": "fits", "times": "", "weekly": "1 x3", "later": LATER, "may_over": ""}
AGAIN = {"also": "13.1 14.1", "days": "Tue 15 Dec and Tue 22 Dec", "last": "Tue 22 Dec"}
BARE = {"bare": "yes", "label": "", "place": ""}


def told(again: str, **more: str) -> str:
    given = {**ABOUT_VISIT, **AGAIN, "again": again, **more}
    return Talk(FLOWS["visit_booked"], given=given).said


def test_one_yes_is_for_the_first_and_for_every_other_day_that_was_shown() -> None:
    talk = Talk(FLOWS["book_visit"], given=FITS).presses("book")
    [booked] = [one for one in talk.turn.effects if isinstance(one, BookVisit)]
    assert booked.weekly == Weekly(count=3)
    assert booked.later == tuple(datetime.fromisoformat(one) for one in LATER.split())


@pytest.mark.parametrize("given", [FITS, {**WISH, "weekly": "1 x3"}])
def test_times_are_offered_to_a_family_for_one_visit_only(given: dict[str, str]) -> None:
    shown = Talk(FLOWS["book_visit"], given=given).said
    assert "Offer" not in shown
    assert "Offer" in Talk(FLOWS["book_visit"], given={**given, "weekly": ""}).said


def test_another_first_time_leaves_it_weekly() -> None:
    talk = Talk(FLOWS["book_visit"], given={**WISH, "weekly": "2 2026-12-18"}).presses("t2")
    [begun] = [one for one in talk.turn.effects if isinstance(one, Begin)]
    assert begun.given["weekly"] == "2 2026-12-18"
    assert "later" not in begun.given, "which days fit is looked at anew"


def test_a_family_reads_in_one_text_that_it_is_each_week() -> None:
    weekly, fortnightly = told("week"), told("fortnight")
    assert "Tue 8 Dec at 13:00, at the learning centre. Then each week at 13:00, until" in weekly
    assert "Then every 2 weeks at 13:00, until Tue 22 Dec." in fortnightly
    assert [segments(one) for one in (weekly, fortnightly)] == [1, 1]


def test_where_a_day_is_left_out_a_family_reads_the_days() -> None:
    said = told("days")
    assert "Also at 13:00 on Tue 15 Dec and Tue 22 Dec." in said
    assert "each week" not in said


def test_beside_another_question_it_says_the_same_without_numbers() -> None:
    given = {**ABOUT_VISIT, **AGAIN, "again": "week"}
    said = Talk(FLOWS["visit_booked_beside"], given=given).said
    assert "Then each week at 13:00, until Tue 22 Dec." in said
    assert "That suits" not in said


def test_more_visits_than_can_be_listed_are_not_kept_quiet() -> None:
    given = {"then": "cancel_visit", "numbers": "4 5", "lines": "Tue 1 Dec\nTue 8 Dec"}
    assert "more, later on" not in Talk(FLOWS["which_visit"], given=given).said
    assert "And 3 more, later on." in Talk(FLOWS["which_visit"], given={**given, "more": "3"}).said
