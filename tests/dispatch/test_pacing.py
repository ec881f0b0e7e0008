"""Telegram's limits are kept by all of us together, and nobody else waits for them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection

from bot.channels.telegram_words import TELEGRAM_PACE
from bot.dispatch.claiming import Claiming, Haul, claim
from bot.dispatch.pacing import hold_back
from bot.domain import Misconfigured, SendError, Unreachable
from storage import leases, outbox
from storage.addresses import hold_line
from tests.fakes.channels import Obedient
from tests.stage import Play

PACES = {"staff": TELEGRAM_PACE, "telegram": TELEGRAM_PACE}
SECOND = timedelta(seconds=1)


class Left(NamedTuple):
    """One message that left."""

    at: datetime
    address: str
    text: str


async def written(play: Play, addresses: Iterable[tuple[str, str]], kind: str = "staff") -> None:
    """Put one message for each of these addresses into the outbox, in this order."""

    def put(connection: Connection) -> None:
        for number, (channel, address) in enumerate(addresses):
            line = hold_line(connection, channel, address, play.now)
            outbox.put(
                connection,
                outbox.Letter(
                    key=f"paced:{channel}:{number}", address_id=line.id, kind=kind, purpose="x",
                    language="en", text=str(number), at=play.now, due_at=play.now,
                ),
            )  # fmt: skip

    await play.database.write(put)


async def leave_at(play: Play, now: datetime, worker: str) -> tuple[list[Left], Haul]:
    """Let one worker claim what may go now, and everything it claimed is taken."""

    def work(connection: Connection) -> tuple[list[Left], Haul]:
        haul = claim(Claiming(connection, play.service.taskforce, worker, now, PACES))
        for one in haul.claims:
            leases.handed_over(connection, one.outbox_id, worker, one.attempt, "x", now)
        sent = [Left(now, c.outgoing.address, c.outgoing.shown.text) for c in haul.claims]
        return sent, haul

    return await play.database.write(work)


async def everything_leaves(play: Play, workers: tuple[str, ...] = ("a",)) -> list[Left]:
    """Let workers claim together, whenever something may leave, until nothing is left."""
    left: list[Left] = []
    now = play.now
    while True:
        found = await asyncio.gather(*(leave_at(play, now, worker) for worker in workers))
        left += [one for some, _ in found for one in some]
        due = await play.database.read(partial(leases.earliest_waiting, now=now))
        if due is None:
            return left
        if not any(haul.handled for _, haul in found):
            moments = [haul.more_at for _, haul in found if haul.more_at is not None]
            now = max(now, min([*moments, *([due] if due > now else [])]))


def most_in_a_second(left: list[Left]) -> int:
    return max(sum(one.at <= other.at < one.at + SECOND for other in left) for one in left)


async def test_forty_messages_to_forty_chats_keep_to_thirty_a_second(play: Play):
    await play.service.settle()
    await written(play, [("staff", str(8000 + number)) for number in range(40)])
    left = await everything_leaves(play)
    assert sorted(int(one.text) for one in left) == list(range(40))
    assert 20 < most_in_a_second(left) <= TELEGRAM_PACE.per_second
    assert left[-1].at - left[0].at < 2 * SECOND


async def test_three_messages_to_one_chat_leave_a_second_apart_and_in_order(play: Play):
    await play.service.settle()
    await written(play, [("staff", "8000")] * 3)
    left = await everything_leaves(play)
    assert [(one.at - play.now, one.text) for one in left] == [
        (number * SECOND, str(number)) for number in range(3)
    ]


async def test_two_workers_share_one_limit(play: Play):
    await play.service.settle()
    await written(play, [("staff", str(8000 + number % 70)) for number in range(90)])
    left = await everything_leaves(play, ("a", "b"))
    assert Counter(one.text for one in left) == Counter(map(str, range(90)))
    assert most_in_a_second(left) <= TELEGRAM_PACE.per_second
    for chat in {one.address for one in left}:
        mine = [one for one in left if one.address == chat]
        assert [one.text for one in mine] == sorted((one.text for one in mine), key=int)
        assert all(b.at - a.at >= SECOND for a, b in pairwise(mine))


async def test_texts_leave_at_once_however_many_wait_for_telegram(play: Play):
    await play.service.settle()
    chats = [("staff", str(8000 + number)) for number in range(60)]
    await written(play, [*chats, *(("sms", f"+4477009002{number:02}") for number in range(20))])
    left = await everything_leaves(play)
    texts = [one.at for one in left if one.address.startswith("+")]
    assert (len(texts), set(texts)) == (20, {play.now})


async def test_one_bots_limit_is_not_the_others(play: Play):
    await play.service.settle()
    await written(play, [("staff", str(8000 + number)) for number in range(40)])
    await written(play, [("telegram", str(8100 + number)) for number in range(40)])
    left = await everything_leaves(play)
    assert len(left) == 80
    assert left[-1].at - left[0].at < 2 * SECOND


@pytest.mark.parametrize("seconds", [1, 7, 300])
async def test_when_telegram_asks_for_silence_nothing_leaves_before_it_is_over(play: Play, seconds):
    await play.service.settle()
    until = play.now + timedelta(seconds=seconds)
    await play.database.write(lambda connection: hold_back(connection, "staff", until))
    await written(play, [("staff", str(8000 + number)) for number in range(40)])
    await written(play, [("sms", "+447700900299")])
    left = await everything_leaves(play)
    assert [one.at for one in left if one.address.startswith("+")] == [play.now]
    chats = [one for one in left if not one.address.startswith("+")]
    assert min(one.at for one in chats) >= until
    assert most_in_a_second(chats) <= TELEGRAM_PACE.per_second
    assert chats[-1].at - until < 3 * SECOND


async def test_a_shorter_silence_does_not_end_a_longer_one(play: Play):
    await play.service.settle()

    def asked(seconds: int) -> Any:
        until = play.now + timedelta(seconds=seconds)
        return lambda connection: hold_back(connection, "staff", until)

    await play.database.write(asked(60))
    await play.database.write(asked(5))
    await written(play, [("staff", "8000")])
    [one] = await everything_leaves(play)
    assert one.at >= play.now + timedelta(seconds=60)


FAULTS = [Unreachable("down"), Unreachable("busy", "429", after=7), Misconfigured("bad sender")]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_nothing_overtakes_a_message_that_has_to_be_tried_again(play: Play, fault: SendError):
    play.service.dispatcher.jitter = lambda: 1.0
    await play.service.settle()
    channel = Obedient(fault)
    play.channels["sms"] = channel
    await written(play, [("sms", "+447700900299")] * 3, "safety")
    await play.later(minutes=7)
    assert [message.shown.text for message in channel.taken] == ["0", "1", "2"]
