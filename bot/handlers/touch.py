"""When a bot was last in touch with Telegram, which keeps what people write for a day only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.handlers.chats import ChatDoor
from bot.rules.gate import IN_HAND
from bot.rules.routing import in_charge
from bot.scene.desk_notes import raise_task
from bot.scene.family import local_time
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from storage import rounds

KEPT_FOR = timedelta(hours=24)  # core.telegram.org/bots/api, "Getting updates"
NOTED_EVERY = timedelta(minutes=10)
WRITERS = {"family": "Families", "staff": "Staff"}


@dataclass(slots=True)
class Touch:
    """One bot's mark of when it was last in touch; whoever is in charge hears of too long a gap."""

    door: ChatDoor
    _noted: datetime | None = None

    async def kept(self) -> None:
        """Note that the bot is in touch now; what waited meanwhile is said to have waited."""
        now = self.door.wall()
        if self._noted is not None and now - self._noted < NOTED_EVERY:
            return
        last = await self.door.database.write(lambda connection: self._note(connection, now))
        if last is not None and now - last > IN_HAND:
            self.door.resumed(last)
        self._noted = now

    def _note(self, connection: Connection, now: datetime) -> datetime | None:
        name = f"{self.door.bot.name}_bot_touch"
        last = rounds.reached(connection, name)
        if last is not None and now - last > KEPT_FOR:
            self._tell(connection, last, now)
        rounds.reach(connection, name, now)
        return last

    def _tell(self, connection: Connection, last: datetime, now: datetime) -> None:
        bot = self.door.bot.name
        scene = Scene(connection, self.door.taskforce, self.door.now(), f"gap:{bot}:{now}")
        words = (
            f"The {bot} bot was out of touch with Telegram from {local_time(last)} until "
            f"{local_time(now)}. What was written to it before {local_time(now - KEPT_FOR)} is "
            f"gone. {WRITERS[bot]} who use it have to be asked."
        )
        for top in in_charge(scene.team, scene.practice)[:1]:
            matter = Matter("telegram_gap", words, discreet_words=words)
            raise_task(scene, None, top, matter, told=(top,))
