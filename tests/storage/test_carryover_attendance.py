"""What holds about school, what has ended and what families have said stays so after a restore."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, insert, select, update

from bot.rules.activity import NewActivity
from bot.rules.closures import Shut
from bot.rules.expected import Pattern, slots_of
from bot.rules.placement import Placed
from storage.activities import activities, end_activity, make_activity
from storage.addresses import person_by_ref
from storage.approvals import SENT, STOPPED, NewApproval, asked_by, decide, propose
from storage.carryover import Again
from storage.cases import case_ids
from storage.closures import close_school, closed_on
from storage.conversations import due_at, set_due
from storage.database import Database
from storage.erasing import EMPTY
from storage.holds import hold, hold_of
from storage.holidays import set_wish, wish_of
from storage.placements import agree, agreed_on, patterns_of, place, placement_of, stop_pattern
from storage.reasons import Given, give, reasons_of
from storage.tables import AgreedReminder, Approval, School, Task
from storage.tasks import NewTask, make_task
from tests.stage import Play
from tests.storage.restores import closed_again
from tests.storage.rows import NOW

TODAY, TOMORROW = date(2026, 11, 30), date(2026, 12, 1)
LATER = NOW + timedelta(hours=2)
THREE_MORNINGS = slots_of(["mon am", "tue am", "wed am"])
STEP = Pattern("reduced", THREE_MORNINGS, TODAY, TODAY + timedelta(days=20), 0)
CLUB = NewActivity("lunch club", "the hall", TOMORROW, TOMORROW, "10am-2pm", 9, TODAY)


def kai(connection: Connection) -> int:
    return case_ids(connection, ["P01"])["P01"]


def millrace(connection: Connection) -> int:
    query = select(School.id).where(School.name == "Millrace Centre")
    return connection.execute(query).scalar_one()


def begun(connection: Connection, leanne: int) -> None:
    """What was agreed before the backup was made."""
    agree(connection, kai(connection), STEP, "parents", NOW)
    place(connection, kai(connection), Placed(starts_on=TODAY), "DO", NOW)
    make_activity(connection, CLUB, "HM", NOW)
    set_wish(connection, leanne, "DO", NOW, wants=True)
    row = {"case_id": kai(connection), "person_id": leanne, "days": ["tue"], "by": "DO", "at": NOW}
    connection.execute(insert(AgreedReminder).values(time_of_day="18:00", words="bag", **row))


def went_on(connection: Connection, leanne: int) -> None:
    """What happened since, as the replaced database knows it."""
    case = kai(connection)
    hold(connection, case, "bereavement", "DO", TODAY, LATER)
    close_school(connection, Shut(millrace(connection), TOMORROW), "HM", LATER)
    give(connection, Given(case, TODAY, "ill", LATER, "DO"))
    stop_pattern(connection, case, agreed_on(connection, case)[0].id, LATER)
    place(connection, case, Placed(starts_on=TODAY, ended_on=TODAY), "DO", LATER)
    end_activity(connection, activities(connection)[-1].id, LATER)
    set_wish(connection, leanne, "DO", LATER, wants=False)
    connection.execute(update(AgreedReminder).values(ended_at=LATER, ended_by="DO"))


def stands(connection: Connection, leanne: int) -> list[object]:
    case, ends = kai(connection), select(AgreedReminder.ended_at)
    return [
        getattr(hold_of(connection, case), "kind", ""),
        closed_on(connection, millrace(connection), TOMORROW, TOMORROW),
        reasons_of(connection, [case], TODAY, TODAY)[case],
        patterns_of(connection, [case])[case],
        placement_of(connection, case),
        activities(connection)[-1].ended_at,
        wish_of(connection, leanne),
        set(connection.execute(ends).scalars()),
    ]


async def test_what_holds_or_has_ended_about_school_since_holds_and_has_ended_here(
    play: Play, older: Database
):
    carer = await play.carer("P01")
    leanne = await play.database.read(lambda c: person_by_ref(c, carer).id)
    for database in (play.database, older):
        await database.write(lambda c: begun(c, leanne))
    before = await older.read(lambda c: stands(c, leanne))
    await play.database.write(lambda c: went_on(c, leanne))
    now = await play.database.read(lambda c: stands(c, leanne))
    assert all(was != is_now for was, is_now in zip(before, now, strict=True))
    assert (await closed_again(play, older)).attendance == len(now)
    assert await older.read(lambda c: stands(c, leanne)) == now
    assert await closed_again(play, older) == Again(), "and once is enough"


def asked(connection: Connection, key: str, day: date) -> int:
    marcus = person_by_ref(connection, "MB").id
    new = NewApproval(
        key=key, kind="days_missed", case_id=kai(connection), staff_id=marcus, words="3 days",
        about_on=day, not_after=LATER, at=NOW,
    )  # fmt: skip
    number = propose(connection, new)
    question = NewTask(key, "approval", marcus, "3 days", at=NOW, respond_by=LATER)
    task = make_task(connection, question)
    asked_by(connection, number, task)
    set_due(connection, "approval", str(number), LATER)
    return number


async def test_what_a_worker_has_decided_since_is_asked_of_nobody_again(
    play: Play, older: Database
):
    """One was asked before the backup was made and its words erased since; one came after it."""
    first = await older.write(lambda c: asked(c, "one", TODAY))

    def decided(connection: Connection) -> None:
        decide(connection, asked(connection, "one", TODAY), "MB", SENT, LATER)
        connection.execute(update(Approval).values(words=EMPTY))
        decide(connection, asked(connection, "two", TOMORROW), "HM", STOPPED, LATER)

    def found(connection: Connection) -> list[tuple[object, ...]]:
        kept = (Approval.words, Approval.outcome, Approval.decided_by, Approval.decided_at)
        return [tuple(row) for row in connection.execute(select(*kept).order_by(Approval.id))]

    await play.database.write(decided)
    assert (await closed_again(play, older)).approvals == 2
    assert await older.read(found) == [("", SENT, "MB", LATER), ("3 days", STOPPED, "HM", LATER)]
    open_tasks = select(Task.id).where(Task.kind == "approval", Task.done_at.is_(None))
    assert not await older.read(lambda c: c.execute(open_tasks).all())
    assert await older.read(lambda c: due_at(c, "approval", str(first))) is None
    assert await closed_again(play, older) == Again(), "and once is enough"
