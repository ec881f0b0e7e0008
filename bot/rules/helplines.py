"""Helplines: which numbers nobody has checked within a year. Pure.

A helpline's number or hours can change; one that nobody has rung is not to be read out to anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

CHECKED_WITHIN = timedelta(days=365)


def merged(
    ours: Iterable[Mapping[str, str]], theirs: Iterable[Mapping[str, str]]
) -> list[Mapping[str, str]]:
    """Let a taskforce's own rows take the place of ours, by the name of the service."""
    by_service = {row["service"]: row for row in (*ours, *theirs) if row.get("service")}
    return list(by_service.values())


def unchecked(rows: Iterable[Mapping[str, str]], today: date) -> tuple[str, ...]:
    """Name the services whose number was checked more than a year ago, or never."""
    return tuple(row["service"] for row in rows if not _fresh(row.get("last_checked"), today))


def _fresh(cell: str | None, today: date) -> bool:
    try:
        checked = date.fromisoformat((cell or "").strip())
    except ValueError:
        return False
    return checked <= today <= checked + CHECKED_WITHIN
