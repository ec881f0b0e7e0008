"""`python -m benchmarks`: P1, P2 and P7 of the performance targets, ratios side by side."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import itertools
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from hashlib import sha1
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.load import Figures, post
from benchmarks.servers import PUBLIC_URL, SENDER, SID, TOKEN
from tests.fakes.postgres import NoPostgres, create_database, temporary_postgres

ROUNDS, SECONDS = 3, 4.0
CARERS = [f"+4477009001{number:02d}" for number in (0, 2, 9, 10, 16, 20)]
WORDS = ["3", "ok thanks", "he was late today but he went in", "2", "can you ring me tomorrow"]


def requests() -> Callable[[], bytes]:
    """Make signed Twilio posts, each a new message of one of Marlbridge's families."""
    numbers, words, ids = itertools.cycle(CARERS), itertools.cycle(WORDS), itertools.count()
    path = "/webhooks/twilio/message"

    def make() -> bytes:
        form = {
            "MessageSid": f"SM{next(ids):032x}",
            "AccountSid": SID,
            "From": next(numbers),
            "To": SENDER,
            "Body": next(words),
            "NumMedia": "0",
        }
        text = PUBLIC_URL + path + "".join(f"{key}{form[key]}" for key in sorted(form))
        signed = base64.b64encode(hmac.digest(TOKEN.encode(), text.encode(), sha1)).decode()
        body = urlencode(form).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nX-Twilio-Signature: {signed}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    return make


@contextlib.asynccontextmanager
async def serving(kind: str, url: str = "", folder: str = "") -> AsyncIterator[int]:
    """Start one server process and wait until it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.servers", kind, str(port), url, folder]
    process = await asyncio.create_subprocess_exec(*command)
    try:
        for _try in range(200):
            try:
                _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
                continue
            writer.close()
            break
        yield port
    finally:
        process.terminate()
        await process.wait()


async def measure(name: str, url: str, folder: str) -> None:
    """Run the baseline and the whole turn in turns, and print the median ratio."""
    ratios, p99s, rates = [], [], []
    async with serving("noop") as base, serving("turns", url, folder) as port:
        make = requests()
        await post(port, make, 1.0)
        await post(base, make, 1.0)
        for _round in range(ROUNDS):
            plain = await post(base, make, SECONDS)
            turned = await post(port, make, SECONDS)
            _check(turned)
            ratios.append(turned.per_second / plain.per_second)
            rates.append((plain.per_second, turned.per_second))
            p99s.append(turned.p99_ms)
    plain_rate, turn_rate = (statistics.median(column) for column in zip(*rates, strict=True))
    print(
        f"{name}: whole turn {turn_rate:,.0f}/s, FastAPI no-op {plain_rate:,.0f}/s, "
        f"ratio {statistics.median(ratios):.3f}, p99 {statistics.median(p99s):.0f} ms"
    )


def _check(figures: Figures) -> None:
    if figures.refused:
        raise SystemExit(f"{figures.refused} requests were not answered 200: figures are void")


def starts() -> None:
    """Time `--help` against an interpreter that does nothing."""
    times = {"python -c pass": ["-c", "pass"], "--help": ["-m", "bot", "--help"]}
    for name, arguments in times.items():
        took = []
        for _run in range(5):
            began = time.perf_counter()
            subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
            took.append(time.perf_counter() - began)
        print(f"P7 {name}: {statistics.median(took) * 1000:.0f} ms")


async def main() -> None:
    """Measure everything this release has targets for."""
    with tempfile.TemporaryDirectory() as folder:
        await measure("P1 SQLite", f"sqlite:///{Path(folder) / 'bench.sqlite'}", folder)
    try:
        with temporary_postgres() as server, tempfile.TemporaryDirectory() as folder:
            await measure("P2 PostgreSQL", await create_database(server), folder)
    except NoPostgres as reason:
        print(f"P2 skipped: {reason}")
    starts()
    print("P3 to P6 and P8 come with the delivery release and the staff pages.")


if __name__ == "__main__":
    asyncio.run(main())
