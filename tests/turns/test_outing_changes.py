"""Whoever may be out there is dropped by nobody: not by a move, an outcome, or a phone that is off.

The ladder goes on until somebody has it, and an SOS until somebody has heard who sent it.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.domain import Inbound
from bot.rules.visits import BOOKED, CANCELLED, OVER
from bot.turns import take
from bot.turns.staffroom import ONLY_FROM_THE_DOOR
from storage.addresses import lines_of, mark_line, person_by_ref
from storage.outings import open_outings
from storage.tables import Task
from tests.stage import Play
from tests.turns.test_outings import CAFE, booked, changes, first, presses, steps, texts_to, told

SILENT = "Lone working: Dani has not said that they have arrived"


async def cut_off(play: Play, who: str, *channels: str, back: bool = False) -> None:
    """The chat of somebody is dead, or their phone; or everything is back."""

    def dead(connection: Connection) -> None:
        staff = person_by_ref(connection, who)
        for line in lines_of(connection, staff.id):
            if back or line.channel in channels:
                mark_line(connection, line.id, dead_at=None if back else play.now)

    await play.database.write(dead)


async def texts(play: Play, words: str, number: str = "+447700900002") -> str:
    """Dani texts from her phone; returns what it shows then."""
    texted = Inbound("sms", f"in-{words}-{play.now}", number, words)
    await take(play.database, play.service.taskforce, texted, play.now)
    await play.service.settle()
    return (await texts_to(play, "DO"))[-1]


async def was_told(play: Play, who: str, begins: str) -> int:
    return sum(text.startswith(begins) for text in await play.received(who))


async def test_whoever_is_silent_at_the_door_is_missed_though_the_visit_is_called_off(
    sqlite_play: Play,
):
    play = sqlite_play
    visit = await booked(play)
    await play.at("2026-11-30 14:12")
    await changes(play, visit, CANCELLED, "by_us")
    await play.at("2026-11-30 14:25")
    assert (await told(play, "MB")).startswith(SILENT)
    assert CAFE in await presses(play, "MB", "where")


async def test_an_outcome_that_one_records_does_not_end_the_outing_of_the_other(
    sqlite_play: Play,
):
    play = sqlite_play
    visit = await booked(play, "DO", "MB")
    await play.at("2026-11-30 14:11")
    await presses(play, "DO", "left")
    await changes(play, visit, OVER, "ended")
    [out] = await play.database.read(open_outings)
    assert out.staff == "MB"
    await play.at("2026-11-30 14:40")
    assert (await told(play, "HM")).startswith("Lone working: Marcus has not said")


async def test_an_sos_before_the_start_outlives_the_visit_that_is_called_off(sqlite_play: Play):
    play = sqlite_play
    visit = await booked(play)
    await play.at("2026-11-30 13:55")
    assert await presses(play, "DO", "sos") == "ok"
    await changes(play, visit, CANCELLED, "by_us")
    assert CAFE in await presses(play, "MB", "where")
    await play.at("2026-11-30 13:58")
    await presses(play, "MB", "safe")
    assert await play.database.read(open_outings) == []


async def test_whoever_arrives_early_and_is_moved_meanwhile_is_asked_all_the_same(
    sqlite_play: Play,
):
    play = sqlite_play
    visit = await booked(play)
    await play.at("2026-11-30 13:50")
    await presses(play, "DO", "arrived")
    await changes(play, visit, BOOKED, "moved", at="2026-12-01 14:00")
    await play.at("2026-11-30 15:10")
    assert (await told(play, "DO")).startswith("Your visit until 15:00: have you left")


async def test_the_ladder_goes_on_until_somebody_has_it(play: Play):
    await booked(play)
    await play.at("2026-11-30 14:40")
    assert await was_told(play, "HM", SILENT) == 1
    await play.at("2026-11-30 14:55")
    assert await was_told(play, "PN", SILENT) == 1, "she is at work"
    assert await was_told(play, "JL", SILENT) == 1, "and the lead is next in charge"
    [task] = await play.tasks(kind="lone_working")
    await play.presses("MB", f"t:{task['id']}:ack")
    counted = await was_told(play, "HM", SILENT)
    await play.at("2026-11-30 15:54")
    assert await was_told(play, "HM", SILENT) == counted, "whoever has it is given time"
    await play.at("2026-11-30 15:55")
    assert await was_told(play, "MB", "Lone working: Dani has not said that they have left") == 1


async def test_while_nothing_reaches_anybody_it_is_tried_again(sqlite_play: Play):
    play = sqlite_play
    await booked(play)
    others = ("HM", "MB", "PN", "TW", "SG", "RA", "FS", "JL")
    for who in others:
        await cut_off(play, who, "staff", "sms")
    await play.at("2026-11-30 15:00")
    [out] = await play.database.read(open_outings)
    assert (out.rung, out.told) == (2, ())
    await cut_off(play, "HM", back=True)
    await play.at("2026-11-30 15:15")
    [out] = await play.database.read(open_outings)
    assert out.told == ("HM",)


async def test_with_the_manager_off_everybody_in_charge_is_told(sqlite_play: Play):
    play = sqlite_play
    play.wakes_at("2026-12-03 12:00")
    await cut_off(play, "HM", "staff", "sms")
    assert await texts(play, "SOS") == "ok"
    assert await was_told(play, "MB", "SOS from Dani") == 1
    assert await was_told(play, "JL", "SOS from Dani") == 1, "Helen is off, and cannot be reached"
    assert await was_told(play, "HM", "SOS from Dani") == 0
    [task] = await play.tasks(kind="sos")
    await play.presses("MB", f"t:{task['id']}:ack")
    await play.later(minutes=20)
    assert await was_told(play, "PN", "Not done with yet. SOS") == 0
    assert await texts(play, "sos they have locked the door") == "ok"
    assert "locked the door" in await told(play, "JL"), "a second SOS is told like the first"
    await play.later(minutes=15)
    assert await was_told(play, "PN", "Not done with yet. SOS") == 1


async def test_an_sos_that_is_dealt_with_leaves_the_clock_running(sqlite_play: Play):
    play = sqlite_play
    await booked(play)
    await play.at("2026-11-30 14:05")
    await presses(play, "DO", "sos")
    [task] = await play.tasks(kind="sos")
    await play.presses("MB", f"t:{task['id']}:done")
    await play.at("2026-11-30 14:25")
    [out] = await play.database.read(open_outings)
    assert (out.sos_at, out.rung) == (None, 0)
    await play.at("2026-11-30 15:25")
    assert (await told(play, "MB")).startswith(
        "Lone working: Dani has not said that they have left"
    )


async def test_whoever_has_left_after_an_sos_that_is_dealt_with_is_off_the_clock(
    sqlite_play: Play,
):
    play = sqlite_play
    await booked(play)
    await play.at("2026-11-30 14:05")
    await presses(play, "DO", "sos")
    await presses(play, "DO", "left")
    assert len(await play.database.read(open_outings)) == 1, "an answer proves nothing"
    [task] = await play.tasks(kind="sos")
    await play.presses("MB", f"t:{task['id']}:done")
    await play.at("2026-11-30 14:25")
    assert await play.database.read(open_outings) == []


async def test_with_a_dead_chat_she_is_asked_and_answers_by_text(sqlite_play: Play):
    play = sqlite_play
    await booked(play)
    await cut_off(play, "DO", "staff")
    await play.at("2026-11-30 14:10")
    assert "Reply ARRIVED, LATE, NOT GOING or SOS." in (await texts_to(play, "DO"))[-1]
    assert await texts(play, "when is lunch") == ONLY_FROM_THE_DOOR
    assert (await texts(play, "left")).startswith("Nothing is noted yet."), "for the visit?"
    assert await texts(play, "Arrived.") == "Noted. At 15:10 you are asked whether you have left."
    await play.at("2026-11-30 15:10")
    assert "Reply LEFT, 15, 30 or SOS." in (await texts_to(play, "DO"))[-1]
    assert (await texts(play, "15")).startswith("Noted. At 15:35")
    assert await texts(play, "left, safe") == "Good. You are off the clock."
    assert await play.database.read(open_outings) == []
    assert await texts(play, "left") == ONLY_FROM_THE_DOOR, "she is out no more"


async def test_a_text_that_says_she_is_not_safe_is_an_sos(sqlite_play: Play):
    play = sqlite_play
    await booked(play)
    await play.at("2026-11-30 14:05")
    assert await texts(play, "not safe") == "ok"
    assert "They wrote: “not safe”." in await told(play, "HM")


async def test_an_answer_that_replies_to_the_question_goes_to_no_family(sqlite_play: Play):
    play = sqlite_play
    await booked(play)
    await play.at("2026-11-30 14:10")
    await play.writes("DO", "arrived", reply_to=(await play.last("DO"))["id"])
    assert (await told(play, "DO")).startswith("Noted. At 15:10")
    assert ("DO", "arrived") in await steps(play)


async def test_whoever_is_at_the_next_door_has_left_the_one_before(sqlite_play: Play):
    play = sqlite_play
    await booked(play)
    await booked(play, at="15:30")
    await play.at("2026-11-30 15:26")
    assert await was_told(play, "MB", "Lone working: Dani") > 0
    number = await first(play)
    await play.at("2026-11-30 15:40")
    await play.presses("DO", f"o:{number + 1}:arrived")
    [out] = await play.database.read(open_outings)
    assert out.id == number + 1
    assert await told(play, "MB") == "Dani: has left, safe. Nothing more to do."
    assert await play.tasks(kind="lone_working") == []


async def test_an_answer_after_everybody_was_told_is_not_missed_again_at_once(sqlite_play: Play):
    play = sqlite_play
    await booked(play)
    await play.at("2026-11-30 15:12")
    await presses(play, "DO", "arrived")
    assert await told(play, "HM") == "Dani: has arrived. Nothing more to do."
    await play.at("2026-11-30 15:30")
    assert await told(play, "HM") == "Dani: has arrived. Nothing more to do."
    closed = select(Task.outcome).where(Task.kind == "lone_working")
    assert await play.database.read(lambda c: set(c.execute(closed).scalars())) == {"answered"}


async def test_whoever_books_an_evening_with_nobody_at_work_is_told_before_it_is_booked(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.writes("MB", "/book home visit Craig thu 3 dec 17:30 for 30 min")
    assert "nobody is at work to look for Marcus: with no answer only" in await told(play, "MB")
    await play.writes("MB", "/book home visit Craig thu 3 dec 15:00 for 30 min")
    assert "nobody is at work" not in await told(play, "MB")
