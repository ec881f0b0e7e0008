"""Notices whose button, number or family is out of the ordinary."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from bot.domain import Inbound
from bot.turns import quarantine, take
from storage.tables import Address, Person
from tests.stage import Play

QUESTION = "weekly check-in text"


async def change_line(play: Play, case: str, **marks) -> None:
    """Change what stands in the way of a carer's address."""
    ref = await play.carer(case)
    await play.database.write(lambda connection: connection.execute(
        update(Address).values(**marks).where(Address.person_id == Person.id, Person.ref == ref)
    ))  # fmt: skip


@pytest.mark.thursday
async def test_a_number_is_proven_by_whoever_spoke_to_the_family(play: Play):
    await change_line(play, "P01", proven_at=None)
    await play.at("2026-12-03 15:45")
    assert await play.received("P01") == []
    [task] = await play.tasks(kind="prove_number", case="P01")
    assert task["owner"] == "DO"
    notice = next(
        message
        for message in await play.phone("DO")
        if any(choice["key"].endswith(":proven") for choice in message["choices"])
    )
    assert [choice["label"] for choice in notice["choices"]] == [
        "Spoke to them, number right", "Done"
    ]  # fmt: skip
    await play.presses("DO", notice["choices"][0]["key"])
    assert (await play.last("DO"))["text"] == "Thank you. Texts can go to this number now."
    await play.at("2026-12-10 15:45")
    assert any(QUESTION in text for text in await play.received("P01"))
    assert await play.tasks(kind="prove_number", case="P01") == []


async def test_no_answer_needed_closes_a_message(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "thanks for today")
    await play.presses("DO", (await play.last("DO"))["choices"][1]["key"])
    assert (await play.last("DO"))["text"] == "Done."
    assert await play.tasks(case="P01") == []


@pytest.mark.thursday
async def test_a_button_of_another_kind_of_task_does_nothing(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "thanks for today")
    [task] = await play.tasks(case="P01")
    await play.presses("DO", f"t:{task['id']}:confirm")
    assert (await play.last("DO"))["text"] == "This button is not known here."
    await play.at("2026-12-10 15:45")
    assert any(QUESTION in text for text in await play.received("P01"))


async def test_a_reply_to_a_notice_about_nobody_asks_who_it_is_for(sqlite_play: Play):
    play = sqlite_play
    service = play.service
    await quarantine(
        play.database, service.taskforce, "sms", "bad-1", "\udcff".encode("utf-8", "replace").hex(),
        "no sender", play.now,
    )  # fmt: skip
    await service.settle()
    [task] = await play.tasks(kind="unreadable")
    notice = await play.last(task["owner"])
    assert "An unreadable message came by sms" in notice["text"]
    await play.writes(task["owner"], "Was that you?", reply_to=notice["id"])
    assert (await play.last(task["owner"]))["text"].startswith("Who is this for?")


async def test_an_alert_phone_sends_nothing_to_a_family(sqlite_play: Play):
    play = sqlite_play
    inbound = Inbound("sms", "in-alert", "+447700900002", words="Leanne, I will ring at two")
    await take(play.database, play.service.taskforce, inbound, play.now)
    await play.service.settle()
    await play.later(minutes=1)
    assert await play.received("P01") == []


async def test_a_family_with_no_number_is_phoned_or_visited(sqlite_play: Play):
    play = sqlite_play
    ref = await play.carer("P03")
    await play.database.write(lambda connection: connection.execute(
        delete(Address).where(Address.person_id.in_(
            Person.__table__.select().with_only_columns(Person.id).where(Person.ref == ref)
        ))
    ))  # fmt: skip
    await play.writes("SG", "How was Monday?")
    await play.writes("SG", "Samina")
    assert (await play.last("SG"))["text"].startswith("This family has no number or chat here.")
    await play.at("2026-12-03 15:46")


async def test_a_number_somebody_called_wrong_takes_no_typed_words(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P03", "wrong number")
    await play.writes("SG", "How was Monday?")
    await play.writes("SG", "Samina")
    said = (await play.last("SG"))["text"]
    assert said.startswith("Not sent: it is said to reach somebody else. Do not ring it either:")
    await play.later(minutes=1)
    assert not any("How was Monday?" in text for text in await play.received("P03"))


async def test_a_stranger_who_wants_no_texts_is_not_to_be_rung_either(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P03", "wrong number")
    await play.writes("P03", "STOP")
    await play.writes("SG", "How was Monday?")
    await play.writes("SG", "Samina")
    said = (await play.last("SG"))["text"]
    assert said.startswith("Not sent: it is said to reach somebody else. Do not ring it either:")
