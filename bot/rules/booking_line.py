"""A line as it is read piece by piece: what has been understood is taken out of it. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from re import Match, Pattern

from bot.rules.logged_words import APOSTROPHES, FRACTIONS

GONE = "·"  # stands where something was taken out, so that its neighbours never join
_NOTE = re.compile(
    r"(?<=[\w·.,)])(?P<sign>\s*(?:;|\n|:(?=\s)|\.\s)"
    r"|[\s,]+(?:re|about|abt|bout|regarding|because|cos|note|tell|remind|so (?:that|we|i)"
    r"|(?:as )?(?:she|he|they)|to (?:talk|chat|discuss|go|look|do|see|help|sort|complete|fill"
    r"|finish|plan|say|tell|introduce|review|check|work))\b(?!-)[\s:]*)"
)
_COUNTED = {"one": "1", "two": "2", "three": "3", "four": "4"}
_HOURS_COUNTED = re.compile(
    r"\b(?P<count>one|two|three|four)(?= (?:and a half )?(?:hours?|hrs?)\b)", re.IGNORECASE
)
_HOURS_OF_DAY = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
_OF_DAY = re.compile(rf"\b(?P<count>{'|'.join(_HOURS_OF_DAY)})(?=\s?[ap]\.?m\b)", re.IGNORECASE)
_LOOSE_END = re.compile(r"\s+(?:with|and|w|for|at|on|of)$", re.IGNORECASE)
_HALVES = re.compile(r"(?<=\d)\s+1/2(?=\s*h)")
_PARTS_OF_AN_HOUR = re.compile(
    r"(?<!\d )(?<![\d/])(?P<part>1/2|1/4|3/4)\s*(?:of )?(?:an )?(?:hours?|hrs?|h)\b"
)
_MINUTES_IN = {"1/2": "30 min", "1/4": "15 min", "3/4": "45 min"}
_MARKS_ONLY = re.compile(r"[\s,]*(?:re|about|abt|bout|regarding|note)\b[\s:]*|[\s.;:,]+")


@dataclass(frozen=True, slots=True)
class Line:
    """Words as typed, and the same words in small bare letters, sign for sign."""

    typed: str = field(repr=False)
    said: str = field(repr=False)

    def without(self, start: int, end: int) -> Line:
        """Take a piece out; everything else keeps its place."""
        gone = GONE * (end - start)
        return Line(
            self.typed[:start] + gone + self.typed[end:], self.said[:start] + gone + self.said[end:]
        )

    def take(self, sign: Pattern[str]) -> tuple[Match[str] | None, Line]:
        """Find the first piece that fits, and take it out."""
        hit = sign.search(self.said)
        return hit, self.without(*hit.span()) if hit else self

    def take_all(self, sign: Pattern[str]) -> tuple[list[Match[str]], Line]:
        """Find every piece that fits, and take them all out."""
        line, hits = self, list(sign.finditer(self.said))
        for hit in hits:
            line = line.without(*hit.span())
        return hits, line

    def cut(self, at: int) -> tuple[Line, Line]:
        """Part the line in two."""
        return Line(self.typed[:at], self.said[:at]), Line(self.typed[at:], self.said[at:])


def line_of(words: str) -> Line:
    """Make a line ready to be read."""
    for part, figure in FRACTIONS.items():
        words = words.replace(part, figure)
    words = re.sub(r"[–—]", "-", APOSTROPHES.sub("'", words.replace(GONE, " ")))
    words = _HALVES.sub(".5", words.strip())
    words = _PARTS_OF_AN_HOUR.sub(lambda hit: _MINUTES_IN[hit["part"]], words)
    words = _HOURS_COUNTED.sub(lambda hit: _COUNTED[hit["count"].lower()], words)
    words = _OF_DAY.sub(lambda hit: str(_HOURS_OF_DAY.index(hit["count"].lower()) + 1), words)
    typed = "".join(sign for sign in words if unicodedata.category(sign) not in {"Cf", "Mn"})
    return Line(typed, "".join(map(_bare, typed)))


def part_note(line: Line) -> tuple[Line, Line]:
    """Part what is asked for from the note behind it: "re", "about", a second sentence."""
    for hit in _NOTE.finditer(line.said):
        before = line.said[: hit.start()]
        # A stop ends no more than a short form until a figure has been given: "h.v. Thurs."
        if hit["sign"].strip() == "." and not re.search(r"\d", before):
            continue
        head, note = line.cut(hit.start())
        mark = _MARKS_ONLY.match(note.said)  # "to talk" and "tell her" are words of the note
        return head, note.without(0, mark.end() if mark else 0)
    return line, Line("", "")


def left_over(line: Line, fluff: frozenset[str]) -> str:
    """Give what nothing was made of, without the little words between."""
    pieces = []
    for piece in line.typed.split(GONE):
        bare = re.findall(r"[^\W_]+(?:'[^\W_]+)?|\d+", piece.casefold())
        if set(bare) - fluff:
            pieces.append(_LOOSE_END.sub("", piece.strip(" ,;:-&+@/\n")))
    return " ".join(" ".join(pieces).split())


def _bare(sign: str) -> str:
    """Fold one sign to one sign."""
    plain = unicodedata.normalize("NFKD", sign)[:1].casefold()
    return plain if len(plain) == 1 else sign
