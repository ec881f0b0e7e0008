"""Visits that come again each week: booked by one yes, each of its own from then on."""

from __future__ import annotations

import pytest

from bot.rules.visits import Visit
from tests.desk.test_booking import booked, labels, presses, says, visits
from tests.stage import Play, london

WEEKLY = "home visit Leanne tue 1 dec 2pm for 45 min every week for 4 weeks"
TOLD = "Then each week at 14:00, until Tue 22 Dec."


def days(found: list[Visit]) -> list[tuple[str, int]]:
    """On which day each of them is, and in which version."""
    times = [(one.plan.starts_at, one.version) for one in found]
    return [(f"{at:%a %d %b}", version) for at, version in times if at is not None]


async def test_a_day_that_a_colleague_takes_meanwhile_does_not_lose_the_others(play: Play):
    """Two were shown the same time for the same people: whoever is second keeps all the rest."""
    await play.writes("DO", f"/book {WEEKLY}")
    asked = await play.last("DO")
    await play.writes("MB", "/book home visit Craig tue 15 dec 2pm with Dani")
    assert (await presses(play, "MB", "Book it")).startswith("Booked: Tue 15 Dec 14:00.")
    await play.presses("DO", "book", asked["turn"])
    said = (await play.last("DO"))["text"]
    assert said.startswith("Booked: Tue 1 Dec 14:00, Tue 8 Dec and Tue 22 Dec. Leanne is told")
    assert said.endswith("\nNot Tue 15 Dec: Dani is taken 13:40-15:20.")
    theirs = [one for one in await visits(play) if one.cases == ("P01",)]
    assert days(theirs) == [("Tue 01 Dec", 1), ("Tue 08 Dec", 1), ("Tue 22 Dec", 1)]
    await play.at("2026-11-30 14:00")
    [text] = await play.received("P01")
    assert "Also at 14:00 on Tue 8 Dec and Tue 22 Dec." in text
    assert "15 Dec" not in text


async def test_every_day_is_named_before_the_yes_and_why_one_is_left_out(sqlite_play: Play):
    play = sqlite_play
    await booked(play, "TW", "home visit Leanne mon 7 dec 2pm for 30 min")
    await booked(play, "TW", "home visit Leanne wed 9 dec 2pm for 30 min")
    said = await says(play, "DO", f"/book {WEEKLY} with Marcus")
    assert "Tue 1 Dec 14:00-14:45, 45 minutes, every week, 4 visits." in said.splitlines()
    assert "Also at 14:00 on Tue 15 Dec and Tue 22 Dec: 3 visits." in said.splitlines()
    assert "Not Tue 8 Dec: This family has 2 in that week already: Mon 7 Dec 14:00" in said
    assert await labels(play, "DO") == ["Book it", "Without me", "Change", "Forget it"]
    await presses(play, "DO", "Book it")
    notices = [one for one in await play.received("MB") if one.startswith("Dani has booked you:")]
    assert len(notices) == 1, "one notice for all of them"
    assert len(notices[0].splitlines()) == 4
    await play.writes("DO", "/move Leanne every tue 3pm")
    said = await presses(play, "DO", (await labels(play, "DO"))[0])
    assert "One visit is moved at a time." in said


async def test_the_family_has_one_text_and_a_move_of_one_day_touches_no_other(sqlite_play: Play):
    play = sqlite_play
    await booked(play, "DO", WEEKLY)
    await play.at("2026-11-30 14:00")
    assert [TOLD in text for text in await play.received("P01")] == [True]
    said = await says(play, "DO", "/cancelvisit Leanne")
    assert said == "Which visit is it?"
    third = (await labels(play, "DO"))[2]
    assert third.startswith("Tue 15 Dec 14:00-14:45")
    await presses(play, "DO", third)
    said = await presses(play, "DO", "Yes, and text the family")
    assert said.startswith("Called off. Leanne is told by text"), "they had read that day"
    assert days(await visits(play)) == [("Tue 01 Dec", 1), ("Tue 08 Dec", 1), ("Tue 22 Dec", 1)]
    await play.later(minutes=5)
    texts = await play.received("P01")
    assert len(texts) == 2
    assert "a visit with Dani on Tue 15 Dec at 14:00 is off." in texts[-1]


