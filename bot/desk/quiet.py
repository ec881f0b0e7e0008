"""/quiet: the families nobody has been in contact with for a while."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command


def quiet(asked: Asked) -> Answer:
    """List the open cases without a contact that came about, one's own first."""
    return asked.reading(asked.books.quiet())


QUIET = Command("quiet", "/quiet", "families nobody has spoken with for a while", quiet)
