"""A machine whose clock is wrong runs nothing that is due, and sends nothing.

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
from storage.tasks import close_kind

logger = logging.getLogger(__name__)

ALLOWED = timedelta(minutes=1)
RIGHT = "ok"


@dataclass(slots=True)
class Timekeeper:
    """Holds one process's clock against another that all of them share."""

    database: Database
    taskforce: Taskforce
    now: Callable[[], datetime]
    machine: str
    shared_now: Callable[[Connection], datetime]
    state: str = RIGHT
    _told: bool = False

    async def is_right(self) -> bool:
        """Compare the clocks; somebody hears of a wrong one, once a day for each machine."""
        before = self.now()
        shown = await self.database.read(self.shared_now)
        after = self.now()
        # A process that stood still in between knows no worse what time it is.
        if before - ALLOWED <= shown <= after + ALLOWED:
            await self._well()
            return True
        off = round((before - shown).total_seconds())
        if self.state == RIGHT:
            logger.error("The clock of this machine is off by %d seconds: nothing is sent", off)
        self.state = f"off by {off} s"
        if not self._told:
            await self._tell_once(shown, off)
        return False

    async def _well(self) -> None:
        if self.state == RIGHT:
            return
        logger.warning("The clock of this machine is right again")
        self.state, self._told = RIGHT, False
        await self.database.write(
            lambda connection: close_kind(connection, "clock", "right again", self.now())
        )

    async def _tell_once(self, shown: datetime, off: int) -> None:
        try:
            await self.database.write(lambda connection: self._tell(connection, shown, off))
        except Exception as error:  # noqa: BLE001  told or not, nothing may be sent
            logger.error("Nobody could be told of it: %s", type(error).__name__)  # noqa: TRY400
        else:
            self._told = True

    def _tell(self, connection: Connection, shown: datetime, off: int) -> None:
        scene = Scene(connection, self.taskforce, shown, f"clock:{self.machine}:{shown.date()}")
        words = (
            f"The clock of one machine of this service is off by {abs(off)} seconds. It sends "
            "nothing until that is put right; others go on. Ask who runs it."
        )
        for top in in_charge(scene.team, scene.practice)[:1]:
            raise_task(scene, None, top, Matter("clock", words, discreet_words=words), told=(top,))
