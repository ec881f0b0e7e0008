"""What a message that did not go would have been, in a few plain words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "check_in": "weekly check-in",
        "days_missed": "days missed this half term",
        "holiday_wish": "question about check-ins in the holidays",
        "holiday_invite": "invitation to a holiday activity",
        "absence": "question about an absence",
        "absence_day2": "question about a second day of absence",
        "absence_day3": "question about three days of absence",
        "transport": "question about transport",
        "closure": "school is closed",
        "praise": "praise for coming in",
        "agreed_reminder": "reminder they asked for",
        "first_day": "word before the first day",
        "next_step": "word before the next step in school",
    }
)
UNNAMED: Final = "automatic message"
ABOUT_SCHOOL: Final = "attendance"  # the one job that says several things: its key tells which


def would_have_been(job: str, key: str) -> str:
    """Name a message by the job that left it out; "attendance/P01/praise/..." was praise."""
    parts = key.split("/")
    kind = parts[2] if job == ABOUT_SCHOOL and len(parts) > 2 else job
    return NAMES.get(kind, UNNAMED)
