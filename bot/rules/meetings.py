"""Which meeting is next, what it looks back on, and when its pack is ready. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.rules.calendar import moment_at, wall
from bot.rules.practice import MeetingRhythm

WEEK = timedelta(days=7)
LONGEST = timedelta(weeks=8)  # summer holidays; whoever opens no meetings gets a week


@dataclass(frozen=True, slots=True)
class Sitting:
    """One meeting: its day, and the time it looks back on."""

    on: date
    since: datetime  # when the meeting before it began
    until: datetime | None  # None: up to now, whatever happens while it sits

    def holds(self, moment: datetime) -> bool:
        """Say whether a moment belongs to what this meeting looks back on."""
        return self.since <= moment and (self.until is None or moment < self.until)


def sitting(rhythm: MeetingRhythm, on: date, today: date, held: date | None = None) -> Sitting:
    """Say what a meeting on a day looks back on; one of a day gone by is closed by its hour.

    `held`: when the last one before it really was. Where weeks were left out it goes back to that.
    """
    begins = moment_at(on, rhythm.at)
    before = (on - timedelta(days=ago) for ago in range(8))
    days = (day for day in before if day.weekday() == rhythm.weekday)
    since = next(at for day in days if (at := moment_at(day, rhythm.at)) < begins)
    if held is not None and on - LONGEST <= held < wall(since).date():
        since = moment_at(held, rhythm.at)
    return Sitting(on, since, begins if on < today else None)


def meeting_day(rhythm: MeetingRhythm, today: date) -> date:
    """Find the day of the next meeting; on the day itself it is today's, until midnight."""
    return today + timedelta(days=(rhythm.weekday - today.weekday()) % 7)


def meeting_after(rhythm: MeetingRhythm, moment: datetime) -> date:
    """Find the day of the first meeting that begins after a moment."""
    day = meeting_day(rhythm, wall(moment).date())
    return day if moment_at(day, rhythm.at) > moment else day + WEEK


def next_pack(rhythm: MeetingRhythm, after: datetime) -> datetime:
    """Find when the next pack is ready."""
    today = wall(after).date()
    day = today + timedelta(days=(rhythm.pack_weekday - today.weekday()) % 7)
    moment = moment_at(day, rhythm.pack_at)
    return moment if moment > after else moment_at(day + WEEK, rhythm.pack_at)
