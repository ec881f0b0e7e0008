"""Twilio says that somebody rings: they hear a few neutral words, and somebody rings back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.handlers.sms import SPOKEN, SPOKEN_WITHHELD
from storage.tables import Contact, Received
from tests.fakes.twilio import inbound, ring
from tests.handlers.doors import LEANNE, STRANGER, Away, TextingPlay
from tests.stage import Play

VOICE = "/webhooks/twilio/voice"
LISA = "+447700900124"
NAMES = ("keyworker", "key worker", "marlbridge", "school", "child", "dani", "taskforce", "support")


@pytest.fixture
async def texting(sqlite_play: Play) -> AsyncIterator[TextingPlay]:
    play = TextingPlay(sqlite_play.database)
    play.service.dispatcher.channels = sqlite_play.channels
    yield play
    await play.provider.close()
    await play.http.aclose()


def spoken(words: str) -> str:
    return f'<Say language="en-GB">{words}</Say><Hangup/>'


async def test_leanne_hears_that_somebody_rings_back_and_dani_has_a_task(texting):
    answer = await texting.knocks(ring(LEANNE))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert spoken(SPOKEN) in answer.text
    [task] = await texting.tasks(case="P01", kind="call")
    assert task["owner"] == "DO"


async def test_the_words_name_no_service_and_nobody():
    for words in (SPOKEN, SPOKEN_WITHHELD):
        assert not [name for name in NAMES if name in words.lower()]
        assert words.endswith("In an emergency call 999.")


async def test_everybody_hears_the_same_words_so_that_nobody_learns_who_is_known(texting):
    heard = {(await texting.knocks(ring(n, sid=f"CA{n[1:]}"))).text for n in (LEANNE, STRANGER)}
    heard.add((await texting.knocks(ring(LISA, sid="CA1"))).text)
    assert len(heard) == 1
    assert len(await texting.tasks(kind="do_not_use")) == 1


async def test_a_call_that_is_told_twice_is_one(texting):
    for _ in range(3):
        assert (await texting.knocks(ring(LEANNE))).status_code == 200
    assert await texting.count(Contact, Contact.mode == "telephone") == 1
    assert await texting.count(Received, Received.channel == "sms") == 1


@pytest.mark.parametrize("caller", ["anonymous", "+266696687", "", "Restricted"])
async def test_who_withholds_the_number_is_asked_to_text_and_promised_no_call(texting, caller):
    answer = await texting.knocks(ring(caller))
    assert answer.status_code == 200
    assert spoken(SPOKEN_WITHHELD) in answer.text
    assert "will ring you back" not in answer.text
    [task] = await texting.tasks(kind="withheld")
    assert task["words"].startswith("Somebody rang and withheld the number")
    assert await texting.quarantined() == []


async def test_a_call_that_is_not_twilios_is_refused_and_leaves_no_trace(texting):
    path, headers, body = ring(LEANNE)
    forged = (path, {**headers, "x-twilio-signature": "AAAA"}, body)
    assert (await texting.knocks(forged)).status_code == 403
    assert await texting.count(Contact, Contact.mode == "telephone") == 0
    # A text's signature is good for the text's address only.
    _, headers, body = inbound(LEANNE, "hello")
    assert (await texting.knocks((VOICE, headers, body))).status_code == 403


async def test_only_posts_are_taken_and_only_where_a_provider_can_be_rung(texting):
    assert (await texting.http.get(VOICE)).status_code == 405
    assert (await texting.http.post("/webhooks/notify/voice")).status_code == 404


async def test_who_cannot_be_put_on_record_is_promised_nothing(texting, caplog):
    door = TextingPlay(Away(texting.database))
    path, headers, body = ring(LEANNE)
    answer = await door.http.post(path, headers=headers, content=body)
    assert (answer.status_code, answer.content) == (503, b"")
    assert LEANNE not in caplog.text
    await door.provider.close()
    await door.http.aclose()
