"""Worker processes that can be killed: each works until it dies, and is replaced at once."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from multiprocessing.process import BaseProcess
from random import Random

from bot.channels.telegram_family import FamilyChat
from bot.channels.twilio import Twilio, TwilioSettings
from bot.dispatch import Dispatcher
from bot.dispatch.timing import Timing
from bot.domain import Channel, Pace
from tests.fakes.twilio_calls import ACCOUNT, PUBLIC_URL, SENDER, TOKEN
from tests.storm.ground import Ground

FAST = Timing(
    lease=timedelta(seconds=3),
    call=timedelta(seconds=1.2),
    grace=timedelta(seconds=0.8),
    ask_again=timedelta(seconds=0.5),
    look_every=timedelta(seconds=0.25),
)
# For a storm that passes while others are at work on the machine: who gets no turn for a second is
# not taken for a provider that does not answer.
PATIENT = replace(FAST, lease=timedelta(seconds=5), call=timedelta(seconds=2.8))
AT_ONCE = Pace(1_000_000, timedelta(0))
BOT_TOKEN = "700000001:AAA-a-token-of-a-family-bot-0123456789"
FORK = multiprocessing.get_context("forkserver")
PRELOADED = ["tests.storm.crew", "tests.storm.kindling"]  # before anybody is forked
STOPS_WITHIN = 90  # seconds


@dataclass(frozen=True, slots=True)
class Orders:
    """What one worker is told; it crosses into its process."""

    ground: Ground
    provider: str  # where the stand-in listens
    channel: str = "sms"
    timing: Timing = field(default=FAST)
    pace: Pace = field(default=AT_ONCE)
    port: int = 0  # for web processes


def channel_of(orders: Orders) -> Channel:
    """Build the real channel, with the stand-in behind it."""
    if orders.channel == "telegram":
        return FamilyChat(BOT_TOKEN, orders.provider, pace=orders.pace, total=1)
    return texts_of(orders)


def texts_of(orders: Orders) -> Twilio:
    """Build the real provider of texts."""
    settings = TwilioSettings(
        account_sid=ACCOUNT,
        auth_tokens=(TOKEN,),
        sender=SENDER,
        api_base=orders.provider,
        public_url=PUBLIC_URL,
    )
    total = orders.timing.call.total_seconds() - 0.2  # it gives up before its caller does
    return Twilio(settings, orders.ground.now, total=total, connect=1, pace=orders.pace)


async def work(orders: Orders) -> None:
    """Send until the end, or until a polite request to stop."""
    database = orders.ground.open()
    channel = channel_of(orders)
    name = f"storm-{os.getpid()}"
    channels = {orders.channel: channel}
    dispatcher = Dispatcher(
        database, channels, orders.ground.taskforce(), orders.ground.now, name,
        timing=orders.timing,
    )  # fmt: skip
    running = asyncio.create_task(dispatcher.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await dispatcher.landed()
    await channel.close()
    await database.close()


def begin(orders: Orders) -> None:
    """Be one worker process."""
    asyncio.run(work(orders))


class Crew:
    """So many processes, always: whoever dies is replaced."""

    def __init__(
        self, orders: Orders, size: int, chance: Random, target: Callable[[Orders], None] = begin
    ) -> None:
        self._orders, self._chance, self._target = orders, chance, target
        self._size = size
        self._at_work: list[BaseProcess] = [self._hired() for _ in range(size)]
        self.strikes = 0
        self.slowest = 0.0

    def _hired(self) -> BaseProcess:
        made = FORK.Process(target=self._target, args=(self._orders,), daemon=True)
        made.start()
        return made

    def strike(self) -> None:
        """Kill one of them in the middle of whatever it does."""
        self._end(signal.SIGKILL)

    def ask_to_stop(self) -> None:
        """Ask one of them to stop."""
        self._end(signal.SIGTERM)

    def freeze(self) -> None:
        """Let one stand still for longer than its lease, and go on."""
        victim = self._chance.choice(self._at_work)
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGSTOP)
        time.sleep(self._orders.timing.lease.total_seconds() + 2)
        os.kill(victim.pid, signal.SIGCONT)
        self.strikes += 1

    @property
    def present(self) -> bool:
        """Say whether anybody is at work."""
        return bool(self._at_work)

    def send_home(self) -> None:
        """Send everybody home; nobody is hired for them."""
        at_work, self._at_work = self._at_work, []
        for one in at_work:
            one.kill()
            one.join()

    def call_back(self) -> None:
        """Hire as many as there were at the beginning."""
        self._at_work = [self._hired() for _ in range(self._size)]

    def _end(self, how: signal.Signals) -> None:
        place = self._chance.randrange(len(self._at_work))
        victim, began = self._at_work[place], time.monotonic()
        assert victim.pid is not None
        os.kill(victim.pid, how)
        victim.join(STOPS_WITHIN)
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.strikes += 1
        self._at_work[place] = self._hired()


@contextlib.contextmanager
def crew(
    orders: Orders, size: int, chance: Random, target: Callable[[Orders], None] = begin
) -> Iterator[Crew]:
    """Hire a crew, and send it home at the end."""
    FORK.set_forkserver_preload(PRELOADED)
    hired = Crew(orders, size, chance, target)
    try:
        yield hired
    finally:
        hired.send_home()
