"""Visits between the screen and the yes: who may change them, what is so no more, who hears."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.rules.visits import BOOKED, CANCELLED, OFFERED
from storage.tables import Case
from storage.visits import visits_numbered
from tests.desk.test_booking import KAI, booked, labels, presses, says, visits
from tests.desk.test_visit_outcomes import visit_at
from tests.stage import Play
from tests.turns.visiting import books

WITH_MARCUS = "home visit Leanne thu 3 dec 2pm for 45 min with Marcus"
REPLIED = "home visit thu 3 dec 2pm with Marcus re mum's drinking"


async def since(play: Play, who: str, before: list[str]) -> str:
    """What somebody has received since, in one string."""
    return "\n---\n".join((await play.received(who))[len(before) :])


async def the_request(play: Play) -> str:
    """Leanne asks for a visit; the notice that Dani may reply to."""
    await play.writes("P01", "can someone come round this week? its all getting too much")
    return str((await play.last("DO"))["id"])


async def test_a_booking_typed_as_a_reply_to_leanne_is_no_text_to_her(sqlite_play: Play):
    play = sqlite_play
    notice = await the_request(play)
    before = await play.received("P01")
    await play.writes("DO", REPLIED, reply_to=notice)
    said = (await play.last("DO"))["text"]
    assert said.startswith("Leanne Thornton (Kai P01), on P01\nHome visit.")
    await play.later(minutes=5)
    assert await since(play, "P01", before) == ""
    assert (await presses(play, "DO", "Book it")).startswith("Booked: Thu 3 Dec 14:00.")
    await play.later(minutes=5)
    assert "drinking" not in await since(play, "P01", before)
    assert await play.tasks(kind="message", case="P01") == []


async def test_a_message_that_read_like_a_booking_still_answers_leanne(sqlite_play: Play):
    play = sqlite_play
    notice = await the_request(play)
    before = await play.received("P01")
    await play.writes("DO", "visit thu 3 dec 2pm with Marcus", reply_to=notice)
    said = await presses(play, "DO", "It is a message: send it to them")
    assert said.startswith("To Leanne Thornton (Kai P01) in 10 seconds.")
    await play.later(minutes=1)
    assert "visit thu 3 dec 2pm with Marcus" in await since(play, "P01", before)
    assert await play.tasks(kind="message", owner="DO", case="P01", seen_by=None) == []


async def test_marcus_hears_of_every_visit_he_is_put_on_taken_off_or_moved_with(
    sqlite_play: Play,
):
    play = sqlite_play
    before = await play.received("MB")
    own = await play.received("DO")
    await booked(play, "DO", WITH_MARCUS)
    assert (
        "Dani has booked you:\nThu 3 Dec 14:00-14:45, Home visit, Kai P01, at home, "
        "Dani and Marcus, booked"
    ) in await since(play, "MB", before)
    assert "has booked you" not in await since(play, "DO", own)
    before = await play.received("MB")
    await play.writes("DO", "/move Leanne fri 4 dec 2pm")
    await presses(play, "DO", "Move it")
    told = await since(play, "MB", before)
    assert "Dani has moved this:\nIt was: Thu 3 Dec 14:00-14:45" in told
    assert "\nNow: Fri 4 Dec 14:00-14:45" in told
    await play.at("2026-12-04 10:00")
    mine, his = await play.received("DO"), await play.received("MB")
    await play.writes("HM", "/cancelvisit Leanne")
    await presses(play, "HM", "Yes, I have told them myself")
    for who, had in (("DO", mine), ("MB", his)):
        told = await since(play, who, had)
        assert "Helen has called this off:\nFri 4 Dec 14:00-14:45" in told, who


@pytest.mark.parametrize(("by", "state"), [("2", CANCELLED), ("1", OFFERED)])
async def test_whoever_comes_without_a_part_in_the_case_hears_what_the_family_changed(
    sqlite_play: Play, by: str, state: str
):
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    visit, _told = await books(play, "P01", "2026-12-04 13:30", staff=("DO", "TW"))
    await play.database.write(
        lambda c: c.execute(update(Case).where(Case.ref == "P01").values(restricted=True))
    )
    before = await play.received("TW")
    await play.writes("P01", "2")
    await play.later(seconds=5)
    await play.writes("P01", by)
    [now] = await play.database.read(lambda c: visits_numbered(c, [visit.id]))
    told = await since(play, "TW", before)
    assert "The family has" in told
    assert "Kai" not in told
    assert "Leanne" not in told
    assert now.state == state


async def test_a_visit_that_has_begun_is_neither_moved_nor_called_off_by_an_old_question(
    sqlite_play: Play,
):
    play = sqlite_play
    await booked(play, "DO", KAI)
    play.wakes_at("2026-12-03 13:50")
    await play.writes("HM", "/cancelvisit Leanne")
    await play.writes("DO", "/move Leanne fri 4 dec 2pm")
    play.wakes_at("2026-12-03 14:05")
    said = await presses(play, "DO", "Move it")
    assert said == "That visit has begun. Say how it went instead: /visits."
    said = await presses(play, "HM", "Yes, and text the family")
    assert said.endswith("how did it go?")
    assert "Cancelled by us" in await labels(play, "HM")
    [visit] = await visits(play)
    assert (visit.state, visit.version) == (BOOKED, 1)
    assert (await says(play, "DO", "/cancelvisit Leanne")).endswith("how did it go?")


async def test_a_time_that_has_gone_since_it_was_shown_is_not_offered(sqlite_play: Play):
    play = sqlite_play
    play.wakes_at("2026-12-02 10:00")
    await play.writes("DO", "/book call Leanne thu 3 dec")
    shown = [one for one in await labels(play, "DO") if one.startswith("Thu 3 Dec")]
    assert len(shown) > 1
    last = await play.last("DO")
    [key] = [one["key"] for one in last["choices"] if one["label"].startswith("Offer these")]
    play.wakes_at("2026-12-03 13:00")  # so close to the first that nobody would read it in time
    before = await play.received("P01")
    await play.presses("DO", key, last["turn"])
    said = [one for one in await play.received("DO") if one.startswith("Nothing was offered:")]
    assert said == ["Nothing was offered: not all of these times are free now. Here is what is."]
    assert not {one for one in await labels(play, "DO") if one == shown[0]}
    assert await visits(play) == []
    assert await since(play, "P01", before) == ""


@pytest.mark.parametrize("command", ["/move {} fri 4 dec 2pm", "/cancelvisit {}", "/late {} 10"])
async def test_whoever_may_not_write_to_a_family_changes_no_visit_of_theirs(
    sqlite_play: Play, command: str
):
    play = sqlite_play
    await visit_at(play, "2026-12-03 14:00")
    await play.database.write(
        lambda c: c.execute(update(Case).where(Case.ref == "P01").values(status="stopped_early"))
    )
    said = await says(play, "TW", command.format("P01"))
    assert said.startswith("Nothing has changed: that"), said
    assert "not yours" in said
    assert (await says(play, "DO", command.format("P01"))).startswith(("Thu 3 Dec", "Now: Thu"))


async def test_a_right_that_is_lost_before_the_yes_changes_nothing(sqlite_play: Play):
    play = sqlite_play
    await visit_at(play, "2026-12-03 14:00")
    await play.writes("TW", "/late P01 10")
    await play.database.write(
        lambda c: c.execute(update(Case).where(Case.ref == "P01").values(restricted=True))
    )
    said = await presses(play, "TW", "Yes, text them")
    assert said == "Nothing has changed: that family is not yours to book for any more."


@pytest.mark.parametrize("unheard", ["Leanne P01", "P01", "Leanne 14:20", "Leanne 14.20",
                                     "Leanne until 3", "Leanne half 3", "Leanne 2pm"])  # fmt: skip
async def test_no_case_number_and_no_time_of_day_is_taken_for_minutes(
    sqlite_play: Play, unheard: str
):
    play = sqlite_play
    await visit_at(play, "2026-12-03 14:00")
    said = await says(play, "DO", f"/late {unheard}")
    assert "minutes" in said
    assert "/late Leanne 10" in said
    said = await says(play, "DO", "/late Leanne P01 10 mins")
    assert said.endswith("Text the family that it starts 10 minutes late?")
