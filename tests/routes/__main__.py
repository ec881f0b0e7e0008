"""`python -m tests.routes`: who owns a message, decided a million times and judged by other means.

Families have siblings and several key workers, numbers that must not be used, and cases that pass
from one key worker to another; teams have part-timers, leavers, covers in chains and in rings.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from datetime import datetime
from random import Random

from tests.routes.judge import RING, Judge, judged
from tests.routes.worlds import HOLIDAYS, LONDON, Caller, World, a_moment, a_world, key_workers

DECISIONS_A_WORLD = 200
BARS = ("misrouted", "ownerless")


def decide(decisions: int, seed: int) -> tuple[Counter[str], Counter[str]]:
    """Take so many decisions; returns what was wrong and what was met."""
    dice, wrong, met = Random(seed), Counter[str](), Counter[str]()
    for _ in range(-(-decisions // DECISIONS_A_WORLD)):
        world = a_world(dice)
        for _ in range(DECISIONS_A_WORLD):
            caller = dice.choice(world.callers)
            now = a_moment(dice)
            wrong.update(judged(world, caller, now))
            _note(met, world, caller, now)
    return wrong, met


def _note(met: Counter[str], world: World, caller: Caller, now: datetime) -> None:
    """Count what kinds of messages there were, so that a figure of nothing wrong says something."""
    today = now.astimezone(LONDON).date()
    judge, theirs = Judge(world, now), key_workers(caller, today)
    met["decisions"] += 1
    met["siblings"] += len(caller.cases) > 1
    met["several key workers"] += len(theirs) > 1
    met["nobody allocated"] += not theirs
    met["forbidden number"] += caller.forbidden
    met["bank holiday"] += today in HOLIDAYS
    met["covered"] += any(judge.away(who) is not None for who in theirs)
    met["ring of covers"] += any(judge.at_the_end_of_covers(who) is RING for who in theirs)
    met["a leaver's"] += any(not judge.works(who) for who in theirs)
    met["a day off"] += any(judge.works(who) and not judge.later_today(who) for who in theirs)


def main() -> None:
    """Decide, and say how it went."""
    parser = argparse.ArgumentParser(description="Who owns a message, decided very often.")
    parser.add_argument("--decisions", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    began = time.monotonic()
    wrong, met = decide(given.decisions, given.seed)
    said = [f"{what.replace(' ', '_')} {count}" for what, count in met.items()]
    bars = [f"{name} {wrong[name]}" for name in BARS]
    others = {name: count for name, count in wrong.items() if name not in BARS}
    took = time.monotonic() - began
    print(*bars, "other", others or 0, *said, f"seed {given.seed} seconds {took:.0f}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
