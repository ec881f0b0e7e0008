"""Rounds: many processes look on, one asks; and a list is never worked through twice or in part."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import insert

from storage import asked, rounds
from storage.received import note_received
from storage.tables import DeliveryEvent
from tests.stage import london

NOW = london("2026-12-03 15:45")
MINUTE, NAME = timedelta(minutes=1), "twilio_messages"


async def begins(database, now=NOW, name=NAME):
    return await database.write(lambda c: rounds.begin(c, name, now, now + MINUTE))


async def test_of_eight_processes_one_takes_the_round(database):
    assert sum(await asyncio.gather(*(begins(database) for _ in range(8)))) == 1
    assert await begins(database, name="another") is True


async def test_nobody_begins_before_the_round_is_due_again(database):
    await begins(database)
    following = NOW + timedelta(seconds=10)
    assert await database.write(lambda c: rounds.end(c, NAME, NOW + MINUTE, following))
    assert await database.read(lambda c: rounds.due(c, NAME)) == following
    assert await begins(database, NOW + timedelta(seconds=9.999)) is False
    assert await begins(database, following) is True


async def test_a_process_that_died_is_followed_by_another_and_has_no_say_any_more(database):
    await begins(database)
    assert await begins(database, NOW + timedelta(seconds=59)) is False
    assert await begins(database, NOW + MINUTE) is True
    late = await database.write(lambda c: rounds.end(c, NAME, NOW + MINUTE, NOW))
    assert late is False
    assert await database.read(lambda c: rounds.due(c, NAME)) == NOW + 2 * MINUTE


async def test_what_has_been_seen_is_never_unseen(database):
    for moment in (NOW, NOW - MINUTE):
        await database.write(lambda c, m=moment: rounds.reach(c, NAME, m))
    assert await database.read(lambda c: rounds.reached(c, NAME)) == NOW
    assert await database.read(lambda c: rounds.reached(c, "another")) is None


async def test_texts_of_one_moment_are_worked_through_one_by_one(database):
    def receive(connection):
        for number in range(7):
            note_received(connection, "sms", f"SM{number}", NOW + MINUTE * (number // 4))
        note_received(connection, "telegram", "1", NOW)

    await database.write(receive)
    place, names = "", []
    for _ in range(4):
        got = await database.read(
            lambda c, p=place: asked.received_after(c, p, NOW + MINUTE, limit=2)
        )
        names += [name for _place, name in got]
        place = got[-1][0]
    assert names == [f"SM{number}" for number in range(7)]
    assert await database.read(lambda c: asked.received_after(c, "", NOW - MINUTE, 9)) == []


async def test_only_last_words_are_worked_through(database):
    said = ("queued", "sent", "delivered", "sent", "undelivered", "unknown")

    def tell(connection):
        for number, status in enumerate(said):
            row = {"outbox_ref": "r", "at": NOW, "status": status, "code": ""}
            connection.execute(insert(DeliveryEvent).values(external_id=f"SM{number}", **row))

    await database.write(tell)
    got = await database.read(lambda c: asked.last_words_after(c, "", NOW, 9))
    assert [name for _place, name in got] == ["SM2", "SM4", "SM5"]
    rest = await database.read(lambda c: asked.last_words_after(c, got[0][0], NOW, 9))
    assert rest == got[1:]
