"""`taskforce.toml`: how one taskforce works, turned into frozen values or refused."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from bot.domain import NotReady
from bot.i18n import languages
from bot.imports.attendance_rules import attendance_rules, day_six_reading
from bot.imports.calendars import read_calendar, school_calendars
from bot.imports.faults import did_you_mean
from bot.imports.register_shapes import Shapes, taught
from bot.imports.visit_rules import SHAPE as VISITS
from bot.imports.visit_rules import visit_rules
from bot.rules.calendar import calendar_from_days
from bot.rules.practice import (
    Calendar,
    Caps,
    CheckInRhythm,
    MeetingRhythm,
    Practice,
    Retention,
    Span,
    Taper,
)
from bot.rules.taper import EVERY, FORTNIGHTLY

T = TypeVar("T")

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_DAYS = 3660
KEPT = {
    "received_days": "received",
    "knock_days": "knocks",
    "quarantine_days": "quarantine",
    "link_days": "links",
    "body_days": "bodies",
}
SHAPE: Mapping[str, Any] = {  # every name `taskforce.toml` may hold, and what stands behind it
    "name": str,
    "languages": {"approved": list},
    "calendar": {"file": str, "schools": dict},  # of a school with another one, so any name
    "quiet_hours": dict.fromkeys(WEEKDAYS, str),
    "caps": {"per_family_per_day": int, "per_family_per_week": int, "people_per_day": int},
    "retention": dict.fromkeys(KEPT, int),
    "check_in": {
        "day": str,
        "at": str,
        "on_shift_for_minutes": int,
        "in_holidays": bool,
        "holiday_cadence": str,
    },
    "meeting": {"day": str, "at": str, "pack_day": str, "pack_at": str},
    "taper": {"weekly_weeks": int, "fortnightly_weeks": int},
    "attendance": {
        "day_six": str,
        "query_owner": str,
        "register_close": str,
        "register_closes": dict,  # by school, so any name
        "copy_unexplained": bool,
        "comparator": list,
        "comparator_from": str,
        "tiers": {"placements": list, "day_six": list, "messages": list},
    },
    **VISITS,
    "registers": {"headings": dict},  # of the school's own system, so any name
    "quiet_list": {"after_days": int},
    "good_news": {"lines": list, "approved_by": str, "approved_on": date},
    "office": {"phone": str, "text_number": str},
    "costs": {"pence_per_part": float},
    "helplines": {"file": str},  # rows that take the place of ours; `check-config` reads them
    "people": {"manager": str, "safeguarding_lead": str, "duty": list, "out_of_hours": list},
    "desk": {
        "undo_seconds": int,
        "notices": {"words": str, "approved_by": str, "approved_on": date},
    },
}


def read_practice(path: Path | None) -> Practice:
    """Read `taskforce.toml`; without a file, careful defaults in English only."""
    return _read(path, _practice) if path else Practice()


def read_shapes(path: Path | None) -> Shapes:
    """Read how the registers of this taskforce name their columns, from the same file."""
    return _read(path, _shapes) if path else Shapes()


def _read(path: Path, understand: Callable[[Mapping[str, Any], Path], T]) -> T:
    try:
        kept = tomllib.loads(path.read_text(encoding="utf-8"))
        _check(kept, SHAPE, "")
        _shapes(kept, path.parent)  # a slip is told when the service starts, not on Monday morning
        return understand(kept, path.parent)
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
        raise NotReady(f"{path.name} cannot be used: {error}") from None


def _check(kept: Mapping[str, Any], shape: Mapping[str, Any], place: str) -> None:
    """Refuse a name nobody reads: misspelt, it would leave a default in force unseen."""
    for name, value in kept.items():
        if name not in shape:
            raise ValueError(f"{place}{name} is no setting.{did_you_mean(name, shape)}")
        wanted = shape[name]
        if type(value) is not (wanted if isinstance(wanted, type) else dict):
            raise ValueError(f"{place}{name} cannot be {value!r}")
        if isinstance(value, dict) and wanted is not dict:
            _check(value, wanted, f"{place}{name}.")


def _practice(kept: Mapping[str, Any], folder: Path) -> Practice:
    people, check_in = kept.get("people", {}), kept.get("check_in", {})
    desk, caps = kept.get("desk", {}), kept.get("caps", {})
    defaults = Practice()
    return Practice(
        name=kept.get("name", defaults.name),
        languages=_languages(kept),
        calendar=_calendar(kept, folder),
        school_calendars=school_calendars(kept.get("calendar", {}).get("schools", {}), folder),
        sending_week=_week(kept["quiet_hours"]) if "quiet_hours" in kept else defaults.sending_week,
        caps=Caps(
            caps.get("per_family_per_day", 1),
            caps.get("per_family_per_week", 3),
            caps.get("people_per_day", 2),
        ),
        retention=_retention(kept.get("retention", {})),
        check_in=_rhythm(check_in),
        meeting=_meeting(kept.get("meeting", {})),
        taper=Taper(**kept.get("taper", {})),
        attendance=attendance_rules(kept.get("attendance", {})),
        visits=visit_rules(kept.get("visits", {}), kept.get("lone_working", {})),
        day_six=day_six_reading(kept.get("attendance", {})),
        quiet_after_days=_at_least_one(kept, "quiet_list", "after_days", 14),
        good_lines=_good_lines(kept.get("good_news", {})),
        office_line=kept.get("office", {}).get("phone", ""),
        text_number=kept.get("office", {}).get("text_number", ""),
        pence_per_part=kept.get("costs", {}).get("pence_per_part", 0.0),
        wants_holiday_check_ins=bool(check_in.get("in_holidays", False)),
        undo=timedelta(seconds=int(desk.get("undo_seconds", 10))),
        manager=people.get("manager", ""),
        safeguarding_lead=people.get("safeguarding_lead", ""),
        duty=tuple(people.get("duty", ())),
        out_of_hours=tuple(people.get("out_of_hours", ())),
        notices_shown=_shown(desk.get("notices", {})),
    )


def _shapes(kept: Mapping[str, Any], _folder: Path) -> Shapes:
    return taught(kept.get("registers", {}).get("headings", {}))


def _languages(kept: Mapping[str, Any]) -> frozenset[str]:
    approved = frozenset(kept.get("languages", {}).get("approved", ["en"])) | {"en"}
    unknown = approved - set(languages())
    if unknown:
        raise ValueError(
            f"languages.approved names {sorted(unknown)}: there is no catalogue for it"
        )
    return approved


def _calendar(kept: Mapping[str, Any], folder: Path) -> Calendar:
    name = kept.get("calendar", {}).get("file")
    return read_calendar(folder / name) if name else calendar_from_days([])


def _week(kept: Mapping[str, str]) -> Mapping[int, Span]:
    return MappingProxyType({WEEKDAYS.index(day): _span(hours) for day, hours in kept.items()})


def _span(hours: str) -> Span:
    start, _dash, end = hours.partition("-")
    span = Span(time.fromisoformat(start), time.fromisoformat(end))
    if span.start >= span.end:
        raise ValueError(f"{hours} ends before it begins")
    return span


def _holiday_cadence(often: str) -> str:
    if often not in EVERY:
        raise ValueError(f"check_in.holiday_cadence cannot be {often!r}: {', '.join(EVERY)}")
    return often


def _rhythm(kept: Mapping[str, Any]) -> CheckInRhythm:
    return CheckInRhythm(
        weekday=_weekday(kept, "check_in", "day", "thu"),
        at=time.fromisoformat(kept.get("at", "15:45")),
        on_shift_for=timedelta(minutes=int(kept.get("on_shift_for_minutes", 60))),
        holiday_cadence=_holiday_cadence(kept.get("holiday_cadence", FORTNIGHTLY)),
    )


def _meeting(kept: Mapping[str, Any]) -> MeetingRhythm:
    return MeetingRhythm(
        weekday=_weekday(kept, "meeting", "day", "tue"),
        at=time.fromisoformat(kept.get("at", "09:30")),
        pack_weekday=_weekday(kept, "meeting", "pack_day", "mon"),
        pack_at=time.fromisoformat(kept.get("pack_at", "16:00")),
    )


def _weekday(kept: Mapping[str, Any], section: str, name: str, default: str) -> int:
    day = kept.get(name, default)
    if day not in WEEKDAYS:
        raise ValueError(f"{section}.{name} is {day!r}, not one of {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(day)


def _at_least_one(kept: Mapping[str, Any], section: str, name: str, default: int) -> int:
    value = int(kept.get(section, {}).get(name, default))
    if value < 1:
        raise ValueError(f"{section}.{name} is {value}, not 1 or more")
    return value


def _good_lines(kept: Mapping[str, Any]) -> tuple[str, ...]:
    """Read the good news a person approved; a line names the child as {child} and nobody else."""
    lines = tuple(kept.get("lines", ()))
    if not lines:
        return ()
    if not (kept.get("approved_by") and kept.get("approved_on")):
        raise ValueError("good_news.lines needs approved_by and approved_on")
    for line in lines:
        if not isinstance(line, str) or "{child}" not in line or line.count("{") != 1:
            raise ValueError(f"good_news.lines: {line!r} must name {{child}} and nothing else")
    return lines


def _retention(kept: Mapping[str, int]) -> Retention:
    """Read how many days things are kept; the weekly check-in must still know last week's."""
    for name, days in kept.items():
        fewest = 8 if name == "received_days" else 1
        if not fewest <= days <= MOST_DAYS:
            raise ValueError(f"retention.{name} is {days}, not {fewest} to {MOST_DAYS} days")
    return Retention(**{KEPT[name]: timedelta(days=days) for name, days in kept.items()})


def _shown(kept: Mapping[str, Any]) -> bool:
    if kept.get("words", "discreet") != "shown":
        return False
    if not (kept.get("approved_by") and kept.get("approved_on")):
        raise ValueError('desk.notices.words = "shown" needs approved_by and approved_on')
    return True
