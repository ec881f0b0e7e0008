"""What became of a text, and what is to be forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.channels.twilio import Twilio
from bot.domain import (
    Misconfigured,
    OptedOut,
    Receipt,
    Refused,
    Unexplained,
    Unreachable,
)
from tests.channels.texts import LEANNE, NOW, WORDS, a_provider, a_text, not_told
from tests.fakes import twilio as their
from tests.fakes.twilio import FakeTwilio, Fault

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
async def fake() -> AsyncIterator[FakeTwilio]:
    async with FakeTwilio() as server:
        server.store.now = lambda: NOW
        yield server


@pytest.fixture
async def twilio(fake) -> AsyncIterator[Twilio]:
    provider = a_provider(fake.base_url)
    yield provider
    await provider.close()


def kept(fake, sid):
    return fake.store.kept[sid].said


# ---- What became of it? -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theirs", "code", "ours", "meaning"),
    [
        ("sent", None, "sent", None),
        ("read", None, "delivered", None),
        ("failed", 21610, "failed", OptedOut),
        ("undelivered", 30008, "undelivered", Unexplained),
        ("canceled", None, "failed", Refused),
        ("a-new-word", None, "accepted", None),
    ],
)
async def test_a_text_can_be_asked_after(fake, twilio, theirs, code, ours, meaning):
    sid = fake.store.take({"To": LEANNE, "From": their.SENDER, "Body": WORDS}).said["sid"]
    fake.store.moves(sid, theirs, code)
    fake.violations.clear()
    wanted = Receipt("", sid, ours, str(code or ""), meaning, "twilio")
    assert await twilio.state_of(sid) == wanted
    fake.violations.clear()  # one of the words is in no description


async def test_a_text_twilio_no_longer_has_is_not_asked_after_again(fake, twilio):
    error = await not_told(twilio.state_of("SM" + "9" * 32))
    assert (type(error), error.code) == (Refused, "20404")


@pytest.mark.parametrize("sid", ["", "../Calls", "SM1/Media", "SM1?x=1", "SM\u0661", "S" * 65])
async def test_what_is_no_id_is_never_asked_after(fake, twilio, sid):
    assert type(await not_told(twilio.state_of(sid))) is Refused
    assert type(await not_told(twilio.forget(sid))) is Refused
    assert fake.questions == []


# ---- What is forgotten ------------------------------------------------------------------------


async def test_words_are_forgotten_and_what_became_of_them_is_not(fake, twilio):
    sent = await twilio.send(a_text())
    fake.store.moves(sent.external_id, "delivered")
    await twilio.forget(sent.external_id)
    assert kept(fake, sent.external_id)["body"] == ""
    assert (await twilio.state_of(sent.external_id)).status == "delivered"
    await twilio.forget(sent.external_id)


async def test_a_family_s_words_are_forgotten_too(fake, twilio):
    sid = fake.store.hear(LEANNE, "Please ring me", their.SENDER)
    await twilio.forget(sid)
    assert kept(fake, sid)["body"] == ""


async def test_what_is_already_gone_is_forgotten(twilio):
    await twilio.forget("SM" + "9" * 32)
    await twilio.forget("CA" + "9" * 32)


async def test_a_text_on_its_way_is_forgotten_later(fake, twilio):
    sent = await twilio.send(a_text())
    assert type(await not_told(twilio.forget(sent.external_id))) is Unreachable
    assert kept(fake, sent.external_id)["body"] == WORDS


async def test_a_school_s_filter_does_not_pass_for_forgetting(fake, twilio):
    fake.asked = Fault(status=404, kind="html")
    assert type(await not_told(twilio.forget("SM" + "9" * 32))) is Misconfigured
