"""`check-config` about the folder registers are fetched from."""

from __future__ import annotations

from bot.cli.checks.registers import folder
from bot.settings import Settings


def said(place):
    settings = Settings(KEYWORKER_REGISTER_FOLDER=place)
    return [(finding.state, finding.words) for finding in folder(settings)]


def test_the_folder_is_named_if_it_is_missing_holds_refused_registers_or_is_fine(tmp_path):
    place = tmp_path / "from school"
    assert said(None) == []
    ((state, words),) = said(place)
    assert (state, "“from school” is no folder" in words) == ("wrong", True)
    (place / "refused" / "Millrace Centre").mkdir(parents=True)
    assert said(place) == [("ok", "“from school” is looked into every two minutes.")]
    (place / "refused" / "Millrace Centre" / "week.csv.txt").write_text("row 2")
    assert said(place) == [("look", "registers refused: 1. What to put right lies beside each.")]
