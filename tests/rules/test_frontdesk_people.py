from __future__ import annotations

import csv
from importlib import resources

import pytest

from bot.rules.crisis import build_lexicon
from bot.rules.frontdesk import Reading, read

STAFF = {
    "DO": "Dani Okafor",
    "MB": "Marcus Bell",
    "JL": "Joe Lister",
    "RA": "Dr Ruth Adeyemi",
    "WH": "Will Hart",
    "AM": "Anne-Marie Cole",
    "XX": "",
}
PHRASES = resources.files("bot.data").joinpath("crisis_phrases.csv").read_text("utf-8")
LEXICON = build_lexicon(csv.DictReader(PHRASES.splitlines()))


def heard(words: str) -> Reading:
    return read(words, LEXICON, STAFF)


@pytest.mark.parametrize(
    "words",
    [
        "wrong number",
        "Wrong nunber mate",
        "you've got the wrong person",
        "you have the wrong number for Leanne",
        "sorry wrong person",
        "who is this? I dont know any Kai",
        "Who's this, don't know Leanne",
        "i dont know any kai sorry",
        "not Leanne's phone any more",
        "This isn't Kai's mums number",
        "this is not her number",
        "no longer her phone",
        "theres nobody called Leanne here",
        "I dont have any kids",
        "I don't have a son",
        "this number belongs to someone else now",
        "zły numer",
        "pomyłka",
        "غلط نمبر",
        "galat number",
        "număr greșit",
    ],
)
def test_a_stranger_on_the_number_is_understood(words):
    assert heard(words).wrong_number


@pytest.mark.parametrize(
    "words",
    [
        "I gave you the wrong number, its 07700 900123",
        "i rang the wrong number",
        "whats the number for school",
        "is this the wrong number for school?",
        "who is this",
        "who is this? I dont know this number",
        "he blames the wrong person",
        "I dont know anyone there",
        "Its not my phone, use my mums",
        "He's not got a phone anymore",
        "there's no food here",
    ],
)
def test_the_right_person_is_not_taken_for_a_stranger(words):
    assert not heard(words).wrong_number


@pytest.mark.parametrize(
    "words",
    [
        "I want to make a complaint",
        "my solicitor will be in touch",
        "who gave you my number?",
        "how did you get our number",
        "I will report you",
        "I'm reporting Dani",
        "let me speak to your manager",
        "stop texting me or I will take you to court",
        "this is a data breach",
        "chcę złożyć skargę",
    ],
)
def test_a_complaint_is_recognised(words):
    assert heard(words).complaint


@pytest.mark.parametrize(
    "words", ["stop contacting me", "The report is wrong", "I am reporting him absent today"]
)
def test_not_every_cross_word_is_a_complaint(words):
    assert not heard(words).complaint


def test_a_teams_own_complaint_row_counts_as_a_complaint():
    row = {"category": "complaint_consent", "level": "L3", "lang": "en", "phrase": "local paper"}
    reading = read("I will tell the local paper", build_lexicon([row]), {})
    assert reading.complaint
    assert reading.level == "L3"


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Dani was great", ("DO",)),
        ("DANI'S late", ("DO",)),
        ("Marcus’s and dani", ("DO", "MB")),
        ("Dani Okafor hurt him", ("DO",)),
        ("Mr Lister shouted at him", ("JL",)),
        ("is it true Dr. Adeyemi left", ("RA",)),
        ("ruth", ("RA",)),
        ("he will be in", ("WH",)),
        ("Anne Marie and anne-marie", ("AM",)),
        ("Danielle and Daniel", ()),
        ("the bell rang", ()),
        ("", ()),
    ],
)
def test_staff_named_in_the_words_are_found(words, names):
    assert heard(words).names == names
