"""Is this process well? What it knows of itself, and what the database knows of all of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from storage.database import Answer, Database, Work
from storage.vitals import leave_heartbeat

OK = "ok"
LOOK_FOR = 2.0  # seconds a database may take to answer
STALE_AFTER = 30.0  # seconds without a finished tick: nothing falls due any more
LEFT_EVERY = 5.0  # seconds between two heartbeats left for others to read


class Pulse:
    """When this process last finished a tick, left now and then where other processes see it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._beat: float | None = None
        self._left: float | None = None

    def begin(self) -> None:
        """From now on this process ticks."""
        self._beat = self._clock()

    def end(self) -> None:
        """This process ticks no more."""
        self._beat = None

    @property
    def age(self) -> float | None:
        """Seconds since the last tick that finished; None where this process has no clock."""
        return None if self._beat is None else self._clock() - self._beat

    async def beat(self, database: Database) -> None:
        """A tick has finished."""
        now = self._clock()
        if self._beat is not None:
            self._beat = now
        if self._left is None or now - self._left >= LEFT_EVERY:
            await database.write(leave_heartbeat)
            self._left = now


@dataclass(frozen=True, slots=True)
class Health:
    """What `/health/ready` tells; no part of it names a person, a number or a message."""

    parts: Mapping[str, str]  # the database, and each bot that listens here
    ticks: bool = False  # this process should tick
    heartbeat: float | None = None
    oldest_due: float | None = None
    channels: Mapping[str, str] = field(default_factory=dict)
    spooled: int | None = None
    spool: str = ""  # looked at only while the database is away: ok, or why nothing can be kept

    @property
    def degraded(self) -> bool:
        """Without the database nothing is answered or sent, but what families send is kept."""
        return self.parts.get("database") != OK and self.spool == OK

    @property
    def well(self) -> bool:
        """Say whether calls belong here: a proxy that takes this process out would lose them.

        A service without Telegram still takes and sends texts: it says so, and stays.
        """
        stale = self.ticks and self.heartbeat is not None and self.heartbeat > STALE_AFTER
        return self.degraded or (self.parts.get("database") == OK and not stale)

    def shown(self) -> dict[str, Any]:
        """Write it down for whoever asks; what is unknown is left out."""
        found = {
            "status": "degraded" if self.degraded else None,
            **self.parts,
            "spool": self.spool or None,
            "heartbeat_seconds": _rounded(self.heartbeat),
            "oldest_due_seconds": _rounded(self.oldest_due),
            "channels": dict(self.channels) or None,
            "spooled": self.spooled,
        }
        return {name: value for name, value in found.items() if value is not None}


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)


def channel_states(
    names: Mapping[str, object], troubles: Mapping[str, str], here: Mapping[str, str]
) -> dict[str, str]:
    """Say of each channel: ok, paused for everybody, or how this process's last try ended. Pure."""
    return {
        name: f"paused: {troubles[name]}" if name in troubles else here.get(name, OK)
        for name in sorted(names)
    }


async def ask(database: Database, work: Work[Answer]) -> Answer | str:
    """Read something from the database; or name the kind of fault for which it is away."""
    try:
        async with asyncio.timeout(LOOK_FOR):
            await database.ready()
            return await database.read(work)
    except Exception as error:  # noqa: BLE001  whatever it is, the answer is "not ready"
        return type(error).__name__
