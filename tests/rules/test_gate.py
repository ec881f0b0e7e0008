"""The gate: what may leave now, what waits, what never goes; always with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.rules import gate
from bot.rules.calendar import moment_at, wall
from bot.rules.gate import SAID_NOW, Request, decide
from bot.rules.practice import Calendar, Caps, Practice, Span, Window
from bot.rules.verdict import Drop, Hold, Send
from tests.tables import every_row

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PRACTICE = Practice(calendar=Calendar(bank_holidays=frozenset({date(2026, 12, 28)})))
MORNINGS = Window(hours=Span(time(10), time(12)))


def at(text):
    shown = datetime.fromisoformat(text)
    return moment_at(shown.date(), shown.time())


NOON = at("2026-12-03T12:00")
NIGHT = at("2026-12-03T21:00")
EIGHT = at("2026-12-04T08:00")

FAMILY = ("proactive", "reply", "safety", "person")
EVERYBODY = (*FAMILY, "staff")

# What can stand against a message, in the order of the design; who it stops, and how.
AGAINST = [
    ({"do_not_use": True}, FAMILY, "this person must not be contacted here"),
    ({"all_paused": True}, ("proactive", "reply"), "all automatic messages are paused"),
    ({"family_paused": True}, ("proactive", "reply"), "messages to this family are paused"),
    ({"statuses": frozenset({"completed"})}, ("proactive",), "the case is closed"),
    ({"proven": False}, ("proactive",), "the number has not been confirmed with the family yet"),
    ({"rules_missing": True}, ("proactive",), "set the rules for this family first"),
    ({"language_ok": False}, ("proactive",), "no approved wording in this family's language"),
    ({"opted_out": True}, FAMILY, "opted out: phone or visit instead"),
    ({"blocked": True}, FAMILY, "the phone network blocks us: phone or visit instead"),
    ({"wrong": True}, FAMILY, "somebody said this number is not theirs"),
    ({"dead": True}, FAMILY, "this number cannot be reached by text"),
    ({"stop_asked": True}, ("proactive",), "asked in their own words for no more texts"),
    ({"not_after": NOON - MINUTE}, EVERYBODY, "too late to be of use"),
    ({"cancelled": True}, FAMILY, "something newer took its place"),
    ({"over": True}, FAMILY, "the conversation it belongs to is over"),
    ({"school_again": date(2026, 12, 4)}, ("proactive",), "no school today"),
    ({"window": MORNINGS}, ("proactive", "reply", "person"), "outside this family's safe hours"),
    ({"thread_live": True}, ("proactive",), "a conversation with a person is going on"),
    ({"wrote_today": 2}, ("proactive",), "several of the team have written today"),
    ({"sent_today": 1}, ("proactive",), "has had today's automatic message"),
    ({"sent_this_week": 3}, ("proactive",), "has had this week's messages"),
    ({"colleague_wrote": True}, ("person",), "a colleague has written to this family today"),
]
RANK = {reason: place for place, (_facts, _kinds, reason) in enumerate(AGAINST)}


@pytest.mark.parametrize("kind", EVERYBODY)
def test_with_nothing_against_it_a_message_goes_at_once(kind):
    assert decide(Request(kind, "support"), PRACTICE, NOON) == Send()


@every_row("kind", EVERYBODY)
@every_row("facts, kinds, reason", AGAINST)
def test_each_reason_stops_the_kinds_it_should_and_no_other(kind, facts, kinds, reason):
    verdict = decide(Request(kind, "support", **facts), PRACTICE, NOON)
    if kind in kinds:
        assert verdict.reason == reason
    else:
        assert verdict == Send()


STOPS_CHECK_INS = [place for place, row in enumerate(AGAINST) if "proactive" in row[1]]


@pytest.mark.parametrize("first", STOPS_CHECK_INS)
def test_of_several_reasons_the_first_in_the_designs_order_is_given(first):
    everything = {}
    for facts, kinds, _reason in reversed(AGAINST[first:]):
        everything |= facts if "proactive" in kinds else {}
    verdict = decide(Request("proactive", "check_in", **everything), PRACTICE, NOON)
    assert verdict.reason == AGAINST[first][2]


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"do_not_use": True}, Drop("this person must not be contacted here", tell=True)),
        ({"cancelled": True}, Drop("something newer took its place")),
        ({"over": True}, Drop("the conversation it belongs to is over")),
        ({"blocked": True}, Drop(AGAINST[8][2], "failed", tell=True)),
        ({"dead": True}, Drop("this number cannot be reached by text", "failed", tell=True)),
        ({"opted_out": True}, Drop("opted out: phone or visit instead", tell=True)),
        ({"not_after": NOON - MINUTE}, Drop("too late to be of use", "expired", tell=True)),
        ({"wrong": True}, Drop("somebody said this number is not theirs", tell=True)),
    ],
)
def test_a_worker_hears_when_their_words_will_never_go(facts, verdict):
    assert decide(Request("person", "support", **facts), PRACTICE, NOON) == verdict


def test_nobody_is_bothered_about_a_safety_reply_that_an_opt_out_stopped():
    request = Request("safety", "help_menu", opted_out=True)
    assert decide(request, PRACTICE, NOON) == Drop("opted out: phone or visit instead")


def test_after_stop_only_the_confirmation_goes():
    confirm = Request("safety", "stop_confirm", opted_out=True)
    assert decide(confirm, PRACTICE, NIGHT) == Send()
    assert isinstance(decide(replace(confirm, purpose="crisis_ack"), PRACTICE, NIGHT), Drop)


def test_a_stranger_with_a_wrong_number_gets_our_thanks_and_nothing_more():
    thanks = Request("safety", "wrong_number", wrong=True)
    assert decide(thanks, PRACTICE, NOON) == Send()
    assert isinstance(decide(replace(thanks, purpose="check_in"), PRACTICE, NOON), Drop)


def test_a_family_of_two_cases_is_written_to_while_one_is_open():
    siblings = Request("proactive", "check_in", statuses=frozenset({"completed", "engaged"}))
    assert decide(siblings, PRACTICE, NOON) == Send()


def test_a_message_may_still_go_at_its_very_last_moment():
    assert decide(Request("proactive", "check_in", not_after=NOON), PRACTICE, NOON) == Send()


@pytest.mark.parametrize("kind", ["proactive", "reply", "person"])
def test_a_text_at_night_waits_until_eight(kind):
    assert decide(Request(kind, "support"), PRACTICE, NIGHT) == Hold(EIGHT, "quiet hours")


@pytest.mark.parametrize("kind", ["safety", "staff"])
def test_999_and_notices_to_staff_do_not_wait_for_the_morning(kind):
    assert decide(Request(kind, "crisis_ack", window=MORNINGS), PRACTICE, NIGHT) == Send()


@pytest.mark.parametrize(
    ("kind", "ago", "goes"),
    [
        ("reply", timedelta(minutes=15), True),
        ("reply", timedelta(minutes=16), False),
        ("person", timedelta(hours=2), True),
        ("person", timedelta(hours=2, minutes=1), False),
        ("proactive", timedelta(0), False),
    ],
)
def test_whoever_just_wrote_may_be_answered_at_once_but_never_by_the_clock(kind, ago, goes):
    request = Request(kind, "support", heard_at=NIGHT - ago)
    assert (decide(request, PRACTICE, NIGHT) == Send()) is goes


def test_a_phone_that_others_may_read_is_answered_only_in_its_safe_hours():
    request = Request("person", "support", heard_at=NIGHT, discreet=True, window=MORNINGS)
    opens = at("2026-12-04T10:00")
    assert decide(request, PRACTICE, NIGHT) == Hold(opens, "outside this family's safe hours")


def test_send_now_sends_now():
    held = Request("person", "support", window=MORNINGS)
    assert decide(replace(held, overridden_at=NIGHT), PRACTICE, NIGHT) == Send()


def test_send_now_said_in_the_evening_is_not_said_for_three_in_the_morning():
    request = Request("person", "support", overridden_at=NIGHT)
    assert decide(request, PRACTICE, NIGHT + SAID_NOW) == Send()
    verdict = decide(request, PRACTICE, NIGHT + SAID_NOW + MINUTE)
    assert (type(verdict), verdict.reason) == (Hold, "quiet hours")


def test_words_of_safety_that_come_too_late_are_told_to_somebody():
    request = Request("safety", "crisis_ack", not_after=NOON - MINUTE)
    assert decide(request, PRACTICE, NOON) == Drop("too late to be of use", "expired", tell=True)


def test_a_window_that_never_opens_is_looked_at_again_tomorrow():
    never = Window(hours=Span(time(0), time(0)))
    verdict = decide(Request("proactive", "check_in", window=never), PRACTICE, NOON)
    assert verdict == Hold(NOON + DAY, "outside this family's safe hours")
    capped = Practice(caps=Caps(per_day=0), sending_week={3: Span(time(8), time(20))})
    once = Request("proactive", "check_in", window=Window(days=frozenset({3}), avoid=()))
    assert decide(once, capped, NOON).until == at("2026-12-10T08:00")


def test_the_cap_holds_until_tomorrow_at_a_time_that_suits_the_family():
    request = Request("proactive", "check_in", sent_today=1, window=Window(days=frozenset({3, 4})))
    assert decide(request, PRACTICE, NOON) == Hold(NOON + DAY, "has had today's automatic message")


@pytest.mark.parametrize("purpose", ["closure", "agreed_reminder"])
def test_that_school_is_closed_and_what_a_family_asked_for_is_said_whatever_a_phone_has_had(
    purpose,
):
    request = Request("proactive", purpose, sent_today=3, sent_this_week=9)
    assert decide(request, PRACTICE, NOON) == Send()


def test_a_family_whose_hours_never_come_again_is_capped_for_a_day():
    quiet = replace(PRACTICE, sending_week={3: Span(time(8), time(20))}, calendar=Calendar(
        bank_holidays=frozenset(date(2026, 12, 3) + timedelta(weeks=week) for week in range(1, 6))
    ))  # fmt: skip
    verdict = decide(Request("proactive", "check_in", sent_this_week=3), quiet, NOON)
    assert verdict == Hold(NOON + DAY, "has had this week's messages")


moments = st.datetimes(datetime(2026, 9, 1), datetime(2027, 8, 31)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
times = st.integers(0, 23).map(time)
windows = st.builds(
    Window,
    days=st.frozensets(st.integers(0, 6)),
    hours=st.none() | st.builds(Span, times, times),
    avoid=st.lists(st.tuples(st.integers(0, 6), st.builds(Span, times, times)), max_size=2).map(
        tuple
    ),
)
purposes = st.sampled_from(["check_in", "support", "stop_confirm", "crisis_ack", "wrong_number"])


against = st.lists(st.sampled_from([facts for facts, _kinds, _reason in AGAINST]), max_size=3)


@st.composite
def requests(draw, *kinds):
    """A message with a few things against it, so that many get far into the list."""
    facts = {"discreet": draw(st.booleans()), "overridden_at": draw(st.none() | moments)}
    facts |= {"window": draw(windows), "heard_at": draw(st.none() | moments)}
    for one in draw(against):
        facts |= one
    return Request(draw(st.sampled_from(kinds)), draw(purposes), **facts)


@given(requests(*FAMILY), moments)
def test_whatever_it_is_an_opted_out_phone_gets_nothing_but_the_confirmation(request, now):
    if decide(replace(request, opted_out=True), PRACTICE, now) == Send():
        assert request.purpose == "stop_confirm"


@given(requests(*FAMILY), moments)
def test_whatever_it_is_somebody_who_must_not_be_contacted_gets_nothing_at_all(request, now):
    assert isinstance(decide(replace(request, do_not_use=True), PRACTICE, now), Drop)


@given(requests("proactive"), moments, st.booleans())
def test_nothing_automatic_leaves_between_eight_at_night_and_eight_in_the_morning(
    request, now, just_heard
):
    request = replace(request, overridden_at=None, heard_at=now if just_heard else request.heard_at)
    if decide(request, PRACTICE, now) == Send():
        assert time(8) <= wall(now).time() < time(20)


@given(requests("person", "safety", "reply"), moments)
def test_what_people_type_is_never_held_by_caps_or_open_talks(request, now):
    busy = replace(request, sent_today=9, sent_this_week=9, thread_live=True)
    free = replace(request, sent_today=0, sent_this_week=0, thread_live=False)
    assert decide(busy, PRACTICE, now) == decide(free, PRACTICE, now)


@given(requests(*EVERYBODY), moments)
def test_the_gate_gives_the_same_answer_to_the_same_question(request, now):
    first = decide(request, PRACTICE, now)
    assert decide(replace(request), PRACTICE, now) == first
    if isinstance(first, Hold):
        assert first.until > now
    if request.kind != "staff" and not isinstance(first, Send):
        earlier = [check(request, PRACTICE, now) for check in gate.CHECKS]
        assert first == next(verdict for verdict in earlier if verdict is not None)


@given(requests("proactive", "reply", "person"), moments)
def test_what_was_held_for_the_hour_goes_when_the_hour_comes(request, now):
    free = Request(request.kind, "support", window=request.window)
    verdict = decide(free, PRACTICE, now)
    assume(isinstance(verdict, Hold) and verdict.until != now + DAY)
    assert decide(free, PRACTICE, verdict.until) == Send()


def test_whoever_types_after_a_colleague_may_send_it_all_the_same():
    crowded = Request("person", "support", colleague_wrote=True)
    held = decide(crowded, PRACTICE, NOON)
    assert (held.until, held.reason) == (EIGHT, gate.CROWDED)
    assert decide(replace(crowded, overridden_at=NOON), PRACTICE, NOON) == Send()


def test_one_of_the_team_may_write_and_the_check_in_still_goes():
    assert decide(Request("proactive", "check_in", wrote_today=1), PRACTICE, NOON) == Send()
