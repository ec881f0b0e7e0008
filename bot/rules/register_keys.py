"""Who may send registers without a person: each key has a name, and may be for one school. Pure."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

SHORTEST = 32  # letters and digits: nobody guesses that
_NAME = re.compile(r"[A-Za-z0-9_-]{1,30}")
_KEY = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # what may stand behind "Bearer"


@dataclass(frozen=True, slots=True)
class RegisterKey:
    """One key. Of a school's own key only marks of that school are taken."""

    name: str  # empty: the one key of a taskforce that needs no names
    secret: str = field(repr=False)
    school: str = ""

    @property
    def holder(self) -> str:
        """Say who brought what this key let in."""
        return f"api {self.name}".rstrip()


def read_keys(words: str) -> tuple[RegisterKey, ...]:
    """Read the setting: `NAME=key` or `NAME@School=key`, with commas. Raises ValueError.

    The text of the error says which key is meant by its place, and never what stands there.
    """
    parts = [part.strip() for part in words.split(",") if part.strip()]
    keys = tuple(_key(place, part) for place, part in enumerate(parts, 1))
    if len({key.name for key in keys}) < len(keys):
        raise ValueError("gives two keys the same name: then neither can be withdrawn alone")
    if len({key.secret for key in keys}) < len(keys):
        raise ValueError("has the same key under two names")
    return keys


def _key(place: int, part: str) -> RegisterKey:
    before, divided, after = part.partition("=")
    named, secret = (before, after.strip()) if divided else ("", part)
    name, at, school = (half.strip() for half in named.partition("@"))
    if divided and (not _NAME.fullmatch(name) or (at and not school)):
        raise ValueError(f"has no name before key {place}: write NAME=key or NAME@School=key")
    if len(secret) < SHORTEST or not _KEY.fullmatch(secret):
        raise ValueError(f"has a key {place} that is not {SHORTEST} or more letters and digits")
    return RegisterKey(name, secret, school)


def key_shown(keys: Sequence[RegisterKey], header: str) -> RegisterKey | None:
    """Find the key an Authorization header shows; all are compared, so time tells nothing."""
    scheme, _, given = header.partition(" ")
    bearer = scheme.lower() == "bearer"
    found = None
    for key in keys:
        if hmac.compare_digest(given.strip().encode(), key.secret.encode()) and bearer:
            found = key
    return found
