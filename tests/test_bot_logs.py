"""A bad day with both bots, every library at DEBUG: the log says no token, no name and no words."""

from __future__ import annotations

import pytest

from tests.fakes.telegram import BLOCKED, BROKEN, FAMILY_TOKEN, STAFF_TOKEN, UNAUTHORIZED, flood
from tests.handlers.bots import SECRETS, BotPlay, both_bots
from tests.stage import Play
from tests.test_logs import lines  # noqa: F401  a fixture

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

CANARY = "zebra-umbrella"
LEANNE, DANI, STRANGER = 5_000_000_001, 5_000_000_002, 5_000_000_003
NEVER = (
    *(token.partition(":")[2] for token in (FAMILY_TOKEN, STAFF_TOKEN)),
    *SECRETS.values(),
    CANARY, "Leanne", "Thornton", "Dani", "Okafor", "900100",
)  # fmt: skip


async def a_bad_day(bots: BotPlay, fake) -> None:
    """Letting in, a hard week, poison, refusals of every sort, a block."""
    await bots.uses_chat("C001", LEANNE)
    await bots.uses_chat("DO", DANI)
    await bots.writes("DO", "/link Leanne")
    await fake.writes(FAMILY_TOKEN, STRANGER, "/start " + "A" * 43)
    await fake.writes(FAMILY_TOKEN, STRANGER, f"{CANARY} i dont want to live any more")
    await fake.writes(STAFF_TOKEN, STRANGER, f"{CANARY} 494EZ-P282J")
    for token, kind in ((FAMILY_TOKEN, "message"), (STAFF_TOKEN, "poll")):
        number = fake.bots[token].next_update_id
        await fake.update(token, {"update_id": number, kind: {"text": CANARY}})
    await bots.catch_up()
    for fault in (BROKEN, flood(1), UNAUTHORIZED):
        fake.goes_wrong(fault, method="sendMessage", times=2)
        await bots.writes("P01", f"{CANARY} can you help")
        await bots.later(minutes=7)
    fake.goes_wrong(BLOCKED, token=FAMILY_TOKEN, chat=LEANNE, times=1)
    notice = await bots.last("DO")
    await bots.writes("DO", f"{CANARY} I am on my way.", reply_to=notice["id"])
    await bots.later(minutes=1)
    await fake.goes_away()
    await bots.writes("P02", f"{CANARY} again")
    await bots.later(minutes=3)
    await fake.comes_back()


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_a_bad_day_at_debug_says_no_token_name_or_words(sqlite_play: Play, lines, mode):  # noqa: F811
    async with both_bots(sqlite_play.database, mode) as (bots, fake):
        await a_bad_day(bots, fake)
        fake.violations.clear()
    said = lines()
    for secret in NEVER:
        assert secret not in said


async def test_a_failed_start_says_no_token(sqlite_play: Play, lines):  # noqa: F811
    async with both_bots(sqlite_play.database, "polling") as (bots, fake):
        fake.goes_wrong(UNAUTHORIZED)
        for ear in bots.service.ears:
            with pytest.raises(Exception, match="telegram") as failed:
                await ear._begin()
            ear._note(failed.value)
            assert "401" in ear.state
            assert failed.value.__cause__ is None
        fake.puts_right()
    said = lines()
    assert "Telegram is away" in said
    for secret in NEVER:
        assert secret not in said
