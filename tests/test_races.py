"""Everybody at once: no turn is lost, nothing is done twice, and STOP is the last word."""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Connection, make_url, select, update

from bot.dispatch import Dispatcher
from bot.dispatch.claiming import Claiming, claim
from bot.domain import Inbound
from bot.scene.family import family_of
from bot.scene.scene import Scene
from bot.turns import start, take
from storage import outbox
from storage.addresses import person_by_id
from storage.database import Database
from storage.tables import Address, Contact, Outbox, Received
from tests.stage import Play
from tests.storage.rows import Home, a_home, a_letter, status_of

FAMILIES = 50
PAUSES = (0.0, 0.0, 0.02, 0.02)  # seconds before a family says STOP


async def settled(play: Play, count: int) -> list[Home]:
    def everybody(connection: Connection) -> list[Home]:
        return [a_home(connection, number) for number in range(count)]

    return await play.database.write(everybody)


def asked(connection: Connection, play: Play, homes: list[Home]) -> None:
    """Everybody has this week's question open."""
    for home in homes:
        scene = Scene(connection, play.service.taskforce, play.now, f"asked:{home.person}")
        family = family_of(scene, person_by_id(connection, home.person))
        assert family is not None
        assert start(scene, family, "check_in", {}, not_after=None)


async def says(play: Play, home: Home, words: str, name: str) -> Any:
    inbound = Inbound("sms", f"{name}-{home.person}", home.number, words)
    return await take(play.database, play.service.taskforce, inbound, play.now)


async def test_fifty_families_answer_at_once_and_every_phone_company_says_it_twice(play: Play):
    homes = await settled(play, FAMILIES)
    await play.database.write(partial(asked, play=play, homes=homes))
    answers = [("3", "week"), ("a lift on monday would help", "help")]
    turns = [
        says(play, home, words, name)
        for home in homes
        for words, name in answers
        for _twice in "ab"
    ]
    random.Random(7).shuffle(turns)
    outcomes = await asyncio.gather(*turns)
    assert Counter(outcome.repeat for outcome in outcomes) == {False: 100, True: 100}
    assert not any(outcome.kept_after_fault for outcome in outcomes)

    def look(connection: Connection) -> tuple[Counter[Any], Counter[Any]]:
        ids = [home.person for home in homes]
        heard = select(Contact.person_id).where(Contact.person_id.in_(ids))
        said = select(Outbox.person_id).where(Outbox.person_id.in_(ids), Outbox.kind == "reply")
        return Counter(connection.execute(heard).scalars()), Counter(
            connection.execute(said).scalars()
        )

    contacts, replies = await play.database.read(look)
    assert set(contacts.values()) == {2}, "one contact for each message"
    assert set(replies.values()) == {2}, "and one answer"
    assert len(contacts) == len(replies) == FAMILIES
    words = [task["words"] for task in await play.tasks(kind="message")]
    assert sum("a lift on monday" in one for one in words) == FAMILIES, "a person reads every one"


async def test_families_and_their_workers_who_all_write_at_once_do_not_trip_each_other(
    play: Play, caplog: pytest.LogCaptureFixture
):
    """A family's turn points at its worker and the worker's at the family: neither may wait."""
    caplog.set_level(logging.INFO, "storage")
    homes = await settled(play, 20)
    await play.database.write(partial(asked, play=play, homes=homes))
    staff = [(ref, f"{ref}-{number}") for ref in ("DO", "MB", "HM") for number in range(5)]
    typed = [Inbound("staff", name, f"simulated-{ref}", "/today") for ref, name in staff]
    taskforce = play.service.taskforce
    *outcomes, sent = await asyncio.gather(
        *(says(play, home, "a lift on monday would help", "help") for home in homes),
        *(take(play.database, taskforce, inbound, play.now) for inbound in typed),
        *(says(play, home, "3", "week") for home in homes),
        play.service.dispatcher.drain(),
    )
    await play.service.settle()
    assert sent is None
    assert [one.kept_after_fault for one in outcomes] == [False] * 55
    assert caplog.text.count("tried again") <= 1, "deadlocks cost a second each, and then a turn"


async def test_a_message_that_comes_three_times_two_of_them_at_once_is_one(play: Play):
    (home,) = await settled(play, 1)
    await play.database.write(partial(asked, play=play, homes=[home]))
    outcomes = await asyncio.gather(says(play, home, "3", "one"), says(play, home, "3", "one"))
    outcomes.append(await says(play, home, "3", "one"))
    assert sorted(outcome.repeat for outcome in outcomes) == [False, True, True]

    def count(connection: Connection) -> tuple[int, int, int]:
        received = select(Received).where(Received.external_id == f"one-{home.person}")
        contacts = select(Contact).where(Contact.address_id == home.line)
        said = select(Outbox).where(Outbox.address_id == home.line, Outbox.kind == "reply")
        found = [len(connection.execute(query).all()) for query in (received, contacts, said)]
        return found[0], found[1], found[2]

    assert await play.database.read(count) == (1, 1, 1)


