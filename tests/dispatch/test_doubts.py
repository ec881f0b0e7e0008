"""Nobody knows whether it left: the provider is asked, and only what it never had goes again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, text, update

from bot.dispatch.receipts import keep_receipt
from bot.dispatch.timing import Timing
from bot.domain import Outgoing, Receipt, SendError, Sent, Shown, Uncertain, Unreachable
from storage import leases, outbox
from storage.addresses import hold_line
from storage.tables import Outbox
from tests.fakes.channels import Obedient
from tests.stage import Play
from tests.storage.rows import a_letter, let_lease_run_out

pytestmark = pytest.mark.afternoon

WORDS = "Hi Leanne, the lift is sorted."
LEANNE, DANIS_PHONE, DAWN = "+447700900100", "+447700900199", "+447700900116"


class Remembers(Obedient):
    """A provider that can be asked what it took; `lose_answers` of its answers never arrive."""

    def __init__(self, *next_faults: Exception, lose_answers: int = 0) -> None:
        super().__init__(*next_faults)
        self.lose_answers = lose_answers
        self.hidden = 0  # how many of the latest do not show in its lists yet
        self.asked: list[tuple[str, datetime]] = []
        self.cannot_say: list[SendError] = []

    async def send(self, message: Outgoing) -> Sent:
        sent = await super().send(message)
        named = replace(sent, external_id=f"SM{len(self.taken)}")
        if self.lose_answers:
            self.lose_answers -= 1
            raise Uncertain("the answer never came")
        return named

    async def look_up(self, message: Outgoing, since: datetime) -> tuple[Receipt, ...]:
        self.asked.append((message.ref, since))
        if self.cannot_say:
            raise self.cannot_say.pop(0)
        shown = self.taken[: len(self.taken) - self.hidden]
        alike = [
            Receipt(message.ref, f"SM{number}", "sent", provider="remembers")
            for number, one in enumerate(shown, 1)
            if (one.address, self.laid_out(one)) == (message.address, self.laid_out(message))
        ]
        return tuple(alike)


async def typed(play: Play, *texts: str, kind: str = "person", to: str = LEANNE) -> list[int]:
    """Put words of Dani's for Leanne into the outbox; returns the messages' ids."""

    def put(connection: Connection, number: int, text: str) -> int:
        line = hold_line(connection, "sms", to, play.now)
        return a_letter(
            connection, line.id, f"typed:{text}:{number}:{play.now}", kind=kind, author="DO",
            text=text, at=play.now, due_at=play.now, person_id=line.person_id,
            heard_at=play.now, cases=("P01",),
        )  # fmt: skip

    made = [partial(put, number=number, text=text) for number, text in enumerate(texts)]
    return [await play.database.write(one) for one in made]


@pytest.fixture
async def at_two(play: Play) -> Play:
    """Monday at two, with a provider that can be asked, and no grace to wait for."""
    await play.at("2026-11-30 14:00")
    play.service.dispatcher.timing = Timing(grace=timedelta(0), ask_again=timedelta(0))
    return play


async def looked_up(play: Play) -> int:
    """Let one round of look-ups happen, and what follows from it; returns how many were asked."""
    asked = await play.service.dispatcher.look_up()
    await play.service.dispatcher.landed()
    await play.service.settle()
    return asked


async def standing(play: Play, letter: int):
    row = await play.database.read(lambda c: outbox.find(c, letter))
    assert row is not None
    return row


async def test_what_the_provider_took_is_adopted_and_never_sent_again(at_two: Play):
    channel = at_two.channels["sms"] = Remembers(lose_answers=1)
    [letter] = await typed(at_two, WORDS)
    await at_two.service.settle()
    assert (await standing(at_two, letter)).status == "uncertain"
    assert await at_two.log("P01") == [], "nobody knows, so nothing is claimed"
    assert await looked_up(at_two) == 1
    row = await standing(at_two, letter)
    assert (row.status, row.external_id, row.provider) == ("sent", "SM1", "remembers")
    assert [line["words"] for line in await at_two.log("P01")] == [WORDS]
    assert channel.tried == 1
    assert await at_two.tasks(kind="uncertain") == []
    assert await looked_up(at_two) == 0


async def test_what_the_provider_never_had_is_sent_again_at_once(at_two: Play):
    channel = at_two.channels["sms"] = Remembers(Uncertain("reset before it was read"))
    [letter] = await typed(at_two, WORDS)
    await at_two.service.settle()
    assert await looked_up(at_two) == 1
    row = await standing(at_two, letter)
    assert (row.status, row.external_id, row.attempts) == ("sent", "SM1", 2)
    assert [line["words"] for line in await at_two.log("P01")] == [WORDS]
    assert len(channel.taken) == 1


async def test_a_sender_that_was_killed_is_found_out_about(at_two: Play):
    channel = at_two.channels["sms"] = Remembers()
    letters = await typed(at_two, "it had left", "it had not")
    for letter in letters:
        await at_two.database.write(partial(killed_sending, letter=letter, now=at_two.now))
    row = await standing(at_two, letters[0])
    channel.taken.append(Outgoing(row.ref, "sms", LEANNE, Shown(row.text)))
    for _ in range(3):
        await looked_up(at_two)
    assert [one.shown.text for one in channel.taken] == ["it had left", "it had not"]
    assert [(await standing(at_two, letter)).status for letter in letters] == ["sent", "sent"]
    logged = [line["words"] for line in await at_two.log("P01")]
    assert sorted(logged) == ["it had left", "it had not"]


def killed_sending(connection: Connection, *, letter: int, now: datetime) -> None:
    leases.intend(connection, letter, "gone", now)
    let_lease_run_out(connection, letter)


async def test_nothing_to_the_same_phone_overtakes_a_message_in_doubt(at_two: Play):
    channel = at_two.channels["sms"] = Remembers(Uncertain("time-out"))
    await typed(at_two, "first", "second", "third")
    await at_two.service.settle()
    assert channel.taken == []
    await looked_up(at_two)
    assert [one.shown.text for one in channel.taken] == ["first", "second", "third"]


async def test_the_same_words_twice_are_two_messages_and_two_are_found(at_two: Play):
    channel = at_two.channels["sms"] = Remembers(lose_answers=2)
    letters = await typed(at_two, "ok", "ok")
    await at_two.service.settle()
    for _ in range(3):
        await looked_up(at_two)
    assert len(channel.taken) == 2
    found = [(await standing(at_two, letter)).external_id for letter in letters]
    assert found == ["SM1", "SM2"]


async def test_yesterdays_same_words_are_not_taken_for_todays(at_two: Play):
    channel = at_two.channels["sms"] = Remembers()
    [before] = await typed(at_two, "on my way")
    await at_two.service.settle()
    channel.next_faults.append(Uncertain("time-out"))
    [today] = await typed(at_two, "on my way ")
    await at_two.database.write(
        lambda c: c.execute(update(Outbox).where(Outbox.id == today).values(text="on my way"))
    )
    await at_two.service.settle()
    await looked_up(at_two)
    assert len(channel.taken) == 2, "the second was never taken, so it goes"
    names = [(await standing(at_two, letter)).external_id for letter in (before, today)]
    assert names == ["SM1", "SM2"]


async def test_a_provider_that_cannot_be_asked_is_asked_again_and_after_a_day_a_person_is(
    at_two: Play,
):
    channel = at_two.channels["sms"] = Remembers(lose_answers=1)
    channel.cannot_say = [Unreachable("down") for _ in range(3)]
    [letter] = await typed(at_two, WORDS)
    await at_two.service.settle()
    for _ in range(2):
        assert await looked_up(at_two) == 1
    assert (await standing(at_two, letter)).status == "uncertain"
    await at_two.at("2026-12-01 14:01")
    await looked_up(at_two)
    (task,) = await at_two.tasks(kind="uncertain")
    assert (task["owner"], task["case"]) == ("DO", "P01")
    assert await looked_up(at_two) == 0, "now it is a person's to find out"
    assert channel.tried == 1


async def test_nobody_is_asked_before_the_grace_is_over(at_two: Play):
    at_two.service.dispatcher.timing = Timing(grace=timedelta(minutes=2))
    at_two.channels["sms"] = Remembers(lose_answers=1)
    await typed(at_two, WORDS)
    await at_two.service.settle()
    assert await looked_up(at_two) == 0


async def test_two_workers_ask_once_and_send_once(at_two: Play):
    channel = at_two.channels["sms"] = Remembers(Uncertain("time-out"))
    await typed(at_two, WORDS)
    await at_two.service.settle()
    dispatcher = at_two.service.dispatcher
    asked = await asyncio.gather(*(dispatcher.look_up() for _ in range(5)))
    await dispatcher.landed()
    await at_two.service.settle()
    assert sum(asked) == 1
    assert len(channel.taken) == 1


async def test_what_is_found_too_late_to_be_sent_is_not_sent(at_two: Play):
    channel = at_two.channels["sms"] = Remembers(Uncertain("time-out"))
    [letter] = await typed(at_two, WORDS)
    until = at_two.now + timedelta(minutes=5)
    await at_two.database.write(
        lambda c: c.execute(update(Outbox).where(Outbox.id == letter).values(not_after=until))
    )
    await at_two.service.settle()
    await at_two.at("2026-11-30 14:10")
    await looked_up(at_two)
    assert channel.taken == []
    assert (await standing(at_two, letter)).status == "expired"


async def test_a_worker_that_stood_still_past_its_lease_does_not_send(at_two: Play):
    channel = at_two.channels["sms"] = Remembers()
    [letter] = await typed(at_two, WORDS)
    dispatcher = at_two.service.dispatcher
    clock = iter([0.0, 86.0])
    dispatcher.monotonic = lambda: next(clock, 90.0)
    await dispatcher.claim_and_send()
    await dispatcher.landed()
    assert channel.tried == 0
    assert (await standing(at_two, letter)).status == "waiting"
    dispatcher.monotonic = lambda: 0.0
    await at_two.service.settle()
    assert len(channel.taken) == 1


async def test_a_notice_to_staff_in_doubt_keeps_no_other_back(at_two: Play):
    channel = at_two.channels["sms"] = Remembers(Uncertain("time-out"))
    await typed(at_two, "first", "second", kind="staff", to=DANIS_PHONE)
    await at_two.service.settle()
    assert [one.shown.text for one in channel.taken] == ["second"]
    await looked_up(at_two)
    assert [one.shown.text for one in channel.taken] == ["second", "first"]
    assert await at_two.tasks(kind="uncertain") == []


async def test_words_of_safety_pass_a_message_in_doubt(at_two: Play):
    channel = at_two.channels["sms"] = Remembers(Uncertain("time-out"))
    await typed(at_two, "first")
    await at_two.service.settle()
    await typed(at_two, "If you are in danger now, ring 999.", kind="safety")
    await typed(at_two, "second")
    await at_two.service.settle()
    assert [one.shown.text[:6] for one in channel.taken] == ["If you"]


async def test_after_ten_minutes_of_doubt_somebody_knows_and_the_rest_goes(at_two: Play):
    channel = at_two.channels["sms"] = Remembers(lose_answers=1)
    channel.cannot_say = [Unreachable("down") for _ in range(20)]
    await typed(at_two, "first", "second")
    await at_two.service.settle()
    await looked_up(at_two)
    assert len(channel.taken) == 1
    assert await at_two.tasks(kind="uncertain") == []
    at_two.wakes_at("2026-11-30 14:11")
    for _ in range(3):
        await looked_up(at_two)
    (task,) = await at_two.tasks(kind="uncertain")
    assert task["owner"] == "DO"
    assert [one.shown.text for one in channel.taken] == ["first", "second"]
    channel.cannot_say = []
    await looked_up(at_two)
    assert await at_two.tasks(kind="uncertain") == [], "it had left, after all"
    assert len(channel.taken) == 2


async def test_a_provider_that_never_takes_it_and_says_so_is_not_tried_for_ever(at_two: Play):
    channel = at_two.channels["sms"] = Remembers(*(Uncertain("500") for _ in range(50)))
    [letter] = await typed(at_two, WORDS)
    for _ in range(4):
        await at_two.service.settle()
        await looked_up(at_two)
    (task,) = await at_two.tasks(kind="delayed")
    assert "Not out yet" in task["words"]
    tried = channel.tried
    await at_two.at("2026-12-01 14:01")
    await looked_up(at_two)
    row = await standing(at_two, letter)
    assert (row.status, row.reason) == ("failed", "the provider never took it")
    (task,) = [one for one in await at_two.tasks(kind="undelivered") if one["case"] == "P01"]
    assert task["owner"] == "DO"
    assert "until it was too late" in task["words"]
    assert channel.tried == tried


async def test_an_earlier_sending_that_failed_is_not_taken_for_the_one_in_doubt(at_two: Play):
    channel = at_two.channels["sms"] = Remembers()
    [letter] = await typed(at_two, WORDS, to=DAWN)
    await at_two.service.settle()
    ref = (await standing(at_two, letter)).ref
    for number in (1, 2):
        said = Receipt(ref, f"SM{number}", "undelivered", "30003", Unreachable, "remembers")
        await at_two.database.write(
            partial(
                keep_receipt, taskforce=at_two.service.taskforce, receipt=said, text=None,
                now=at_two.now,
            )
        )  # fmt: skip
        if number == 1:
            await at_two.later(minutes=31)
    channel.next_faults = [Uncertain("reset before it was read")]
    await at_two.later(minutes=121)
    assert (await standing(at_two, letter)).status == "uncertain"
    await looked_up(at_two)
    assert (await standing(at_two, letter)).external_id == "SM3", "it was sent again"


async def test_what_is_found_to_have_failed_is_tried_again_like_anything_that_failed(
    at_two: Play,
):
    channel = at_two.channels["sms"] = Undelivered(lose_answers=1)
    [letter] = await typed(at_two, WORDS)
    await at_two.service.settle()
    await looked_up(at_two)
    row = await standing(at_two, letter)
    assert (row.status, row.reason) == ("waiting", "again later: not delivered (code 30003)")
    channel.meaning = None
    await at_two.later(minutes=31)
    assert len(channel.taken) == 2


class Undelivered(Remembers):
    """A provider that says of all it took that the phone was off."""

    meaning: type[SendError] | None = Unreachable

    async def look_up(self, message: Outgoing, since: datetime) -> tuple[Receipt, ...]:
        found = await super().look_up(message, since)
        failed = {"status": "undelivered", "code": "30003", "meaning": self.meaning}
        return tuple(replace(one, **failed) for one in found)


async def test_a_message_in_doubt_that_nobody_can_read_keeps_no_other_waiting(at_two: Play):
    channel = at_two.channels["sms"] = Remembers(lose_answers=2)
    broken, other = await typed(at_two, "hello"), await typed(at_two, WORDS, to=DANIS_PHONE)
    await at_two.service.settle()
    spoil = text("UPDATE outbox SET text = :rubbish WHERE id = :id")
    given = {"rubbish": b"no ciphertext of ours", "id": broken[0]}
    await at_two.database.write(lambda c: c.execute(spoil, given))
    await looked_up(at_two)
    assert (await standing(at_two, other[0])).status == "sent"
    (task,) = await at_two.tasks(kind="not_sent")
    assert "may or may not have left" in task["words"]
    assert len(channel.taken) == 2
