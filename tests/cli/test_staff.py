"""`staff invite` and `staff revoke`: with a service running or without, and never a second code."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import uvicorn

from bot.app import open_migrated, service_keys
from bot.domain import Inbound
from bot.handlers.internal import BackDoor
from bot.handlers.web import web_app
from bot.scene.scene import Taskforce
from bot.settings import DEMO, read_lexicon, read_settings
from bot.taskforce_file import read_practice
from bot.turns import take
from scheduler import clock
from storage.addresses import lines_of, person_by_ref
from storage.database import Database
from storage.folder import leave_word, locked, word_left
from storage.tables import Audit
from tests.cli.conftest import PEOPLE

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

NOW = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}")
UNKNOWN = (
    "keyworker: There is no member of staff with this id. "
    "Known are: HM, DO, MB, PN, TW, SG, RA, FS, JL.\n"
)
KEY = "the-key-in-the-data-folder"


@pytest.fixture
def marlbridge(installation, monkeypatch):
    """Marlbridge as a real installation on Mon 30 Nov 2026."""
    monkeypatch.setenv("KEYWORKER_TASKFORCE_FILE", str(DEMO / "taskforce.toml"))
    monkeypatch.setattr(clock, "wall_clock", lambda: NOW)
    assert installation.run("import", "people", *PEOPLE).code == 0
    return installation


def taskforce() -> Taskforce:
    return Taskforce(read_practice(DEMO / "taskforce.toml"), read_lexicon())


def at_the_database(work: Callable[[Database], Any]) -> Any:
    """Do something with the installation's database."""

    async def opened() -> Any:
        settings = read_settings()
        database = await open_migrated(settings.url, service_keys(settings))
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(opened())


def chats_of_dani() -> list[str]:
    def look(connection: Any) -> list[str]:
        lines = lines_of(connection, person_by_ref(connection, "DO").id)
        return [line.address for line in lines if line.channel == "staff"]

    return at_the_database(lambda database: database.read(look))


def types_at_the_staff_bot(chat: str, words: str) -> None:
    inbound = Inbound("staff", f"in-{chat}-{words}", chat, words)
    at_the_database(lambda database: take(database, taskforce(), inbound, NOW))


@contextmanager
def a_running_service(installation) -> Iterator[list[str]]:
    """A service that holds the folder and listens, as `serve` leaves word of it."""
    woken: list[str] = []
    with closing(socket.socket()) as bound, locked(installation.folder):
        bound.bind(("127.0.0.1", 0))
        leave_word(installation.folder, bound.getsockname()[1], KEY)
        stop = threading.Event()
        ready = threading.Event()

        async def serve() -> None:
            settings = read_settings()
            database = await open_migrated(settings.url, service_keys(settings))
            door = BackDoor(KEY, database, taskforce(), lambda: NOW, lambda: woken.append("woken"))
            app = web_app(ready=database.ready, routes=door.routes())
            server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
            serving = asyncio.create_task(server.serve(sockets=[bound]))
            while not server.started:  # noqa: ASYNC110  uvicorn offers no event
                await asyncio.sleep(0.01)
            ready.set()
            await asyncio.to_thread(stop.wait)
            server.should_exit = True
            await serving
            await database.close()

        running = threading.Thread(target=lambda: asyncio.run(serve()))
        running.start()
        try:
            assert ready.wait(20)
            yield woken
        finally:
            stop.set()
            running.join()


def test_an_invitation_is_shown_once_and_lets_in_whoever_types_it(marlbridge):
    said = marlbridge.run("staff", "invite", "DO")
    assert (said.err, said.code) == ("", 0)
    first, second, third = said.out.splitlines()
    assert first == "Dani Okafor: type this code to the staff bot until Mon 30 Nov 08:40."
    assert CODE.fullmatch(second.strip())
    assert third == "It works once, for one chat. Give it to them in person or by phone."
    (code,) = CODE.findall(said.out)
    types_at_the_staff_bot("7001", code)
    assert chats_of_dani() == ["7001"]
    again = marlbridge.run("staff", "invite", "DO")
    assert CODE.findall(again.out) != [code]


