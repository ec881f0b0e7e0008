"""Messages for the browser: the simulator's page shows them from the contact log."""

from __future__ import annotations

from typing import Literal

from bot.channels.contracts import ChatBot
from bot.channels.layout import numbered, under_buttons
from bot.domain import Channel, Outgoing, Pace, Sent

PRETENDED = "simulated-"  # how the address of a chat begins that only the page shows


class Simulator:
    """A channel that takes every message and shows it on a simulated phone."""

    def __init__(self, laid: Literal["numbers", "buttons"]) -> None:
        self._laid = laid

    def laid_out(self, message: Outgoing) -> str:
        """Say how the words will look on this phone."""
        return (numbered if self._laid == "numbers" else under_buttons)(message.shown)

    async def send(self, message: Outgoing) -> Sent:
        """Take the message; its page finds the words in the contact log."""
        return Sent(external_id=f"sim-{message.ref}", text=self.laid_out(message))

    async def close(self) -> None:
        """Leave nothing behind: there is nothing open."""


class Beside:
    """Simulated chats and a real bot side by side: a demonstration somebody can join by phone."""

    def __init__(self, simulated: Channel, real: ChatBot) -> None:
        self._simulated, self._real = simulated, real

    @property
    def pace(self) -> Pace:
        return self._real.pace

    def laid_out(self, message: Outgoing) -> str:
        """Say how the words will look where this message goes."""
        return self._way(message).laid_out(message)

    async def send(self, message: Outgoing) -> Sent:
        """Hand the message to the page or to the bot, by its address."""
        return await self._way(message).send(message)

    async def close(self) -> None:
        """Close both."""
        await self._simulated.close()
        await self._real.close()

    def _way(self, message: Outgoing) -> Channel:
        return self._simulated if message.address.startswith(PRETENDED) else self._real
