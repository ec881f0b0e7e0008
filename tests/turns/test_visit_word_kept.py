"""What families are told of visits, and when: never at night, never in vain, never to be read by
others; and where no text goes, somebody rings."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select, update

from bot.flows.visit_news import DAY_BEFORE_BESIDE
from bot.rules.visits import Coming, NewVisit, Plan
from bot.scene.scene import Scene
from bot.scene.visit_reach import heard_today
from bot.turns.visit_news import remind, tell_booked
from scheduler.visit_reminders import visit_reminder
from storage.booking import make_visit
from storage.conversations import Moment
from storage.tables import Due, Outbox
from tests.flows.talk import ABOUT_VISIT, Talk
from tests.stage import Play, london
from tests.turns.test_restricted_siblings import marsdens
from tests.turns.visiting import books, calls_off, does, left_out, moves

MONDAY = "2026-11-30 13:45"


async def falls_due(play: Play, subject: str) -> None:
    """Let one reminder fall due now, whatever the clock says."""

    def work(scene: Scene) -> None:
        query = select(Due.id, Due.job, Due.subject, Due.turn, Due.at)
        found = scene.connection.execute(query.where(Due.subject == subject)).all()
        [row] = [one for one in found if one.job == "visit_reminder"]
        visit_reminder(scene, Moment(*row))

    await does(play, work)


async def marked(play: Play, purpose: str, **marks: object) -> None:
    """Let the messages of one purpose stand as they might at any moment."""

    def mark(connection: Connection) -> None:
        connection.execute(update(Outbox).where(Outbox.purpose == purpose).values(**marks))

    await play.database.write(mark)


async def statuses(play: Play) -> list[tuple[str, str]]:
    query = select(Outbox.purpose, Outbox.status).where(Outbox.purpose.like("visit%"))
    found = await play.database.read(lambda c: list(c.execute(query.order_by(Outbox.id))))
    return [(row.purpose, row.status) for row in found]


async def test_a_visit_called_off_at_night_wakes_nobody_and_is_told_at_seven(
    sqlite_play: Play,
) -> None:
    play = sqlite_play
    await play.at("2026-11-30 10:00")
    visit, _told = await books(play, "P21", "2026-12-01 08:45", staff=("RA",))
    play.wakes_at("2026-12-01 02:10")
    assert await calls_off(play, visit.id) == "Gemma is told by text Tue 1 Dec 07:00."
    assert (await statuses(play))[-1] == ("visit_cancelled", "held")
    play.wakes_at("2026-12-01 07:01")
    await play.service.settle()
    assert "is off" in (await play.last("P21"))["text"]


async def test_a_visit_moved_while_they_set_out_is_rung(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at(MONDAY)
    visit, _told = await books(play, "P01", "2026-12-01 10:00")
    play.wakes_at("2026-12-01 08:30")  # Leanne may be written to from half past one
    told = await moves(play, visit.id, "2026-12-03 14:00")
    assert told == "Leanne gets no text: it cannot reach them in time. Please phone or visit."
    [task] = await play.tasks(kind="hand_over", case="P01")
    assert "tell them the new time" in task["words"]


@pytest.mark.parametrize("status", ["sending", "uncertain"])
async def test_what_may_have_reached_them_is_called_off_by_text(
    sqlite_play: Play, status: str
) -> None:
    play = sqlite_play
    await play.at(MONDAY)
    visit, _told = await books(play, "P01", "2026-12-03 13:30")
    await marked(play, "visit_booked", status=status, sent_at=None)
    assert await calls_off(play, visit.id) == "Leanne is told by text."


async def test_the_day_before_takes_the_place_of_a_reminder_that_waits(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at(MONDAY)
    visit, _told = await books(play, "P01", "2026-12-03 13:30")
    play.wakes_at("2026-12-02 14:30")
    await play.writes("P01", "how do i get a bus pass for him")
    await does(play, lambda scene: remind(scene, visit, "3d"))
    assert (await statuses(play))[-1] == ("visit_3d", "held")
    play.wakes_at("2026-12-02 15:30")
    heard = await does(
        play,
        lambda s: (heard_today(s, visit, "visit_1d"), heard_today(s, visit, "visit_2h")),
    )
    assert heard == (False, True)
    await falls_due(play, f"{visit.id}.1:1d")
    assert (await statuses(play))[-2:] == [("visit_3d", "cancelled"), ("visit_1d", "sent")]


async def test_stop_names_the_visits_and_reaches_whoever_comes(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at(MONDAY)
    visit, _told = await books(play, "P01", "2026-12-03 13:30", staff=("MB",))
    await play.writes("P01", "STOP")
    [task] = await play.tasks(kind="opted_out", case="P01")
    named = f"visit {visit.id} (Home visit, Thu 3 Dec 13:30)"
    assert task["words"].endswith(f"Tell them yourself about {named}.")
    assert named in (await play.last("MB"))["text"]
    play.wakes_at("2026-12-02 15:45")
    await falls_due(play, f"{visit.id}.1:1d")
    [task] = await play.tasks(kind="hand_over", case="P01")
    assert task["owner"] == "MB"
    assert "remind them of it" in task["words"]
    assert len(await left_out(play)) == 1


async def test_stop_names_a_visit_of_noahs_to_nobody_who_may_not_know_of_him(
    sqlite_play: Play,
) -> None:
    play = sqlite_play
    await marsdens(play)  # Ellie is Dani's; Noah, whose case is restricted, is Tom's
    hers, _told = await books(play, "P07", "2026-12-03 13:30")
    his, _told = await books(play, "P08", "2026-12-04 10:00", kind="mentoring", staff=("TW",))
    before = len(await play.received("DO"))
    await play.writes("P07", "STOP")
    to_dani = "\n".join((await play.received("DO"))[before:])
    assert f"visit {hers.id} (Home visit" in to_dani
    assert "Mentoring" not in to_dani
    assert "10:00" not in to_dani
    tasks = await play.tasks(kind="opted_out")
    [kept] = [
        one for one in tasks if f"visit {his.id} (Mentoring, Fri 4 Dec 10:00)" in one["words"]
    ]
    assert kept["owner"] == "TW"


async def test_nobody_is_promised_whoever_is_away(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at(MONDAY)
    visit, _told = await books(play, "P01", "2026-12-03 13:30")
    await play.writes("DO", "/away until 2026-12-07")
    before = await play.received("P01")
    play.wakes_at("2026-12-02 15:45")
    await falls_due(play, f"{visit.id}.1:1d")
    assert [text for text in await play.received("P01") if "Reminder" in text] == []
    assert (await play.received("P01"))[: len(before)] == before
    tasks = await play.tasks(kind="visits_left", owner="HM")
    assert any("and Dani cannot come then" in task["words"] for task in tasks)


async def test_what_must_be_rung_is_no_task_of_somebody_away(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 10:00")
    await play.writes("MB", "/away until 2026-12-02")
    await books(play, "P13", "2026-12-03 13:00", staff=("MB", "TW"))
    [task] = await play.tasks(kind="hand_over", case="P13")
    assert task["owner"] == "TW"


async def test_whoever_books_reads_that_the_text_may_wait_and_why(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at(MONDAY)
    await play.writes("P01", "can someone come round please")
    _visit, told = await books(play, "P01", None, times=("2026-12-03 13:30",))
    assert told == (
        "Leanne is told by text. The text may wait until Mon 30 Nov 14:45: "
        "a conversation with a person is going on."
    )


async def test_on_a_phone_that_others_read_stands_a_name_and_a_time(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-12-01 10:15")  # Kerry's hours: Tuesdays and Thursdays, ten to twelve
    visit, _told = await books(play, "P19", "2026-12-08 11:00", staff=("SG",), kind="mentoring")
    assert (await play.last("P19"))["text"] == (
        "Sean: Tue 8 Dec at 11:00, as agreed. 1 = That suits, 2 = Change it."
    )
    await does(play, lambda scene: remind(scene, visit, "1d"))
    await moves(play, visit.id, "2026-12-08 10:30")
    await calls_off(play, visit.id)
    await books(play, "P19", None, staff=("SG",), kind="mentoring", times=("2026-12-10 11:00",))
    texts = [text for text in await play.received("P19") if "Sean" in text]
    assert len(texts) > 2
    for text in texts:
        assert not [word for word in ("Declan", "mentor", "visit", "centre") if word in text], text


async def test_whoever_has_no_part_in_the_case_any_more_hears_nothing(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at(MONDAY)
    leanne = await play.carer("P01")
    plan = Plan(60, "home", (Coming("DO"),), london("2026-12-03 13:30"))

    def book(scene: Scene) -> str:
        new = NewVisit("home_visit", ("P03",), leanne, plan)
        return tell_booked(scene, make_visit(scene.connection, new, "DO", scene.now))

    told = await does(play, book)
    assert told.startswith("No text went: no adult of this case has an address on record")
    assert await play.received("P01") == []


@pytest.mark.parametrize(
    ("cost", "said"),
    [("", "This time is kept free for you."), ("£42", "A missed visit costs us £42.")],
)
def test_beside_another_question_the_day_before_says_what_the_time_is_worth(
    cost: str, said: str
) -> None:
    talk = Talk(DAY_BEFORE_BESIDE, given={**ABOUT_VISIT, "cost": cost})
    assert talk.said == (
        "Reminder: a talk with Dani on Tue 8 Dec at 13:00, at the learning centre. "
        f"{said} Write here to change it."
    )
