"""The calendars of schools: one row a day, what kind of day it is."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from bot.rules.calendar import calendar_from_days
from bot.rules.practice import Calendar


def read_calendar(file: Path) -> Calendar:
    """Read one calendar. Raises ValueError or OSError for what cannot be read."""
    with file.open(encoding="utf-8-sig", newline="") as rows:
        return calendar_from_days(
            (date.fromisoformat(row["date"]), row["type"]) for row in csv.DictReader(rows)
        )


def school_calendars(named: Mapping[str, str], folder: Path) -> Mapping[str, Calendar]:
    """Read the calendar of every school that has one of its own, by the school's name."""
    if not all(isinstance(file, str) for file in named.values()):
        raise ValueError("calendar.schools names a file for each school, in quotation marks")
    read = {file: read_calendar(folder / file) for file in set(named.values())}
    return MappingProxyType({school: read[file] for school, file in named.items()})
