"""Every night: what is of no more use is let go, a little at a time."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import Connection

from bot.rules.calendar import moment_at, wall
from bot.scene.scene import Scene
from storage.conversations import Moment, set_due, take_moment
from storage.received import add_once
from storage.retention import prune
from storage.tables import Due

NAME, SUBJECT = "retention", "everything"
AT = time(3, 30)  # the quietest hour, and one that comes once every night
AT_ONCE = 500
GO_ON = timedelta(minutes=1)  # families' turns come first, however much there is


def retention(scene: Scene, moment: Moment) -> None:
    """Let go of what is old; a full batch means that there may be more."""
    if not take_moment(scene.connection, moment):
        return
    gone = prune(scene.connection, scene.practice.retention, scene.now, AT_ONCE)
    following = scene.now + GO_ON if gone >= AT_ONCE else next_night(scene.now)
    set_due(scene.connection, NAME, SUBJECT, following)


def plan_nights(connection: Connection, now: datetime) -> None:
    """Set the first night, once: one that went by while the service was down is made up for."""
    night = {"job": NAME, "subject": SUBJECT, "turn": 0, "at": next_night(now)}
    add_once(connection, Due, night)


def next_night(now: datetime) -> datetime:
    """Work out when it is next half past three in London."""
    today = wall(now).date()
    moment = moment_at(today, AT)
    return moment if moment > now else moment_at(today + timedelta(days=1), AT)
