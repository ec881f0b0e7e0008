"""Words typed in reply to nothing: the desk asks who they are for, and waits."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from storage.tables import Person
from tests.desk.test_typed_words import families_that_got
from tests.stage import Play

WHO = "Who is this for? Nothing has been sent."


async def test_words_in_reply_to_nothing_ask_who_they_are_for(sqlite_play: Play):
    play = sqlite_play
    await play.writes("DO", "See you on Thursday.")
    await play.later(seconds=30)
    asked = await play.last("DO")
    assert asked["text"].startswith(WHO)
    assert [choice["label"] for choice in asked["choices"]][:2] == [
        "Leanne Thornton (Kai P01)", "Marta Wrona (Zofia P02)"
    ]  # fmt: skip
    assert await families_that_got(play, "See you on Thursday.") == set()


@pytest.mark.afternoon
@pytest.mark.parametrize("answer", ["1", "Leanne", "leanne thornton", "Kai", "P01", "button"])
async def test_a_button_a_number_a_name_or_a_case_chooses_the_family(sqlite_play: Play, answer):
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    await play.writes("DO", "See you on Thursday.")
    asked = await play.last("DO")
    if answer == "button":
        await play.presses("DO", asked["choices"][0]["key"], asked["turn"])
    else:
        await play.writes("DO", answer)
    await play.later(seconds=11)
    assert await families_that_got(play, "See you on Thursday.") == {"P01"}


@pytest.mark.parametrize("answer", ["nobody", "Nobody: forget it"])
async def test_nobody_forgets_the_words(sqlite_play: Play, answer):
    await sqlite_play.writes("DO", "See you on Thursday.")
    await sqlite_play.writes("DO", answer)
    assert (await sqlite_play.last("DO"))["text"] == "Forgotten. Nothing was sent."


async def test_a_name_two_families_share_sends_nothing_and_asks_again(sqlite_play: Play):
    play = sqlite_play
    leanne = await play.carer("P01")
    await play.database.write(lambda connection: connection.execute(
        update(Person).where(Person.ref == leanne).values(name="Noah Webb")
    ))  # fmt: skip
    await play.writes("DO", "See you on Thursday.")
    await play.writes("DO", "Noah")  # Noah Marsden is P08, and so is a carer called now
    assert (await play.last("DO"))["text"].startswith("That was not one of the answers.")
    await play.later(seconds=30)
    assert await families_that_got(play, "See you on Thursday.") == set()


async def test_yesterdays_button_does_not_send_todays_words(sqlite_play: Play):
    play = sqlite_play
    await play.writes("DO", "Words of yesterday.")
    old = await play.last("DO")
    await play.writes("DO", "nobody")
    await play.writes("DO", "Words of today.")
    await play.presses("DO", old["choices"][0]["key"], old["turn"])
    assert (await play.last("DO"))["text"] == "That question is closed. Nothing has been done."
    await play.later(seconds=30)
    assert await families_that_got(play, "Words of") == set()


async def test_who_for_is_forgotten_after_an_hour(sqlite_play: Play):
    play = sqlite_play
    await play.writes("DO", "See you on Thursday.")
    asked = await play.last("DO")
    await play.later(hours=1, minutes=1)
    await play.presses("DO", asked["choices"][0]["key"], asked["turn"])
    assert (await play.last("DO"))["text"] == "That question is closed. Nothing has been done."
