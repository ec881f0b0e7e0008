"""What one family reads of a kind of visit, as staff settle it at the desk."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from storage.tables import Case
from tests.desk.test_commands import audited, says
from tests.stage import Play
from tests.turns.visiting import books

WITH_TOM = "/label Kai therapy = time with Tom"


@pytest.mark.afternoon
async def test_a_family_reads_the_words_of_its_own_child_until_they_end(play: Play):
    said = await says(play, "DO", WITH_TOM)
    assert said == (
        "P01, Therapeutic support: from now on the family reads “time with Tom” in place of "
        "“a talking session”. /label P01 therapeutic_support off ends it."
    )
    await books(play, "P01", "2026-12-03 13:30", kind="therapeutic_support", staff=("TW",))
    assert (await play.last("P01"))["text"].startswith(
        "Hi Leanne, booked for Kai with Tom: time with Tom on Thu 3 Dec"
    )
    assert await says(play, "DO", "/label Kai") == (
        "What the family of P01 reads:\nTherapeutic support: “time with Tom”"
    )
    await says(play, "DO", "/label Kai therapy = an hour with Tom")
    said = await says(play, "DO", "/label P01 therapeutic_support off")
    assert said.endswith("the family reads the usual words again: “a talking session”.")
    assert "the usual words for every visit" in await says(play, "DO", "/label Kai")
    assert [row for row in await audited(play) if row[1] == "SetLabel"] == [
        ("DO", "SetLabel", "P01 therapeutic_support"),
        ("DO", "SetLabel", "P01 therapeutic_support"),
        ("DO", "SetLabel", "P01 therapeutic_support off"),
    ]


async def test_whoever_reads_another_language_reads_the_words_as_typed(sqlite_play: Play):
    said = await says(sqlite_play, "SG", "/label P14 yj session = time with Sean")
    assert "This family reads Urdu: your words go as you typed them, so type them in that." in said


async def test_what_cannot_be_changes_nothing_and_says_what_to_do(sqlite_play: Play):
    play = sqlite_play
    for words, answer in (
        ("/label", "Type /label, a child, a kind of visit"),
        ("/label Nobody therapy = a club", "Type /label, a child, a kind of visit"),
        ("/label Kai fishing = a club", "Which kind of visit is that?"),
        ("/label Kai panel = a club", "AP Panel: no family is invited to it"),
        ("/label Kai therapy = therapy", "“therapy” tells whoever sees the phone"),
        ("/label Kai therapy = time with Whitaker", "“Whitaker” is a surname"),
        ("/label Kai therapy = time with Jayden", "“Jayden” is another child here"),
        ("/label Kai therapy", "Therapeutic support: the family reads “a talking session”."),
        ("/label Kai therapy off", "the family reads the usual words: “a talking session”."),
        ("/label Ellie therapy = a club", "from now on the family reads “a club”"),
    ):
        assert answer in await says(play, "DO", words), words
    assert "the usual words for every visit" in await says(play, "DO", "/label Kai")


async def test_whoever_has_no_part_in_a_restricted_case_labels_nothing(sqlite_play: Play):
    play = sqlite_play
    await play.database.write(
        lambda c: c.execute(update(Case).where(Case.ref == "P01").values(restricted=True))
    )
    said = await says(play, "TW", "/label P01 therapy = time with Tom")
    assert said.startswith("Type /label")
    assert await audited(play) == []
