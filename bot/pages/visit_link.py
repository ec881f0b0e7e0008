"""The page a family's link opens: in its language, and saying nothing of the visit."""

from __future__ import annotations

from dataclasses import dataclass

from bot.i18n import Text, _, put, rtl, worded

TITLE, ADD = _("For your calendar"), _("Add to my calendar")
HOW = _("Press the button. Your phone asks if you want to keep the date.")
LATER = _("If the time changes, we text you. Then open this page again.")
CLOSED = _("This link is not open any more. If you need the date again, text us.")
ALL: tuple[Text, ...] = (TITLE, ADD, HOW, LATER, CLOSED)


@dataclass(frozen=True, slots=True)
class LinkWords:
    """Everything the page may say, in one language."""

    language: str
    direction: str
    title: str
    add: str
    how: str
    later: str
    closed: str


def link_words(language: str) -> LinkWords:
    """Word the page; in English where a sentence of it is not worded in the reader's language."""
    chosen = language if all(worded(text, language) for text in ALL) else "en"
    title, add, how, later, closed = (put(text, chosen, {}) for text in ALL)
    direction, tag = ("rtl" if rtl(chosen) else "ltr"), ("en-GB" if chosen == "en" else chosen)
    return LinkWords(tag, direction, title, add, how, later, closed)
