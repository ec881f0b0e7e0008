"""What a text costs, held against a second calculator that really cuts it into messages.

The second one is written from 3GPP TS 23.038 (the alphabets) and 23.040 (the parts), and shares
nothing with the first: it encodes a text into units, then cuts the units.
"""

from __future__ import annotations

import csv
import random
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.rules.text_message import encoding, segments

REPOSITORY = Path(__file__).resolve().parents[2]
REFERENCE = REPOSITORY.parent / "shared" / "data"

# TS 23.038, section 6.2.1: eight columns of sixteen, each from the top of the page downwards.
COLUMNS = (
    "@£$¥èéùìòÇ\nØø\rÅå",
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ",
    " !\"#¤%&'()*+,-./",
    "0123456789:;<=>?",
    "¡ABCDEFGHIJKLMNO",
    "PQRSTUVWXYZÄÖÑÜ§",
    "¿abcdefghijklmno",
    "pqrstuvwxyzäöñüà",
)
ESCAPE = 0x1B
SEPTETS = {
    sign: (16 * column + row,)
    for column, signs in enumerate(COLUMNS)
    for row, sign in enumerate(signs)
    if 16 * column + row != ESCAPE
}
# Section 6.2.1.1: the table behind the escape.
BEHIND_ESCAPE = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E,
    "|": 0x40, "€": 0x65,
}  # fmt: skip
SEPTETS |= {sign: (ESCAPE, code) for sign, code in BEHIND_ESCAPE.items()}
HIGH_HALVES = range(0xD800, 0xDC00)  # the first half of a character UTF-16 writes in two

