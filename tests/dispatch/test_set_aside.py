"""What is broken keeps nobody else waiting: poison, wrong settings, and limits by the hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, select, text, update

from bot.channels.failover import Failover
from bot.dispatch.claiming import Claiming, claim
from bot.domain import Misconfigured, NotAllowed, Outgoing, Pace, Receipt, Sent, Unreachable
from storage import outbox
from storage.addresses import hold_line
from storage.tables import Outbox, Task
from tests.fakes.channels import Obedient
from tests.stage import Play
from tests.storage.rows import a_letter

LEANNE, DAWN, STRANGER = "+447700900100", "+447700900116", "+447700900299"


async def typed(play: Play, to: str, words: str, **more: object) -> int:
    """Put words of Dani's for somebody into the outbox; returns the message's id."""

    def put(connection: Connection) -> int:
        line = hold_line(connection, "sms", to, play.now)
        return a_letter(
            connection, line.id, f"typed:{to}:{words}", kind="safety", text=words, at=play.now,
            due_at=play.now, person_id=line.person_id, heard_at=play.now, **more,
        )  # fmt: skip

    return await play.database.write(put)


async def status_of(play: Play, letter: int) -> str:
    query = select(Outbox.status).where(Outbox.id == letter)
    return await play.database.read(lambda c: c.execute(query).scalar_one())


@pytest.mark.afternoon
async def test_a_message_nobody_can_read_any_more_keeps_no_other_waiting(play: Play):
    await play.at("2026-11-30 14:00")
    channel = play.channels["sms"] = Obedient()
    broken = await typed(play, LEANNE, "the first")
    await typed(play, LEANNE, "behind it")
    await typed(play, DAWN, "to somebody else")
    spoil = text("UPDATE outbox SET text = :rubbish WHERE id = :id")
    given = {"rubbish": b"no ciphertext of ours", "id": broken}
    await play.database.write(lambda c: c.execute(spoil, given))
    await play.service.settle()
    await play.service.settle()
    assert sorted(m.shown.text for m in channel.taken) == ["behind it", "to somebody else"]
    assert await status_of(play, broken) == "failed"
    (task,) = await play.tasks(kind="not_sent")
    assert (task["owner"], task["case"]) == ("DO", "P01")
    assert "our own fault" in task["words"]


class Rambling(Obedient):
    """A channel whose answer cannot be written down."""

    async def send(self, message: Outgoing) -> Sent:
        return replace(await super().send(message), text=None)


@pytest.mark.afternoon
async def test_a_result_that_cannot_be_written_down_is_not_sent_again_and_somebody_knows(
    play: Play,
):
    await play.at("2026-11-30 14:00")
    channel = play.channels["sms"] = Rambling()
    letter = await typed(play, LEANNE, "off it goes")
    await play.service.settle()
    await play.later(minutes=10)
    assert len(channel.taken) == 1
    assert await status_of(play, letter) == "sent"
    (task,) = await play.tasks(kind="not_sent")
    assert "left, but is not on the case" in task["words"]


@pytest.mark.afternoon
async def test_a_wrong_setting_is_told_once_and_one_message_at_a_time_finds_out(play: Play):
    await play.at("2026-11-30 14:00")
    channel = play.channels["sms"] = Obedient(
        *(Misconfigured("twilio 20003", "20003") for _ in range(4))
    )
    for number in range(3):
        await typed(play, f"+4477009003{number:02}", "hello")
    await play.service.settle()
    assert channel.tried == 3, "all three had been claimed together"
    await play.later(minutes=6)
    assert channel.tried == 4, "one finds out whether it is mended"
    (task,) = await play.tasks(kind="channel_trouble")
    await play.later(minutes=6)
    assert len(channel.taken) == 3
    assert await play.tasks(kind="channel_trouble") == [], "it has come to an end by itself"
    query = select(Outbox.attempts).where(Outbox.purpose == "support", Outbox.text.is_not(None))
    attempts = await play.database.read(lambda c: list(c.execute(query).scalars()))
    assert set(attempts) == {1}, "no attempt was lost"
    told = [m["text"] for m in await play.phone(task["owner"])]
    assert sum("nothing can be sent (twilio 20003" in one for one in told) == 1
    assert sum("sending works again" in one for one in told) == 1


@pytest.mark.afternoon
async def test_a_provider_whose_day_is_full_is_told_of_and_so_is_whoever_waits(play: Play):
    await play.at("2026-11-30 14:00")
    full = Unreachable("the day's texts are used up", "TooManyRequestsError", after=10 * 3600)
    channel = play.channels["sms"] = Obedient(full)
    await typed(play, LEANNE, "the lift is sorted", author="DO", cases=("P01",))
    await play.service.settle()
    await typed(play, DAWN, "see you at ten", author="DO")
    await play.service.settle()
    assert channel.taken == []
    assert len(await play.tasks(kind="delayed")) == 2, "both were typed by somebody"
    (task,) = await play.tasks(kind="channel_trouble")
    assert "Messages wait until" in task["words"]
    await play.later(hours=10, minutes=1)
    assert len(channel.taken) == 2
    assert await play.tasks(kind="channel_trouble") == []


@pytest.mark.afternoon
async def test_a_number_the_account_may_not_write_to_stays_open_when_the_channel_works_again(
    play: Play,
):
    await play.at("2026-11-30 14:00")
    channel = play.channels["sms"] = Obedient(
        NotAllowed("twilio 21408", "21408"), Misconfigured("twilio 20003", "20003")
    )
    await typed(play, LEANNE, "the lift is sorted")
    await play.service.settle()
    await typed(play, DAWN, "see you at ten")
    await play.service.settle()
    assert len(await play.tasks(kind="channel_trouble")) == 1
    await play.later(minutes=6)
    assert len(channel.taken) == 1
    assert await play.tasks(kind="channel_trouble") == []
    (task,) = await play.tasks(kind="not_allowed")
    assert "may not write to one of our numbers" in task["words"]


@pytest.mark.afternoon
async def test_a_stand_in_is_told_of_when_it_begins_and_when_it_is_over(play: Play):
    await play.at("2026-11-30 14:00")
    usual, other = Named("twilio", Misconfigured("twilio 20003", "20003")), Named("notify")
    play.channels["sms"] = Failover(usual, other, partial(seconds, play))
    await typed(play, LEANNE, "the lift is sorted")
    await play.service.settle()
    (task,) = await play.tasks(kind="channel_trouble")
    assert "Another provider stands in" in task["words"]
    await play.later(minutes=2)
    await typed(play, DAWN, "see you at ten")
    await play.service.settle()
    assert await play.tasks(kind="channel_trouble") == []
    told = [m["text"] for m in await play.phone(task["owner"])]
    assert sum("sending works again" in one for one in told) == 1


def seconds(play: Play) -> float:
    return play.now.timestamp()


class Named(Obedient):
    """One of two providers."""

    def __init__(self, name: str, *faults: Exception) -> None:
        super().__init__(*faults)
        self.name, self.pace = name, Pace(1000, timedelta(0))

    async def look_up(self, *_asked: object) -> tuple[Receipt, ...]:
        return ()


@pytest.mark.afternoon
async def test_a_task_that_breaks_the_ladder_keeps_no_other_from_climbing(play: Play):
    await play.at("2026-11-30 14:00")
    await play.writes("P01", "can you ring me about the form please")
    await play.writes("P05", "can you ring me about the bus please")
    query = select(Task.id).where(Task.done_at.is_(None)).order_by(Task.respond_by, Task.id)
    first, *_rest = await play.database.read(lambda c: list(c.execute(query).scalars()))
    spoil = text("UPDATE task SET words = :rubbish WHERE id = :id")
    given = {"rubbish": b"no ciphertext of ours", "id": first}
    await play.database.write(lambda c: c.execute(spoil, given))
    await play.without_digests()
    play.wakes_at("2026-12-01 09:30")  # when both are to be answered; what is spoiled is older
    await play.later(minutes=20)
    for who, words in (("MB", "about the form"), ("RA", "about the bus")):
        heard = [message["text"] for message in await play.phone(who)]
        assert any("Not taken yet. " in text and words in text for text in heard), who


@pytest.mark.afternoon
@pytest.mark.parametrize(("same", "most"), [(True, 15), (False, 60)])
async def test_one_number_gets_no_more_in_an_hour_than_the_networks_take(
    sqlite_play: Play, same, most
):
    play = sqlite_play
    await play.at("2026-11-30 14:00")
    pace = Pace(1000, timedelta(0), per_hour=60, same_per_hour=15)
    letters = [await typed(play, STRANGER, f"hello {n}") for n in range(most + 5)]
    if same:
        one = update(Outbox).where(Outbox.id.in_(letters)).values(text="hello")
        await play.database.write(lambda c: c.execute(one))
    channel = play.channels["sms"] = Obedient()
    channel.pace = pace
    await play.service.settle()
    assert len(channel.taken) == most
    waits = await play.database.read(lambda c: outbox.find(c, letters[most]))
    assert waits is not None
    assert (waits.status, waits.due_at) == ("waiting", play.now + timedelta(hours=1))
    assert "as many texts as the networks take" in waits.reason
    await play.later(minutes=61)
    assert len(channel.taken) == most + 5
    assert [m.shown.text for m in channel.taken[-2:]] == (
        ["hello", "hello"] if same else [f"hello {most + 3}", f"hello {most + 4}"]
    )


async def test_a_claim_takes_no_more_than_may_leave_now(sqlite_play: Play):
    play = sqlite_play
    await play.service.settle()
    letters = [await typed(play, f"+4477009004{n:02}", "hello") for n in range(20)]
    paces = {"sms": Pace(10, timedelta(0))}

    def one_claim(connection: Connection) -> tuple[int, int]:
        taskforce = play.service.taskforce
        haul = claim(Claiming(connection, taskforce, "w", play.now, paces))
        assert haul.more_at is not None
        return len(haul.claims), haul.handled

    assert await play.database.write(one_claim) == (1, 1)
    rows = select(Outbox.due_at).where(Outbox.id.in_(letters), Outbox.status == "waiting")
    due = await play.database.read(lambda c: set(c.execute(rows).scalars()))
    assert due == {play.now}, "the others were not touched"
