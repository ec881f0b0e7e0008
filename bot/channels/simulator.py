"""Messages for the browser: the simulator's page shows them from the contact log."""

from __future__ import annotations

from typing import Literal

from bot.channels.layout import numbered, under_buttons
from bot.domain import Outgoing, Sent


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
