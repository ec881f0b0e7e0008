"""Chats and phones as their holders see them, whether the service knows them or not."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, select

from bot.domain import Inbound
from bot.turns import Outcome, take
from bot.turns.staffing import invite_staff, revoke_staff
from storage.columns import keys_of
from storage.database import Database
from storage.received import FAMILY_BOT, remember
from storage.tables import Address, Outbox, Task
from tests.stage import Play, marlbridge_taskforce

BOT = "MarlbridgeFamilyBot"
CODE, WRONG = "482913", "111111"
NEUTRAL = (
    "This chat is not connected. If you work here, ask your manager for a code and type it. "
    "In an emergency call 999."
)
LEANNE, MARTA, KERRY = "+447700900100", "+447700900101", "+447700900118"


@dataclass(frozen=True)
class Chat:
    """One chat with a bot, or one phone: what goes in, and everything that was sent to it."""

    play: Play
    address: str
    channel: str = "telegram"
    language: str = ""

    async def does(self, **deed: Any) -> Outcome:
        """Do one thing; what follows from it is sent."""
        outcome = await self.alone(**deed)
        await self.play.service.settle()
        return outcome

    async def alone(self, **deed: Any) -> Outcome:
        """Do one thing, and leave what follows waiting."""
        name = f"in-{uuid.uuid4().hex}"
        inbound = Inbound(self.channel, name, self.address, language=self.language, **deed)
        return await take(self.play.database, self.play.service.taskforce, inbound, self.play.now)

    async def writes(self, words: str, **more: Any) -> Outcome:
        return await self.does(words=words, **more)

    async def opens(self, token: str) -> Outcome:
        return await self.does(words=f"/start {token}")

    async def presses(self, key: str) -> Outcome:
        return await self.does(key=key)

    async def rows(self) -> list[Row[Any]]:
        """Every message to this address, sent or not, oldest first."""
        return await self._all(Outbox, Outbox.address_id, Outbox.id)

    async def heard(self) -> list[str]:
        """The words that reached this address."""
        return [row.text for row in await self.rows() if row.status == "sent"]

    async def tasks(self) -> list[Row[Any]]:
        """Everything staff were asked to do about this address."""
        return await self._all(Task, Task.address_id, Task.id)

    async def line(self) -> Row[Any] | None:
        """What is kept about this address."""
        found = await self._all(Address, Address.id, Address.id)
        return found[0] if found else None

    async def _all(self, table: Any, address: Any, order: Any) -> list[Row[Any]]:
        def look(connection: Any) -> list[Row[Any]]:
            index = keys_of(connection).index(f"{self.channel}:{self.address}")
            here = select(Address.id).where(
                Address.channel == self.channel, Address.address_index == index
            )
            query = select(table).where(address.in_(here)).order_by(order)
            return list(connection.execute(query))

        return await self.play.database.read(look)


async def at_the_door(database: Database, **changes: Any) -> Play:
    """Marlbridge with a family bot, in which every code is the same."""
    await database.write(lambda connection: remember(connection, FAMILY_BOT, BOT))
    play = Play(database, replace(marlbridge_taskforce(**changes), code=lambda: CODE))
    await play.service.settle()
    return play


async def link_for(play: Play, name: str, who: str = "DO") -> str:
    """The token of a new link."""
    await play.writes(who, f"/link {name}")
    return (await play.last(who))["text"].rpartition("?start=")[2]


async def linked(play: Play, name: str, address: str) -> Chat:
    """A family's chat, connected by link and code."""
    chat = Chat(play, address)
    await chat.opens(await link_for(play, name))
    await chat.writes(CODE)
    return chat


async def told(play: Play, who: str) -> str:
    """The last thing a member of staff was told."""
    return (await play.last(who))["text"]


async def button(play: Play, who: str, action: str) -> str:
    """The newest button of this kind that a member of staff has."""
    keys = [choice["key"] for message in await play.phone(who) for choice in message["choices"]]
    return next(key for key in reversed(keys) if key.endswith(f":{action}"))


async def rows_of(play: Play, table: Any) -> list[Row[Any]]:
    """Everything in one table, oldest first."""
    return await play.database.read(lambda c: list(c.execute(select(table).order_by(table.id))))


async def revoked(play: Play, ref: str) -> str:
    """Cut somebody off, as the command does; what it prints. What follows still waits."""
    return await revoke_staff(play.database, play.service.taskforce, ref, play.now)


async def invited(play: Play, ref: str) -> str:
    """Make a code for somebody, as the command does; what it prints."""
    return await invite_staff(play.database, play.service.taskforce, ref, play.now)


def chat_of(play: Play, ref: str) -> Chat:
    """The chat that a member of staff has had all along."""
    return Chat(play, f"simulated-{ref}", "staff")


async def after(chat: Chat, before: list[Any]) -> list[str]:
    """Everything that was put on its way to a chat since a moment, sent or not."""
    return [row.text for row in (await chat.rows())[len(before) :]]
