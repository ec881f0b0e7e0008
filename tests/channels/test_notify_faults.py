"""A text GOV.UK Notify did not take, or nobody knows: each failure means one thing."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from bot.channels.notify import Notify
from bot.channels.notify_http import failure
from bot.domain import (
    BadAddress,
    Misconfigured,
    Refused,
    SendError,
    Uncertain,
    Unreachable,
)
from tests.channels.notifying import LEANNE, NOW, UUID, a_provider, a_text
from tests.fakes import notify_faults as faults
from tests.fakes.notify import KEY, SECRET, FakeNotify
from tests.fakes.notify_faults import Fault
from tests.fakes.notify_records import SERVICE

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
async def fake() -> AsyncIterator[FakeNotify]:
    async with FakeNotify(clock=lambda: NOW) as server:
        yield server


@pytest.fixture
async def notify(fake) -> AsyncIterator[Notify]:
    provider = a_provider(fake.base_url)
    yield provider
    await provider.close()


async def refusal(provider, message=None) -> SendError:
    with pytest.raises(SendError) as caught:
        await provider.send(message or a_text())
    return caught.value


def said(name, message, status=400):
    return Fault(status, name, message)


TABLE = [
    (said("ValidationError", "phone_number Too many digits"), BadAddress),
    (said("ValidationError", "phone_number Not a UK mobile number"), BadAddress),
    (said("ValidationError", "reference 7 is not of type string"), Refused),
    (said("ValidationError", "template_id is not a valid UUID"), Misconfigured),
    (said("BadRequestError", "Template not found"), Misconfigured),
    (said("BadRequestError", "Template has been deleted"), Misconfigured),
    (said("BadRequestError", "email template is not suitable for sms notification"), Misconfigured),
    (said("BadRequestError", "Missing personalisation: message"), Misconfigured),
    (said("BadRequestError", "Service is not allowed to send text messages"), Misconfigured),
    (said("BadRequestError", "Can’t send to this recipient using a team-only key"), Misconfigured),
    (said("BadRequestError", "Can't send to this recipient in trial mode"), Misconfigured),
    (said("BadRequestError", "Cannot send to international mobile numbers"), Refused),
    (said("BadRequestError", "Your message is too long. Text messages cannot be"), Refused),
    (said("BadRequestError", "Something nobody has written yet"), Refused),
    (said("BadRequestError", "Invalid token: API key not found", 403), Misconfigured),
    (said("AuthError", "Unauthorized, authentication token must be provided", 401), Misconfigured),
    (faults.NO_KEY, Misconfigured),
    (faults.CLOCK, Misconfigured),
    (said("BadRequestError", "Error: Your system clock must be accurate", 403), Misconfigured),
    (faults.BUSY, Unreachable),
    (faults.USED_UP, Unreachable),
    (said("MethodNotAllowed", "", 405), Refused),
    (said("NoResultFound", "No result found", 404), Refused),
]


@pytest.mark.parametrize(("fault", "kind"), TABLE, ids=lambda one: getattr(one, "message", ""))
async def test_each_refusal_means_one_thing(fake, notify, fault, kind):
    fake.faults[LEANNE] = fault
    error = await refusal(notify)
    assert type(error) is kind
    assert error.code in {fault.name, "429"}
    assert len(fake.hits) == 1


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("", None), ("Thu, 03 Dec", None)])
async def test_a_busy_notify_may_say_when_to_come_back(fake, notify, header, seconds):
    fake.faults[LEANNE] = Fault(429, "RateLimitError", "Exceeded", retry_after=header)
    error = await refusal(notify)
    assert (type(error), error.code, error.after) == (Unreachable, "429", seconds)


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        (NOW, 8.25 * 3600),
        (datetime(2026, 12, 3, 23, 59, 59, tzinfo=UTC), 1),
        (datetime.fromisoformat("2027-07-01T00:30:00+01:00"), 1800),  # half past midnight in June
    ],
)
async def test_a_day_whose_texts_are_used_up_ends_at_midnight_of_greenwich(fake, now, seconds):
    fake.clock = lambda: now
    fake.faults[LEANNE] = faults.USED_UP
    provider = a_provider(fake.base_url, clock=lambda: now)
    error = await refusal(provider)
    await provider.close()
    assert isinstance(error, Unreachable)
    assert (error.after, error.code) == (seconds, "TooManyRequestsError")
    assert "limit" in str(error)


@pytest.mark.parametrize("off", [31, -31, 3600])
async def test_a_clock_that_is_wrong_is_said_in_so_many_words_and_tried_again(fake, off):
    provider = a_provider(fake.base_url, clock=lambda: NOW + timedelta(seconds=off))
    error = await refusal(provider)
    await provider.close()
    assert type(error) is Misconfigured
    assert error.retry
    assert "clock" in str(error)


@pytest.mark.parametrize("off", [29, -29])
async def test_a_clock_that_is_nearly_right_will_do(fake, off):
    provider = a_provider(fake.base_url, clock=lambda: NOW + timedelta(seconds=off))
    assert (await provider.send(a_text())).external_id
    await provider.close()


@pytest.mark.parametrize(
    "fault",
    [
        faults.BROKEN,
        faults.HTML_502,
        said("AuthError", "No", 503),
        Fault(400, kind="html"),
        Fault(kind="redirect"),
        Fault(kind="empty"),
        Fault(kind="truncated"),
        Fault(kind="no_id"),
        faults.DROPPED,
        faults.TAKEN,
    ],
    ids=str,
)
async def test_when_nobody_knows_what_became_of_a_text_it_is_posted_once_only(fake, notify, fault):
    fake.faults[LEANNE] = fault
    error = await refusal(notify)
    assert type(error) is Uncertain
    assert len(fake.hits) == 1


@pytest.mark.parametrize("answer", [401, 403, 404, 407])
async def test_a_school_s_filter_in_the_way_costs_the_text_nothing(fake, notify, answer):
    fake.faults[LEANNE] = Fault(answer, kind="html")
    assert type(await refusal(notify)) is Misconfigured


@pytest.mark.parametrize(
    "key", [f"x-{SERVICE}-{UUID}", f"x-{UUID}-{SECRET}", f"x-{SECRET}-{SERVICE}"]
)
async def test_a_wrong_key_is_ours_to_fix(fake, key):
    provider = a_provider(fake.base_url, api_key=key)
    error = await refusal(provider)
    await provider.close()
    assert (type(error), error.code) == (Misconfigured, "AuthError")


async def test_a_silent_notify_does_not_hold_a_text_for_ever(fake):
    fake.faults[LEANNE] = faults.HANG
    provider = a_provider(fake.base_url, total=0.2)
    began = time.monotonic()
    error = await refusal(provider)
    await provider.close()
    assert type(error) is Uncertain
    assert time.monotonic() - began < 2


async def test_a_silent_number_does_not_hold_up_the_others(fake, notify):
    fake.faults[LEANNE] = faults.HANG
    held = asyncio.create_task(notify.send(a_text()))
    await asyncio.gather(*[notify.send(a_text(f"+4477009002{n:02}")) for n in range(20)])
    held.cancel()
    assert len(fake.records.taken) == 20


async def test_a_notify_that_is_not_there_did_not_take_the_text():
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
    [faults.BAD_NUMBER, faults.BROKEN, faults.HTML_502, faults.CLOCK, faults.DROPPED, faults.TAKEN],
    ids=str,
)
async def test_no_number_and_no_word_reaches_an_error_or_a_log(fake, notify, fault, caplog):
    caplog.set_level(logging.DEBUG)
    fake.faults[LEANNE] = fault
    error = await refusal(notify)
    seen = "\n".join(traceback.format_exception(error)) + repr(error) + caplog.text
    assert error.__cause__ is error.__context__ is None
    for private in (LEANNE, LEANNE[3:], "Kai", SECRET, KEY):
        assert private not in seen
