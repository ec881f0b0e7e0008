"""What GOV.UK Notify is asked: what it took, what became of it, what families sent."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from bot.channels.notify import Notify
from bot.domain import (
    BadAddress,
    Inbound,
    Receipt,
    Refused,
    Unexplained,
    Unreachable,
    Unread,
)
from tests.channels.notifying import LEANNE, NOW, UUID, a_provider, a_text
from tests.fakes.notify import FakeNotify
from tests.fakes.notify_calls import arrived, inbound, receipt

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


# ---- Asking -----------------------------------------------------------------------------------


async def test_a_text_is_looked_up_by_our_own_name_for_it(fake, notify):
    sent = await notify.send(a_text())
    [found] = await notify.look_up(a_text(), NOW - timedelta(days=1))
    assert found == Receipt("m-1", sent.external_id, "accepted", provider="notify")
    assert fake.questions == ["/v2/notifications?reference=m-1"]


async def test_the_same_name_at_another_number_is_another_text(fake, notify):
    await notify.send(a_text("+447700900124"))
    assert await notify.look_up(a_text(), NOW - timedelta(days=1)) == ()


@pytest.mark.parametrize("number", ["447700900123", "07700900123", "+447700900123", None])
async def test_a_number_written_otherwise_is_the_same_number(fake, notify, number):
    await notify.send(a_text())
    fake.records.taken[0]["phone_number"] = number
    assert len(await notify.look_up(a_text(), NOW - timedelta(days=1))) == 1


async def test_two_clocks_may_differ_by_half_a_minute(fake, notify):
    fake.clock = lambda: NOW - timedelta(seconds=29)
    await notify.send(a_text())
    assert len(await notify.look_up(a_text(), NOW)) == 1


async def test_several_texts_of_one_name_come_oldest_first(fake, notify):
    sent = []
    for seconds in range(3):
        fake.clock = lambda now=NOW + timedelta(seconds=seconds): now
        sent.append((await notify.send(a_text())).external_id)
    found = await notify.look_up(a_text(), NOW)
    assert [one.external_id for one in found] == sent


@pytest.mark.parametrize(
    "answer",
    [None, [], {}, {"notifications": None}, {"notifications": [7]}, {"notifications": [{}]}],
)
async def test_an_answer_nobody_can_read_is_not_the_answer_that_there_is_nothing(answer):
    async def odd(_request):
        return web.json_response(answer)

    app = web.Application()
    app.router.add_get("/{path:.*}", odd)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    provider = a_provider(f"http://127.0.0.1:{runner.addresses[0][1]}")
    for question in (
        provider.look_up(a_text(), NOW),
        provider.received_since(NOW),
        provider.state_of(UUID),
    ):
        with pytest.raises(Unreachable):
            await question
    await provider.close()
    await runner.cleanup()


STATES = {
    "created": ("accepted", "", None),
    "sending": ("sending", "", None),
    "pending": ("sending", "", None),
    "sent": ("sent", "", None),
    "delivered": ("delivered", "", None),
    "permanent-failure": ("undelivered", "permanent-failure", BadAddress),
    "temporary-failure": ("undelivered", "temporary-failure", Refused),
    "technical-failure": ("failed", "technical-failure", Unexplained),
}


@pytest.mark.parametrize(("theirs", "ours"), STATES.items())
async def test_every_state_of_a_text_has_a_meaning(fake, notify, theirs, ours):
    sent = await notify.send(a_text())
    fake.records.taken[0]["status"] = theirs
    told = await notify.state_of(sent.external_id)
    assert (told.status, told.code, told.meaning) == ours
    brought = notify.receipt(arrived(receipt("m-1", theirs, name=sent.external_id)))
    assert brought == told == Receipt("m-1", sent.external_id, *ours, "notify")


async def test_a_text_in_a_state_nobody_knows_has_been_taken_all_the_same(fake, notify):
    sent = await notify.send(a_text())
    fake.records.taken[0]["status"] = "pending-virus-check"
    assert (await notify.state_of(sent.external_id)).status == "accepted"
    assert len(await notify.look_up(a_text(), NOW)) == 1


# ---- What it keeps ----------------------------------------------------------------------------


def minutes(count):
    return NOW - timedelta(minutes=count)


async def test_many_families_texts_are_fetched_page_by_page_to_the_moment(fake, notify):
    fake.records.page = 3
    names = [fake.records.receive(LEANNE, f"{n}", minutes(60 - n)) for n in range(10)]
    heard = await notify.received_since(minutes(56))
    assert [one.external_id for one in heard] == names[4:]
    assert len(fake.questions) == 3
    assert fake.questions[0] == "/v2/received-text-messages"
    assert fake.questions[1].endswith(f"?older_than={names[7]}")


async def test_after_a_week_nothing_is_left_to_fetch(fake, notify):
    fake.records.receive(LEANNE, "long ago", NOW - timedelta(days=8))
    kept = fake.records.receive(LEANNE, "lately", NOW - timedelta(days=6))
    heard = await notify.received_since(NOW - timedelta(days=30))
    assert [one.external_id for one in heard] == [kept]
    assert len(fake.questions) == 2


async def test_a_notify_that_shows_the_same_page_for_ever_does_not_hold_us_for_ever(fake, notify):
    for n in range(4):
        fake.records.receive(LEANNE, f"{n}", minutes(n))
    fake.records.listed = lambda records, _now, _older_than="": list(records)[::-1]
    assert len(await notify.received_since(NOW - timedelta(days=7))) == 4
    assert len(fake.questions) == 2


async def test_the_same_text_has_the_same_name_whether_it_was_brought_or_fetched(fake, notify):
    fake.records.receive(LEANNE, "ok", NOW, name=UUID)
    [fetched] = await notify.received_since(minutes(1))
    assert fetched == notify.message(arrived(inbound(LEANNE, "ok", name=UUID)))
    assert fetched == Inbound("sms", UUID, LEANNE, "ok", said_at=NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"user_number": "HMRC"},
        {"user_number": 447700900123},
        {"content": None},
        {"id": "a b"},
        {"id": None},
    ],
)
async def test_a_kept_text_that_cannot_be_read_goes_to_a_person_with_its_words(
    fake, notify, change
):
    fake.checked = False
    fake.records.receive(LEANNE, "he has gone out", NOW)
    fake.records.received[0].update(change)
    [odd] = await notify.received_since(minutes(1))
    assert isinstance(odd, Unread)
    assert odd.external_id
    assert odd.body == json.dumps(fake.records.received[0], ensure_ascii=False)
    assert "gone out" not in f"{odd!r} {odd.reason}"


async def test_a_kept_text_without_a_moment_is_kept(fake, notify):
    fake.records.receive(LEANNE, "ok", NOW)
    fake.records.listed = lambda records, _now, _older_than="": [
        {**one, "created_at": "soon"} for one in records
    ]
    assert len(await notify.received_since(NOW)) == 1
