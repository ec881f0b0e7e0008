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
    "he won\u2019t be in today": "other",
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
)


@pytest.mark.parametrize("words", MEANT)
def test_a_reason_is_understood(words: str) -> None:
    assert read(words) == Understood(MEANT[words])


@pytest.mark.parametrize("words", NOT_MEANT)
def test_no_reason_is_read_into(words: str) -> None:
    assert read(words) is None


def test_tomorrow_is_not_today() -> None:
    assert read("doctor's tomorrow so not in") == Understood("appointment", tomorrow=True)


def test_of_two_children_one_has_to_be_named() -> None:
    both = [("P07", "Ellie"), ("P08", "Noah")]
    assert child_meant("Noah is poorly", both) == "P08"
    assert child_meant("poorly today", both) is None
    assert child_meant("Noah and Ellie are poorly", both) is None
    assert child_meant("poorly today", both[:1]) == "P07"
