"""What a family sends through Twilio, and what became of what we sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.domain import Receipt, Unreachable, Unreadable, WebhookRequest
from tests.channels.texts import FIXTURES, LEANNE, a_provider, changed, parsed
from tests.fakes import twilio as their
from tests.fakes.openapi import described
from tests.fakes.twilio import arrived, inbound, sign, status

exactly = hypothesis_settings(deadline=None, derandomize=True)


def recorded(name):
    body = (FIXTURES / name).read_bytes().rstrip(b"\n")
    path = "/webhooks/twilio/" + ("status" if "delivered" in name else "message")
    query = "m=m-1" if "delivered" in name else ""
    url = their.PUBLIC_URL + path + (f"?{query}" if query else "")
    return WebhookRequest(path, query, {"x-twilio-signature": sign(url, parsed(body))}, body)


def test_a_family_s_words_come_in_whole():
    request = recorded("text.form")
    assert a_provider().genuine(request)
    heard = a_provider().message(request)
    assert (heard.channel, heard.address) == ("sms", LEANNE)
    assert heard.words == "2. He's had a hard week 😟\nCan you call?"
    assert heard.external_id == "SM" + "1".zfill(32)
    assert (heard.key, heard.turn, heard.media, heard.opt_out) == ("", None, (), "")
    assert a_provider().message(recorded("urdu.form")).words == "جی ہاں، شکریہ"


def test_pictures_are_named_and_nothing_is_fetched():
    heard = a_provider().message(recorded("picture.form"))
    assert (heard.words, heard.media) == ("", ("image/jpeg", "video/mp4"))
    without_words = a_provider().message(arrived(inbound(LEANNE, None, media=("odd", ""))))
    assert without_words.media == ("application/octet-stream",) * 2


def test_what_the_carrier_made_of_stop_is_told():
    assert a_provider().message(recorded("stop.form")).opt_out == "STOP"
    assert a_provider().message(arrived(inbound(LEANNE, "x", OptOutType="ELSE"))).opt_out == ""


def test_a_short_code_may_write_too():
    assert a_provider().message(arrived(inbound("85258"))).address == "85258"


@pytest.mark.parametrize(
    "call",
    [
        inbound(""),
        inbound("HMRC"),
        inbound("07700 900123"),
        inbound("+٤٤٧٧٠٠٩٠٠١٢٣"),
        inbound(LEANNE, to=""),
        inbound(LEANNE, sid=""),
        inbound(LEANNE, sid="SM 1"),
        inbound(LEANNE, None),
        their.webhook("/webhooks/twilio/message", [("AccountSid", their.ACCOUNT)]),
    ],
)
def test_a_call_that_lacks_something_goes_to_a_person(call):
    with pytest.raises(Unreadable):
        a_provider().message(arrived(call))


@pytest.mark.parametrize(
    "change",
    [
        (b"Body=Hello", b"Body=%FF%FE"),
        (b"Body=Hello", b"Body=\xff"),
        (b"Body=Hello", b"Body=Hello&Body=Goodbye"),
        (b"NumMedia=0", b"NumMedia=many"),
        (b"NumMedia=0", b"NumMedia=999"),
    ],
)
def test_bytes_that_are_no_words_go_to_a_person(change):
    with pytest.raises(Unreadable) as caught:
        a_provider().message(changed(inbound(LEANNE), body=inbound(LEANNE)[2].replace(*change)))
    assert "Hello" not in str(caught.value)


def test_bytes_that_are_no_words_are_still_proven_genuine():
    body = urlencode({"AccountSid": their.ACCOUNT, "To": their.SENDER}).encode() + b"&Body=%FF"
    signed = f"{their.PUBLIC_URL}/webhooks/twilio/message".encode()
    signed += b"AccountSid" + their.ACCOUNT.encode() + b"Body\xffTo" + their.SENDER.encode()
    mac = hmac.new(their.TOKEN.encode(), signed, hashlib.sha1).digest()
    headers = {"x-twilio-signature": base64.b64encode(mac).decode()}
    assert a_provider().genuine(WebhookRequest("/webhooks/twilio/message", "", headers, body))


def test_what_no_database_keeps_is_cleaned_away():
    body = inbound(LEANNE)[2].replace(b"Hello", b"a%00b%ED%A0%80c%ED%A0%BD%ED%B8%80")
    assert a_provider().message(changed(inbound(LEANNE), body=body)).words == "abc😀"


LONG = "He has not come home and he is not answering his phone, please ring me. ż 😟"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (base64.b64encode(LONG.encode()).decode(), LONG),
        (base64.b64encode(b"short one").decode(), base64.b64encode(b"short one").decode()),
        ("a" * 64, "a" * 64),
        ("A" * 61, "A" * 61),
        ("=" * 64, "=" * 64),
        (base64.b64encode(b"\x00\x01" * 40).decode(), base64.b64encode(b"\x00\x01" * 40).decode()),
        (base64.b64encode(b"w" * 60).decode(), base64.b64encode(b"w" * 60).decode()),
    ],
)
def test_a_long_text_that_a_carrier_wrapped_is_unwrapped_and_no_other(typed, read):
    assert a_provider().message(arrived(inbound(LEANNE, typed))).words == read


@given(st.binary(max_size=80))
@exactly
def test_no_bytes_break_the_reader(body):
    for read in (a_provider().message, a_provider().receipt, a_provider().rung):
        try:
            read(WebhookRequest("/webhooks/twilio/message", "m=\ud800", {}, body))
        except Unreadable:
            continue


def test_a_receipt_names_our_message_and_keeps_the_code():
    provider = a_provider()
    assert provider.genuine(recorded("delivered.form"))
    assert provider.receipt(recorded("delivered.form")) == Receipt(
        "m-1", "SM" + "5".zfill(32), "delivered", provider="twilio"
    )
    assert provider.receipt(recorded("undelivered.form")) == Receipt(
        "m-1", "SM" + "6".zfill(32), "undelivered", "30003", Unreachable, "twilio"
    )


STATES = {
    **{
        s: s
        for s in ("accepted", "queued", "sending", "sent", "delivered", "undelivered", "failed")
    },
    "scheduled": "accepted",
    "read": "delivered",
    "canceled": "failed",
    "partially_delivered": "undelivered",
}


@pytest.mark.parametrize(("theirs", "ours"), STATES.items())
def test_every_state_of_a_text_has_a_meaning(theirs, ours):
    assert a_provider().receipt(arrived(status("m-1", theirs, to=LEANNE))).status == ours


def test_no_state_that_twilio_describes_is_forgotten():
    spec = described("twilio_messages.openapi.json")
    if spec is None:
        pytest.skip("no twilio_messages.openapi.json: set KEYWORKER_SPECS")
    states = set(spec["components"]["schemas"]["message_enum_status"]["enum"])
    assert states - STATES.keys() == {"receiving", "received"}  # a family's own messages


@pytest.mark.parametrize(
    "call",
    [
        status("", "sent", to=LEANNE),
        status("m-1", "received", to=LEANNE),
        status("m-1", "", to=LEANNE),
        status("m-1", "sent", sid="", to=LEANNE),
    ],
)
def test_a_receipt_that_says_too_little_goes_to_a_person(call):
    with pytest.raises(Unreadable):
        a_provider().receipt(arrived(call))


def test_our_id_comes_back_whatever_is_in_it():
    call = status("a%2Fb%20c%26d", "sent", to=LEANNE)
    assert a_provider().receipt(arrived(call)).ref == "a/b c&d"


def test_an_odd_error_code_is_left_out():
    call = status("m-1", "failed", to=LEANNE, code="30003; drop")
    assert a_provider().receipt(arrived(call)).code == ""


def test_twilio_is_answered_without_a_word():
    answer = a_provider().answer()
    assert (answer.body, answer.media_type, answer.status) == ("<Response/>", "text/xml", 200)
