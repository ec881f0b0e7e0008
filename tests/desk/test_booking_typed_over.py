"""What staff type while a booking is open: the visit once more, or a message for a family."""

from __future__ import annotations

import pytest

from tests.desk.test_booking import KAI, booked, labels, presses, says
from tests.stage import Play


@pytest.mark.parametrize(
    "words",
    [
        "Leanne lift fri 2pm is sorted x",
        "Hi Leanne, are we still on for Thursday at 3?",
    ],
)
async def test_a_message_typed_while_a_booking_is_open_books_nothing(sqlite_play: Play, words: str):
    await sqlite_play.writes("DO", f"/book {KAI}")
    said = await says(sqlite_play, "DO", words)
    assert "This reads like a message to a family." in said
    assert await labels(sqlite_play, "DO") == [
        "Change",
        "It is a message for a family",
        "Forget it",
    ]
    said = await presses(sqlite_play, "DO", "It is a message for a family")
    assert said.startswith("Who is this for? Nothing has been sent.")


async def test_a_visit_typed_over_again_may_still_be_a_message(sqlite_play: Play):
    await booked(sqlite_play, "DO", KAI)
    await sqlite_play.later(hours=1)
    await sqlite_play.writes("DO", "/move Leanne changed to fri 4 dec 2pm")
    assert "Move it" in await labels(sqlite_play, "DO")
    await sqlite_play.writes("DO", "fri 4 dec 3pm")
    assert {"Move it", "It is a message for a family"} <= set(await labels(sqlite_play, "DO"))
    await sqlite_play.writes("DO", "Can you come fri 4 dec 3pm Leanne?")
    assert "Move it" not in await labels(sqlite_play, "DO")