@dataclass
class Watched:
    """A database that looks at something as the last act of every write."""

    inner: Database
    look: Callable[[Connection], Any]
    seen: list[Any] = field(default_factory=list)

    async def write(self, work: Callable[[Connection], Any]) -> Any:
        def work_then_look(connection: Connection) -> tuple[Any, Any]:
            return work(connection), self.look(connection)

        answer, seen = await self.inner.write(work_then_look)
        self.seen.append(seen)
        return answer


async def stop(play: Play, home: Home, letter: int, pause: float) -> str:
    """A family says STOP; returns how its waiting message stood when the opt-out committed.

    The turn holds the address up to its COMMIT, and an intent needs the address: what the turn
    sees as its last act is what had been intended before it.
    """
    watched = Watched(play.database, lambda connection: status_of(connection, letter))
    inbound = Inbound("sms", f"stop-{home.person}", home.number, "STOP", provider="twilio")
    if pause:
        await asyncio.sleep(pause)
    # The carrier confirms STOP: one message less to send in a thousand rounds.
    taskforce = replace(play.service.taskforce, confirm_stop=frozenset({"twilio"}))
    await take(watched, taskforce, inbound, play.now)
    (seen,) = watched.seen
    return str(seen)


def due_now(connection: Connection, play: Play, homes: list[Home]) -> list[int]:
    """Automatic messages for these families; what staff would be told is put aside."""
    notices = update(Outbox).where(Outbox.kind == "staff", Outbox.status == "waiting")
    connection.execute(notices.values(status="cancelled"))
    common = {"kind": "proactive", "at": play.now, "due_at": play.now}
    return [
        a_letter(connection, home.line, f"check_in/{home.person}", person_id=home.person, **common)
        for home in homes
    ]


async def race(
    play: Play, homes: list[Home], senders: list[Dispatcher], dice: random.Random
) -> list[tuple[str, str]]:
    """Families say STOP while two senders reach for what waits for them; (then, in the end)."""
    letters = await play.database.write(partial(due_now, play=play, homes=homes))
    pauses = [dice.choice(PAUSES) for _home in homes]
    stops = map(partial(stop, play), homes, letters, pauses)
    seen, *_ = await asyncio.gather(
        asyncio.gather(*stops), *(one.claim_and_send() for one in senders)
    )
    for one in senders:
        await one.drain()
    ends = await play.database.read(lambda c: [status_of(c, letter) for letter in letters])
    return list(zip(seen, ends, strict=True))


async def test_nothing_automatic_sets_out_once_somebody_has_said_stop(play: Play, capsys):
    rounds, together = 160, 20 if "sqlite" in play.database.url else 5
    dice = random.Random(11)
    homes = await settled(play, rounds)
    service = play.service
    senders = [
        Dispatcher(play.database, service.channels, service.taskforce, service.now, name)
        for name in ("one", "two")
    ]
    ends: Counter[tuple[str, str]] = Counter()
    for first in range(0, rounds, together):
        ends.update(await race(play, homes[first : first + together], senders, dice))
    left_before = sum(count for (seen, _), count in ends.items() if seen != "waiting")
    left_after = ends.total() - left_before - ends["waiting", "cancelled"]
    with capsys.disabled():
        said = f" {rounds} races: {left_before} had left, {left_after} left after STOP "
        print(said, end="")
    assert left_after == 0
    assert set(ends) <= {("waiting", "cancelled"), ("sending", "sent"), ("sent", "sent")}
    assert 0 < left_before < rounds, "each came first at times, or nothing was raced"

    def opted_out(connection: Connection) -> int:
        ids = [home.line for home in homes]
        query = select(Address.id).where(Address.id.in_(ids), Address.opted_out_at.is_not(None))
        return len(connection.execute(query).all())

    assert await play.database.read(opted_out) == rounds


@pytest.mark.parametrize("play", ["postgresql"], indirect=True)
async def test_whoever_is_about_to_send_holds_the_address_until_the_intent_is_kept(play: Play):
    """Nobody else can change an address between the look at it and the COMMIT of the intent."""
    (home,) = await settled(play, 1)
    key = {"kind": "proactive", "person_id": home.person, "at": play.now, "due_at": play.now}
    letter = await play.database.write(lambda c: a_letter(c, home.line, "one", **key))
    url = make_url(play.database.url)
    said: list[str] = []

    async def try_to_hold() -> None:
        other = await asyncpg.connect(
            host=url.query["host"], user="postgres", database=url.database
        )
        try:
            query = "SELECT id FROM address WHERE id = $1 FOR UPDATE NOWAIT"
            said.append(str(await other.fetch(query, home.line)))
        except asyncpg.LockNotAvailableError:
            said.append("held")
        finally:
            await other.close()

    def claim_and_wait(connection: Connection) -> None:
        haul = claim(Claiming(connection, play.service.taskforce, "w", play.now))
        assert letter in [one.outbox_id for one in haul.claims]
        elsewhere = threading.Thread(target=lambda: asyncio.run(try_to_hold()))
        elsewhere.start()
        elsewhere.join()

    await play.database.write(claim_and_wait)
    assert said == ["held"]
    row = await play.database.read(lambda c: outbox.find(c, letter))
    assert row is not None
    assert (row.status, row.intent_at) == ("sending", play.now)
