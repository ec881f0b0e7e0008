"""The main job with no way in: everything families text is asked for, and no port is open."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.twilio import Twilio
from bot.handlers import simulated
from bot.turns import Outcome
from storage.migrate import upgrade
from tests.cli.test_serve_processes import HOUSE, begun, ended, start, stopped
from tests.fakes.postgres import create_database, drop_database
from tests.fakes.twilio import FakeTwilio, settings
from tests.fakes.twilio_calls import ACCOUNT, SENDER, TOKEN
from tests.handlers.asking import WALL, AskingPlay
from tests.handlers.doors import AT_ONCE, LEANNE
from tests.stage import Play, open_stage
from tests.test_main_job import CHECK_IN, CHECK_IN_DAY, WHAT_WOULD_HELP

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WITHIN = 60.0  # seconds
LISTENING = "0A"  # in /proc/net/tcp


class PolledPlay(AskingPlay):
    """Marlbridge behind a wall: what families text waits at Twilio until it is asked for."""

    async def _does(self, who: str, external_id: str = "", **deed: Any) -> Outcome:
        ref = await self.carer(who) if who.startswith("P") else who
        line = await self.database.read(lambda c: simulated.line(c, ref))
        if line is None or line[0] != "sms":
            return await Play._does(self, who, external_id, **deed)
        self.texted(deed["words"], line[1])
        await self.asks_all(seconds=10)
        return Outcome()


@pytest.fixture
async def polled(play: Play) -> AsyncIterator[PolledPlay]:
    async with FakeTwilio() as fake:
        opened: PolledPlay
        at_twilio = settings(fake.base_url, public_url="")
        provider = Twilio(at_twilio, lambda: opened.now, total=5, pace=AT_ONCE)
        opened = PolledPlay(play.database, provider=provider)
        opened.fake, fake.store.now = fake, lambda: opened.now
        opened.asks(**WALL)
        try:
            yield opened
        finally:
            await provider.close()
            await opened.http.aclose()


def to_leanne(play: PolledPlay) -> list[str]:
    return [form["Body"] for form in play.fake.messages if form["To"] == LEANNE]


@pytest.mark.thursday
async def test_a_hard_week_is_told_and_answered_although_nobody_can_call_us(polled: PolledPlay):
    play = polled
    await play.at(CHECK_IN_DAY)
    await play.writes("P01", "3")
    await play.writes("P01", "a lift on monday would help")
    notice = await play.last("DO")
    assert "a lift on monday would help" in notice["text"]
    await play.writes("DO", "I will sort a lift for Monday.", reply_to=notice["id"])
    await play.later(seconds=11)
    await play.writes("P01", "thank you so much")
    assert to_leanne(play)[:4] == [
        CHECK_IN,
        WHAT_WOULD_HELP,
        "Thank you. Dani has your message.",
        "I will sort a lift for Monday.\nDani",
    ]
    assert await play.said() == ["3", "a lift on monday would help", "thank you so much"]
    assert not any("StatusCallback" in form for form in play.fake.messages)


@pytest.mark.thursday
async def test_what_became_of_each_text_is_asked_for_too(polled: PolledPlay):
    ref, external_id = await polled.question()
    polled.fake.store.moves(external_id, "delivered")
    await polled.asks_all(minutes=2)
    assert (await polled.letter(ref)).status == "delivered"


@pytest.mark.thursday
async def test_stop_is_obeyed_although_nobody_can_call_us(polled: PolledPlay):
    play = polled
    await play.writes("P01", "STOP")
    assert [task["kind"] for task in await play.tasks(case="P01")] == ["opted_out"]
    before = len(to_leanne(play))
    await play.at(CHECK_IN_DAY)
    assert len(to_leanne(play)) == before
    assert play.fake.messages, "others are asked how their week was"


@pytest.mark.afternoon
async def test_words_of_danger_reach_a_person_and_are_answered_within_ten_seconds(
    polled: PolledPlay,
):
    await polled.writes("P01", "i want to kill myself")
    assert await polled.tasks(case="P01", kind="crisis")
    assert "999" in to_leanne(polled)[-1]


# ---- A real process -----------------------------------------------------------------------------


@pytest.fixture
def url(postgres) -> Iterator[str]:
    made = asyncio.run(create_database(postgres))
    yield made
    asyncio.run(drop_database(made))


async def moved_in(url: str) -> None:
    database = open_stage(url)
    try:
        await database.write(upgrade)
        await Play(database).moved_in()
    finally:
        await database.close()


def at_twilio(base: str, path: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(f"{base}{path}", data)
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return json.load(answer)


def open_ports(process: subprocess.Popen[str]) -> int:
    """Count the ports a process listens on, as the kernel knows them."""
    links = Path(f"/proc/{process.pid}/fd").iterdir()
    own = {str(link.readlink()) for link in links}
    found = 0
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process.pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            found += fields[3] == LISTENING and f"socket:[{fields[9]}]" in own
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="open ports are read from Linux's /proc")
def test_a_worker_alone_hears_and_answers_a_family_with_no_port_open(url, tmp_path):
    asyncio.run(moved_in(url))
    command = [sys.executable, "-m", "tests.fakes.twilio_server"]
    fake = subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True)
    with ended(fake):
        assert fake.stdout is not None
        base = fake.stdout.readline().strip()
        worker = start(
            tmp_path / "data", "worker", KEYWORKER_DATABASE_URL=url, KEYWORKER_PUBLIC_URL="",
            SMS_PROVIDER="twilio", TWILIO_INBOUND="poll", TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN=TOKEN, TWILIO_FROM=SENDER, TWILIO_API_BASE=base,
        )  # fmt: skip
        with ended(worker):
            begun(worker, "worker")
            at_twilio(base, "/_inbound", {"from": LEANNE, "body": "HELP"})
            limit = time.monotonic() + WITHIN
            while LEANNE not in {one["to"] for one in at_twilio(base, "/_taken")}:
                if time.monotonic() > limit:
                    worker.kill()
                    pytest.fail(f"nothing was answered: {worker.communicate()[1][-3000:]}")
                time.sleep(0.2)
            assert open_ports(worker) == 0
            stopped(worker)
