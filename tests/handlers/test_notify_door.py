"""Where GOV.UK Notify knocks: who is let in, what is kept, and when it is asked to come again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.channels.notify import Notify
from storage.tables import Contact, Quarantine, Received
from tests.fakes.notify import settings
from tests.fakes.notify_calls import inbound, receipt, webhook
from tests.handlers.doors import LEANNE, Away, TextingPlay
from tests.stage import Play

UUID = "740e5834-3a29-46b4-9a6f-16142fde533a"
FAMILIES_WORDS = "he wont come out of his room"


@pytest.fixture
async def texting(sqlite_play: Play) -> AsyncIterator[TextingPlay]:
    """Notify's door on SQLite; nothing leaves the machine, and nothing is listening."""
    provider = Notify(settings(), lambda: sqlite_play.now)
    play = TextingPlay(sqlite_play.database, provider=provider)
    play.service.dispatcher.channels = sqlite_play.channels
    yield play
    await play.provider.close()
    await play.http.aclose()


async def test_a_family_s_words_are_kept_once_however_often_they_are_brought(texting):
    for _ in range(3):
        answer = await texting.knocks(inbound(LEANNE, FAMILIES_WORDS, name=UUID))
        assert (answer.status_code, answer.text) == (200, "")
    assert (await texting.heard()).count(FAMILIES_WORDS) == 1


@pytest.mark.parametrize("call", [inbound(LEANNE, FAMILIES_WORDS), receipt("m-1", "delivered")])
async def test_a_caller_with_another_token_is_refused_and_leaves_no_trace(texting, call):
    path, headers, body = call
    for given in ({}, {**headers, "authorization": "Bearer a-guess-at-the-token"}):
        answer = await texting.knocks((path, given, body))
        assert (answer.status_code, answer.content) == (403, b"")
    assert await texting.count(Contact, Contact.source.like("sms:%")) == 0
    assert await texting.count(Received, Received.channel == "sms") == 0
    assert await texting.count(Quarantine) == 0


async def test_what_cannot_be_read_waits_for_a_person_and_is_not_sent_again(texting):
    odd = webhook("/webhooks/notify/message", {"message": FAMILIES_WORDS})
    assert (await texting.knocks(odd)).status_code == 200
    [kept] = await texting.quarantined()
    assert FAMILIES_WORDS in kept


async def test_what_became_of_a_text_is_kept(texting):
    answer = await texting.knocks(receipt("m-1", "permanent-failure"))
    assert answer.status_code == 200
    assert await texting.events("m-1") == ["undelivered"]


@pytest.mark.parametrize("call", [inbound(LEANNE, FAMILIES_WORDS), receipt("m-1", "delivered")])
async def test_while_our_database_is_away_notify_is_asked_to_come_again(texting, call):
    away = TextingPlay(Away(texting.database), provider=texting.provider)
    path, headers, body = call
    answer = await away.http.post(path, headers=headers, content=body)
    await away.http.aclose()
    assert answer.status_code == 503