async def test_a_text_that_waited_names_only_the_days_that_still_stand(sqlite_play: Play):
    play = sqlite_play
    await booked(play, "DO", WEEKLY)  # before the hours in which this family may be written to
    await play.writes("DO", "/cancelvisit Leanne")
    await presses(play, "DO", (await labels(play, "DO"))[1])
    said = await presses(play, "DO", "Yes, and text the family")
    assert said == "Called off. They had not been told of it yet, so no text goes."
    await play.at("2026-11-30 14:00")
    [text] = await play.received("P01")
    assert "on Tue 1 Dec at 14:00" in text
    assert "Also at 14:00 on Tue 15 Dec and Tue 22 Dec." in text
    await play.writes("P01", "1")
    first, *others = await visits(play)
    assert first.confirmed_at is not None
    assert [one.confirmed_at for one in others] == [None, None], "each is asked about by itself"


async def test_a_phone_that_others_read_is_told_of_the_first_day_only(sqlite_play: Play):
    play = sqlite_play
    said = await booked(play, "MB", "visit P19 thu 3 dec 11am every other week for 3 visits")
    assert "Thu 3 Dec 11:00, Thu 17 Dec and Thu 31 Dec." in said
    assert "is told by text" in said
    assert said.endswith("Others may read this phone, so the text says the first day only.")
    await play.at("2026-12-01 12:00")
    [text] = [one for one in await play.received("P19") if "3 Dec" in one]
    assert "17 Dec" not in text
    assert "week" not in text
    assert (await visits(play))[0].plan.starts_at == london("2026-12-03 11:00")


@pytest.mark.afternoon
async def test_days_that_were_told_by_voice_are_called_off_by_voice(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    await play.writes("P01", "STOP")
    assert "gets no text" in await booked(play, "DO", WEEKLY)
    await play.writes("DO", "/cancelvisit Leanne tue 15 dec")
    said = await presses(play, "DO", "Yes, and text the family")
    assert said.startswith("Called off. Leanne gets no text:")
    words = [task["words"] for task in await play.tasks(kind="hand_over", case="P01")]
    assert [("Tue 15 Dec" in one, "tell them that it is off" in one) for one in words] == [
        (True, False),
        (True, True),
    ]


async def test_a_later_day_no_text_has_named_is_off_by_voice_on_a_phone_others_read(
    sqlite_play: Play,
):
    play = sqlite_play
    await booked(play, "MB", "visit P19 thu 3 dec 11am every other week for 3 visits")
    await play.at("2026-12-01 12:00")
    before = await play.received("P19")
    await play.writes("MB", "/cancelvisit P19 thu 17 dec")
    said = await presses(play, "MB", "Yes, and text the family")
    assert "others may read this phone, and no text has named this visit" in said
    [task] = [one for one in await play.tasks(case="P19") if "that it is off" in one["words"]]
    assert (task["owner"], "Thu 17 Dec" in task["words"]) == ("MB", True)
    await play.later(minutes=5)
    assert await play.received("P19") == before


async def test_every_visit_of_a_long_row_can_be_reached(sqlite_play: Play):
    play = sqlite_play
    await booked(play, "DO", "home visit Leanne tue 1 dec 2pm for 45 min every week for 12 weeks")
    ahead = await visits(play)
    last = ahead[-1].plan.starts_at
    assert last is not None
    await play.writes("DO", "/cancelvisit Leanne")
    assert len(await labels(play, "DO")) == len(ahead) + 1 > 9
    said = await says(play, "DO", f"/cancelvisit Leanne {last.day} {last:%b}")
    assert said.startswith(f"Tue {last.day} {last:%b} 14:00-14:45")
    assert "Call it off?" in said


@pytest.mark.afternoon
async def test_whoever_calls_off_one_day_reads_that_the_others_stay(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    await booked(play, "DO", WEEKLY)
    await play.later(minutes=1)
    await play.writes("DO", "/cancelvisit Leanne tue 8 dec")
    await presses(play, "DO", "Yes, I have told them myself")
    await play.writes("P01", "2")
    await play.later(seconds=5)
    await play.writes("P01", "2")
    assert (await play.last("P01"))["text"] == (
        "Thank you for telling us. Tue 1 Dec is off, and Dani knows. "
        "The rest stays booked. You can write here any time."
    )
    [task] = await play.tasks(kind="hand_over", case="P01")
    assert task["words"].endswith("Booked with it and still so: Tue 15 Dec and Tue 22 Dec.")
