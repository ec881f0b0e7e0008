"""A channel that is ours to mend: paused, told once, and told again when it works."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import SendError
from bot.rules.routing import in_charge
from bot.scene.desk_notes import raise_task
from bot.scene.family import local_time
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from storage import tasks
from storage.pace import hold_pace, set_pace, troubles

logger = logging.getLogger(__name__)

PAUSE = timedelta(minutes=5)
NAMES = {"sms": "Text messages", "telegram": "The family chat", "staff": "The staff chat"}


def begins(
    scene: Scene,
    channel: str,
    error: SendError,
    meanwhile: str = "Messages wait",
    paused_until: datetime | None = None,
) -> None:
    """Note that a channel is in trouble; somebody hears of it, once until it is over.

    Paused, all of it waits, and one message at a time finds out whether it is mended.
    """
    held = hold_pace(scene.connection, channel, scene.now)
    why = f"{error} {error.code}".strip()[:120]
    known = [moment for moment in (paused_until, held.paused_until) if moment is not None]
    until = max(known, default=None)
    set_pace(scene.connection, channel, trouble=why, paused_until=until)
    if held.trouble and tasks.any_open(scene.connection, "channel_trouble"):
        return
    logger.error("A channel is in trouble: %s: %s", channel, why)
    what = NAMES.get(channel, f"Texts through {channel.capitalize()}")
    advice = "Run check-config, or ask who runs it."
    words = f"{what}: nothing can be sent ({why}). {meanwhile}. {advice}"
    _tell(scene, "channel_trouble", words, _once(scene, channel, why))


def must_be_mended(scene: Scene, channel: str, error: SendError) -> None:
    """An account or a setting is wrong: a message tries now and then whether it still is."""
    begins(scene, channel, error, paused_until=scene.now + PAUSE)


def falls_silent(scene: Scene, channel: str, error: SendError, until: datetime) -> None:
    """A provider takes nothing for long, its daily limit reached perhaps."""
    meanwhile = f"Messages wait until {local_time(until)}"
    begins(scene, channel, error, meanwhile, until)


def not_allowed(scene: Scene, channel: str, error: SendError) -> None:
    """One number cannot be written to as an account is set up; told once a day."""
    why = f"{error} {error.code}".strip()[:120]
    what = NAMES.get(channel, channel.capitalize())
    words = (
        f"{what}: the account may not write to one of our numbers ({why}). Others go on. "
        "Whoever runs this service can allow it at the provider."
    )
    # A kind of its own: a channel that works again says nothing about this number.
    _tell(scene, "not_allowed", words, f"not allowed:{channel}:{why}:{scene.today}")


def over(scene: Scene, channel: str) -> None:
    """A channel that was in trouble took a message again."""
    held = hold_pace(scene.connection, channel, scene.now)
    if not held.trouble:
        return
    set_pace(scene.connection, channel, trouble="", paused_until=None)
    logger.warning("A channel works again: %s", channel)
    if not troubles(scene.connection):
        tasks.close_kind(scene.connection, "channel_trouble", "works again", scene.now)
    what = NAMES.get(channel, f"Texts through {channel.capitalize()}")
    _tell(
        scene, "channel_back", f"{what}: sending works again.", _once(scene, channel, held.trouble)
    )


def _once(scene: Scene, channel: str, why: str) -> str:
    """Name a trouble so that workers, of which some get through, tell of it once an hour."""
    return f"trouble:{channel}:{why[:60]}:{scene.now:%Y-%m-%dT%H}"


def _tell(scene: Scene, kind: str, words: str, key: str) -> None:
    named = replace(scene, key=key)
    for top in in_charge(scene.team, scene.practice)[:1]:
        raise_task(named, None, top, Matter(kind, words, discreet_words=words), told=(top,))
