"""F3 and F6: answers that say nothing, and a provider that is down: nothing goes out twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.channels.failover import Failover
from bot.channels.notify import Notify
from bot.channels.twilio import Twilio
from tests.fakes import notify_faults as notify
from tests.fakes import telegram_faults as telegram
from tests.fakes import twilio_faults as twilio
from tests.fakes.notify import FakeNotify
from tests.fakes.notify import settings as notify_settings
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio import settings as twilio_settings
from tests.storm import sides
from tests.storm.crew import AT_ONCE
from tests.storm.found import Found
from tests.storm.knock import quietly
from tests.storm.office import Clock, Office, opened
from tests.storm.outbound import Outcome, Scale
from tests.storm.sides import PATIENCE, Opened, Side

NOBODY = "http://127.0.0.1:9"

UNSURE: tuple[tuple[Opened, dict[str, Any]], ...] = (
    (
        sides.twilio,
        {
            "500": twilio.BROKEN,
            "502 in HTML": twilio.HTML_502,
            "truncated JSON": twilio.Fault(kind="truncated"),
            "reset after sending": twilio.Fault(kind="taken_then_dropped"),
            "500 after taking": twilio.Fault(kind="taken_then_error"),
            "empty body": twilio.Fault(kind="empty"),
            "no id": twilio.Fault(kind="no_id"),
            "a byte now and then": twilio.Fault(kind="drip"),
            "silence after taking": twilio.Fault(kind="taken_then_hang"),
        },
    ),
    (
        sides.notify,
        {
            "500": notify.BROKEN,
            "502 in HTML": notify.HTML_502,
            "truncated JSON": notify.Fault(kind="truncated"),
            "reset after sending": notify.TAKEN,
            "empty body": notify.Fault(kind="empty"),
            "no id": notify.Fault(kind="no_id"),
        },
    ),
    (
        sides.telegram,
        {
            "500": telegram.BROKEN,
            "502 in HTML": telegram.HTML_502,
            "truncated JSON": telegram.TRUNCATED,
            "reset after sending": telegram.TAKEN_THEN_DROPPED,
        },
    ),
)

# Whether the provider in use may have taken it: then nobody else is handed the text.
DOWN: dict[str, tuple[Any, bool]] = {
    "silence": (twilio.HANG, True),
    "silence after taking": (twilio.Fault(kind="taken_then_hang"), True),
    "reset after sending": (twilio.Fault(kind="taken_then_dropped"), True),
    "reset": (twilio.Fault(kind="dropped"), True),
    "500": (twilio.BROKEN, True),
    "502 in HTML": (twilio.HTML_502, True),
    "truncated JSON": (twilio.Fault(kind="truncated"), True),
    "429": (twilio.BUSY, False),
    "not signed in": (twilio.Fault(20003, 401), False),
    "no connection": (None, False),
}


async def f3(engine: str, scale: Scale, seed: int) -> Outcome:
    """Have providers answer with nothing that can be read; count what came twice or never."""
    del seed
    found = Found("F3")
    for opened_side, kinds in UNSURE:
        async with opened_side(engine) as side:
            with quietly():
                for name, fault in kinds.items():
                    await _unsure(found, side, name, fault, scale.messages)
    kinds_of_all = sum(len(kinds) for _, kinds in UNSURE)
    return found.outcome(f"kinds {kinds_of_all} twice {_twice(found)}")


def _twice(found: Found) -> int:
    return sum(count for words, count in found.harms.items() if "times in all" in words)


async def _unsure(found: Found, side: Side, name: str, fault: Any, times: int) -> None:
    """Nothing is sent again blindly: it is looked up, or, in a chat, a person is asked."""
    await side.office.forgets_trouble()
    letters = await side.office.letters(times, side.channel, kind="reply")
    found.cases += times
    for letter in letters:
        side.spoil(letter.address, fault)
    await side.office.goes_out()
    for seen in await side.office.look(letters):
        status = seen.row.status
        found.expect(status == "uncertain", f"{side.name} {name}: stands at {status}")
        tries = side.tries(seen.letter.address)
        found.expect(tries == 1, f"{side.name} {name}: tried {tries} times blindly")
    side.mend()
    await asyncio.sleep(0.005)
    for _ in range(2):
        side.office.clock.passes(minutes=3)
        await side.office.finds_out()
    for seen in await side.office.look(letters):
        arrived, status = side.arrived(seen.letter.address), seen.row.status
        if side.name == "telegram":
            found.expect(arrived <= 1, f"{side.name} {name}: arrived {arrived} times in all")
            found.expect(bool(seen.told), f"{side.name} {name}: nobody is asked")
        else:
            found.expect(arrived == 1, f"{side.name} {name}: arrived {arrived} times in all")
            found.expect(status == "sent", f"{side.name} {name}: {status} in the end")


@asynccontextmanager
async def _both(engine: str) -> AsyncIterator[tuple[Office, FakeTwilio, FakeNotify]]:
    clock = Clock()
    async with opened(engine) as (laid, database), FakeTwilio() as first:
        first.store.now = clock.now
        async with FakeNotify(clock.now) as second:
            office = Office(
                laid, database, clock, {"sms": _failover(first.base_url, second, clock)}
            )
            yield office, first, second
            await office.service.channels["sms"].close()


def _failover(base: str, second: FakeNotify, clock: Clock) -> Failover:
    usual = Twilio(twilio_settings(base), clock.now, total=PATIENCE, pace=AT_ONCE)
    stand_in = Notify(notify_settings(second.base_url), clock.now, total=PATIENCE)
    return Failover(usual, stand_in)


async def f6(engine: str, scale: Scale, seed: int) -> Outcome:
    """Let the usual provider fail while another could stand in; no text goes out by both."""
    del seed
    found, stood_in = Found("F6"), 0
    async with _both(engine) as (office, first, second):
        with quietly():
            for name, (fault, unsure) in DOWN.items():
                await office.forgets_trouble()
                base = first.base_url if fault else NOBODY
                channels: Any = office.service.channels
                await channels["sms"].close()
                channels["sms"] = _failover(base, second, office.clock)
                letters = await office.letters(scale.messages)
                found.cases += len(letters)
                first.faults |= {letter.address: fault for letter in letters if fault}
                await office.goes_out()
                by_other = [_by_second(second, letter.address) for letter in letters]
                stood_in += sum(by_other)
                right = all(count == (0 if unsure else 1) for count in by_other)
                found.expect(right, f"{name}: {sum(by_other)} of {len(letters)} by the other one")
                await _afterwards(office, first)
                for letter in letters:
                    taken = sum(form["To"] == letter.address for form in first.messages)
                    total = taken + _by_second(second, letter.address)
                    found.expect(total == 1, f"{name}: out {total} times")
    return found.outcome(f"kinds {len(DOWN)} by_the_other {stood_in}")


async def _afterwards(office: Office, first: FakeTwilio) -> None:
    """All is well again: what is in doubt is found out, what waits is sent."""
    first.faults.clear()
    await asyncio.sleep(0.005)
    for _ in range(2):
        office.clock.passes(minutes=6)
        await office.finds_out()


def _by_second(second: FakeNotify, address: str) -> int:
    return sum(one["phone_number"] == address for one in second.records.taken)
