"""Service time: the only reader of the wall clock beside the handlers.

APScheduler ticks, in memory, in every worker. What is due lives in rows, so a tick that comes
twice, or on two machines, finds nothing left to do.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Connection

from bot.scene.scene import Scene, Taskforce
from scheduler import JOBS
from scheduler.overdue import climb
from storage import conversations, leases, tasks
from storage.conversations import Moment
from storage.database import Database, away

logger = logging.getLogger(__name__)

AT_ONCE = 100
TRY_AGAIN = timedelta(minutes=5)
TICK_SECONDS = 1


def wall_clock() -> datetime:
    """Read the time."""
    return datetime.now(UTC)


class Ticker:
    """Runs what is due; knows every job and nothing about sending."""

    def __init__(self, database: Database, taskforce: Taskforce) -> None:
        self.database = database
        self.taskforce = taskforce

    async def run_due(self, now: datetime) -> int:
        """Run everything that is due, each in its own short transaction; returns how many."""
        ran = 0
        while True:
            moments, unanswered = await self.database.read(partial(_due, now=now))
            if not moments:
                return ran + await self._climb(unanswered, now)
            for moment in moments:
                await self._run(moment, now)
            ran += len(moments)

    async def _run(self, moment: Moment, now: datetime) -> None:
        def work(connection: Connection) -> None:
            if conversations.take_moment(connection, moment):
                key = f"due:{moment.job}:{moment.subject}:{moment.at.isoformat()}"
                JOBS[moment.job].run(Scene(connection, self.taskforce, now, key), moment)

        try:
            await self.database.write(work)
        except Exception as error:
            if away(error):
                raise
            logger.error("A job failed: %s", type(error).__name__, extra={"job": moment.job})  # noqa: TRY400
            await self._try_later(moment, now)

    async def _try_later(self, moment: Moment, now: datetime) -> None:
        await self.database.write(
            lambda connection: conversations.set_due(
                connection, moment.job, moment.subject, now + TRY_AGAIN, moment.turn
            )
        )

    async def _climb(self, ids: Sequence[int], now: datetime) -> int:
        for task_id in ids:
            try:
                await self.database.write(partial(self._climb_one, task_id=task_id, now=now))
            except Exception as error:
                if away(error):
                    raise
                logger.error("A task could not climb: %s", type(error).__name__)  # noqa: TRY400
                await self.database.write(
                    partial(tasks.look_again, task_id=task_id, at=now + TRY_AGAIN)
                )
        return len(ids)

    def _climb_one(self, connection: Connection, *, task_id: int, now: datetime) -> None:
        key = f"climb:{task_id}:{now.isoformat()}"
        climb(Scene(connection, self.taskforce, now, key), task_id)

    async def next_moment(self, now: datetime) -> datetime | None:
        """Find when something is next due: a job, a message, or a task nobody has taken."""

        def earliest(connection: Connection) -> datetime | None:
            found = (
                conversations.earliest_due(connection),
                leases.earliest_waiting(connection, now),
                tasks.earliest_unanswered(connection),
            )
            return min((moment for moment in found if moment is not None), default=None)

        return await self.database.read(earliest)


def _due(connection: Connection, now: datetime) -> tuple[list[Moment], Sequence[int]]:
    """Look once, as most looks find nothing: what is due, and what nobody has taken in time."""
    moments = conversations.due_moments(connection, now, AT_ONCE)
    return moments, () if moments else tasks.overdue(connection, now, AT_ONCE)


def ticking(tick: Callable[[], object]) -> AsyncIOScheduler:
    """Make a scheduler that ticks once a second and keeps nothing."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(
        tick,
        "interval",
        seconds=TICK_SECONDS,
        max_instances=2,  # while one tick works the next finds that out by itself, and says nothing
        coalesce=True,
        misfire_grace_time=60,
    )
    return scheduler


class DemoClock:
    """A clock that runs like any other but begins when the demo begins, and can be moved on."""

    def __init__(self, begins: datetime, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._base = begins
        self._since = monotonic()
        self._stopped: datetime | None = None

    def now(self) -> datetime:
        """Tell the service's time."""
        if self._stopped is not None:
            return self._stopped
        return self._base + timedelta(seconds=self._monotonic() - self._since)

    def stop_at(self, moment: datetime) -> None:
        """Stand still at a moment, never an earlier one."""
        self._stopped = max(moment, self.now())

    def go_on(self) -> None:
        """Run on from where it stands."""
        self._base, self._since, self._stopped = self.now(), self._monotonic(), None
