"""`/health/ready` and `/metrics` of a service with people in it: the truth, and nobody's."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update

from bot.app import demo_web, real_web, with_spool
from bot.exposition import MEDIA_TYPE
from storage.received import recall, remember
from storage.spool import open_spool
from storage.tables import Address, Contact, Outbox, Person, Task
from storage.vitals import HEARTBEAT
from tests.handlers.doors import Away
from tests.stage import KEYS, Play, open_stage

TOKEN = "a-token-of-the-monitor-0123456789"
LINE = re.compile(r'(#.*|[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[0-9.e+-]+)')


def caller(play: Play, token: str = "", host: str = "127.0.0.1", **given) -> httpx.AsyncClient:
    app = real_web(play.service, metrics_token=token, **given)
    transport = httpx.ASGITransport(app=app, client=(host, 40_000))
    return httpx.AsyncClient(transport=transport, base_url="http://service")


async def ready(play: Play) -> tuple[int, dict]:
    async with caller(play) as http:
        answer = await http.get("/health/ready")
    return answer.status_code, answer.json()


async def figures(play: Play) -> dict[str, float]:
    async with caller(play) as http:
        answer = await http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MEDIA_TYPE
    lines = answer.text.splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    pairs = (line.rsplit(" ", 1) for line in lines if line[0] != "#")
    return {name: float(value) for name, value in pairs}


async def late_by(play: Play, status: str, minutes: int) -> None:
    """One message that waits has been due for so long."""
    due = {"status": status, "due_at": play.now - timedelta(minutes=minutes)}
    one = select(Outbox.id).where(Outbox.channel == "sms").limit(1).scalar_subquery()
    await play.database.write(
        lambda c: c.execute(update(Outbox).where(Outbox.id == one).values(due))
    )


# ---- Health -----------------------------------------------------------------------------------


async def test_a_service_that_is_up_to_date_says_so(play: Play):
    code, found = await ready(play)
    assert code == 200
    assert found == {
        "database": "ok",
        "oldest_due_seconds": 0.0,
        "channels": {"page": "ok", "sms": "ok", "staff": "ok", "telegram": "ok", "web": "ok"},
    }


@pytest.mark.thursday
async def test_what_is_due_and_has_not_left_shows_its_age_and_what_is_held_does_not(play: Play):
    await play.at("2026-12-03 15:45")
    await late_by(play, "held", 90)
    assert (await ready(play))[1]["oldest_due_seconds"] == 0
    await late_by(play, "waiting", 7)
    assert (await ready(play))[1]["oldest_due_seconds"] == 7 * 60


async def test_a_process_without_a_clock_tells_the_newest_heartbeat_of_any_other(play: Play):
    other = Play(open_stage(play.database.url))
    try:
        await other.service.tick()
    finally:
        await other.database.close()
    code, found = await ready(play)
    assert code == 200
    assert 0 <= found["heartbeat_seconds"] < 30
    await play.database.write(lambda c: remember(c, HEARTBEAT, "2026-11-22T06:00:00+00:00"))
    code, found = await ready(play)
    assert (code, found["heartbeat_seconds"] > 1000) == (200, True)


async def test_a_process_whose_clock_stands_still_is_taken_out_of_service(sqlite_play: Play):
    time = [0.0]
    sqlite_play.service.pulse._clock = lambda: time[0]
    sqlite_play.service.pulse.begin()
    time[0] = 29.9
    assert (await ready(sqlite_play))[0] == 200
    time[0] = 30.1
    code, found = await ready(sqlite_play)
    assert (code, found["heartbeat_seconds"], found["database"]) == (503, 30.1, "ok")
    await sqlite_play.service.tick()
    assert (await ready(sqlite_play))[0] == 200
    assert await sqlite_play.database.read(lambda c: recall(c, HEARTBEAT)) is not None


async def test_a_service_at_work_has_a_heartbeat_and_one_that_stopped_has_none(sqlite_play: Play):
    async with sqlite_play.service.at_work():
        assert (await ready(sqlite_play))[1]["heartbeat_seconds"] < 30
    assert "heartbeat_seconds" not in (await ready(sqlite_play))[1]


async def test_what_waits_in_files_is_counted(sqlite_play: Play, tmp_path):
    with_spool(sqlite_play.service, open_spool(tmp_path, KEYS))
    for number in range(3):
        (tmp_path / "spool" / f"{number}-text.sealed").touch()
    assert (await ready(sqlite_play))[1]["spooled"] == 3
    assert "keyworker_spooled 3" in await sqlite_play.service.figures()
    sqlite_play.service.database = Away(sqlite_play.database)
    degraded = {"status": "degraded", "database": "OperationalError", "spool": "ok", "spooled": 3}
    assert await ready(sqlite_play) == (200, degraded)


async def test_without_a_spool_a_service_without_its_database_is_not_ready(sqlite_play: Play):
    sqlite_play.service.database = Away(sqlite_play.database)
    assert await ready(sqlite_play) == (503, {"database": "OperationalError"})


# ---- Metrics ----------------------------------------------------------------------------------


async def test_figures_say_how_much_is_open_how_late_and_how_much_was_sent(play: Play):
    await play.without_digests()
    await play.at("2026-12-03 15:45")
    await play.writes("P01", "he says he wants to die")
    await late_by(play, "waiting", 3)
    found = await figures(play)
    assert found["keyworker_database_up"] == 1
    assert found["keyworker_oldest_due_seconds"] == 180
    assert found['keyworker_messages_total{channel="sms",outcome="sent"}'] >= 10
    assert found['keyworker_open_messages{channel="sms",status="waiting"}'] == 1
    grave = len(await play.tasks(level="L1"))
    assert found['keyworker_open_tasks{level="L1"}'] == grave > 0
    assert found['keyworker_overdue_tasks{level="L1"}'] == 0
    assert found['keyworker_channel_up{channel="sms"}'] == 1
    engine = play.database.url.partition(":")[0].partition("+")[0]
    assert any(f'engine="{engine}"' in name for name in found if "build_info" in name)
    later = play.now + timedelta(days=1)
    play.service.now = lambda: later
    assert (await figures(play))['keyworker_overdue_tasks{level="L1"}'] == grave


@pytest.mark.thursday
async def test_figures_hold_nothing_of_anybody(play: Play):
    await play.at("2026-12-03 15:45")
    await play.writes("P01", "he says he wants to die, ring 07700 900123")
    async with caller(play) as http:
        shown = (await http.get("/metrics")).text + (await http.get("/health/ready")).text

    def everything(connection) -> list[str]:
        kept = [*connection.execute(select(Person.name)).scalars()]
        kept += connection.execute(select(Person.ref)).scalars()
        kept += connection.execute(select(Address.address)).scalars()
        kept += filter(None, connection.execute(select(Contact.words)).scalars())
        kept += connection.execute(select(Task.words)).scalars()
        kept += connection.execute(select(Outbox.ref)).scalars()
        return [word for text in kept for word in (text, *text.split()) if len(word) > 4]

    words = set(await play.database.read(everything))
    assert len(words) > 100
    seen = set(re.findall(r"[\w+-]+", shown))
    assert {word for word in words & seen if not word.islower()} == set()
    assert not re.search(r"\d{9,}", shown)


async def test_figures_go_on_without_the_database(sqlite_play: Play):
    sqlite_play.service.database = Away(sqlite_play.database)
    found = await figures(sqlite_play)
    assert found["keyworker_database_up"] == 0
    assert "keyworker_oldest_due_seconds" not in found


async def test_without_a_token_only_this_machine_itself_is_answered(sqlite_play: Play):
    for host, headers, code in (
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 404),
        ("testclient", {}, 404),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.7"}, 404),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}, 404),
        ("127.0.0.1", {"x-real-ip": "127.0.0.1"}, 404),
        ("192.0.2.7", {"authorization": "Bearer "}, 404),
    ):
        async with caller(sqlite_play, host=host) as http:
            assert (await http.get("/metrics", headers=headers)).status_code == code, (
                host,
                headers,
            )


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.7"])
async def test_with_a_token_whoever_shows_it_is_answered_and_nobody_else(sqlite_play, host):
    async with caller(sqlite_play, TOKEN, host) as http:
        for given, code in (
            (f"Bearer {TOKEN}", 200),
            (f"Bearer {TOKEN}x", 404),
            ("Bearer ", 404),
            ("", 404),
            (TOKEN, 404),
            ("Bearer ü", 404),
        ):
            headers = {"authorization": given.encode()} if given else {}
            answer = await http.get("/metrics", headers=headers)
            assert (answer.status_code, given) == (code, given)
            assert TOKEN not in answer.text


async def test_the_demonstration_has_figures_too(sqlite_play: Play):
    transport = httpx.ASGITransport(app=demo_web(sqlite_play.service), client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://demo") as http:
        assert "keyworker_build_info" in (await http.get("/metrics")).text
