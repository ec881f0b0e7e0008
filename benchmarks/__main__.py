"""`python -m benchmarks`: every target of the service's speed, each beside its baseline."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping

from benchmarks import asked, attendance, inbound, outbound, pages, planner, starts
from benchmarks.report import skipped
from tests.fakes.postgres import NoPostgres

ROWS: Mapping[str, Callable[[asked.Asked], Awaitable[None]]] = {
    "P1": inbound.p1,
    "P2": inbound.p2,
    "P3": outbound.p3,
    "P4": outbound.p4,
    "P5": planner.p5,
    "P6": pages.p6,
    "P7": starts.p7,
    "P8": starts.p8,
    "P9": attendance.p9,
}


async def main() -> None:
    """Measure the rows that are asked for, one after the other."""
    wanted = asked.read(tuple(ROWS))
    print("Only the ratios mean anything: each is taken inside one run, side by side.")
    print(f"python -c pass takes {starts.yardstick():.0f} ms here; limits in ms suppose 8 ms.")
    for name in wanted.rows:
        try:
            await ROWS[name](wanted)
        except NoPostgres as reason:
            skipped("PostgreSQL", reason)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leaves no server behind
    asyncio.run(main())
