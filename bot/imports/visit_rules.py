"""The sections `[visits]` and `[lone_working]` of `taskforce.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from types import MappingProxyType
from typing import Any

from bot.imports.faults import did_you_mean
from bot.rules.visit_kinds import BASE, KINDS, PLACES
from bot.rules.visit_labels import tells
from bot.rules.visit_rules import LoneWorking, VisitRules

MINUTES = {  # the name in the file, and the name here
    "window_before_minutes": "window_before",
    "ask_arrived_minutes": "ask_arrived",
    "ask_left_minutes": "ask_left",
    "answer_within_minutes": "answer_within",
}
COUNTS = {"per_family_per_week": "per_week", "warn_above_staff": "warn_above"}
TIMES = ("three_days_at", "day_before_at")
PLAIN = ("two_hours", "cost_pence", "follow_up")
LONGEST = 24 * 60  # minutes
STEPS = (5, 10, 15, 20, 30, 60)  # the times of every hour are then the same
SHAPE: Mapping[str, Any] = {
    "visits": {
        **dict.fromkeys(COUNTS, int),
        "ahead_days": int,
        "notice_hours": int,
        "step_minutes": int,
        "travel": dict,  # minutes by place
        "labels": dict,  # by kind
        **dict.fromkeys(TIMES, str),
        "two_hours": bool,
        "cost_pence": int,
        "follow_up": bool,
    },
    "lone_working": {"on": bool, "duty": str, **dict.fromkeys(MINUTES, int)},
}


def visit_rules(kept: Mapping[str, Any], lone: Mapping[str, Any]) -> VisitRules:
    """Read how visits are booked, when families are reminded, and the clock of whoever is out."""
    usual = VisitRules()
    said: dict[str, Any] = {name: kept[name] for name in PLAIN if name in kept}
    said |= {COUNTS[name]: _at_least(kept, name, 1) for name in COUNTS if name in kept}
    said |= {name: time.fromisoformat(kept[name]) for name in TIMES if name in kept}
    _at_least({"cost_pence": 0, **kept}, "cost_pence", 0)
    return VisitRules(
        **said,
        ahead=timedelta(days=_at_least({"ahead_days": 14, **kept}, "ahead_days", 1)),
        notice=timedelta(hours=_at_least({"notice_hours": 18, **kept}, "notice_hours", 0)),
        step=_step(kept.get("step_minutes", usual.step)),
        travel=MappingProxyType({**usual.travel, **_travel(kept.get("travel", {}))}),
        labels=MappingProxyType(_labels(kept.get("labels", {}))),
        lone=_lone_working(lone),
    )


def _at_least(kept: Mapping[str, Any], name: str, fewest: int, place: str = "visits") -> int:
    value: int = kept[name]
    if value < fewest:
        raise ValueError(f"{place}.{name} is {value}, not {fewest} or more")
    return value


def _step(minutes: int) -> int:
    if minutes not in STEPS:
        listed = ", ".join(map(str, STEPS))
        raise ValueError(f"visits.step_minutes is {minutes}, not one of {listed}")
    return minutes


def _travel(kept: Mapping[str, Any]) -> Mapping[str, int]:
    """Read the usual minutes each way, by place."""
    away = [place for place in PLACES if place not in BASE]
    for place, minutes in kept.items():
        if place not in away:
            raise ValueError(f"visits.travel.{place} is no place.{did_you_mean(place, away)}")
        if type(minutes) is not int or not 0 <= minutes <= LONGEST:
            raise ValueError(f"visits.travel.{place} is {minutes!r}, not a number of minutes")
    return kept


def _labels(kept: Mapping[str, Any]) -> dict[str, str]:
    """Read what families of this taskforce call a kind of visit."""
    for kind, words in kept.items():
        if kind not in KINDS:
            raise ValueError(f"visits.labels.{kind} is no kind.{did_you_mean(kind, KINDS)}")
        if not isinstance(words, str) or not words.strip():
            raise ValueError(f"visits.labels.{kind} is {words!r}: write what a family reads")
        if fault := tells(words):
            raise ValueError(f"visits.labels.{kind}: {fault}")
    return {kind: words.strip() for kind, words in kept.items()}


def _lone_working(kept: Mapping[str, Any]) -> LoneWorking:
    for name in MINUTES:
        if name in kept and _at_least(kept, name, 1, "lone_working") > LONGEST:
            raise ValueError(f"lone_working.{name} is {kept[name]}, not {LONGEST} or fewer")
    lengths = {MINUTES[name]: timedelta(minutes=kept[name]) for name in MINUTES if name in kept}
    return LoneWorking(on=kept.get("on", False), duty=kept.get("duty", ""), **lengths)
