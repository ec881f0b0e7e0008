"""Results that come in together are kept together: one transaction, a savepoint each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from sqlalchemy import Connection

from storage.database import away

Work: TypeAlias = Callable[[Connection], None]
Write: TypeAlias = Callable[[Work], Awaitable[None]]


class Lots:
    """Keeps what piles up while the last lot is being kept."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._waiting: list[tuple[Work, asyncio.Future[bool]]] = []
        self._keeping = asyncio.Lock()

    async def keep(self, work: Work) -> None:
        """Do one piece of work; by itself if its lot failed, so that each bears its own fault."""
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, kept))
        async with self._keeping:
            if not kept.done():
                await self._keep_all()
        if not kept.result():
            await self._write(work)

    async def _keep_all(self) -> None:
        lot, self._waiting = self._waiting, []

        def together(connection: Connection) -> None:
            if connection.dialect.name == "postgresql":
                # One that waits for somebody's long transaction must not keep the others.
                connection.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
            for work, _kept in lot:
                with connection.begin_nested():
                    work(connection)

        done = False
        try:
            await self._write(together if len(lot) > 1 else lot[0][0])
            done = True
        except Exception as error:
            if len(lot) == 1 or away(error):
                raise
        finally:
            for _work, kept in lot:
                kept.set_result(done)
