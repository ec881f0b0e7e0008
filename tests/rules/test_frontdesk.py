from __future__ import annotations

import csv
from importlib import resources

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.rules.crisis import Alarm, build_lexicon
from bot.rules.frontdesk import Control, Reading, read

STAFF = {"DO": "Dani Okafor", "JL": "Joe Lister"}
PHRASES = resources.files("bot.data").joinpath("crisis_phrases.csv").read_text("utf-8")
LEXICON = build_lexicon(csv.DictReader(PHRASES.splitlines()))


def heard(words: str) -> Reading:
    return read(words, LEXICON, STAFF)


STOPS = ["STOP", "stop.", "STOP!", " Stop ", "sToP\n", '"STOP"', "ＳＴＯＰ", "S.T.O.P.", "stop 🙏"]
STOPS += ["STOPALL", "stop all", "OPTOUT", "Opt-out", "سٹاپ", "Stop\u200b"]


@pytest.mark.parametrize("words", STOPS)
def test_stop_alone_is_an_opt_out_however_it_is_written(words):
    assert heard(words) == Reading(control=Control.STOP)


@pytest.mark.parametrize(
    "words",
    [
        "step",
        "stp",
        "sto p",
        "please stop by at 3",
        "stop by at 3",
        "he wont stop",
        "he wont stop texting me",
        "she told him to stop messaging me",
        "the bus stop",
        "it is non stop here",
        "can you stop at the shop on your way",
        "they are going to stop the taxi",
        "dont text me after 9",
        "dont stop",
        "no",
    ],
)
def test_stop_inside_a_sentence_is_no_opt_out_of_any_kind(words):
    reading = heard(words)
    assert (reading.control, reading.asks_to_stop, reading.carrier_word) == (None, False, False)


@pytest.mark.parametrize(
    "words",
    [
        "please stop texting me",
        "Pls stop txting me",
        "dont text me again",
        "Don’t message me anymore",
        "do not contact us",
        "stop contacting me",
        "STOP 12345",
        "stop stop STOP",
        "stopp",
        "please stop",
        "stop it",
        "can you please stop",
        "stop the messages",
        "stop sending me these",
        "no more texts",
        "I dont want any more messages",
        "I want to stop getting these texts",
        "leave us alone",
        "take me off your list",
        "unsubscribe me",
        "can you opt me out",
        "Stop\n\nSent from my iPhone",
        "proszę nie pisać",
        "nie piszcie do mnie",
        "wypisz mnie",
        "پیغام نہ بھیجیں",
        "میسج مت کریں",
        "band karo",
        "message mat karo",
        "بند کریں",
    ],
)
def test_asking_in_ones_own_words_to_stop_goes_to_a_person(words):
    reading = heard(words)
    assert reading.asks_to_stop
    assert reading.control is None


@pytest.mark.parametrize("words", ["CANCEL", "end.", "Quit!", "unsubscribe", "REVOKE"])
def test_a_carriers_word_alone_is_no_opt_out_of_ours(words):
    assert heard(words) == Reading(carrier_word=True)


@pytest.mark.parametrize(
    "words", ["the week ended", "cancel my gym", "End of term", "I quit smoking", "cancelled"]
)
def test_a_carriers_word_inside_a_sentence_is_nothing(words):
    assert heard(words) == Reading()


@pytest.mark.parametrize(
    ("words", "control"),
    [
        ("START", Control.START),
        ("unstop", Control.START),
        ("HELP!", Control.HELP),
        ("info", Control.HELP),
        ("More", Control.MORE),
        ("więcej", Control.MORE),
        ("start again", None),
        ("help with the form", None),
        ("no more", None),
        ("yes", None),
    ],
)
def test_the_other_control_words_count_alone_as_well(words, control):
    assert heard(words).control is control


@pytest.mark.parametrize(
    "words",
    [
        "CALL",
        "call me",
        "Ring me!",
        "please call me",
        "plz ring",
        "can you ring me back please",
        "Hi could you give me a call when you can thanks x",
        "call me asap",
        "Can Dani ring me",
        "hi dani can u give us a bell",
        "I need you to call me",
        "I need a call",
        "zadzwoń",
        "Proszę do mnie zadzwonić",
        "کال کریں",
        "mujhe call karo",
        "piezvaniet",
        "اتصل بي",
    ],
)
def test_a_family_may_ask_for_a_call_in_many_ways(words):
    assert heard(words).control is Control.CALL


@pytest.mark.parametrize(
    "words",
    [
        "call the police",
        "dont call me",
        "call you later",
        "I'll ring you",
        "he called me names",
        "can Kai call me",
        "call me after the meeting about his bus pass",
        "the school rang me",
    ],
)
def test_other_calls_are_words_for_a_person(words):
    assert heard(words).control is None


def test_crisis_words_are_read_on_every_kind_of_message():
    reading = heard("please stop texting me, he'll see this and he will kill me")
    assert reading.asks_to_stop
    assert reading.level == "L1"
    reading = heard("Dani hit him, I want to complain")
    assert (reading.complaint, reading.names) == (True, ("DO",))
    assert reading.alarms == (Alarm("harm_to_child", "L2"), Alarm("complaint_consent", "L3"))


def test_an_ordinary_message_is_read_as_nothing_special():
    reading = heard("Yes he was in all week thanks")
    assert reading == Reading()
    assert reading.level is None


@settings(deadline=None, derandomize=True, max_examples=300)
@given(words=st.text(st.characters(), max_size=300), name=st.text(max_size=20))
@example(words="\ud800\udfff\0stop", name="\0 -")
@example(words="can you please " * 700, name="Dr")
@example(words="you " * 2500, name="Dani")
def test_the_desk_reads_whatever_a_phone_can_send(words, name):
    reading = read(words, LEXICON, {"a": name})
    assert reading.level in {None, "L1", "L2", "L3"}


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12))
def test_only_a_listed_word_ever_opts_anybody_out(more):
    reading = heard(f"stop {more}")
    assert reading.control is not Control.STOP or more.casefold() == "all"
