"""What waits to leave may answer words that its reader is not to know of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.rules.routing import heads
from bot.scene.scene import Scene
from storage.addresses import Someone
from storage.cases import case_ids
from storage.digest import Reader
from storage.kept import keeps_from, who_knows

CAUTION = (
    "Nothing is kept: words about a colleague are hidden on {case}, and everybody reads promises "
    "and decisions. Write it with /note {case}, which is kept from whom they name, or /release "
    "them first."
)


@dataclass(frozen=True, slots=True)
class KeptBack:
    """Which messages on their way to a family one reader is not shown."""

    ref: str  # the reader's own are theirs to see
    since: datetime | None = None  # of the words that are hidden; None: none are
    knowing: frozenset[str] = frozenset()

    def hides(self, row: Row[Any]) -> bool:
        """Say whether a message may go on from the hidden words."""
        if self.since is None or row.author == self.ref or row.created_at < self.since:
            return False
        return row.author is None or row.author in self.knowing


def caution(scene: Scene, staff: Someone, case: str) -> str:
    """Say why whoever knows of hidden words writes nothing that everybody reads on their case."""
    ids = case_ids(scene.connection, [case]).values()
    if keeps_from(scene.connection, None, ids) is None:
        return ""
    knowing = who_knows(scene.connection, ids) | set(heads(scene.team, scene.practice))
    return CAUTION.format(case=case) if staff.ref in knowing else ""


def kept_back(scene: Scene, reader: Reader, case_ids: Collection[int]) -> KeptBack:
    """Find what is kept back from a reader: words about anybody are for those in charge alone."""
    whose = reader.id if reader.in_charge else None
    since = keeps_from(scene.connection, whose, case_ids)
    if since is None:
        return KeptBack(reader.ref)
    in_charge = heads(scene.team, scene.practice)
    return KeptBack(reader.ref, since, who_knows(scene.connection, case_ids) | set(in_charge))
