"""F8: messages nobody can prepare, among many others, which leave as if there were none."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection, select, text

from bot.channels.twilio import PACE
from bot.domain import Outgoing, Sent
from storage.tables import Task
from tests.fakes.channels import Obedient
from tests.storm.found import Found, percentile
from tests.storm.knock import quietly
from tests.storm.office import Clock, Office, opened
from tests.storm.outbound import Outcome, Scale

EACH_TENTH = 10  # message is poison
MOST_LATER = 1.1
STEP = timedelta(milliseconds=20)


class Timed(Obedient):
    """Takes everything at Twilio's pace, and remembers when by the service's clock."""

    pace = PACE

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.at: dict[str, datetime] = {}

    async def send(self, message: Outgoing) -> Sent:
        self.at[message.ref] = self.clock.now()
        return await super().send(message)


@dataclass(frozen=True, slots=True)
class Sending:
    """How late each message left that was sound, and the work it all was."""

    delays: list[float]  # seconds, by the service's clock: the provider's own pace
    work: float  # seconds of this machine


async def f8(engine: str, scale: Scale, seed: int) -> Outcome:
    """Send so many messages twice: alone, and with one of every ten being poison.

    The delay is counted by the service's clock, so that a busy machine changes nothing in it;
    how much more work it is is only said.
    """
    found = Found("F8", scale.messages)
    poison = scale.messages // EACH_TENTH
    good = scale.messages - poison
    with quietly():
        alone = await _sent(found, engine, good, 0, Random(seed))
        among = await _sent(found, engine, good, poison, Random(seed))
    before, after = percentile(alone.delays, 0.95), percentile(among.delays, 0.95)
    words = f"the others' p95 is {after:.1f}s instead of {before:.1f}s"
    found.expect(after <= before * MOST_LATER, words)
    return found.outcome(
        f"poison {poison} p95_alone {before:.2f}s p95_among {after:.2f}s "
        f"later {(after / before - 1) * 100:+.1f}% work {(among.work / alone.work - 1) * 100:+.0f}%"
    )


async def _sent(found: Found, engine: str, good: int, poison: int, chance: Random) -> Sending:
    """Send them all."""
    clock = Clock()
    channel = Timed(clock)
    async with opened(engine) as (laid, database):
        office = Office(laid, database, clock, {"sms": channel})
        letters = await office.letters(good + poison)
        bad = set(chance.sample([letter.id for letter in letters], poison))
        await office.database.write(lambda c: _spoil(c, bad))
        began, worked = clock.now(), time.process_time()
        await _empty(office, good + poison)
        work = time.process_time() - worked
        await _aside(found, office, sorted(bad))
    sound = [letter for letter in letters if letter.id not in bad]
    found.expect(len(channel.at) == good, f"{good - len(channel.at)} others never left")
    left = [channel.at[letter.ref] for letter in sound if letter.ref in channel.at]
    return Sending([(moment - began).total_seconds() for moment in left], work)


async def _empty(office: Office, messages: int) -> None:
    """Let the clock go on for as long as there is something that may leave, but not for ever."""
    for _ in range(20 + 3 * messages):
        haul = await office.dispatcher.claim_and_send()
        await office.dispatcher.landed()
        if haul.more_at is not None:
            office.clock.at = max(haul.more_at, office.clock.at + STEP)
        elif not haul.handled:
            return


def _spoil(connection: Connection, ids: set[int]) -> None:
    """What stands there can be unsealed by no key: whoever reads it fails."""
    for one in ids:
        where = {"id": one, "words": b"this is no seal"}
        connection.execute(text("UPDATE outbox SET text = :words WHERE id = :id"), where)


async def _aside(found: Found, office: Office, bad: Sequence[int]) -> None:
    """Each is given up, and a person has heard of each."""
    query = select(Task.outbox_id).where(Task.kind == "not_sent")

    def look(connection: Connection) -> tuple[int, int]:
        told = len({*connection.execute(query).scalars()} & {*bad})
        count = text("SELECT count(*) FROM outbox WHERE status = 'failed'")
        return told, int(connection.execute(count).scalar_one())

    told, failed = await office.database.read(look)
    found.expect(failed == len(bad), f"{failed} of {len(bad)} set aside")
    found.expect(told == len(bad), f"a person heard of {told} of {len(bad)}")
