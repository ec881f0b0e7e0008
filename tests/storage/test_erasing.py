"""Words that are erased are gone from everywhere the service had put them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from bot.domain import Inbound
from bot.turns import take
from storage.contacts import by_source
from storage.erasing import Erasure, erase
from storage.tables import Contact, Task
from storage.tables.base import Table
from tests.stage import Play
from tests.storage.restores import LEANNE, SAID

CHANGED = "he slept at home after all"


def holding(connection: Connection, words: str) -> set[str]:
    """The tables in which words stand, as whoever has the keys reads them."""
    tables = Table.metadata.sorted_tables
    rows: list[tuple[str, Any]] = [(t.name, connection.execute(select(t)).all()) for t in tables]
    return {name for name, found in rows if words in str(found)}


async def hears(play: Play, number: str, words: str, **more: str) -> None:
    said = Inbound("sms", number, LEANNE, words, **more)
    await take(play.database, play.service.taskforce, said, play.now)
    await play.service.settle()


async def test_of_a_changed_message_the_first_words_can_be_erased_and_the_second_stay(play: Play):
    def erased(connection: Connection) -> int:
        first = select(Contact.id).where(Contact.source == "sms:in-1")
        mark = Erasure(play.now, "HM", "asked for by the family")
        return erase(connection, connection.execute(first).scalar_one(), mark)

    def left(connection: Connection) -> tuple[str, str | None]:
        changed = by_source(connection, "sms:in-1")
        query = select(Task.words).where(Task.contact_id == changed.id)
        return connection.execute(query).scalar_one(), changed.words

    await play.at("2026-11-30 14:00")
    await hears(play, "in-1", SAID)
    await play.at("2026-11-30 16:30")  # a digest in between
    await hears(play, "in-2", CHANGED, amends="in-1")
    await play.writes("DO", "/case P01")
    assert await play.database.read(lambda c: holding(c, SAID)) == {"contact", "outbox", "task"}
    assert await play.database.write(erased) == 1
    assert await play.database.write(erased) == 0
    assert await play.database.read(lambda c: holding(c, SAID)) == set()
    words, said = await play.database.read(left)
    assert words.endswith(f"{CHANGED}\n(changed; before: (erased))")
    assert said == CHANGED


async def test_what_staff_wrote_leaves_the_draft_the_desk_and_the_text_as_well(play: Play):
    def erased(connection: Connection) -> int:
        rows = connection.execute(select(Contact.id, Contact.words)).all()
        [ours] = [row.id for row in rows if SAID in (row.words or "")]
        return erase(connection, ours, Erasure(play.now, "HM", "sent by mistake"))

    await play.at("2026-11-30 14:00")
    await play.writes("DO", f"/write P01 We know that {SAID}.")
    await play.presses("DO", "send")
    await play.later(seconds=11)
    there = await play.database.read(lambda c: holding(c, SAID))
    assert there >= {"contact", "desk_entry", "outbox"}
    await play.database.write(erased)
    assert await play.database.read(lambda c: holding(c, SAID)) == set()
