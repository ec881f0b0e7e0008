"""A message reached the wrong person: it stops, the heads know at once, and a clock runs."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from storage.audit import first_broken
from storage.tables import Address, Audit
from tests.stage import Play
from tests.turns.visitors import LEANNE, rows_of

pytestmark = pytest.mark.afternoon

TYPED = "See you both at nine tomorrow."


@pytest.fixture
async def misdirected(play: Play) -> Play:
    """Dani has answered Leanne, and the words have left."""
    return await _misdirected(play)


@pytest.fixture
async def quick(sqlite_play: Play) -> Play:
    return await _misdirected(sqlite_play)


async def _misdirected(play: Play) -> Play:
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
    assert (await play.last("DO"))["text"] == (
        "Stopped: the number of Leanne Thornton (Kai P01), to which a message went Mon 30 Nov "
        "13:40, gets nothing more, typed or automatic, until it is found to be right. Whoever is "
        "in charge knows. Do not write there to put it right: talk to them now."
    )


@pytest.mark.thursday
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


@pytest.mark.thursday
async def test_a_question_that_was_open_there_is_closed(quick: Play):
    play = quick
    await play.without_digests()
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
    line = await address_of_leanne(play)
    said = (play.now, "DO", f"{await play.carer('P01')} address {line.id}")
    assert [(row.at, row.who, row.subject) for row in rows] == [said]
    assert await play.database.read(first_broken) is None


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


async def test_an_address_can_be_brought_back_though_its_incident_is_closed(quick: Play):
    play = quick
    await play.writes("DO", "/wrong P01")
    [task] = await play.tasks(kind="incident")
    await play.presses(task["owner"], f"t:{task['id']}:done")
    assert (await address_of_leanne(play)).wrong_at == play.now
    await play.presses(task["owner"], f"t:{task['id']}:right")
    assert (await play.last(task["owner"]))["text"] == "The address is used again."
    assert (await address_of_leanne(play)).wrong_at is None


async def test_said_by_two_workers_it_is_one_incident_and_one_clock(misdirected: Play):
    play = misdirected
    await play.writes("DO", "/wrong P01")
    [first] = await play.tasks(kind="incident")
    await play.later(hours=1)
    await play.writes("MB", "/wrong P01")
    assert await play.tasks(kind="incident") == [first]
    assert "it was stopped then. Whoever is in charge knows." in (await play.last("MB"))["text"]
    assert "since Mon 30 Nov 13:40" in (await play.last("MB"))["text"]
    rows = [row.who for row in await rows_of(play, Audit) if row.what == "WrongPerson"]
    assert rows == ["DO", "MB"]


async def test_said_again_after_it_was_closed_the_heads_decide_anew(quick: Play):
    play = quick
    await play.writes("DO", "/wrong P01")
    [first] = await play.tasks(kind="incident")
    await play.presses(first["owner"], f"t:{first['id']}:done")
    await play.later(hours=1)
    await play.writes("MB", "/wrong P01")
    [second] = await play.tasks(kind="incident")
    assert second["id"] != first["id"]
    assert "Marcus Bell says" in (await play.last(second["owner"]))["text"]


async def closed(play: Play, *first: str) -> str:
    """Close the incident; returns the key of its button that brings the address back."""
    [task] = await play.tasks(kind="incident")
    for action in (*first, "done"):
        await play.presses(task["owner"], f"t:{task['id']}:{action}")
    await play.later(hours=1)
    return f"t:{task['id']}:right"


async def still_stopped(play: Play, button: str) -> bool:
    await play.presses("HM", button)
    said = (await play.last("HM"))["text"]
    return said.startswith("Not used again: ") and bool((await address_of_leanne(play)).wrong_at)


async def test_an_old_button_does_not_lift_what_was_stopped_after_it(misdirected: Play):
    play = misdirected
    await play.writes("DO", "/wrong P01")
    old = await closed(play, "right")
    await play.writes("MB", "/wrong P01")
    assert await still_stopped(play, old)
    [newer] = await play.tasks(kind="incident")
    await play.presses("HM", f"t:{newer['id']}:right")
    assert (await address_of_leanne(play)).wrong_at is None


@pytest.mark.parametrize(("who", "words"), [("MB", "/wrong P01"), ("P01", "wrong number")])
async def test_nor_what_was_said_again_of_an_address_that_was_stopped_all_along(
    quick: Play, who: str, words: str
):
    play = quick
    await play.writes("DO", "/wrong P01")
    old = await closed(play)
    await play.writes(who, words)
    assert await still_stopped(play, old)


async def test_a_stranger_who_says_so_too_does_not_begin_a_second_clock(quick: Play):
    play = quick
    await play.writes("DO", "/wrong P01")
    [first] = await play.tasks(kind="incident")
    began = play.now
    await play.later(hours=1)
    await play.writes("P01", "wrong number")
    assert (await address_of_leanne(play)).wrong_at == began
    await play.writes("MB", "/wrong P01")
    assert await play.tasks(kind="incident") == [first]


@pytest.mark.parametrize("words", ["/wrong", "/wrong nobody of that name", "/wrong e"])
async def test_without_saying_which_message_nothing_is_done(quick: Play, words):
    await quick.writes("DO", words)
    said = (await quick.last("DO"))["text"]
    assert said.startswith("Which message?")
    assert said.endswith("Nothing has been stopped.")
    assert await quick.tasks(kind="incident") == []
    assert (await address_of_leanne(quick)).wrong_at is None
