"""The catalogues say what the code says, and the check finds what a translator may get wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot import catalogues

SOURCE = "Hi {person}, reply CALL."
CODE = f'from bot.i18n import _, desk\nHELLO = _("{SOURCE}")\nSTAFF = desk("Sorry, I am staff.")\n'
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
GOOD = "Witaj {person}, odpisz CALL."

Kept = Callable[..., list[str]]


def entry(source: str, translation: str, flags: str = "") -> str:
    return f'{flags}msgid "{source}"\nmsgstr "{translation}"\n\n'


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """A project of one sentence: keep a Polish catalogue, and other code if need be."""
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    monkeypatch.setattr(catalogues, "LOCALES", tmp_path / "locales")
    file = tmp_path / "locales" / "pl" / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True)
    (tmp_path / "bot").mkdir()

    def keep(entries: str, code: str = CODE) -> list[str]:
        (tmp_path / "bot" / "hello.py").write_text(code, encoding="utf-8")
        file.write_text(HEADER + entries, encoding="utf-8")
        return catalogues.faults()

    return keep


def test_every_sentence_of_this_release_is_in_every_catalogue() -> None:
    assert catalogues.faults() == []
    assert set(catalogues.catalogues()) == {"pl", "ur"}


def test_check_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogues.main(["check"]) == 0
    assert capsys.readouterr().out == "catalogues: 2 languages, 0 faults\n"


def test_a_good_catalogue_has_no_fault(kept: Kept) -> None:
    assert kept(entry(SOURCE, GOOD)) == []


def test_a_missing_sentence_is_found(kept: Kept) -> None:
    assert kept("") == [f"pl: missing {SOURCE!r}"]


def test_a_sentence_nobody_says_any_longer_is_found(kept: Kept) -> None:
    found = kept(entry(SOURCE, GOOD) + entry("Old.", "Stare."))
    assert found == ["pl: no longer said 'Old.'"]


def test_a_sentence_nobody_has_translated_is_found(kept: Kept) -> None:
    assert kept(entry(SOURCE, "")) == [f"pl: {SOURCE!r}: not translated"]


def test_a_guess_of_a_tool_is_found(kept: Kept) -> None:
    (found,) = kept(entry(SOURCE, GOOD, "#, fuzzy\n"))
    assert "fuzzy" in found


@pytest.mark.parametrize(
    "translation",
    ["Witaj, odpisz CALL.", "Witaj {osoba}.", "Witaj {person:day}.", "Witaj {person} {worker}."],
)
def test_a_wrong_name_is_found(kept: Kept, translation: str) -> None:
    (found,) = kept(entry(SOURCE, translation))
    assert "names [" in found
    assert "the English ['person:']" in found


@pytest.mark.parametrize("translation", ["Witaj {person.", "Witaj person}.", "{person} {"])
def test_braces_that_do_not_match_are_found(kept: Kept, translation: str) -> None:
    (found,) = kept(entry(SOURCE, translation))
    assert "braces" in found


@pytest.mark.parametrize("word", ["CANCEL", "END", "QUIT", "UNSUBSCRIBE", "YES", "INFO"])
def test_a_word_the_carriers_act_upon_is_found_in_both_languages(kept: Kept, word: str) -> None:
    assert len(kept(entry(SOURCE, f"{{person}}: {word}."))) == 1
    code = CODE.replace("CALL", word)
    assert len(kept(entry(SOURCE.replace("CALL", word), GOOD), code)) == 1


@pytest.mark.parametrize("words", ["Sorry about that.", "I read this.", "I'm here.", "Yes, sorry!"])
def test_a_machine_that_says_sorry_or_i_is_found(kept: Kept, words: str) -> None:
    (found,) = kept(entry(words, "Tak."), f'_("{words}")')
    assert found.startswith("English: ")


def test_update_brings_what_is_new_and_takes_what_is_gone(kept: Kept) -> None:
    kept(entry("Old.", "Stare.") + entry("Still.", "Nadal."), '_("Still.")\n_("New {name}.")')
    assert catalogues.main(["update"]) == 0
    assert catalogues.faults() == ["pl: 'New {name}.': not translated"]
    polish = catalogues.catalogues()["pl"]
    assert [message.string for message in polish if message.id == "Still."] == ["Nadal."]


def test_update_guesses_nothing(kept: Kept) -> None:
    kept(entry("Thank you, {person}.", "Dziękujemy, {person}."), '_("Thank you, {worker}.")')
    catalogues.update()
    assert catalogues.faults() == ["pl: 'Thank you, {worker}.': not translated"]


def test_check_fails_and_names_each_fault(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    kept("")
    assert catalogues.main(["check"]) == 1
    told = capsys.readouterr()
    assert told.err == f"pl: missing {SOURCE!r}\n"
    assert told.out == "catalogues: 1 languages, 1 faults\n"


@pytest.mark.parametrize("arguments", [[], ["mend"], ["update", "check"]])
def test_anything_else_explains_itself(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert catalogues.main(arguments) == 2
    assert "update|check" in capsys.readouterr().err
