"""What calls itself GOV.UK Notify: is it, and what does it say?"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.channels.notify_json import e164
from bot.domain import (
    BadAddress,
    Inbound,
    Receipt,
    Unreadable,
    WebhookRequest,
)
from tests.channels.notifying import LEANNE, UUID, a_provider
from tests.channels.texts import NOW
from tests.fakes.notify import KEY
from tests.fakes.notify_calls import OLD_TOKEN, TOKEN, arrived, inbound, receipt, webhook

exactly = hypothesis_settings(deadline=None, derandomize=True)


# ---- Is it Notify? ----------------------------------------------------------------------------


CALLS = [inbound(LEANNE), receipt("m-1", "delivered"), webhook("/x", b"\xff")]


@pytest.mark.parametrize("call", CALLS, ids=["text", "receipt", "no words"])
def test_notify_s_own_calls_are_let_in(call):
    path, headers, body = call
    assert a_provider().genuine(arrived(call))
    older = {**headers, "authorization": f"Bearer {OLD_TOKEN}"}
    assert a_provider().genuine(arrived((path, older, body)))


@pytest.mark.parametrize(
    "given",
    [
        "", "Bearer", "Bearer ", TOKEN, f"bearer {TOKEN}", f"Bearer  {TOKEN}", f"Bearer {TOKEN} ",
        f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", f"Bearer {TOKEN.upper()}", f"Basic {TOKEN}",
        f"Bearer {TOKEN},{OLD_TOKEN}", "Bearer ,", "Bearer é\ud800", f"Bearer {KEY}",
    ],
)  # fmt: skip
def test_whoever_does_not_bear_the_token_is_not_notify(given):
    path, headers, body = inbound(LEANNE)
    assert not a_provider().genuine(
        WebhookRequest(path, "", {**headers, "authorization": given}, body)
    )
    assert not a_provider().genuine(WebhookRequest(path, "", {}, body))
    assert not a_provider().genuine(WebhookRequest(path, f"token={TOKEN}", {"token": TOKEN}, body))


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30), st.binary(max_size=60))
@exactly
def test_nothing_a_stranger_sends_is_let_in_or_breaks_the_door(path, query, header, body):
    request = WebhookRequest(path, query, {"authorization": header}, body)
    assert a_provider().genuine(request) is False


# ---- What a family sends ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("447700900123", LEANNE),
        ("+447700900123", LEANNE),
        ("00447700900123", LEANNE),
        ("07700900123", LEANNE),
        ("48501234567", "+48501234567"),
        ("85258", "85258"),
        ("HMRC", ""),
        ("", ""),
        ("0", ""),
        ("+", ""),
        ("07700 900123", ""),
        ("٤٤٧٧٠٠٩٠٠١٢٣", ""),
        ("4477009001231234", ""),
        ("447700900123\n", ""),
    ],
)
def test_a_number_is_brought_into_the_form_we_know_families_by(written, read):
    assert e164(written) == read


def test_a_family_s_words_come_in_whole():
    words = "2. He's had a hard week 😟\nCan you call? جی ہاں"
    heard = a_provider().message(arrived(inbound(LEANNE, words, name=UUID)))
    assert heard == Inbound("sms", UUID, LEANNE, words, said_at=NOW)


def test_what_no_database_keeps_is_cleaned_away():
    words = json.dumps("a\0b\ud800c")[1:-1]
    body = inbound(LEANNE)[2].replace(b"Hello", words.encode() + b"\\ud83d\\ude00")
    heard = a_provider().message(arrived(webhook("/webhooks/notify/message", body)))
    assert heard.words == "abc😀"


@pytest.mark.parametrize(
    "call",
    [
        inbound(""),
        inbound("HMRC"),
        inbound("07700 900123"),
        inbound(LEANNE, None),
        inbound(LEANNE, 7),
        inbound(LEANNE, ["Hello"]),
        inbound(LEANNE, name="a b"),
        inbound(LEANNE, id=7),
        inbound(LEANNE, source_number=447700900123),
        webhook("/x", []),
        webhook("/x", {}),
        webhook("/x", b""),
        webhook("/x", b"NaN"),
        webhook("/x", b"[" * 100_000),
        webhook("/x", b'{"a":' * 100_000),
        webhook("/x", b'{"id": 1' + b"0" * 5000 + b"}"),
        webhook("/x", inbound(LEANNE)[2].replace(b"{", b'{"message": "Goodbye", ', 1)),
        webhook("/x", '{"message": "Hello"}'.encode("utf-16")),
        webhook("/x", b"message=Hello&id=1"),
    ],
)
def test_a_call_that_lacks_something_goes_to_a_person(call):
    for read in (a_provider().message, a_provider().receipt):
        with pytest.raises(Unreadable) as caught:
            read(arrived(call))
        assert "Hello" not in str(caught.value)


def test_a_text_without_a_word_is_a_text():
    assert a_provider().message(arrived(inbound(LEANNE, ""))).words == ""


things = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
fields = st.sampled_from(["id", "source_number", "message", "status", "reference", "notification"])


@given(st.binary(max_size=80) | st.dictionaries(fields, things).map(json.dumps))
@exactly
def test_no_bytes_break_the_reader(body):
    raw = body if isinstance(body, bytes) else body.encode()
    for read in (a_provider().message, a_provider().receipt):
        try:
            found = read(WebhookRequest("/webhooks/notify/message", "", {}, raw))
        except Unreadable:
            continue
        repr(found).encode()


# ---- What became of ours ----------------------------------------------------------------------


def test_a_receipt_names_our_message_and_keeps_the_reason():
    told = a_provider().receipt(arrived(receipt("m-1", "permanent-failure", name=UUID)))
    assert told == Receipt("m-1", UUID, "undelivered", "permanent-failure", BadAddress, "notify")


def test_a_text_somebody_sent_from_notify_s_own_page_has_no_name_of_ours():
    assert a_provider().receipt(arrived(receipt(None, "delivered"))).ref == ""


@pytest.mark.parametrize(
    "call",
    [
        receipt("m-1", "received"),
        receipt("m-1", ""),
        receipt("m-1", "delivered", id=None),
        receipt("m-1", "delivered", status=["delivered"]),
    ],
)
def test_a_receipt_that_says_too_little_goes_to_a_person(call):
    with pytest.raises(Unreadable):
        a_provider().receipt(arrived(call))


def test_notify_is_answered_without_a_word():
    answer = a_provider().answer()
    assert (answer.body, answer.status) == ("", 200)
