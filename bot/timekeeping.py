"""A machine whose clock is wrong does no work: what is due is compared with its time.

Several machines share a PostgreSQL database, and its clock is the one they are held against.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.rules.routing import in_charge
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.scene import Scene, Taskforce
from storage.database import Database

logger = logging.getLogger(__name__)

ALLOWED = timedelta(minutes=1)
RIGHT = "ok"


@dataclass(slots=True)
class Timekeeper:
    """Holds one process's clock against another that all of them share."""

    database: Database
    taskforce: Taskforce
    now: Callable[[], datetime]
    worker: str
    shared_now: Callable[[Connection], datetime]
    state: str = RIGHT

    async def is_right(self) -> bool:
        """Compare the clocks; somebody hears of a wrong one, once a day for each machine."""
        shown = await self.database.read(self.shared_now)
        off = round((self.now() - shown).total_seconds())
        if abs(off) <= ALLOWED.total_seconds():
            if self.state != RIGHT:
                logger.warning("The clock of this machine is right again")
            self.state = RIGHT
            return True
        if self.state == RIGHT:
            logger.error("The clock of this machine is off by %d seconds: nothing is sent", off)
            await self.database.write(lambda connection: self._tell(connection, shown, off))
        self.state = f"off by {off} s"
        return False

    def _tell(self, connection: Connection, shown: datetime, off: int) -> None:
        scene = Scene(connection, self.taskforce, shown, f"clock:{self.worker}:{shown.date()}")
        words = (
            f"The clock of one machine of this service is off by {abs(off)} seconds. It sends "
            "nothing until that is put right; others go on. Ask who runs it."
        )
        for top in in_charge(scene.team, scene.practice)[:1]:
            raise_task(scene, None, top, Matter("clock", words, discreet_words=words), told=(top,))
