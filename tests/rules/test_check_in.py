"""When a family's weekly check-in goes, and what happens instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.imports.people import read_people
from bot.rules.calendar import moment_at, wall
from bot.rules.check_in import (
    Begin,
    Family,
    Nothing,
    PersonInstead,
    decide,
    moment_in_week,
    next_moment,
    week_of,
)
from bot.rules.practice import CheckInRhythm, Span, Window
from bot.rules.windows import strictest
from bot.settings import DEMO
from bot.taskforce_file import read_practice

PRACTICE = read_practice(DEMO / "taskforce.toml")
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
WEEK = date(2026, 11, 30)
DANI = {day: Span(time(8, 30), time(19 if day == WED else 17)) for day in range(5)}
RUTH = {day: Span(time(8, 30), time(17)) for day in (TUE, WED)}
LEANNE = Family(frozenset({"engaged"}), DANI, window=Window(hours=Span(time(13, 30), time(16))))


def at(text):
    shown = datetime.fromisoformat(text)
    return moment_at(shown.date(), shown.time())


DUE = at("2026-12-03T15:45")


def plan(family, now=DUE, due=None, practice=PRACTICE):
    return decide(family, practice, due or now, now)


def demo_families():
    """Every carer of the demo files as the rule sees them, by their cases."""
    folder = files("bot.data.demo")
    people = read_people([(f"{kind}.csv", (folder / f"{kind}.csv").read_bytes())
                          for kind in ("staff", "schools", "pupils", "carers")])  # fmt: skip
    hours = {staff.ref: staff.hours for staff in people.staff}
    pupils = {pupil.ref: pupil for pupil in people.pupils}
    found = {}
    for carer in people.carers:
        found.setdefault(carer.name, []).append(carer)
    return {
        "+".join(row.pupil for row in rows) + "*" * (rows[0].priority - 1): Family(
            statuses=frozenset(pupils[row.pupil].status for row in rows),
            worker_hours=hours[pupils[rows[0].pupil].key_worker],
            language=rows[0].reads,
            worded=rows[0].reads in PRACTICE.languages,
            window=strictest(row.window for row in rows),
            do_not_use=rows[0].do_not_use,
            copy_only="copy_only" in rows[0].prefers,
            opted_out=rows[0].opted_out,
            prefers=frozenset(rows[0].prefers),
        )
        for rows in found.values()
    }


THURSDAY = "2026-12-03T15:45"
IN_THE_DESIGN = {
    **dict.fromkeys(
        ("P01", "P02", "P03", "P04", "P07+P08", "P10", "P11", "P16", "P17"), (THURSDAY, "Begin")
    ),
    "P14": ("2026-12-03T13:45", "Begin"),
    "P19": ("2026-12-03T11:45", "Begin"),
    "P21": ("2026-12-02T15:45", "Begin"),
    "P24": ("2026-12-02T15:45", "Begin"),
    "P13": (THURSDAY, "phone_check_in"),
    **dict.fromkeys(
        ("P05", "P06", "P09", "P12", "P15", "P15*", "P18", "P23"), (THURSDAY, "interpreter")
    ),
    **dict.fromkeys(("P20", "P22", "P04********", "P11*"), (THURSDAY, "Nothing")),
}


def test_in_the_week_of_3_december_exactly_this_happens():
    happens = {}
    for cases, family in demo_families().items():
        moment = moment_in_week(WEEK, family, PRACTICE)
        found = plan(family, moment)
        kind = found.kind if isinstance(found, PersonInstead) else type(found).__name__
        happens[cases] = (wall(moment).isoformat()[:16], kind)
    assert happens == IN_THE_DESIGN


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"do_not_use": True}, "this person must not be contacted"),
        ({"copy_only": True}, "copied in only: gets no automatic texts"),
        ({"statuses": frozenset({"refused"})},
         "the family declined support: nothing until they ask"),
        ({"statuses": frozenset({"stopped_early", "completed"})},
         "the case is not open: completed, stopped early"),
        ({"statuses": frozenset({"waiting"})}, "the case is not open: waiting"),
        ({"opted_out": True}, "opted out of texts: phone or visit"),
        ({"stop_asked": True}, "asked for no more texts; waits for a person to confirm"),
        ({"unusable": True}, "this number cannot be used: check it with the family"),
        ({"paused": True}, "paused"),
        ({"last_two_way": at("2026-11-30T08:45")},
         "already in touch in the last three school days"),
        ({"worker_hours": {THU: Span(time(8, 30), time(16, 44))}},
         "nobody would be there to read the answer"),
    ],
)  # fmt: skip
def test_nothing_goes_and_the_reason_is_shown(change, reason):
    assert plan(replace(LEANNE, **change)) == Nothing(reason)


@pytest.mark.parametrize(
    ("change", "kind", "reason"),
    [
        ({"proven": False}, "prove_number", "number not confirmed with the family yet"),
        ({"rules_missing": True}, "set_rules", "set the rules for this family first"),
        ({"prefers": frozenset({"phone_call"})}, "phone_check_in", "prefers a phone call"),
        ({"worded": False, "language": "lv"}, "interpreter", "no approved wording in lv"),
    ],
)
def test_a_person_does_it_instead(change, kind, reason):
    assert plan(replace(LEANNE, **change)) == PersonInstead(kind, reason)


def test_who_declined_is_not_even_phoned():
    family = replace(LEANNE, statuses=frozenset({"refused"}), worded=False, proven=False)
    assert isinstance(plan(family), Nothing)


def test_one_open_case_of_two_is_enough():
    assert plan(replace(LEANNE, statuses=frozenset({"refused", "reintegrating"}))) == Begin()


@pytest.mark.parametrize(
    ("hours", "moment"),
    [
        ("13:30-16:00", "15:45"),
        ("13:30-15:45", "15:30"),
        ("13:30-15:50", "15:35"),
        ("10:00-14:00", "13:45"),
        ("16:00-16:15", "16:00"),
        ("16:00-16:14", "15:45"),  # too short for an answer: looked at, and not sent
        ("17:00-20:00", "17:00"),
    ],
)
def test_the_moment_is_the_nearest_that_leaves_them_a_quarter_of_an_hour(hours, moment):
    start, end = (time.fromisoformat(part) for part in hours.split("-"))
    family = replace(LEANNE, window=Window(hours=Span(start, end)))
    assert moment_in_week(WEEK, family, PRACTICE) == at(f"2026-12-03T{moment}")


@pytest.mark.parametrize(
    "window", [Window(days=frozenset({TUE})), Window(hours=Span(time(16), time(16, 14)))]
)
def test_a_day_on_which_they_cannot_be_reached_is_skipped(window):
    family = replace(LEANNE, window=window)
    moment = moment_in_week(WEEK, family, PRACTICE)
    assert plan(family, moment) == Nothing("the family's own hours are closed that day")


@pytest.mark.parametrize(
    ("days", "day"),
    [((MON, FRI), "11-30"), ((TUE, WED), "12-02"), ((FRI,), "12-03"), ((), "12-03")],
)
def test_it_goes_on_the_workers_last_day_in_before_thursday(days, day):
    hours = {weekday: Span(time(8, 30), time(17)) for weekday in days}
    family = replace(LEANNE, worker_hours=hours)
    assert moment_in_week(WEEK, family, PRACTICE) == at(f"2026-{day}T15:45")
    shown = plan(family, moment_in_week(WEEK, family, PRACTICE))
    assert shown == (Begin() if min(days, default=THU) < THU else
                     Nothing("nobody would be there to read the answer"))  # fmt: skip


@pytest.mark.parametrize(
    ("late", "expected"),
    [(30, Begin()), (31, Nothing("the moment had passed before it could be sent"))],
)
def test_a_service_that_was_down_does_not_send_late(late, expected):
    family = replace(LEANNE, worker_hours={THU: Span(time(8, 30), time(20))})
    assert plan(family, DUE + timedelta(minutes=late), due=DUE) == expected


@pytest.mark.parametrize(
    ("talked", "due", "goes"),
    [
        ("2026-11-29T23:59", "2026-12-03T15:45", True),
        ("2026-11-30T00:00", "2026-12-03T15:45", False),
        ("2026-10-23T15:00", "2026-11-05T15:45", True),  # half term is no time at all
        ("2026-10-23T15:00", "2026-11-04T15:45", False),
    ],
)
def test_who_was_in_touch_in_the_last_three_school_days_is_left_alone(talked, due, goes):
    assert (plan(replace(LEANNE, last_two_way=at(talked)), at(due)) == Begin()) is goes


@pytest.mark.parametrize(
    ("day", "goes"),
    [("2026-10-29", False), ("2026-12-24", False), ("2026-12-31", True), ("2027-04-08", True)],
)
def test_in_the_holidays_whoever_wants_it_is_asked_every_other_week(day, goes):
    now = at(f"{day}T15:45")
    assert plan(LEANNE, now) == Nothing("not a school day")
    skipped = Nothing("fortnightly in the holidays: not this week")
    assert plan(replace(LEANNE, wants_holidays=True), now) == (Begin() if goes else skipped)


def test_a_team_may_ask_every_week_of_the_holidays():
    weekly = replace(PRACTICE, check_in=CheckInRhythm(holiday_cadence="weekly"))
    now = at("2026-12-24T15:45")
    assert plan(replace(LEANNE, wants_holidays=True), now, practice=weekly) == Begin()


def test_on_a_bank_holiday_nobody_would_be_there():
    family = replace(LEANNE, wants_holidays=True)
    late = replace(PRACTICE, check_in=CheckInRhythm(weekday=FRI, holiday_cadence="weekly"))
    christmas = moment_in_week(date(2026, 12, 21), family, late)
    assert christmas == at("2026-12-25T15:45")
    assert plan(family, christmas, practice=late) == Nothing(
        "nobody would be there to read the answer"
    )


@pytest.mark.parametrize(
    ("after", "following"),
    [
        ("2026-11-30T08:30", "2026-12-03T15:45"),
        ("2026-12-03T15:44", "2026-12-03T15:45"),
        ("2026-12-03T15:45", "2026-12-10T15:45"),
        ("2026-12-06T23:59", "2026-12-10T15:45"),
    ],
)
def test_every_week_has_one_moment(after, following):
    assert next_moment(at(after), LEANNE, PRACTICE) == at(following)


@pytest.mark.parametrize(
    ("monday", "utc_before", "utc_after"),
    [(date(2026, 10, 19), "14:45", "15:45"), (date(2027, 3, 22), "15:45", "14:45")],
)
def test_when_the_clocks_change_it_is_still_a_quarter_to_four_on_the_wall(
    monday, utc_before, utc_after
):
    weeks = [moment_in_week(monday + timedelta(weeks=n), LEANNE, PRACTICE) for n in (0, 1)]
    assert [f"{moment:%H:%M}" for moment in weeks] == [utc_before, utc_after]
    assert [f"{wall(moment):%H:%M}" for moment in weeks] == ["15:45", "15:45"]
    assert next_moment(weeks[0], LEANNE, PRACTICE) == weeks[1]


@given(
    st.dates(date(2026, 9, 1), date(2027, 8, 31)),
    st.sets(st.integers(0, 6)),
    st.integers(0, 23), st.integers(1, 24 * 4),
)  # fmt: skip
def test_a_begun_check_in_is_always_in_their_hours_with_a_reader_there(day, days, first, quarters):
    end = min(timedelta(hours=first, minutes=15 * quarters), timedelta(hours=23, minutes=59))
    window = Window(hours=Span(time(first), time(end.seconds // 3600, end.seconds // 60 % 60)))
    hours = {weekday: Span(time(8, 30), time(17)) for weekday in days}
    family = replace(LEANNE, window=window, worker_hours=hours)
    moment = moment_in_week(week_of(day), family, PRACTICE)
    assert week_of(wall(moment).date()) == week_of(day)
    assert next_moment(moment, family, PRACTICE) > moment
    if plan(family, moment) == Begin():
        shown = wall(moment)
        assert shown.time() in window.hours
        assert shown.time() in hours[shown.weekday()]
        assert shown.date() in PRACTICE.calendar.school_days
