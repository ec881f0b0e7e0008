"""A school's system at the register door: what it may bring, and what it hears."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.app import demo_web
from bot.rules.register_keys import read_keys
from storage.tables import RegisterImport, SessionMark
from tests.handlers.doors import client
from tests.imports import registers
from tests.stage import Play

COUNCIL, MILLRACE = "c" * 40, "m" * 40
KEYS = read_keys(f"council={COUNCIL},millrace@Millrace Centre={MILLRACE}")
MARL_BECK = "Marl Beck Academy"
KAI, NOBODY = "A384000017001", "M823000017001"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def mark(**change: str) -> dict[str, str]:
    """Kai's Monday morning, as the school he is registered at writes it."""
    monday = {"upn": KAI, "school": MARL_BECK, "date": "2026-11-30", "session": "AM", "code": "N"}
    return {**monday, **change}


class System:
    """A school's own system."""

    def __init__(self, play: Play, keys=KEYS) -> None:
        self.play = play
        self.http = client(demo_web(play.service, register_keys=keys))

    async def brings(
        self, body: Any, key: str = COUNCIL, kind: str = "application/json"
    ) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"content-type": kind, **({"authorization": f"Bearer {key}"} if key else {})}
        return await self.http.post("/api/register", content=content, headers=headers)

    async def kept(self) -> list[tuple[str, str]]:
        """The marks that count now, with who brought them."""
        query = select(SessionMark.code, RegisterImport.by)
        query = query.join(RegisterImport, RegisterImport.id == SessionMark.import_id)
        query = query.where(SessionMark.replaced_by.is_(None)).order_by(SessionMark.id)
        return [tuple(row) for row in await self.play.database.read(lambda c: c.execute(query))]


@pytest.fixture
async def system(sqlite_play: Play) -> System:
    await sqlite_play.at("2026-12-01 12:00")
    return System(sqlite_play)


async def test_a_mark_is_taken_in_once_and_corrected_by_a_later_one(system):
    answer = await system.brings([mark(), mark(session="PM", code="")])
    assert answer.json() == {
        "detail": "Taken in.", "already_taken_in": False, "marks": 1, "new": 1, "corrected": 0,
        "unknown_pupils": 0, "days": 1, "conflicts": 0}  # fmt: skip
    again = await system.brings([mark(), mark(session="PM", code="")])
    assert (again.status_code, again.json()["already_taken_in"]) == (200, True)
    assert (await system.brings([mark(code="I")])).json()["corrected"] == 1
    assert await system.kept() == [("I", "api council")]


async def test_files_come_through_the_same_door(system):
    week = [
        registers.by_session()[0],
        [KAI, "30/11/2026", "AM", "/"],
        [KAI, "30/11/2026", "PM", "N"],
    ]
    rows = [[*row, MARL_BECK if n else "School"] for n, row in enumerate(week)]
    taken = await system.brings(registers.as_csv(rows), kind="Text/CSV; charset=utf-8")
    assert taken.json()["new"] == 2
    same = await system.brings(registers.as_workbook(rows), kind=WORKBOOK)
    assert (same.json()["marks"], same.json()["new"], same.json()["corrected"]) == (2, 0, 0)


async def test_one_fault_refuses_everything_and_names_no_pupil(system):
    answer = await system.brings([mark(), mark(upn="A384000017009"), mark(session="noon")])
    said = answer.json()
    assert answer.status_code == 400
    assert [(fault["row"], fault["column"]) for fault in said["faults"]] == [
        (3, "UPN"),
        (4, "Session"),
    ]
    assert said["faults"][1]["remedy"] == "The cell is no session. Write AM or PM, or 1 or 2."
    assert "3840000" not in answer.text
    assert await system.kept() == []


async def test_a_schools_own_key_brings_that_schools_marks_only(system):
    refused = await system.brings([mark()], key=MILLRACE)
    assert [fault["column"] for fault in refused.json()["faults"]] == ["School"]
    nobodys = {key: words for key, words in mark(code="/").items() if key != "school"}
    assert (await system.brings([nobodys], key=MILLRACE)).status_code == 200
    assert await system.kept() == [("/", "api millrace")]


async def test_no_answer_tells_whether_a_child_of_another_school_is_with_the_taskforce(system):
    there = {"school": "Cawder High"}  # where neither of them stands
    ours, nobody = [(await system.brings([mark(upn=upn, **there)])).json() for upn in (KAI, NOBODY)]
    assert ours == nobody
    assert (ours["detail"], ours["unknown_pupils"], ours["new"]) == ("Taken in.", 1, 0)
    # Nor does it help to name another school than the one the key is for.
    refused = [await system.brings([mark(upn=upn)], key=MILLRACE) for upn in (KAI, NOBODY)]
    assert refused[0].json() == refused[1].json()


@pytest.mark.parametrize("key", ["", "x" * 40, COUNCIL[:-1]])
async def test_without_a_key_nothing_is_read(system, key):
    answer = await system.brings([mark()], key=key)
    assert (answer.status_code, await system.kept()) == (401, [])
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_what_the_door_cannot_take_it_says_plainly(system, monkeypatch):
    assert (await system.brings(b"<marks/>", kind="application/xml")).status_code == 415
    large = await system.brings(b" " * (4 * 1024 * 1024 + 1))
    assert (large.status_code, "4 MB" in large.json()["detail"]) == (413, True)
    got = await system.http.get("/api/register")
    assert (got.status_code, got.headers["allow"]) == (405, "POST")
    closed = await System(system.play, keys=()).brings([mark()])
    assert (closed.status_code, "no key is set" in closed.json()["detail"]) == (404, True)


async def test_while_the_database_is_away_the_system_is_asked_to_come_again(system, monkeypatch):
    async def away(_work: Any) -> None:
        raise OperationalError("", {}, Exception("gone"))

    monkeypatch.setattr(system.play.database, "write", away)
    answer = await system.brings([mark()])
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
