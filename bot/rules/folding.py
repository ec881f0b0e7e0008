"""Words as people type them on phones, made comparable: folding, slips and short forms. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA

# A phone's curly apostrophe, what a 7-bit text makes of it, and what a wrong decoder makes of it.
_APOSTROPHE = re.compile(
    r"â€™|â\x80\x99|(?<=\w)[?](?=(?:t|s|m|d|ll|re|ve)\b)|(?<=\w)[*](?=\w)|['’‘‛`´ʼʹ′＇ʻ]"
)
_LETTER_RUN = re.compile(r"(?<!\S)(?:[a-z] ){2,}[a-z](?!\S)")
_ANY_RUN = re.compile(r"(.)\1+")

# Letters that look or sound alike and have no decomposition of their own.
_ALIKE = str.maketrans({
    "ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe",
    "ی": "ي", "ى": "ي", "ێ": "ي", "ے": "ي", "ک": "ك", "ڪ": "ك", "ۆ": "و", "ة": "ه", "ە": "ه",
    "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ڕ": "ر", "ڵ": "ل", "ـ": None,
})  # fmt: skip
_DIGIT_LETTERS = str.maketrans("013457", "oieast")

_SILENT = "\0\ufe0e\ufe0f\u034f"  # NUL, and the selectors that follow an emoji

DANGER_EMOJI = frozenset("🔪🗡🩸🔫🆘⚰")

_SHORT_FORMS: Mapping[str, tuple[str, ...]] = {
    form: tuple(words.split())
    for form, words in {
        "gonna": "going to", "gunna": "going to", "gona": "going to", "gna": "going to",
        "gon": "going to", "finna": "going to", "imma": "im going to", "ima": "im going to",
        "wanna": "want to", "wana": "want to", "wnt": "want", "tryna": "trying to",
        "dunno": "dont know", "dno": "dont know", "idk": "dont know",
        "cannot": "cant", "cnt": "cant", "dnt": "dont", "dosnt": "doesnt", "plz": "please",
        "pls": "please", "pleas": "please", "plse": "please", "goin": "going", "doin": "doing",
        "sum1": "someone", "some1": "someone", "ne1": "anyone", "no1": "nobody", "kno": "know",
        "enuf": "enough", "enuff": "enough", "ere": "here", "ova": "over", "ov": "of",
        "bin": "been", "wiv": "with", "dat": "that", "dis": "this", "da": "the", "nite": "night",
        "txt": "text", "txts": "texts", "txting": "texting", "msg": "message",
        "msgs": "messages", "mesage": "message", "mobile": "phone", "fone": "phone",
        "nr": "number", "numba": "number", "infront": "in front", "incase": "in case",
    }.items()
}  # fmt: skip

# One spelling that may stand for another word as well; both readings are tried.
_ALSO: Mapping[str, tuple[str, ...]] = {
    "2": ("to", "two"), "too": ("to",), "u": ("you",), "ur": ("your", "youre"), "r": ("are",),
    "b": ("be",), "n": ("and",), "no": ("know",), "now": ("know",), "were": ("where",),
    "his": ("hes",), "there": ("their",), "wont": ("want",), "me": ("my",), "mi": ("my",),
    "ad": ("had",), "aint": ("isnt",), "nowt": ("no",), "neva": ("never",), "dye": ("die",),
    "nife": ("knife",),
}  # fmt: skip

_SUBJECTS = frozenset(("i", "he", "she", "it", "that", "there", "who", "what", "they", "we", "you"))
_TAILS = {
    "is": "s", "has": "s", "s": "s", "am": "m", "m": "m", "are": "re", "re": "re",
    "will": "ll", "ll": "ll", "would": "d", "d": "d", "ve": "ve",
}  # fmt: skip
_NEGATED = {
    "can": "cant", "will": "wont", "do": "dont", "does": "doesnt", "did": "didnt",
    "could": "couldnt", "would": "wouldnt", "should": "shouldnt", "is": "isnt", "are": "arent",
    "was": "wasnt", "were": "werent", "has": "hasnt", "have": "havent", "had": "hadnt",
}  # fmt: skip
_CUT_BEFORE_T = frozenset(word[:-1] for word in _NEGATED.values())

# Everyday words one slip away from a word of danger: read as themselves, never as a slip.
_NOT_SLIPS = """
    banging banned bearing bending billed billing booked booking breeding called calling
    changed changing checked cruises compliant cooking crying cursing dancing drawing falling
    farming filled filling fitting getting giving hiking hinting hunting hurdles kissing lending
    licked looked looking making marrying mending messing milling moved nicked nursing overdone
    overdoes passed paying picked picking playing pulled putting rushed rushing sending setting
    shaved shooting shouting showed shutting sitting slipped slotting snapped solved
    spending spotting staying stacked talking telling testing threat ticked touches turned
    turning waking warming washed willing winning working clearing nagged bagged shitting
    charming starring blocked walking
