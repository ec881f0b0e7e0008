"""What a family's own words say about why a child is not in."""

from __future__ import annotations

import pytest

from bot.rules.absence_words import Understood, child_meant, read

MEANT = {
    "he's ill today": "ill",
    "Kai not very well, up all night being sick": "ill",
    "she has a temperature of 39": "ill",
    "Dentist at 10, in after": "appointment",
    "hes got a hospital appt": "appointment",
    "bus never turned up": "transport",
    "we missed the bus": "transport",
    "no taxi this morning": "transport",
    "he's got no trousers they're ripped": "uniform",
    "he has no clean uniform": "uniform",
    "she is refusing to go to school": "worried",
}
NOT_MEANT = (
    "I'm ill so cannot come to the meeting",
    "is he in?",
    "he was ill last week but is fine",
    "what time is the bus",
    "my mum is ill",
    "I'm sick of this",
    "he can't come in on friday",
    "thank you",
    "see you at the gate",
    "he did really well today",
    "he won\u2019t be in today",  # passed on, as all their words are: it says no reason
    "I can't come to the meeting at school",
    "someone hit him outside school",
    "He's back in, not ill any more",
    "she isn't poorly now",
    "His nan is in hospital, Kai is in today",
    "his brother has a temperature",
)
NOWHERE = (
    "He left for school at 8, he is not there",
    "She set off for the bus, it was late, and school say she hasn't arrived",
    "I dropped him at the dentist and he is not there",
    "He didn't come home last night, can't find him, he's not in school",
    "She's not in her room and I don't know where she is, she was poorly",
    "he is ill and has run off",
)


@pytest.mark.parametrize("words", MEANT)
def test_a_reason_is_understood(words: str) -> None:
    assert read(words) == Understood(MEANT[words])


@pytest.mark.parametrize("words", NOT_MEANT)
def test_no_reason_is_read_into(words: str) -> None:
    assert read(words) is None


@pytest.mark.parametrize("words", NOWHERE)
def test_a_child_who_is_nowhere_is_no_reason(words: str) -> None:
    assert read(words) is None


def test_tomorrow_is_not_today() -> None:
    assert read("doctor's tomorrow so not in") == Understood("appointment", tomorrow=True)


def test_of_two_children_one_has_to_be_named() -> None:
    both = [("P07", "Ellie"), ("P08", "Noah")]
    assert child_meant("Noah is poorly", both) == "P08"
    assert child_meant("poorly today", both) is None
    assert child_meant("Noah and Ellie are poorly", both) is None
    assert child_meant("poorly today", both[:1]) == "P07"
