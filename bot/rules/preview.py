"""What a worker reads before words leave: to whom, how long, how hard, who sees, when. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.rules.calendar import wall
from bot.rules.text_message import cheapest, folded, segments
from bot.rules.verdict import Drop, Hold, Send, Verdict

TEXT = "sms"
OLDEST_EASY = 10  # years: automatic texts are held to the same
LONG_SENTENCE = 15  # words
TOO_FEW = 8  # words: fewer tell nothing about how hard they are to read
SCHOOL_BEGINS = 5  # years of age at grade 0 of Flesch and Kincaid
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True, slots=True)
class Preview:
    """One message that somebody is about to send, and what is known of its reader."""

    to: str = field(repr=False)  # "Leanne Thornton (Kai P01)", or initials
    cases: tuple[str, ...]
    channel: str
    words: str = field(repr=False)
    text: str = field(repr=False)  # the same, signed, as it will stand on the phone
    verdict: Verdict
    pence_per_part: float = 0.0
    undo: int = 0  # seconds
    leaves: datetime | None = None  # with all that is approved: nothing stops it, or hurries it
    reads: str = ""  # the language they read, in English; empty: English
    shared_phone: bool = False
    discreet: bool = False
    other_child: str = field(default="", repr=False)
    colleagues: tuple[str, ...] = ()  # who wrote to them today
    masked: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # names, and initials here
    refusal: str = ""  # why nothing can go there at all


def lines(preview: Preview) -> list[str]:
    """Say everything about it in short lines, the words themselves second."""
    by = "by text" if preview.channel == TEXT else "in their Telegram chat"
    found = (
        f"To {preview.to}, {by}. Nothing has been sent.",
        _quoted(preview),
        _size(preview),
        _reading(preview),
        _names_another(preview),
        *_seen_by(preview),
        _beside(preview),
        _when(preview),
    )
    return [line for line in found if line]


def sendable(preview: Preview) -> bool:
    """Say whether sending it now leads anywhere."""
    return not preview.refusal and not isinstance(preview.verdict, Drop)


def cheaper(preview: Preview) -> str:
    """Write the words so that they need fewer texts; empty: there is no such way."""
    if preview.channel != TEXT:
        return ""
    plain = cheapest(preview.text)
    return plain if parts(plain) < parts(preview.text) else ""


def parts(text: str) -> int:
    """Count the text messages that are paid for; curly quotes go as plain ones by themselves."""
    return segments(folded(text))


def _quoted(preview: Preview) -> str:
    """Repeat the words; names we put into them stand as initials where no names may stand."""
    text = preview.text
    for name, letters in preview.masked:
        text = re.sub(rf"\b{re.escape(name)}\b", letters, text)
    more = " In the message the name stands instead of the initials." if preview.masked else ""
    return f"“{text}”{more}"


def _size(preview: Preview) -> str:
    length = len(folded(preview.text)) if preview.channel == TEXT else len(preview.text)
    said = f"{length} characters"
    if preview.channel != TEXT:
        return f"{said}, no cost."
    many, price = parts(preview.text), preview.pence_per_part
    plain = cheaper(preview)
    hint = f" Without emoji and accents: {_priced(parts(plain), price)}." if plain else ""
    return f"{said}, {_priced(many, price)}.{hint}"


def _priced(many: int, price: float) -> str:
    counted = f"{many} text{'' if many == 1 else 's'}"
    return f"{counted}, {many * price:g}p" if price else counted


def _reading(preview: Preview) -> str:
    if preview.reads:
        return f"They read {preview.reads}: this goes as you typed it."
    age = reading_age(preview.words)
    if age is None:
        return ""
    if age <= OLDEST_EASY:
        return f"Reading age about {age}: fine."
    long = _per_sentence(preview.words) > LONG_SENTENCE
    easier = "shorter sentences" if long else "simpler words"
    return f"Reading age about {age}: {easier}?"


def reading_age(text: str) -> int | None:
    """Estimate from what age on English words are easy to read, by Flesch and Kincaid's grade."""
    words = _words(text)
    if len(words) < TOO_FEW:
        return None
    grade = 0.39 * _per_sentence(text) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59
    return max(SCHOOL_BEGINS, round(grade) + SCHOOL_BEGINS)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(folded(text))]


def _per_sentence(text: str) -> float:
    sentences = [one for one in re.split(r"[.!?\n]+", text) if _WORD.search(one)]
    return len(_words(text)) / max(1, len(sentences))


def _syllables(word: str) -> int:
    """Count groups of vowels; an e at the end, or in -ed, is mostly silent."""
    silent = word.endswith("e") and not word.endswith(("le", "ee"))
    silent |= word.endswith("ed") and not word.endswith(("ted", "ded", "eed"))
    return max(1, len(_VOWELS.findall(word)) - silent)


def _names_another(preview: Preview) -> str:
    child = preview.other_child
    return f"This names {child}, who is not in this family." if child else ""


def _seen_by(preview: Preview) -> Iterator[str]:
    if preview.shared_phone:
        yield "Shared phone: others may read it."
    if preview.discreet:
        yield "Discreet phone: somebody else may look at it, so say nothing that could harm them."
    log = " and ".join(preview.cases)
    yield f"The team reads it in the log of {log}." if log else "The team reads it in the log."


def _beside(preview: Preview) -> str:
    names = " and ".join(preview.colleagues)
    return f"{names} wrote to this family today." if names else ""


def _when(preview: Preview) -> str:
    if preview.refusal:
        return preview.refusal
    if preview.leaves and not isinstance(preview.verdict, Drop):
        return f"It goes from {_moment(preview.leaves)} if you press Send, within their own hours."
    match preview.verdict:
        case Send():
            stop = f": for {preview.undo} seconds you can still stop it" if preview.undo else ""
            return f"It goes at once when you press Send{stop}."
        case Hold(until, reason):
            now = "“Send now” in its notice overrides that."
            return f"It waits until {_moment(until)}: {reason}. {now}"
        case Drop(reason):
            return f"It cannot go: {reason}."


def _moment(at: datetime) -> str:
    here = wall(at)
    return f"{here:%a} {here.day} {here:%b %H:%M}"
