"""F4: providers that ask for silence: they get it, and afterwards everything goes on at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from tests.fakes import notify_faults as notify
from tests.fakes import telegram_faults as telegram
from tests.fakes import twilio_faults as twilio
from tests.storm import sides
from tests.storm.found import Found
from tests.storm.knock import quietly
from tests.storm.office import Letter
from tests.storm.outbound import Outcome, Scale
from tests.storm.sides import Opened, Side

ASKED = 7  # seconds of silence
LASTS = 60  # seconds every call is turned away
AGAIN_WITHIN = 5  # seconds after the last silence is over

SILENCES: tuple[tuple[Opened, dict[str, tuple[Any, int]]], ...] = (
    (
        sides.twilio,
        {
            "with Retry-After": (twilio.Fault(20429, 429, retry_after=str(ASKED)), ASKED),
            "without": (twilio.Fault(20429, 429), 0),
        },
    ),
    (
        sides.notify,
        {
            "with Retry-After": (replace(notify.BUSY, retry_after=str(ASKED)), ASKED),
            "without": (notify.BUSY, 0),
        },
    ),
    (
        sides.telegram,
        {
            "with retry_after": (telegram.FLOOD, ASKED),
            "without": (telegram.Fault(429, "Too Many Requests"), 0),
        },
    ),
)


async def f4(engine: str, scale: Scale, seed: int) -> Outcome:
    """Turn every call away for a minute; count calls before their time, and who goes on late."""
    del seed
    found, said = Found("F4"), list[str]()
    for opened_side, kinds in SILENCES:
        async with opened_side(engine) as side:
            with quietly():
                for name, (fault, asked) in kinds.items():
                    storm = _Storm(side, found, f"{side.name} {name}", asked)
                    await storm.passes(fault, scale.messages)
                    said.append(f"{storm.name}: {len(storm.called)}s with calls")
    return found.outcome(", ".join(said))


@dataclass
class _Storm:
    """One minute in which a provider wants no message at all."""

    side: Side
    found: Found
    name: str
    asked: int
    called: list[int] = field(default_factory=list)  # the seconds in which it was called

    async def passes(self, fault: Any, messages: int) -> None:
        side = self.side
        await side.office.forgets_trouble()
        homes = await side.office.homes(messages, side.channel)
        self.found.cases += messages
        for home in homes:
            side.spoil(home.number, fault)
        tried, letters = 0, list[Letter]()
        for second in range(LASTS):
            # They come one after the other, all the time: each could be the one that calls early.
            coming = homes[len(letters) : len(homes) * (second + 1) // LASTS + 1]
            letters += await side.office.write_to(coming)
            await side.office.goes_out()
            before, tried = tried, self._tries(letters)
            if tried > before:
                self.called.append(second)
            side.office.clock.passes(seconds=1)
        self._keeps_silent()
        side.mend()
        await self._goes_on(letters)

    def _tries(self, letters: list[Letter]) -> int:
        return sum(self.side.tries(letter.address) for letter in letters)

    def _keeps_silent(self) -> None:
        """Between two calls there is the silence that was asked for, whoever calls."""
        early = [
            later
            for earlier, later in zip(self.called, self.called[1:], strict=False)
            if later - earlier < self.asked
        ]
        words = f"{self.name}: called again {len(early)} times before the deadline"
        self.found.expect(not early, words)

    async def _goes_on(self, letters: list[Letter]) -> None:
        """New messages leave at once when the silence is over; old ones when their turn comes."""
        office = self.side.office
        silence = self.called[-1] + self.asked + 1 - LASTS if self.called else 0
        office.clock.passes(seconds=max(0, silence))
        fresh = await office.letters(len(letters), self.side.channel)
        for _ in range(AGAIN_WITHIN):
            await office.goes_out()
            office.clock.passes(seconds=1)
        left = sum(self.side.arrived(letter.address) == 1 for letter in fresh)
        self.found.expect(left == len(fresh), f"{self.name}: {left} of {len(fresh)} leave at once")
        for _ in range(20):
            office.clock.passes(minutes=1)
            await office.goes_out()
        arrived = [self.side.arrived(letter.address) for letter in letters]
        right = all(count == 1 for count in arrived)
        self.found.expect(right, f"{self.name}: {arrived.count(1)} of {len(arrived)} arrive once")
