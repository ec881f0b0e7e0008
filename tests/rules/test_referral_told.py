"""When whoever decides hears of a new referral, who that is, and how it reads."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.rules.calendar import wall
from bot.rules.practice import Calendar, Practice, Span, Week
from bot.rules.referral_lines import Listed
from bot.rules.referral_told import notice, stands_for_the_manager, told_at
from bot.rules.routing import Standin, Team, Worker

OFFICE = Span(time(8, 30), time(17))
HELEN: Week = dict.fromkeys((0, 1, 2), OFFICE)
PLAIN = Calendar()
TUESDAY_OFF = Calendar(bank_holidays=frozenset({date(2026, 12, 1)}))
PRACTICE = Practice(manager="HM", safeguarding_lead="JL")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London"))


NOW = at("2026-11-30 10:00")


@pytest.mark.parametrize(
    ("comes", "calendar", "told_today", "heard"),
    [
        ("2026-11-30 09:00", PLAIN, False, "Mon 30 10:00"),
        ("2026-11-30 16:30", PLAIN, False, "Tue 01 08:30"),  # her day ends before the hour is over
        ("2026-11-30 23:10", PLAIN, False, "Tue 01 08:30"),
        ("2026-11-30 09:00", PLAIN, True, "Tue 01 08:30"),
        ("2026-11-30 02:00", PLAIN, False, "Mon 30 08:30"),
        ("2026-12-02 16:30", PLAIN, False, "Mon 07 08:30"),
        ("2026-11-30 16:30", TUESDAY_OFF, False, "Wed 02 08:30"),
    ],
)
def test_a_referral_is_told_at_work_an_hour_later_and_once_a_day(
    comes: str, calendar: Calendar, told_today: bool, heard: str
):
    moment = told_at(HELEN, calendar, at(comes), told_today=told_today)
    assert f"{wall(moment):%a %d %H:%M}" == heard


def test_a_manager_without_hours_hears_of_it_in_the_morning():
    assert told_at({}, PLAIN, at("2026-12-04 23:10"), told_today=False) == at("2026-12-07 10:00")


def team(*covers: Standin, gone: str = "") -> Team:
    here = {ref: Worker(ref, ref, HELEN, active=ref != gone) for ref in ("HM", "DO", "JL")}
    return Team(here, covers)


def test_who_stands_in_for_the_manager_is_told_and_without_one_whoever_is_in_charge():
    away = Standin(1, "HM", "DO", date(2026, 11, 30), None)
    assert stands_for_the_manager(team(), PRACTICE, NOW) == "HM"
    assert stands_for_the_manager(team(away), PRACTICE, NOW) == "DO"
    assert stands_for_the_manager(team(away, gone="HM"), PRACTICE, NOW) == "DO"
    assert stands_for_the_manager(team(gone="HM"), PRACTICE, NOW) == "JL"
    assert stands_for_the_manager(Team({}), PRACTICE, NOW) == ""


def referral(number: int, child: str = "Jay Moss") -> Listed:
    return Listed(f"R{number:03d}", "new", child, date(2026, 11, 30), "form")


def test_several_are_one_line_and_names_stand_only_where_they_may():
    both = [referral(4), referral(5, "")]
    assert notice(both, shown=True) == (
        "2 new referrals to triage: R004 Jay M., R005 a child not named yet. "
        "Open Referrals on the staff page."
    )
    assert "R004 Jay M. Open" in notice(both[:1], shown=True)
    assert notice(both[:1], shown=False) == (
        "1 new referral to triage: R004 JM. Open Referrals on the staff page."
    )
    many = notice([referral(number) for number in range(1, 8)], shown=False)
    assert "R005 JM and 2 more. Open" in many
