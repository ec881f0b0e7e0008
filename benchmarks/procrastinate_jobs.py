"""Drain no-op jobs with procrastinate: run by a Python that has it, never by ours.

    python procrastinate_jobs.py HOST DATABASE JOBS AT_ONCE

Prints the seconds from the first job to the last: how it starts and stops is not counted.
"""

from __future__ import annotations

import asyncio
import sys
import time

import procrastinate


async def main(host: str, database: str, jobs: int, at_once: int) -> None:
    """Lay its tables out if they are not there, put jobs in, and drain them."""
    place = {"host": host, "dbname": database, "user": "postgres"}
    done: list[float] = []
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(kwargs=place))

    @app.task(name="noop")
    async def noop(number: int) -> None:
        del number
        done.append(time.perf_counter())

    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        await noop.batch_defer_async(*({"number": number} for number in range(jobs)))
        await app.connector.execute_query_async("ANALYZE")  # as PostgreSQL does in a minute
        await app.run_worker_async(wait=False, concurrency=at_once, listen_notify=False)
    print(done[-1] - done[0])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
