"""Words that reach us long after they were said: when they were said is what counts.

The database was away, or no webhook came: what a family wrote at four is heard at three in the
morning. Then the phone is in nobody's hands, and the question that is open may be a later one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import Inbound
from bot.rules.gate import IN_HAND
from bot.scene.family import local_time
from bot.scene.scene import Scene

CLOCKS_APART = timedelta(seconds=15)  # a provider's clock and ours, at the most


def late(scene: Scene, inbound: Inbound) -> bool:
    """Say whether this was said so long ago that nobody waits with the phone in hand."""
    return inbound.said_at is not None and scene.now - inbound.said_at > IN_HAND


def spoken_at(scene: Scene, inbound: Inbound) -> datetime:
    """Say when this was said, never later than now: the last word of two is the one that counts."""
    return min(inbound.said_at or scene.now, scene.now)


def said_before(scene: Scene, inbound: Inbound, asked: datetime) -> bool:
    """Say whether this was said before something was asked, and so does not answer it.

    What reaches us within seconds was said now: a provider's clock may be a little behind ours.
    """
    said = spoken_at(scene, inbound)
    return scene.now - said > CLOCKS_APART and said < asked


def heard_at(scene: Scene, inbound: Inbound) -> datetime:
    """Say when this was said, for when an answer may leave: now, unless it comes late."""
    said = inbound.said_at
    return said if said is not None and late(scene, inbound) else scene.now


def late_note(scene: Scene, inbound: Inbound) -> str:
    """Say to staff when late words were said; nothing of words that were said just now."""
    if not late(scene, inbound):
        return ""
    verb = "rang" if inbound.rang else "said"
    if inbound.key:
        verb = "pressed after"  # nobody dates a press: it came after we were last in touch
    return f"\n({verb} {local_time(heard_at(scene, inbound))}, reached us late)"


def came_note(came_at: datetime | None, now: datetime) -> str:
    """Say to staff when something came that waited; nothing of what came just now."""
    if came_at is None or now - came_at <= IN_HAND:
        return ""
    return f" (came {local_time(came_at)}, reached us late)"


def too_late_to_press(scene: Scene, inbound: Inbound) -> str:
    """Say why “Send now” is not done: now was hours ago. Empty: it may be done."""
    if not inbound.key.startswith("t:") or not inbound.key.endswith(":now"):
        return ""
    if not late(scene, inbound):
        return ""
    since = local_time(heard_at(scene, inbound))
    return (
        f"That was pressed while we were out of touch, after {since}. Nothing was done: "
        "press again if it should go now."
    )
