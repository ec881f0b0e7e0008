"""What an import did, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """What an import did: how many were new, changed, and as they were.

    `kept`: what the files would have set back, and a person had set since; it stands.
    """

    new: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)

    def note(self, kind: str, what: str) -> None:
        """Count one row: "new", "changed" or "same"."""
        getattr(self, what)[kind] += 1

    def keep(self, said: str) -> None:
        """Note that something stays as a person has set it, once."""
        if said not in self.kept:
            self.kept.append(said)

    @property
    def nothing_changed(self) -> bool:
        return not self.new and not self.changed
