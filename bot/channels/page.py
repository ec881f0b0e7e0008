"""Messages for the staff page: it reads what the desk answered from the outbox."""

from __future__ import annotations

from bot.channels.layout import under_buttons
from bot.domain import Outgoing, Sent


class Page:
    """A channel that has nothing to carry: whoever is signed in reads the answer there."""

    def laid_out(self, message: Outgoing) -> str:
        """Say how the words look above the buttons."""
        return under_buttons(message.shown)

    async def send(self, message: Outgoing) -> Sent:
        """Take the message: it is on the page already."""
        return Sent(external_id=f"page-{message.ref}", text=self.laid_out(message))

    async def close(self) -> None:
        """Leave nothing behind: there is nothing open."""
