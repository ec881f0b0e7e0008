"""`python -m tests.crisis_report`: how much of what families type the alarms find, by language.

Two files of words: `typed_dangers.csv` was written before the patterns of `bot.rules.signs` and
these were then made from its misses, so it says what they know. `typed_unseen.csv` was written
after them and nothing was made from it: it says what to expect of a sentence nobody foresaw.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from bot.rules import frontdesk
from bot.rules.crisis import LEVELS
from bot.settings import read_lexicon

FIXTURES = Path(__file__).parent / "fixtures"
LEXICON = read_lexicon()
NIGHT_SHARE = 15 / 24  # of a day in which nobody is on shift, taken as even over the day
A_DAY = 40  # messages a taskforce of this size hears in a day
DANGEROUS = 0.01  # of them, as a guess: the report says so


@dataclass(frozen=True, slots=True)
class Typed:
    """Something a family types, and what a person would make of it."""

    words: str
    language: str
    level: str  # "none": harmless
    source: str


@dataclass(frozen=True, slots=True)
class Score:
    """How the alarms did on one set in one language."""

    source: str
    language: str
    dangers: int
    raised: int
    at_level: int
    harmless: int
    false: int
    false_pages: int

    @property
    def recall(self) -> float:
        return self.raised / self.dangers if self.dangers else 1.0

    @property
    def precision(self) -> float:
        return self.raised / (self.raised + self.false) if self.raised + self.false else 1.0

    @property
    def pages_a_night(self) -> float:
        """False L1 alarms a night if families wrote harmless words like these."""
        share = self.false_pages / self.harmless if self.harmless else 0.0
        return A_DAY * NIGHT_SHARE * (1 - DANGEROUS) * share


def typed(source: str) -> list[Typed]:
    """Read one of the two files."""
    text = (FIXTURES / f"{source}.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return [Typed(row["words"], row["language"], row["level"], source) for row in rows]


def listed() -> list[Typed]:
    """Read the list of the lead: every phrase, and what must not be taken for one."""
    data = resources.files("bot.data")
    phrases = csv.DictReader(data.joinpath("crisis_phrases.csv").read_text("utf-8").splitlines())
    harmless = csv.DictReader(data.joinpath("false_positives.csv").read_text("utf-8").splitlines())
    return [
        *(Typed(row["phrase"], row["lang"], _level(row["level"]), "phrases") for row in phrases),
        *(Typed(row["phrase"], "en", "none", "phrases") for row in harmless),
    ]


def _level(cell: str) -> str:
    """Read a level; "L1/L2", or none, asks for L2 at least."""
    return cell if cell in LEVELS else "L2"


def level_found(words: str) -> str:
    """Say at what level the front desk raises these words; "none" if not."""
    reading = frontdesk.read(words, LEXICON, {})
    return reading.level or ("L3" if reading.complaint else "none")


def scores(every: Sequence[Typed], found: Callable[[str], str] = level_found) -> list[Score]:
    """Count by set and language."""
    keys = dict.fromkeys((one.source, one.language) for one in every)
    return [
        _score(*key, [t for t in every if (t.source, t.language) == key], found) for key in keys
    ]


def _score(source: str, language: str, some: Iterable[Typed], found: Callable[[str], str]) -> Score:
    read = [(one.level, found(one.words)) for one in some]
    dangers = [(level, seen) for level, seen in read if level != "none"]
    harmless = [seen for level, seen in read if level == "none"]
    return Score(
        source,
        language,
        len(dangers),
        sum(seen != "none" for _level, seen in dangers),
        sum(seen != "none" and seen <= level for level, seen in dangers),
        len(harmless),
        sum(seen != "none" for seen in harmless),
        harmless.count("L1"),
    )


def table(found: Iterable[Score]) -> str:
    """Write the table of the report."""
    head = (
        "| words | language | dangers | raised | at their level | recall | harmless | raised "
        "wrongly | precision | needless pages a night |"
    )
    lines = [head, "|---|---|---|---|---|---|---|---|---|---|"]
    lines += [
        f"| {one.source} | {one.language} | {one.dangers} | {one.raised} | {one.at_level} "
        f"| {one.recall:.0%} | {one.harmless} | {one.false} | {one.precision:.0%} "
        f"| {one.pages_a_night:.2f} |"
        for one in found
    ]
    return "\n".join(lines)


def everything() -> list[Typed]:
    return [*listed(), *typed("typed_dangers"), *typed("typed_unseen")]


if __name__ == "__main__":
    sys.stdout.write(f"{table(scores(everything()))}\n")
