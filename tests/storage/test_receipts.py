"""What became of a message: receipts in any order, senders that never come back."""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import permutations

import pytest
from sqlalchemy import Connection, select

from bot.dispatch.finding import Finding
from bot.dispatch.receipts import keep_receipt
from bot.dispatch.timing import Timing
from bot.domain import Outgoing, Receipt, Sent
from storage import leases, lookups, outbox, receipts
from storage.addresses import hold_line
from storage.tables import DeliveryEvent
from tests.stage import Play
from tests.storage.rows import a_letter, let_lease_run_out, set_status, status_of

GOOD = ("queued", "sending", "sent", "delivered")
BAD = ("queued", "sending", "sent", "undelivered")
WORDS = "Hi Leanne, the lift is sorted."


async def lands(play: Play, letter: int, *statuses: str, external_id: str = "SM1") -> list[str]:
    """Let receipts arrive for a message; returns where it stood after each."""
    taskforce, now = play.service.taskforce, play.now

    def tell(connection: Connection, status: str) -> str:
        row = outbox.find(connection, letter)
        assert row is not None
        receipt = Receipt(row.ref, external_id, status, "30007" if status in BAD[3:] else "")
        keep_receipt(connection, taskforce, receipt, f"{row.text} (as it left)", now)
        return status_of(connection, letter)

    return [await play.database.write(partial(tell, status=status)) for status in statuses]


async def standing(play: Play, status: str, key: str = "typed", **marks: object) -> int:
    """Put words of Dani's where a test needs them to stand."""
    letter = await typed_words(play, key)
    await play.database.write(lambda c: set_status(c, letter, status, **marks))
    return letter


@pytest.mark.parametrize("statuses", [GOOD, BAD], ids="-".join)
@pytest.mark.parametrize("start", ["sending", "sent", "uncertain"])
async def test_receipts_end_at_the_same_place_in_whatever_order_they_come(
    play: Play, statuses, start
):
    sent = {"sent_at": play.now, "external_id": "SM1"} if start == "sent" else {}
    for order in permutations(statuses):
        letter = await standing(
            play, start, "-".join(order), intent_at=play.now, attempts=1, **sent
        )
        seen = [start if start != "uncertain" else "sending", *await lands(play, letter, *order)]
        ranks = [receipts.RANK[status] for status in seen]
        assert ranks == sorted(ranks), f"{seen} went back"
        assert seen[-1] == statuses[-1], order
    kept = await play.database.read(
        lambda c: c.execute(select(DeliveryEvent.status)).scalars().all()
    )
    assert len(kept) == 24 * 4, "every receipt is kept as it came"
    if start != "sent":
        assert len(await play.log("P01")) == 24 * (2 if statuses is BAD else 1)


@pytest.mark.parametrize(
    ("first", "then", "told"),
    [("delivered", "failed", 1), ("failed", "delivered", 1), ("failed", "undelivered", 0)],
)
async def test_a_last_word_is_not_taken_back_and_a_contradiction_is_told_once(
    play: Play, first: str, then: str, told: int
):
    letter = await standing(
        play, "sent", intent_at=play.now, sent_at=play.now, external_id="SM1", attempts=1
    )
    seen = await lands(play, letter, first, then, "sent", then, "something new", then)
    assert set(seen) == {first}
    assert len(await play.tasks(kind="uncertain")) == told


async def test_a_receipt_never_marks_a_message_that_has_not_been_tried(play: Play):
    for status in ("waiting", "held", "cancelled"):
        letter = await standing(play, status, status)
        assert await lands(play, letter, "delivered", "failed") == [status, status]
    assert await play.log("P01") == []


@pytest.mark.parametrize("put_off", ["waiting", "held", "expired", "cancelled", "uncertain"])
async def test_a_late_receipt_proves_that_a_message_left_and_it_is_not_sent_again(
    play: Play, put_off
):
    letter = await standing(play, put_off, intent_at=play.now, attempts=1)
    assert await lands(play, letter, "sent") == ["sent"]
    assert [line["words"] for line in await play.log("P01")] == [f"{WORDS} (as it left)"]


async def test_a_receipt_about_the_first_try_says_nothing_about_the_second(play: Play):
    letter = await standing(
        play, "sending", intent_at=play.now, attempts=2, external_id="SM1", claimed_by="w"
    )
    assert await lands(play, letter, "undelivered", "delivered") == ["sending", "sending"]
    assert await lands(play, letter, "delivered", external_id="SM2") == ["delivered"]


class TalkativePhone:
    """A provider whose receipt is quicker than its own answer."""

    def __init__(self, play: Play, status: str) -> None:
        self.play, self.status = play, status
        self.got: list[Outgoing] = []

    def laid_out(self, message: Outgoing) -> str:
        return message.shown.text

    async def send(self, message: Outgoing) -> Sent:
        self.got.append(message)
        receipt = Receipt(message.ref, "SM1", self.status, "30007")
        taskforce, now, words = self.play.service.taskforce, self.play.now, self.laid_out(message)
        await self.play.database.write(lambda c: keep_receipt(c, taskforce, receipt, words, now))
        return Sent("SM1", self.laid_out(message))

    async def close(self) -> None: ...


async def typed_words(play: Play, key: str = "typed") -> int:
    """Put words of Dani's for Leanne into the outbox; returns the message's id."""

    def put(connection: Connection) -> int:
        line = hold_line(connection, "sms", "+447700900100", play.now)
        return a_letter(
            connection, line.id, key, kind="person", author="DO", text=WORDS, at=play.now,
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
    logged = [line["words"] for line in await play.log("P01")]
    assert logged == [WORDS] * (2 if status == "undelivered" else 1), "left, and then failed"
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
    def find(connection: Connection) -> int:
        lost = lookups.lost(connection, 10)
        about = (play.service.taskforce, "w-1", play.now, frozenset(), Timing())
        assert Finding(connection, *about).find() == [], "nobody can be asked"
        return len(lost)

    return await play.database.write(find)


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
