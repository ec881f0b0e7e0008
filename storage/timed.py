"""A database whose transactions are timed: from being handed over to COMMIT."""

from __future__ import annotations

import time
from collections.abc import Callable

from storage.database import Answer, Database, Work


class TimedDatabase:
    """The same database; every transaction that was kept is told with its length."""

    def __init__(
        self,
        behind: Database,
        took: Callable[[float], None],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.url, self.shared = behind.url, behind.shared
        self._behind, self._took, self._clock = behind, took, clock

    async def write(self, work: Work[Answer]) -> Answer:
        begun = self._clock()
        answer = await self._behind.write(work)
        self._took(self._clock() - begun)
        return answer

    async def read(self, work: Work[Answer]) -> Answer:
        return await self._behind.read(work)

    async def ready(self) -> None:
        await self._behind.ready()

    async def close(self) -> None:
        await self._behind.close()
