"""What Telegram keeps of one bot: its chats, its queue of updates, and where they go."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.fakes.telegram_faults import (
    ANOTHER_POLLS,
    BLOCKED,
    NOT_A_MEMBER,
    WEBHOOK_IS_SET,
    Fault,
    Json,
)

# Telegram leaves these out unless a bot asks for them.
ONLY_WHEN_ASKED = {"chat_member", "message_reaction", "message_reaction_count"}
FUTURE = 10  # an offset further ahead than this is from another count: it confirms nothing


class Waiting(NamedTuple):
    """An update on its way, and whose turn it belongs to: one at a time for each chat."""

    update_id: int
    chat: int
    update: Any


def chat_in(update: Any) -> int:
    """The chat an update belongs to, or its person's; 0 if it says neither."""
    for what in update.values() if isinstance(update, dict) else ():
        for name in ("chat", "from", "user"):
            found = what.get(name) if isinstance(what, dict) else None
            ident = found.get("id") if isinstance(found, dict) else None
            if isinstance(ident, int):
                return ident
    return 0


@dataclass
class Webhook:
    """Where updates are brought."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""


@dataclass
class Account:
    """One bot."""

    token: str
    username: str
    now: Callable[[], float]
    next_update_id: int = 700_000_001
    messages: dict[tuple[int, int], Json] = field(default_factory=dict)  # by chat and message_id
    queue: list[Waiting] = field(default_factory=list)
    thrown_away: list[Waiting] = field(default_factory=list)  # by drop_pending_updates
    webhook: Webhook = field(default_factory=Webhook)
    allowed: frozenset[str] = frozenset()  # empty: the usual ones
    blocked: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)
    presses: set[str] = field(default_factory=set)  # the ids of button presses
    closing: bool = False
    one_count: bool = False  # of messages, over all private chats, as an account really has

    def __post_init__(self) -> None:
        self.counts: defaultdict[int, int] = defaultdict(int)
        self.turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._polls = 0
        self._change = asyncio.Event()

    @property
    def me(self) -> Json:
        """The bot as a user."""
        return {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": self.username,
            "username": self.username,
        }

    def numbered(self, chat: int) -> int:
        """The next message_id of a chat: people and bot share one count.

        The description promises no more than "unique inside this chat"; in truth, Telegram counts
        private messages for each account.
        """
        count = 0 if self.one_count and chat > 0 else chat
        self.counts[count] += 1
        return self.counts[count]

    def keep(self, message: Json) -> Json:
        """Remember a message as both sides see it."""
        self.messages[message["chat"]["id"], message["message_id"]] = message
        return message

    def shuts_out(self, chat: int) -> Fault | None:
        """Say why this bot may not write there."""
        if chat in self.blocked:
            return BLOCKED
        return NOT_A_MEMBER if chat in self.left else None

    def wants(self, kind: str) -> bool:
        """Say whether updates of a kind are kept for this bot."""
        return kind in self.allowed if self.allowed else kind not in ONLY_WHEN_ASKED

    def ask_for(self, kinds: list[str] | None) -> None:
        """Set what kinds are kept from now on; None leaves it as it was."""
        if kinds is not None:
            self.allowed = frozenset(kinds)

    def throw_away(self) -> None:
        """Forget what waits."""
        self.thrown_away += self.queue
        self.queue.clear()

    def queued(self, chat: int, update: Any) -> Waiting:
        """Put an update into the queue, and wake who waits for one."""
        given = update.get("update_id") if isinstance(update, dict) else None
        usual = type(given) is int and 0 < given < 2**31
        waiting = Waiting(given if usual else self.next_update_id, chat, update)
        self.queue.append(waiting)
        self.next_update_id = max(self.next_update_id, waiting.update_id + 1)
        self.wake()
        return waiting

    def wake(self) -> None:
        """Let every long poll look again."""
        self._change.set()
        self._change = asyncio.Event()

    async def updates(self, offset: int, limit: int, wait: float) -> list[Any] | Fault:
        """Serve one getUpdates: at once if there is something, or after so many seconds."""
        if self.webhook.url:
            return WEBHOOK_IS_SET
        self._polls += 1
        mine = self._polls
        self.wake()
        self._confirm(offset)
        ends = asyncio.get_running_loop().time() + wait
        while not self.queue and not self.closing and await self._changes(ends):
            if self.webhook.url or mine != self._polls:
                return WEBHOOK_IS_SET if self.webhook.url else ANOTHER_POLLS
        return [waiting.update for waiting in self.queue[:limit]]

    def _confirm(self, offset: int) -> None:
        """Forget what an offset confirms; one that is too far ahead is taken for no offset."""
        if offset < 0:
            del self.queue[:offset]
        elif offset <= self.next_update_id + FUTURE:
            self.queue = [w for w in self.queue if w.update_id >= offset]

    async def _changes(self, ends: float) -> bool:
        """Wait until something changes; False when the time is over."""
        try:
            async with asyncio.timeout_at(ends):
                await self._change.wait()
        except TimeoutError:
            return False
        return True
