"""Staff of a school get what is addressed to them, with its buttons, and no desk."""

from __future__ import annotations

import pytest

from bot.turns.rights import ONLY_ALERTS
from tests.stage import Play

FAMILIES = ("Leanne", "Thornton", "Craig", "P01")


@pytest.mark.parametrize(
    "words", ["hello everybody", "/find Leanne", "/case P01", "/pause P01", "/transfer P01 to Dani"]
)
async def test_whatever_they_type_names_no_family_and_changes_nothing(
    sqlite_play: Play, words: str
):
    play = sqlite_play
    await play.writes("FS", words)
    said = await play.last("FS")
    assert said["text"] == ONLY_ALERTS
    assert said["choices"] == []
    assert not any(name in said["text"] for name in FAMILIES)


@pytest.mark.afternoon
async def test_a_button_that_was_never_under_a_message_of_theirs_does_nothing(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "I dont want to live any more")
    (crisis,) = await play.tasks(case="P01", kind="crisis")
    for action in ("ack", "done", "copy"):
        await play.presses("FS", f"t:{crisis['id']}:{action}")
        assert (await play.last("FS"))["text"] == "This button is not known here."
    assert await play.tasks(case="P01", kind="crisis") == [crisis]


async def test_the_safeguarding_lead_of_a_school_has_a_desk(sqlite_play: Play):
    play = sqlite_play
    await play.writes("JL", "/help")
    assert "/alarms" in (await play.last("JL"))["text"]
