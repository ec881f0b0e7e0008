"""How a prompt looks as a text message and above buttons, and what a text costs."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.layout import Button, buttons, numbered, pressed, under_buttons
from bot.channels.simulator import Simulator
from bot.domain import Outgoing, Shown
from bot.rules.text_message import encoding, folded, segments

WEEK = Shown(
    text="How has Kai's week been?",
    choices=(("good", "Good"), ("ok", "OK"), ("hard", "Hard")),
    after="Or reply in your own words.",
)
ENGLISH = "abcdefghijklmnopqrstuvwxyz ABC 0123456789 .,?!'\"-:()"

exactly = settings(deadline=None, derandomize=True)


def test_a_text_numbers_the_choices_between_the_question_and_the_rest():
    assert numbered(WEEK) == (
        "How has Kai's week been? 1 = Good, 2 = OK, 3 = Hard. Or reply in your own words."
    )


def test_a_text_without_choices_is_just_said():
    assert numbered(Shown("Thank you.")) == "Thank you."
    assert numbered(Shown("Thank you.", after="Dani")) == "Thank you. Dani"


def test_choices_at_the_end_are_closed_with_one_full_stop():
    assert numbered(Shown("Is Kai ill?", (("y", "Yes"), ("n", "No")))) == (
        "Is Kai ill? 1 = Yes, 2 = No."
    )
    assert numbered(Shown("And now?", (("a", "I do not know yet."),))).endswith("know yet.")


def test_long_choices_have_a_line_each():
    shown = Shown(
        "When suits you?", (("a", "Tue 1 Dec 15:30"), ("b", "A different day, please")), "D"
    )
    assert numbered(shown) == (
        "When suits you?\n1 = Tue 1 Dec 15:30\n2 = A different day, please\nD"
    )


def test_urdu_choices_have_a_line_each_with_the_number_first():
    shown = Shown("یہ ہفتہ کیسا رہا؟", (("good", "اچھا"), ("ok", "OK")), "شکریہ")
    assert numbered(shown).splitlines() == [
        "یہ ہفتہ کیسا رہا؟",
        "1 = اچھا",
        "2 = OK",
        "شکریہ",
    ]


def test_an_urdu_text_without_choices_stays_on_one_line():
    assert numbered(Shown("شکریہ", after="Dani")) == "شکریہ Dani"


def test_isolates_are_kept_for_chat_and_left_out_of_a_text():
    shown = Shown("سلام \u2068Kai\u2069")
    assert numbered(shown) == "سلام Kai"
    assert under_buttons(shown) == "سلام \u2068Kai\u2069"


def test_chat_shows_the_words_and_leaves_the_choices_to_the_buttons():
    assert under_buttons(WEEK) == "How has Kai's week been?\n\nOr reply in your own words."
    assert under_buttons(Shown("Thank you.")) == "Thank you."


def test_a_button_carries_the_turn_it_belongs_to():
    assert buttons(WEEK, 7)[0] == Button("Good", "7:good")
    assert [pressed(button.data) for button in buttons(WEEK, 7)] == [
        (7, "good"),
        (7, "ok"),
        (7, "hard"),
    ]


def test_the_button_of_a_notice_carries_its_task():
    (button,) = buttons(Shown("Kai's mum wrote.", (("t:12:done", "Done"),)), None)
    assert button.data == "t:12:done"
    assert pressed(button.data) == (None, "t:12:done")


@pytest.mark.parametrize(
    ("key", "turn"),
    [("x" * 63, 1), ("ł" * 32, 1), ("x" * 65, None), ("", 1), ("", None), ("7:good", None)],
)
def test_a_key_that_does_not_come_back_the_same_is_not_put_behind_a_button(key, turn):
    with pytest.raises(ValueError, match="button"):
        buttons(Shown("?", ((key, "Label"),)), turn)


@pytest.mark.parametrize("turn", [-1, 10**18])
def test_a_turn_that_cannot_be_read_back_is_not_put_behind_a_button(turn):
    with pytest.raises(ValueError, match="button"):
        buttons(WEEK, turn)


@given(st.text())
@exactly
def test_anything_may_come_back_from_a_button(data):
    turn, key = pressed(data)
    assert data == (key if turn is None else f"{turn}:{key}")


def test_a_button_with_a_number_longer_than_any_turn_is_not_a_turn():
    assert pressed("9" * 5000 + ":good")[0] is None
    assert pressed("٧:good") == (None, "٧:good")


@given(st.integers(0, 10**9), st.text(min_size=1, max_size=10))
@exactly
def test_every_key_that_fits_comes_back_with_its_turn(turn, key):
    try:
        (button,) = buttons(Shown("?", ((key, "Label"),)), turn)
    except (ValueError, UnicodeEncodeError):
        return
    assert pressed(button.data) == (turn, key)
    assert len(button.data.encode()) <= 64


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Kai’s “good” week – really…", 'Kai\'s "good" week - really...'),
        ("15:45\u00a0today\u202fplease", "15:45 today please"),
        ("one\r\ntwo\tthree", "one\ntwo three"),
        ("cafe\u0301", "café"),
        ("soft\u00adhyphen\u200b\ufeff\x00", "softhyphen"),
        ("half a \ud83d sign", "half a  sign"),
    ],
)
def test_typographers_signs_become_the_cheap_ones(typed, sent):
    assert folded(typed) == sent


@pytest.mark.parametrize(
    "words",
    [
        "Zażółć gęślą jaźń, Łódź",
        "Sut mae'r tŷ, ŵyr? Llongyfarchiadau â chi",
        "آپ کا بچہ آج اسکول میں تھا۔ کیا؟ می\u200cخواهم",
        "ਸਤ ਸ੍ਰੀ ਅਕਾਲ, ধন্যবাদ",
    ],
)
def test_no_letter_of_a_family_s_language_is_changed(words):
    assert folded(words) == unicodedata.normalize("NFC", words)


@given(st.text())
@exactly
def test_letters_and_digits_survive_folding_and_folding_twice_is_once(words):
    once = folded(words)
    assert folded(once) == once
    whole = unicodedata.normalize("NFC", words)
    letters = [c for c in whole if unicodedata.category(c)[0] in "LN" and c != "\u02bc"]
    assert [c for c in once if unicodedata.category(c)[0] in "LN" and c != "x"] == [
        c for c in letters if c != "x"
    ]


@pytest.mark.parametrize(
    ("text", "alphabet", "count"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("€" * 80, "GSM-7", 1),
        ("€" * 81, "GSM-7", 2),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 3),  # 305 characters: the euro is not split
        ("a" * 151 + "€" + "a" * 153, "GSM-7", 2),  # the same 305, and it fits
        ("^{}\\[~]|\f", "GSM-7", 1),
        ("Ç", "GSM-7", 1),
        ("ç", "UCS-2", 1),
        ("\x1b", "UCS-2", 1),  # the escape is no character of its own
        ("ż" * 70, "UCS-2", 1),
        ("ż" * 71, "UCS-2", 2),
        ("ż" * 134, "UCS-2", 2),
        ("ż" * 135, "UCS-2", 3),
        ("😀" * 35, "UCS-2", 1),
        ("😀" * 36, "UCS-2", 2),
        ("ż" * 66 + "😀" + "ż" * 66, "UCS-2", 3),  # 134 units, and a character that is not split
        ("’" + "a" * 69, "UCS-2", 1),
        ("’" + "a" * 70, "UCS-2", 2),
    ],
)
def test_a_text_costs_what_the_networks_count(text, alphabet, count):
    assert encoding(text) == alphabet
    assert segments(text) == count


@given(st.text(max_size=700), st.text(max_size=3))
@exactly
def test_a_longer_text_never_costs_less(text, more):
    assert segments(text) <= segments(text + more)


@given(st.text(alphabet=ENGLISH, max_size=500))
@exactly
def test_plain_english_is_counted_in_the_cheap_alphabet(text):
    assert encoding(text) == "GSM-7"
    assert segments(text) == max(1, 1 if len(text) <= 160 else -(-len(text) // 153))


def test_the_weekly_question_fits_one_text():
    assert segments(numbered(WEEK)) == 1


async def test_the_simulator_shows_numbers_on_a_phone_and_words_above_buttons():
    message = Outgoing("m1", "sms", "+447700900123", WEEK)
    phone, chat = Simulator("numbers"), Simulator("buttons")
    assert (await phone.send(message)).text == numbered(WEEK) == phone.laid_out(message)
    sent = await chat.send(message)
    assert (sent.external_id, sent.text) == ("sim-m1", under_buttons(WEEK))
    await chat.close()
