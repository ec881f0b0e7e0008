"""Whom a family, a school and a colleague are told about absence, and when: as a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest

from bot.imports.codes import attendance_codes
from bot.rules import days_missed as rule
from bot.rules import missing_reasons, to_school
from bot.rules.calendar import moment_at, wall
from bot.rules.practice import Calendar
from bot.settings import DEMO
from bot.taskforce_file import read_practice

CODES = attendance_codes()
TERM: Calendar = read_practice(DEMO / "taskforce.toml").calendar
MONDAY = date(2026, 11, 30)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Mark:
    code: str
    day: date = MONDAY
    half: str = "am"
    school_id: int = 1
    case_id: int = 1


def missed(codes: str) -> int:
    """Days missed in a row of sessions, two to a day."""
    halves = enumerate(codes.split())
    marks = [Mark(code, MONDAY + DAY * (n // 2), ("am", "pm")[n % 2]) for n, code in halves]
    return rule.days_missed(marks, CODES)


@pytest.mark.parametrize(
    ("codes", "days"),
    [
        ("I I N O", 2),
        ("I I N /", 1),  # half a day is not told of
        ("E E C2 C2 C C I I", 1),  # nobody waited for the child
        ("Y5 Y5 D D # # X X", 0),
    ],
)
def test_whole_days_on_which_somebody_waited_for_the_child(codes, days):
    assert missed(codes) == days


def test_what_two_registers_disagree_about_is_no_day_missed():
    said = [Mark(code, half=half, school_id=school) for half in ("am", "pm")
            for school, code in ((1, "N"), (2, "/"))]  # fmt: skip
    assert rule.days_missed(said, CODES) == 0


ASKED = rule.Missed(days=2, today=date(2027, 1, 5))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"days": 1}, "fewer than two days"),
        ({"status": "refused"}, "declined support"),
        ({"status": "closed"}, "not open"),
        ({"hold": "ebsa"}, "nothing about attendance"),
        ({"hold": "bereavement"}, "nothing about attendance"),
        ({"custody": True}, "nothing about attendance"),
        ({"paused": True}, "paused"),
        ({"quiet": "before Day 6, Mon 7 Dec"}, "before Day 6"),
        ({"year": 11, "today": date(2027, 6, 28)}, "Year 11"),
    ],
)
def test_who_is_not_told_and_why(changes, why):
    said = rule.why_not(replace(ASKED, **changes))
    assert why in said
    assert bool(said) == bool(why)


def test_key_workers_are_asked_on_the_second_school_day_of_each_half_term():
    asked, moment = [], datetime(2026, 9, 1, tzinfo=moment_at(MONDAY, rule.ASKED_AT).tzinfo)
    while (found := rule.next_ask(TERM, moment)) is not None:
        asked.append(str(wall(found).replace(tzinfo=None)))
        moment = found
    assert asked == [
        "2026-11-03 08:00:00",
        "2027-01-05 08:00:00",
        "2027-02-23 08:00:00",
        "2027-04-13 08:00:00",
        "2027-06-10 08:00:00",
    ]


def test_the_last_half_term_is_the_one_that_was_over_when_this_one_began():
    found = rule.half_term_before(TERM, date(2027, 1, 5))
    assert found is not None
    assert (found.first, found.last) == (date(2026, 11, 2), date(2026, 12, 18))
    assert rule.half_term_before(TERM, date(2026, 10, 1)) is None
    assert wall(rule.useful_until(date(2027, 1, 5))).date() == date(2027, 1, 11)


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ([], (1, 2)),  # before any mark: every school that waits for the child
        ([Mark("N", school_id=1), Mark("D", school_id=2)], (1,)),
        ([Mark("I", school_id=1)], ()),  # the school knows already
        ([Mark("O", school_id=1), Mark("N", school_id=2)], (1, 2)),
        ([Mark("/", school_id=1)], ()),
    ],
)
def test_a_reason_is_for_the_school_whose_mark_waits_for_one(marks, told):
    assert to_school.schools_told(marks, CODES, [2, 1]) == told


def test_a_school_learns_a_category_and_no_word():
    assert [to_school.category(one) for one in ("ill", "transport", "worried", "home")] == [
        "ill",
        "transport",
        "another reason",
        "another reason",
    ]


def test_whoever_keeps_the_register_hears_it_and_the_safeguarding_lead_last_of_all():
    posts = {"JL": "DSL", "FS": "Attendance lead", "TA": "teacher"}
    assert to_school.who_hears(posts, "JL") == ("FS",)
    assert to_school.who_hears({"JL": "DSL", "TA": "teacher"}, "JL") == ("TA",)
    assert to_school.who_hears({"JL": "DSL"}, "JL") == ("JL",)
    assert to_school.who_hears({}, "JL") == ()


def test_ethans_school_must_have_a_reason_by_thursday_unless_it_has_been_told():
    marks = [Mark("N", date(2026, 11, 26)), Mark("N", date(2026, 11, 26), "pm")]
    at = ({1: TERM}, date(2026, 12, 1))
    [one] = missing_reasons.missing(marks, set(), {}, *at)
    assert (one.by, one.left) == (date(2026, 12, 3), 2)
    assert missing_reasons.line(one) == (
        "no reason yet for Thu 26 Nov; the school must have one by Thu 3 Dec, or the mark becomes O"
    )
    [known] = missing_reasons.missing(marks, set(), {1: {date(2026, 11, 26): "ill"}}, *at)
    assert "has a reason (ill), and the school has not been told" in missing_reasons.line(known)
    assert missing_reasons.missing(marks, {(1, 1, date(2026, 11, 26))}, {}, *at) == []
    assert missing_reasons.missing(marks, set(), {}, {1: TERM}, date(2026, 12, 4)) == []


def test_a_clock_that_runs_out_today_began_five_school_days_ago_or_earlier_by_each_closure():
    thursday = date(2026, 12, 3)
    assert missing_reasons.last_days(TERM, thursday, 0) == (date(2026, 11, 26),)
    assert missing_reasons.last_days(TERM, thursday, 1) == (
        date(2026, 11, 25),
        date(2026, 11, 26),
    )


def test_ten_days_without_leave_in_a_row_and_nothing_else_on_any_of_them():
    days = sorted(day for day in TERM.school_days if day <= MONDAY)[-10:]
    row = {day: ["O", "N"] for day in days}
    assert missing_reasons.ten_in_a_row(row, TERM, MONDAY)
    assert not missing_reasons.ten_in_a_row({**row, days[3]: ["O", "I"]}, TERM, MONDAY)
    assert not missing_reasons.ten_in_a_row({**row, days[0]: []}, TERM, MONDAY)


@pytest.mark.parametrize(
    ("role", "csc", "copied"),
    [
        ("social worker", "CP", True),
        ("social worker", "none", False),
        ("youth justice worker", "none", True),
        ("youth worker", "CLA", False),
    ],
)
def test_who_is_copied_in_on_an_absence_nobody_explained(role, csc, copied):
    assert missing_reasons.is_copied(role, csc) is copied
