"""The database away: what families send is kept in sealed files, and heard when it is back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.domain import WebhookRequest
from bot.handlers.sms import SmsDoor
from bot.handlers.spool import AGAIN_AFTER
from storage.tables import Contact, Received
from tests.fakes.twilio import SENDER, inbound, ring, status, webhook
from tests.handlers.doors import LEANNE, MESSAGE, STRANGER, client, fresh_sid
from tests.handlers.listening import SOON, until
from tests.handlers.spooled import words_of
from tests.handlers.test_spool_trouble import no_disk

WORDS = "he wont come out of his room"
DATABASE = {"database": "OperationalError"}


class TestAway:
    async def test_what_leanne_writes_is_taken_and_heard_once_when_the_database_is_back(
        self, spooled_anywhere
    ):
        spooled = spooled_anywhere
        spooled.database.goes()
        assert await spooled.says(WORDS) == {200}
        assert len(spooled.files) == 1
        kept = {"status": "degraded", **DATABASE, "spool": "ok", "spooled": 1}
        assert await spooled.health() == (200, kept)
        spooled.database.comes_back()
        await spooled.room.empty()
        assert spooled.files == []
        assert await words_of(spooled) == [WORDS]
        assert len(await spooled.tasks(case="P01", kind="message")) == 1
        assert (await spooled.health())[1]["spooled"] == 0

    async def test_twilio_hears_the_answer_it_wants_to_hear(self, spooled):
        spooled.database.goes()
        answer = await spooled.texts(LEANNE, WORDS)
        assert (answer.text, answer.headers["content-type"]) == (
            "<Response/>", "text/xml; charset=utf-8",
        )  # fmt: skip

    async def test_nothing_of_it_can_be_read_in_the_folder_or_in_the_log(self, spooled, caplog):
        spooled.database.goes()
        await spooled.says(WORDS)
        raw = b"".join(path.read_bytes() for path in spooled.folder.iterdir())
        for word in (WORDS, LEANNE, LEANNE[1:], SENDER):
            assert word.encode() not in raw
            assert word not in caplog.text

    async def test_a_text_that_twilio_brings_three_times_is_heard_once(self, spooled):
        call = inbound(LEANNE, WORDS, sid=fresh_sid())
        assert (await spooled.knocks(call)).status_code == 200
        spooled.database.goes()
        assert {(await spooled.knocks(call)).status_code for _ in range(2)} == {200}
        spooled.database.comes_back()
        await spooled.room.empty()
        assert await words_of(spooled) == [WORDS]

    async def test_forged_calls_reach_no_file(self, spooled):
        spooled.database.goes()
        path, headers, body = inbound(LEANNE, WORDS)
        forged = (path, {**headers, "x-twilio-signature": "AAAA"}, body)
        assert (await spooled.knocks(forged)).status_code == 403
        assert spooled.files == []

    async def test_receipts_and_calls_wait_too(self, spooled):
        spooled.database.goes()
        calls = (status("ref", "sent", to=LEANNE), ring(LEANNE))
        assert {(await spooled.knocks(call)).status_code for call in calls} == {200}
        spooled.database.comes_back()
        await spooled.room.empty()
        assert await spooled.events("ref") == ["sent"]
        assert len(await spooled.tasks(case="P01", kind="call")) == 1

    async def test_what_nobody_can_read_waits_and_is_then_kept_for_a_person(self, spooled):
        spooled.database.goes()
        assert await spooled.says(WORDS, number="nobody") == {200}
        spooled.database.comes_back()
        await spooled.room.empty()
        assert spooled.files == []
        assert len(await spooled.quarantined()) == 1

    async def test_a_database_that_hangs_keeps_twilio_waiting_for_no_longer_than_its_patience(
        self, spooled
    ):
        spooled.database.hangs = True
        door = SmsDoor(
            spooled.provider, spooled.database, spooled.service.taskforce,
            lambda: spooled.now, lambda: None, spooled.room, patience=0.02,
        )  # fmt: skip
        _, headers, body = inbound(LEANNE, WORDS, sid=fresh_sid())
        route = next(one for one in door.routes() if one.path == MESSAGE)
        async with client(route) as http:
            assert (await http.post(MESSAGE, headers=headers, content=body)).status_code == 200
        assert len(spooled.files) == 1


class TestInOrder:
    async def test_whoever_comes_while_somebody_waits_waits_behind_them(self, spooled):
        spooled.database.goes()
        await spooled.says("one", "two")
        spooled.database.comes_back()
        assert await spooled.says("three") == {200}
        assert len(spooled.files) == 3
        await spooled.room.empty()
        assert await words_of(spooled) == ["one", "two", "three"]

    async def test_a_text_does_not_overtake_one_of_the_same_phone_on_its_way_into_the_spool(
        self, spooled
    ):
        """The database goes while "one" is being kept, and is back before "two" is tried."""
        begun, gate = asyncio.Event(), asyncio.Event()
        write = spooled.database.write

        async def goes_once(work):
            spooled.database.write = write
            begun.set()
            await gate.wait()
            raise OperationalError("commit", {}, ConnectionRefusedError())

        spooled.database.write = goes_once
        first = asyncio.create_task(spooled.says("one"))
        await begun.wait()
        second = asyncio.create_task(spooled.says("two"))
        other = await spooled.says("three", number=STRANGER)
        gate.set()
        assert (await first, await second, other) == ({200}, {200}, {200})
        await spooled.room.empty()
        assert [words for words in await spooled.heard() if words in {"one", "two"}] == [
            "one", "two",
        ]  # fmt: skip

    async def test_what_waited_is_known_to_be_late(self, spooled):
        spooled.database.goes()
        await spooled.says(WORDS)
        spooled.clock.stop_at(spooled.now + timedelta(hours=5))
        spooled.database.comes_back()
        await spooled.room.empty()
        [task] = await spooled.tasks(case="P01", kind="message")
        assert task["words"].endswith(f"{WORDS}\n(said Mon 30 Nov 08:30, reached us late)")

    async def test_a_hidden_number_and_an_unreadable_text_say_when_they_came(self, spooled):
        spooled.database.goes()
        await spooled.knocks(ring("anonymous"))
        await spooled.says(WORDS, number="nobody")
        spooled.clock.stop_at(spooled.now + timedelta(hours=5))
        spooled.database.comes_back()
        await spooled.room.empty()
        [rang], [unread] = [await spooled.tasks(kind=one) for one in ("withheld", "unreadable")]
        assert rang["words"].endswith("(came Mon 30 Nov 08:30, reached us late)")
        assert "(came Mon 30 Nov 08:30, reached us late)" in unread["words"]
        at = select(Contact.occurred_at).where(Contact.mode == "telephone")
        came = await spooled.there.read(lambda c: c.execute(at).scalar_one())
        assert spooled.now - came == timedelta(hours=5)

    async def test_many_at_once_are_each_heard_once_and_each_family_in_order(
        self, spooled_anywhere
    ):
        spooled = spooled_anywhere
        families = (LEANNE, STRANGER, "+447700900177")
        spooled.database.goes()
        for number in range(6):
            sent = (spooled.texts(family, f"{number} from {family}") for family in families)
            assert {answer.status_code for answer in await asyncio.gather(*sent)} == {200}
        spooled.database.comes_back()
        await spooled.room.empty()
        heard = [words for words in await spooled.heard() if " from " in (words or "")]
        for family in families:
            said = [words for words in heard if words.endswith(family)]
            assert said == [f"{number} from {family}" for number in range(6)]
        assert len(heard) == 18

    async def test_a_database_that_goes_again_half_way_loses_nothing_and_repeats_nothing(
        self, spooled
    ):
        spooled.database.goes()
        await spooled.says("one", "two", "three")
        spooled.database.comes_back()
        write, calls = spooled.database.write, []

        async def third_time_unlucky(work):
            calls.append(work)
            if len(calls) == 3:
                raise OperationalError("commit", {}, ConnectionRefusedError())
            return await write(work)

        spooled.database.write = third_time_unlucky
        with pytest.raises(OperationalError):
            await spooled.room.empty()
        assert len(spooled.files) == 1
        await spooled.room.empty()
        assert await words_of(spooled) == ["one", "two", "three"]
        assert await spooled.quarantined() == []

    async def test_a_power_cut_between_the_commit_and_the_file_repeats_nothing(self, spooled):
        spooled.database.goes()
        await spooled.says(WORDS)
        [path] = spooled.folder.iterdir()
        kept = path.read_bytes()
        spooled.database.comes_back()
        await spooled.room.empty()
        path.write_bytes(kept)
        await spooled.room.empty()
        assert await words_of(spooled) == [WORDS]
        assert await spooled.count(Received, Received.channel == "sms") == 1


async def test_a_file_that_was_passed_over_is_looked_at_again_and_holds_no_text_up(
    spooled, monkeypatch
):
    looked, again = asyncio.Event(), asyncio.Event()

    async def pause(seconds):
        if seconds == AGAIN_AFTER:
            looked.set()
            await again.wait()

    spooled.room.pause = pause
    path, headers, body = inbound(LEANNE, "one")
    asked = WebhookRequest(path, "", headers, body)
    await spooled.room.keep("twilio", "message", asked)
    monkeypatch.setattr(Path, "read_bytes", no_disk)
    async with spooled.service.at_the_door():
        await asyncio.wait_for(looked.wait(), SOON)
        assert not spooled.room.occupied
        monkeypatch.undo()
        again.set()
        await until(lambda: spooled.files == [])
    assert await words_of(spooled) == ["one"]


async def test_a_body_of_another_account_never_waits(spooled):
    spooled.database.goes()
    other = webhook(MESSAGE, [("AccountSid", "AC" + "f" * 32), ("Body", WORDS)])
    assert (await spooled.knocks(other)).status_code == 403
    assert spooled.files == []
