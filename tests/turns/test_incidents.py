"""A message reached the wrong person: it stops, the heads know at once, and a clock runs."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from storage.audit import first_broken
from storage.tables import Address, Audit, Outbox
from tests.stage import Play
from tests.turns.visitors import LEANNE, rows_of

TYPED = "See you both at nine tomorrow."


@pytest.fixture
async def misdirected(play: Play) -> Play:
    """Dani has answered Leanne, and the words have left."""
    return await _misdirected(play)


@pytest.fixture
async def quick(sqlite_play: Play) -> Play:
    return await _misdirected(sqlite_play)


async def _misdirected(play: Play) -> Play:
    await play.at("2026-12-03 10:00")
    await play.writes("P01", "is he in tomorrow")
    await play.writes("DO", TYPED, reply_to=(await play.last("DO"))["id"])
    await play.later(seconds=11)
    assert (await play.received("P01"))[-1].startswith(TYPED)
    return play


async def address_of_leanne(play: Play):
    return next(row for row in await rows_of(play, Address) if row.address == LEANNE)


async def test_the_heads_have_an_incident_with_three_days_to_decide(misdirected: Play):
    play = misdirected
    await play.writes("DO", "/wrong", reply_to=(await play.last("DO"))["id"])
    [task] = await play.tasks(kind="incident")
    due = datetime.fromisoformat(task["respond_by"])
    assert due == play.now + timedelta(hours=72)
    practice = play.service.taskforce.practice
    assert task["owner"] == practice.manager
    assert task["case"] == "P01"
    assert "Leanne Thornton (Kai P01)" in task["words"]
    assert TYPED not in task["words"]
    for ref in (practice.manager, practice.safeguarding_lead):
        assert "reached the wrong person" in (await play.last(ref))["text"]
    assert (await play.last("DO"))["text"].startswith("Noted. Nothing more goes to")


async def test_nothing_more_goes_to_that_address_typed_or_automatic(misdirected: Play):
    play = misdirected
    await play.writes("DO", "/wrong P01")
    before = await play.received("P01")
    assert (await address_of_leanne(play)).wrong_at == play.now
    await play.at("2026-12-03 15:45")
    await play.writes("DO", "hello again", reply_to=(await note_about_leanne(play))["id"])
    await play.later(seconds=11)
    assert await play.received("P01") == before


async def note_about_leanne(play: Play):
    return next(m for m in await play.phone("DO") if "is he in tomorrow" in m["text"])


async def test_what_waits_for_its_ten_seconds_is_not_sent_any_more(quick: Play):
    play = quick
    await play.writes("DO", "one more thing", reply_to=(await note_about_leanne(play))["id"])
    await play.writes("DO", "/wrong P01")
    await play.later(seconds=30)
    assert not any("one more thing" in text for text in await play.received("P01"))


async def test_a_question_that_was_open_there_is_closed(quick: Play):
    play = quick
    await play.at("2026-12-10 15:45")
    assert "check-in" in (await play.received("P01"))[-1]
    await play.writes("DO", "/wrong Leanne")
    await play.later(days=7)
    assert sum("check-in" in text for text in await play.received("P01")) == 1
    assert await play.tasks(case="P01", kind="hand_over") == []


async def test_it_is_in_the_audit_and_the_chain_is_whole(misdirected: Play):
    play = misdirected
    await play.writes("DO", "/wrong P01")
    rows = [row for row in await rows_of(play, Audit) if row.what == "WrongPerson"]
    assert [(row.who, row.subject) for row in rows] == [("DO", await play.carer("P01"))]
    assert await play.database.read(first_broken) is None


async def test_the_address_that_was_written_to_is_stopped_though_another_is_in_use_now(
    quick: Play,
):
    play = quick
    old = await address_of_leanne(play)
    sent = [row for row in await rows_of(play, Outbox) if row.text.startswith(TYPED)]
    assert [row.address_id for row in sent] == [old.id]
    await play.writes("DO", "/wrong P01")
    assert [row.id for row in await rows_of(play, Address) if row.wrong_at] == [old.id]


async def test_when_the_address_was_right_after_all_a_button_brings_it_back(misdirected: Play):
    play = misdirected
    await play.writes("DO", "/wrong P01")
    [task] = await play.tasks(kind="incident")
    await play.presses(task["owner"], f"t:{task['id']}:right")
    assert (await play.last(task["owner"]))["text"].startswith("The address is used again.")
    assert (await address_of_leanne(play)).wrong_at is None
    assert len(await play.tasks(kind="incident")) == 1
    await play.presses(task["owner"], f"t:{task['id']}:done")
    assert await play.tasks(kind="incident") == []


@pytest.mark.parametrize("words", ["/wrong", "/wrong nobody of that name", "/wrong e"])
async def test_without_saying_which_message_nothing_is_done(quick: Play, words):
    await quick.writes("DO", words)
    assert (await quick.last("DO"))["text"].startswith("Which message?")
    assert await quick.tasks(kind="incident") == []
    assert (await address_of_leanne(quick)).wrong_at is None
