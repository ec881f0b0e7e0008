"""Webhooks that never came: the provider is asked, nothing is missing and nothing comes twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.domain import Inbound, Unread
from bot.handlers.ear import IDLE, OK
from storage.tables import Contact
from tests.handlers.asking import DOOR, WALL, AskingPlay, Kept, hours
from tests.handlers.doors import LEANNE, STRANGER
from tests.handlers.listening import until
from tests.stage import Play

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WORDS = "he wont come out of his room"


class TestOutages:
    @pytest.mark.parametrize("outage", [1, 23, 25])
    async def test_after_hours_without_webhooks_nothing_is_missing_and_nothing_comes_twice(
        self, asked_anywhere, outage
    ):
        play = asked_anywhere
        play.asks(**DOOR)
        await play.asks_all(minutes=10)
        began = play.now
        brought = [await play.texts(LEANNE, f"before {n}") for n in range(3)]
        assert {answer.status_code for answer in brought} == {200}
        for number in range(30):
            moment = began + hours(outage) * number / 30
            play.texted(f"during {number}", (LEANNE, STRANGER)[number % 2], moment)
        await play.asks_all(hours=outage)
        heard = [words for words in await play.heard() if words.startswith(("before", "during"))]
        assert len(heard) == 33
        for number in (0, 1):
            mine = [f"during {n}" for n in range(number, 30, 2)]
            assert [words for words in heard if words in mine] == mine
        await play.asks_all(hours=1)
        assert len(await play.heard()) == len(set(await play.heard()))

    async def test_a_text_that_shows_late_at_the_provider_is_found_within_a_day(self, asked):
        asked.asks(**DOOR)
        await asked.asks_all(minutes=10)
        early = asked.now
        for _ in range(5):
            await asked.asks_all(hours=4)
        asked.texted(WORDS, at=early)
        await asked.asks_all(minutes=10)
        assert await asked.said() == [WORDS]


class TestLate:
    async def test_a_text_found_hours_later_is_dated_by_twilio_and_answered_as_late(self, asked):
        asked.asks(**DOOR)
        await asked.at("2026-12-01 16:05")
        asked.texted(WORDS)
        asked.clock.stop_at(asked.now + hours(11))
        before = await asked.received("P01")
        await asked.asks_all(minutes=0)
        [task] = await asked.tasks(case="P01", kind="message")
        assert task["words"].endswith(f"{WORDS}\n(said Tue 1 Dec 16:05, reached us late)")
        assert await asked.received("P01") == before

    async def test_words_we_had_deleted_at_twilio_come_back_as_no_blank_text_after_a_restore(
        self, asked
    ):
        asked.asks(**DOOR)
        sid = asked.texted(WORDS)
        await asked.provider.forget(sid)
        assert asked.fake.store.kept[sid].said["body"] == ""
        for _ in range(2):
            await asked.asks_all(minutes=10)
        assert await asked.said() == []
        assert len(await asked.quarantined()) == 1
        [task] = await asked.tasks(kind="unreadable")
        assert "no words any more" in task["words"]


class TestTheSameTurn:
    @pytest.mark.thursday
    async def test_words_that_are_asked_for_are_the_same_turn_as_words_that_are_brought(
        self, asked
    ):
        asked.asks(**WALL)
        await asked.at("2026-12-03 15:45")
        asked.texted("3")
        await asked.asks_all(seconds=10)
        assert "What would help?" in (await asked.received("P01"))[-1]
        asked.texted("i cant cope any more")
        await asked.asks_all(seconds=10)
        assert await asked.tasks(case="P01", kind="crisis")

    async def test_what_was_brought_is_not_heard_again_when_it_is_listed(self, asked):
        asked.asks(**WALL)
        sid = asked.texted(WORDS)
        assert (await asked.texts(LEANNE, WORDS, sid=sid)).status_code == 200
        await asked.asks_all(seconds=10)
        await asked.asks_all(minutes=10)
        assert await asked.said() == [WORDS]

    async def test_behind_a_wall_a_text_is_heard_within_ten_seconds(self, asked):
        asked.asks(**WALL)
        await asked.asks_all(seconds=0)
        asked.texted(WORDS)
        await asked.asks_all(seconds=9)
        assert await asked.said() == []
        await asked.asks_all(seconds=1)
        assert await asked.said() == [WORDS]

    async def test_who_is_brought_everything_asks_only_for_what_was_missed(self, asked):
        brought, walled = asked.asks(**DOOR), asked.asks(**WALL)
        both = asked.asks(**DOOR, TWILIO_INBOUND="both")
        assert brought["twilio_missed"].every == timedelta(minutes=10)
        assert set(walled) - set(brought) == {
            "twilio_messages", "twilio_states_new", "twilio_states_late",
        }  # fmt: skip
        assert set(both) - set(brought) == {"twilio_messages"}
        assert walled["twilio_messages"].every == timedelta(seconds=10)


class TestUnread:
    async def test_what_cannot_be_read_is_kept_for_a_person_once(self, kept):
        kept.asks(**WALL)
        kept.provider.messages = [Unread("SModd", "an odd record", "From is missing")]
        for _ in range(3):
            await kept.asks_all(minutes=10)
        assert await kept.quarantined() == ["an odd record"]
        assert len(await kept.tasks(kind="unreadable")) == 1

    async def test_when_it_can_be_read_one_day_it_is_heard(self, kept):
        kept.asks(**WALL)
        kept.provider.messages = [Unread("SModd", "an odd record", "From is missing")]
        await kept.asks_all(seconds=0)
        kept.provider.messages = [Inbound("sms", "SModd", LEANNE, WORDS)]
        await kept.asks_all(minutes=10)
        assert await kept.said() == [WORDS]

    async def test_what_was_heard_before_and_cannot_be_read_now_is_no_news(self, kept):
        kept.asks(**WALL)
        kept.provider.messages = [Inbound("sms", "SMone", LEANNE, WORDS)]
        await kept.asks_all(seconds=0)
        kept.provider.messages = [Unread("SMone", "no words any more", "neither words")]
        await kept.asks_all(minutes=10)
        assert await kept.quarantined() == []


class TestOneAtATime:
    async def test_of_several_processes_one_asks(self, play: Play):
        provider = Kept()
        others = [AskingPlay(play.database, provider=provider) for _ in range(4)]
        asked = [other.asks(**WALL)["twilio_messages"] for other in others]
        took = await asyncio.gather(*(poller.run_due() for poller in asked))
        assert sum(took) == len(provider.since) == 1
        assert sorted(poller.state for poller in asked) == [IDLE, IDLE, IDLE, OK]
        for other in others:
            await other.http.aclose()

    async def test_it_looks_back_a_day_the_first_time_and_then_from_where_it_was(self, kept):
        pollers, began = kept.asks(**WALL), kept.now
        await pollers["twilio_messages"].run_due()
        kept.passes(seconds=10)
        await pollers["twilio_messages"].run_due()
        await pollers["twilio_missed"].run_due()
        assert kept.provider.since == [
            began - hours(24), began - timedelta(minutes=10), began + timedelta(seconds=10 - 86400)
        ]  # fmt: skip


class TestAtWork:
    async def test_a_service_at_work_asks_without_being_told(self, asked):
        asked.asks(**WALL)
        asked.texted(WORDS)
        async with asked.service.at_work():
            await until(lambda: {one.state for one in asked.service.pollers} == {OK})
        assert await asked.said() == [WORDS]
        assert await asked.count(Contact, Contact.source.like("sms:%")) == 1


async def test_a_familys_words_are_deleted_at_twilio_a_day_after_they_are_on_record(asked):
    asked.asks(**WALL)
    sid = asked.texted(WORDS)
    await asked.asks_all(seconds=0)
    await asked.asks_all(hours=23)
    assert asked.fake.store.kept[sid].said["body"] == WORDS
    await asked.asks_all(hours=2)
    assert asked.fake.store.kept[sid].said["body"] == ""
    await asked.asks_all(hours=2)
    assert await asked.said() == [WORDS]
