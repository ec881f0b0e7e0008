"""/copy: one's own contacts as text for the home service, each until it is ticked."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from bot.desk.since import day_gone
from storage.tables import ContactCopy
from tests.desk.test_write import audited, labels, presses, says
from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play, marlbridge_taskforce

TAXI = "Joanne rang mum 10 min, agreed taxi for Thu"
NOTHING = "Nothing of yours is left to copy."


async def saved(play: Play, who: str, words: str) -> None:
    await play.writes(who, words)
    await presses(play, who, "Save")


async def ticked(play: Play) -> list[int]:
    rows = await play.database.read(lambda c: c.execute(select(ContactCopy.contact_id)).scalars())
    return sorted(rows)


async def test_own_contacts_are_written_by_case_and_day_until_they_are_ticked(play: Play):
    await saved(play, "TW", f"/log {TAXI}")
    await saved(play, "SG", "/log Samina rang mum 5 min, all fine")
    shown = await says(play, "TW", "/copy")
    call = f"Mon 30 Nov 2026\n08:30, Telephone with Joanne Marsden, 10 minutes, reached\n{TAXI}"
    assert shown.split("\n\n") == ["Ellie Marsden P07", call, "Noah Marsden P08", call]
    assert await ticked(play) == []
    await saved(play, "TW", "/log Ellie HV 45m, saw Ellie alone. travel 20")
    assert (await presses_older(play, "TW", "Copied")).startswith("Noted: 1 contact is")
    assert len(await ticked(play)) == 1
    left = await says(play, "TW", "/copy")
    assert "travel 20 minutes" in left
    assert "rang mum" not in left
    assert "rang mum" in await says(play, "TW", "/copy all")
    await presses(play, "TW", "Copied")
    assert await says(play, "TW", "/copy") == NOTHING
    mine = [what for who, what, _subject in await audited(play) if who == "TW"]
    assert (mine.count("copied"), mine.count("read")) == (2, 3)


async def presses_older(play: Play, who: str, label: str) -> str:
    """Press the last button of that name, however much has been said since."""
    [*_, key] = [
        c["key"] for m in await play.phone(who) for c in m["choices"] if c["label"] == label
    ]
    await play.presses(who, key)
    return (await play.last(who))["text"]


async def test_a_colleagues_contacts_and_private_notes_are_never_copied(sqlite_play: Play):
    play = sqlite_play
    await saved(play, "SG", "/log Joanne rang mum 5 min, spoke of the club")
    assert "the club" not in await says(play, "TW", "/copy")
    await play.writes("SG", "/note private Samina worried about the flat")
    await presses(play, "SG", (await labels(play, "SG"))[0])
    assert "worried about the flat" not in await says(play, "TW", "/copy")
    shown = await says(play, "SG", "/copy")
    assert "worried about the flat" not in shown, "no chat shows a clinical note"
    assert shown.endswith(
        "1 restricted entry is not shown in a chat: open your desk page and type /copy there."
    )
    await presses(play, "SG", "Copied")
    assert (await says(play, "SG", "/copy")).startswith("1 restricted entry is not shown"), (
        "what was not shown is not ticked"
    )
    browser = await StaffBrowser(play).plays("SG")
    await browser.fills("/desk", words="/copy")
    assert "Note, restricted" in browser.page.text
    assert "worried about the flat" in browser.page.text


async def test_a_discreet_chat_points_to_the_page_and_shows_no_word(sqlite_play: Play):
    play = Play(sqlite_play.database, marlbridge_taskforce(notices_shown=False))
    await saved(play, "TW", f"/log {TAXI}")
    said = await says(play, "TW", "/copy")
    assert said.startswith("1 of your contacts are to be copied.")
    assert "type /copy there" in said
    assert "Joanne" not in said
    assert await labels(play, "TW") == []


async def test_what_is_older_than_thirty_days_is_for_the_page_and_its_code(sqlite_play: Play):
    play = sqlite_play
    await saved(play, "TW", f"/log {TAXI}")
    play.wakes_at("2027-01-05 09:00")
    said = await says(play, "TW", "/copy since 1 Nov")
    assert said.startswith(NOTHING)
    assert "What is older is history" in said
    assert (await says(play, "TW", "/copy since soon")).startswith("Since when?")


@pytest.mark.parametrize("key", ["k:", "k:x:1", "k:20261301:1", "k:20261130:²", "k:20261130:"])
async def test_a_button_nobody_made_ticks_nothing(sqlite_play: Play, key: str):
    await saved(sqlite_play, "TW", f"/log {TAXI}")
    await sqlite_play.presses("TW", key)
    assert (await sqlite_play.last("TW"))["text"] == "This button is not known here."
    assert await ticked(sqlite_play) == []


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("since Monday", date(2026, 11, 23)),
        ("today", date(2026, 11, 30)),
        ("yesterday", date(2026, 11, 29)),
        ("from 1 Nov", date(2026, 11, 1)),
        ("1 Dec", date(2025, 12, 1)),
        ("2026-11-02", date(2026, 11, 2)),
        ("2027-11-02", None),
        ("29 Feb", None),
        ("tomorrow", None),
        ("soon", None),
    ],
)
def test_a_day_that_has_been_is_read_backwards(words: str, day: date | None):
    assert day_gone(words, date(2026, 11, 30)) == day
