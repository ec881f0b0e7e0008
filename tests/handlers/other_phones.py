"""The ordinary phones of people who use a chat, and what reaches those when a chat does not."""

from __future__ import annotations

from typing import Any

from bot.domain import Inbound
from bot.turns import take
from storage.addresses import lines_of, mark_line, person_by_ref
from tests.fakes.channels import Obedient
from tests.handlers.bots import BotPlay
from tests.stage import Play

LEANNES_PHONE, DANIS_PHONE = "+447700900100", "+447700900002"


class Telling(Obedient):
    """Phones that take every text, and what each of them shows."""

    def at(self, number: str) -> list[str]:
        return [message.shown.text for message in self.taken if message.address == number]


async def loses_their_number(play: Play, ref: str) -> None:
    def lose(connection: Any) -> None:
        for line in lines_of(connection, person_by_ref(connection, ref).id):
            if line.channel == "sms":
                mark_line(connection, line.id, dead_at=play.now)

    await play.database.write(lose)


def phones(play: BotPlay) -> Telling:
    return play.channels["sms"]


async def hears_from_leannes_phone(play: BotPlay, words: str) -> None:
    """Her chat is away too, so she texts."""
    inbound = Inbound("sms", f"in-{words}", LEANNES_PHONE, words)
    await take(play.database, play.service.taskforce, inbound, play.now)
    await play.service.settle()
