"""Words that reach us long after they were said: when they were said is what counts.

The database was away, or no webhook came: what a family wrote at four is heard at three in the
morning. Then the phone is in nobody's hands, and the question that is open may be a later one.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain import Inbound
from bot.rules.gate import IN_HAND
from bot.scene.family import local_time
from bot.scene.scene import Scene


def late(scene: Scene, inbound: Inbound) -> bool:
    """Say whether this was said so long ago that nobody waits with the phone in hand."""
    return inbound.said_at is not None and scene.now - inbound.said_at > IN_HAND


def heard_at(scene: Scene, inbound: Inbound) -> datetime:
    """Say when this was said, as far as it matters: now, unless it comes late."""
    said = inbound.said_at
    return said if said is not None and late(scene, inbound) else scene.now


def late_note(scene: Scene, inbound: Inbound) -> str:
    """Say to staff when late words were said; nothing of words that were said just now."""
    if not late(scene, inbound):
        return ""
    verb = "rang" if inbound.rang else "said"
    return f"\n({verb} {local_time(heard_at(scene, inbound))}, reached us late)"
