"""A provider that is a file: whoever is killed, what it took stays taken, and it can be asked."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import count, pairwise
from pathlib import Path

from bot.channels.layout import numbered
from bot.domain import Outgoing, Receipt, Sent

Line = dict[str, str]


async def nothing(_point: str) -> None:
    """Let others run: somewhere in every call of a provider there is an await."""
    await asyncio.sleep(0)


class Ledger:
    """Takes a message by adding a line to its file, in one write."""

    def __init__(self, path: Path, at: Callable[[str], Awaitable[None]] = nothing) -> None:
        self._path, self._at, self._numbers = path, at, count(1)
        path.touch()

    def laid_out(self, message: Outgoing) -> str:
        return numbered(message.shown)

    async def send(self, message: Outgoing) -> Sent:
        await self._at("asked")
        sid = self.take(message)
        await self._at("taken")
        return Sent(sid, self.laid_out(message), "ledger")

    async def look_up(self, message: Outgoing, _since: datetime) -> tuple[Receipt, ...]:
        await self._at("looked up")
        ours = (line for line in self.lines() if line["ref"] == message.ref)
        return tuple(Receipt(line["ref"], line["sid"], "sent", provider="ledger") for line in ours)

    async def close(self) -> None:
        pass

    def take(self, message: Outgoing, **more: str) -> str:
        """Take one message; returns its name here."""
        sid = f"SM{os.getpid()}-{next(self._numbers)}-{message.ref}"
        kept = {"ref": message.ref, "to": message.address, "body": message.shown.text, "sid": sid}
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(handle, f"{json.dumps(kept | more)}\n".encode())
        finally:
            os.close(handle)
        return sid

    def lines(self) -> list[Line]:
        """List what was taken, in the order it was taken."""
        return [json.loads(line) for line in self._path.read_text().splitlines()]


def doubles(lines: list[Line]) -> int:
    """Count what was taken more than once."""
    return sum(times - 1 for times in Counter(line["ref"] for line in lines).values())


def out_of_order(lines: list[Line]) -> int:
    """Count numbered messages that were taken before an earlier one to the same address."""
    phones: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        number = int(line["body"].split()[1])
        if number not in phones[line["to"]]:
            phones[line["to"]].append(number)
    return sum(later < one for numbers in phones.values() for one, later in pairwise(numbers))
