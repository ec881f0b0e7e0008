"""How what families read is worded, and what it costs as a text message."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product

import pytest

from bot import engine
from bot.catalogues import CARRIER_WORDS, RESERVED
from bot.channels.layout import numbered
from bot.domain import Shown
from bot.flows import FLOWS
from bot.flows.base import Facts, Flow, Prompt
from bot.flows.check_in import FLOW
from bot.i18n import Text, languages, put, translated
from bot.rules.text_message import encoding, segments
from bot.scene import sentences
from bot.scene.letters import COVERED, in_words
from bot.settings import DEMO
from tests.flows.talk import DEAF, FACTS, Talk, at, roads

# Joanne is written to by Tom; only if Marcus covers is her question two characters too long.
TWO_SEGMENTS = {("Joanne", ("Ellie", "Noah"), "Marcus")}
# Drafts that want a third text; a qualified person will word them anew.
LONG_DRAFTS = {
    "pl": {"week", "no rush, in writing"},
    "ur": {"week", "no rush", "no rush, in writing"},
}
SAFETY = (sentences.EMERGENCY, sentences.EMERGENCY_DISCREET, sentences.NEXT_READ)
WORDS_TO_SEND = re.compile(r"\b[A-Z]{4,}\b")  # CALL, STOP, START


def rows(name: str) -> list[dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def marlbridge() -> Iterator[Facts]:
    """Every carer with their children, written to by every worker."""
    first = {row["id"]: row["first"] for row in rows("pupils.csv")}
    children: dict[str, list[str]] = {}
    for row in rows("carers.csv"):
        children.setdefault(row["name"], []).append(first[row["pupil"]])
    workers = [row["name"].split()[0] for row in rows("staff.csv")]
    for (carer, pupils), worker in product(children.items(), workers):
        yield replace(FACTS, person=carer.split()[0], pupil=tuple(pupils), worker=worker)


def check_in_texts(facts: Facts, language: str) -> dict[str, str]:
    """Everything the check-in may say to a family, as text messages."""
    deaf = replace(facts, calls=False)
    help_ = (("presses", "hard"),)
    return {
        "week": Talk(FLOW, facts, language).said,
        "week again": Talk(FLOW, facts, language).writes("?").said,
        "no rush": Talk(FLOW, facts, language).waits().said,
        "no rush, in writing": Talk(FLOW, deaf, language).waits().said,
        "help": at(FLOW, help_, facts, language).said,
        "help, in writing": at(FLOW, help_, deaf, language).said,
        "thanks": Talk(FLOW, facts, language).writes("1").said,
        "help thanks": at(FLOW, help_, facts, language).writes("a lift").said,
        "a person": Talk(FLOW, facts, language).writes("?").writes("?").writes("?").said,
        "gone": numbered(Shown(put(engine.CHANGED, language, engine.values_of(facts, {})))),
    }


def test_every_check_in_text_fits_one_text_message_for_every_family_of_marlbridge() -> None:
    long = {
        (facts.person, facts.pupil, facts.worker)
        for facts in marlbridge()
        for said in check_in_texts(facts, "en").values()
        if segments(said) > 1 or encoding(said) != "GSM-7"
    }
    assert long == TWO_SEGMENTS


@pytest.mark.parametrize("language", sorted(set(languages()) - {"en"}))
def test_every_check_in_text_fits_two_text_messages_in_other_languages(language: str) -> None:
    said = [check_in_texts(facts, language) for facts in marlbridge() if facts.worker == "Dani"]
    costs = {name: max(segments(texts[name]) for texts in said) for name in said[0]}
    assert {name for name, cost in costs.items() if cost > 2} == LONG_DRAFTS[language]
    assert max(costs.values()) == 3


@pytest.mark.parametrize("language", languages())
def test_a_safety_answer_is_two_texts_in_english_and_three_at_most(language: str) -> None:
    values = engine.values_of(FACTS, {})
    said = in_words(Prompt(sentences.NEXT_READ, before=(sentences.EMERGENCY,)), language, values)
    assert segments(numbered(Shown(said.text))) <= (2 if language == "en" else 3)
    discreet = in_words(
        Prompt(sentences.NEXT_READ, before=(sentences.EMERGENCY_DISCREET,)), language, values
    )
    assert segments(numbered(Shown(discreet.text))) <= (1 if language == "en" else 2)


@cache
def family_sentences() -> frozenset[Text]:
    """Every sentence of a conversation with a family, labels included."""
    family = [flow for flow in FLOWS.values() if flow.hands_over]
    said = {text for flow in family for facts in (FACTS, DEAF) for text in spoken(flow, facts)}
    return frozenset(said | {engine.PASSED_ON, engine.A_PERSON_ANSWERS, engine.CHANGED, COVERED})


def spoken(flow: Flow, facts: Facts) -> Iterator[Text]:
    """What a conversation says at each step: the question, its short form, what follows."""
    for road in roads(flow, facts).values():
        yield from of(at(flow, road, facts).turn.says)
        yield from of(at(flow, road, facts).waits().turn.says)
        for words in (" ", "1", "2", "3"):
            yield from of(at(flow, road, facts).writes(words).turn.says)


def of(prompt: Prompt | None) -> Iterator[Text]:
    if prompt is not None:
        yield from (*prompt.before, prompt.text, *(choice.label for choice in prompt.choices))
        yield from (prompt.after,) if prompt.after else ()


def front_desk() -> Iterator[Text]:
    for made in vars(sentences).values():
        if isinstance(made, Text):
            yield made
        elif isinstance(made, Prompt):
            yield from of(made)


@pytest.mark.parametrize("language", languages())
def test_no_sentence_of_a_conversation_holds_a_digit_that_could_be_a_choice(language: str) -> None:
    for text in family_sentences():
        assert not any(sign.isnumeric() for sign in translated(text, language)), text


@pytest.mark.parametrize("language", languages())
def test_emergency_numbers_are_the_same_in_every_language(language: str) -> None:
    for text in front_desk():
        numbers = re.findall(r"\d+", translated(text, language))
        assert sorted(numbers) == sorted(re.findall(r"\d+", text.source))
        assert set(numbers) <= {"999", "111", "2"}


@pytest.mark.parametrize("language", languages())
def test_the_words_to_send_are_the_same_in_every_language_and_no_others(language: str) -> None:
    for text in (*family_sentences(), *front_desk()):
        asked = WORDS_TO_SEND.findall(translated(text, language))
        assert asked == WORDS_TO_SEND.findall(text.source)
        assert set(asked) <= {"CALL", "STOP", "START"}
        assert not CARRIER_WORDS.search(translated(text, language))


def test_a_machine_says_neither_sorry_nor_i() -> None:
    for text in (*family_sentences(), *front_desk()):
        assert not RESERVED.search(text.source), text


def test_sentences_are_short() -> None:
    for text in (*family_sentences(), *front_desk()):
        for sentence in re.split(r"[.?!;]\s", text.source):
            assert len(sentence.split()) <= 15, sentence


def test_english_stays_in_the_cheap_alphabet() -> None:
    for text in (*family_sentences(), *front_desk(), *SAFETY):
        assert encoding(text.source) == "GSM-7"
