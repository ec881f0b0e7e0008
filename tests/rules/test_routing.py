"""Who owns a message now: always somebody, and never somebody who has left."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from bot.rules.calendar import moment_at
from bot.rules.practice import Calendar, Practice, Span
from bot.rules.routing import (
    Owner,
    Standin,
    Team,
    Worker,
    ladder,
    may_sound,
    owner,
    paged,
    urgent_owner,
)

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
TODAY = date(2026, 11, 30)


def at(text):
    shown = datetime.fromisoformat(text)
    return moment_at(shown.date(), shown.time())


def worker(ref, name, days, deputy=None, until=17, late=()):
    hours = {day: Span(time(8, 30), time(until)) for day in days}
    return Worker(
        ref, name, hours | {day: Span(time(8, 30), time(end)) for day, end in late}, deputy
    )


MARLBRIDGE = {
    staff.ref: staff
    for staff in (
        worker("HM", "Helen Marsh", (MON, TUE, WED)),
        worker("DO", "Dani Okafor", range(5), "MB", late=((WED, 19),)),
        worker("MB", "Marcus Bell", range(5), "DO", late=((TUE, 20), (THU, 20))),
        worker("PN", "Priya Nair", (MON, TUE, THU), "RA"),
        worker("TW", "Tom Whitaker", (MON, TUE, WED, THU), "DO"),
        worker("SG", "Sean Gallagher", (TUE, WED, THU, FRI), "MB"),
        worker("RA", "Ruth Adeyemi", (TUE, WED), "PN"),
        worker("JL", "Joe Lister", range(5)),
    )
}
PRACTICE = Practice(
    manager="HM", safeguarding_lead="JL", duty=("MB",), out_of_hours=("JL", "HM"),
    calendar=Calendar(bank_holidays=frozenset({date(2026, 12, 25), date(2026, 12, 28)})),
)  # fmt: skip
TEAM = Team(MARLBRIDGE)
MONDAY = at("2026-11-30T10:00")
MIDNIGHT = at("2026-12-01T00:30")


def covered(*pairs, from_on=TODAY, to_on=None):
    return Team(
        MARLBRIDGE,
        tuple(Standin(n, away, by, from_on, to_on) for n, (away, by) in enumerate(pairs, 1)),
    )


def left(*refs, team=TEAM):
    gone = {ref: replace(team.workers[ref], active=False) for ref in refs}
    return replace(team, workers={**team.workers, **gone})


@pytest.mark.parametrize(
    ("key_worker", "moment", "who", "via"),
    [
        ("DO", "2026-11-30T10:00", "DO", "key_worker"),
        ("DO", "2026-11-28T23:10", "DO", "key_worker"),  # Saturday night: back on Monday
        ("SG", "2026-11-30T10:00", "SG", "key_worker"),  # his normal day off is not cover
        ("SG", "2026-12-25T10:00", "SG", "key_worker"),  # back on Tuesday: Monday is no workday
        ("RA", "2026-12-02T08:00", "RA", "key_worker"),  # she is in later today
        ("RA", "2026-12-03T10:00", "PN", "deputy"),  # away for two working days and more
        ("RA", "2026-12-02T18:00", "PN", "deputy"),
        ("RA", "2026-12-04T10:00", "RA", "key_worker"),  # Friday: back within Monday and Tuesday
        (None, "2026-11-30T10:00", "MB", "duty"),
        ("nobody we know", "2026-11-30T10:00", "MB", "duty"),
    ],
)
def test_an_ordinary_message_belongs_to(key_worker, moment, who, via):
    assert owner(TEAM, PRACTICE, key_worker, at(moment)) == Owner(who, via)


def test_without_a_deputy_a_part_timers_messages_wait_for_them():
    alone = Team({**MARLBRIDGE, "RA": replace(MARLBRIDGE["RA"], deputy=None)})
    assert owner(alone, PRACTICE, "RA", at("2026-12-03T10:00")).staff == "RA"


def test_a_deputy_who_is_away_takes_nothing_over():
    team = covered(("PN", "TW"))
    assert owner(team, PRACTICE, "RA", at("2026-12-03T10:00")).staff == "RA"


def test_whoever_covers_owns_it_and_the_cover_is_named():
    team = covered(("DO", "MB"))
    assert owner(team, PRACTICE, "DO", MONDAY) == Owner("MB", "cover", team.covers[0])


def test_covers_are_followed_from_hand_to_hand():
    team = covered(("SG", "MB"), ("MB", "DO"))
    assert owner(team, PRACTICE, "SG", MONDAY) == Owner("DO", "cover", team.covers[0])


@pytest.mark.parametrize("away", ["DO", "MB"])
def test_two_who_cover_each_other_leave_it_to_the_manager_working_or_not(away):
    team = covered(("DO", "MB"), ("MB", "DO"))
    for moment in (MONDAY, at("2026-12-04T10:00"), MIDNIGHT):
        assert owner(team, PRACTICE, away, moment) == Owner("HM", "manager")


def test_a_cover_counts_only_on_its_own_days_in_london():
    team = covered(("DO", "MB"), from_on=date(2026, 12, 1), to_on=date(2026, 12, 2))
    seen = [owner(team, PRACTICE, "DO", at(f"2026-{day}T12:00")).staff
            for day in ("11-30", "12-01", "12-02", "12-03")]  # fmt: skip
    assert seen == ["DO", "MB", "MB", "DO"]


def test_of_two_covers_the_newer_one_counts():
    team = covered(("DO", "MB"), ("DO", "TW"))
    assert owner(team, PRACTICE, "DO", MONDAY).staff == "TW"


@pytest.mark.parametrize("substitute", [None, "gone"])
def test_a_cover_by_nobody_leaves_it_to_duty(substitute):
    assert owner(covered(("DO", substitute)), PRACTICE, "DO", MONDAY) == Owner("MB", "duty")


def test_with_duty_away_it_is_the_managers():
    team = covered(("MB", None), ("DO", None))
    assert owner(team, PRACTICE, "DO", MONDAY) == Owner("HM", "manager")


def test_a_leavers_families_go_to_duty_and_their_cover_comes_first():
    assert owner(left("SG"), PRACTICE, "SG", MONDAY) == Owner("MB", "duty")
    team = left("SG", team=covered(("SG", "TW")))
    assert owner(team, PRACTICE, "SG", MONDAY) == Owner("TW", "cover", team.covers[0])


def test_a_cover_by_somebody_who_left_is_no_cover():
    team = left("TW", team=covered(("SG", "TW")))
    assert owner(team, PRACTICE, "SG", MONDAY) == Owner("MB", "duty")


def test_with_everybody_gone_the_manager_still_owns_it():
    team = left(*MARLBRIDGE)
    assert owner(team, PRACTICE, "SG", MONDAY) == Owner("HM", "manager")
    assert paged(team, PRACTICE, "SG", MONDAY) == ()


def test_a_manager_who_left_owns_nothing_while_anybody_is_there():
    looped = left("HM", team=covered(("DO", "TW"), ("TW", "DO")))
    assert owner(looped, PRACTICE, "DO", MONDAY) == Owner("MB", "manager")
    assert owner(looped, replace(PRACTICE, duty=()), "DO", MONDAY).staff in MARLBRIDGE


def test_without_a_manager_it_is_still_somebodys():
    nameless = Practice()
    assert owner(TEAM, nameless, None, MONDAY) == Owner("HM", "manager")
    assert owner(Team({}), nameless, None, MONDAY) == Owner("", "manager")


@pytest.mark.parametrize(
    ("key_worker", "moment", "who", "via"),
    [
        ("DO", "2026-11-30T10:00", "DO", "key_worker"),
        ("SG", "2026-11-30T10:00", "MB", "deputy"),  # off on Mondays: somebody answers today
        ("DO", "2026-12-03T18:00", "MB", "deputy"),  # his late Thursday
        ("TW", "2026-12-03T18:00", "MB", "duty"),  # neither he nor his deputy is in
        ("RA", "2026-11-30T10:00", "PN", "deputy"),
        ("PN", "2026-12-02T17:30", "JL", "duty"),  # nobody of theirs is in: the night list
        ("SG", "2026-11-28T23:10", "JL", "duty"),
        (None, "2026-12-28T12:00", "JL", "duty"),  # bank holiday
    ],
)
def test_danger_belongs_to_whoever_can_answer_now(key_worker, moment, who, via):
    assert urgent_owner(TEAM, PRACTICE, key_worker, at(moment)) == Owner(who, via)


def test_the_manager_answers_danger_when_duty_has_no_shift():
    no_duty = replace(PRACTICE, duty=())
    assert urgent_owner(TEAM, no_duty, "RA", at("2026-11-30T17:00")).staff == "JL"
    assert urgent_owner(left("PN"), no_duty, "RA", MONDAY) == Owner("HM", "manager")


def test_danger_at_night_without_a_night_list_is_still_somebodys():
    quiet = replace(PRACTICE, out_of_hours=())
    assert urgent_owner(TEAM, quiet, "SG", MIDNIGHT) == Owner("MB", "duty")
    assert paged(TEAM, quiet, "SG", MIDNIGHT) == ("MB", "SG", "JL")


def test_by_day_the_one_who_answers_the_key_worker_and_the_lead_are_told():
    assert paged(TEAM, PRACTICE, "SG", MONDAY) == ("MB", "SG", "JL")


def test_at_night_everybody_on_the_night_list_is_told():
    assert paged(TEAM, PRACTICE, "SG", MIDNIGHT) == ("JL", "SG", "HM")


def test_families_and_notices_know_staff_by_their_first_name():
    assert MARLBRIDGE["DO"].first_name == "Dani"


def test_a_leaver_is_told_nothing_however_urgent():
    team = left("SG", "JL")
    assert paged(team, PRACTICE, "SG", MIDNIGHT) == ("HM", "MB")
    assert ladder(team, PRACTICE, "SG", MONDAY, grave=True) == ("MB", "HM")


@pytest.mark.parametrize(
    ("staff", "moment", "urgent", "sounds"),
    [
        ("DO", MONDAY, False, True),
        ("DO", MIDNIGHT, False, False),
        ("DO", MIDNIGHT, True, False),
        ("JL", MIDNIGHT, True, True),
        ("JL", MIDNIGHT, False, False),
        ("nobody", MIDNIGHT, True, False),
    ],
)
def test_a_phone_rings_at_night_only_for_danger_and_the_night_list(staff, moment, urgent, sounds):
    assert may_sound(TEAM, PRACTICE, staff, moment, urgent=urgent) is sounds


@pytest.mark.parametrize(
    ("key_worker", "grave", "steps"),
    [
        ("SG", False, ("SG", "MB", "HM")),
        ("TW", False, ("TW", "DO", "MB", "HM")),
        ("TW", True, ("TW", "DO", "MB", "HM", "JL")),
        ("HM", False, ("HM", "MB")),
        (None, False, ("MB", "HM")),
    ],
)
def test_what_nobody_takes_climbs(key_worker, grave, steps):
    assert ladder(TEAM, PRACTICE, key_worker, MONDAY, grave=grave) == steps
