"""After a restore nothing leaves twice by itself: what may have gone already is a person's."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.scene.scene import Scene
from scheduler import JOBS
from scheduler.passed_over import AS_BEFORE, PASSED_OVER, REASON
from scheduler.restored import Settled, settle
from storage.conversations import load_state
from storage.tables import Address, Case, Due, NotSent, Outbox, Person
from tests.stage import Play, london
from tests.turns.visiting import books, due, stands

THURSDAY = "2026-12-03 15:45"


async def restored(play: Play, at: str) -> Settled:
    """What a restore does when the clock on the wall shows this time."""
    taskforce = play.service.taskforce

    def work(connection: Connection) -> Settled:
        return settle(Scene(connection, taskforce, london(at), f"restore:{at}"))

    return await play.database.write(work)


def one(connection: Connection, name: str, **like: Any) -> Any:
    here = (getattr(Outbox, column) == value for column, value in like.items())
    query = select(getattr(Outbox, name)).where(*here).order_by(Outbox.id.desc()).limit(1)
    return connection.execute(query).scalar_one()


async def status(play: Play, **like: Any) -> str:
    return await play.database.read(partial(one, name="status", **like))


async def typed(play: Play) -> None:
    """Dani's answer to Leanne, in the ten seconds in which it can be stopped."""
    await play.writes("P01", "can you ring me")
    message = (await play.last("DO"))["id"]
    await play.writes("DO", "I will ring at four.", reply_to=message)


def test_every_job_says_what_becomes_of_a_moment_that_went_by_unseen():
    """A new job has to decide: might it write to a family a second time?"""
    assert set(JOBS) == PASSED_OVER | AS_BEFORE
    assert not PASSED_OVER & AS_BEFORE


async def test_typed_words_are_not_sent_again_and_their_writer_has_them_back(play: Play):
    await typed(play)
    assert await status(play, kind="person") == "waiting"
    told = await restored(play, "2026-11-30 09:30")
    assert (told.typed, told.automatic) == (1, 0)
    assert await status(play, kind="person") == "cancelled"
    await play.at("2026-11-30 10:00")
    assert not any("ring at four" in text for text in await play.received("P01"))
    (task,) = await play.tasks(kind="restored", owner="DO")
    assert "Leanne Thornton (Kai P01)" in task["words"]
    assert task["words"].endswith("I will ring at four.\nDani")
    assert not await play.tasks(kind="typed"), "and there is nothing left to stop"


@pytest.mark.thursday
@pytest.mark.parametrize(
    ("stands", "marks"),
    [
        ("waiting", {}),
        ("held", {}),
        ("sending", {"lease_until": london("2026-12-04 08:00")}),
        ("uncertain", {"lease_until": london("2026-12-04 08:00")}),
    ],
)
async def test_an_automatic_message_that_was_on_its_way_is_one_line_in_one_task(
    sqlite_play: Play, stands: str, marks: dict[str, Any]
):
    play = sqlite_play
    await play.at(THURSDAY)
    on_its_way = update(Outbox).where(Outbox.purpose == "check_in")
    on_its_way = on_its_way.values(status=stands, sent_at=None, **marks)
    await play.database.write(lambda c: c.execute(on_its_way))
    told = await restored(play, "2026-12-04 09:00")
    assert told.automatic == 13
    assert await status(play, purpose="check_in") == "cancelled"
    assert await play.database.read(partial(one, name="reason", purpose="check_in")) == REASON
    (task,) = await play.tasks(kind="restored")
    assert task["owner"] == "MB", "whoever is on duty"
    assert task["words"].count(";") == 12
    assert "Leanne Thornton (Kai P01)" in task["words"]
    leanne = select(Person.id).where(Person.ref == await play.carer("P01"))
    state = await play.database.read(lambda c: load_state(c, c.execute(leanne).scalar_one()))
    assert state is None, "a question that was never asked is not open"


