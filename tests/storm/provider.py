"""The stand-in provider of a storm, in a process of its own, and what it took."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import aiohttp

from tests.storm.ground import Ground

HOUSE = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Harm:
    """What a storm did to the messages."""

    missing: frozenset[int]  # numbers of the messages that never arrived
    doubled: int
    out_of_order: int
    unanswered: int = 0  # were taken, and the provider's answer was lost on purpose

    @property
    def lost(self) -> int:
        return len(self.missing)


@contextlib.contextmanager
def twilio(
    ground: Ground, *, faults: float, lag: float, seed: int, reports_to: str = ""
) -> Iterator[str]:
    """Start a Twilio with weather; yields where it listens."""
    given = ["--faults", str(faults), "--lag", str(lag), "--seed", str(seed)]
    if reports_to:
        given += ["--reports-to", reports_to, "--rough"]
    module = "tests.fakes.twilio_server"
    with _process(module, *given, "--at", ground.now().isoformat()) as base:
        yield base


@contextlib.contextmanager
def telegram(*, faults: float, seed: int) -> Iterator[str]:
    """Start a Telegram; yields where it listens."""
    given = ["--faults", str(faults), "--seed", str(seed)]
    with _process("tests.storm.telegram_server", *given) as base:
        yield base


@contextlib.contextmanager
def _process(module: str, *given: str) -> Iterator[str]:
    """Start a stand-in; the first line it says is where it listens."""
    command = [sys.executable, "-m", module, *given]
    with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


async def taken(base: str) -> list[dict[str, str]]:
    """List what the stand-in took, in the order it took it."""
    async with aiohttp.ClientSession() as session, session.get(f"{base}/_taken") as answer:
        found: list[dict[str, str]] = await answer.json()
        return found


def harm(messages: int, found: list[dict[str, str]]) -> Harm:
    """Compare what was taken with what was to be sent."""
    found = [one for one in found if one["body"].startswith("storm ")]  # the rest are notices
    times = Counter(one["body"] for one in found)
    phones: dict[str, list[int]] = defaultdict(list)
    for one in found:
        number = int(one["body"].split()[1])
        if number not in phones[one["to"]]:
            phones[one["to"]].append(number)
    wrong = sum(
        later < earlier for numbers in phones.values() for earlier, later in pairwise(numbers)
    )
    missing = frozenset(number for number in range(messages) if f"storm {number}" not in times)
    unanswered = sum(one.get("answer") == "lost" for one in found)
    return Harm(missing, sum(n - 1 for n in times.values()), wrong, unanswered)
