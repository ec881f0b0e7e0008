"""What became of a message: receipts in any order, senders that never come back."""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import permutations

import pytest
from sqlalchemy import Connection, select

from bot.dispatch.results import give_up_lost
from bot.domain import Outgoing, Receipt, Sent
from bot.handlers.sms import keep_receipt
from storage import leases, outbox, receipts
from storage.addresses import hold_line
from storage.database import Database
from storage.tables import DeliveryEvent
from tests.stage import Play
from tests.storage.rows import NOW, a_letter, a_line, let_lease_run_out, set_status, status_of

GOOD = ("queued", "sending", "sent", "delivered")
BAD = ("queued", "sending", "sent", "undelivered")
WORDS = "Hi Leanne, the lift is sorted."


@pytest.mark.parametrize("statuses", [GOOD, BAD], ids="-".join)
async def test_receipts_end_at_the_same_place_in_whatever_order_they_come(
    database: Database, statuses
):
    def tell(connection: Connection, order: tuple[str, ...], start: str) -> list[str]:
        key = "-".join((start, *order))
        letter = a_letter(connection, line, key)
        set_status(connection, letter, start)
        row = outbox.find(connection, letter)
        assert row is not None
        seen = [start]
        for status in order:
            receipts.note_receipt(connection, row.ref, "SM1", status, "", NOW)
            seen.append(status_of(connection, letter))
        return seen

    line = await database.write(lambda c: a_line(c, "+447700900123"))
    for start in ("sending", "sent", "uncertain"):
        for order in permutations(statuses):
            seen = await database.write(partial(tell, order=order, start=start))
            ranks = [receipts.RANK.get(status, 3) for status in seen]
            assert ranks == sorted(ranks), f"{seen} went back"
            assert seen[-1] == statuses[-1], order
    kept = await database.read(lambda c: c.execute(select(DeliveryEvent.status)).scalars().all())
    assert len(kept) == 3 * 24 * 4, "every receipt is kept as it came"


@pytest.mark.parametrize("first, then", [("delivered", "undelivered"), ("failed", "delivered")])
async def test_a_last_word_is_not_taken_back(database: Database, first: str, then: str):
    def tell(connection: Connection) -> str:
        letter = a_letter(connection, a_line(connection, "+447700900123"), "one")
        set_status(connection, letter, "sent")
        row = outbox.find(connection, letter)
        assert row is not None
        for status in (first, then, "sent", "something new"):
            receipts.note_receipt(connection, row.ref, "SM1", status, "30003", NOW)
        return status_of(connection, letter)

    assert await database.write(tell) == first


async def test_a_receipt_never_marks_a_message_that_has_not_been_tried(database: Database):
    def tell(connection: Connection) -> set[str]:
        line = a_line(connection, "+447700900123")
        seen = set()
        for status in ("waiting", "held", "cancelled"):
            letter = a_letter(connection, line, status)
            set_status(connection, letter, status)
            row = outbox.find(connection, letter)
            assert row is not None
            assert receipts.note_receipt(connection, row.ref, "SM1", "delivered", "", NOW) is None
            seen.add(status_of(connection, letter))
        return seen

    assert await database.write(tell) == {"waiting", "held", "cancelled"}


class TalkativePhone:
    """A provider whose receipt is quicker than its own answer."""

    def __init__(self, play: Play, status: str) -> None:
        self.play, self.status = play, status
        self.got: list[Outgoing] = []

    def laid_out(self, message: Outgoing) -> str:
        return message.shown.text

    async def send(self, message: Outgoing) -> Sent:
        self.got.append(message)
        receipt = Receipt(message.ref, "SM1", self.status, "30003")
        taskforce, now = self.play.service.taskforce, self.play.now
        await self.play.database.write(lambda c: keep_receipt(c, taskforce, receipt, now))
        return Sent("SM1", self.laid_out(message))

    async def close(self) -> None: ...


async def typed_words(play: Play) -> int:
    """Put words of Dani's for Leanne into the outbox; returns the message's id."""

    def put(connection: Connection) -> int:
        line = hold_line(connection, "sms", "+447700900100", play.now)
        return a_letter(
            connection, line.id, "typed", kind="person", author="DO", text=WORDS, at=play.now,
            due_at=play.now, person_id=line.person_id, heard_at=play.now, cases=("P01",),
        )  # fmt: skip

    return await play.database.write(put)


@pytest.mark.parametrize("status", ["sent", "delivered", "undelivered"])
async def test_a_receipt_before_our_own_sent_costs_the_log_nothing(play: Play, status: str):
    play.channels["sms"] = TalkativePhone(play, status)
    letter = await typed_words(play)
    await play.service.settle()
    row = await play.database.read(lambda c: outbox.find(c, letter))
    assert row is not None
    assert (row.status, row.external_id, row.sent_at) == (status, "SM1", play.now)
    assert [line["words"] for line in await play.log("P01")] == [WORDS]
    told = [message["text"] for message in await play.phone("DO")]
    assert sum("Sent to" in text for text in told) == 1
    failed = await play.tasks(kind="undelivered", case="P01")
    assert len(failed) == (1 if status == "undelivered" else 0)


async def lost_message(play: Play) -> int:
    letter = await typed_words(play)
    await play.database.write(lambda c: leases.intend(c, letter, "gone", play.now))
    await play.database.write(lambda c: let_lease_run_out(c, letter))
    return letter


async def give_up(play: Play) -> int:
    taskforce, now = play.service.taskforce, play.now
    return await play.database.write(lambda c: give_up_lost(c, taskforce, now))


async def test_a_sender_that_never_came_back_leaves_a_question_for_a_person(play: Play):
    letter = await lost_message(play)
    assert await asyncio.gather(give_up(play), give_up(play)) in ([1, 0], [0, 1])
    await play.service.settle()
    assert await play.database.read(lambda c: status_of(c, letter)) == "uncertain"
    (task,) = await play.tasks(kind="uncertain")
    assert (task["owner"], task["case"]) == ("DO", "P01")
    assert await play.log("P01") == [], "nobody knows, so nothing is claimed"
    late = leases.handed_over
    assert not await play.database.write(lambda c: late(c, letter, "gone", 1, "SM1", play.now))
    assert await give_up(play) == 0


async def test_a_lost_notice_to_staff_goes_again_and_makes_no_task(play: Play):
    def lose(connection: Connection) -> int:
        line = hold_line(connection, "staff", "simulated-DO", play.now)
        letter = a_letter(connection, line.id, "notice", kind="staff", person_id=line.person_id)
        leases.intend(connection, letter, "gone", play.now)
        let_lease_run_out(connection, letter)
        return letter

    letter = await play.database.write(lose)
    before = await play.tasks()
    assert await give_up(play) == 1
    assert await play.database.read(lambda c: status_of(c, letter)) == "waiting"
    assert await play.tasks() == before
    await play.later(minutes=1)
    assert await play.database.read(lambda c: status_of(c, letter)) == "sent"
