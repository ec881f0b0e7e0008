"""No stretch of a second takes more messages than a provider allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.pace import Bucket, a_second, earliest, taken

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def departures(bucket: Bucket, arrivals: list[datetime]) -> list[datetime]:
    """When messages leave that arrive at these moments, one after the other."""
    empty_at, left = None, []
    for arrival in arrivals:
        leaves = earliest(bucket, empty_at, max(arrival, left[-1]) if left else arrival)
        empty_at = taken(bucket, empty_at, leaves)
        left.append(leaves)
    return left


def test_the_first_message_leaves_at_once():
    assert earliest(a_second(30), None, NOON) == NOON


def test_two_messages_to_one_chat_leave_a_second_apart():
    assert departures(Bucket(SECOND), [NOON] * 3) == [NOON, NOON + SECOND, NOON + 2 * SECOND]


def test_a_chat_that_was_quiet_does_not_wait():
    later = NOON + timedelta(minutes=5)
    assert departures(Bucket(SECOND), [NOON, later]) == [NOON, later]


def test_a_few_messages_leave_in_one_go_and_the_rest_follow_evenly():
    left = departures(a_second(30), [NOON] * 31)
    assert left.count(NOON) == 5
    assert max(left) - NOON >= SECOND


def test_no_limit_on_one_chat_means_no_waiting():
    assert departures(Bucket(timedelta(0)), [NOON] * 9) == [NOON] * 9


@given(
    st.integers(1, 60),
    st.lists(st.integers(0, 3_000), min_size=1, max_size=200),
)
def test_no_second_ever_takes_more_than_the_provider_allows(limit, milliseconds):
    arrivals = [NOON + timedelta(milliseconds=ms) for ms in sorted(milliseconds)]
    left = departures(a_second(limit), arrivals)
    for start in left:
        assert sum(start <= moment < start + SECOND for moment in left) <= limit
    assert all(leaves >= arrives for leaves, arrives in zip(left, arrivals, strict=True))
