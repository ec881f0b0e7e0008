"""Who is out alone is asked, and silence climbs: whatever the service, or a chat, has missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.rules import lone_working as rule
from bot.rules.lone_working import ASK_ARRIVED, ASK_LEFT, BUDDY, DUTY, FURTHER, Outing
from bot.rules.visit_rules import LoneWorking

TWO = datetime(2026, 11, 30, 14, tzinfo=UTC)
RULES = LoneWorking(on=True)
OUT = Outing(1, 7, 2, "DO", TWO, TWO + timedelta(hours=1))


def at(minutes: float) -> datetime:
    return TWO + timedelta(minutes=minutes)


def due(out: Outing, minutes: float) -> tuple[str, ...]:
    return rule.steps_due(out, RULES, at(minutes))


def comes(out: Outing, minutes: float) -> float | None:
    """In how many minutes after the start there is something to do."""
    found = rule.next_step_at(out, RULES, at(minutes))
    return None if found is None else (found - TWO).total_seconds() / 60


def asked(out: Outing, what: str, minutes: float) -> Outing:
    return replace(out, asked={**out.asked, what: at(minutes)})


def test_ten_minutes_after_the_start_they_are_asked_whether_they_have_arrived():
    assert comes(OUT, -300) == 10
    assert due(OUT, 9.9) == ()
    assert due(OUT, 10) == (ASK_ARRIVED,)


def test_no_answer_is_told_to_the_buddy_after_fifteen_minutes_and_to_duty_after_thirty():
    silent = asked(OUT, ASK_ARRIVED, 10)
    assert comes(silent, 10) == 25
    assert due(silent, 25) == (BUDDY,)
    assert due(replace(silent, rung=1), 40) == (DUTY,)
    told = replace(silent, rung=rule.LAST_RUNG)
    assert comes(told, 40) == 70, "and at the end they are asked all the same"


def test_the_ladder_does_not_end_at_one_phone_that_is_switched_off():
    silent = replace(asked(asked(OUT, ASK_ARRIVED, 10), ASK_LEFT, 70), rung=2, told_at=at(40))
    assert comes(silent, 40) == 55
    assert due(silent, 55) == (FURTHER,)
    late = replace(silent, told_at=at(300))
    assert comes(late, 300) == 315, "the next is given time, however late the service was"
    assert comes(replace(silent, rung=rule.LAST_RUNG), 71) is None, "and it does not ring for ever"


def test_a_short_visit_gives_a_silent_worker_no_longer():
    short = replace(asked(OUT, ASK_ARRIVED, 10), safe_by=at(15))
    assert due(short, 25) == (ASK_LEFT, BUDDY)
    half = replace(asked(asked(OUT, ASK_ARRIVED, 10), ASK_LEFT, 40), safe_by=at(30), rung=1)
    assert due(half, 40) == (DUTY,)


@pytest.mark.parametrize(
    "seen",
    [{"arrived_at": at(-5)}, {"sos_at": at(-5)}, {"rung": 1}],
    ids=["arrived early", "SOS on the way", "somebody was told"],
)
def test_whoever_may_be_out_there_is_dropped_by_nobody_elses_change(seen: Mapping[str, Any]):
    assert replace(OUT, **seen).has_begun(at(-4))
    assert OUT.has_begun(at(0)), "silent at the door is who it is for"
    assert not OUT.has_begun(at(-1))


def test_whoever_answers_only_at_the_very_end_is_not_missed_in_the_same_minute():
    silent = replace(asked(asked(OUT, ASK_ARRIVED, 10), ASK_LEFT, 70), rung=2)
    for answer in (rule.ARRIVED, rule.LATE):
        until = rule.safe_by_after(silent, RULES, at(100), answer)
        assert until == at(115)
    there = replace(silent, rung=0, arrived_at=at(100), safe_by=at(115))
    assert comes(there, 100) == 125
    early = rule.safe_by_after(OUT, RULES, at(12), rule.ARRIVED)
    assert early == OUT.safe_by


def test_who_has_arrived_is_left_alone_until_ten_minutes_after_the_end():
    there = replace(asked(OUT, ASK_ARRIVED, 10), arrived_at=at(12))
    assert comes(there, 12) == 70
    assert due(there, 69) == ()
    assert due(there, 70) == (ASK_LEFT,)
    asked_twice = asked(there, ASK_LEFT, 70)
    assert [comes(replace(asked_twice, rung=n), 70) for n in (0, 1, 2)] == [85, 100, 115]


def test_who_stays_longer_is_asked_again_ten_minutes_after_that():
    there = replace(asked(OUT, ASK_LEFT, 70), arrived_at=at(12))
    longer = replace(there, safe_by=rule.stays_until(there, at(72), timedelta(minutes=30)))
    assert longer.safe_by == at(102)
    assert comes(longer, 72) == 112
    assert due(longer, 112) == (ASK_LEFT,)
    early = rule.stays_until(OUT, at(5), timedelta(minutes=15))
    assert early == OUT.safe_by, "more time is never less"


def test_who_runs_late_is_asked_again_a_quarter_of_an_hour_later():
    late = replace(asked(OUT, ASK_ARRIVED, 10), late_at=at(13))
    assert comes(late, 13) == 28
    assert due(late, 28) == (ASK_ARRIVED,)


def test_a_service_that_was_down_for_the_whole_visit_tells_everybody_at_once():
    assert due(OUT, 300) == (ASK_LEFT, BUDDY, DUTY)
    assert due(OUT, 41) == (ASK_ARRIVED, BUDDY, DUTY)


@pytest.mark.parametrize(
    "over", [{"ended_at": TWO}, {"left_at": TWO}], ids=["it has ended", "they have left"]
)
def test_what_is_over_asks_and_tells_nothing(over: Mapping[str, Any]):
    out = replace(OUT, **over)
    assert due(out, 300) == ()
    assert comes(out, 5) is None


def test_after_an_sos_no_ladder_climbs_and_the_questions_look_as_always():
    cry = replace(OUT, sos_at=at(5), rung=2)
    assert due(cry, 26) == (ASK_ARRIVED,)


@pytest.mark.parametrize(("minutes", "shown"), [(-61, False), (-60, True), (59, True), (600, True)])
def test_the_place_is_shown_from_an_hour_before_until_they_are_safe(minutes: float, shown: bool):
    assert rule.in_window(OUT, RULES, at(minutes)) is shown
    over = replace(OUT, ended_at=at(-120))
    assert not rule.in_window(over, RULES, at(minutes))


def test_everything_that_is_said_says_that_it_replaces_no_system_of_the_employer():
    said = [
        rule.asks(ASK_ARRIVED, OUT),
        rule.asks(ASK_LEFT, OUT, by_text=True),
        rule.alarm(OUT, "Dani", RULES, at(25), ["Marcus"], "Then Helen, at 14:40."),
        rule.sos("Dani", at(25), ["Marcus", "Helen"], "at Costa"),
    ]
    assert all(words.endswith(rule.NOT_INSTEAD) for words in said)
    assert "Reply LEFT, 15, 30 or SOS." in said[1], "where there are no buttons"
    assert (
        "Dani has not said that they have arrived (visit at 14:00). Ring Dani now; /out says where."
        in said[2]
    )
    assert "Told: Marcus. Then Helen, at 14:40." in said[2]
    assert "“at Costa”. Send Dani nothing" in said[3]


def test_who_has_been_out_since_another_day_is_shown_with_that_day():
    since, safe_by = (datetime(2026, 12, 1, hour, tzinfo=UTC) for hour in (14, 15))
    assert rule.out_times(since, safe_by, safe_by) == "since 14:00, safe by 15:00"
    after_that = safe_by + timedelta(days=2)
    assert rule.out_times(since, safe_by, after_that) == "since Tue 1 Dec 14:00, safe by 15:00"
