"""The baselines of dispatch: other people's job queues, draining jobs that do nothing."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

from tests.fakes.postgres import create_database

VARIABLE = "KEYWORKER_BENCH_PROCRASTINATE"
AT_ONCE = 10

TABLE = """CREATE TABLE plain_job (id bigserial PRIMARY KEY, status text NOT NULL,
    claimed_at timestamptz, result text)"""
INDEX = "CREATE INDEX ix_plain_job ON plain_job (id) WHERE status = 'todo'"
FILL = "INSERT INTO plain_job (status) SELECT 'todo' FROM generate_series(1, $1)"
CLAIM = """UPDATE plain_job SET status = 'doing', claimed_at = now() WHERE id = (
    SELECT id FROM plain_job WHERE status = 'todo' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id"""
KEEP = "UPDATE plain_job SET status = 'done', result = 'ok' WHERE id = $1"


class PlainQueue:
    """A plain job table: one claim and one result a job, ten workers, hand-written SQL."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def drained(self, jobs: int) -> float:
        """Put jobs in and drain them; returns jobs per second."""
        await self._pool.execute(FILL, jobs)
        began = time.perf_counter()
        await asyncio.gather(*(self._worker() for _ in range(AT_ONCE)))
        return jobs / (time.perf_counter() - began)

    async def _worker(self) -> None:
        async with self._pool.acquire() as connection:
            while (job := await connection.fetchval(CLAIM)) is not None:
                await connection.execute(KEEP, job)

    async def close(self) -> None:
        await self._pool.close()


async def plain_queue(socket: str) -> PlainQueue:
    """Make the job table in a database of its own."""
    name = make_url(await create_database(socket)).database
    pool = await asyncpg.create_pool(
        host=socket, user="postgres", database=name, min_size=AT_ONCE, max_size=AT_ONCE
    )
    await pool.execute(TABLE)
    await pool.execute(INDEX)
    return PlainQueue(pool)


class Procrastinate:
    """Procrastinate in a Python of its own, ten jobs at a time."""

    def __init__(self, python: str, socket: str, database: str) -> None:
        self._command = [python, str(Path(__file__).with_name("procrastinate_jobs.py"))]
        self._place = [socket, database]

    async def drained(self, jobs: int) -> float:
        """Put jobs in and drain them; returns jobs per second."""
        given = [*self._command, *self._place, str(jobs), str(AT_ONCE)]
        piped = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*given, stdout=piped, stderr=piped)
        said, complained = await process.communicate()
        if process.returncode:
            raise SystemExit(f"procrastinate failed: {complained.decode()[-300:]}")
        return (jobs - 1) / float(said.split()[-1])

    async def close(self) -> None:
        """Nothing of it runs between two rounds."""


async def procrastinate(socket: str) -> Procrastinate | None:
    """Find procrastinate where the environment names a Python that has it."""
    python = os.environ.get(VARIABLE)
    if not python:
        return None
    return Procrastinate(python, socket, make_url(await create_database(socket)).database or "")
