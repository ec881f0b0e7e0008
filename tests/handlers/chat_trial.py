"""Both bots on trial: updates of every kind are brought, and each has to be found again."""

from __future__ import annotations

import json
import traceback
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, text

from bot.handlers.chats import LIMIT, ChatDoor
from storage.database import Database
from storage.tables import Contact, DeskEntry, Outbox, Quarantine, Received
from tests.fakes.telegram import SECRET_HEADER
from tests.handlers.bots import SECRETS, BotPlay, Mode, both_bots
from tests.handlers.nasty import cleaned
from tests.handlers.trial import CHECK_IN_DAY, Ear, listening
from tests.handlers.updates import any_update, broken
from tests.handlers.updates_read import (
    as_kept,
    fetchable,
    in_group,
    may_be_silent,
    names,
    plain,
    read,
)
from tests.stage import london

FAMILIES = {"P01": 5_000_000_001, "P02": 5_000_000_002}
STAFF = {"DO": 6_000_000_001, "HM": 6_000_000_002}
NOBODY = 5_000_000_003
BUTTONS = ("1:good", "2:hard", "t:1:ack", "t:99:done", "s:nothing", ":", "x" * 64)
SETTLE_EVERY = 25
SPOILT, AGAIN, FORGED = 0.3, 0.08, 0.03  # how much of it is broken, a repeat, without the secret


class Kept(NamedTuple):
    """What was noted as received, and where a person can find it."""

    received: int
    contacts: int
    entries: int
    quarantined: int

    def since(self, before: Kept) -> Kept:
        return Kept(*(now - was for now, was in zip(self, before, strict=True)))

    @property
    def found(self) -> int:
        return self.contacts + self.entries + self.quarantined


