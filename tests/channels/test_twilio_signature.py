"""Is it Twilio? Who is let in, and who is not."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from bot.channels.twilio_signature import spellings
from bot.domain import WebhookRequest
from tests.channels.texts import FIXTURES, LEANNE, SERVICE, a_provider, changed, parsed
from tests.fakes import twilio as their
from tests.fakes.twilio import arrived, inbound, sign, status

exactly = hypothesis_settings(deadline=None, derandomize=True)

GENUINE = [
    inbound(LEANNE),
    inbound(LEANNE, "جی ہاں 😟 & = + %"),
    inbound(LEANNE, ""),
    inbound(LEANNE, None, media=("image/jpeg",)),
    inbound(LEANNE, "Hello", Unheard_of="new"),
    status("m-1", "delivered", to=LEANNE),
    status("a%20b%2Fc", "failed", to=LEANNE, code="30005"),
]


@pytest.mark.parametrize("call", GENUINE)
def test_twilio_s_own_calls_are_let_in(call):
    assert a_provider().genuine(arrived(call))


def test_the_token_before_the_last_change_still_counts():
    path, _, body = call = inbound(LEANNE)
    signature = sign(their.PUBLIC_URL + path, parsed(body), their.OLD_TOKEN)
    assert a_provider().genuine(changed(call, **{"x-twilio-signature": signature}))


def test_a_forged_or_missing_signature_is_not_twilio():
    path, _, body = call = inbound(LEANNE)
    provider = a_provider()
    forged = sign(their.PUBLIC_URL + path, parsed(body), "a guess")
    assert not provider.genuine(changed(call, **{"x-twilio-signature": forged}))
    assert not provider.genuine(changed(call, **{"x-twilio-signature": ""}))
    assert not provider.genuine(changed(call, **{"x-twilio-signature": "é\ud800"}))
    assert not provider.genuine(WebhookRequest(path, "", {}, body))


def test_a_changed_word_path_or_question_is_not_twilio():
    path, _, body = call = inbound(LEANNE)
    provider = a_provider()
    assert not provider.genuine(changed(call, body=body.replace(b"Hello", b"Hallo")))
    assert not provider.genuine(changed(call, body=body + b"&Extra="))
    assert not provider.genuine(changed(call, body=b""))
    assert not provider.genuine(changed(call, path=path + "/"))
    assert not provider.genuine(changed(call, path=path + "?m=1"))
    receipt = status("m-1", "sent", to=LEANNE)
    assert not provider.genuine(changed(receipt, path="/webhooks/twilio/status?m=m-2"))
    assert not provider.genuine(changed(receipt, path="/webhooks/twilio/status"))


def test_a_blank_field_counts():
    _, _, body = call = inbound(LEANNE)
    assert b"ToCity=&" in body
    assert not a_provider().genuine(changed(call, body=body.replace(b"ToCity=&", b"")))


def test_another_account_s_or_number_s_call_is_not_ours():
    others = [("AccountSid", "AC" + "9" * 32), ("To", their.SENDER), ("From", LEANNE)]
    assert not a_provider().genuine(arrived(their.webhook("/webhooks/twilio/message", others)))
    nobody = [("To", their.SENDER), ("From", LEANNE)]
    assert not a_provider().genuine(arrived(their.webhook("/webhooks/twilio/message", nobody)))
    both = [*others, ("AccountSid", their.ACCOUNT)]
    assert not a_provider().genuine(arrived(their.webhook("/webhooks/twilio/message", both)))
    elsewhere = inbound(LEANNE, to="+447700900998")
    assert not a_provider().genuine(arrived(elsewhere))
    assert a_provider(sender=SERVICE).genuine(arrived(elsewhere))


def test_what_a_proxy_says_about_our_address_is_not_believed():
    call = inbound(LEANNE)
    lies = {"host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http"}
    assert a_provider().genuine(changed(call, **lies))
    assert not a_provider(public_url="http://texts.example.org").genuine(arrived(call))
    assert not a_provider(public_url="").genuine(arrived(call))


@pytest.mark.parametrize(
    ("ours", "signed"),
    [
        ("https://texts.example.org", "https://texts.example.org:443"),
        ("https://texts.example.org:443", "https://texts.example.org"),
        ("https://texts.example.org:8443/kw/", "https://texts.example.org:8443/kw"),
        ("https://texts.example.org:8443", "https://texts.example.org"),
        ("http://texts.example.org", "http://texts.example.org:80"),
    ],
)
def test_the_port_may_be_written_or_left_out(ours, signed):
    path, _, body = call = inbound(LEANNE)
    signature = sign(signed + path, parsed(body))
    assert a_provider(public_url=ours).genuine(changed(call, **{"x-twilio-signature": signature}))


def test_a_field_that_is_there_twice_is_signed_once_if_it_says_the_same():
    params = [("AccountSid", their.ACCOUNT), ("To", their.SENDER)]
    params += [("Tag", "b"), ("Tag", "a"), ("Tag", "b")]
    call = their.webhook("/webhooks/twilio/message", params)
    assert a_provider().genuine(arrived(call))


def test_the_signature_in_twilio_s_guide_comes_out():
    known = json.loads((FIXTURES / "documented_signature.json").read_text("utf-8"))
    params = [(name, value) for name, value in known["params"]]
    assert sign(known["url"], params, known["token"]) == known["signature"]


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.dictionaries(names, st.lists(values, min_size=1, max_size=3), max_size=6),
    st.dictionaries(names, values, max_size=2),
    st.booleans(),
)
@exactly
def test_our_check_and_twilio_s_own_agree(fields, query, tampered):
    fields |= {"AccountSid": [their.ACCOUNT], "To": [their.SENDER]}
    path, asked = "/webhooks/twilio/message", urlencode(query)
    url = f"{their.PUBLIC_URL}{path}" + (f"?{asked}" if asked else "")
    validator = RequestValidator(their.TOKEN if not tampered else "a guess")
    signature = validator.compute_signature(url, Repeated(fields))
    body = urlencode(fields, doseq=True).encode()
    request = WebhookRequest(path, asked, {"x-twilio-signature": signature}, body)
    theirs = RequestValidator(their.TOKEN).validate(url, Repeated(fields), signature)
    assert a_provider().genuine(request) is theirs is not tampered


class Repeated(dict):
    """What the SDK takes for a form whose fields may be repeated."""

    def getlist(self, name):
        return self[name]


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30), st.binary(max_size=60))
@exactly
def test_nothing_a_stranger_sends_is_let_in_or_breaks_the_door(path, query, header, body):
    request = WebhookRequest(path, query, {"x-twilio-signature": header}, body)
    assert a_provider().genuine(request) is False


@pytest.mark.parametrize("url", ["texts.example.org", "ftp://x", "https://", "https://x:99999"])
def test_a_public_address_that_is_none_is_seen_at_the_start(url):
    with pytest.raises(ValueError):  # noqa: PT011 - any of them stops the start
        a_provider(public_url=url)
    assert spellings("") == ()
