"""Language codes in a cell: one our own texts could be written in, or one that is only spoken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from babel import Locale, UnknownLocaleError

from bot.imports.faults import Unclear

_CODE = re.compile("[a-z]{2,3}(_[a-z]{4})?(_[a-z]{2})?", re.IGNORECASE)


def read_language(cell: str) -> str:
    """Give the code of a language (and script) that can be written, as in pl or pa_Arab."""
    code = cell.replace("-", "_")
    if not _CODE.fullmatch(code) or code.casefold() == "und":
        raise Unclear(_advice(cell))
    try:
        found = Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        raise Unclear(_advice(cell)) from None
    return f"{found.language}_{found.script}" if found.script else str(found.language)


def spoken_language(cell: str) -> str:
    """Give the code of a spoken language; some, such as Romany (rom), have no locale."""
    if cell in _english_names() and cell != "und":
        return cell
    return read_language(cell)


def _advice(cell: str) -> str:
    if not cell:
        return "is empty. Write a language code, as in en or pl."
    by_name = {name.casefold(): code for code, name in _english_names().items()}
    code = by_name.get(cell.casefold())
    return f"is no language code. Write {code or 'one, as in en, pl, ur or ckb'}."


@cache
def _english_names() -> Mapping[str, str]:
    return dict(Locale("en").languages)
