"""The figures a service publishes about itself: how much and how late, never who or what."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata

from sqlalchemy import Connection

from bot.counters import Counters
from bot.exposition import Metric, Sample, counter, gauge, histogram
from storage.database import Database
from storage.vitals import Vitals, open_messages, open_tasks, read_vitals

NO_LEVEL = "none"


@dataclass(frozen=True, slots=True)
class Figures:
    """What the database says at one moment."""

    vitals: Vitals
    messages: Mapping[tuple[str, str], int] = field(default_factory=dict)
    tasks: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def read_figures(connection: Connection, now: datetime) -> Figures:
    """Count what is open; indexes hold just that, so the cost never follows what is stored."""
    return Figures(
        read_vitals(connection, now), open_messages(connection), open_tasks(connection, now)
    )


def of_process(counters: Counters, database: Database) -> tuple[Metric, ...]:
    """List what this process counted since it started, and what it is."""
    build = {
        "version": _version(),
        "python": platform.python_version(),
        "engine": _engine(database),
    }
    return (
        gauge("keyworker_build_info", "What is running.", Sample(1, build)),
        counter(
            "keyworker_messages_total",
            "Messages this process offered to a provider, by what came of it.",
            *_pairs(counters.messages, "channel", "outcome"),
        ),
        counter(
            "keyworker_webhooks_total",
            "Calls to this process, by route and by what came of them.",
            *_pairs(counters.webhooks, "route", "outcome"),
        ),
        histogram(
            "keyworker_turn_seconds",
            "Time for what came in to be acted on and kept, waiting for its place included.",
            counters.turns,
        ),
    )


def of_service(figures: Figures, states: Mapping[str, str]) -> tuple[Metric, ...]:
    """List what every process of the service would say alike."""
    vitals, tasks = figures.vitals, sorted(figures.tasks.items())
    return (
        gauge(
            "keyworker_open_messages",
            "Messages that wait, are held, are being sent or are looked up.",
            *_pairs(figures.messages, "channel", "status"),
        ),
        gauge(
            "keyworker_oldest_due_seconds",
            "How long the oldest message has been due that has not left.",
            Sample(vitals.oldest_due),
        ),
        gauge(
            "keyworker_channel_up",
            "1 while messages leave by a channel, 0 while it is paused or its last try failed.",
            *(Sample(state == "ok", {"channel": name}) for name, state in states.items()),
        ),
        gauge(
            "keyworker_open_tasks",
            "Tasks that are not done, by level.",
            *(Sample(count, {"level": level or NO_LEVEL}) for level, (count, _) in tasks),
        ),
        gauge(
            "keyworker_overdue_tasks",
            "Tasks nobody has taken in time, by level.",
            *(Sample(late, {"level": level or NO_LEVEL}) for level, (_, late) in tasks),
        ),
    )


def of_parts(*, database: bool, heartbeat: float | None, spooled: int | None) -> tuple[Metric, ...]:
    """List what can be said even while the database is away."""
    beat = () if heartbeat is None else (Sample(heartbeat),)
    kept = () if spooled is None else (Sample(spooled),)
    return (
        gauge("keyworker_database_up", "1 while the database answers.", Sample(database)),
        gauge("keyworker_heartbeat_seconds", "Time since a clock last finished a tick.", *beat),
        gauge("keyworker_spooled", "Webhooks kept in files until the database is back.", *kept),
    )


def _pairs(counts: Mapping[tuple[str, str], int], first: str, second: str) -> list[Sample]:
    return [Sample(n, {first: one, second: other}) for (one, other), n in sorted(counts.items())]


def _version() -> str:
    try:
        return metadata.version("keyworker")
    except metadata.PackageNotFoundError:
        return "unknown"


def _engine(database: Database) -> str:
    return database.url.partition(":")[0].partition("+")[0]
