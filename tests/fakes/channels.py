"""A channel that does what it is told: takes messages, refuses them, or says nothing."""

from __future__ import annotations

from bot.channels.layout import numbered
from bot.domain import Outgoing, SendError, Sent


class Obedient:
    """Records what it took; `next_faults` are raised first, one for each send."""

    def __init__(self, *next_faults: SendError | Exception) -> None:
        self.taken: list[Outgoing] = []
        self.tried = 0
        self.next_faults = list(next_faults)

    def laid_out(self, message: Outgoing) -> str:
        return numbered(message.shown)

    async def send(self, message: Outgoing) -> Sent:
        self.tried += 1
        if self.next_faults:
            raise self.next_faults.pop(0)
        self.taken.append(message)
        return Sent(f"obedient-{message.ref}", self.laid_out(message))

    async def close(self) -> None:
        pass
