"""The section `[attendance]` of `taskforce.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from types import MappingProxyType
from typing import Any

from bot.imports.comparator import read_comparator
from bot.rules.practice import EVERY_TIER, AttendanceRules, DaySixReading, QueryOwner, Tiers


def attendance_rules(kept: Mapping[str, Any]) -> AttendanceRules:
    """Read who asks a family about an absence, and when registers close."""
    closes = kept.get("register_closes", {})
    return AttendanceRules(
        query_owner=_query_owner(kept),
        register_close=time.fromisoformat(kept.get("register_close", "09:30")),
        register_closes=MappingProxyType(
            {school: time.fromisoformat(at) for school, at in closes.items()}
        ),
        copy_unexplained=kept.get("copy_unexplained", False),
        comparator=read_comparator(kept),
        comparator_from=kept.get("comparator_from", ""),
        tiers=_tiers(kept.get("tiers", {})),
    )


def day_six_reading(kept: Mapping[str, Any]) -> DaySixReading:
    """Read from which day the sixth day of an exclusion is counted."""
    reading: str = kept.get("day_six", "earlier")
    match reading:
        case "earlier" | "later":
            return reading
    raise ValueError(f"attendance.day_six is {reading!r}, not earlier or later")


def _query_owner(kept: Mapping[str, Any]) -> QueryOwner:
    owner: str = kept.get("query_owner", "school")
    match owner:
        case "school" | "service":
            return owner
    raise ValueError(f"attendance.query_owner is {owner!r}, not school or service")


def _tiers(kept: Mapping[str, Any]) -> Tiers:
    """Read which tiers each rule is for; what is not named is as usual."""
    for name, listed in kept.items():
        if not all(type(tier) is int and tier in EVERY_TIER for tier in listed):
            raise ValueError(f"attendance.tiers.{name} is {listed!r}, not some of 1, 2 and 3")
    return Tiers(**{name: frozenset(listed) for name, listed in kept.items()})
