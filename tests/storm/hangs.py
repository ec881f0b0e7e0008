"""F2: a provider that never answers: every call ends in its time, and nobody else waits for it."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from bot.dispatch.timing import Timing
from bot.domain import Outgoing, Sent
from tests.fakes import notify_faults as notify
from tests.fakes import telegram_faults as telegram
from tests.fakes import twilio_faults as twilio
from tests.storm import sides
from tests.storm.found import Found, milliseconds, percentile
from tests.storm.knock import quietly
from tests.storm.office import Letter
from tests.storm.outbound import Outcome, Scale
from tests.storm.sides import PATIENCE, Opened, Side

SLACK = 3.0  # seconds beyond its own limit: a client's last resort, and a machine others use
OTHERS = 10  # messages behind the hung ones, by the same way, and by another one
IN_FLIGHT = 100  # calls at the same time; behind so many the others wait for one time-out
LOOK_EVERY = 0.05

HUNG: tuple[tuple[Opened, Any, str], ...] = (
    (sides.twilio, twilio.HANG, "telegram"),
    (sides.notify, notify.HANG, "telegram"),
    (sides.telegram, telegram.HANG, "sms"),
)


async def f2(engine: str, scale: Scale, seed: int) -> Outcome:
    """Let so many calls hang, a third by each provider; what comes behind them arrives in time."""
    del seed
    found, each, said = Found("F2"), max(1, scale.messages // len(HUNG)), list[str]()
    for opened_side, fault, other in HUNG:
        async with opened_side(engine) as side:
            with quietly():
                said.append(await _hang(found, side, fault, other, each))
    return found.outcome(", ".join(said))


class _Stopwatch:
    """A channel, and how long each of its calls took."""

    def __init__(self, behind: Any) -> None:
        self._behind = behind
        self.took: list[float] = []
        self.left: dict[str, float] = {}

    async def send(self, message: Outgoing) -> Sent:
        began = time.monotonic()
        try:
            sent: Sent = await self._behind.send(message)
        finally:
            self.took.append(time.monotonic() - began)
        self.left[message.ref] = time.monotonic()
        return sent

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)


async def _hang(found: Found, side: Side, fault: Any, other: str, count: int) -> str:
    office, channels = side.office, side.office.service.channels
    office.dispatcher.timing = Timing()  # what is in doubt is asked about later, not at once
    watches = {name: _Stopwatch(channels[name]) for name in (side.channel, other)}
    for name, watch in watches.items():
        channels[name] = watch  # type: ignore[index]
    hung = await office.letters(count, side.channel, kind="reply")
    for letter in hung:
        side.spoil(letter.address, fault)
    behind = await office.letters(OTHERS, side.channel, kind="reply")
    elsewhere = await office.letters(OTHERS, other, kind="reply")
    began = time.monotonic()
    running = asyncio.create_task(office.dispatcher.run())
    longest = (PATIENCE + SLACK) * (1 + count / IN_FLIGHT) + SLACK
    await _all_over(side, hung, [*behind, *elsewhere], began + longest)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await office.dispatcher.landed()
    found.cases += count
    return _judge(found, side, watches, (hung, behind, elsewhere), began)


async def _all_over(side: Side, hung: list[Letter], others: list[Letter], until: float) -> None:
    """Wait until every hung call has ended, and everybody else's message has left."""
    while time.monotonic() < until:
        await asyncio.sleep(LOOK_EVERY)
        stands = [seen.row.status for seen in await side.office.look([*hung, *others])]
        if not {"waiting", "sending"} & set(stands):
            return


def _judge(
    found: Found,
    side: Side,
    watches: dict[str, _Stopwatch],
    letters: tuple[list[Letter], list[Letter], list[Letter]],
    began: float,
) -> str:
    hung, behind, elsewhere = letters
    (same, other), rounds = watches.values(), 1 + len(hung) // IN_FLIGHT
    slowest = max(same.took, default=0.0)
    found.expect(slowest <= PATIENCE + SLACK, f"{side.name}: a call took {slowest:.1f} s")
    found.expect(len(same.took) >= len(hung), f"{side.name}: only {len(same.took)} calls ended")
    waits = {"behind": [], "elsewhere": []}
    for place, watch, ones in (("behind", same, behind), ("elsewhere", other, elsewhere)):
        for letter in ones:
            left = watch.left.get(letter.ref)
            found.expect(left is not None, f"{side.name}: nothing leaves {place} the hung ones")
            waits[place].append((left or began) - began)
        late = max(waits[place]) > rounds * (PATIENCE + SLACK)
        found.expect(not late, f"{side.name}: what is {place} waits {max(waits[place]):.1f} s")
    p95 = {place: milliseconds(percentile(times, 0.95)) for place, times in waits.items()}
    others = " ".join(f"{place} {late}" for place, late in p95.items())
    return f"{side.name}: slowest_call {slowest:.2f}s p95 {others}"
