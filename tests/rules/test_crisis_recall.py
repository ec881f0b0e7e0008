from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from importlib import resources

from bot.rules.crisis import LEVELS, alarms, build_lexicon
from tests.tables import every_row


def rows_of(name: str) -> list[dict[str, str]]:
    text = resources.files("bot.data").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


PHRASES = rows_of("crisis_phrases.csv")
LEXICON = build_lexicon(PHRASES)

# Phrases whose row names no level, or two: danger to life, suicide, strangling, and beat 5.
TO_LIFE = {
    *("samobójstwo", "sinucid", "خودکشی", "khudkushi", "انتحار", "خۆکوشتن", "ਖੁਦਕੁਸ਼ੀ"),
    *("savižudyb", "pašnāvīb", "sebevražd", "zabije", "mă omoară", "مار دے گا"),
    *("strangled", "grabbed by throat", "he'll see this"),
}

SENTENCES = (
    "please {} i dont know what to do",
    "Hi. {}. Can you ring",
    "sorry to bother you but {}... thanks",
    "he said {} on the way home",
    "Kai {} at school today",
    "{} and {}",
    "😭😭 {} 😭",
    "{}\n\nSent from my phone",
)


def expected(row: dict[str, str]) -> str:
    if row["level"] in LEVELS:
        return row["level"]
    return "L1" if row["phrase"] in TO_LIFE else "L2"


def is_found(row: dict[str, str], words: str) -> bool:
    enough = [alarm for alarm in alarms(words, LEXICON) if alarm.level <= expected(row)]
    named = row["category"] == "unassigned" or row["category"] in {a.category for a in enough}
    return bool(enough) and named


def unaccented(words: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))


def slips(words: str) -> Iterator[tuple[str, str]]:
    """Every letter left out, typed twice or swapped with the next, in words of six or more."""
    for word in re.finditer(r"[^\W\d_]{6,}", words):
        for at in range(word.start(), word.end()):
            yield "a letter left out", words[:at] + words[at + 1 :]
            yield "a letter doubled", words[: at + 1] + words[at:]
            yield "a wrong letter", words[:at] + "x" + words[at + 1 :]
            yield "a letter too many", words[:at] + "q" + words[at:]
            if at + 1 < word.end():
                swapped = words[at + 1] + words[at]
                yield "two letters swapped", words[:at] + swapped + words[at + 2 :]


def variants(phrase: str) -> Iterator[tuple[str, str]]:
    yield "as listed", phrase
    yield "in capitals", phrase.upper()
    yield "no apostrophe", phrase.replace("'", "")
    yield "curly apostrophe", phrase.replace("'", "’")
    yield "apostrophe lost on the way", phrase.replace("'", "?")
    yield "apostrophe garbled", phrase.replace("'", "â€™")
    yield "apostrophe became a blank", phrase.replace("'", " ")
    yield "no accents", unaccented(phrase)
    yield "accents apart", unicodedata.normalize("NFD", phrase)
    yield "drawn out", phrase + 3 * phrase[-1]
    yield "full width", phrase.translate({c: c + 0xFEE0 for c in range(0x21, 0x7F)})
    for sentence in SENTENCES:
        yield "in a sentence", sentence.format(phrase, phrase)
    yield from slips(phrase)


@every_row("row", PHRASES)
def test_every_phrase_of_the_list_is_heard_however_it_is_typed(row):
    words_of_their_own = {"compliant", "no eating"}
    missed = [words for _, words in variants(row["phrase"]) if not is_found(row, words)]
    assert set(missed) <= words_of_their_own


def test_the_recall_over_all_ways_of_typing_is_reported(record_property):
    heard: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for row in PHRASES:
        for kind, words in variants(row["phrase"]):
            tried[kind] += 1
            heard[kind] += is_found(row, words)
    for kind, count in tried.items():
        record_property(kind, f"{heard[kind]} of {count}")
        assert heard[kind] >= 0.99 * count, kind
    assert sum(tried.values()) > 3000
