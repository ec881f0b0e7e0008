"""A second provider of texts stands in, but never for a text that may have left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.failover import REST, Failover
from bot.domain import (
    BadAddress,
    Misconfigured,
    OptedOut,
    Outgoing,
    Pace,
    PartlyAsked,
    Receipt,
    Refused,
    SendError,
    Sent,
    Shown,
    Uncertain,
    Unexplained,
    Unreachable,
)
from tests.fakes.channels import Obedient

TEXT = Outgoing("m-1", "sms", "+447700900123", Shown("Hi Leanne"))
SINCE = datetime(2026, 11, 30, tzinfo=UTC)


class Provider(Obedient):
    """A provider of texts that does what it is told."""

    def __init__(self, name: str, *next_faults: SendError) -> None:
        super().__init__(*next_faults)
        self.name, self.pace = name, Pace(10, timedelta(0))
        self.closed = self.away = False

    async def look_up(self, message: Outgoing, since: datetime) -> tuple[Receipt, ...]:
        if self.away:
            raise Unreachable("away")
        return tuple(Receipt(one.ref, f"{self.name}-1", "sent") for one in self.taken)

    async def close(self) -> None:
        self.closed = True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def both(*faults: SendError, second: tuple[SendError, ...] = ()):
    clock = Clock()
    first, other = Provider("twilio", *faults), Provider("notify", *second)
    return Failover(first, other, clock), first, other, clock


async def test_while_the_usual_one_works_the_other_is_never_asked():
    channel, first, other, _ = both()
    assert await channel.send(TEXT) == Sent("obedient-m-1", "Hi Leanne", "twilio", "twilio")
    assert (len(first.taken), other.tried) == (1, 0)
    assert channel.pace == first.pace
    assert channel.laid_out(TEXT) == "Hi Leanne"


@pytest.mark.parametrize(
    "fault", [Unreachable("no connection"), Unreachable("busy", "429"), Misconfigured("no credit")]
)
async def test_what_the_usual_one_definitely_did_not_take_goes_through_the_other(fault):
    channel, first, other, _ = both(fault)
    sent = await channel.send(TEXT)
    assert (sent.provider, sent.usual, sent.instead_of) == ("notify", "twilio", fault)
    assert (len(first.taken), len(other.taken)) == (0, 1)


@pytest.mark.parametrize(
    "fault",
    [
        Uncertain("time-out"), BadAddress("no such number"), OptedOut("stop"), Refused("filtered"),
        Unexplained("who knows"),
    ],
    ids=lambda fault: type(fault).__name__,
)  # fmt: skip
async def test_nothing_that_may_have_left_and_nothing_that_was_refused_is_tried_elsewhere(fault):
    channel, _, other, _ = both(fault)
    with pytest.raises(type(fault)):
        await channel.send(TEXT)
    assert other.tried == 0


async def test_a_time_out_of_the_one_that_stands_in_leaves_it_in_doubt():
    channel, *_ = both(Unreachable("down"), second=(Uncertain("time-out"),))
    with pytest.raises(Uncertain):
        await channel.send(TEXT)


async def test_when_neither_takes_it_what_the_usual_one_said_decides():
    fault = Unreachable("busy", "429", after=7)
    channel, *_ = both(fault, second=(Misconfigured("no key"),))
    with pytest.raises(Unreachable) as told:
        await channel.send(TEXT)
    assert told.value is fault


async def test_a_wrong_setting_lets_the_usual_one_rest_for_a_minute_and_then_it_is_tried():
    channel, first, other, clock = both(Misconfigured("no credit"))
    for _ in range(3):
        await channel.send(TEXT)
    assert (first.tried, len(other.taken)) == (1, 3)
    clock.now = REST
    assert (await channel.send(TEXT)).provider == "twilio"
    assert (await channel.send(TEXT)).provider == "twilio"


async def test_three_failures_in_a_row_let_it_rest_and_two_do_not():
    channel, first, _, _ = both(*(Unreachable("down") for _ in range(3)))
    for tried in (1, 2, 3, 3, 3):
        await channel.send(TEXT)
        assert first.tried == tried


async def test_both_are_asked_what_they_took_and_neither_answer_may_be_missing():
    channel, first, other, _ = both()
    first.taken.append(TEXT)
    other.taken.append(TEXT)
    found = await channel.look_up(TEXT, SINCE)
    assert [one.external_id for one in found] == ["twilio-1", "notify-1"]
    other.away = True
    with pytest.raises(PartlyAsked) as asked:
        await channel.look_up(TEXT, SINCE)
    assert [one.external_id for one in asked.value.found] == ["twilio-1"], "and is not lost"


async def test_both_are_closed():
    channel, first, other, _ = both()
    await channel.close()
    assert (first.closed, other.closed) == (True, True)
