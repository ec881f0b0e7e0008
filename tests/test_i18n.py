"""Names, days, times and direction in the languages families read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import i18n
from bot.i18n import Text, Values, desk, languages, plain, put, rtl, translated, worded

TUESDAY = date(2026, 12, 1)
WINTER, SUMMER = datetime(2026, 12, 1, 15, 45, tzinfo=UTC), datetime(2026, 7, 1, 8, 5, tzinfo=UTC)
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
THANKS = Text("Thank you. {worker} will read this.")
ANY = st.text(st.characters(exclude_categories=()), max_size=20)

Write = Callable[[str], str]


@pytest.fixture
def welsh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Write a Welsh catalogue of one sentence and say it to a family."""
    file = tmp_path / "cy" / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True)
    monkeypatch.setattr(i18n, "LOCALES", tmp_path)
    i18n._catalogue.cache_clear()

    def say(translation: str) -> str:
        file.write_text(
            f'{HEADER}msgid "{THANKS.source}"\nmsgstr "{translation}"\n', encoding="utf-8"
        )
        i18n._catalogue.cache_clear()
        return put(THANKS, "cy", {"worker": "Dani"})

    yield say
    i18n._catalogue.cache_clear()


@pytest.mark.parametrize(
    ("language", "day"), [("en", "Tue 1 Dec"), ("pl", "wt. 1 gru"), ("ur", "منگل، 1 دسمبر")]
)
def test_a_day_is_written_the_short_way(language: str, day: str) -> None:
    assert put(Text("{day:day}"), language, {"day": TUESDAY}) == day
    assert put(Text("{day:day}"), language, {"day": WINTER}) == day


@pytest.mark.parametrize("language", ["en", "pl", "ur", "ar", "ckb", "pa", "fr"])
def test_a_time_is_written_alike_everywhere_so_that_nobody_comes_at_the_wrong_hour(
    language: str,
) -> None:
    assert put(Text("{at:time}"), language, {"at": WINTER}) == "15:45"


def test_times_are_london_times_in_summer_too() -> None:
    assert put(Text("{at:time}"), "en", {"at": SUMMER}) == "09:05"


def test_late_in_the_evening_utc_it_is_already_tomorrow_in_summer() -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert put(Text("{at:day} {at:time}"), "en", {"at": late}) == "Wed 1 Jul 00:30"


@pytest.mark.parametrize("language", languages())
def test_digits_are_the_ones_on_british_phones_and_timetables(language: str) -> None:
    for offset in range(366):
        written = put(
            Text("{day:day} {day:time} {count}"),
            language,
            {"day": WINTER + timedelta(days=offset), "count": 10},
        )
        assert "".join(re.findall(r"\d", written)).isascii()


@pytest.mark.parametrize("language", languages())
def test_no_two_days_of_a_year_look_alike(language: str) -> None:
    days = [TUESDAY + timedelta(days=offset) for offset in range(365)]
    assert len({put(Text("{day:day}"), language, {"day": day}) for day in days}) == len(days)


def test_urdu_runs_from_right_to_left_and_polish_does_not() -> None:
    assert [language for language in ("en", "pl", "ur", "ar", "ckb", "fa") if rtl(language)] == [
        "ur", "ar", "ckb", "fa",
    ]  # fmt: skip


def test_a_latin_name_in_an_urdu_sentence_cannot_turn_it_around() -> None:
    assert "\u2068Dani\u2069" in put(THANKS, "ur", {"worker": "Dani"})
    assert "\u2068" not in put(THANKS, "pl", {"worker": "Dani"})
    assert "\u2068" not in put(THANKS, "en", {"worker": "Dani"})


@pytest.mark.parametrize(
    ("language", "names"),
    [("en", "Ellie and Noah"), ("pl", "Ellie i Noah"), ("ur", "Ellie اور Noah")],
)
def test_brothers_and_sisters_are_listed_in_the_language(language: str, names: str) -> None:
    assert names in put(Text("{pupil}"), language, {"pupil": ("Ellie", "Noah")})
    assert put(Text("{pupil}"), "en", {"pupil": ("Kai",)}) == "Kai"


def test_a_translation_that_names_something_unknown_gives_way_to_english(welsh: Write) -> None:
    assert welsh("Diolch. Bydd {worker} yn darllen hwn.") == "Diolch. Bydd Dani yn darllen hwn."
    for wrong in ("{gweithiwr}", "{}", "{0}", "{worker.__class__}", "{worker[0]}", "{worker:day}",
                  "{worker!q}", "{worker", "worker}"):  # fmt: skip
        assert welsh(f"Diolch. {wrong}") == "Thank you. Dani will read this.", wrong


def test_a_sentence_without_a_translation_is_said_in_english(welsh: Write) -> None:
    assert welsh("") == "Thank you. Dani will read this."
    assert put(Text("Well?"), "cy", {}) == "Well?"
    assert put(Text("Well?"), "xx", {}) == "Well?"


def test_a_language_counts_only_once_its_wording_exists(welsh: Write) -> None:
    welsh("Diolch. Bydd {worker} yn darllen hwn.")
    assert languages() == ("cy", "en")
    assert worded(THANKS, "cy")
    assert not worded(Text("Well?"), "cy")
    assert worded(Text("Well?"), "en")
    assert worded(Text(""), "cy")


def test_what_only_staff_read_stays_english() -> None:
    line = desk("{person} did not answer.")
    assert put(line, "pl", {"person": "Marta"}) == "Marta did not answer."


def test_an_empty_sentence_is_empty_in_every_language() -> None:
    assert [translated(Text(""), language) for language in languages()] == [""] * len(languages())


@given(ANY)
def test_what_somebody_typed_is_shown_as_it_is(words: str) -> None:
    for language in ("en", "pl", "ur"):
        assert put(plain(words), language, {}) == words


@given(ANY)
def test_a_name_is_only_a_name_whatever_is_in_it(name: str) -> None:
    values: Values = {"worker": name}
    assert put(THANKS, "en", values) == f"Thank you. {name} will read this."


def test_english_with_a_name_nobody_gave_is_our_own_fault_and_says_so() -> None:
    with pytest.raises(KeyError):
        put(THANKS, "en", {})
