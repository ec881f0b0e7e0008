"""Letting chats in: what a link, a code and an invitation look like, and how long each lasts. Pure.

A link is 32 random bytes and single use; a code is six digits, an invitation ten characters that
are hard to mistake (Crockford's base 32, 50 bits).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import timedelta
from types import MappingProxyType

LINK_LASTS = timedelta(hours=72)
CODE_LASTS = timedelta(minutes=10)
CODE_TRIES = 5
AWAITS_CODE = timedelta(minutes=30)  # after any link, right or wrong, digits are read as a code
INVITE_LASTS = timedelta(minutes=10)
KNOCKS_WITHIN = timedelta(hours=1)
KNOCKS: Mapping[str, int] = MappingProxyType(  # from one chat; what comes after is not answered
    {"link": 5, "start": 5, "code": 10, "invite": 5, "door": 3}
)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_START = re.compile(r"/start(?:@\w+)?(?:\s+(\S+))?")  # what a link brings along is one word
_CALLED = re.compile(r"^/start(?:@\w+)?\s+")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_COMMAND = re.compile(r"/(\w{1,32})(?:@\w+)?", re.ASCII)
_MISTAKEN = str.maketrans({"O": "0", "I": "1", "L": "1"})


def started(words: str) -> str | None:
    """Read the token somebody started the bot with: empty without one. None: they wrote something.

    Only what has a token's shape can come from a link of ours; any other word is somebody's own.
    """
    found = _START.fullmatch(words.strip())
    brought = found[1] or "" if found else None
    return brought if not brought or is_token(brought) else None


def as_said(words: str) -> str:
    """Take what stands behind a start as the words they are; a bare one is the word START."""
    return "START" if started(words) == "" else _CALLED.sub("", words.strip())


def only_a_command(words: str, ours: Collection[str]) -> bool:
    """Say whether nothing stands here but a command of ours, or a start with its link.

    Anything else is words, with a slash before them or not: "/help" asks the bot, "/hurt" a person.
    """
    found = _COMMAND.fullmatch(words.strip())
    return started(words) is not None or (found is not None and found[1].lower() in ours)


def is_token(payload: str) -> bool:
    """Say whether this can be the token of a link at all."""
    return _TOKEN.fullmatch(payload) is not None


def six_digits(words: str) -> str | None:
    """Read a code, in the digits of any script, with or without spaces. None: it is none."""
    signs = [sign for sign in words if not sign.isspace() and sign != "-"]
    digits = [unicodedata.decimal(sign, None) for sign in signs]
    if len(digits) != 6 or None in digits:
        return None
    return "".join(map(str, digits))


def invitation(words: str) -> str | None:
    """Read an invitation however it was typed. None: it is none."""
    said = _CALLED.sub("", words.strip())
    bare = re.sub(r"[\s-]", "", said).upper().translate(_MISTAKEN)
    return bare if len(bare) == 10 and not set(bare) - set(ALPHABET) else None
