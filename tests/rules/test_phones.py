"""Numbers as families and spreadsheets write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.phones import BadNumber, e164

LEANNE = "+447700900123"

WAYS_TO_WRITE_IT = (
    "07700 900123",
    "07700900123",
    "+44 (0)7700 900123",
    "+44 7700 900123",
    "+4407700900123",
    "0044 7700 900123",
    "0044(0)7700900123",
    "447700900123",
    "44 7700 900123",
    "7700900123",  # the spreadsheet has eaten the zero
    "7700 900123",
    "(07700) 900-123",
    "07700.900.123",
    "07700–900–123",  # a spreadsheet makes long dashes
    "'07700900123",
    "＋447700900123",
    "٠٧٧٠٠٩٠٠١٢٣",
    "۰۷۷۰۰ ۹۰۰۱۲۳",
    "\u202a+44 7700 900123\u202c",  # copied from an address book
    "07700\u00a0900123",
)


@pytest.mark.parametrize("written", WAYS_TO_WRITE_IT)
def test_a_mothers_number_is_the_same_number_however_it_is_written(written):
    assert e164(written) == LEANNE


@pytest.mark.parametrize(
    "written", ["07624 123456", "07400 123456", "07797 712345", "07911 123456"]
)
def test_mobiles_of_the_mainland_and_the_islands_can_be_texted(written):
    assert e164(written) == "+44" + written.replace(" ", "")[1:]


REFUSED = (
    ("", "empty"),
    ("01632 960100", "landline"),
    ("1632960100", "landline"),
    ("020 7946 0000", "landline"),
    ("0306 999 0123", "03 number"),
    ("056 1234 5678", "internet"),
    ("070 1234 5678", "personal number"),
    ("07600 123456", "pager"),
    ("0808 157 0123", "freephone"),
    ("0909 879 0123", "premium"),
    ("+48 600 123 456", "foreign"),
    ("0048600123456", "foreign"),
    ("+999 12345678", "country code"),
    ("07700", "too short"),
    ("07700 90012", "too short"),
    ("999", "too short"),
    ("1", "too short"),
    ("07700 9001234", "too long"),
    ("07700 900123 07700 900124", "too long"),
    ("4870 0900 12", "no UK mobile"),
    ("07700 900123 ext 3", "letters"),
    ("none", "letters"),
    ("7.7009E+09", "shortened"),
    ("7700900123.0", "shortened"),
    ("07700 900123; 07700 900124", "signs"),
    ("=07700900123", "signs"),
)


@pytest.mark.parametrize("written, reason", REFUSED)
def test_a_number_nobody_can_be_texted_on_is_refused_with_its_own_reason(written, reason):
    with pytest.raises(BadNumber) as refused:
        e164(written)
    assert reason in refused.value.advice
    assert refused.value.advice == str(refused.value)


def test_each_kind_of_bad_number_has_another_reason():
    kinds = (
        "01632 960100",
        "0306 999 0123",
        "07012 345678",
        "07600 123456",
        "+33612345678",
        "07700",
    )
    advice = set()
    for written in kinds:
        with pytest.raises(BadNumber) as refused:
            e164(written)
        advice.add(refused.value.advice)
    assert len(advice) == len(kinds)


@settings(deadline=None, derandomize=True)
@given(st.text() | st.text("0123456789+() -.٧", max_size=16))
def test_whatever_is_in_the_cell_it_is_a_uk_mobile_or_refused(written):
    try:
        number = e164(written)
    except BadNumber:
        return
    assert number.startswith("+447")
    assert len(number) == 13
    assert e164(number) == number


def test_the_advice_never_repeats_a_number():
    for written in ("01632 960155", "0770090055", "+48 600 123 455", "07012 345655"):
        with pytest.raises(BadNumber) as refused:
            e164(written)
        assert written[-3:] not in str(refused.value)
