"""A bus that did not come, and registers that come in the evening, on the real service."""

from __future__ import annotations

from sqlalchemy import select

from bot.flows.base import State
from storage.addresses import person_by_ref
from storage.conversations import keep_state
from storage.tables import AbsenceReason
from tests.scheduler.test_attendance import conversation, register
from tests.stage import Play

CHECK_IN = State("check_in", 1, "week", 7, offered=("good", "ok", "hard"), cases=("P10",))
THURSDAY = "2026-12-03"


async def no_bus(play: Play) -> None:
    await register(play, "P10", f"{THURSDAY} AM Q")
    await play.at(f"{THURSDAY} 10:16")


async def test_a_yes_to_help_with_transport_is_the_reason_of_that_day_and_not_of_monday(
    sqlite_play: Play,
):
    await sqlite_play.at(f"{THURSDAY} 09:40")
    await no_bus(sqlite_play)
    await sqlite_play.writes("P10", "1")
    query = select(AbsenceReason.day).where(AbsenceReason.kind == "transport")
    days = await sqlite_play.database.read(lambda c: c.execute(query).scalars().all())
    assert [day.isoformat() for day in days] == [THURSDAY]


async def test_no_bus_while_the_check_in_waits_so_a_1_still_answers_the_check_in(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at(f"{THURSDAY} 09:40")
    bridget = await play.carer("P10")
    await play.database.write(
        lambda c: keep_state(c, person_by_ref(c, bridget).id, CHECK_IN, play.now)
    )
    await no_bus(play)
    text = (await play.received("P10"))[-1]
    assert text == (
        "Hi Bridget, Connor had no transport today. Would help getting here be good? "
        "Marcus reads every message and answers."
    )
    assert await conversation(play, "P10") == CHECK_IN


async def test_registers_that_come_each_evening_make_one_task_of_the_third_day(sqlite_play: Play):
    play = sqlite_play
    for day in ("2026-11-30", "2026-12-01", "2026-12-02", "2026-12-03"):
        await play.at(f"{day} 17:30")
        await register(play, "P10", f"{day} AM N", f"{day} PM N")
        await play.later(minutes=1)
    await play.at("2026-12-04 09:00")
    [task] = await play.tasks(kind="absence", case="P10")
    assert "was not marked in for three days or more and nobody has said why." in task["words"]


async def test_he_left_for_school_at_8_frightens_once_the_register_says_he_is_not_there(play: Play):
    await play.at("2026-11-30 09:40")
    await play.writes("P15", "He left for school at 8")
    await register(play, "P10", "2026-11-30 AM N")
    await play.at("2026-11-30 10:15")
    await play.writes("P10", "He left for school at 8")
    [task] = await play.tasks(kind="crisis")
    assert (task["level"], task["case"]) == ("L1", "P10")
    assert (await play.last("P10"))["text"].startswith("If anyone is hurt or in danger, call 999")
    assert (await conversation(play, "P10")).flow == "absence"  # danger answers no question
    await register(play, "P10", "2026-11-30 AM L")
    await play.writes("P10", "he left at 8 but he dawdles")
    assert await play.tasks(kind="crisis") == [task]


async def test_missed_again_while_the_check_in_waits_has_words_of_its_own(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-01 09:40")
    bridget = await play.carer("P10")
    await play.database.write(
        lambda c: keep_state(c, person_by_ref(c, bridget).id, CHECK_IN, play.now)
    )
    await register(play, "P10", "2026-11-30 AM N", "2026-12-01 AM N")
    await play.at("2026-12-01 10:16")
    assert (await play.received("P10"))[-1] == (
        "Hi Bridget, we missed Connor again today. "
        "Tell us in your own words what would help, like getting here. Marcus"
    )
    assert await conversation(play, "P10") == CHECK_IN
