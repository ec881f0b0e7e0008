"""A family rings the number: nobody picks up, and somebody rings back."""

from __future__ import annotations

import uuid
from datetime import datetime

import pytest

from bot.domain import Inbound
from bot.turns import Outcome, rang_withheld, take
from storage.tables import Address, Contact, Outbox, Person, Quarantine
from tests.stage import Play
from tests.turns.visitors import LEANNE, rows_of

GARY, LISA = "+447700900116", "+447700900124"
STRANGER, LANDLINE = "+447700900155", "+441134960123"
RANG = "(rang this number)"


async def rings(play: Play, number: str, call: str = "") -> Outcome:
    inbound = Inbound("sms", call or f"CA{uuid.uuid4().hex}", number, rang=True)
    outcome = await take(play.database, play.service.taskforce, inbound, play.now)
    await play.service.settle()
    return outcome


async def test_leannes_call_is_on_record_and_dani_rings_back_in_working_time(play: Play):
    play.wakes_at("2026-12-03 10:00")
    await rings(play, LEANNE)
    [row] = await play.log("P01")
    assert (row["mode"], row["direction"], row["words"]) == ("telephone", "inbound", RANG)
    assert (row["attempt_result"], row["person"]) == ("no_answer", "Leanne Thornton")
    [task] = await play.tasks(case="P01", kind="call")
    assert task["words"] == "Leanne Thornton (Kai P01): rang. Please ring back."
    assert task["owner"] == "DO"
    due = datetime.fromisoformat(task["respond_by"])
    assert (due - play.now).total_seconds() == 2 * 3600
    assert "rang. Please ring back" in (await play.last("DO"))["text"]


async def test_a_call_at_night_is_rung_back_when_somebody_works(sqlite_play: Play):
    play = sqlite_play
    play.wakes_at("2026-12-03 23:30")
    await rings(play, LEANNE)
    [task] = await play.tasks(case="P01", kind="call")
    assert datetime.fromisoformat(task["respond_by"]).date().isoformat() == "2026-12-04"


async def test_no_text_goes_to_a_phone_that_rang(sqlite_play: Play):
    before = await sqlite_play.received("P01")
    await rings(sqlite_play, LEANNE)
    assert await sqlite_play.received("P01") == before


@pytest.mark.thursday
async def test_a_call_answers_no_question_and_ends_none(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-03 15:45")
    await rings(play, LEANNE)
    await play.writes("P01", "1")
    assert await play.tasks(case="P01", kind="message") == []
    assert [row["answering"] for row in await play.log("P01") if row["words"] == "1"] == [
        "check_in"
    ]


async def test_a_call_and_a_text_back_are_no_talk_so_the_check_in_goes_all_the_same(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.without_digests()
    await play.at("2026-12-01 10:00")
    await rings(play, LEANNE)
    notice = await play.last("DO")
    await play.writes("DO", "I tried to ring you back.", reply_to=notice["id"])
    [task] = await play.tasks(case="P01", kind="call")
    await play.presses("DO", f"t:{task['id']}:done")
    await play.at("2026-12-03 15:45")
    assert "weekly check-in" in (await play.received("P01"))[-1]


async def test_the_same_call_told_twice_is_one(play: Play):
    call = "CA" + "a" * 32
    outcomes = [await rings(play, LEANNE, call) for _ in range(3)]
    assert [outcome.repeat for outcome in outcomes] == [False, True, True]
    assert len(await play.log("P01")) == len(await play.tasks(case="P01", kind="call")) == 1


async def test_who_rings_again_at_once_makes_dani_hear_again_and_the_list_no_longer(
    sqlite_play: Play,
):
    for _ in range(3):
        await rings(sqlite_play, LEANNE)
    assert len(await sqlite_play.tasks(case="P01", kind="call")) == 1
    assert len(await sqlite_play.log("P01")) == 3
    told = [m["text"] for m in await sqlite_play.phone("DO") if ": again: rang" in m["text"]]
    assert len(told) == 2


async def test_a_father_who_is_deaf_is_written_to_and_never_rung(sqlite_play: Play):
    await rings(sqlite_play, GARY)
    [task] = await sqlite_play.tasks(case="P17", kind="call")
    assert task["words"].endswith("rang. Text only, never phone.")


async def test_nobody_rings_back_who_must_not_be_contacted(play: Play):
    await rings(play, LISA)
    assert await play.tasks(kind="call") == []
    [task] = await play.tasks(kind="do_not_use")
    assert task["words"].endswith(f"who must not be contacted: {RANG}")


async def test_a_number_nobody_knows_is_an_unclaimed_call_and_wakes_nobody(play: Play):
    for number in (STRANGER, LANDLINE):
        await rings(play, number)
    tasks = await play.tasks(kind="unclaimed")
    assert [task["words"] for task in tasks] == [f"Unknown number: {RANG}"] * 2
    assert [task["level"] for task in tasks] == [None, None]
    assert await play.tasks(kind="crisis") == []


async def test_nobody_is_bothered_by_a_worker_who_rings_not_even_the_worker(sqlite_play: Play):
    dani_id = await id_of(sqlite_play, "DO")
    lines = [row for row in await rows_of(sqlite_play, Address) if row.person_id == dani_id]
    [dani] = [row for row in lines if row.channel == "sms"]
    before = await sqlite_play.tasks()
    await rings(sqlite_play, dani.address)
    assert await sqlite_play.tasks() == before
    assert [row for row in await rows_of(sqlite_play, Outbox) if row.address_id == dani.id] == []


async def id_of(play: Play, ref: str) -> int:
    return next(row.id for row in await rows_of(play, Person) if row.ref == ref)


async def test_calls_without_a_number_are_on_record_and_one_task_a_day(play: Play):
    for call in ("unreadable:a", "unreadable:a", "unreadable:b"):
        await rang_withheld(play.database, play.service.taskforce, call, play.now)
    await play.service.settle()
    [task] = await play.tasks(kind="withheld")
    assert task["owner"]
    calls = [row for row in await rows_of(play, Contact) if row.mode == "telephone"]
    assert [(row.address_id, row.person_id, row.done_by) for row in calls] == [
        (None, None, "stranger")
    ] * 2
    assert await rows_of(play, Quarantine) == []
    play.wakes_at("2026-12-01 08:30")
    await rang_withheld(play.database, play.service.taskforce, "unreadable:c", play.now)
    assert len(await play.tasks(kind="withheld")) == 2
