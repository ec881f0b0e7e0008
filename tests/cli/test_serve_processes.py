"""`serve` as real processes: several on PostgreSQL, one on SQLite, and all of them stop whole."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import Connection

from storage import outbox
from storage.folder import word_left
from storage.migrate import upgrade
from tests.fakes.answers import served
from tests.fakes.postgres import create_database, drop_database
from tests.fakes.twilio_calls import ACCOUNT, SENDER, TOKEN
from tests.stage import KEYS, Play, open_stage
from tests.storage.rows import a_home, a_letter, status_of

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HOUSE = Path(__file__).parents[2]
WITHIN = 60.0  # seconds; a process that takes longer to start or stop has failed
READY = {"worker": "Working:", "web": "Open http", "all": "Open http"}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start(folder: Path, role: str, port: int = 0, **more: str) -> subprocess.Popen[str]:
    clean = {n: v for n, v in os.environ.items() if not n.startswith(("KEYWORKER", "TWILIO"))}
    own = {
        "KEYWORKER_DATA_DIR": str(folder),
        "KEYWORKER_KEYS": KEYS.seals[0],
        "KEYWORKER_INDEX_KEY": KEYS.index_key,
        "KEYWORKER_PORT": str(port or free_port()),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "serve", "--role", role, "--log-level", "WARNING"],
        cwd=HOUSE, env=clean | own | more, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def begun(process: subprocess.Popen[str], role: str) -> None:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith(READY[role]):
        process.kill()
        pytest.fail(f"{role}: {line} {process.communicate()[1][-3000:]}")


def stopped(process: subprocess.Popen[str], how: signal.Signals = signal.SIGTERM) -> None:
    process.send_signal(how)
    wrong = process.communicate(timeout=WITHIN)[1]
    assert (process.returncode, "Traceback" in wrong) == (0, False), wrong[-3000:]


@contextmanager
def ended(*processes: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def get(port: int, path: str) -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.load(answer)


@pytest.fixture
def url(postgres) -> Iterator[str]:
    made = asyncio.run(create_database(postgres))
    yield made
    asyncio.run(drop_database(made))


def test_on_postgresql_processes_start_together_share_a_folder_and_stop_whole(url, tmp_path):
    folder, port = tmp_path / "data", free_port()
    given = {"KEYWORKER_DATABASE_URL": url}
    workers = [start(folder, "worker", **given) for _ in range(2)]
    site = start(folder, "web", port, **given)
    with ended(*workers, site):
        for worker in workers:
            begun(worker, "worker")
        begun(site, "web")
        assert word_left(folder)[0] == port
        limit = time.monotonic() + WITHIN
        while "heartbeat_seconds" not in (found := get(port, "/health/ready")):
            assert time.monotonic() < limit, "no worker left a heartbeat"
            time.sleep(0.05)
        assert found["database"] == "ok"
        assert found["heartbeat_seconds"] < 30
        second = start(folder, "web", **given)
        wrong = second.communicate(timeout=WITHIN)[1]
        assert second.returncode == 2
        assert wrong.splitlines()[-1].startswith("keyworker: Another Keyworker is using the folder")
        for process in (*workers, site):
            stopped(process)


def test_a_second_process_on_an_sqlite_file_is_refused_in_a_clear_sentence(tmp_path):
    folder = tmp_path / "data"
    first = start(folder, "all")
    with ended(first):
        begun(first, "all")
        second = start(folder, "all")
        out, wrong = second.communicate(timeout=WITHIN)
        assert (second.returncode, out, "Traceback" in wrong) == (2, "", False)
        assert "Another Keyworker is using the folder “data”. Stop it first." in wrong
        stopped(first, signal.SIGINT)


# ---- What is in flight lands ------------------------------------------------------------------


class SlowTwilio:
    """Takes a text, and answers only when it is let."""

    def __init__(self) -> None:
        self.asked, self.may_answer = threading.Event(), threading.Event()
        self.posts, self.base_url = 0, ""

    async def post(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.posts += 1
        self.asked.set()
        await asyncio.to_thread(self.may_answer.wait, WITHIN)
        answer = {"sid": f"SM{self.posts:032x}", "status": "queued", "to": form["To"]}
        return web.json_response(answer, status=201)


@contextmanager
def slow_twilio() -> Iterator[SlowTwilio]:
    twilio, app = SlowTwilio(), web.Application()
    app.router.add_post("/2010-04-01/Accounts/{sid}/Messages.json", twilio.post)
    with served(app) as twilio.base_url:
        try:
            yield twilio
        finally:
            twilio.may_answer.set()


async def prepared(url: str) -> int:
    """A database with one text that is due."""
    database, now = open_stage(url), datetime.now(UTC)
    try:
        await database.write(upgrade)
        return await database.write(lambda c: due(c, now))
    finally:
        await database.close()


def due(connection: Connection, now: datetime) -> int:
    line = a_home(connection, 1).line
    return a_letter(connection, line, "one", kind="safety", at=now, due_at=now)


async def what_became(url: str, letter: int) -> str:
    database = open_stage(url)
    try:
        return await database.read(lambda c: status_of(c, letter))
    finally:
        await database.close()


@pytest.mark.parametrize(("engine", "role"), [("sqlite", "all"), ("postgresql", "worker")])
def test_a_text_that_is_being_handed_over_lands_before_the_process_ends(
    engine, role, request, tmp_path
):
    folder = tmp_path / "data"
    folder.mkdir()
    on_file = f"sqlite:///{folder / 'keyworker.sqlite'}"
    url = request.getfixturevalue("url") if engine == "postgresql" else on_file
    letter = asyncio.run(prepared(url))
    given = {
        "KEYWORKER_DATABASE_URL": url, "KEYWORKER_PUBLIC_URL": "https://texts.example.org",
        "SMS_PROVIDER": "twilio", "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": SENDER,
    }  # fmt: skip
    with slow_twilio() as twilio:
        process = start(folder, role, TWILIO_API_BASE=twilio.base_url, **given)
        with ended(process):
            begun(process, role)
            assert twilio.asked.wait(WITHIN)
            process.send_signal(signal.SIGTERM)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=0.5)
            twilio.may_answer.set()
            _out, wrong = process.communicate(timeout=WITHIN)
            assert process.returncode == 0, wrong[-3000:]
        assert twilio.posts == 1
    assert asyncio.run(what_became(url, letter)) == "sent"


async def test_what_never_lands_is_left_to_its_lease_and_does_not_keep_the_process(
    sqlite_play: Play, caplog
):
    class Deaf:
        def laid_out(self, message):
            return message.shown.text

        async def send(self, message):
            begun.set()
            await asyncio.Event().wait()

        async def close(self):
            pass

    begun = asyncio.Event()
    await sqlite_play.service.settle()
    sqlite_play.channels["sms"] = Deaf()
    sqlite_play.service.patience = 0.02
    async with sqlite_play.service.at_work():
        letter = await sqlite_play.database.write(lambda c: due(c, sqlite_play.now))
        sqlite_play.service.dispatcher.wake()
        await asyncio.wait_for(begun.wait(), WITHIN)
    assert "did not land in time; its lease will tell" in caplog.text
    row = await sqlite_play.database.read(lambda c: outbox.find(c, letter))
    assert (row.status, row.lease_until is None) == ("sending", False)


def test_a_process_that_hangs_while_it_stops_is_ended_hard():
    code = "import threading as t, bot.cli.watchdog as w; w.end_within(0.05); t.Event().wait()"
    asked = [sys.executable, "-c", code]
    done = subprocess.run(asked, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.returncode == 75
    assert done.stderr == "keyworker: stopping hung; the process was ended hard.\n"
