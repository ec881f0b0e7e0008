"""How Twilio reports back: what became of each message, now and then twice, late or never."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from random import Random
from urllib.parse import urlsplit

import aiohttp

from tests.fakes.twilio_calls import TOKEN, Call, report
from tests.fakes.twilio_store import Kept, Store

STATES = ("sending", "sent", "delivered")


@dataclass(frozen=True, slots=True)
class Habits:
    """How reports go astray: shares of one, and the longest delay in seconds."""

    lost: float = 0.0
    twice: float = 0.0
    shuffled: bool = False
    late: float = 0.0


NEAT = Habits()
ROUGH = Habits(lost=0.1, twice=0.3, shuffled=True, late=0.2)


def reports_of(kept: Kept, habits: Habits = NEAT, chance: Random | None = None) -> list[Call]:
    """The calls that follow one message, in the order they arrive."""
    chance = chance or Random(0)
    parts = urlsplit(kept.form.get("StatusCallback", ""))
    if not parts.scheme:
        return []
    path = f"{parts.path}?{parts.query}"
    sid, to = kept.said["sid"], kept.said["to"]
    calls = [report(path, state, sid, to, token=TOKEN) for state in STATES]
    calls = [call for call in calls if chance.random() >= habits.lost]
    calls += [call for call in calls if chance.random() < habits.twice]
    if habits.shuffled:
        chance.shuffle(calls)
    return calls


class Postman:
    """Brings reports to a service, wherever it listens; a closed door is not tried again."""

    def __init__(self, store: Store, door: str, habits: Habits, chance: Random) -> None:
        self._store, self._door, self._habits, self._chance = store, door, habits, chance
        self._rounds: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    def sets_out(self, sid: str) -> None:
        self._store.moves(sid, "delivered")
        calls = reports_of(self._store.kept[sid], self._habits, self._chance)
        task = asyncio.get_running_loop().create_task(self._bring(calls))
        self._rounds.add(task)
        task.add_done_callback(self._rounds.discard)

    async def close(self) -> None:
        for task in self._rounds:
            task.cancel()
        await asyncio.gather(*self._rounds, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _bring(self, calls: list[Call]) -> None:
        self._session = self._session or aiohttp.ClientSession()
        for path, headers, body in calls:
            await asyncio.sleep(self._chance.uniform(0, self._habits.late))
            try:
                async with self._session.post(self._door + path, data=body, headers=headers):
                    pass
            except (aiohttp.ClientError, TimeoutError):
                continue