@dataclass
class ChatTrial:
    """One service with both bots, and every update that was brought to it."""

    play: BotPlay
    seed: int
    ear: Ear
    fates: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    buttons: list[str] = field(default_factory=lambda: list(BUTTONS))
    seen: set[str] = field(default_factory=set)
    last: dict[str, bytes] = field(default_factory=dict)

    async def example(self, number: int) -> None:
        """Bring one update, and look where it went."""
        chance = Random(f"{self.seed}:update:{number}")
        self.play.clock.stop_at(self.play.now + timedelta(seconds=5))
        door = self.play.service.ears[number % 2].door
        try:
            await self._brought(door, chance, number)
            if number % SETTLE_EVERY == 0:
                await self._settled()
        except Exception:  # noqa: BLE001 - any crash at all is what is being looked for
            self._fault(number, traceback.format_exc(limit=-4))
        for heard in self.ear.heard:
            self._fault(number, heard)
        self.ear.heard.clear()

    async def batch(self, numbers: range) -> None:
        """Let updates wait at Telegram until they are fetched, and find each of them again."""
        waiting = []
        for number in numbers:
            chance = Random(f"{self.seed}:update:{number}")
            door = self.play.service.ears[number % 2].door
            update = self._update(chance, door, number)
            if chance.random() < SPOILT:
                update = fetchable(broken(chance, update), update)
            waiting.append(update)
            await self.play.fake.update(_token(self.play, door), update)
        before, left = await self.kept(), self._left()
        await self.play.catch_up()
        kept, went = (await self.kept()).since(before), self._left() - left
        silent = sum(may_be_silent(update) for update in waiting)
        assert kept.received == len(waiting) - went, (kept, went)
        assert kept.received - silent <= kept.found <= kept.received, (kept, silent)
        for ear in self.play.service.ears:
            assert self.play.fake.waiting(_token(self.play, ear.door)) == []
        self.fates.update(fetched=len(waiting), kept=kept.quarantined, group=went)

    def _fault(self, number: int, what: str) -> None:
        self.faults.append(f"seed {self.seed}, update {number}: {what}")

    def _update(self, chance: Random, door: ChatDoor, number: int) -> dict[str, Any]:
        chats = (*(FAMILIES if door.bot.name == "family" else STAFF).values(), NOBODY)
        kind, update = any_update(chance, number + 1, chats, self.buttons[-60:])
        if kind in {"message", "edited_message"}:
            update[kind]["message_id"] = number + 100  # Telegram gives no number twice
        return update

    async def _brought(self, door: ChatDoor, chance: Random, number: int) -> None:
        update = self._update(chance, door, number)
        body, whole = json.dumps(update).encode(), chance.random() > SPOILT
        if not whole:
            body = broken(chance, update)
        if chance.random() < AGAIN:
            body, whole = self.last.get(door.bot.name, body), False
        secret = SECRETS[door.bot.name] if chance.random() > FORGED else "guessed"
        before = await self.kept()
        answer = await self.play.http.post(door.path, headers={SECRET_HEADER: secret}, content=body)
        kept = (await self.kept()).since(before)
        genuine = secret != "guessed"
        wanted = 403 if not genuine else 413 if len(body) > LIMIT else 200
        assert answer.status_code == wanted, (answer.status_code, body[:2000])
        fate = self._fate(door, body, kept) if wanted == 200 else f"answered {wanted}"
        assert wanted == 200 or kept.received == kept.found == 0, (kept, body[:2000])
        self.fates[fate] += 1
        if wanted == 200:
            self.last[door.bot.name] = body
            await self._content(fate, body, whole=whole)

    def _fate(self, door: ChatDoor, body: bytes, kept: Kept) -> str:
        """Say what became of an update; one that is nowhere to be found is a fault."""
        update, seen = read(body), self.seen
        known_by = {f"{door.bot.name}:{name}" for name in names(update, body)}
        known = bool(known_by & seen)
        seen |= known_by
        assert (kept.received, kept.found) in {(1, 1), (1, 0), (0, 0)}, (kept, body[:2000])
        if kept.received == 0:
            assert known or in_group(update), ("lost", body[:2000])
            return "a repeat" if known else "in a group"
        if kept.found == 0:
            assert may_be_silent(update), ("lost", body[:2000])
            return "noted"
        return "kept for a person" if kept.quarantined else "heard"

    async def _content(self, fate: str, body: bytes, *, whole: bool) -> None:
        """What was kept for a person is all there; so are the words of what was heard."""
        update = read(body) if whole else {}
        if fate == "kept for a person":
            assert await self._newest(Quarantine.body) == as_kept(body)
            assert not plain(update), ("not understood", body[:2000])
        if fate == "heard" and "message" in update:
            said = update["message"].get("text") or update["message"].get("caption") or ""
            found = [await self._newest(table.words) for table in (Contact, DeskEntry)]
            assert any(cleaned(said).strip() in words for words in found), body[:2000]

    async def _newest(self, column: Any) -> str:
        query = select(column).order_by(column.class_.id.desc()).limit(1)
        return await self.play.database.read(lambda c: c.execute(query).scalar()) or ""

    async def kept(self) -> Kept:
        """Count what was received, and what of it a person can find."""

        def count(connection: Connection) -> Kept:
            def rows(table: Any, *where: Any) -> int:
                query = select(func.count()).select_from(table).where(*where)
                return connection.execute(query).scalar_one()

            return Kept(
                rows(Received, Received.channel.in_(("telegram", "staff"))),
                rows(Contact, Contact.direction == "inbound"),
                rows(DeskEntry),
                rows(Quarantine),
            )

        return await self.play.database.read(count)

    async def _settled(self) -> None:
        """Send what is to be sent, and learn its buttons; every group has been left."""
        await self.play.service.tick()
        await self.play.catch_up()
        assert self._left() >= self.fates["in a group"]
        query = select(Outbox.turn, Outbox.choices).order_by(Outbox.id.desc()).limit(40)
        rows = await self.play.database.read(lambda c: list(c.execute(query)))
        for turn, choices in rows:
            self.buttons += [key if turn is None else f"{turn}:{key}" for key, _label in choices]
        assert self.play.fake.violations == []

    def _left(self) -> int:
        return sum(call.method == "leaveChat" for call in self.play.fake.calls)

    async def unsealed(self) -> int:
        """Count what stands in quarantine where anybody who reads the file could read it."""
        raw = text("SELECT body FROM quarantine")
        bodies = await self.play.database.read(lambda c: list(c.execute(raw).scalars()))
        assert len(bodies) == self.fates["kept for a person"] + self.fates["kept"]
        return sum(not bytes(body).startswith(b"gAAAA") for body in bodies)


@asynccontextmanager
async def chats_on_trial(
    database: Database, seed: int, mode: Mode = "webhook"
) -> AsyncIterator[ChatTrial]:
    """Connect families and staff to real bots, in the minute after the check-ins went out."""
    with listening() as ear:
        async with both_bots(database, mode) as (play, _fake):
            play.clock.stop_at(london(CHECK_IN_DAY))
            for case, chat in FAMILIES.items():
                await play.uses_chat(await play.carer(case), chat)
            for ref, chat in STAFF.items():
                await play.uses_chat(ref, chat)
            yield ChatTrial(play, seed, ear)


def _token(play: BotPlay, door: ChatDoor) -> str:
    number = door.bot.number
    return next(token for token in play.fake.bots if token.startswith(f"{number}:"))
