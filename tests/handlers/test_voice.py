"""Twilio says that somebody rings: they hear a few neutral words, and somebody rings back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update

from bot.channels.twilio import Twilio
from bot.i18n import Text, put, worded
from bot.scene import sentences
from bot.turns import ringing
from storage.addresses import hold_line, mark_line
from storage.tables import Contact, DeskEntry, Outbox, Person, Received
from tests.fakes.twilio import inbound, ring
from tests.handlers.doors import LEANNE, STRANGER, Away, TextingPlay
from tests.stage import Play

RINGING_BACK = ringing.RINGING_BACK.source
SEEN, HIDDEN = ringing.SEEN.source, ringing.NUMBER_HIDDEN.source
VOICE = "/webhooks/twilio/voice"
LISA, GARY, DANI = "+447700900124", "+447700900116", "+447700900002"
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
    assert spoken(RINGING_BACK) in answer.text
    [task] = await texting.tasks(case="P01", kind="call")
    assert task["owner"] == "DO"


async def test_the_words_name_no_service_and_nobody():
    for words in (RINGING_BACK, SEEN, HIDDEN):
        assert not [name for name in NAMES if name in words.lower()]
        assert words.endswith("In an emergency call 999.")


@pytest.mark.parametrize("caller", [STRANGER, LISA, GARY])
async def test_nobody_is_promised_a_call_whom_nobody_was_asked_to_ring(texting, caller):
    answer = await texting.knocks(ring(caller))
    assert spoken(SEEN) in answer.text


async def test_who_must_not_be_contacted_and_who_is_unknown_hear_the_same(texting):
    heard = {(await texting.knocks(ring(n, sid=f"CA{n[1:]}"))).text for n in (STRANGER, LISA)}
    assert len(heard) == 1
    assert len(await texting.tasks(kind="do_not_use")) == 1


@pytest.mark.parametrize("mark", ["opted_out_at", "wrong_at"])
async def test_who_wants_no_texts_or_may_be_somebody_else_is_promised_nothing(texting, mark):
    await marks(texting, LEANNE, mark)
    assert spoken(SEEN) in (await texting.knocks(ring(LEANNE))).text
    assert len(await texting.tasks(case="P01", kind="call")) == 1


async def test_a_call_told_again_later_is_promised_what_somebody_still_has_to_do(texting):
    await texting.knocks(ring(LEANNE))
    [task] = await texting.tasks(case="P01", kind="call")
    await texting.presses("DO", f"t:{task['id']}:done")
    assert spoken(SEEN) in (await texting.knocks(ring(LEANNE))).text


async def speaks(play: TextingPlay, case: str, language: str) -> None:
    ref = await play.carer(case)
    change = update(Person).where(Person.ref == ref).values(language=language)
    await play.database.write(lambda c: c.execute(change))


@pytest.mark.parametrize(("language", "said_in"), [("pl", "pl-PL"), ("ur", "en-GB")])
async def test_a_family_hears_its_language_where_it_is_worded_and_can_be_spoken(
    texting, monkeypatch, language, said_in
):
    """With a sentence both languages have, so that only the voice makes the difference."""
    both = sentences.CALL_COMING.text
    assert worded(both, language)
    monkeypatch.setattr(ringing, "RINGING_BACK", both)
    await speaks(texting, "P01", language)
    answer = await texting.knocks(ring(LEANNE))
    words = put(both, language if language == "pl" else "en", {})
    assert f'<Say language="{said_in}">{words}</Say>' in answer.text


async def test_a_family_whose_language_has_no_wording_yet_hears_english(texting, monkeypatch):
    monkeypatch.setattr(ringing, "RINGING_BACK", Text("A sentence nobody has put into Polish."))
    await speaks(texting, "P01", "pl")
    answer = await texting.knocks(ring(LEANNE))
    assert spoken("A sentence nobody has put into Polish.") in answer.text


def test_twilio_says_each_language_it_speaks_under_its_own_name_for_it():
    page = Twilio.voice_answer(None, "Dziękujemy.", "pl").body
    assert '<Say language="pl-PL">Dziękujemy.</Say><Hangup/>' in page
    assert Twilio.speaks == {"en", "pl"}


async def test_a_worker_who_rings_is_a_line_in_the_log_and_no_work_for_anybody(texting, caplog):
    caplog.set_level("INFO")
    tasks = await texting.tasks()
    before = [await texting.count(table) for table in (Contact, DeskEntry, Outbox)]
    answer = await texting.knocks(ring(DANI))
    assert spoken(SEEN) in answer.text
    assert await texting.tasks() == tasks
    assert [await texting.count(table) for table in (Contact, DeskEntry, Outbox)] == before
    assert "A member of staff rang the number" in caplog.text
    assert DANI not in caplog.text


async def marks(play: TextingPlay, number: str, mark: str) -> None:
    def change(connection):
        line = hold_line(connection, "sms", number, play.now)
        mark_line(connection, line.id, **{mark: play.now})

    await play.database.write(change)


async def test_a_call_that_is_told_twice_is_one(texting):
    for _ in range(3):
        assert (await texting.knocks(ring(LEANNE))).status_code == 200
    assert await texting.count(Contact, Contact.mode == "telephone") == 1
    assert await texting.count(Received, Received.channel == "sms") == 1


@pytest.mark.parametrize("caller", ["anonymous", "+266696687", "", "Restricted"])
async def test_who_withholds_the_number_is_asked_to_text_and_promised_no_call(texting, caller):
    answer = await texting.knocks(ring(caller))
    assert answer.status_code == 200
    assert spoken(HIDDEN) in answer.text
    assert "will ring you back" not in answer.text
    [task] = await texting.tasks(kind="withheld")
    assert task["words"].startswith("Somebody rang and withheld the number")
    assert await texting.quarantined() == []


async def test_a_call_we_cannot_read_for_a_fault_of_ours_is_seen_and_the_caller_hears_no_fault(
    texting, monkeypatch
):
    def broken(_asked):
        raise ZeroDivisionError

    monkeypatch.setattr(texting.provider, "rung", broken)
    answer = await texting.knocks(ring(LEANNE))
    assert (answer.status_code, spoken(SEEN) in answer.text) == (200, True)


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
