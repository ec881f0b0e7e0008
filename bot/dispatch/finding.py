"""What was lost or is in doubt is found: together, or one by one if that breaks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Row

from bot.dispatch.claim import Question, outgoing
from bot.dispatch.doubts import LOOKED_UP, give_to_a_person, once_more
from bot.dispatch.poison import give_up_doubt
from bot.dispatch.timing import Timing
from bot.scene.scene import Scene, Taskforce
from storage import lookups, outbox
from storage.addresses import line_by_id
from storage.database import away

logger = logging.getLogger(__name__)

Done = TypeVar("Done")

AT_ONCE = 50
# Other messages in the same words have names we know, so that an error of our clock costs nothing.
LOOK_BACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One look around: by whom, when, and which channels can say what they took."""

    connection: Connection
    taskforce: Taskforce
    worker: str
    now: datetime
    askable: frozenset[str]
    timing: Timing

    def find(self, *, carefully: bool = False) -> list[Question]:
        """Find messages whose sender never came back, and take on the look-ups that are due.

        `carefully` is for when that failed: a message that cannot even be read is put to a
        person, so that the others are found.
        """
        connection = self.connection
        if carefully:
            self._each(lookups.lost_ids(connection, AT_ONCE), self._lost)
            return self._each(lookups.in_doubt_ids(connection, AT_ONCE), self._question)
        for row in lookups.lost(connection, AT_ONCE):
            self._lost(row)
        return [self._question(row) for row in lookups.in_doubt(connection, AT_ONCE)]

    def _each(self, ids: list[int], work: Callable[[Row[Any]], Done]) -> list[Done]:
        done = []
        for outbox_id in ids:
            try:
                with self.connection.begin_nested():
                    row = outbox.find(self.connection, outbox_id)
                    if row is not None:
                        done.append(work(row))
            except Exception as error:
                if away(error):
                    raise
                logger.error("A message in doubt was set aside: %s", type(error).__name__)  # noqa: TRY400
                give_up_doubt(self.connection, self.taskforce, outbox_id, self.now)
        return done

    def _lost(self, row: Row[Any]) -> None:
        """Decide what is done about a message whose sender never came back."""
        connection = self.connection
        scene = Scene(connection, self.taskforce, self.now, f"lost:{row.ref}:{row.intent_at}")
        if row.channel in self.askable:
            lookups.doubt(connection, row.id, self.timing.grace, LOOKED_UP)
        elif (again := once_more(scene, row)) is not None:
            outbox.mark(connection, row.id, lease_until=None, **again)
        else:
            give_to_a_person(scene, row)

    def _question(self, row: Row[Any]) -> Question:
        """Take on one look-up."""
        lookups.take(self.connection, row.id, self.worker, self.timing.lease)
        line = line_by_id(self.connection, row.address_id)  # only read: others hold several
        since = (row.intent_at or row.created_at) - LOOK_BACK
        return Question(row.id, row.attempts, outgoing(row, line), since)
