"""A process killed in the middle of a turn: all of it is there afterwards, or nothing."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from bot.dispatch import Dispatcher
from bot.domain import Inbound
from bot.turns import take
from storage.database import Database
from storage.sqlite_writer import integrity
from storage.tables import Contact, ContactCase, Conversation, Due, Outbox, Person, Received, Task
from tests.stage import Play
from tests.storage.killed_turn import AFTER_COMMIT, BEFORE_COMMIT, LIVED
from tests.storage.rows import Home, a_letter, status_of
from tests.test_races import asked, settled

HOUSE = Path(__file__).parent.parent
MOST_STEPS = 64  # more than a turn has statements


def traces(connection: Connection, home: Home) -> dict[str, Any]:
    """Everything a turn of this family leaves behind, without what differs between families."""
    source = f"in-{home.number}"
    key = f"in:sms:{source}%"
    ref = connection.execute(select(Person.ref).where(Person.id == home.person)).scalar_one()
    state = select(Conversation.state).where(Conversation.person_id == home.person)
    contacts = select(Contact.id).where(Contact.person_id == home.person)
    queries = {
        "received": select(Received.channel).where(Received.external_id == source),
        "contacts": select(Contact.direction, Contact.words, Contact.sensitivity)
        .where(Contact.person_id == home.person),
        "links": select(ContactCase.ended_at).where(ContactCase.contact_id.in_(contacts)),
        "messages": select(Outbox.kind, Outbox.purpose, Outbox.status)
        .where(Outbox.key.like(key)).order_by(Outbox.key),
        "tasks": select(Task.kind, Task.level, Task.done_at)
        .where(Task.person_id == home.person).order_by(Task.id),
        "due": select(Due.job, Due.turn).where(Due.subject == ref).order_by(Due.job),
        "turns": select(Person.turns).where(Person.id == home.person),
    }  # fmt: skip
    found = {name: [tuple(row) for row in connection.execute(query)] for name, query in
             queries.items()}  # fmt: skip
    kept = connection.execute(state).scalar_one_or_none() or {}
    left_out = ("cases", "answers")
    return found | {"state": {k: v for k, v in kept.items() if k not in left_out}}


Killer = subprocess.Popen[str]


@pytest.fixture(scope="module")
def killer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killer]:
    """One process for all storms: it needs seconds to learn all that the service knows."""
    complaints = tmp_path_factory.mktemp("killer") / "complaints"
    with (
        complaints.open("w") as said,
        subprocess.Popen(
            [sys.executable, "-m", "tests.storage.killed_turn"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, cwd=HOUSE, text=True,
        ) as started,
    ):  # fmt: skip
        yield started
        assert started.stdin is not None
        started.stdin.close()
        assert started.wait() == 0, complaints.read_text()[-2000:]


def storm(play: Play, killer: Killer, homes: list[Home], words: str) -> list[int | str]:
    """Kill turns in a process of their own; returns where each family's was killed."""
    given = {
        "url": play.database.url,
        "words": words,
        "now": play.now.isoformat(),
        "phones": [home.number for home in homes],
    }
    assert killer.stdin is not None
    assert killer.stdout is not None
    killer.stdin.write(f"{json.dumps(given)}\n")
    killer.stdin.flush()
    said = killer.stdout.readline()
    assert said, "it broke; its complaints come when the module ends"
    steps: list[int | str] = json.loads(said)
    return steps


class SlowToAnswer:
    """A database that has committed a while before it says so."""

    def __init__(self, inner: Database) -> None:
        self.inner, self.committed = inner, asyncio.Event()

    async def write(self, work: Callable[[Connection], Any]) -> Any:
        answer = await self.inner.write(work)
        self.committed.set()
        await asyncio.sleep(0.05)
        return answer


async def test_a_service_that_is_stopped_while_it_claims_still_sends_what_it_claimed(play: Play):
    """Its intents are kept: dropped, the messages would be nobody's until their leases end."""
    (home,) = await settled(play, 1)
    letter = await play.database.write(lambda c: a_letter(c, home.line, "one", kind="safety"))
    slow, service = SlowToAnswer(play.database), play.service
    dispatcher = Dispatcher(slow, service.channels, service.taskforce, service.now, "w")
    claiming = asyncio.create_task(dispatcher.claim_and_send())
    await slow.committed.wait()
    claiming.cancel()
    await asyncio.gather(claiming, return_exceptions=True)
    await dispatcher.landed()
    assert await play.database.read(lambda c: status_of(c, letter)) == "sent"


@pytest.mark.parametrize("words", ["3", "he says he wants to die"])
async def test_a_turn_that_is_killed_anywhere_is_all_there_or_not_at_all(
    play: Play, words: str, killer: Killer, capsys: pytest.CaptureFixture[str]
):
    homes = await settled(play, MOST_STEPS)
    await play.database.write(partial(asked, play=play, homes=homes))
    look = partial(traces, home=homes[-1])
    nothing = await play.database.read(look)
    steps = storm(play, killer, homes, words)
    found = await play.database.read(lambda c: [traces(c, home) for home in homes[: len(steps)]])
    everything = found[steps.index(LIVED)]
    assert everything["received"] == [("sms",)]
    assert len(everything["contacts"]) == 1
    assert ("reply" if words == "3" else "safety") in dict.fromkeys(
        kind for kind, *_rest in everything["messages"]
    )
    for step, home_found in zip(steps, found, strict=True):
        whole = step in {LIVED, AFTER_COMMIT}
        assert home_found == (everything if whole else nothing), f"killed at {step}"
    assert steps[-2:] == [BEFORE_COMMIT, AFTER_COMMIT]
    with capsys.disabled():
        print(f" killed at {len(steps) - 1} steps ", end="")

    for step, home in zip(steps, homes, strict=False):
        inbound = Inbound("sms", f"in-{home.number}", home.number, words)
        outcome = await take(play.database, play.service.taskforce, inbound, play.now)
        assert outcome.repeat is (step in {LIVED, AFTER_COMMIT}), "the provider tries again"
        assert not outcome.kept_after_fault
        assert await play.database.read(partial(traces, home=home)) == everything, step
    if "sqlite" in play.database.url:
        assert await play.database.read(integrity) == "ok"
        wal = await play.database.read(lambda c: c.execute(text("PRAGMA journal_mode")).scalar())
        assert wal == "wal"
