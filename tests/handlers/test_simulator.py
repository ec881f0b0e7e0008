"""The simulator's JSON as other people's checks use it: shapes, phones, presses, refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.handlers.doors import page
from tests.stage import Play

THURSDAY = "2026-12-03T15:45:00+00:00"
MESSAGE = {"id", "direction", "text", "turn", "choices", "at", "channel", "reply_to"}
TASK = {"id", "kind", "level", "owner", "case", "respond_by", "words"}
HELD = {"to", "text", "until", "reason"}
CONTACT = {"mode", "direction", "done_by", "words", "purpose", "at"}


class Browser:
    """Somebody at the demo page."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def get(self, path: str) -> Any:
        answer = await self.http.get(f"/simulator/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.http.post(f"/simulator/{path}", json=body)

    async def says(self, who: str, text: str, **more: Any) -> str:
        answer = await self.post(f"people/{who}/messages", text=text, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()["id"]

    async def presses(self, who: str, key: str, turn: int | None) -> int:
        answer = await self.post(f"people/{who}/messages", press={"turn": turn, "key": key})
        return answer.status_code

    async def phone(self, who: str) -> list[dict[str, Any]]:
        return await self.get(f"people/{who}/messages")

    async def last(self, who: str) -> dict[str, Any]:
        return [m for m in await self.phone(who) if m["direction"] == "out"][-1]

    async def person(self, name: str) -> dict[str, Any]:
        return next(p for p in await self.get("people") if p["name"] == name)

    async def until(self, moment: str) -> None:
        assert (await self.post("clock", now=moment)).status_code == 200


@pytest.fixture
async def browser(sqlite_play: Play) -> AsyncIterator[Browser]:
    async with page(sqlite_play) as http:
        yield Browser(http)


async def test_the_demonstration_begins_on_a_monday_morning_in_london(browser):
    clock = await browser.get("clock")
    assert clock == {"now": "2026-11-30T08:30:00+00:00", "zone": "Europe/London"}


async def test_the_clock_moves_forward_and_never_back(browser):
    moved = await browser.post("clock", now="2026-11-30T10:00:00+01:00")
    assert moved.json()["now"] == "2026-11-30T09:00:00+00:00"
    back = await browser.post("clock", now="2026-11-30T08:59:59+00:00")
    assert (back.status_code, back.json()) == (400, {"detail": "The clock only moves forward."})
    assert (await browser.get("clock"))["now"] == "2026-11-30T09:00:00+00:00"
    for odd in ("2026-12-03T15:45:00", "thursday", None, 10**30, {}):
        assert (await browser.post("clock", now=odd)).status_code == 422
    assert (await browser.post("clock")).status_code == 422


async def test_everybody_of_the_import_files_is_there_under_their_own_id(browser):
    people = await browser.get("people")
    assert isinstance(people, list)
    kinds = [person["kind"] for person in people]
    assert {kind: kinds.count(kind) for kind in kinds} == {"staff": 9, "pupil": 24, "carer": 26}
    assert len({person["id"] for person in people}) == len(people)
    leanne, dani = await browser.person("Leanne Thornton"), await browser.person("Dani Okafor")
    assert leanne["addresses"] == [{"channel": "sms", "address": "+447700900100"}]
    assert (leanne["cases"], leanne["key_worker"]) == (["P01"], "DO")
    assert (dani["id"], dani["role"]) == ("DO", "family support worker")
    assert "P01" in dani["cases"]
    assert (await browser.person("Joanne Marsden"))["cases"] == ["P07", "P08"]


async def test_every_list_is_a_bare_array_with_the_promised_names(browser):
    marta = await browser.person("Marta Wrona")
    await browser.until(THURSDAY)
    await browser.says(marta["id"], "dziekuje, ale mam pytanie")
    for path, names in (
        (f"people/{marta['id']}/messages", MESSAGE),
        ("cases/P02/contacts", CONTACT),
        ("tasks", TASK),
        ("held", HELD),
    ):
        rows = await browser.get(path)
        assert isinstance(rows, list)
        assert rows
        assert all(names <= set(row) for row in rows), path
    moments = [datetime.fromisoformat(m["at"]) for m in await browser.phone(marta["id"])]
    assert moments == sorted(moments)


async def test_a_family_on_telegram_gets_buttons_and_a_family_on_sms_gets_numbers(browser):
    marta = await browser.person("Marta Wrona")
    leanne = await browser.person("Leanne Thornton")
    await browser.until(THURSDAY)
    asked, texted = await browser.last(marta["id"]), await browser.last(leanne["id"])
    assert (asked["channel"], texted["channel"]) == ("telegram", "sms")
    assert [choice["key"] for choice in asked["choices"]] == ["good", "ok", "hard"]
    assert "1 =" not in asked["text"]
    assert texted["choices"] == []
    assert "1 = Good, 2 = OK, 3 = Hard" in texted["text"]
    assert asked["turn"] == texted["turn"] == 1


async def test_a_press_answers_its_own_question_and_yesterdays_button_answers_nothing(browser):
    marta = await browser.person("Marta Wrona")
    await browser.until(THURSDAY)
    assert await browser.presses(marta["id"], "hard", 1) == 200
    asked = await browser.last(marta["id"])
    assert asked["turn"] == 2
    assert await browser.presses(marta["id"], "good", 1) == 200
    assert (await browser.last(marta["id"]))["text"] != asked["text"]
    log = await browser.get("cases/P02/contacts")
    assert [row["words"] for row in log if row["direction"] == "inbound"] == ["hard", "good"]


async def test_a_notice_is_pressed_without_a_turn_and_answered_by_a_reply(browser):
    leanne = await browser.person("Leanne Thornton")
    sent = await browser.says(leanne["id"], "can someone help with the bus")
    assert [m["id"] for m in await browser.phone(leanne["id"])] == [sent]
    notice = await browser.last("DO")
    assert notice["turn"] is None
    key = notice["choices"][0]["key"]
    assert key.startswith("t:")
    assert await browser.presses("DO", key, None) == 200
    assert (await browser.last("DO"))["text"] == "You have it."
    assert [task["seen_by"] for task in await browser.get("tasks") if task["case"] == "P01"] == [
        "DO"
    ]
    typed = await browser.says("DO", "I will send you the times.", reply_to=notice["id"])
    shown = {m["id"]: m for m in await browser.phone("DO")}
    assert shown[typed]["reply_to"] == notice["id"]
    await browser.until("2026-11-30T08:31:00+00:00")
    assert (await browser.last(leanne["id"]))["text"] == "I will send you the times.\nDani"


async def test_a_pupil_has_no_phone_here_and_nobody_can_write_as_one(browser):
    kai = await browser.person("Kai Thornton")
    assert kai["addresses"] == []
    assert await browser.phone(kai["id"]) == []
    refused = await browser.post(f"people/{kai['id']}/messages", text="hello")
    assert (refused.status_code, "pupils are not texted" in refused.text) == (400, True)


async def test_who_or_what_is_not_there_is_not_found(browser):
    for path in ("people/nobody/messages", "people/%00/messages", "cases/P99/contacts"):
        assert (await browser.http.get(f"/simulator/{path}")).status_code == 404
    for who in ("nobody", "%F0%9F%99%82", "P01%00"):
        answer = await browser.post(f"people/{who}/messages", text="hello")
        assert answer.status_code in {400, 404}


async def test_a_message_of_nothing_at_all_is_refused(browser):
    leanne = await browser.person("Leanne Thornton")
    path = f"people/{leanne['id']}/messages"
    assert (await browser.post(path)).status_code == 400
    assert (await browser.post(path, text=None, press=None)).status_code == 400
    for odd in ({"text": 5}, {"text": "x" * 5001}, {"press": {}}, {"press": {"key": "k" * 65}}):
        assert (await browser.post(path, **odd)).status_code == 422
    assert (await browser.http.post(f"/simulator/{path}", content=b"{")).status_code == 422
    assert await browser.phone(leanne["id"]) == []


async def test_a_button_that_was_never_on_a_notice_does_nothing(browser):
    leanne = await browser.person("Leanne Thornton")
    await browser.says(leanne["id"], "can someone help with the bus")
    task = next(task for task in await browser.get("tasks") if task["case"] == "P01")
    for action in ("confirm", "lift", "proven", "now", "stop", "erase"):
        assert await browser.presses("DO", f"t:{task['id']}:{action}", None) == 200
        assert (await browser.last("DO"))["text"] == "This button is not known here."
    assert task in await browser.get("tasks")
