"""`python -m tests.storage.audit_edits`: the stored audit changed by hand, ten thousand ways.

Whoever does it holds the database, without its triggers, and knows the tables; only the key is not
theirs.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from storage import audit, triggers
from storage.migrate import upgrade
from storage.received import recall, remember
from storage.tables import Audit
from tests.stage import open_stage

ROWS = 60
BEGINS = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
COLUMNS = ("at", "who", "what", "subject", "seal")
HEX = "0123456789abcdef"


def a_chain(connection: Connection, dice: Random, rows: int = ROWS) -> None:
    """Write an audit as a week of work would, and take the triggers off."""
    triggers.take_off(connection)
    for number in range(rows):
        who, what = dice.choice(("DO", "MB", "HM")), dice.choice(("read case", "Pause", "transfer"))
        at = BEGINS + timedelta(minutes=number)
        audit.append(connection, at, who, what, f"P{dice.randint(1, 24):02}")


def flip(connection: Connection, dice: Random) -> None:
    """Change one thing in one row."""
    row, column = _some(connection, dice), dice.choice(COLUMNS)
    was = getattr(row, column)
    changed = was + timedelta(seconds=1) if column == "at" else _flipped(was, dice)
    connection.execute(update(Audit).where(Audit.id == row.id).values({column: changed}))


def _flipped(words: str, dice: Random) -> str:
    place = dice.randrange(len(words))
    other = dice.choice([letter for letter in HEX if letter != words[place]])
    return words[:place] + other + words[place + 1 :]


def remove(connection: Connection, dice: Random) -> None:
    """Take one row away."""
    connection.execute(delete(Audit).where(Audit.id == _some(connection, dice).id))


def add(connection: Connection, dice: Random) -> None:
    """Put a row in that nobody wrote, with the seal of another, at the end or in a gap."""
    row = _some(connection, dice)
    made: dict[str, Any] = {"at": row.at, "who": "SG", "what": row.what, "subject": row.subject}
    if dice.random() < 0.5:
        connection.execute(delete(Audit).where(Audit.id == row.id))
        made["id"] = row.id
    connection.execute(insert(Audit).values(seal=row.seal, **made))


def swap(connection: Connection, dice: Random) -> None:
    """Let two different rows change places, seals and all."""
    one, other = _some(connection, dice), _some(connection, dice)
    if all(getattr(one, name) == getattr(other, name) for name in COLUMNS):
        return flip(connection, dice)
    for target, source in ((one, other), (other, one)):
        values = {name: getattr(source, name) for name in COLUMNS}
        connection.execute(update(Audit).where(Audit.id == target.id).values(values))
    return None


def truncate(connection: Connection, dice: Random) -> None:
    """Cut rows off the end, or all of them."""
    connection.execute(delete(Audit).where(Audit.id >= _some(connection, dice).id))


def forget_the_end(connection: Connection, dice: Random) -> None:
    """Change the proof of which row is the last."""
    kept = recall(connection, audit.END) or ""
    remember(connection, audit.END, dice.choice(("", _flipped(kept, dice))))


EDITS: tuple[Callable[[Connection, Random], None], ...] = (
    flip, flip, remove, add, swap, truncate, forget_the_end,
)  # fmt: skip


def _some(connection: Connection, dice: Random) -> Any:
    rows = connection.execute(select(Audit).order_by(Audit.id)).all()
    return dice.choice(rows)


def edited(connection: Connection, dice: Random, edits: int) -> tuple[Counter[str], list[str]]:
    """Make one edit after the other, each undone once looked for; returns what was missed."""
    made: Counter[str] = Counter()
    missed = []
    for _ in range(edits):
        edit = dice.choice(EDITS)
        with connection.begin_nested() as only_now:
            edit(connection, dice)
            made[edit.__name__] += 1
            if audit.first_broken(connection) is None:
                missed.append(edit.__name__)
            only_now.rollback()
    assert audit.first_broken(connection) is None, "the chain itself is whole"
    return made, missed


async def _all(edits: int, seed: int) -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        database = open_stage(f"sqlite:///{Path(folder) / 'audit.sqlite'}")
        await database.write(upgrade)
        dice = Random(seed)

        def work(connection: Connection) -> tuple[Counter[str], list[str]]:
            a_chain(connection, dice)
            return edited(connection, dice, edits)

        made, missed = await database.write(work)
        await database.close()
    kinds = " ".join(f"{kind} {count}" for kind, count in sorted(made.items()))
    took = time.monotonic() - began
    print(f"edits {edits} found {edits - len(missed)} missed {len(missed)} of {kinds} "
          f"seed {seed} seconds {took:.0f}")  # fmt: skip
    return len(missed)


def main() -> None:
    """Edit, look, and say what was missed."""
    parser = argparse.ArgumentParser(description="Change stored rows of the audit by hand.")
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    sys.exit(1 if asyncio.run(_all(given.edits, given.seed)) else 0)


if __name__ == "__main__":
    main()
