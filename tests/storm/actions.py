"""F1: everything a provider may say, and whether what the specification wants follows from it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from tests.storm import sides
from tests.storm.action_table import (
    NOTIFY,
    NOTIFY_RECEIPTS,
    TELEGRAM,
    TWILIO,
    TWILIO_RECEIPTS,
    Action,
    Cases,
)
from tests.storm.found import Found
from tests.storm.knock import knock, quietly
from tests.storm.office import Letter, Seen
from tests.storm.outbound import Outcome, Scale
from tests.storm.sides import Opened, Side

MOST = 8  # attempts, after which a message is given up and a person told
ENDED = frozenset({"failed", "undelivered"})
TABLES: tuple[tuple[Opened, Cases, Cases], ...] = (
    (sides.twilio, TWILIO, TWILIO_RECEIPTS),
    (sides.notify, NOTIFY, NOTIFY_RECEIPTS),
    (sides.telegram, TELEGRAM, {}),
)


async def f1(engine: str, scale: Scale, seed: int) -> Outcome:
    """Have every provider say everything it can say; count what does not follow the table."""
    del seed
    found = Found("F1")
    for opened, answers, receipts in TABLES:
        async with opened(engine) as side:
            with quietly():
                for name, (fault, action) in answers.items():
                    await _Case(side, found, name, action, scale.messages).answered(fault)
                for name, (code, action) in receipts.items():
                    told = _Case(side, found, f"receipt {name}", action, scale.messages)
                    await told.reported(code)
    codes = sum(len(answers) + len(receipts) for _, answers, receipts in TABLES)
    return found.outcome(f"codes {codes}")


class _Case:
    """One thing a provider says, to so many messages that it goes on being said to, and others."""

    def __init__(self, side: Side, found: Found, name: str, action: Action, times: int) -> None:
        self.side, self.office, self.found = side, side.office, found
        self.name, self.action, self.times = f"{side.name} {name}", action, times

    def expect(self, holds: bool, words: str) -> None:
        self.found.expect(holds, f"{self.name}: {words}")

    async def answered(self, fault: Any) -> None:
        """It answers so to our request."""
        for stays in self._ways:
            letters = await self._begin()
            for letter in letters:
                self.side.spoil(letter.address, fault)
            await self.office.goes_out()
            await self._first(letters)
            if not stays:
                self.side.mend()
            await self._goes_on(letters, stays=stays)
            self.side.mend()

    async def reported(self, code: str) -> None:
        """It takes the message, and says so later."""
        for stays in self._ways:
            letters = await self._begin()
            await self.office.goes_out()
            await self._report(letters, code)
            await self._first(letters)
            for _ in range(self._rounds if stays else 0):
                await self._when_due(letters)
                await self._report(letters, code)
            await self._goes_on(letters, stays=stays)

    @property
    def _ways(self) -> tuple[bool, ...]:
        """The no stays, or all is well after it; where nothing is tried again that is one."""
        return (True, False) if self.action.resent else (True,)

    @property
    def _rounds(self) -> int:
        """How many more tries show what becomes of it."""
        if self.action.tries:
            return self.action.tries + 1
        return MOST if self.action.tells else 3

    async def _begin(self) -> list[Letter]:
        await self.office.forgets_trouble()
        self.found.cases += self.times
        return await self.office.letters(self.times, self.side.channel)

    async def _report(self, letters: list[Letter], code: str) -> None:
        assert self.side.report is not None
        for seen in await self.office.look(letters):
            if seen.row.status == "sent":
                call = self.side.report(seen.letter, seen.row.external_id, code)
                status = await knock(self.office.app, call)
                self.expect(status == 200, f"a receipt was answered {status}")

    async def _first(self, letters: list[Letter]) -> None:
        """Look at how everything stands after the first no."""
        wanted, now = self.action, self.office.clock.now()
        paused, alerted = await self.office.trouble(self.side.channel)
        self.expect(paused == wanted.pauses, f"the channel is {'' if paused else 'not '}paused")
        self.expect(alerted == wanted.alerts, f"the service is {'' if alerted else 'not '}alerted")
        for seen in await self.office.look(letters):
            row, line = seen.row, seen.line
            self.expect(_stands(row.status, wanted.first), f"stands at {row.status}")
            marks = "blocked" if line.carrier_blocked_at else "dead" if line.dead_at else ""
            self.expect(marks == wanted.marks, f"marked {marks or 'as nothing'}")
            if wanted.first == "waiting":
                late = (row.due_at - now).total_seconds() >= wanted.waits
                self.expect(late, f"tried again in {row.due_at - now}")
                self.expect(wanted.burns or row.attempts == 0, f"{row.attempts} attempts are gone")

    async def _goes_on(self, letters: list[Letter], *, stays: bool) -> None:
        """Let it be tried as often as it wants to be, and look again."""
        for _ in range(self._rounds if stays else 2):
            await self._when_due(letters)
        for seen in await self.office.look(letters):
            if stays:
                self._in_the_end(seen)
            else:
                arrived = self.side.arrived(seen.letter.address)
                right = arrived == self._arrivals()
                self.expect(right, f"arrived {arrived} times once all was well")

    def _arrivals(self) -> int:
        """A receipt is about a message that had been taken once."""
        before = 1 if "receipt" in self.name else 0
        return before + int(self.action.resent)

    def _in_the_end(self, seen: Seen) -> None:
        wanted, row, told = self.action, seen.row, bool(seen.told)
        tries = self.side.tries(seen.letter.address)
        if wanted.tries:
            self.expect(tries == wanted.tries, f"tried {tries} times, not {wanted.tries}")
            self.expect(_stands(row.status, wanted.last), f"stands at {row.status} in the end")
        else:
            # What was reported on may be out once more, and nothing said of it yet.
            out_again = row.status == "sent" and "receipt" in self.name
            goes_on = row.status in {"waiting", "uncertain"} or out_again
            enough = wanted.burns and told and 2 <= tries <= MOST
            self.expect(goes_on or enough, f"given up after {tries} tries: {row.status}")
        self.expect(told or not wanted.tells, "nobody is told")
        if not wanted.resent:
            arrived = self.side.arrived(seen.letter.address)
            self.expect(arrived == self._arrivals(), f"arrived {arrived} times")

    async def _when_due(self, letters: list[Letter]) -> None:
        """Let time pass until one of them may be tried again, and let it be tried."""
        rows = [seen.row for seen in await self.office.look(letters)]
        due = [row.due_at for row in rows if row.status == "waiting"]
        clock, doubtful = self.office.clock, any(row.status == "uncertain" for row in rows)
        clock.at = max(clock.at, *due, clock.at)
        paused = (await self.office.trouble(self.side.channel))[0]
        clock.at += timedelta(minutes=5) if paused else timedelta(seconds=1)
        if due:
            await self.office.goes_out()
        if doubtful:
            await asyncio.sleep(0.005)
            await self.office.finds_out()


def _stands(status: str, wanted: str) -> bool:
    """What failed after it had left is called undelivered."""
    return status in ENDED if wanted in ENDED else status == wanted
