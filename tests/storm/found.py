"""What a row of the storm found: every harm in words, counted, never averaged away."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.storm.outbound import Outcome

SHOWN = 8  # kinds of harm that are spelt out in one line
LONGEST = 200  # characters of each


@dataclass
class Found:
    """One row as it is being counted."""

    row: str
    cases: int = 0
    harms: Counter[str] = field(default_factory=Counter)

    def expect(self, holds: bool, words: str) -> bool:
        """Count a harm, in words, unless all is well."""
        if not holds:
            self.harms[" ".join(words.split())[:LONGEST]] += 1
        return holds

    def outcome(self, figures: str = "") -> Outcome:
        """Sum the row up in one line."""
        said = [figures] if figures else []
        said += [f"[{count} x {words}]" for words, count in self.harms.most_common(SHOWN)]
        if len(self.harms) > SHOWN:
            said.append(f"[and {len(self.harms) - SHOWN} more kinds of harm]")
        return Outcome(self.row, self.cases, sum(self.harms.values()), " ".join(said))


def percentile(times: list[float], share: float) -> float:
    """The time within which such a share of all was done; nothing if there was none."""
    if not times:
        return 0.0
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f}ms"
