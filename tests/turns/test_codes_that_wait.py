"""A worker whose family opens a link reads what really becomes of the code."""

from __future__ import annotations

import pytest

from tests.stage import Play
from tests.turns.visitors import KERRY, LEANNE, Chat, link_for, told


async def opened(play: Play, name: str, who: str = "DO") -> str:
    """What the worker reads when the link for a family is opened."""
    await Chat(play, "5001").opens(await link_for(play, name, who))
    return await told(play, who)


async def purposes(play: Play, number: str) -> list[tuple[str, str]]:
    return [(row.purpose, row.status) for row in await Chat(play, number, "sms").rows()]


async def test_at_night_no_code_can_go_before_the_familys_safe_hours(door: Play):
    await door.at("2026-12-01 03:00")
    said = await opened(door, "Kerry", "SG")
    assert "No code can go before Tue 1 Dec 10:00: outside this family's safe hours." in said
    assert "on its way" not in said
    assert await purposes(door, KERRY) == [("link_code", "held")]
    await door.at("2026-12-01 10:01")
    assert await purposes(door, KERRY) == [("link_code", "expired")], "as the worker was told"


async def test_a_code_that_lasts_until_the_safe_hours_begin_waits_for_them(quick_door: Play):
    await quick_door.at("2026-12-01 09:55")
    said = await opened(quick_door, "Kerry", "SG")
    assert "A code waits until Tue 1 Dec 10:00: outside this family's safe hours." in said
    await quick_door.at("2026-12-01 10:01")
    assert await purposes(quick_door, KERRY) == [("link_code", "sent")], "as the worker was told"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("/pause all", "all automatic messages are paused"),
        ("/pause Leanne until 4 December", "messages to this family are paused"),
    ],
)
async def test_while_messages_are_paused_no_code_goes(quick_door: Play, command, reason):
    await quick_door.writes("HM", command)
    assert f"No code can go before Mon 30 Nov 09:30: {reason}." in await opened(
        quick_door, "Leanne"
    )
    assert await purposes(quick_door, LEANNE) == [("link_code", "held")]


async def test_by_day_a_code_is_on_its_way(quick_door: Play):
    assert "A code is on its way to their number." in await opened(quick_door, "Leanne")
    assert await purposes(quick_door, LEANNE) == [("link_code", "sent")]
