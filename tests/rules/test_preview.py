"""What a worker is told about words before they leave: length, price, readers, moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.rules.preview import Preview, cheaper, lines, reading_age, sendable
from bot.rules.text_message import cheapest, encoding
from bot.rules.verdict import Drop, Hold, Send

HELLO = "Hi Leanne, the taxi is booked for nine. I will be at the gate."
KAI = Preview(
    to="Leanne Thornton (Kai P01)",
    cases=("P01",),
    channel="sms",
    words=HELLO,
    text=f"{HELLO}\nDani",
    verdict=Send(),
    pence_per_part=4.0,
    undo=10,
)
HARD = (
    "Following consultation with multidisciplinary colleagues regarding reintegration "
    "arrangements, please acknowledge receipt of documentation immediately."
)


def said(**changes: object) -> list[str]:
    return lines(replace(KAI, **changes))


def test_dani_reads_whom_it_reaches_what_it_says_and_costs_and_when_it_goes() -> None:
    assert said() == [
        "To Leanne Thornton (Kai P01), by text. Nothing has been sent.",
        f"“{KAI.text}”",
        "67 characters, 1 text, 4p.",
        "Reading age about 5: fine.",
        "The team reads it in the log of P01.",
        "It goes at once when you press Send: for 10 seconds you can still stop it.",
    ]


def test_siblings_are_both_named_as_whose_log_it_goes_to() -> None:
    assert "The team reads it in the log of P07 and P08." in said(cases=("P07", "P08"))


def test_a_phones_curly_quotes_cost_nothing_as_they_go_as_plain_ones() -> None:
    curly = replace(KAI, text="I’ve “asked” the school – they’ll ring you … " * 2)
    assert lines(curly)[2].endswith("1 text, 4p.")
    assert cheaper(curly) == ""


def test_one_emoji_doubles_the_price_and_the_plain_text_is_offered() -> None:
    party = replace(KAI, text=f"{KAI.text} 🎉🏽 Żaneta")
    assert party.text not in cheaper(party)
    assert "2 texts, 8p. Without emoji and accents: 1 text, 4p." in lines(party)[2]
    assert cheaper(party) == f"{KAI.text} Zaneta"


@pytest.mark.parametrize("words", ["Привет, Лена 🎉", "سلام 🎉", "🎉"])
def test_words_in_another_alphabet_are_never_thinned_to_nothing(words: str) -> None:
    assert cheapest(words) == words
    assert encoding(cheapest("é ł € 🎉")) == "GSM-7"


def test_no_price_is_made_up_where_none_is_known() -> None:
    assert said(pence_per_part=0.0)[2] == "67 characters, 1 text."


def test_a_chat_message_costs_nothing_however_it_is_written() -> None:
    shown = said(channel="telegram", text="Cześć 🎉 " * 30)
    assert shown[0].startswith("To Leanne Thornton (Kai P01), in their Telegram chat.")
    assert shown[2].endswith("characters, no cost.")


def test_hard_words_and_long_sentences_are_pointed_at_by_what_makes_them_hard() -> None:
    assert reading_age(HARD) > 16
    assert any(line.endswith(": simpler words?") for line in said(words=HARD))
    long = (
        "I will ring you when I can and then we go to see the head and ask what he can do for him"
    )
    run_on = f"{long} and {long} and {long} and {long}."
    assert any(line.endswith(": shorter sentences?") for line in said(words=run_on))


def test_three_words_and_words_in_another_language_have_no_reading_age() -> None:
    assert reading_age("See you Thursday.\nDani") is None
    polish = said(reads="Polish")
    assert "They read Polish: this goes as you typed it." in polish
    assert not any(line.startswith("Reading age") for line in polish)


def test_who_else_may_see_it_is_said() -> None:
    shown = said(shared_phone=True, discreet=True, other_child="Zofia", colleagues=("Marcus",))
    assert "Shared phone: others may read it." in shown
    assert any(line.startswith("Discreet phone:") for line in shown)
    assert "This names Zofia, who is not in this family." in shown
    assert "Marcus wrote to this family today." in shown


def test_words_that_will_wait_say_until_when_and_why() -> None:
    until = datetime(2026, 12, 1, 13, 30, tzinfo=UTC)
    shown = said(verdict=Hold(until, "outside this family's safe hours"))
    assert shown[-1] == (
        "It waits until Tue 1 Dec 13:30: outside this family's safe hours. “Send now” in its "
        "notice overrides that."
    )


def test_words_that_can_go_nowhere_say_so_and_cannot_be_sent() -> None:
    dropped = replace(KAI, verdict=Drop("this person must not be contacted here"))
    refused = replace(KAI, refusal="Not sent: they asked for no more texts (STOP).")
    assert lines(dropped)[-1] == "It cannot go: this person must not be contacted here."
    assert lines(refused)[-1] == refused.refusal
    assert [sendable(one) for one in (KAI, dropped, refused)] == [True, False, False]