"""
_REAL_WORDS = frozenset(_NOT_SLIPS.split())


def tokens(words: str) -> tuple[str, ...]:
    """Split any text into folded words: no case, accents, apostrophes or punctuation. Total."""
    straight = _APOSTROPHE.sub("", words)
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", straight).casefold())
    spaced = "".join(map(_kept, folded)).translate(_ALIKE)
    joined = _LETTER_RUN.sub(lambda run: run[0].replace(" ", ""), " ".join(spaced.split()))
    return tuple(joined.split())


def plainly(words: Iterable[str]) -> tuple[str, ...]:
    """Write short forms out and pull pairs together: "gonna", "he is", "can not"."""
    said = [word for short in words for word in _SHORT_FORMS.get(short, (short,))]
    found: list[str] = []
    while said:
        together = _together(said[0], said[1]) if len(said) > 1 else ""
        found.append(together or said[0])
        del said[: 2 if together else 1]
    return tuple(found)


def squeezed(word: str) -> str:
    """Write every doubled letter once."""
    return _ANY_RUN.sub(r"\1", word)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words that patterns are made of, and how a typed word may stand for one of them.

    "suicid*" stands for any word that begins so, "*انتحار*" for any that contains it.
    """

    words: frozenset[str]
    by_shortened: Mapping[str, tuple[str, ...]]
    by_squeeze: Mapping[str, tuple[str, ...]]
    by_clue: Mapping[str, tuple[str, ...]]  # stems, by how they begin and by what is inside

    def readings(self, typed: str) -> frozenset[str]:
        """Name the words of the vocabulary that one typed word may stand for."""
        spelt = typed.translate(_DIGIT_LETTERS) if not typed.isdigit() else typed
        found = {typed, spelt, *_ALSO.get(typed, ())} & self.words
        if len(spelt) >= 4 and spelt.endswith("s"):  # "dads got": has, is, a possessive or many
            found.update({spelt[:-1]} & self.words)
        found.update(self._squeezes(spelt))
        found.update(self._stems(spelt))
        # A word of danger is read as itself: "hitting" is no slip of "fitting".
        if spelt not in _REAL_WORDS and spelt not in self.words:
            found.update(self._slips(spelt))
        return frozenset(found)

    def knit(self, typed: Iterable[str]) -> tuple[str, ...]:
        """Mend the space bar: "killmyself" is two words, "my self" is one."""
        apart = [part for word in typed for part in self._parts(word)]
        found: list[str] = []
        while apart:
            pair = "".join(apart[:2])
            whole = len(apart) > 1 and len(pair) >= 6 and pair in self.words
            found.append(pair if whole else apart[0])
            del apart[: 2 if whole else 1]
        return tuple(found)

    def _parts(self, word: str) -> tuple[str, ...]:
        if not 7 <= len(word) <= 20 or self.readings(word):
            return (word,)
        for cut in range(3, len(word) - 2):
            if word[:cut] in self.words and word[cut:] in self.words:
                return word[:cut], word[cut:]
        return (word,)

    def _squeezes(self, typed: str) -> Iterator[str]:
        """Find words that differ in doubled letters only; of short words, only when typed long."""
        for word in self.by_squeeze.get(squeezed(typed), ()):
            if len(word) >= 4 or (len(word) > 1 and len(typed) >= 4):
                yield word

    def _stems(self, typed: str) -> Iterator[str]:
        """Find stems of a word; one slip leaves either its first two letters or its middle."""
        within = "" if typed.isascii() else "*"  # articles are written in front in Arabic script
        for clue in {typed[:2], *(typed[at : at + 3] for at in range(2, 5)), within}:
            for stem in self.by_clue.get(clue, ()):
                if _has_stem(typed, stem):
                    yield stem

    def _slips(self, typed: str) -> Iterator[str]:
        """Find words one slip away; in words of four or five letters only two letters swapped.

        A word and its slip are alike once each has lost at most one letter.
        """
        for short in _shortened(typed):
            for word in self.by_shortened.get(short, ()):
                swapped = len(word) >= 6 or sorted(typed) == sorted(word)
                if swapped and OSA.distance(typed, word, score_cutoff=1) <= 1:
                    yield word


def vocabulary(words: Iterable[str]) -> Vocabulary:
    """Sort words so that slips of them are found quickly."""
    known = frozenset(words)
    by_shortened: dict[str, tuple[str, ...]] = defaultdict(tuple)
    by_squeeze: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for word in sorted(word for word in known if "*" not in word):
        by_squeeze[squeezed(word)] += (word,)
        for short in _shortened(word):
            by_shortened[short] += (word,)
    by_clue: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for stem in sorted(word for word in known if "*" in word):
        body = stem.strip("*")
        for clue in ("*",) if stem.startswith("*") else (body[:2], body[3:6]):
            by_clue[clue] += (stem,)
    return Vocabulary(known, dict(by_shortened), dict(by_squeeze), dict(by_clue))


def _shortened(word: str) -> set[str]:
    """Give a word and all that is left of it without one letter; too short or long has no slips."""
    if not 4 <= len(word) <= 24:
        return set()
    return {word, *(word[:cut] + word[cut + 1 :] for cut in range(len(word)))}


def _kept(letter: str) -> str:
    """Keep letters, digits, vowel signs and signs of danger; the rest parts words or is nothing."""
    if letter.isalnum():
        return letter
    if letter in DANGER_EMOJI:
        return f" {letter} "
    kind = unicodedata.category(letter)
    if unicodedata.combining(letter) or kind in {"Cf", "Me"} or letter in _SILENT:
        return ""
    return letter if kind in {"Mn", "Mc"} else " "


def _together(first: str, second: str) -> str:
    if first in _SUBJECTS and second in _TAILS:
        return first + _TAILS[second]
    if second in {"not", "nt"} and first in _NEGATED:
        return _NEGATED[first]
    return f"{first}t" if second == "t" and first in _CUT_BEFORE_T else ""


def _has_stem(typed: str, stem: str) -> bool:
    body = stem.strip("*")
    if typed.startswith(body) or (stem.startswith("*") and body in typed):
        return True
    # A slip inside a long stem: compare beginnings of about its length.
    near = range(len(body) - 1, len(body) + 2)
    return len(body) >= 6 and any(
        OSA.distance(typed[:length], body, score_cutoff=1) <= 1 for length in near
    )
