"""Crisis words: what a message may be crying for, found in any spelling. Pure; it only ever raises.

Finding nothing proves nothing: a person reads every message all the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from bot.rules.dangers import CATEGORIES, DANGERS, GROUPS
from bot.rules.folding import Vocabulary, plainly, tokens, vocabulary
from bot.rules.signs import SIGNS
from bot.rules.worries import WORRIES

LEVELS = ("L1", "L2", "L3")  # most urgent first

# An unaccented "muša" (Lithuanian "beats") is also a boy's name, told apart by its capital only.
_BOYS_NAME = re.compile(r"\bMusa\b(?! mane\b)")
_FOREIGN_STEM = 5  # letters from which a word of another language may take endings

Table: TypeAlias = tuple[str, str, str]  # category, level, one pattern a line
Readings: TypeAlias = tuple[frozenset[str], ...]  # for each word said, what it may stand for


@dataclass(frozen=True, slots=True)
class Alarm:
    """One kind of danger that a message may speak of."""

    category: str
    level: str  # "L1" | "L2" | "L3"


@dataclass(frozen=True, slots=True)
class _Part:
    """One place in a pattern: a word, or a condition on where it stands."""

    kind: str  # "word", "maybe", "gap", "not", "not after", "start", "end"
    words: frozenset[str] = frozenset()
    gap: int = 0

    def step(self, said: Readings, places: frozenset[int]) -> frozenset[int]:
        """Say where a reader who stands at one of these places may stand next."""
        if self.kind == "gap":
            return frozenset(at + more for at in places for more in range(self.gap + 1))
        if self.kind == "word":
            return frozenset(at + 1 for at in places if self._stands_at(said, at))
        if self.kind == "maybe":
            return places | {at + 1 for at in places if self._stands_at(said, at)}
        return frozenset(at for at in places if self._holds(said, at))

    def _holds(self, said: Readings, at: int) -> bool:
        if self.kind == "start":
            return at == 0
        if self.kind == "end":
            return at == len(said)
        return not self._stands_at(said, at - 1 if self.kind == "not after" else at)

    def _stands_at(self, said: Readings, at: int) -> bool:
        return 0 <= at < len(said) and not self.words.isdisjoint(said[at])


@dataclass(frozen=True, slots=True)
class _Pattern:
    alarm: Alarm
    parts: tuple[_Part, ...]

    @property
    def openers(self) -> frozenset[str]:
        """The words it may begin with: all that may be missing, up to the first that must be."""
        must = next(at for at, part in enumerate(self.parts) if part.kind == "word")
        may = (part.words for part in self.parts[:must] if part.kind == "maybe")
        return self.parts[must].words.union(*may)

    def found_at(self, said: Readings, place: int) -> bool:
        places = frozenset({place})
        for part in self.parts:
            places = part.step(said, places)
        return bool(places)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Patterns, ready to be looked for."""

    by_opener: Mapping[str, tuple[_Pattern, ...]] = field(repr=False)
    vocabulary: Vocabulary = field(repr=False)
    patterns: tuple[_Pattern, ...] = field(repr=False)


def build_lexicon(rows: Iterable[Mapping[str, str]]) -> Lexicon:
    """Add a team's own phrases (category, level, lang, phrase) to the built-in patterns.

    Built-in patterns that find a phrase anyway stand for it. A level other than L1, L2 or L3
    ("L1/L2", or none) becomes the one the built-in patterns give the phrase, else L2.
    """
    own = lexicon_of((*DANGERS, *SIGNS, *WORRIES))
    added = [pattern for row in rows for pattern in _from_row(row, own)]
    return _indexed((*own.patterns, *added)) if added else own


def lexicon_of(tables: Iterable[Table]) -> Lexicon:
    """Make a lexicon of patterns. `bot.rules.dangers` says how a pattern is written."""
    return _indexed(
        _Pattern(Alarm(category, level), _parsed(line))
        for category, level, lines in tables
        for line in lines.split("\n")
        if line.strip()
    )


