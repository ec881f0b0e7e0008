"""What is sent again blindly leaves one by one, and a call that hangs stops nobody for long."""

from __future__ import annotations

import asyncio

import pytest

from bot.dispatch import in_turn
from bot.dispatch.claim import Claim
from bot.dispatch.in_turn import InTurn, blindly_again
from bot.domain import Outgoing, Shown
from tests.fakes.channels import Obedient


def claimed(channel: str, kind: str) -> Claim:
    return Claim(1, 1, kind, Outgoing("r", channel, "1", Shown("hello")))


class Askable(Obedient):
    async def look_up(self, *_about: object) -> list[object]:
        return []


@pytest.mark.parametrize(
    ("channel", "kind", "way", "waits"),
    [
        ("telegram", "safety", Obedient(), True),
        ("staff", "staff", Obedient(), True),
        ("telegram", "reply", Obedient(), False),
        ("sms", "safety", Obedient(), False),
        ("telegram", "safety", Askable(), False),
    ],
)
def test_only_what_would_be_sent_again_blindly_waits_for_its_turn(channel, kind, way, waits):
    assert blindly_again(claimed(channel, kind), way) is waits


async def test_the_next_alert_sets_out_when_the_one_before_is_kept():
    queue, seen = InTurn(), []

    async def alert(number: int) -> None:
        async with queue.turn("staff"):
            seen.append(("begins", number))
            await asyncio.sleep(0)
            seen.append(("kept", number))

    await asyncio.gather(*(alert(number) for number in range(3)))
    assert seen == [(what, number) for number in range(3) for what in ("begins", "kept")]


async def test_an_alert_that_hangs_keeps_the_next_no_longer_than_a_moment(monkeypatch):
    monkeypatch.setattr(in_turn, "PATIENCE_SECONDS", 0.01)
    queue, answered, sent = InTurn(), asyncio.Event(), []

    async def alert(number: int, *, hangs: bool = False) -> None:
        async with queue.turn("staff"):
            if hangs:
                await answered.wait()
            sent.append(number)

    first = asyncio.create_task(alert(1, hangs=True))
    await asyncio.gather(alert(2), alert(3))
    assert sent == [2, 3]
    answered.set()
    await first
    assert sent == [2, 3, 1]


async def test_a_message_that_is_given_up_while_it_waits_lets_the_next_go():
    queue = InTurn()
    async with queue.turn("staff"):
        waiting = asyncio.create_task(enter(queue))
        await asyncio.sleep(0)
        waiting.cancel()
    await enter(queue)


async def enter(queue: InTurn) -> None:
    async with queue.turn("staff"):
        pass


async def test_one_channels_turn_is_not_anothers():
    queue = InTurn()
    async with queue.turn("staff"):
        await asyncio.wait_for(enter_other(queue), 1)


async def enter_other(queue: InTurn) -> None:
    async with queue.turn("telegram"):
        pass
