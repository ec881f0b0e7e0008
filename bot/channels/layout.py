"""How one prompt looks on each kind of screen. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain import Shown
from bot.rules.text_message import folded

BUTTON_BYTES = 64  # Telegram's limit on the data behind a button
LONG_LABEL = 20  # characters; with a longer one each choice gets its own line

_CLOSED = (".", "!", "?", "\u061f", "\u06d4")  # the last two close an Arabic or Urdu sentence
_TURN = re.compile(r"(0|[1-9][0-9]{0,17}):(.+)", re.ASCII | re.DOTALL)


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
