"""Who else of the team has written to a family today."""

from __future__ import annotations

from datetime import time

from bot.rules.calendar import moment_at
from bot.scene.family import Family
from bot.scene.scene import Scene
from storage.contacts import last_heard
from storage.sent import writers_since


def wrote_today(
    scene: Scene, family: Family, author: str | None, *, since_they_did: bool
) -> list[str]:
    """Name who of the team typed something for this family today, whichever of its adults it was.

    To words somebody types only others count, and only since the family last wrote: then it is
    the family's turn that is taken up, and no one crowds it.
    """
    since = moment_at(scene.today, time.min)
    if since_they_did:
        heard = last_heard(scene.connection, family.case_ids, since)
        since = max(since, heard or since)
    found = writers_since(scene.connection, family.case_ids, since)
    return [ref for ref in found if ref != author]
