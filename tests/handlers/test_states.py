"""What became of a text where nobody tells us: asked, given up one day, its words forgotten."""

from __future__ import annotations

import pytest

from bot.domain import BadAddress, Inbound, Receipt, Refused, Unreachable
from tests.handlers.asking import DOOR, WALL, AskingPlay
from tests.handlers.doors import LEANNE

pytestmark = pytest.mark.thursday

NEVER_SAID = "Nobody knows whether a message to Leanne Thornton (Kai P01) arrived"


async def the_text(play: AskingPlay, state: str = "sent", **environment: str) -> tuple[str, str]:
    """Leanne's check-in has left, and this is what the provider says of it when it is asked."""
    play.asks(**environment)
    ref, external_id = await play.question()
    play.provider.states = Answering(external_id, Receipt("", external_id, state))
    return ref, external_id


class Answering(dict):
    """What became of one message; every other has arrived. Counts how often it was asked."""

    def __init__(self, external_id: str, state) -> None:
        super().__init__()
        self.external_id, self.state, self.asked = external_id, state, 0

    def __missing__(self, external_id: str):
        if external_id != self.external_id:
            return Receipt("", external_id, "delivered")
        self.asked += 1
        return self.state


class TestAsking:
    async def test_behind_a_wall_a_text_is_asked_after_every_minute_until_it_has_arrived(
        self, kept
    ):
        ref, external_id = await the_text(kept, **WALL)
        for _ in range(3):
            await kept.asks_all(minutes=1)
        assert (await kept.letter(ref)).status == "sent"
        assert kept.provider.states.asked == 3
        assert await kept.events(ref) == []
        kept.provider.states.state = Receipt("", external_id, "delivered")
        for _ in range(3):
            await kept.asks_all(minutes=1)
        assert (await kept.letter(ref)).status == "delivered"
        assert kept.provider.states.asked == 4
        assert await kept.events(ref) == ["delivered"]

    async def test_later_it_is_asked_after_every_hour_and_then_once_a_day(self, kept):
        await the_text(kept, **WALL)
        await kept.asks_all(minutes=61)
        begun = kept.provider.states.asked
        for _ in range(6):
            await kept.asks_all(minutes=10)
        assert kept.provider.states.asked - begun == 1
        await kept.asks_all(hours=23)
        begun = kept.provider.states.asked
        for _ in range(4):
            await kept.asks_all(hours=6)
        assert kept.provider.states.asked - begun == 1

    async def test_where_receipts_are_brought_only_a_text_of_yesterday_is_asked_after(self, kept):
        await the_text(kept, **DOOR)
        await kept.asks_all(hours=23)
        assert kept.provider.states.asked == 0
        for _ in range(5):
            await kept.asks_all(hours=6)
        assert kept.provider.states.asked == 1

    async def test_a_text_that_did_not_arrive_is_told_to_the_key_worker_once(self, kept):
        ref, external_id = await the_text(kept, **WALL)
        kept.provider.states.state = Receipt(
            "", external_id, "undelivered", "30005", BadAddress, "twilio"
        )
        for _ in range(3):
            await kept.asks_all(minutes=1)
        assert (await kept.letter(ref)).status == "undelivered"
        assert len(await kept.tasks(case="P01", kind="undelivered")) == 1

    async def test_a_provider_that_is_away_is_asked_again_and_no_state_is_made_up(self, kept):
        ref, external_id = await the_text(kept, **WALL)
        kept.provider.states.state = Unreachable("twilio 503", "503")
        await kept.asks_all(minutes=1)
        assert (await kept.letter(ref)).status == "sent"
        kept.provider.states.state = Receipt("", external_id, "delivered")
        await kept.asks_all(seconds=10)
        assert (await kept.letter(ref)).status == "delivered"


