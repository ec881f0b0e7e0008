"""What an SMS provider is asked for: missed messages, what became of ours, and to forget words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row

from bot.domain import Inbound, Receipt, Refused, SmsProvider, Unread
from bot.handlers.sms import keep_receipt
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.notices import family_behind
from bot.scene.scene import Scene, Taskforce
from bot.turns import quarantine, take
from storage import asked, rounds
from storage.addresses import hold_line_by_id
from storage.database import Database, away

logger = logging.getLogger(__name__)

Listed: TypeAlias = Callable[[Connection, str, datetime, int], list[tuple[str, str]]]

FURTHEST = timedelta(days=28)  # ids heard long before are forgotten here (`Retention.received`)
BACK, OVERLAP = timedelta(hours=24), timedelta(minutes=10)
KEPT_FOR = timedelta(hours=24)  # a family's words stay at the provider until nobody looks for them
GIVEN_UP_AFTER = timedelta(hours=72)
TOLD_UNTIL = timedelta(days=14)  # of older messages nobody wants to hear any more
AT_MOST = 300  # messages asked after in one round
IN_VAIN = 3  # messages in one round nobody can say anything of, before the round is given up
BREATH = 0.2  # seconds between two questions about single messages


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One provider, and what it is asked on behalf of the families who use it."""

    provider: SmsProvider
    database: Database
    taskforce: Taskforce
    wake: Callable[[], None]
    pause: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, repr=False)

    @property
    def mark(self) -> str:
        return f"{self.provider.name}_messages"

    async def new_messages(self, now: datetime) -> None:
        """Take what has come in since the last look."""
        await self._messages(now, OVERLAP)

    async def missed_messages(self, now: datetime) -> None:
        """Take what should have come in and did not: a whole day is looked through again."""
        await self._messages(now, BACK)

    async def _messages(self, now: datetime, back: timedelta) -> None:
        seen = await self.database.read(lambda c: rounds.reached(c, self.mark))
        since = now - BACK if seen is None else max(seen - back, now - FURTHEST)
        found = await self.provider.received_since(since)
        names = [item.external_id for item in found]
        known = await self.database.read(lambda c: asked.taken_before(c, names))
        fault: Exception | None = None
        for item in found:
            if item.external_id not in known:
                fault = await self._taken(item, known, now) or fault
        if fault is not None:
            raise fault  # nobody has the words yet: the next round looks back as far as this one
        await self.database.write(lambda c: rounds.reach(c, self.mark, now))

    async def _taken(
        self, item: Inbound | Unread, known: set[str], now: datetime
    ) -> Exception | None:
        """Take one message; one that nobody could be given must not hold back the others."""
        try:
            try:
                await self._take(item, known, now)
            except Exception as error:
                if away(error):
                    raise
                logger.error("A message that was asked for failed: %s", type(error).__name__)  # noqa: TRY400
                await self._set_aside(_as_unread(item), known, now)
        except Exception as error:
            if away(error):
                raise
            return error
        finally:
            self.wake()
        return None

    async def _take(self, item: Inbound | Unread, known: set[str], now: datetime) -> None:
        if isinstance(item, Unread):
            await self._set_aside(item, known, now)
            return
        dated = replace(item, provider=self.provider.name)
        outcome = await take(self.database, self.taskforce, dated, now)
        if not outcome.repeat:
            logger.info("A message came by asking, not by webhook")

    async def _set_aside(self, item: Unread, known: set[str], now: datetime) -> None:
        """Keep what cannot be understood for a person, once."""
        if (name := f"{asked.UNREAD}{item.external_id}") not in known:
            place = (self.database, self.taskforce, "sms", name)
            await quarantine(*place, item.body, item.reason[:200], now)

    async def states(self, oldest: timedelta, youngest: timedelta, now: datetime) -> None:
        """Ask what became of messages of that age which are said to be on their way."""
        span = (now - oldest, now - youngest)
        rows = await self.database.read(
            lambda c: asked.unsettled(c, self.provider.name, *span, AT_MOST)
        )
        faults: list[Exception] = []
        for row in rows:
            try:
                await self._state(row, now)
            except Exception as error:
                if away(error):
                    raise
                logger.warning("What became of a message: %s", type(error).__name__)
                faults.append(error)
            if len(faults) >= IN_VAIN:
                break  # it is no single message then, but the provider
            await self.pause(BREATH)
        if faults:
            raise faults[0]

    async def _state(self, row: Row[Any], now: datetime) -> None:
        try:
            receipt = await self.provider.state_of(row.external_id)
        except Refused:
            receipt = Receipt(row.ref, row.external_id, "sent")  # it knows nothing of it any more
        over = receipt.status in asked.OVER
        if over:
            said = Receipt(row.ref, row.external_id, receipt.status, receipt.code,
                           receipt.meaning, receipt.provider)  # fmt: skip
            door = (self.taskforce, self.provider)
            await self.database.write(lambda c: keep_receipt(c, *door, said, now))
        elif now - row.sent_at > GIVEN_UP_AFTER:
            await self.database.write(lambda c: give_up(c, self.taskforce, row, now))
        self.wake()

    async def forget_sent(self, now: datetime) -> None:
        """Have the words deleted of messages whose way is over."""
        await self._forget_along("forgotten_sent", asked.last_words_after, now)

    async def forget_received(self, now: datetime) -> None:
        """Have the words deleted that families sent, once they are on record for a day."""
        await self._forget_along("forgotten_received", asked.received_after, now - KEPT_FOR)

    async def _forget_along(self, name: str, listed: Listed, until: datetime) -> None:
        """Work through a list; where it breaks off, the next round goes on."""
        name = f"{self.provider.name}_{name}"

        def rest(connection: Connection) -> list[tuple[str, str]]:
            return listed(connection, rounds.place(connection, name), until, AT_MOST)

        for place, external_id in await self.database.read(rest):
            try:
                await self.provider.forget(external_id.removeprefix(asked.UNREAD))
            except Refused:
                logger.info("A provider keeps no words of a message")
            await self.database.write(partial(rounds.move_place, name=name, to=place))
            await self.pause(BREATH)


def _as_unread(item: Inbound | Unread) -> Unread:
    if isinstance(item, Unread):
        return item
    return Unread(item.external_id, f"{item.address}: {item.words}", "acting on it failed")


def give_up(connection: Connection, taskforce: Taskforce, row: Row[Any], now: datetime) -> None:
    """Nobody will ever say whether a message arrived: its writer hears so, once."""
    given_up = asked.give_up(connection, row.id, now)
    if given_up is None or row.kind == "staff" or now - row.sent_at > TOLD_UNTIL:
        return
    if asked.answered_since(connection, row.address_id, row.sent_at):
        return  # whoever has written since can be reached
    scene = Scene(connection, taskforce, now, f"unknown:{row.ref}")
    family = family_behind(scene, hold_line_by_id(connection, row.address_id))
    who = row.author or family.owner.staff
    words = (
        f"Nobody knows whether a message to {family.named()} arrived: three days have passed, and "
        f"the phone network never said. {family.reach}."
    )
    matter = Matter("unknown_delivery", words, None, outbox_id=row.id)
    raise_task(scene, family, who, matter, told=(who,))
