"""Twilio, both ways, against a server on 127.0.0.1."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from bot.channels.twilio import Twilio, TwilioSettings, receipt_error
from bot.channels.twilio_http import SafeTwilioHttp, failure, spellings
from bot.domain import (
    BadAddress,
    Misconfigured,
    OptedOut,
    Outgoing,
    Receipt,
    Refused,
    SendError,
    Shown,
    Uncertain,
    Unreachable,
    Unreadable,
    WebhookRequest,
)
from tests.fakes import twilio as their
from tests.fakes.openapi import described
from tests.fakes.twilio import FakeTwilio, Fault, arrived, inbound, settings, sign, status

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
exactly = hypothesis_settings(deadline=None, derandomize=True)

FIXTURES = Path(__file__).parents[1] / "fixtures" / "twilio"
NOW = datetime(2026, 12, 3, 15, 45, tzinfo=UTC)
LEANNE = "+447700900123"
WEEK = Shown("How has Kai's week been?", (("good", "Good"), ("hard", "Hard")))
SERVICE = "MG" + "c" * 32
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def a_text(to=LEANNE, shown=WEEK, **more):
    return Outgoing("m-1", "sms", to, shown, **more)


def a_provider(api_base="", total=5.0, **other):
    return Twilio(settings(api_base, **other), clock=lambda: NOW, total=total)


@pytest.fixture
async def fake() -> AsyncIterator[FakeTwilio]:
    async with FakeTwilio() as server:
        yield server


@pytest.fixture
async def twilio(fake) -> AsyncIterator[Twilio]:
    provider = a_provider(fake.base_url)
    yield provider
    await provider.close()


async def refusal(provider, message=None) -> SendError:
    with pytest.raises(SendError) as caught:
        await provider.send(message or a_text())
    return caught.value


# ---- Sending ----------------------------------------------------------------------------------


async def test_a_text_leaves_with_its_choices_and_the_address_for_its_receipts(fake, twilio):
    sent = await twilio.send(a_text())
    assert fake.messages == [
        {
            "To": LEANNE,
            "From": their.SENDER,
            "Body": "How has Kai's week been? 1 = Good, 2 = Hard.",
            "StatusCallback": "https://texts.example.org/webhooks/twilio/status?m=m-1",
        }
    ]
    assert (sent.external_id, sent.text) == ("SM" + "1".zfill(32), fake.messages[0]["Body"])


async def test_every_request_is_held_against_twilio_s_own_description(fake):
    if fake.unchecked:
        pytest.skip(fake.unchecked)
    http = SafeTwilioHttp()
    form = {"To": LEANNE, "From": their.SENDER, "Body": "x", "Colour": "red"}
    path = f"{fake.base_url}/2010-04-01/Accounts/{their.ACCOUNT}/Messages.json"
    await http.request("POST", path, data=form, auth=(their.ACCOUNT, their.TOKEN), headers=FORM)
    await http.close()
    assert fake.violations == ["form: additionalProperties"]
    assert fake.messages == []
    fake.violations.clear()


async def test_a_request_without_a_name_and_password_is_turned_away(fake):
    http = SafeTwilioHttp()
    path = f"{fake.base_url}/2010-04-01/Accounts/{their.ACCOUNT}/Messages.json"
    answer = await http.request("POST", path, data={"To": LEANNE}, headers=FORM)
    await http.close()
    assert answer.status_code == 401


async def test_a_messaging_service_chooses_the_number_itself(fake):
    provider = a_provider(fake.base_url, sender=SERVICE, public_url="")
    await provider.send(a_text())
    await provider.close()
    assert fake.messages == [
        {"To": LEANNE, "MessagingServiceSid": SERVICE, "Body": twilio_words(WEEK)}
    ]


def twilio_words(shown):
    return a_provider().laid_out(a_text(shown=shown))


@pytest.mark.parametrize(
    ("left", "asked"),
    [
        (timedelta(minutes=90), "5400"),
        (timedelta(hours=30), "36000"),
        (timedelta(seconds=1.9), "1"),
    ],
)
async def test_a_text_is_not_kept_by_the_network_past_its_time(fake, twilio, left, asked):
    await twilio.send(a_text(not_after=NOW + left))
    assert fake.messages[0]["ValidityPeriod"] == asked


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=2), timedelta(seconds=-0.5)])
async def test_a_text_whose_time_has_passed_never_leaves(fake, twilio, late):
    error = await refusal(twilio, a_text(not_after=NOW - late))
    assert type(error) is Refused
    assert fake.hits == []


async def test_words_in_every_script_arrive_as_they_were_written(fake, twilio):
    words = "Zażółć & 100% + ŷ = جی ہاں 😟\n#1?"
    sent = await twilio.send(a_text(shown=Shown(words)))
    assert fake.messages[0]["Body"] == sent.text == words


async def test_the_machine_s_own_settings_do_not_bend_the_address(fake, monkeypatch):
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    provider = a_provider(fake.base_url)
    await provider.send(a_text())
    await provider.close()
    assert len(fake.messages) == 1


CODES = [
    (21610, OptedOut),
    *[(code, BadAddress) for code in (21211, 21604, 21614, 30005, 30006)],
    *[(code, Refused) for code in (21408, 21602, 21612, 21617, 30004, 30007, 21999)],
    *[(code, Misconfigured) for code in (20003, 20404, 21212, 21606, 21703, 21704, 21705, 30002)],
    *[(code, Unreachable) for code in (14107, 20429, 21611, 30001, 30003, 30008)],
]


@pytest.mark.parametrize(("code", "kind"), CODES)
async def test_each_refusal_means_one_thing(fake, twilio, code, kind):
    fake.faults[LEANNE] = Fault(code)
    error = await refusal(twilio)
    assert type(error) is kind
    assert error.code == str(code)
    assert len(fake.hits) == 1


@pytest.mark.parametrize(("code", "kind"), CODES)
def test_a_receipt_s_code_means_the_same(code, kind):
    assert receipt_error(str(code)) is kind


@pytest.mark.parametrize("code", ["", "abc", "²", "٣٠٠٠٣", "9" * 5000, "-1"])
def test_an_odd_code_of_a_receipt_is_for_a_person(code):
    assert receipt_error(code) is Refused


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("", None), ("Thu, 03 Dec 2026", None), ("²", None)]
)
async def test_a_busy_twilio_says_when_to_come_back(fake, twilio, header, seconds):
    fake.faults[LEANNE] = Fault(20429, 429, retry_after=header)
    error = await refusal(twilio)
    assert isinstance(error, Unreachable)
    assert error.after == seconds
    assert len(fake.hits) == 1


async def test_one_message_s_wait_is_not_told_to_the_next(fake, twilio):
    fake.faults = {LEANNE: their.BUSY, "+447700900124": Fault(21611)}
    assert (await refusal(twilio)).after == 7
    assert (await refusal(twilio, a_text("+447700900124"))).after is None


@pytest.mark.parametrize(
    "fault",
    [
        their.BROKEN,
        their.HTML_502,
        Fault(21610, 503),
        Fault(status=400, kind="html"),
        Fault(kind="redirect"),
        Fault(kind="truncated"),
        Fault(kind="no_id"),
        Fault(kind="dropped"),
        Fault(kind="taken_then_dropped"),
    ],
    ids=str,
)
async def test_when_nobody_knows_what_became_of_a_text_it_is_posted_once_only(fake, twilio, fault):
    fake.faults[LEANNE] = fault
    error = await refusal(twilio)
    assert type(error) is Uncertain
    assert len(fake.hits) == 1


@pytest.mark.parametrize("answer", [401, 403, 404, 407])
async def test_a_school_s_filter_in_the_way_costs_the_text_nothing(fake, twilio, answer):
    fake.faults[LEANNE] = Fault(status=answer, kind="html")
    assert type(await refusal(twilio)) is Misconfigured


async def test_a_wrong_password_is_ours_to_fix(fake):
    provider = a_provider(fake.base_url, auth_tokens=("another",))
    error = await refusal(provider)
    await provider.close()
    assert (type(error), error.code) == (Misconfigured, "20003")


async def test_a_silent_twilio_does_not_hold_a_text_for_ever(fake):
    fake.faults[LEANNE] = their.HANG
    provider = a_provider(fake.base_url, total=0.3)
    began = time.monotonic()
    error = await refusal(provider)
    await provider.close()
    assert type(error) is Uncertain
    assert time.monotonic() - began < 2


async def test_the_client_gives_up_by_itself_too(fake):
    fake.faults[LEANNE] = their.HANG
    http = SafeTwilioHttp(total=0.2)
    path = f"{fake.base_url}/2010-04-01/Accounts/{their.ACCOUNT}/Messages.json"
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(3):
            await http.request(
                "POST", path, data={"To": LEANNE}, headers=FORM, auth=(their.ACCOUNT, their.TOKEN)
            )
    assert time.monotonic() - began < 2
    await http.close()


async def test_a_silent_number_does_not_hold_up_the_others(fake, twilio):
    fake.faults[LEANNE] = their.HANG
    held = asyncio.create_task(twilio.send(a_text()))
    await asyncio.gather(*[twilio.send(a_text(f"+4477009002{n:02}")) for n in range(20)])
    held.cancel()
    assert len(fake.messages) == 20


async def test_a_twilio_that_is_not_there_did_not_take_the_text(fake):
    provider = a_provider("http://127.0.0.1:9")
    assert type(await refusal(provider)) is Unreachable
    await provider.close()


async def test_an_address_that_is_no_address_is_ours_to_fix():
    provider = a_provider("nowhere")
    assert type(await refusal(provider)) is Misconfigured
    await provider.close()


def test_a_name_that_is_not_found_or_a_slow_door_took_nothing():
    key = ConnectionKey("api.invalid", 443, True, True, None, None, None)
    assert type(failure(aiohttp.ClientConnectorDNSError(key, OSError()))) is Unreachable
    assert type(failure(aiohttp.ConnectionTimeoutError())) is Unreachable
    assert type(failure(aiohttp.SocketTimeoutError())) is Uncertain


@pytest.mark.parametrize(
    "fault",
    [Fault(21211), Fault(21610), their.BROKEN, their.HTML_502, their.BUSY, Fault(kind="dropped")],
    ids=str,
)
async def test_no_number_and_no_word_reaches_an_error_or_a_log(fake, twilio, fault, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("twilio.http_client").info("Request: %s", LEANNE)
    fake.faults[LEANNE] = fault
    error = await refusal(twilio)
    seen = "\n".join(traceback.format_exception(error)) + repr(error) + caplog.text
    assert error.__cause__ is error.__context__ is None
    for private in (LEANNE, LEANNE[3:], "Kai", their.TOKEN):
        assert private not in seen


async def test_closing_twice_leaves_nothing_open(fake, twilio):
    await twilio.send(a_text())
    await twilio.close()
    await twilio.close()


# ---- Is it Twilio? ----------------------------------------------------------------------------


def changed(call, *, path=None, body=None, **headers):
    """A call that somebody tampered with on its way."""
    was_path, was_headers, was_body = call
    return arrived(
        (path or was_path, {**was_headers, **headers}, was_body if body is None else body)
    )


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


def parsed(body):
    return their.parse_qsl(body.decode(), keep_blank_values=True)


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


# ---- What a family sends ----------------------------------------------------------------------


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
    mac = their.hmac.new(their.TOKEN.encode(), signed, their.hashlib.sha1).digest()
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
    for read in (a_provider().message, a_provider().receipt):
        try:
            read(WebhookRequest("/webhooks/twilio/message", "m=\ud800", {}, body))
        except Unreadable:
            continue


# ---- What became of ours ----------------------------------------------------------------------


def test_a_receipt_names_our_message_and_keeps_the_code():
    provider = a_provider()
    assert provider.genuine(recorded("delivered.form"))
    assert provider.receipt(recorded("delivered.form")) == Receipt(
        "m-1", "SM" + "5".zfill(32), "delivered"
    )
    assert provider.receipt(recorded("undelivered.form")) == Receipt(
        "m-1", "SM" + "6".zfill(32), "undelivered", "30003"
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


# ---- Settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [{"auth_tokens": ()}, {"auth_tokens": ("one", "")}, {"sender": "School"}, {"sender": ""}],
)
def test_an_account_families_could_not_answer_or_anybody_could_imitate_is_refused(wrong):
    with pytest.raises(ValueError, match="TWILIO_"):
        settings(**wrong)


def test_the_tokens_are_not_shown():
    assert their.TOKEN not in repr(settings())
    assert isinstance(settings(), TwilioSettings)
