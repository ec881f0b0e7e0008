"""Throws anything at the service: `python -m tests.fuzz --seconds 60 --updates 1000 [--seed 7]`.

Half of it is people: any words or presses to every step of every flow, and to whole turns.
Half of it is the network: any bytes to every webhook. Then both Telegram bots are brought updates
of every kind there is, whole and broken. The same seed plays the same things again.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from storage.migrate import upgrade
from tests.fakes.postgres import (
    NoPostgres,
    create_database,
    drop_database,
    temporary_postgres,
)
from tests.handlers.chat_trial import chats_on_trial
from tests.handlers.trial import listening, on_trial
from tests.stage import Play, open_stage

FRESH_STAGE_AFTER = 1000  # examples; a long log would make every one of them slower
SHOWN, LONGEST = 20, 1500  # faults, the first of each kind, and characters of each

Copy = Callable[[int], Awaitable[str]]  # makes the nth database, and says where it is


def say(line: str) -> None:
    """Tell whoever runs this."""
    print(line, flush=True)


@dataclass
class Tally:
    """What was done to one engine, and what was found."""

    engine: str
    what: str = "examples"
    examples: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)
    fates: Counter[str] = field(default_factory=Counter)

    def figures(self) -> str:
        """Say it in one line."""
        rate = self.examples / max(self.seconds, 1)
        fates = ", ".join(f"{count} {fate}" for fate, count in self.fates.most_common())
        return (
            f"{self.engine}: {self.examples} {self.what} in {self.seconds:.0f} s "
            f"({rate:.0f} a second), {len(self.faults)} faults{f' ({fates})' if fates else ''}"
        )


async def prepared(url: str) -> str:
    """Let Marlbridge move in and live until Thursday's check-ins are out."""
    database = open_stage(url)
    await database.write(upgrade)
    play = await Play(database).moved_in()
    await play.at("2026-12-03 15:45")
    await database.close()
    return url


async def throw(engine: str, copy: Copy, seconds: float, seed: int) -> Tally:
    """Throw things for so long; a fresh database now and then."""
    tally, begun = Tally(engine), time.monotonic()
    while time.monotonic() - begun < seconds:
        database = open_stage(await copy(tally.examples))
        with listening() as ear:
            async with on_trial(database, seed, ear) as fuzz:
                left = seconds - (time.monotonic() - begun)
                tally.examples = await _for_a_while(fuzz.example, tally.examples, left)
        tally.faults += fuzz.faults
        await database.close()
    tally.seconds = time.monotonic() - begun
    return tally


async def bring(engine: str, copy: Copy, updates: int, seed: int) -> Tally:
    """Bring both bots so many updates; a fresh database now and then."""
    tally, begun = Tally(engine, "updates of both bots"), time.monotonic()
    while tally.examples < updates:
        database = open_stage(await copy(tally.examples))
        until = min(updates, tally.examples + FRESH_STAGE_AFTER)
        async with chats_on_trial(database, seed) as trial:
            for number in range(tally.examples, until):
                await trial.example(number)
            if await trial.unsealed():
                trial.faults.append("something stands in quarantine for everybody to read")
        tally.examples, tally.faults = until, tally.faults + trial.faults
        tally.fates.update(trial.fates)
        await database.close()
    tally.seconds = time.monotonic() - begun
    return tally


async def _for_a_while(
    example: Callable[[int], Awaitable[None]], number: int, seconds: float
) -> int:
    ends = time.monotonic() + seconds
    for number in range(number, number + FRESH_STAGE_AFTER):  # noqa: B020, PLR1704 - goes on
        if time.monotonic() >= ends:
            return number
        await example(number)
    return number + 1


@asynccontextmanager
async def on_sqlite() -> AsyncIterator[Copy]:
    """Copies of one prepared file."""
    with tempfile.TemporaryDirectory(prefix="kwfuzz") as folder:
        template = Path(folder) / "template.sqlite"
        await prepared(f"sqlite:///{template}")

        async def copy(number: int) -> str:
            target = Path(folder) / f"{number}.sqlite"
            shutil.copy(template, target)
            return f"sqlite:///{target}"

        yield copy


@asynccontextmanager
async def on_postgresql() -> AsyncIterator[Copy]:
    """Copies of one prepared database, on a server of this run's own."""
    with temporary_postgres() as socket:
        template = await prepared(await create_database(socket))
        name = template.split("@/")[1].partition("?")[0]
        made: list[str] = []

        async def copy(number: int) -> str:
            del number
            for old in made:
                await drop_database(old)
            made[:] = [await create_database(socket, name)]
            return made[0]

        yield copy


ENGINES = {"sqlite": on_sqlite, "postgresql": on_postgresql}


async def run(seconds: float, updates: int, seed: int) -> list[Tally]:
    """Give each engine its time, and its updates."""
    tallies = []
    for engine, opened in ENGINES.items():
        try:
            async with opened() as copy:
                tallies.append(await throw(engine, copy, seconds, seed))
                tallies.append(await bring(engine, copy, updates, seed))
        except NoPostgres as reason:
            say(f"{engine}: left out, {reason}")
    return tallies


def main() -> int:
    """Run, print the figures, and fail if anything was found."""
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    asked.add_argument("--seconds", type=float, default=60, help="for each engine")
    asked.add_argument("--updates", type=int, default=1000, help="for each engine")
    asked.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    given = asked.parse_args()
    tallies = asyncio.run(run(given.seconds, given.updates, given.seed))
    for tally in tallies:
        say(f"{tally.figures()}, seed {given.seed}")
        kinds = {fault.strip().splitlines()[-1][:50]: fault for fault in reversed(tally.faults)}
        for fault in list(kinds.values())[:SHOWN]:
            say(f"  {tally.engine}, {fault[:LONGEST]}")
    return int(any(tally.faults for tally in tallies))


if __name__ == "__main__":
    sys.exit(main())
