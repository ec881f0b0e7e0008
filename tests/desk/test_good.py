"""/good: approved good news about one child, in two taps, kept apart from other messages."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.tables import Contact
from tests.desk.test_write import labels, presses, says
from tests.stage import Play, marlbridge_taskforce

WHICH = "Which good news? Nothing has been sent."
DAY = "Good news: Kai had a really good day today. We wanted you to hear it first."


async def purposes(play: Play) -> list[str]:
    """For what staff wrote to families, oldest first."""
    query = select(Contact.purpose).where(Contact.outbox_id.is_not(None), Contact.done_by == "DO")
    return await play.database.read(lambda c: list(c.execute(query.order_by(Contact.id)).scalars()))


@pytest.mark.afternoon
async def test_good_news_goes_in_two_taps_signed_and_counted_as_such(play: Play):
    await play.at("2026-11-30 13:40")
    offered = (await says(play, "DO", "/good kai")).splitlines()
    assert offered[0] == WHICH
    assert f"B: {DAY}" in offered
    assert await labels(play, "DO") == ["A", "B", "C", "D", "None: forget it"]
    shown = await presses(play, "DO", "B")
    assert shown.startswith("To Leanne Thornton (Kai P01), by text.")
    await presses(play, "DO", "Send")
    await play.later(seconds=11)
    assert await play.received("P01") == [f"{DAY}\nDani"]
    assert await purposes(play) == ["good_news"]


async def test_of_siblings_one_is_asked_for_and_the_line_bears_that_name(sqlite_play: Play):
    play = sqlite_play
    assert await says(play, "TW", "/good Joanne") == (
        "Good news about whom? Nothing has been sent."
    )
    assert await labels(play, "TW") == ["Ellie", "Noah", "None: forget it"]
    assert "Noah came in every day" in await presses(play, "TW", "Noah")
    assert (await says(play, "TW", "/good Ellie")).startswith(WHICH)
    assert await presses(play, "TW", "None: forget it") == "Forgotten. Nothing was sent."


@pytest.mark.afternoon
async def test_a_changed_line_is_still_good_news_and_another_childs_name_is_asked_about(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    await play.writes("DO", "/good Kai")
    await presses(play, "DO", "A")
    await play.writes("DO", "Kai and Zofia both came in every day!")
    assert (await presses(play, "DO", "Send")).startswith("This names Zofia")
    await presses(play, "DO", "Yes, send it")
    await play.later(seconds=11)
    assert await purposes(play) == ["good_news"]


async def test_without_approved_lines_it_says_where_they_stand(sqlite_play: Play):
    bare = Play(sqlite_play.database, marlbridge_taskforce(good_lines=()))
    assert "taskforce.toml, under [good_news]" in await says(bare, "DO", "/good Kai")
    assert (await says(sqlite_play, "DO", "/good Nobody")).startswith("Type /good and a name")


async def test_a_discreet_chat_shows_initials_and_the_family_reads_the_name(sqlite_play: Play):
    play = Play(sqlite_play.database, marlbridge_taskforce(notices_shown=False))
    await says(play, "TW", "/good Joanne")
    assert await labels(play, "TW") == ["EM", "NM", "None: forget it"]
    offered = await presses(play, "TW", "NM")
    assert "B: Good news: NM had a really good day today." in offered
    shown = await presses(play, "TW", "B")
    assert "NM had a really good day today." in shown
    assert "Noah" not in f"{offered}{shown}"
    await presses(play, "TW", "Send")
    await play.at("2026-12-01 18:00")
    assert "Good news: Noah had a really good day today." in (await play.received("P08"))[0]
