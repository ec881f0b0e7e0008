"""How one prompt looks on each kind of screen. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain import Shown

BUTTON_BYTES = 64  # Telegram's limit on the data behind a button
LONG_LABEL = 20  # characters; with a longer one each choice gets its own line

_CLOSED = (".", "!", "?", "\u061f", "\u06d4")  # the last two close an Arabic or Urdu sentence
_TURN = re.compile(r"(0|[1-9][0-9]{0,17}):(.+)", re.ASCII | re.DOTALL)

_FOLDS = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022", "-"),
        **dict.fromkeys(
            "\t\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f", " "
        ),
        "\u2026": "...",
        "\u00d7": "x",
        # Isolates, a soft hyphen and their like show as boxes on many phones. The joiners that
        # Persian and Urdu spell with (200C, 200D) stay.
        **dict.fromkeys("\x00\u00ad\u200b\u2066\u2067\u2068\u2069\ufeff", None),
    }
)


@dataclass(frozen=True, slots=True)
class Button:
    """One button: what it says, and what comes back when it is pressed."""

    label: str = field(repr=False)
    data: str


def numbered(shown: Shown) -> str:
    """Lay a prompt out for SMS and any plain-text screen: "text 1 = Good, 2 = OK. after"."""
    choices = [f"{n} = {label}" for n, (_, label) in enumerate(shown.choices, start=1)]
    if _needs_lines(shown):
        return folded("\n".join(_said(shown.text, *choices, shown.after)))
    return folded(" ".join(_said(shown.text, _closed(", ".join(choices)), shown.after)))


def under_buttons(shown: Shown) -> str:
    """Lay out the words of a prompt whose choices are buttons."""
    return "\n\n".join(_said(shown.text, shown.after))


def buttons(shown: Shown, turn: int | None) -> tuple[Button, ...]:
    """Make the buttons of a prompt; the turn makes a button of an old question recognisable.

    A notice has no turn: its keys name their task ("t:12:done"). Raises ValueError for a key
    that does not fit behind a button, or would come back as something else.
    """
    return tuple(Button(label, _data(key, turn)) for key, label in shown.choices)


def pressed(data: str) -> tuple[int | None, str]:
    """Read what came back from a button: (turn, key). Takes anything; no turn means a notice."""
    found = _TURN.fullmatch(data)
    return (int(found[1]), found[2]) if found else (None, data)


def folded(text: str) -> str:
    """Put typographers' signs into the ones a cheap text message has; every letter stays."""
    whole = unicodedata.normalize("NFC", text).encode("utf-8", "ignore").decode()
    return whole.replace("\r\n", "\n").translate(_FOLDS)


def _said(*parts: str) -> Iterable[str]:
    return (part for part in map(str.strip, parts) if part)


def _closed(choices: str) -> str:
    return choices if not choices or choices.endswith(_CLOSED) else f"{choices}."


def _needs_lines(shown: Shown) -> bool:
    """Say whether choices need their own lines: long ones, or a script that runs leftward."""
    labels = [label for _, label in shown.choices]
    return any(len(label) > LONG_LABEL for label in labels) or (
        bool(labels) and any(map(_leftward, (shown.text, *labels)))
    )


def _leftward(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in text)


def _data(key: str, turn: int | None) -> str:
    data = key if turn is None else f"{turn}:{key}"
    if len(data.encode()) > BUTTON_BYTES:
        raise ValueError(f"a button takes {BUTTON_BYTES} bytes: {data}")
    if not key or pressed(data) != (turn, key):
        raise ValueError(f"a button with this key comes back as something else: {data}")
    return data
