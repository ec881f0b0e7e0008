"""`python -m tests.storm`: one line for each row; FULL is the scale of the figures in the docs."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial

from tests.storm.actions import f1
from tests.storm.bodies import n1
from tests.storm.catching_up import n8
from tests.storm.changes import t1
from tests.storm.chats import n7, n9
from tests.storm.cuts import c10
from tests.storm.faults import f3, f6
from tests.storm.forged import n5
from tests.storm.ground import ENGINES
from tests.storm.hangs import f2
from tests.storm.hostile import n2
from tests.storm.inbound import c4
from tests.storm.lags import c9
from tests.storm.limits import f5
from tests.storm.orders import n4
from tests.storm.outage import t5
from tests.storm.outbound import Outcome, Scale, c1, c2, c6, c8
from tests.storm.poison import f8
from tests.storm.races import c7, c11
from tests.storm.repeats import n3
from tests.storm.replicas import replicas
from tests.storm.silences import f4
from tests.storm.skew import t3
from tests.storm.stops import s1
from tests.storm.troubles import f7
from tests.storm.windows import c3

Row = Callable[[str, Scale, int], Awaitable[Outcome]]

# Each row: how it is run, its scale in a short storm, and in a full one.
ROWS: dict[str, tuple[Row, Scale, Scale]] = {
    "ROW8": (replicas, Scale(100, 8, 1.0), Scale(1_500, 300, 1.0)),
    "C1": (c1, Scale(400, 8, 0.2), Scale(10_000, 200, 0.2)),
    "C2-resend": (partial(c2, kind="safety"), Scale(120, 2, 2.0), Scale(10_000, 200, 2.0)),
    "C2-ask": (partial(c2, kind="reply"), Scale(120, 2, 2.0), Scale(10_000, 200, 2.0)),
    "C3": (c3, Scale(2, 2, 0), Scale(100, 100, 0)),
    "C4": (c4, Scale(200, 4, 1.0), Scale(10_000, 200, 1.0)),
    "C6": (c6, Scale(300, 5, 1.0), Scale(10_000, 100, 1.0)),
    "C7": (c7, Scale(2_000, 0, 0), Scale(100_000, 0, 0)),
    "C8": (c8, Scale(200, 2, 0.5), Scale(10_000, 100, 0.5)),
    "C9": (c9, Scale(45, 0, 0), Scale(450, 0, 0)),
    "C10": (c10, Scale(1, 0, 0), Scale(20, 0, 0)),
    "C11": (c11, Scale(150, 6, 0.05), Scale(1_000, 80, 0.05)),
    "N1": (n1, Scale(2_000, 0, 0), Scale(1_000_000, 0, 0)),
    "N2": (n2, Scale(200, 0, 0), Scale(100_000, 0, 0)),
    "N3": (n3, Scale(900, 0, 0), Scale(30_000, 0, 0)),
    "N4": (n4, Scale(100, 0, 0), Scale(10_000, 0, 0)),
    "N5": (n5, Scale(600, 0, 0), Scale(10_400, 0, 0)),
    "N7": (n7, Scale(4, 0, 0), Scale(100, 0, 0)),
    "N8": (n8, Scale(30, 0, 0), Scale(1_000, 0, 0)),
    "N9": (n9, Scale(300, 0, 0), Scale(10_000, 0, 0)),
    "F1": (f1, Scale(1, 0, 0), Scale(100, 0, 0)),
    "F2": (f2, Scale(60, 0, 0), Scale(1_000, 0, 0)),
    "F3": (f3, Scale(2, 0, 0), Scale(100, 0, 0)),
    "F4": (f4, Scale(6, 0, 0), Scale(120, 0, 0)),
    "F5": (f5, Scale(20, 0, 0), Scale(600, 0, 0)),
    "F6": (f6, Scale(3, 0, 0), Scale(100, 0, 0)),
    "F7": (f7, Scale(10, 0, 2.0), Scale(200, 0, 30.0)),
    "F8": (f8, Scale(60, 0, 0), Scale(10_000, 0, 0)),
    "S1": (s1, Scale(100, 0, 0), Scale(10_000, 0, 0)),
    "T1": (t1, Scale(1, 0, 0), Scale(100, 0, 0)),
    "T3": (t3, Scale(1, 0, 0), Scale(50, 0, 0)),
    "T5": (t5, Scale(2, 0, 0), Scale(100, 0, 0)),
}


# What these do is mostly waiting for time to pass: scaled, both engines wait side by side.
WAITING = frozenset({"C2-resend", "C2-ask", "T1", "T3", "T5"})


async def storm(names: list[str], engines: list[str], seed: int, *, full: bool) -> int:
    """Let the storms pass, one after the other; returns how much harm was done."""
    failures = 0
    for name in names:
        if name in WAITING and len(engines) > 1 and not full:
            failures += sum(await asyncio.gather(*(_alone(name, one, seed) for one in engines)))
            continue
        run, scaled, whole = ROWS[name]
        for engine in engines:
            outcome = await run(engine, whole if full else scaled, seed)
            print(outcome.line(seed, engine), flush=True)
            failures += outcome.failures
    return failures


async def _alone(name: str, engine: str, seed: int) -> int:
    """Let one storm pass in a process of its own: two migrations in one get into each other."""
    command = ("-m", "tests.storm", name, "--engine", engine, "--seed", str(seed))
    process = await asyncio.create_subprocess_exec(sys.executable, *command)
    return await process.wait()


def main() -> None:
    """Read what is asked for, and let it pass."""
    parser = argparse.ArgumentParser(description="Kill the service in the middle of its work.")
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(ROWS)}; all if none is named")
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--full", action="store_true", help="the scale of the figures in the docs")
    given = parser.parse_args()
    if unknown := [row for row in given.rows if row not in ROWS]:
        parser.error(f"there is no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    engines = given.engine or list(ENGINES)
    began = time.monotonic()
    failures = asyncio.run(storm(given.rows or list(ROWS), engines, given.seed, full=given.full))
    if not given.rows:
        minutes, seconds = divmod(round(time.monotonic() - began), 60)
        print(f"all rows took {minutes} min {seconds} s", flush=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
