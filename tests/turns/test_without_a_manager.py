"""The manager has been cut off: what only a manager hears still reaches somebody who is here."""

from __future__ import annotations

from typing import Any

import pytest

from bot.turns.reach import reach
from tests.stage import Play
from tests.turns.visitors import Chat, button, invited, revoked, told


@pytest.fixture
async def door(door: Play) -> Play:
    """Helen Marsh does not work here any more."""
    await revoked(door, "HM")
    await door.service.settle()
    return door


async def code_for(play: Play, ref: str) -> str:
    return (await invited(play, ref)).splitlines()[1].strip()


async def test_guesses_at_the_door_are_told_to_the_safeguarding_lead(door: Play):
    for _guess in range(8):
        await Chat(door, "5001").alone(words=f"/start {'A' * 43}")
    await door.service.settle()
    (task,) = await door.tasks(kind="knocking")
    assert task["owner"] == "JL"
    assert "keeps trying links or codes" in await told(door, "JL")


async def test_a_new_staff_chat_is_told_to_the_safeguarding_lead_who_can_cut_it_off(door: Play):
    await Chat(door, "7001", "staff").writes(await code_for(door, "DO"))
    assert (await told(door, "JL")).startswith("Dani Okafor has connected a chat.")
    await door.presses("JL", await button(door, "JL", "cut_off"))
    assert (await told(door, "JL")).startswith("Dani is cut off.")


async def test_a_manager_who_is_let_in_again_is_told_to_whoever_was_in_charge(door: Play):
    await Chat(door, "7001", "staff").writes(await code_for(door, "HM"))
    assert (await told(door, "JL")).startswith("Helen Marsh has connected a chat.")


async def test_a_blocked_staff_chat_is_told_to_the_safeguarding_lead(door: Play):
    taskforce = door.service.taskforce

    def blocked(connection: Any) -> None:
        reach(connection, taskforce, "staff", "simulated-DO", "gone", door.now, is_open=False)

    await door.database.write(blocked)
    await door.service.settle()
    (task,) = await door.tasks(kind="staff_blocked")
    assert task["owner"] == "JL"
    assert (await told(door, "JL")).startswith("Dani Okafor has blocked the staff chat")


async def test_a_complaint_is_the_safeguarding_leads(door: Play):
    await door.writes("P01", "I want to complain about Dani Okafor")
    assert [task["owner"] for task in await door.tasks(kind="complaint")] == ["JL"]
    assert "complain about Dani" in await told(door, "JL")


async def test_with_the_safeguarding_lead_gone_too_danger_and_complaints_reach_who_is_here(
    door: Play,
):
    await revoked(door, "JL")
    await door.writes("P01", "i want to kill myself")
    owners = {task["kind"]: task["owner"] for task in await door.tasks(level="L1")}
    assert owners == {"crisis": "DO", "safeguarding": "MB"}
    await door.writes("P02", "I want to make a complaint")
    assert [task["owner"] for task in await door.tasks(kind="complaint")] == ["MB"]


async def test_a_complaint_about_whoever_is_in_charge_then_goes_to_somebody_else(door: Play):
    await revoked(door, "JL")
    before = await Chat(door, "simulated-MB", "staff").rows()
    await door.writes("P01", "I want to complain about Marcus Bell")
    (task,) = await door.tasks(kind="complaint")
    assert task["owner"] not in {"HM", "JL", "MB"}
    rows = (await Chat(door, "simulated-MB", "staff").rows())[len(before) :]
    assert not any("complain about" in row.text for row in rows)


async def test_what_is_hidden_from_the_only_key_worker_is_still_somebodys_task(door: Play):
    await door.writes("P01", "wrong number, and I want to complain about Dani Okafor")
    (task,) = await door.tasks(kind="wrong_number")
    assert task["owner"] == "JL"


async def test_danger_nobody_takes_is_said_again_to_whoever_is_here(door: Play):
    await revoked(door, "JL")
    await door.writes("P01", "i want to kill myself")
    await door.at("2026-11-30 11:00")
    before = len(await door.received("MB"))
    await door.at("2026-11-30 13:30")
    again = (await door.received("MB"))[before:]
    assert any("Not taken yet." in text and "kill myself" in text for text in again)


async def test_what_is_hidden_is_released_by_whoever_is_in_charge_and_by_nobody_else(door: Play):
    await revoked(door, "JL")
    words = "I want to complain about Dani Okafor"
    await door.writes("P01", words)
    notice = (await door.last("MB"))["id"]
    for ref in ("SG", "DO"):
        await door.writes(ref, "/release", reply_to=notice)
        assert (await told(door, ref)).startswith("Only the manager and the safeguarding lead can")
    await door.writes("MB", "/release", reply_to=notice)
    assert words in await told(door, "DO")


async def test_who_is_in_charge_cannot_release_what_names_them_and_who_has_it_can(door: Play):
    await revoked(door, "JL")
    words = "I want to complain about Marcus Bell"
    await door.writes("P01", words)
    (task,) = await door.tasks(kind="complaint")
    marcus, notice = Chat(door, "simulated-MB", "staff"), f"t:{task['id']}:ack"
    await marcus.does(words="/release", notice=notice)
    assert not any(words in text for text in await door.received("MB"))
    await marcus.does(words="/wrong", notice=notice)
    assert (await told(door, "MB")).startswith("No address of a family belongs to that notice")
    notice = (await door.last(task["owner"]))["id"]
    await door.writes(task["owner"], "/release", reply_to=notice)
    assert words in await told(door, "MB")