class TestGivenUp:
    async def test_after_three_days_nobody_knows_and_the_key_worker_is_told_once(self, kept):
        ref, _external_id = await the_text(kept, **DOOR)
        await kept.asks_all(hours=47)
        await kept.asks_all(hours=25)
        assert (await kept.letter(ref)).status == "sent"
        await kept.asks_all(hours=24)
        assert (await kept.letter(ref)).status == "unknown"
        await kept.asks_all(hours=25)
        [task] = await kept.tasks(case="P01", kind="unknown_delivery")
        assert task["owner"] == "DO"
        assert task["words"].startswith(NEVER_SAID)
        assert await kept.events(ref) == ["unknown"]

    async def test_a_text_the_provider_no_longer_knows_is_given_up_too(self, kept):
        ref, _external_id = await the_text(kept, **DOOR)
        kept.provider.states.state = Refused("twilio 20404", "20404")
        await kept.asks_all(hours=73)
        assert (await kept.letter(ref)).status == "unknown"

    async def test_who_has_written_since_has_been_reached_and_nobody_need_be_told(self, kept):
        ref, _external_id = await the_text(kept, **DOOR)
        kept.provider.messages = [Inbound("sms", "SMone", LEANNE, "he is fine")]
        await kept.asks_all(hours=1)
        await kept.asks_all(hours=73)
        assert (await kept.letter(ref)).status == "unknown"
        assert await kept.tasks(kind="unknown_delivery", case="P01") == []

    async def test_word_that_comes_after_all_still_counts(self, kept):
        ref, external_id = await the_text(kept, **DOOR)
        await kept.asks_all(hours=73)
        await kept.tells(ref, external_id, "delivered")
        assert (await kept.letter(ref)).status == "delivered"

    async def test_a_weeks_old_text_is_given_up_without_a_word(self, kept):
        ref, _external_id = await the_text(kept, **DOOR)
        kept.passes(days=15)
        await kept.asks_all(seconds=0)
        assert (await kept.letter(ref)).status == "unknown"
        assert await kept.tasks(kind="unknown_delivery", case="P01") == []


class TestForgetting:
    async def test_the_words_of_a_text_of_ours_are_deleted_when_it_has_arrived(self, kept):
        ref, external_id = await the_text(kept, **DOOR)
        await kept.tells(ref, external_id, "sent")
        await kept.asks_all(hours=1)
        assert external_id not in kept.provider.forgotten
        await kept.tells(ref, external_id, "delivered")
        for _ in range(3):
            await kept.asks_all(hours=1)
        assert kept.provider.forgotten.count(external_id) == 1

    async def test_what_could_not_be_deleted_is_deleted_in_the_next_round(self, kept):
        kept.asks(**DOOR)
        for number in range(3):
            await kept.tells("", f"SM{number}", "delivered")
        kept.provider.unforgettable["SM1"] = Unreachable("twilio 503", "503")
        await kept.asks_all(hours=1)
        assert kept.provider.forgotten == ["SM0"]
        kept.provider.unforgettable.clear()
        await kept.asks_all(hours=1)
        assert kept.provider.forgotten == ["SM0", "SM1", "SM2"]

    async def test_what_a_provider_never_kept_holds_nothing_up(self, kept):
        kept.asks(**DOOR)
        for number in range(3):
            await kept.tells("", f"SM{number}", "delivered")
        kept.provider.unforgettable["SM1"] = Refused("not the id of a message")
        await kept.asks_all(hours=1)
        assert kept.provider.forgotten == ["SM0", "SM2"]

    async def test_a_familys_words_stay_for_a_day_so_that_nothing_missed_is_overlooked(self, kept):
        kept.asks(**DOOR)
        kept.provider.messages = [Inbound("sms", "SMone", LEANNE, "he is fine")]
        await kept.asks_all(hours=0)
        await kept.asks_all(hours=23)
        assert kept.provider.forgotten == []
        await kept.asks_all(hours=2)
        assert kept.provider.forgotten == ["SMone"]
