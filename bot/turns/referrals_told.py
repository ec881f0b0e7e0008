"""A new referral is told by and by: this sets when, and whom it is for.

What the decider of the day entered themselves sets nothing: whoever decides in their place reads
it in the digest.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.rules.hours import next_shift
from bot.rules.practice import MONDAY, SATURDAY, Span, Week
from bot.rules.referral_told import NO_HOURS, stands_for_the_manager, told_at
from bot.rules.routing import Worker
from bot.scene.scene import Scene
from storage.conversations import set_due
from storage.received import recall, remember
from storage.referrals import number_of, untold

JOB, SUBJECT = "referrals", "new"
TOLD_ON = "referrals_told_on"  # the day of the last notice: there is one a day
ABOUT_TO_RUN = timedelta(minutes=5)  # what is told now may not hold this one any more
# For somebody without hours of their own, whom an outage must not have told of it by night.
WITHOUT_HOURS: Week = dict.fromkeys(range(MONDAY, SATURDAY), Span(NO_HOURS, time(17)))


def told_later(scene: Scene, ref: str, by: str) -> None:
    """Let whoever decides hear of a new referral, together with others; never who entered it."""
    who = decider(scene)
    if who is None or who.ref == by:
        return
    at, first = told_next(scene, who), number_of(ref)
    known = untold(scene.connection, JOB, SUBJECT)
    if known is not None:
        begins, first = known
        at = begins if begins > scene.now + ABOUT_TO_RUN else at
    set_due(scene.connection, JOB, SUBJECT, at, first)


def decider(scene: Scene) -> Worker | None:
    """Find who decides about referrals now."""
    return scene.team.workers.get(stands_for_the_manager(scene.team, scene.practice, scene.now))


def told_next(scene: Scene, who: Worker) -> datetime:
    """Say when somebody may be told of what comes now."""
    told_today = recall(scene.connection, TOLD_ON) == scene.today.isoformat()
    return told_at(who.hours, scene.practice.calendar, scene.now, told_today=told_today)


def hears_from(scene: Scene, who: Worker) -> datetime | None:
    """Find the first moment from now on at which somebody may be told: at work, never by night."""
    weeks = (who.hours, WITHOUT_HOURS)
    shifts = (next_shift(week, scene.practice.calendar, scene.now) for week in weeks)
    return next((shift for shift in shifts if shift is not None), None)


def told(scene: Scene) -> None:
    """Note that whoever decides has been told today."""
    remember(scene.connection, TOLD_ON, scene.today.isoformat())
