"""The surroundings of one transaction: how this taskforce works, and what time it is."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import Connection

from bot.i18n import Text, worded
from bot.imports.register_shapes import Shapes
from bot.rules.calendar import wall
from bot.rules.crisis import Lexicon
from bot.rules.doors import ALPHABET
from bot.rules.practice import Practice
from bot.rules.routing import Team, Worker
from bot.rules.wording import TEXT_UNITS
from storage.staff import load_team

SALT_BYTES, TOKEN_BYTES = 16, 32


def fresh_salt() -> bytes:
    """Make the salt of one contact's proof."""
    return secrets.token_bytes(SALT_BYTES)


def fresh_token() -> str:
    """Make the token of a link: 43 characters that a link can carry."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def fresh_code() -> str:
    """Make a code of six digits."""
    return f"{secrets.randbelow(10**6):06d}"


def fresh_invitation() -> str:
    """Make an invitation of ten characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


@dataclass(frozen=True, slots=True)
class Taskforce:
    """What the service was started with: practice, crisis patterns, what the carrier does."""

    practice: Practice
    lexicon: Lexicon
    confirm_stop: frozenset[str] = frozenset()  # SMS providers that confirm STOP and START
    longest_text: int = TEXT_UNITS  # characters every SMS provider in use takes in one message
    shapes: Shapes = field(default_factory=Shapes, repr=False)  # headings of its registers
    public_url: str = ""  # as the world reaches the service; empty: it does not
    salt: Callable[[], bytes] = field(default=fresh_salt, repr=False)
    token: Callable[[], str] = field(default=fresh_token, repr=False)
    code: Callable[[], str] = field(default=fresh_code, repr=False)
    invitation: Callable[[], str] = field(default=fresh_invitation, repr=False)


@dataclass(frozen=True)
class Scene:
    """One transaction: its connection, its moment, and the key everything it makes hangs on."""

    connection: Connection
    taskforce: Taskforce
    now: datetime
    key: str

    @property
    def practice(self) -> Practice:
        return self.taskforce.practice

    @property
    def today(self) -> date:
        return wall(self.now).date()

    @cached_property
    def team(self) -> Team:
        return load_team(self.connection)

    def worker(self, ref: str) -> Worker:
        return self.team.workers[ref]

    def language_for(self, language: str, *texts: Text) -> str:
        """Choose a safety reply's language: the reader's if approved and worded, or English."""
        ok = language in self.practice.languages and all(worded(text, language) for text in texts)
        return language if ok else "en"
