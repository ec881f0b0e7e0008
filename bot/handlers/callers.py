"""What somebody hears who rings the number: in their language, and only what will be done."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from bot.channels.contracts import Rings
from bot.domain import Unreadable, WebhookAnswer, WebhookRequest
from bot.scene.scene import Taskforce
from bot.turns.ringing import NUMBER_HIDDEN, SEEN, told_by_voice
from storage.database import Database

logger = logging.getLogger(__name__)

LOOK_FOR = 1.0  # seconds; somebody holds the phone to their ear


async def answer_caller(
    provider: Rings,
    asked: WebhookRequest,
    database: Database,
    taskforce: Taskforce,
    now: datetime,
) -> WebhookAnswer:
    """Say what a caller is told whose call is kept. Without the database nothing is promised."""
    try:
        call = provider.rung(asked)
    except Unreadable:
        return provider.voice_answer(NUMBER_HIDDEN.source, "en")
    except Exception as error:  # noqa: BLE001  a reader's fault is none of the caller's
        logger.warning("A call could not be read: %s", type(error).__name__)
        return provider.voice_answer(SEEN.source, "en")
    words, language = SEEN.source, "en"
    try:
        async with asyncio.timeout(LOOK_FOR):
            words, language = await database.read(
                lambda c: told_by_voice(c, taskforce, call.external_id, provider.speaks, now)
            )
    except Exception as error:  # noqa: BLE001  the call is kept: the caller must not hear a fault
        logger.warning("A caller heard only that they rang: %s", type(error).__name__)
    return provider.voice_answer(words, language)
