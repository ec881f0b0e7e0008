"""A family rings our number at Twilio, to be rung back."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import Unreadable
from tests.channels.texts import LEANNE, SERVICE, a_provider
from tests.fakes.twilio import arrived, inbound, ring

exactly = settings(deadline=None, derandomize=True)


def test_somebody_who_rings_is_known_by_their_number_and_says_nothing():
    request = arrived(ring(LEANNE))
    assert a_provider().genuine(request)
    heard = a_provider().rung(request)
    assert (heard.channel, heard.address, heard.external_id) == ("sms", LEANNE, "CA" + "c" * 32)
    assert (heard.rang, heard.words, heard.key) == (True, "", "")


def test_a_call_to_another_number_is_not_ours():
    elsewhere = ring(LEANNE, to="+447700900998")
    assert not a_provider().genuine(arrived(elsewhere))
    assert a_provider(sender=SERVICE).genuine(arrived(elsewhere))


@pytest.mark.parametrize(
    "from_",
    [
        *("", "anonymous", "Anonymous", "RESTRICTED", "unavailable", "Unknown", "85258"),
        *("sip:someone@example.org", "client:leanne", "07700 900123", "+٤٤٧٧٠٠٩٠٠١٢٣"),
        # anonymous, restricted, blocked, unknown and unavailable, as the keys of a phone spell them
        *("+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"),
    ],
)
def test_nobody_can_ring_a_withheld_number_back(from_):
    assert a_provider().genuine(arrived(ring(from_)))
    with pytest.raises(Unreadable) as caught:
        a_provider().rung(arrived(ring(from_)))
    assert not from_ or from_ not in str(caught.value)


@pytest.mark.parametrize("call", [ring(LEANNE, sid=""), ring(LEANNE, to=""), inbound(LEANNE)])
def test_a_call_that_says_too_little_goes_to_a_person(call):
    with pytest.raises(Unreadable):
        a_provider().rung(arrived(call))


def test_a_caller_hears_the_words_and_then_the_line_is_free():
    answer = a_provider().voice_answer("We will ring you back.", "en")
    assert (answer.media_type, answer.status) == ("text/xml", 200)
    spoken = parsed_xml(answer.body)
    assert [(part.tag, part.attrib, part.text) for part in spoken] == [
        ("Say", {"language": "en-GB"}, "We will ring you back."),
        ("Hangup", {}, None),
    ]


@given(st.text(st.characters(), max_size=40))
@exactly
def test_no_words_can_change_what_a_caller_s_phone_is_told(words):
    spoken = parsed_xml(a_provider().voice_answer(f"<Dial>&{words}</Say>", "pl").body)
    assert [part.tag for part in spoken] == ["Say", "Hangup"]
    assert spoken[0].text.startswith("<Dial>&")
    assert spoken[0].text.endswith("</Say>")


def parsed_xml(page):
    return ET.fromstring(page.encode())
