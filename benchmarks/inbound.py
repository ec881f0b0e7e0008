"""P1 and P2: a family's text over HTTP, answered once the whole turn is committed."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import itertools
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from hashlib import sha1
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from sqlalchemy import Connection, make_url

from benchmarks import fill
from benchmarks.asked import Asked
from benchmarks.disk import NoSlowDisk, slow_disk, surroundings
from benchmarks.ground import NOW, Ground, a_folder, laid
from benchmarks.load import Figures, post
from benchmarks.postgres import durable_postgres
from benchmarks.report import at_least, at_most, figure, heading, rate, ratio, skipped
from benchmarks.servers import PUBLIC_URL, SENDER, SID, TOKEN
from benchmarks.textbook import PATH, way
from tests.fakes.postgres import create_database

FAMILIES = 20_000
# How families answer a check-in: a good week, a hard one, their own words.
WORDS = ["1", "3", "ok thanks", "he was late today but he went in", "2"]
TEXTBOOK_SHARE = 5


def requests(first: int) -> Callable[[], bytes]:
    """Make signed Twilio posts, each from the next family; ids begin with a number of their own."""
    families, words = itertools.cycle(range(1, FAMILIES + 1)), itertools.cycle(WORDS)
    ids = itertools.count(first * 10**9)

    def make() -> bytes:
        form = {
            "MessageSid": f"SM{next(ids):032x}",
            "AccountSid": SID,
            "From": fill.number_of(next(families)),
            "To": SENDER,
            "Body": next(words),
            "NumMedia": "0",
        }
        text = PUBLIC_URL + PATH + "".join(f"{key}{form[key]}" for key in sorted(form))
        signed = base64.b64encode(hmac.digest(TOKEN.encode(), text.encode(), sha1)).decode()
        body = urlencode(form).encode()
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nX-Twilio-Signature: {signed}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    return make


@contextlib.asynccontextmanager
async def serving(kind: str, ground: Ground | None = None) -> AsyncIterator[int]:
    """Start one server process and wait until it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    where = [ground.url, str(ground.folder)] if ground else []
    command = [sys.executable, "-m", "benchmarks.servers", kind, str(port), *where]
    environment = surroundings(ground.under if ground else None)
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    try:
        await _listens(process, port)
        yield port
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _listens(process: asyncio.subprocess.Process, port: int) -> None:
    for _try in range(300):
        if process.returncode is not None:
            raise SystemExit("a server that was to be measured did not start")
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        return


def _families(connection: Connection) -> None:
    fill.families(connection, FAMILIES, NOW)
    fill.callers(connection, FAMILIES, NOW)


async def _copy(ground: Ground, under: Mapping[str, str] | None = None) -> Ground:
    """Copy a database that nobody has open: each server has its own."""
    place = Path(tempfile.mkdtemp(dir=ground.folder.parent))
    shutil.copytree(ground.folder, place, dirs_exist_ok=True)
    url = make_url(ground.url)
    if ground.engine == "SQLite":
        copied = f"sqlite:///{place / 'bench.sqlite'}"
    else:
        copied = await create_database(str(url.query["host"]), str(url.database))
    return replace(ground, url=copied, folder=place, under=under or ground.under)


async def measure(grounds: Mapping[str, Ground | None], asked: Asked) -> dict[str, list[Figures]]:
    """Load every server in turn, round after round; a server's name says its kind first."""
    found: dict[str, list[Figures]] = {name: [] for name in grounds}
    async with contextlib.AsyncExitStack() as stack:
        ports, makers = {}, {}
        for place, (name, ground) in enumerate(grounds.items()):
            ports[name] = await stack.enter_async_context(serving(name.split()[0], ground))
            makers[name] = requests(place + 1)
            await post(ports[name], makers[name], 1.0)
        for _round in range(asked.rounds):
            for name, port in ports.items():
                figures = await post(port, makers[name], asked.seconds)
                if figures.refused:
                    raise SystemExit(f"{name}: {figures.refused} requests were not answered 200")
                found[name].append(figures)
    return found


def show(
    found: Mapping[str, list[Figures]], ground: Ground, targets: tuple[float, float | None]
) -> None:
    """Print what one engine does."""
    rates = {name: [one.per_second for one in figures] for name, figures in found.items()}
    names = {
        "noop": "FastAPI no-op (reads the form, answers)",
        "turns": "whole turn",
        "textbook": f"textbook turn ({way(ground.url)})",
        "turns slow": "whole turn, 1 ms under each fsync",
        "textbook slow": "textbook turn, 1 ms under each fsync",
    }
    for name, each in rates.items():
        rate(names[name], each)
    whole, low = targets
    figure("whole turn / FastAPI no-op", ratio(rates["turns"], rates["noop"]), at_least(whole))
    times = at_least(low) if low else None
    figure("whole turn / textbook turn", ratio(rates["turns"], rates["textbook"]), times)
    p99 = median(one.p99_ms for one in found["turns"])
    figure("p99 of the whole turn, 32 connections", p99, at_most(50, " ms"))
    if "turns slow" in rates:
        itself = ratio(rates["turns slow"], rates["turns"])
        figure("1 ms under each fsync / without", itself, at_least(0.6))
        share = ratio(rates["turns slow"], rates["textbook slow"])
        figure("the same: whole turn / textbook turn", share)


async def p1(asked: Asked) -> None:
    """Measure the turn on SQLite."""
    heading("P1  one inbound turn over HTTP, SQLite (synchronous=FULL)")
    with a_folder() as folder:
        ground = await laid(folder, None, _families)
        grounds = {
            "noop": None, "turns": await _copy(ground), "textbook": await _copy(ground)
        }  # fmt: skip
        if asked.slow_disk:
            try:
                under = slow_disk(folder)
                grounds["turns slow"] = await _copy(ground, under)
                grounds["textbook slow"] = await _copy(ground, under)
            except NoSlowDisk as reason:
                skipped("1 ms under each fsync", reason)
        show(await measure(grounds, asked), ground, (0.30, TEXTBOOK_SHARE))


async def p2(asked: Asked) -> None:
    """Measure the turn on PostgreSQL."""
    heading("P2  one inbound turn over HTTP, PostgreSQL (fsync on, synchronous_commit on)")
    with a_folder() as folder, contextlib.ExitStack() as stack:
        socket_ = stack.enter_context(durable_postgres())
        ground = await laid(folder, socket_, _families)
        grounds = {
            "noop": None, "turns": await _copy(ground), "textbook": await _copy(ground)
        }  # fmt: skip
        if asked.slow_disk:
            try:
                slow = stack.enter_context(durable_postgres(slow_disk(folder)))
                other = await laid(folder, slow, _families)
                grounds["turns slow"], grounds["textbook slow"] = other, await _copy(other)
            except NoSlowDisk as reason:
                skipped("1 ms under each fsync", reason)
        show(await measure(grounds, asked), ground, (0.20, None))
