"""A provider, a database or our own code in trouble while a provider is asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain import Inbound, Misconfigured, Receipt, Unreachable
from bot.handlers.ear import OK
from bot.handlers.poller import FIRST_WAIT, LONGEST_WAIT, Poller
from storage import rounds
from storage.tables import Outbox
from tests.fakes.twilio import BROKEN
from tests.handlers.asking import DOOR, WALL, AskingPlay, Poisoned
from tests.handlers.doors import LEANNE, Away
from tests.handlers.listening import Pauses

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WORDS = "he wont come out of his room"


class TestTrouble:
    async def test_a_provider_that_is_away_is_asked_again_ever_more_rarely_and_health_says_so(
        self, kept
    ):
        poller = kept.asks(**DOOR)["twilio_missed"]
        kept.provider.wrong = Unreachable("twilio 503", "503")
        waits = []
        for _ in range(8):
            began = kept.now
            assert await poller.run_due()
            while not await due(kept, poller):
                kept.passes(seconds=5)
            waits.append((kept.now - began).total_seconds())
        assert waits == [10, 20, 40, 80, 160, 300, 300, 300]
        assert (FIRST_WAIT.total_seconds(), LONGEST_WAIT.total_seconds()) == (10, 300)
        found = (await kept.http.get("/health/ready")).json()
        assert found["twilio_missed"] == "away (503)"
        kept.provider.wrong = None
        kept.provider.messages = [Inbound("sms", "SMlate", LEANNE, WORDS)]
        await poller.run_due()
        assert (await kept.http.get("/health/ready")).json()["twilio_missed"] == OK
        assert await kept.said() == [WORDS]

    async def test_nothing_is_passed_over_while_the_provider_is_away(self, kept):
        poller, began = kept.asks(**WALL)["twilio_messages"], kept.now
        await poller.run_due()
        kept.provider.wrong = Misconfigured("twilio 20003", "20003")
        for _ in range(30):
            kept.passes(minutes=10)
            await poller.run_due()
        kept.provider.wrong = None
        kept.passes(minutes=10)
        await poller.run_due()
        assert kept.provider.since[-1] == began - timedelta(minutes=10)

    async def test_after_months_of_silence_nothing_is_dug_up_whose_name_was_forgotten_here(
        self, kept
    ):
        poller = kept.asks(**WALL)["twilio_missed"]
        await poller.run_due()
        kept.passes(days=90)
        await poller.run_due()
        remembered = kept.service.taskforce.practice.retention.received
        assert kept.now - kept.provider.since[-1] < remembered

    async def test_a_real_twilio_that_breaks_is_only_away(self, asked):
        poller = asked.asks(**WALL)["twilio_messages"]
        asked.fake.asked = BROKEN
        await poller.run_due()
        assert poller.state.startswith("away (")

    async def test_one_message_nobody_can_act_on_is_kept_for_a_person_and_the_others_are_heard(
        self, kept, caplog
    ):
        kept.provider.messages = [Inbound("sms", f"SM{n}", LEANNE, f"{n}th") for n in range(3)]
        kept.service.database = Poisoned(kept.database, "SM1")
        poller = kept.asks(**WALL)["twilio_messages"]
        for _ in range(3):
            await poller.run_due()
            kept.passes(minutes=1)
        assert poller.state == OK
        assert await kept.said() == ["0th", "2th"]
        assert await kept.quarantined() == [f"{LEANNE}: 1th"]
        assert len(await kept.tasks(kind="unreadable")) == 1
        assert LEANNE not in caplog.text
        assert "1th" not in caplog.text

    async def test_what_not_even_a_person_could_be_given_is_asked_for_again(self, kept):
        kept.provider.messages = [Inbound("sms", f"SM{n}", LEANNE, f"{n}th") for n in range(3)]
        there, began = kept.database, kept.now
        kept.service.database = Poisoned(there, "SM1", "unread:SM1")
        poller = kept.asks(**WALL)["twilio_messages"]
        await poller.run_due()
        assert poller.state == "ZeroDivisionError"
        assert await kept.said() == ["0th", "2th"]
        kept.service.database = there
        kept.passes(days=2)
        await kept.asks(**WALL)["twilio_messages"].run_due()
        assert sorted(await kept.said()) == ["0th", "1th", "2th"]
        assert kept.provider.since == [began - timedelta(hours=24), kept.now - timedelta(hours=24)]

    @pytest.mark.thursday
    async def test_one_text_of_ours_nobody_can_say_anything_of_does_not_stop_the_round(self, kept):
        pollers = kept.asks(**WALL)
        await kept.question()
        sent = [row.external_id for row in await sent_texts(kept)]
        assert len(sent) > 2
        kept.provider.states = {one: Receipt("", one, "delivered") for one in sent}
        kept.provider.states[sent[0]] = Unreachable("an answer nobody can read")
        kept.passes(minutes=1)
        poller = pollers["twilio_states_new"]
        await poller.run_due()
        assert poller.state == "away (Unreachable)"
        assert [row.external_id for row in await sent_texts(kept)] == sent[:1]

    async def test_a_database_that_goes_half_way_has_the_rest_taken_later(self, kept):
        there = kept.database
        kept.provider.messages = [Inbound("sms", f"SM{n}", LEANNE, f"{n}th") for n in range(6)]
        kept.service.database = kept.database = Broken(there, after=6)
        poller = kept.asks(**WALL)["twilio_messages"]
        with pytest.raises(OSError, match="gone"):
            await poller.run_due()
        kept.service.database = kept.database = there
        poller = kept.asks(**WALL)["twilio_messages"]
        kept.passes(minutes=1)
        await poller.run_due()
        assert await kept.said() == [f"{n}th" for n in range(6)]

    async def test_a_fault_of_ours_does_not_make_us_deaf(self, kept, caplog):
        pauses, pollers = Pauses(), kept.asks(**WALL)
        kept.provider.wrong = ZeroDivisionError(f"about {LEANNE}")
        poller = replace(pollers["twilio_messages"], pause=pauses)
        task = asyncio.create_task(poller.ask())
        await pauses.begun()
        assert poller.state == "ZeroDivisionError"
        assert LEANNE not in caplog.text
        kept.provider.wrong = None
        kept.provider.messages = [Inbound("sms", "SMone", LEANNE, WORDS)]
        kept.passes(minutes=1)
        await pauses.next()
        assert await kept.said() == [WORDS]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def test_while_the_database_is_away_it_waits_and_says_so(self, kept):
        pauses = Pauses()
        kept.service.database = Away(kept.database, faults=1)
        poller = replace(kept.asks(**WALL)["twilio_messages"], pause=pauses)
        task = asyncio.create_task(poller.ask())
        assert await pauses.begun() == FIRST_WAIT.total_seconds()
        assert poller.state == "the database is away"
        assert await pauses.next() == 10
        assert poller.state == OK
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def due(play: AskingPlay, poller: Poller) -> bool:
    return await play.database.read(lambda c: rounds.due(c, poller.name)) <= play.now


async def sent_texts(play: AskingPlay) -> list:
    lately = Outbox.sent_at > play.now - timedelta(minutes=30)
    query = select(Outbox).where(Outbox.status == "sent", Outbox.channel == "sms", lately)
    return await play.database.read(lambda c: list(c.execute(query.order_by(Outbox.id))))


class Broken:
    """A database that goes after so many writes."""

    def __init__(self, behind, after: int) -> None:
        self.url, self.shared = behind.url, behind.shared
        self.behind, self.left = behind, after

    async def read(self, work):
        return await self.behind.read(work)

    async def write(self, work):
        if not self.left:
            raise OSError("gone")
        self.left -= 1
        return await self.behind.write(work)
