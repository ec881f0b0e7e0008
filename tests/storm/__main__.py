"""`python -m tests.storm`: one line for each row; FULL is the scale of the figures in the docs."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from functools import partial

from tests.storm.ground import ENGINES
from tests.storm.inbound import c4
from tests.storm.outbound import Outcome, Scale, c1, c2, c6, c8, c9

Row = Callable[[str, Scale, int], Awaitable[Outcome]]

# Each row: how it is run, its scale in a quarter of an hour's storm, and in a full one.
ROWS: dict[str, tuple[Row, Scale, Scale]] = {
    "C1": (c1, Scale(1000, 20, 0.2), Scale(10_000, 200, 0.2)),
    "C2-resend": (partial(c2, kind="safety"), Scale(400, 8, 2.0), Scale(10_000, 200, 2.0)),
    "C2-ask": (partial(c2, kind="reply"), Scale(400, 8, 2.0), Scale(10_000, 200, 2.0)),
    "C4": (c4, Scale(1000, 20, 1.0), Scale(10_000, 200, 1.5)),
    "C6": (c6, Scale(600, 10, 1.0), Scale(10_000, 100, 1.0)),
    "C8": (c8, Scale(400, 4, 0.5), Scale(10_000, 100, 0.5)),
    "C9": (c9, Scale(200, 4, 1.0), Scale(2_000, 40, 1.0)),
}


async def storm(names: list[str], engines: list[str], seed: int, *, full: bool) -> int:
    """Let the storms pass, one after the other; returns how much harm was done."""
    failures = 0
    for name in names:
        run, scaled, whole = ROWS[name]
        for engine in engines:
            outcome = await run(engine, whole if full else scaled, seed)
            print(outcome.line(seed, engine), flush=True)
            failures += outcome.failures
    return failures


def main() -> None:
    """Read what is asked for, and let it pass."""
    parser = argparse.ArgumentParser(description="Kill the service in the middle of its work.")
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(ROWS)}; all if none is named")
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--full", action="store_true", help="the scale of the figures in the docs")
    given = parser.parse_args()
    engines = given.engine or list(ENGINES)
    failures = asyncio.run(storm(given.rows or list(ROWS), engines, given.seed, full=given.full))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
