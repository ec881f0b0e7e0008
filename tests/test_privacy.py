"""Nobody who finds the file or the log learns what a family said, or who they are."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from bot import logs
from bot.demo import settle_in
from bot.domain import Inbound, Outgoing, Sent, Uncertain
from bot.turns import quarantine, take
from storage.database import Database
from storage.received import remember
from storage.tables import Received
from tests.imports.demo_files import changed, demo
from tests.stage import KEYS, Play, london

NUMBER = "+447700900187"
NUMBERS = (NUMBER, "07700900187", "07700 900187", "7700900187", "07700 900188", "7700900188")
NAMES = ("Quillfeatherston", "Marigoldberry", "Zanderbrookson", "Wrenfieldmoor")
UPN = "A384000017001"
NOTES = ("courthousewalnut", "gooseberrylantern")
SAID = ("zebrafinchwardrobe", "marmaladetrumpet", "thunderbuttercup", "pelicanumbrella",
        "strawberryanvil", "cinnamonplatypus", "velvetsubmarine", "pumpkinorchestra")  # fmt: skip
FAULTS = ("snowflakehammer", "dandelionengine", "crocodilepillow", "marshmallowtank")
SECRETS = (KEYS.seals[0], KEYS.index_key, "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc")
CANARIES = (*NUMBERS, *NAMES, UPN, *NOTES, *SAID, *FAULTS, *SECRETS)


def found_in(content: bytes) -> list[str]:
    """List the canaries that somebody who searches these bytes would find."""
    haystack = content.lower()
    return [
        canary
        for canary in CANARIES
        for encoding in ("utf-8", "utf-16-le", "utf-16-be")
        if canary.lower().encode(encoding) in haystack
    ]


@pytest.fixture
def debug_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """The service's own log at its most talkative, and everything as it was afterwards."""
    names = ("", *logs.QUIET, "uvicorn", "uvicorn.error")
    before = [
        (log, log.level, log.handlers[:], log.propagate) for log in map(logging.getLogger, names)
    ]
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    written = StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", written)
        logs.set_up("DEBUG")
    yield written
    for log, level, handlers, propagate in before:
        log.setLevel(level)
        log.handlers[:], log.propagate = handlers, propagate


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Marlbridge's files, with names, numbers and notes that stand nowhere else."""
    carer, pupil = {"name": f"{NAMES[0]} {NAMES[1]}", "phone": "07700 900187", "note": NOTES[0]}, {
        "last": NAMES[2], "constraint": NOTES[1]}  # fmt: skip
    staff = {"name": f"Dani {NAMES[3]}", "phone": "07700 900188"}
    given = demo(
        carers=changed("carers", *((2, column, cell) for column, cell in carer.items())),
        pupils=changed("pupils", *((2, column, cell) for column, cell in pupil.items())),
        staff=changed("staff", *((3, column, cell) for column, cell in staff.items())),
    )
    place = tmp_path / "files"
    place.mkdir()
    for name, content in given:
        (place / name).write_bytes(content)
    return place


class BadLine:
    """A phone line that fails in the rudest ways, quoting what it was to send."""

    def __init__(self) -> None:
        self.faults: list[Exception] = [
            ValueError(f"{FAULTS[0]} could not go to {NUMBER}"),
            Uncertain("the answer was lost"),
        ]

    def laid_out(self, message: Outgoing) -> str:
        return message.shown.text

    async def send(self, message: Outgoing) -> Sent:
        if self.faults and message.address == NUMBER:
            raise self.faults.pop(0)
        return Sent(f"SM-{message.ref}", self.laid_out(message))

    async def close(self) -> None: ...


async def a_week(play: Play) -> None:
    """What families and staff say in a week, each word of it to be found nowhere afterwards."""
    await play.writes("P01", f"the {SAID[0]} kept him up all night")
    await play.writes(
        "DO", f"I will ask about the {SAID[1]} today.", reply_to=(await play.last("DO"))["id"]
    )
    await play.later(seconds=11)
    await play.writes("P01", f"he says he wants to die {SAID[2]}")
    await play.writes("DO", f"/find {SAID[3]}")
    await play.writes("DO", "/away")
    await play.writes("unknown", f"who is this? {SAID[4]}")
    await play.at("2026-12-03 15:45")
    await play.writes("P02", f"3 {SAID[5]}")
    await play.writes("P02", f"please stop texting me {SAID[6]}")
    picture = Inbound("sms", "in-picture", NUMBER, SAID[7], media=("image/jpeg",))
    await take(play.database, play.service.taskforce, picture, play.now)
    body = f"From={NUMBER}&Body=%FF{SAID[7]}"
    await quarantine(
        play.database, play.service.taskforce, "sms", "q1", body, "bad bytes", play.now
    )
    await play.service.settle()


async def trouble(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults that quote what a family wrote, everywhere one could reach the log."""

    def broken(*_about: Any) -> None:
        raise ValueError(f"cannot make sense of {FAULTS[1]}")

    def twice(connection: Connection) -> None:
        row = {"channel": "sms", "external_id": FAULTS[2], "at": play.now}
        connection.execute(insert(Received).values(**row))
        connection.execute(insert(Received).values(**row))

    async def nobody_waits() -> None:
        raise ValueError(f"{FAULTS[3]} for {NUMBER}")

    with monkeypatch.context() as patch:
        patch.setattr("bot.turns.spine.hear_family", broken)
        outcome = await play.writes("P01", f"{FAULTS[1]} is broken")
    assert outcome.kept_after_fault
    log = logging.getLogger("somebody.elses.library")
    try:
        await play.database.write(twice)
    except Exception:
        log.exception("A statement failed")
    log.info("to %s with Bearer %s", NUMBER, SECRETS[2])
    forgotten = asyncio.create_task(nobody_waits())
    await asyncio.sleep(0)
    del forgotten
    gc.collect()


def files_of(database: Database) -> dict[str, bytes]:
    path = Path(database.url.removeprefix("sqlite:///"))
    return {found.name: found.read_bytes() for found in path.parent.glob(f"{path.name}*")}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_the_file_and_the_log_of_a_week_give_nothing_away(
    database: Database, folder: Path, debug_log: StringIO, monkeypatch: pytest.MonkeyPatch
):
    play = Play(database, begins=london("2026-12-02 15:00"))
    play.channels["sms"] = BadLine()
    await settle_in(play.service, folder)
    await a_week(play)
    await trouble(play, monkeypatch)

    shown = str([await play.phone("DO"), await play.log("P01"), await play.tasks()])
    for canary in (*SAID[:3], NAMES[0], FAULTS[1]):
        assert canary in shown, "whoever has the keys reads all of it"
    log = debug_log.getvalue()
    assert "A turn failed" in log
    assert "A channel failed oddly" in log
    assert "never retrieved" in log
    assert found_in(log.encode()) == []
    files = files_of(database)
    assert len(files["keyworker.sqlite-wal"]) > 100_000, "the log of writes was looked at too"
    assert {name: found_in(content) for name, content in files.items()} == {
        name: [] for name in files
    }
    await database.close()
    (left,) = files_of(database).values()
    assert found_in(left) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_the_search_itself_would_find_a_word_that_got_through(database: Database):
    await database.write(lambda c: remember(c, "careless", f"said {SAID[0].title()}"))
    found = {name: found_in(content) for name, content in files_of(database).items()}
    assert found["keyworker.sqlite-wal"] == [SAID[0]]
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        assert set(found_in(f"x{NUMBER}".encode(encoding))) == {NUMBER, NUMBER[3:]}