RANDOM_TEXTS, SEED = 5_000, 230_38
ALPHABETS = (
    "abcdefgh ijklmno pqrstu vwxyz ABC 0123456789 .,!?'\n",
    "€^{}[]~\\|\f",
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà",
    "âêîôŵŷáÂÊÎÔŴŶç",
    "’‘“”–—…\u00a0",
    "żółćęąśźŁ",
    "ہفتہ کیسا رہا ۱۲۳\u200c\u200f",
    "😀👍🏽\u200d\ufe0f",
)
FAMILIES = ("👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "🇬🇧", "❤️‍🩹")
BOUNDS = (0, 35, 67, 70, 71, 134, 153, 160, 161, 201, 306, 459)


def messages(text: str) -> list[list[int]]:
    """Cut a text into the units of each message a network would carry."""
    if all(sign in SEPTETS for sign in text):
        units = [unit for sign in text for unit in SEPTETS[sign]]
        return cut(units, alone=140 * 8 // 7, part=134 * 8 // 7, keep_with_next=[ESCAPE])
    wide = text.encode("utf-16-be")
    units = [int.from_bytes(wide[at : at + 2], "big") for at in range(0, len(wide), 2)]
    return cut(units, alone=140 // 2, part=134 // 2, keep_with_next=HIGH_HALVES)


def cut(units: list[int], *, alone: int, part: int, keep_with_next) -> list[list[int]]:
    """Cut units so that none is torn from the one it belongs with."""
    if len(units) <= alone:
        return [units]
    parts = []
    while units:
        end = min(part, len(units))
        end -= end < len(units) and units[end - 1] in keep_with_next
        parts.append(units[:end])
        units = units[end:]
    return parts


def agreed(text: str) -> bool:
    gsm = all(sign in SEPTETS for sign in text)
    return segments(text) == len(messages(text)) and (encoding(text) == "GSM-7") is gsm


def cells(path: Path) -> list[str]:
    rows = csv.reader(StringIO(path.read_text(encoding="utf-8")))
    return [cell for row in rows for cell in row]


def sentences(path: Path) -> list[str]:
    """Every sentence of a catalogue, as written and as translated."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    said = [(message.id, message.string) for message in catalogue]
    pairs = [part if isinstance(part, (list, tuple)) else (part,) for both in said for part in both]
    return [words for part in pairs for words in part]


def in_folder(folder: Path) -> list[str]:
    """Every text of a folder: cells of tables, and everything else line by line."""
    found = []
    for path in sorted(folder.rglob("*.*")):
        if path.suffix == ".csv":
            found += cells(path)
        elif path.suffix in {".toml", ".md"}:
            words = path.read_text(encoding="utf-8")
            found += [words, *words.splitlines()]
    return found


def random_text(dice: random.Random) -> str:
    """A text of a few alphabets whose length is near where another message begins."""
    alphabet = "".join(dice.sample(ALPHABETS, dice.randint(1, 3)))
    length = max(0, dice.choice(BOUNDS) + dice.randint(-4, 4))
    signs = dice.choices(alphabet, k=length)
    for family in dice.sample(FAMILIES, dice.choice((0, 0, 0, 1, 2))):
        signs.insert(dice.randint(0, len(signs)), family)
    return "".join(signs)


def test_the_second_calculator_knows_the_whole_alphabet():
    assert [len(column) for column in COLUMNS] == [16] * 8
    assert len(SEPTETS) == 127 + len(BEHIND_ESCAPE)
    assert all(len(parts) == 1 for parts in map(messages, ("", "a" * 160, "ż" * 70)))
    assert [len(part) for part in messages("a" * 152 + "€" + "a" * 7)] == [152, 9]
    assert [len(part) for part in messages("ż" * 66 + "😀" + "ż" * 6)] == [66, 8]


@pytest.mark.parametrize("folder", [REPOSITORY / "bot" / "data", REFERENCE], ids=["ours", "given"])
def test_every_text_we_keep_costs_what_the_networks_count(folder, capsys):
    if not folder.is_dir():
        pytest.skip("this checkout has no reference texts beside it")
    texts = in_folder(folder)
    assert len(texts) > 500
    assert [text for text in texts if not agreed(text)] == []
    with capsys.disabled():
        print(f" {len(texts)} texts ", end="")


def test_every_sentence_of_every_language_costs_what_the_networks_count(capsys):
    catalogues = sorted((REPOSITORY / "locales").glob("*/LC_MESSAGES/*.po"))
    texts = [text for catalogue in catalogues for text in sentences(catalogue)]
    assert len(texts) > 150
    long = [" ".join(pair) for pair in pairwise(texts)]
    assert [text for text in texts + long if not agreed(text)] == []
    with capsys.disabled():
        print(f" {len(texts + long)} texts ", end="")


def test_five_thousand_random_texts_cost_what_the_networks_count(capsys):
    dice = random.Random(SEED)
    texts = [random_text(dice) for _ in range(RANDOM_TEXTS)]
    assert [text for text in texts if not agreed(text)] == []
    several = [text for text in texts if segments(text) > 1]
    torn = sum(any(map(begins_a_pair, edges(text))) for text in several)
    assert len(several) > RANDOM_TEXTS // 3
    assert torn > 100, "too few texts have a pair where a careless calculator would cut it"
    with capsys.disabled():
        print(
            f" {len(texts)} texts, {len(several)} of several messages, {torn} pairs kept ", end=""
        )


def edges(text: str) -> list[int]:
    """The units a careless calculator, which fills every message to the brim, would cut after."""
    units = [unit for part in messages(text) for unit in part]
    size = 153 if encoding(text) == "GSM-7" else 67
    return units[size - 1 : len(units) - 1 : size]


def begins_a_pair(unit: int) -> bool:
    return unit == ESCAPE or unit in HIGH_HALVES


def test_dividing_by_the_room_of_a_message_would_be_too_cheap_now_and_then(capsys):
    """Why ours may say more than a simple counter: a pair that does not fit moves on whole."""
    dice = random.Random(SEED)
    differ = 0
    for _ in range(RANDOM_TEXTS):
        text = random_text(dice)
        units = sum(map(len, messages(text)))
        alone, part = (160, 153) if encoding(text) == "GSM-7" else (70, 67)
        simple = 1 if units <= alone else -(-units // part)
        assert segments(text) - simple in {0, 1}
        differ += segments(text) != simple
    assert 0 < differ < RANDOM_TEXTS // 20
    with capsys.disabled():
        print(f" {differ} of {RANDOM_TEXTS} dearer than by division ", end="")
