"""How the staff page words moments, ages and channels."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.rules.calendar import wall

MODES = {
    "sms": "text",
    "telegram": "Telegram",
    "other_message": "message",
    "phone_call": "phone call",
    "phone": "phone call",
}


def clock(moment: datetime) -> str:
    """Write a time of day: "15:45"."""
    return f"{wall(moment):%H:%M}"


def day(moment: datetime) -> str:
    """Write a day: "Thu 3 Dec"."""
    shown = wall(moment)
    return f"{shown:%a} {shown.day} {shown:%b}"


def when(moment: datetime, now: datetime) -> str:
    """Write a moment as near as it is: "15:45" today, "yesterday 15:45", "Thu 3 Dec 15:45"."""
    days = (wall(now).date() - wall(moment).date()).days
    if days == 0:
        return f"today {clock(moment)}"
    names = {1: "yesterday", -1: "tomorrow"}
    return f"{names.get(days, day(moment))} {clock(moment)}"


def age(moment: datetime, now: datetime) -> str:
    """Write how long ago: "just now", "5 min ago", "3 h ago", "2 days ago"."""
    passed = now - moment
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{int(passed.total_seconds() // 60)} min ago"
    if passed < timedelta(days=2):
        return f"{int(passed.total_seconds() // 3600)} h ago"
    return f"{passed.days} days ago"


def mode(name: str) -> str:
    """Name how a contact was made."""
    return MODES.get(name, name.replace("_", " "))
