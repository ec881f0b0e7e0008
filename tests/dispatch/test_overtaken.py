"""A question that waited while something newer was asked, or until it was answered, is dropped."""

from __future__ import annotations

import pytest

from tests.stage import Play

pytestmark = pytest.mark.thursday

NEWER, OVER = "something newer took its place", "the conversation it belongs to is over"


@pytest.fixture
async def waiting(play: Play) -> Play:
    """Leanne's Thursday check-in waits: everything automatic is paused."""
    await play.only_about("P01")
    await play.writes("DO", "/pause all")
    await play.at("2026-12-03 15:50")
    assert await what_waits(play) == [("held", "all automatic messages are paused")]
    return play


async def what_waits(play: Play) -> list[tuple[str, str]]:
    """What became of Leanne's automatic messages that did not leave, in words."""
    rows = [row for row in await play.held() if row["cases"] == ["P01"]]
    return [(row["state"], row["reason"].rpartition(": ")[2]) for row in rows]


async def test_asked_again_meanwhile_a_family_is_asked_once(waiting: Play):
    play = waiting
    await play.at("2026-12-07 15:50")
    await play.writes("DO", "/resume all")
    await play.at("2026-12-08 16:00")
    (text,) = await play.received("P01")
    assert "no rush" in text
    assert await what_waits(play) == [("cancelled", NEWER)]


@pytest.mark.parametrize("play", ["sqlite"], indirect=True)  # a week of held messages is long
async def test_when_somebody_has_been_asked_to_ring_instead_no_question_follows(waiting: Play):
    play = waiting
    await play.at("2026-12-09 15:50")
    assert len(await play.tasks(kind="phone", case="P01")) == 1
    await play.writes("DO", "/resume all")
    await play.at("2026-12-10 15:30")
    assert await play.received("P01") == []
    assert await what_waits(play) == [("cancelled", OVER), ("cancelled", OVER)]


async def test_a_family_that_answered_before_the_text_came_is_not_asked_what_it_said(
    waiting: Play,
):
    play = waiting
    await play.writes("P01", "Good")
    await play.writes("DO", "/resume all")
    await play.at("2026-12-04 15:00")
    assert not any("weekly check-in" in text for text in await play.received("P01"))
    assert (await what_waits(play))[0] == ("cancelled", OVER)


async def test_a_question_that_only_waited_still_goes(waiting: Play):
    play = waiting
    await play.writes("DO", "/resume all")
    await play.at("2026-12-04 15:00")
    (text,) = await play.received("P01")
    assert "weekly check-in" in text


async def test_what_a_person_typed_is_overtaken_by_nothing(waiting: Play):
    play = waiting
    await play.writes("P01", "can you ring me")
    await play.writes("DO", "I will ring at four.", reply_to=(await play.last("DO"))["id"])
    await play.later(seconds=11)
    assert any("ring at four" in text for text in await play.received("P01"))
