"""How fast messages may leave: a leaky bucket in one moment per bucket. Pure.

A bucket is the moment from which it is empty again (the generic cell rate algorithm), so one
column holds it and any number of workers share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Bucket:
    """A limit: one message every `between`, of which `at_once` may go in one go."""

    between: timedelta
    at_once: int = 1


def a_second(messages: int) -> Bucket:
    """Make the bucket from which no stretch of a second ever takes more than so many messages."""
    at_once = max(1, messages // 6)
    return Bucket(timedelta(seconds=1) / max(1, messages - at_once), at_once)


def earliest(bucket: Bucket, empty_at: datetime | None, now: datetime) -> datetime:
    """Find when the next message may leave: now, or a moment to come."""
    if empty_at is None:
        return now
    return max(now, empty_at - bucket.between * (bucket.at_once - 1))


def taken(bucket: Bucket, empty_at: datetime | None, now: datetime) -> datetime:
    """Find when the bucket is empty after one more message has left."""
    return max(empty_at or now, now) + bucket.between
