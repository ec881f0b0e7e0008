"""Sentences: written once in English, put into words only when someone is about to read them."""

from __future__ import annotations

import gettext
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime, format_skeleton
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent.parent / "locales"
LONDON = ZoneInfo("Europe/London")

Value: TypeAlias = str | int | date | datetime | tuple[str, ...]
Values: TypeAlias = Mapping[str, Value]

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence waiting for a language. Its {names} are facts and answers."""

    source: str


def _(source: str, /) -> Text:
    """Mark a sentence for the translators."""
    return Text(source)


def desk(source: str, /) -> Text:
    """Mark a sentence that only staff read: it stays in English."""
    return Text(source)


def plain(words: str) -> Text:
    """Take words as they are: a name, or what somebody typed."""
    return Text(words.replace("{", "{{").replace("}", "}}"))


def put(text: Text, language: str, values: Values) -> str:
    """Put a sentence into words; a translation with a wrong name gives way to English."""
    try:
        return _Words(language).vformat(translated(text, language), (), values)
    except (AttributeError, KeyError, ValueError):
        return _Words("en").vformat(text.source, (), values)


def translated(text: Text, language: str) -> str:
    """Look a sentence up, its {names} still open."""
    return _catalogue(language).gettext(text.source) if text.source else ""


def worded(text: Text, language: str) -> bool:
    """Say whether this sentence has been written in this language."""
    return language == "en" or not text.source or translated(text, language) != text.source


@cache
def rtl(language: str) -> bool:
    """Say whether this language is written from right to left."""
    return bool(Locale.parse(language).text_direction == "rtl")


def languages() -> tuple[str, ...]:
    """List the languages that have a catalogue; English needs none."""
    found = {path.parts[-3] for path in LOCALES.glob("*/LC_MESSAGES/messages.po")}
    return tuple(sorted(found | {"en"}))


class _Words(string.Formatter):
    def __init__(self, language: str) -> None:
        self.language = language

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        del args
        return kwargs[field_name], field_name  # a translation may use a name, and nothing behind it

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "day":
            return _day(value, self.language)
        if format_spec == "time":
            return _time(value, self.language)
        words = _listed(value, self.language)
        return f"{FIRST_STRONG_ISOLATE}{words}{POP_ISOLATE}" if rtl(self.language) else words


def _listed(value: Value, language: str) -> str:
    if isinstance(value, tuple):
        return str(format_list(value, locale=language))
    return str(value)


def _day(value: date | datetime, language: str) -> str:
    """Write a day the short way: "Tue 1 Dec"."""
    moment = value.astimezone(LONDON) if isinstance(value, datetime) else value
    # Families here read British English, which writes the day before the month.
    locale = "en_GB" if language == "en" else language
    return str(format_skeleton("MMMEd", moment, locale=locale)).replace(",", "")


def _time(value: datetime, language: str) -> str:
    """Write a time of day: "15:45" in every language, so that nothing flips or is misread."""
    return str(format_datetime(value.astimezone(LONDON), "HH:mm", locale=language))


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Read a catalogue straight from its .po file: nothing to compile, nothing stale."""
    path = LOCALES / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
