"""N3: every message is brought three times, in any order, to either of two web processes."""

from __future__ import annotations

from random import Random

from tests.storm.doors import all_doors, genuine, logged
from tests.storm.found import Found
from tests.storm.knock import all_knock, quietly
from tests.storm.outbound import Outcome, Scale

TIMES = 3
WAYS = ("twilio", "notify", "telegram")


async def n3(engine: str, scale: Scale, seed: int) -> Outcome:
    """Bring so many calls, three of each message; each message is logged once."""
    found, chance = Found("N3", scale.messages), Random(seed)
    messages = scale.messages // TIMES
    async with all_doors(engine, replicas=2) as doors:
        phones = doors[0].phones
        calls = [
            genuine(WAYS[number % len(WAYS)], number, f"brought {number}", phones)
            for number in range(messages)
        ] * TIMES
        chance.shuffle(calls)
        turns = [chance.randrange(len(doors)) for _ in calls]
        with quietly():
            statuses = await all_knock(lambda number: doors[turns[number]].app, calls)
        kept = await logged(doors[0].database, "brought ")
    for status in statuses:
        found.expect(status == 200, f"answered {status}")
    for number in range(messages):
        times = kept.get(f"brought {number}", 0)
        found.expect(times == 1, f"a message is logged {times} times")
    return found.outcome(f"logged {sum(kept.values())} of {messages} replicas {len(doors)}")
