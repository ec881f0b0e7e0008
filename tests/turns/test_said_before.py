"""Words found minutes after they were said: what was said last is what counts."""

from __future__ import annotations

import pytest

from storage.addresses import hold_line
from tests.stage import Play, london
from tests.turns.test_late_texts import opted_out, says, sent
from tests.turns.visitors import LEANNE


async def test_a_start_that_is_found_minutes_later_does_not_lift_the_stop_written_after_it(
    sqlite_play: Play,
):
    play = sqlite_play
    play.wakes_at("2026-12-01 09:15")
    await says(play, "STOP", None)
    play.wakes_at("2026-12-01 09:20")
    await says(play, "START", "2026-12-01 09:12")
    assert await opted_out(play)
    await says(play, "START", "2026-12-01 09:16")
    assert not await opted_out(play)


@pytest.mark.parametrize("again", ["STOP", "please stop texting me"])
async def test_an_older_stop_does_not_undo_that_leanne_asked_again_since(sqlite_play: Play, again):
    play = sqlite_play
    play.wakes_at("2026-12-01 09:20")
    await says(play, again, None)
    play.wakes_at("2026-12-01 09:25")
    await says(play, "STOP", "2026-12-01 09:00")
    await says(play, "START", "2026-12-01 09:05")
    assert await opted_out(play)


async def test_an_older_wish_to_stop_does_not_undo_a_newer_one(sqlite_play: Play):
    play = sqlite_play
    play.wakes_at("2026-12-01 09:20")
    await says(play, "please stop texting me", None)
    play.wakes_at("2026-12-01 09:25")
    await says(play, "please stop texting me", "2026-12-01 09:00")
    await says(play, "START", "2026-12-01 09:05")
    line = await play.database.write(lambda c: hold_line(c, "sms", LEANNE, play.now))
    assert line.stop_asked_at == london("2026-12-01 09:20")


@pytest.mark.thursday
@pytest.mark.parametrize(
    ("said", "answering"), [("15:40", None), ("15:47", "check_in"), (None, "check_in")]
)
async def test_a_number_written_minutes_before_a_question_is_not_its_answer(
    sqlite_play: Play, said, answering
):
    play = sqlite_play
    await play.at("2026-12-03 15:46")
    assert "check-in" in (await sent(play))[-1]
    await play.at("2026-12-03 15:50")
    await says(play, "1", said and f"2026-12-03 {said}")
    [row] = [row for row in await play.log("P01") if row["words"] == "1"]
    assert row["answering"] == answering
