"""Two colleagues, one message: who has it now. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

CLAIM_LASTS = timedelta(minutes=30)  # whoever has not answered by then keeps nobody else from it


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody else has a message: took it on, or has answered it."""

    by: str
    at: datetime
    answered: bool


def taken_by_another(
    me: str,
    now: datetime,
    *,
    seen: tuple[str | None, datetime | None],
    done: tuple[str | None, datetime | None],
) -> Taken | None:
    """Say who else took a message on or answered it not long ago; None: it is free to answer."""
    for (who, at), answered in ((done, True), (seen, False)):
        if who and at and who not in (me, "system") and now - at < CLAIM_LASTS:
            return Taken(who, at, answered)
    return None
