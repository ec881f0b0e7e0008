"""What every code, status and silence of Twilio means for a text."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from twilio.base.exceptions import TwilioRestException

from bot.channels.twilio import Twilio, receipt_error
from bot.channels.twilio_http import SafeTwilioHttp, failure
from bot.domain import (
    BadAddress,
    Misconfigured,
    NotAllowed,
    OptedOut,
    Refused,
    Uncertain,
    Unexplained,
    Unreachable,
)
from tests.channels.texts import FORM, LEANNE, a_provider, a_text, refusal
from tests.fakes import twilio as their
from tests.fakes.twilio import FakeTwilio, Fault, arrived, status

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
async def fake() -> AsyncIterator[FakeTwilio]:
    async with FakeTwilio() as server:
        yield server


@pytest.fixture
async def twilio(fake) -> AsyncIterator[Twilio]:
    provider = a_provider(fake.base_url)
    yield provider
    await provider.close()


CODES = {
    21610: OptedOut,
    **dict.fromkeys((21211, 21604, 21614, 30005, 30006), BadAddress),
    **dict.fromkeys((21602, 21617, 30004, 30007), Refused),
    **dict.fromkeys((21408, 21612), NotAllowed),
    **dict.fromkeys((20003, 20404, 21212, 21606, 21703, 21704, 21705, 30002), Misconfigured),
    **dict.fromkeys((14107, 20009, 20429, 21611, 30001, 30003), Unreachable),
    **dict.fromkeys((30008, 21999, 99999), Unexplained),  # the last two are no codes we know
}
NOT_FOR_EVER = 30  # seconds: only a call that never comes back takes so long
STATUSES = (400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504)


def meant(code, status):
    """What an answer means: an error of theirs may come after the text was taken."""
    if status == 429:
        return Unreachable
    return Uncertain if status >= 500 else CODES[code]


async def test_each_refusal_means_one_thing_whatever_the_status(fake, twilio):
    found = {}
    for code in CODES:
        for answer in STATUSES:
            fake.faults[LEANNE] = Fault(code, answer)
            error = await refusal(twilio)
            found[code, answer] = type(error)
            too_many = answer == 429 or (answer < 500 and code in {14107, 20429})
            assert error.code == ("429" if too_many else str(code))
    assert found == {(code, answer): meant(code, answer) for code, answer in found}
    assert len(fake.hits) == len(CODES) * len(STATUSES)
    assert fake.messages == []


def test_each_refusal_means_the_same_a_hundred_times_over():
    for code in CODES:
        for answer in STATUSES:
            for _time in range(100):
                error = failure(TwilioRestException(answer, "/Messages", "x", code))
                assert type(error) is meant(code, answer)


@pytest.mark.parametrize(("code", "kind"), CODES.items())
def test_a_receipt_s_code_means_the_same(code, kind):
    call = status("m-1", "undelivered", to=LEANNE, code=str(code))
    told = a_provider().receipt(arrived(call))
    assert (told.code, told.meaning, told.provider) == (str(code), kind, "twilio")
    assert receipt_error(str(code)) is kind


def test_a_text_that_arrived_means_nothing_more_whatever_its_code():
    for state in ("accepted", "queued", "sending", "sent", "delivered", "read"):
        call = status("m-1", state, to=LEANNE, code="30003")
        assert a_provider().receipt(arrived(call)).meaning is None


def test_a_text_somebody_called_off_is_not_sent_again():
    assert a_provider().receipt(arrived(status("m-1", "canceled", to=LEANNE))).meaning is Refused


@pytest.mark.parametrize("code", ["", "abc", "²", "٣٠٠٠٣", "9" * 5000, "-1"])
def test_an_odd_code_of_a_receipt_is_one_nobody_knows(code):
    assert receipt_error(code) is Unexplained


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
        Fault(kind="empty"),
        Fault(kind="dropped"),
        Fault(kind="taken_then_dropped"),
        Fault(kind="taken_then_error"),
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


@pytest.mark.parametrize("kind", ["hang", "taken_then_hang", "drip"])
async def test_a_silent_or_stammering_twilio_does_not_hold_a_text_for_ever(fake, kind):
    fake.faults[LEANNE] = Fault(kind=kind)
    provider = a_provider(fake.base_url, total=0.2)
    error = await asyncio.wait_for(refusal(provider), NOT_FOR_EVER)
    await provider.close()
    assert type(error) is Uncertain
    assert len(fake.hits) == 1


async def test_a_thousand_texts_into_silence_all_come_back_and_others_go_on(fake):
    provider = a_provider(fake.base_url, total=0.5)
    numbers = [f"+44770091{n:04}" for n in range(1000)]
    fake.faults = dict.fromkeys(numbers, their.HANG)
    texts = asyncio.gather(*map(provider.send, map(a_text, numbers)), return_exceptions=True)
    results = await asyncio.wait_for(texts, NOT_FOR_EVER)
    assert {type(error) for error in results} <= {Uncertain, Unreachable}
    assert (await provider.send(a_text())).external_id
    await provider.close()
    assert len(fake.hits) == len({dict(hit)["To"] for hit in fake.hits})


async def test_after_a_storm_of_too_many_requests_texts_leave_again(fake, twilio):
    fake.faults[LEANNE] = Fault(20429, 429, retry_after="3", times=20)
    waits = [(await refusal(twilio)).after for _time in range(20)]
    assert waits == [3.0] * 20
    assert (await twilio.send(a_text())).external_id
    assert len(fake.messages) == 1


async def test_the_client_gives_up_by_itself_too(fake):
    fake.faults[LEANNE] = their.HANG
    http = SafeTwilioHttp(total=0.2)
    path = f"{fake.base_url}/2010-04-01/Accounts/{their.ACCOUNT}/Messages.json"
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(NOT_FOR_EVER) as ours:
            await http.request(
                "POST", path, data={"To": LEANNE}, headers=FORM, auth=(their.ACCOUNT, their.TOKEN)
            )
    assert not ours.expired()
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
