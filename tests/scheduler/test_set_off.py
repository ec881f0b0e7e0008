"""A child who set off for school before the register said that nobody saw them come."""

from __future__ import annotations

from storage.addresses import person_by_ref
from storage.conversations import keep_state
from tests.scheduler.test_attendance import register
from tests.scheduler.test_attendance_late import CHECK_IN
from tests.stage import Play

MONDAY = "2026-11-30"
HE_LEFT = "He left for school at 8"


async def test_he_left_at_8_and_at_20_to_10_the_register_says_he_never_came(play: Play):
    await play.at(f"{MONDAY} 08:35")
    await play.writes("P10", HE_LEFT)
    assert await play.tasks(kind="crisis") == []  # ordinary news, until then
    await play.at(f"{MONDAY} 09:40")
    await register(play, "P10", f"{MONDAY} AM N")
    await play.later(seconds=1)
    [task] = await play.tasks(kind="crisis")
    [lead] = await play.tasks(kind="safeguarding")
    assert (task["level"], task["case"], lead["level"]) == ("L1", "P10", "L1")
    assert task["words"].startswith(
        "L1 missing: the register of Mon 30 Nov (morning) does not have P10 in. "
        "At Mon 30 Nov 08:35 the family had written this. They may not know: ring them now.\n"
    )
    assert HE_LEFT in task["words"]
    await register(play, "P10", f"{MONDAY} AM N", f"{MONDAY} PM N")  # the afternoon's, all anew
    await play.at(f"{MONDAY} 13:30")
    assert [each["id"] for each in await play.tasks(kind="crisis")] == [task["id"]]
    await register(play, "P10", f"{MONDAY} AM L", f"{MONDAY} PM L")
    await play.writes("P10", "I told you he left at 8")
    assert [each["id"] for each in await play.tasks(kind="crisis")] == [task["id"]]


async def test_words_that_alarmed_when_they_came_do_not_alarm_again_when_n_becomes_o(play: Play):
    await play.at(f"{MONDAY} 09:40")
    await register(play, "P10", f"{MONDAY} AM N")
    await play.later(minutes=5)
    await play.writes("P10", HE_LEFT)
    [task] = await play.tasks(kind="crisis")
    await register(play, "P10", f"{MONDAY} AM O", f"{MONDAY} PM N")
    await play.at(f"{MONDAY} 13:30")
    assert [each["id"] for each in await play.tasks(kind="crisis")] == [task["id"]]


async def test_an_open_question_about_the_week_does_not_keep_the_alarm_back(sqlite_play: Play):
    play = sqlite_play
    await play.at(f"{MONDAY} 08:35")
    bridget = await play.carer("P10")
    await play.database.write(
        lambda c: keep_state(c, person_by_ref(c, bridget).id, CHECK_IN, play.now)
    )
    await play.writes("P10", "he went to school on the bus")
    assert await play.tasks(kind="crisis") == []
    await play.at(f"{MONDAY} 09:40")
    await register(play, "P10", f"{MONDAY} AM O")
    await play.later(seconds=1)
    [task] = await play.tasks(kind="crisis")
    assert (task["level"], task["case"]) == ("L1", "P10")


async def test_what_a_family_put_right_afterwards_is_read_as_it_stands_now(sqlite_play: Play):
    play = sqlite_play
    await play.at(f"{MONDAY} 08:35")
    await play._does("P10", "one", words=HE_LEFT)
    await play._does("P10", "two", words="Sorry, wrong chat", amends="one")
    await register(play, "P10", f"{MONDAY} AM N")
    await play.at(f"{MONDAY} 10:00")
    assert await play.tasks(kind="crisis") == []
    await play.writes("P10", HE_LEFT)
    assert len(await play.tasks(kind="crisis")) == 1