@pytest.mark.thursday
async def test_a_family_that_this_one_person_does_not_see_is_told_to_its_own_worker(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at(THURSDAY)
    back = update(Outbox).where(Outbox.purpose == "check_in").values(status="waiting", sent_at=None)
    await play.database.write(lambda c: c.execute(back))
    apart = update(Case).where(Case.ref == "P01").values(restricted=True)
    await play.database.write(lambda c: c.execute(apart))
    await restored(play, "2026-12-04 09:00")
    lists = {task["owner"]: task["words"] for task in await play.tasks(kind="restored")}
    assert set(lists) == {"MB", "DO"}
    assert lists["DO"].endswith("Please look at each: Leanne Thornton (Kai P01).")
    assert lists["MB"].count(";") == 11
    assert "Leanne" not in lists["MB"]


@pytest.mark.thursday
@pytest.mark.parametrize("stands", ["sent", "delivered", "failed", "cancelled", "expired"])
async def test_what_had_ended_when_the_backup_was_made_stays_as_it_is(
    sqlite_play: Play, stands: str
):
    await sqlite_play.at(THURSDAY)
    ended = update(Outbox).where(Outbox.purpose == "check_in").values(status=stands)
    await sqlite_play.database.write(lambda c: c.execute(ended))
    assert (await restored(sqlite_play, "2026-12-03 15:46")).automatic == 0
    assert await status(sqlite_play, purpose="check_in") == stands


@pytest.mark.thursday
async def test_a_message_a_person_was_asked_about_is_not_asked_about_again(sqlite_play: Play):
    await sqlite_play.at(THURSDAY)
    asked = update(Outbox).where(Outbox.purpose == "check_in")
    unsure = asked.values(status="uncertain", lease_until=None)
    await sqlite_play.database.write(lambda c: c.execute(unsure))
    assert (await restored(sqlite_play, "2026-12-03 15:46")).automatic == 0
    assert await status(sqlite_play, purpose="check_in") == "uncertain"


async def test_typed_words_that_were_to_go_later_come_back_too(sqlite_play: Play):
    """Whoever wrote them may have pressed "send now" after the backup was made."""
    play = sqlite_play
    await typed(play)
    later = update(Outbox).where(Outbox.kind == "person")
    held = later.values(status="held", due_at=london("2026-11-30 14:00"))
    await play.database.write(lambda c: c.execute(held))
    assert (await restored(play, "2026-11-30 09:30")).typed == 1
    assert await status(play, kind="person") == "cancelled"
    await play.at("2026-11-30 15:00")
    assert not any("I will ring at four." in text for text in await play.received("P01"))
    (task,) = await play.tasks(kind="restored", owner="DO")
    assert "It may have left since. Ask them whether it arrived" in task["words"]


async def test_their_writer_reads_whom_they_were_for_though_the_number_is_nobody_s_now(
    sqlite_play: Play,
):
    play = sqlite_play
    await typed(play)
    line = select(Outbox.address_id).where(Outbox.kind == "person").scalar_subquery()
    passed_on = update(Address).where(Address.id == line).values(person_id=None)
    await play.database.write(lambda c: c.execute(passed_on))
    await restored(play, "2026-11-30 09:30")
    (task,) = await play.tasks(kind="restored", owner="DO")
    assert "your message to Leanne Thornton (Kai P01) was waiting" in task["words"]


@pytest.mark.thursday
async def test_what_is_automatic_and_was_to_go_only_after_the_restore_still_goes(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at(THURSDAY)
    later = update(Outbox).where(Outbox.purpose == "check_in")
    held = later.values(status="held", sent_at=None, due_at=london("2026-12-04 14:00"))
    await play.database.write(lambda c: c.execute(held))
    assert (await restored(play, "2026-12-04 09:30")).automatic == 0
    assert await status(play, purpose="check_in") == "held"


async def test_a_notice_to_staff_goes_again_better_twice_than_never(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "can you ring me")
    again = update(Outbox).where(Outbox.kind == "staff").values(status="waiting")
    await play.database.write(lambda c: c.execute(again))
    told = await restored(play, "2026-11-30 09:30")
    assert told == Settled(0, 0, 0, 0)
    assert await status(play, kind="staff") == "waiting"


async def test_a_check_in_whose_moment_went_by_is_not_asked_and_next_week_s_is(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.without_digests()
    await play.at("2026-12-03 11:00")
    told = await restored(play, "2026-12-04 09:00")
    assert told.check_ins > 13
    leanne = await play.carer("P01")
    due = select(Due.at).where(Due.job == "check_in", Due.subject == leanne)
    assert await play.database.read(lambda c: c.execute(due).scalar_one()) == london(
        "2026-12-10 15:45"
    )
    why = select(NotSent.reason).where(NotSent.key.like(f"check_in/{leanne}/%"))
    assert await play.database.read(lambda c: c.execute(why).scalar_one()) == REASON
    await play.at("2026-12-04 12:00")
    assert not [text for text in await play.received("P01") if "weekly check-in" in text]
    await play.at("2026-12-10 15:46")
    assert [text for text in await play.received("P01") if "weekly check-in" in text]


@pytest.mark.thursday
async def test_a_question_whose_silence_ended_is_closed_and_somebody_looks(sqlite_play: Play):
    play = sqlite_play
    await play.without_digests()
    await play.at(THURSDAY)
    before = len(await play.received("P01"))
    told = await restored(play, "2026-12-08 09:00")
    assert told.questions >= 9
    await play.at("2026-12-08 12:00")
    assert len(await play.received("P01")) == before, "nobody is told that they did not answer"
    (task,) = await play.tasks(kind="restored")
    assert "Leanne Thornton (Kai P01)" in task["words"]
    due = select(Due.id).where(Due.job == "silence", Due.subject == await play.carer("P01"))
    assert await play.database.read(lambda c: c.execute(due).first()) is None


async def test_a_quiet_installation_has_nothing_to_look_at(sqlite_play: Play):
    assert await restored(sqlite_play, "2026-11-30 08:31") == Settled(0, 0, 0, 0)
    assert await sqlite_play.tasks(kind="restored") == []


async def test_an_installation_with_nobody_in_it_can_be_restored_too(database):
    assert await restored(Play(database), "2026-11-30 08:31") == Settled(0, 0, 0, 0)


@pytest.mark.afternoon
async def test_a_reminder_of_a_visit_that_went_by_is_not_sent_and_somebody_looks(
    sqlite_play: Play,
):
    play = sqlite_play
    visit, _told = await books(play, "P01", "2026-12-03 14:00")
    await play.writes("P01", "1")
    told = await restored(play, "2026-12-03 08:30")
    assert told.questions == 1
    (task,) = await play.tasks(kind="restored")
    assert "Leanne Thornton (Kai P01)" in task["words"]
    assert await due(play, "visit_reminder") == {}
    assert (await stands(play, visit.id)).is_live, "the visit itself stands"
