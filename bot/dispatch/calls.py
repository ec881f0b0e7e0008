"""Calls to a channel: one message handed over, one look-up made. Nothing is raised from here."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from bot.dispatch.claim import Claim, Found
from bot.dispatch.results import Result
from bot.domain import Channel, Outgoing, PartlyAsked, SendError, Uncertain, Unreachable

logger = logging.getLogger(__name__)


def asker(channel: Channel | None) -> Any:
    """Find how a channel is asked what it took; None: it cannot be asked."""
    return getattr(channel, "look_up", None)


async def hand_over(channel: Channel | None, one: Claim) -> Result:
    """Hand one message to its channel."""
    if channel is None:
        return Result(one, error=Unreachable("this channel is not connected", after=3600))
    asked = asker(channel) is not None
    try:
        return Result(one, sent=await channel.send(one.outgoing))
    except SendError as error:
        return Result(one, error=error, can_be_asked=asked)
    except Exception as error:  # noqa: BLE001  whatever it was, the message may have left
        logger.error("A channel failed oddly: %s", type(error).__name__)  # noqa: TRY400
        return Result(one, error=Uncertain("the channel failed oddly"), can_be_asked=asked)


async def look_up(channel: Channel | None, outgoing: Outgoing, since: datetime) -> Found:
    """Ask a provider what it took that may be this message."""
    ask = asker(channel)
    if ask is None:
        return Found()
    try:
        return Found(await ask(outgoing, since), whole=True)
    except PartlyAsked as error:
        return Found(error.found)
    except SendError as error:
        logger.warning("A provider could not be asked: %s", error)
    except Exception as error:  # noqa: BLE001  asked again later, whatever it was
        logger.error("A look-up failed oddly: %s", type(error).__name__)  # noqa: TRY400
    return Found()
