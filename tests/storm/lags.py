"""C9: a provider that shows late what it took, and a grace that is longer, or is not."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.dispatch import Dispatcher
from bot.dispatch.timing import Timing
from storage.database import Database
from tests.fakes.twilio_exchange import FakeTwilio
from tests.fakes.twilio_faults import Fault
from tests.fakes.twilio_store import Kept, Store
from tests.storm.crew import Orders, texts_of
from tests.storm.ground import Ground, ground, standing, waiting_messages, waits
from tests.storm.outbound import Outcome, Scale

GRACE = 0.8  # seconds
LAGS = (0.0, 0.2, 0.4, 0.6, 0.7, 0.9, 1.2, 1.6, 3.0)  # seconds, side by side
LOST = Fault(kind="taken_then_dropped")
PATIENCE = 120.0  # seconds
TIMING = Timing(
    lease=timedelta(seconds=10), call=timedelta(seconds=2), grace=timedelta(seconds=GRACE),
    ask_again=timedelta(seconds=0.2), look_every=timedelta(0),
)  # fmt: skip


class Late(Store):
    """Twilio's memory, where each number's messages show after a lag of their own."""

    lags: Mapping[str, float]

    def _shows(self, kept: Kept) -> bool:
        lag = timedelta(seconds=self.lags.get(str(kept.said["to"]), 0.0))
        return kept.made_at + lag <= self.now()


async def c9(engine: str, scale: Scale, seed: int) -> Outcome:
    """Sweep how late a provider shows what it took: nothing doubles while the grace is longer."""
    del seed  # every first answer is lost: there is nothing left to chance
    began = time.monotonic()
    async with ground(engine) as laid, FakeTwilio(checked=False) as fake:
        await waiting_messages(laid, scale.messages, scale.messages)
        phones = [f"+4477008{number:05}" for number in range(scale.messages)]
        lags = {phone: LAGS[place % len(LAGS)] for place, phone in enumerate(phones)}
        _let_answers_get_lost(laid, fake, lags)
        database = laid.open()
        try:
            await _sent(laid, database, fake.base_url)
        finally:
            await database.close()
        stands = await standing(laid)
        times = Counter(form["To"] for form in fake.messages if form["To"] in lags)
    found = {lag: sum(times[one] - 1 for one in phones if lags[one] == lag) for lag in LAGS}
    lost = sum(times[phone] == 0 for phone in phones)
    early = sum(twice for lag, twice in found.items() if lag < GRACE)
    breaks = min((lag for lag, twice in found.items() if twice > 0), default=None)
    swept = " ".join(f"lag_{lag:g}s {twice}" for lag, twice in found.items())
    said = (
        f"grace {GRACE:g}s lost {lost} doubled_within_grace {early} doubled: {swept}; "
        f"breaks at a lag of {breaks}s (beyond the grace: reported) "
        f"waiting {stands.waits} seconds {time.monotonic() - began:.0f}"
    )
    return Outcome("C9", scale.messages, lost + early + stands.waits, said)


def _let_answers_get_lost(laid: Ground, fake: FakeTwilio, lags: Mapping[str, float]) -> None:
    """Take each number's first message and lose the answer; what comes after goes well."""
    store = Late(fake.account)
    store.lags, store.now, fake.store = lags, laid.now, store
    fake.faults = {phone: replace(LOST, times=1, code=n) for n, phone in enumerate(lags, 1)}


async def _sent(laid: Ground, database: Database, base: str) -> None:
    channel = texts_of(Orders(laid, base))
    one = Dispatcher(database, {"sms": channel}, laid.taskforce(), laid.now, "c9", timing=TIMING)
    until = time.monotonic() + PATIENCE
    while await waits(database) and time.monotonic() < until:
        await one.claim_and_send()
        await one.look_up()
        await asyncio.sleep(0.02)
    await one.landed()
    await channel.close()
