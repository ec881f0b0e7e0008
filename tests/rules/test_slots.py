"""Everybody is in, nobody is taken, and the family is met when it suits the family."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.calendar import moment_at, wall
from bot.rules.diaries import Diary, Met
from bot.rules.practice import Calendar, Span, Window
from bot.rules.slots import Look, Wanted, free_times, why_not

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)  # a Monday
DAYTIME = Span(time(8, 30), time(17))
VISITING = {**dict.fromkeys(range(5), Span(time(8), time(20))), 5: Span(time(10), time(17))}
RUTH = Diary("Ruth", dict.fromkeys((1, 2), DAYTIME))
PRIYA = Diary("Priya", dict.fromkeys((0, 1, 3), DAYTIME))
DANI = Diary("Dani", dict.fromkeys(range(5), DAYTIME))
LEANNE = Met("Leanne", Window(hours=Span(time(13, 30), time(16))))
GEMMA = Met("Gemma")
CALENDAR = Calendar(bank_holidays=frozenset({date(2026, 12, 25), date(2026, 12, 28)}))
WEEK = timedelta(weeks=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return moment_at(date(2026, 12, day), time(hour, minute))


def wanted(*staff: Diary, family: tuple[Met, ...] = (), minutes: int = 60, travel: int = 0):
    return Wanted(minutes, travel, staff, family, CALENDAR, VISITING)


def look(**how):
    return Look(**{"first": NOW + timedelta(hours=18), "last": NOW + 2 * WEEK, **how})


def test_leos_joint_visit_is_not_on_wednesday_but_on_tuesday_at_the_same_time() -> None:
    joint = wanted(RUTH, PRIYA, family=(GEMMA, Met("Leo")), minutes=90)
    assert why_not(joint, at(2, 13), NOW) == "Priya is not in on Wednesdays."
    assert free_times(joint, look(near=at(2, 13))) == [at(1, 13), at(8, 13), at(1, 11, 30)]


@pytest.mark.parametrize(
    ("visit", "when", "says"),
    [
        (wanted(DANI), NOW, "That time is over."),
        (wanted(DANI), at(5, 10), "Dani is not in on Saturdays."),
        (wanted(DANI), at(3, 16, 30), "Dani is in 08:30-17:00 on Thu 3 Dec."),
        (
            wanted(DANI, travel=20),
            at(3, 16),
            "Dani is in 08:30-17:00 on Thu 3 Dec, and needs 20 min each way.",
        ),
        (wanted(replace(DANI, has_left=True)), at(3, 10), "Dani has left."),
        (
            wanted(replace(DANI, away=((date(2026, 12, 1), date(2026, 12, 4)),))),
            at(4, 10),
            "Dani is away until Fri 4 Dec.",
        ),
        (wanted(replace(DANI, away=((date(2026, 12, 1), None),))), at(11, 10), "Dani is away."),
        (
            wanted(replace(DANI, taken=((at(3, 13), at(3, 14, 30)),))),
            at(3, 14),
            "Dani is taken 13:00-14:30.",
        ),
        (
            wanted(replace(DANI, taken=((at(3, 13), at(3, 14, 30)),)), travel=20),
            at(3, 14, 30),
            "Dani is taken 13:00-14:30, and needs 20 min each way.",
        ),
        (wanted(DANI, family=(LEANNE,)), at(3, 15, 30), "It is outside Leanne's own hours"),
        (
            wanted(DANI, family=(replace(GEMMA, window=Window(days=frozenset({1, 3}))),)),
            at(4, 10),
            "It is outside Gemma's own hours (Tue, Thu).",
        ),
        (
            wanted(DANI, family=(Met("Rania", Window(avoid=((4, Span(time(12), time(14))),))),)),
            at(4, 13),
            "Rania is left alone Fri 12:00-14:00.",
        ),
        (
            wanted(DANI, family=(replace(GEMMA, taken=((at(3, 10), at(3, 11)),)),), travel=20),
            at(3, 10, 30),
            "Gemma is taken 10:00-11:00.",
        ),
        (
            wanted(DANI, family=(replace(GEMMA, barred=True),)),
            at(3, 10),
            "Gemma must not be contacted.",
        ),
        (wanted(DANI, family=(GEMMA,)), at(25, 10), "Fri 25 Dec is a bank holiday."),
    ],
)
def test_the_worker_reads_in_one_sentence_why_a_time_does_not_suit(visit, when, says) -> None:
    assert why_not(visit, when, NOW).startswith(says)


def test_a_family_is_left_alone_at_night_and_on_sundays_whoever_works_then() -> None:
    worker = replace(DANI, extra=((at(4, 17), at(4, 22)), (at(6, 9), at(6, 17))))
    late = wanted(worker, family=(GEMMA,))
    assert why_not(late, at(4, 19, 30), NOW) == (
        "Families are left alone on Fridays but 08:00-20:00."
    )
    assert why_not(late, at(6, 10), NOW) == "Families are left alone on Sundays."
    assert why_not(late, at(4, 19), NOW) == ""


def test_janis_asked_for_weekends_so_a_sunday_may_be_his() -> None:
    janis = Met("Janis", Window(days=frozenset({5, 6}), hours=Span(time(10), time(17))))
    worker = replace(DANI, extra=((at(6, 9), at(6, 17)),))
    assert why_not(wanted(worker, family=(janis,)), at(6, 10), NOW) == ""


def test_two_reasons_are_said_and_never_a_third() -> None:
    busy = [replace(DANI, name=name, has_left=True) for name in ("Ann", "Bob", "Cem")]
    assert why_not(wanted(*busy), at(3, 10), NOW) == "Ann has left. Bob has left."


def test_what_touches_is_no_clash_for_the_family_but_the_way_there_is_one_for_staff() -> None:
    before = ((at(3, 10), at(3, 11)),)
    visit = wanted(DANI, family=(replace(GEMMA, taken=before),), travel=20)
    assert why_not(visit, at(3, 11), NOW) == ""
    taken = wanted(replace(DANI, taken=before), family=(GEMMA,), travel=20)
    assert why_not(taken, at(3, 11), NOW) != ""
    assert why_not(taken, at(3, 11, 20), NOW) == ""


def test_an_extra_evening_carries_on_from_the_usual_day() -> None:
    worker = replace(DANI, extra=((at(3, 17), at(3, 19)),))
    assert why_not(wanted(worker), at(3, 16, 30), NOW) == ""


def test_a_visit_at_school_needs_a_school_day_of_that_school_and_its_afternoon() -> None:
    days = Calendar(
        school_days=frozenset({date(2026, 12, 3), date(2026, 12, 4)}),
        half_days=frozenset({date(2026, 12, 4)}),
    )
    visit = replace(wanted(DANI), schools=(("Marl Beck Academy", days),))
    assert why_not(visit, at(3, 14), NOW) == ""
    assert why_not(visit, at(4, 11), NOW) == ""
    assert why_not(visit, at(4, 14), NOW) == "Marl Beck Academy has a morning only on Fri 4 Dec."
    assert why_not(visit, at(21, 14), NOW) == "Marl Beck Academy is not open on Mon 21 Dec."
    unknown = replace(visit, schools=(("Marl Beck Academy", Calendar()),))
    assert why_not(unknown, at(21, 14), NOW) == ""


def test_with_no_wish_the_choices_are_on_three_days_at_three_times_of_day() -> None:
    assert free_times(wanted(DANI, family=(GEMMA,)), look()) == [at(1, 10), at(2, 14), at(3, 16)]


def test_a_day_with_a_time_like_the_one_asked_for_comes_before_a_nearer_day_without() -> None:
    early = replace(DANI, week={**DANI.week, 2: Span(time(8), time(10))})
    found = free_times(wanted(early), look(near=at(2, 15), count=2))
    assert found == [at(1, 15), at(3, 15)]


def test_the_very_time_that_was_asked_for_is_looked_at_though_no_other_is_like_it() -> None:
    assert free_times(wanted(DANI), look(near=at(3, 15, 45), count=1)) == [at(3, 15, 45)]


def test_mornings_are_mornings_and_a_full_week_is_left_out() -> None:
    found = free_times(wanted(DANI), look(part="am", full=frozenset({date(2026, 11, 30)})))
    assert [wall(moment).date() for moment in found] == [date(2026, 12, day) for day in (7, 8, 9)]
    assert all(wall(moment).hour < 12 for moment in found)


def test_across_the_october_change_three_in_the_afternoon_stays_three() -> None:
    now = datetime(2026, 10, 23, 8, tzinfo=UTC)
    asked = moment_at(date(2026, 10, 26), time(15))
    found = free_times(wanted(DANI), Look(now, now + WEEK, near=asked, count=1))
    assert found == [datetime(2026, 10, 26, 15, tzinfo=UTC)]


@st.composite
def spans(draw) -> Span:
    first = draw(st.integers(7, 18))
    return Span(time(first, draw(st.sampled_from((0, 30)))), time(draw(st.integers(first + 1, 21))))


@st.composite
def stretches(draw):
    begins = NOW + timedelta(minutes=draw(st.integers(0, 5 * 24 * 60)))
    return begins, begins + timedelta(minutes=draw(st.integers(15, 240)))


TAKEN = st.lists(stretches(), max_size=4).map(tuple)
WEEKS = st.dictionaries(st.integers(0, 6), spans(), min_size=2, max_size=7)
SHIFTS = stretches().filter(lambda one: wall(one[0]).date() == wall(one[1]).date())  # of one day
STAFF = st.builds(Diary, st.just("Dani"), WEEKS, taken=TAKEN, extra=st.tuples(SHIFTS))
WINDOWS = st.builds(
    Window,
    days=st.frozensets(st.integers(0, 6), max_size=4),
    hours=st.none() | spans(),
    avoid=st.lists(st.tuples(st.integers(0, 6), spans()), max_size=2).map(tuple),
)
FAMILY = st.builds(Met, st.just("Leanne"), WINDOWS, TAKEN)


def is_in(diary: Diary, minute: datetime) -> bool:
    """Look at one minute alone, as nobody would build it."""
    shown = wall(minute)
    usual = shown.weekday() in diary.week and shown.time() in diary.week[shown.weekday()]
    return usual or any(begins <= minute < ends for begins, ends in diary.extra)


def is_free(taken, minute: datetime) -> bool:
    return not any(begins <= minute < ends for begins, ends in taken)


def may_be_met(met: Met, minute: datetime) -> bool:
    shown, window = wall(minute), met.window
    day, clock = shown.weekday(), shown.time()
    open_day = VISITING.get(day)
    if open_day is None and day in window.days:
        open_day = Span(time(8), time(20))
    own = (not window.days or day in window.days) and (not window.hours or clock in window.hours)
    avoided = any(day == one and clock in hours for one, hours in window.avoid)
    return open_day is not None and clock in open_day and own and not avoided


def suits(visit: Wanted, begins: datetime) -> bool:
    """Say minute by minute whether everybody can be there."""
    way = range(-visit.travel, visit.minutes + visit.travel)
    staff_minutes = [begins + timedelta(minutes=count) for count in way]
    family_minutes = [begins + timedelta(minutes=count) for count in range(visit.minutes)]
    staff = all(
        is_in(one, minute) and is_free(one.taken, minute)
        for one in visit.staff
        for minute in staff_minutes
    )
    return staff and all(
        may_be_met(one, minute) and is_free(one.taken, minute)
        for one in visit.family
        for minute in family_minutes
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(STAFF, min_size=1, max_size=2),
    st.lists(FAMILY, max_size=2),
    st.sampled_from((30, 45, 60)),
    st.sampled_from((0, 20)),
    st.integers(0, 4 * 24 * 60),
)
def test_whatever_is_found_suits_minute_by_minute_and_what_suits_is_found(
    staff, family, minutes, travel, ahead
) -> None:
    visit = wanted(*staff, family=tuple(family), minutes=minutes, travel=travel)
    some = NOW + timedelta(minutes=ahead + 1)
    assert (why_not(visit, some, NOW) == "") == suits(visit, some)
    found = free_times(visit, Look(NOW, NOW + timedelta(days=5), near=some))
    assert all(suits(visit, moment) for moment in found)
    assert some in found or not suits(visit, some)