def test_whoever_is_cut_off_has_no_chat_any_more_and_the_audit_is_whole(marlbridge):
    types_at_the_staff_bot("7001", CODE.findall(marlbridge.run("staff", "invite", "DO").out)[0])
    said = marlbridge.run("staff", "revoke", "DO")
    assert (said.err, said.code) == ("", 0)
    assert said.out.splitlines()[0] == (
        "Dani Okafor is cut off: chats, codes and notices ended at once."
    )
    assert chats_of_dani() == []
    assert marlbridge.run("audit", "verify").out == "The audit is whole.\n"

    def look(connection: Any) -> list[tuple[str, str]]:
        return [(row.what, row.subject) for row in connection.execute(Audit.__table__.select())]

    audited = at_the_database(lambda database: database.read(look))
    assert audited[-3:] == [
        ("staff invite", "DO"),
        ("staff connected", "DO"),
        ("staff revoke", "DO"),
    ]
    returns = marlbridge.run("staff", "invite", "DO").out.splitlines()[-1]
    assert returns == "Their access had been ended: the code gives it back."


def test_an_id_nobody_has_is_refused_in_one_line_that_names_the_known(marlbridge):
    for deed in ("invite", "revoke"):
        for ref in ("ZZ", "do", "", "Dani Okafor"):
            said = marlbridge.run("staff", deed, ref)
            assert (said.out, said.err, said.code) == ("", UNKNOWN, 2)


def test_before_anybody_is_imported_it_says_so(installation):
    said = installation.run("staff", "invite", "DO")
    assert said.code == 2
    assert said.err == (
        "keyworker: There is no member of staff with this id. "
        "Known are: nobody: import staff first.\n"
    )


def test_with_a_service_running_the_service_does_it(marlbridge):
    with a_running_service(marlbridge) as woken:
        said = marlbridge.run("staff", "invite", "DO")
        assert (said.err, said.code) == ("", 0)
        (code,) = CODE.findall(said.out)
        cut = marlbridge.run("staff", "revoke", "MB")
        assert cut.out.startswith("Marcus Bell is cut off")
        assert woken == ["woken"], "what was handed on goes out at once"
        nobody = marlbridge.run("staff", "revoke", "ZZ")
        assert (nobody.out, nobody.err, nobody.code) == ("", UNKNOWN, 2)
    types_at_the_staff_bot("7001", code)
    assert chats_of_dani() == ["7001"]
    assert marlbridge.run("audit", "verify").out == "The audit is whole.\n"


def test_a_process_that_left_no_word_has_to_be_stopped_first(installation):
    with locked(installation.folder):
        said = installation.run("staff", "revoke", "DO")
    assert (said.out, said.code) == ("", 2)
    assert said.err == "keyworker: Another Keyworker is using the data folder. Stop it first.\n"


def test_a_process_that_does_not_answer_has_to_be_stopped_first(installation):
    """A worker on its own leaves word and does not listen."""
    with closing(socket.socket()) as bound, locked(installation.folder):
        bound.bind(("127.0.0.1", 0))
        leave_word(installation.folder, bound.getsockname()[1], KEY)
        said = installation.run("staff", "revoke", "DO")
    assert (said.out, said.code) == ("", 2)
    assert said.err == "keyworker: The running service does not answer. Stop it first.\n"


def test_a_service_with_another_key_takes_no_command(installation):
    with a_running_service(installation):
        port, _key = word_left(installation.folder)
        leave_word(installation.folder, port, "stale")
        said = installation.run("staff", "revoke", "DO")
    assert (said.out, said.code) == ("", 2)
    assert said.err == (
        "keyworker: The running service does not take this command. Stop it first.\n"
    )


def test_without_keys_the_command_says_how_to_make_them(installation, monkeypatch):
    monkeypatch.setenv("KEYWORKER_KEYS", "")
    said = installation.run("staff", "invite", "DO")
    assert said.code == 2
    assert "`python -m bot keys new` makes a pair." in said.err
