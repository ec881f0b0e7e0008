"""When a digest goes, and how it reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.rules.calendar import wall
from bot.rules.digest import (
    Came,
    Dated,
    Digest,
    Held,
    Trend,
    Undelivered,
    Waiting,
    begins_a_week,
    moments_on,
    next_moment,
    week_now,
)
from bot.rules.digest_lines import age, counts, lines, shortened, told_of
from bot.rules.practice import Calendar, Span

LONDON = ZoneInfo("Europe/London")
PLAIN = Calendar()
OFFICE = Span(time(8, 30), time(17))
DANI = {**dict.fromkeys(range(5), OFFICE), 2: Span(time(8, 30), time(19))}
PRIYA = dict.fromkeys((0, 1, 3), OFFICE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


NOW = at("2026-12-01 16:30")
EMPTY = Digest(NOW, at("2026-12-01 08:30"))


def shown(moments) -> list[str]:
    return [f"{wall(moment):%a %H:%M}" for moment in moments]


def test_a_digest_goes_at_the_start_and_half_an_hour_before_finish():
    assert shown(moments_on(DANI, PLAIN, date(2026, 12, 1))) == ["Tue 08:30", "Tue 16:30"]
    assert shown(moments_on(DANI, PLAIN, date(2026, 12, 2))) == ["Wed 08:30", "Wed 18:30"]


def test_none_goes_on_a_day_off_or_a_bank_holiday():
    assert moments_on(PRIYA, PLAIN, date(2026, 12, 2)) == ()
    closed = Calendar(bank_holidays=frozenset({date(2026, 12, 1)}))
    assert moments_on(PRIYA, closed, date(2026, 12, 1)) == ()


def test_a_very_short_day_has_one_digest():
    half_an_hour = {1: Span(time(9), time(9, 30))}
    assert shown(moments_on(half_an_hour, PLAIN, date(2026, 12, 1))) == ["Tue 09:00"]


def test_the_next_one_is_always_later_and_jumps_over_days_off():
    found, moment = [], at("2026-11-30 08:30")
    for _ in range(6):
        moment = next_moment(PRIYA, PLAIN, moment)
        found.append(moment)
    assert shown(found) == [
        "Mon 16:30", "Tue 08:30", "Tue 16:30", "Thu 08:30", "Thu 16:30", "Mon 08:30",
    ]  # fmt: skip


def test_who_has_no_hours_has_no_next_one():
    assert next_moment({}, PLAIN, NOW) is None


def test_digests_keep_to_the_clock_on_the_wall_when_the_clocks_change():
    sunday = {6: OFFICE}
    spring, autumn = date(2027, 3, 28), date(2026, 10, 25)
    assert shown(moments_on(sunday, PLAIN, spring)) == ["Sun 08:30", "Sun 16:30"]
    assert shown(moments_on(sunday, PLAIN, autumn)) == ["Sun 08:30", "Sun 16:30"]


def test_the_week_of_a_placement_counts_on_from_monday_to_monday():
    recorded = date(2026, 11, 26)  # a Thursday of week 5
    days = (date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 6), date(2026, 12, 7))
    assert [week_now(5, recorded, day) for day in days] == [5, 6, 6, 7]


def test_the_first_digest_of_a_week_is_known_by_the_one_before():
    assert begins_a_week(at("2026-11-27 16:30"), at("2026-11-30 08:30"))
    assert begins_a_week(at("2026-11-26 16:30"), at("2026-12-01 08:30"))
    assert not begins_a_week(at("2026-11-30 08:30"), at("2026-12-04 16:30"))


def test_nothing_to_say_is_an_empty_digest():
    assert EMPTY.empty
    assert counts(EMPTY) == "nothing new"


FULL = replace(
    EMPTY,
    waiting=(
        Waiting("Leanne Thornton (Kai P01): the taxi", at("2026-11-30 10:00"), NOW),
        Waiting("Craig Brook (Tyler P04): ring me", at("2026-12-01 09:00"), at("2026-12-02 09:00"),
                whose="Marcus"),
        Waiting("L1 suicide Marta", at("2026-12-01 16:10"), level="L1", taken_by="Joe"),
    ),
    came=(
        *(Came("Kai P01", NOW - timedelta(minutes=ago), f"line {ago}", "Leanne")
          for ago in (9, 8, 7, 6)),
        Came("Ellie P07, Noah P08", NOW, "thanks", "Tom", ours=True),
    ),
    trends=(Trend("Kai P01", ("Good", "OK", "Hard")),),
    undelivered=(Undelivered("Andrei P12", 3),),
    held=(
        Held("Kai P01", "an automatic text: quiet hours", at("2026-12-02 08:00")),
        Held("Zofia P02", "your words: paused", at("2036-12-02 08:00")),
    ),
    promised=(
        Dated("Kai P01", "ring about the taxi", date(2026, 11, 30)),
        Dated("Kai P01", "bring the form", date(2026, 12, 2)),
    ),
    dates=(Dated("Chloe P16", "week 12 of 12", date(2026, 12, 1)),),
)  # fmt: skip


def test_a_digest_says_first_what_waits_and_danger_before_all():
    assert lines(FULL) == [
        "Tue 1 Dec 16:30: 3 waiting, 6 new, 3 not delivered, 2 held, 2 promised, 1 date.",
        "",
        "Still waiting",
        "- L1 suicide Marta (20 min, Joe has it)",
        "- Leanne Thornton (Kai P01): the taxi (1 day, overdue since Tue 1 Dec 16:30)",
        "- Craig Brook (Tyler P04): ring me (7 h, by Wed 2 Dec 09:00, for Marcus)",
        "",
        "New",
        "- Kai P01: 1 earlier",
        "- Kai P01, Tue 1 Dec 16:22, Leanne: line 8",
        "- Kai P01, Tue 1 Dec 16:23, Leanne: line 7",
        "- Kai P01, Tue 1 Dec 16:24, Leanne: line 6",
        "- Ellie P07, Noah P08, Tue 1 Dec 16:30, Tom wrote: thanks",
        "",
        "Check-ins, newest last",
        "- Kai P01: Good, OK, Hard",
        "",
        "Not delivered",
        "- Andrei P12: 3 did not arrive",
        "",
        "Held",
        "- Kai P01, until Wed 2 Dec 08:00: an automatic text: quiet hours",
        "- Zofia P02, your words: paused",
        "",
        "Promised",
        "- Kai P01: ring about the taxi (overdue since Mon 30 Nov)",
        "- Kai P01: bring the form (by Wed 2 Dec)",
        "",
        "Dates",
        "- Chloe P16, Tue 1 Dec: week 12 of 12",
    ]


@pytest.mark.parametrize("part", ["waiting", "came", "trends", "undelivered", "held", "promised",
                                  "dates"])  # fmt: skip
def test_anything_at_all_makes_a_digest(part):
    assert not replace(EMPTY, **{part: getattr(FULL, part)}).empty


def test_who_was_away_reads_since_when():
    assert lines(replace(FULL, away=True))[0].startswith("While you were away, since Tue 1 Dec: 3")


def test_the_cases_told_of_come_in_the_order_of_the_lines():
    assert list(dict.fromkeys(told_of(FULL))) == [
        "Kai P01", "Ellie P07, Noah P08", "Andrei P12", "Zofia P02", "Chloe P16",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(-5, "0 min"), (0, "0 min"), (59, "59 min"), (60, "1 h"), (1439, "23 h"), (1440, "1 day"),
     (2879, "1 day"), (2880, "2 days"), (14400, "10 days")],
)  # fmt: skip
def test_an_age_is_said_in_one_word(minutes, said):
    assert age(NOW - timedelta(minutes=minutes), NOW) == said


def test_long_words_are_cut_after_a_word_and_stand_on_one_line():
    assert shortened("can you\nring me  about the taxi", 20) == "can you ring me…"
    assert shortened("a" * 90) == f"{'a' * 80}…"
    assert shortened("pass \u202eword\u202c on") == "pass word on"
