"""An unknown number, odd input and the demo page itself: on both engines where that matters."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.app import real_web
from tests.handlers.doors import Away, client, page
from tests.handlers.test_simulator import Browser
from tests.stage import Play, open_stage


@pytest.fixture
async def browser(play: Play) -> AsyncIterator[Browser]:
    async with page(play) as http:
        yield Browser(http)


async def test_an_unknown_number_is_read_by_duty_attached_by_name_and_then_answered(browser):
    await browser.says("unknown", "hi its leanne, new phone. is kai in today")
    [task] = [task for task in await browser.get("tasks") if task["kind"] == "unclaimed"]
    assert (task["owner"], task["case"]) == ("MB", None)
    assert "hi its leanne, new phone" in task["words"]
    assert task["respond_by"] is not None
    notice = await browser.last("MB")
    await browser.says("MB", "who is this please", reply_to=notice["id"])
    assert "Nobody knows this number yet" in (await browser.last("MB"))["text"]
    await browser.says("MB", "/attach Leanne", reply_to=notice["id"])
    assert "now belongs to Leanne Thornton (Kai P01)" in (await browser.last("MB"))["text"]
    await browser.says("MB", "Yes, he came in at nine.", reply_to=notice["id"])
    await browser.until("2026-11-30T08:31:00+00:00")
    assert (await browser.last("unknown"))["text"] == "Yes, he came in at nine.\nMarcus"
    log = await browser.get("cases/P01/contacts")
    assert [row["words"] for row in log] == [
        "hi its leanne, new phone. is kai in today",
        "Yes, he came in at nine.\nMarcus",
    ]
    assert [t for t in await browser.get("tasks") if t["kind"] == "unclaimed"] == []


async def test_an_unknown_number_in_danger_is_heard_at_night(browser):
    await browser.until("2026-12-01T02:00:00+00:00")
    await browser.says("unknown", "i want to kill myself")
    levels = {task["level"] for task in await browser.get("tasks") if task["case"] is None}
    assert "L1" in levels
    assert "999" in (await browser.last("unknown"))["text"]
    assert any("L1" in m["text"] for m in await browser.phone("JL"))


async def test_what_no_phone_can_send_is_taken_out_wherever_it_is(browser, caplog):
    leanne = await browser.person("Leanne Thornton")
    await browser.says(leanne["id"], "he is\x00 fine")
    assert (await browser.phone(leanne["id"]))[-1]["text"] == "he is fine"
    await browser.says(leanne["id"], "fine", reply_to="no\x00such\x00message")
    for who in (leanne["id"], "DO"):
        for key in ("a\x00b", "t:\x00:ack", "🙂", "t:1:nothing", "t::", f"t:{'9' * 50}:ack"):
            assert await browser.presses(who, key, None) == 200
        assert await browser.presses(who, "good", 10**30) == 200
    await browser.says("DO", "hello", reply_to="no\x00such\x00message")
    assert "A turn failed" not in caplog.text


async def test_half_a_character_in_json_is_refused_or_cleaned_but_never_breaks(browser):
    leanne = await browser.person("Leanne Thornton")
    for body in (b'{"text": "\\ud800 hello"}', b'{"press": {"turn": 1, "key": "\\udfff"}}'):
        path = f"/simulator/people/{leanne['id']}/messages"
        answer = await browser.http.post(path, content=body)
        assert answer.status_code in {200, 422}


class TestThePage:
    async def test_the_page_keeps_to_itself_and_loads_nothing_from_elsewhere(self, sqlite_play):
        async with page(sqlite_play) as http:
            for path in ("/", "/simulator/clock", "/health/live", "/nowhere"):
                headers = (await http.get(path)).headers
                policy = headers["content-security-policy"]
                assert policy.startswith("default-src 'self'")
                assert "unsafe" not in policy
                assert "frame-ancestors 'none'" in policy
                assert headers["x-content-type-options"] == "nosniff"
                assert headers["referrer-policy"] == "no-referrer"
                assert headers["cache-control"] == "no-store"
            shown = await http.get("/")
        assert shown.status_code == 200
        assert shown.headers["content-type"].startswith("text/html")
        for outside in ("http://", "https://", "<style", " style=", "onclick="):
            assert outside not in shown.text.replace("http://www.w3.org", "")

    async def test_a_real_service_has_no_page_no_simulator_and_no_list_of_its_routes(
        self, sqlite_play
    ):
        async with client(real_web(sqlite_play.service)) as http:
            for path in ("/", "/simulator/people", "/simulator/clock", "/assets/demo.js",
                         "/docs", "/openapi.json", "/webhooks/twilio/message"):  # fmt: skip
                assert (await http.get(path)).status_code == 404
            assert (await http.post("/internal/import/people")).status_code == 404
            assert (await http.get("/health/live")).json() == {"status": "live"}

    async def test_an_error_page_repeats_nothing_of_what_was_asked(self, sqlite_play):
        async with page(sqlite_play) as http:
            answer = await http.get("/people/leanne-is-not-safe")
        assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


class TestHealth:
    async def test_a_service_with_its_database_is_ready(self, play):
        async with page(play) as http:
            ready = await http.get("/health/ready")
        assert (ready.status_code, ready.json()["database"]) == (200, "ok")

    async def test_a_service_whose_database_is_gone_lives_and_is_not_ready(self, sqlite_play):
        nowhere = open_stage("postgresql+asyncpg://postgres@/gone?host=/nonexistent")
        for gone in (Away(sqlite_play.database), nowhere):
            sqlite_play.service.database = gone
            async with page(sqlite_play) as http:
                assert (await http.get("/health/live")).status_code == 200
                ready = await http.get("/health/ready")
            assert ready.status_code == 503
            assert ready.json()["database"] != "ok"
            assert "gone" not in ready.text
        await nowhere.close()
