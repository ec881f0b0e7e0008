"""What an import did, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """What an import did: how many were new, changed, and as they were."""

    new: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)

    def note(self, kind: str, what: str) -> None:
        """Count one row: "new", "changed" or "same"."""
        getattr(self, what)[kind] += 1

    @property
    def nothing_changed(self) -> bool:
        return not self.new and not self.changed
