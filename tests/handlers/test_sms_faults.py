"""When something is wrong with us: the provider is told to try again, or the words are kept."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.flows import check_in
from tests.fakes.twilio import inbound, status
from tests.handlers.asking import Poisoned
from tests.handlers.doors import LEANNE, Away, TextingPlay, fresh_sid
from tests.stage import Play, open_stage

NOWHERE = "postgresql+asyncpg://postgres@/gone?host=/nonexistent"
WORDS = "please dont tell anyone"


@pytest.fixture
async def texting(sqlite_play: Play) -> AsyncIterator[TextingPlay]:
    play = TextingPlay(sqlite_play.database)
    play.service.dispatcher.channels = sqlite_play.channels
    yield play
    await play.provider.close()
    await play.http.aclose()


CALLS = {
    "a text": lambda: inbound(LEANNE, WORDS, sid=fresh_sid()),
    "a receipt": lambda: status("ref", "sent", to=LEANNE),
    "a text nobody can read": lambda: inbound("nobody", WORDS, sid=fresh_sid()),
}


@pytest.mark.parametrize("what", CALLS)
async def test_while_the_database_is_away_twilio_is_asked_to_come_again(texting, what, caplog):
    there, call = texting.database, CALLS[what]()
    door = TextingPlay(Away(there))
    path, headers, body = call
    answer = await door.http.post(path, headers=headers, content=body)
    assert (answer.status_code, answer.content) == (503, b"")
    assert WORDS not in caplog.text
    assert LEANNE not in caplog.text
    assert (await texting.knocks(call)).status_code == 200
    await door.provider.close()


async def test_a_text_nothing_can_be_done_with_is_kept_for_a_person_and_taken(texting, caplog):
    door = TextingPlay(Poisoned(texting.database, "SM" + "7" * 32))
    call = inbound(LEANNE, WORDS, sid="SM" + "7" * 32)
    for _ in range(2):
        assert (await door.http.post(call[0], headers=call[1], content=call[2])).status_code == 200
    [kept] = await texting.quarantined()
    assert "Body=please+dont+tell+anyone" in kept
    assert len(await texting.tasks(kind="unreadable")) == 1
    assert (await texting.texts(LEANNE, "the next one")).status_code == 200
    assert WORDS not in caplog.text
    await door.provider.close()
    await door.http.aclose()


async def test_a_reader_that_breaks_refuses_no_text(texting, monkeypatch, caplog):
    def broken(request):
        raise ZeroDivisionError(WORDS)

    monkeypatch.setattr(texting.provider, "message", broken)
    assert (await texting.texts(LEANNE, WORDS)).status_code == 200
    assert len(await texting.quarantined()) == 1
    assert WORDS not in caplog.text


async def test_a_closed_database_is_away_too_and_nobody_waits_for_it(texting):
    await texting.database.close()
    path, headers, body = inbound(LEANNE, WORDS, sid=fresh_sid())
    answer = await texting.http.post(path, headers=headers, content=body)
    assert answer.status_code == 503


async def test_a_postgresql_that_is_not_there_is_away(texting):
    database = open_stage(NOWHERE)
    door = TextingPlay(database)
    for made in CALLS.values():
        path, headers, body = made()
        answer = await door.http.post(path, headers=headers, content=body)
        assert answer.status_code == 503
    await database.close()
    await door.provider.close()


def break_the_check_in(monkeypatch):
    """Let our own check-in crash on every answer."""

    def crash(facts, answers):
        raise ZeroDivisionError(f"about {answers}")

    week = replace(check_in.FLOW.steps["week"], then=crash)
    monkeypatch.setitem(check_in.FLOW.steps, "week", week)


@pytest.mark.thursday
async def test_when_a_conversation_of_ours_breaks_the_words_still_reach_dani(
    texting, monkeypatch, caplog
):
    await texting.at("2026-12-03 15:45")
    break_the_check_in(monkeypatch)
    with caplog.at_level(logging.DEBUG):
        call = inbound(LEANNE, "3", sid=fresh_sid())
        answers = [await texting.knocks(call) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    task = (await texting.tasks(case="P01", kind="message"))[0]
    assert task["words"] == "Leanne Thornton (Kai P01): 3\n(our fault: not answered, please read)"
    assert task["owner"] == "DO"
    assert [row["words"] for row in await texting.log("P01")][1:] == ["3"]
    assert "ZeroDivisionError" in caplog.text
    assert "about" not in caplog.text.replace("about_id", "")
    monkeypatch.undo()
    await texting.later(seconds=5)
    await texting.texts(LEANNE, "3")
    assert "What would help?" in (await texting.received("P01"))[-1]