def alarms(words: str, lexicon: Lexicon) -> tuple[Alarm, ...]:
    """Find everything a message may be crying for: most urgent first, one alarm a category."""
    typed = lexicon.vocabulary.knit(plainly(tokens(_BOYS_NAME.sub(" - ", words))))
    known = {word: lexicon.vocabulary.readings(word) for word in set(typed)}
    said = tuple(known[word] for word in typed)
    return most_urgent(_raised(said, lexicon))


def most_urgent(found: Iterable[Alarm]) -> tuple[Alarm, ...]:
    """Put alarms in order, the most urgent first, one a category."""
    worst: dict[str, str] = {}
    for alarm in found:
        worst[alarm.category] = min(alarm.level, worst.get(alarm.category, alarm.level))
    return tuple(sorted((Alarm(*item) for item in worst.items()), key=_urgency))


def _raised(said: Readings, lexicon: Lexicon) -> Iterator[Alarm]:
    for place, readings in enumerate(said):
        for word in readings:
            for pattern in lexicon.by_opener.get(word, ()):
                if pattern.found_at(said, place):
                    yield pattern.alarm


def _urgency(alarm: Alarm) -> tuple[str, int, str]:
    known = alarm.category in CATEGORIES
    order = CATEGORIES.index(alarm.category) if known else len(CATEGORIES)
    return alarm.level, order, alarm.category


def _indexed(patterns: Iterable[_Pattern]) -> Lexicon:
    every = tuple(dict.fromkeys(patterns))
    openers: dict[str, list[_Pattern]] = defaultdict(list)
    for pattern in every:
        for word in pattern.openers:
            openers[word].append(pattern)
    words = (word for pattern in every for part in pattern.parts for word in part.words)
    by_opener = {word: tuple(found) for word, found in openers.items()}
    return Lexicon(by_opener, vocabulary(words), every)


def _from_row(row: Mapping[str, str], own: Lexicon) -> Iterator[_Pattern]:
    phrase, category = row.get("phrase") or "", (row.get("category") or "").strip()
    level = (row.get("level") or "").strip().upper()
    said = plainly(tokens(phrase))
    if not said:
        return
    # Other words stand around the phrase, so that "only at the end" does not count as found.
    found = alarms(f"qq {phrase} qq", own)
    if level not in LEVELS:
        level = "L1" if found and found[0].level == "L1" else "L2"
    unnamed = category in {"", "unassigned"}
    alarm = Alarm(found[0].category if unnamed and found else category or "unassigned", level)
    if not any(one.category == alarm.category and one.level <= level for one in found):
        english = (row.get("lang") or "en").strip() == "en"
        yield _Pattern(alarm, tuple(_literal(word, english=english) for word in said))


def _literal(word: str, *, english: bool) -> _Part:
    """Take a word of a phrase as it is; words of other languages may take endings and articles."""
    if english or len(word) < _FOREIGN_STEM:
        return _Part("word", frozenset({word}))
    arabic_script = "\u0600" <= word[0] <= "\u06ff"
    return _Part("word", frozenset({f"*{word}*" if arabic_script else f"{word}*"}))


def _parsed(line: str) -> tuple[_Part, ...]:
    return tuple(_part(piece) for piece in line.split())


def _part(piece: str) -> _Part:
    if piece.startswith(".."):
        return _Part("gap", gap=int(piece[2:] or "2"))
    if piece in {"^", "$"}:
        return _Part("start" if piece == "^" else "end")
    if piece[0] in "!<":
        return _Part("not" if piece[0] == "!" else "not after", _choices(piece[1:]))
    part = _Part("word", _choices(piece.removesuffix("?")))
    return replace(part, kind="maybe") if piece.endswith("?") else part


def _choices(piece: str) -> frozenset[str]:
    return frozenset(word for choice in piece.split("/") for word in _choice(choice))


def _choice(choice: str) -> Iterator[str]:
    if choice.startswith("@"):
        yield from (word for each in GROUPS[choice[1:]].split() for word in _choice(each))
        return
    front, back = "*" * choice.startswith("*"), "*" * choice.endswith("*")
    (word,) = tokens(choice.strip("*"))
    yield f"{front}{word}{back}"
