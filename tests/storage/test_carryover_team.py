"""Whoever was replaced, covered for or cut off after a backup is so again after a restore."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.scene.scene import Scene
from bot.turns.access import revoke
from bot.turns.transfer import transfer
from scheduler.restored import hand_on
from storage import promises
from storage.addresses import person_by_ref
from storage.allocating import allocate
from storage.carryover import Again
from storage.carryover_team import shut_doors
from storage.cases import case_ids
from storage.database import Database
from storage.sessions import begin_session, session_of
from storage.staff import end_cover, key_workers_of, load_team, start_cover, tell_of_cover
from storage.standing import who_answers
from storage.tables import Allocation, Contact, CoverTold, Outbox, Person, Staff, Task
from tests.stage import Play
from tests.storage.restores import SAID, closed_again
from tests.storage.rows import NOW

TODAY = date(2026, 11, 30)
HOUR = timedelta(hours=1)


def staff(connection: Connection, ref: str) -> int:
    return person_by_ref(connection, ref).id


def key_workers(connection: Connection, *cases: str) -> list[list[str]]:
    numbers = case_ids(connection, cases)
    return [key_workers_of(connection, [numbers[case]], TODAY) for case in cases]


def scene(play: Play, connection: Connection, key: str) -> Scene:
    return Scene(connection, play.service.taskforce, play.now, key)


def said_to(connection: Connection) -> list[str]:
    """Whoever Leanne's words wait for."""
    query = select(Person.ref, Task.words).join(Task, Task.owner_id == Person.id)
    return [ref for ref, words in connection.execute(query) if SAID in words]


async def passes(play: Play, case: str, *heirs: str) -> None:
    """Pass a case on, and on again the same day."""
    for heir in heirs:
        await play.database.write(
            lambda c, to=heir: transfer(scene(play, c, f"{case}:{to}"), "HM", [case], to)
        )


async def handed_on(play: Play, older: Database, told: Again) -> int:
    return await older.write(lambda c: hand_on(scene(play, c, "restore"), told.left, told.passed))


async def test_a_case_that_passed_has_its_new_key_worker_with_all_that_hangs_on_it(
    play: Play, older: Database
):
    def promised(connection: Connection) -> None:
        made = (case_ids(connection, ["P01"])["P01"], staff(connection, "DO"), "DO")
        promises.make_promise(connection, promises.NewPromise(*made, "ring the school", NOW, TODAY))

    def stands(connection: Connection) -> tuple[Any, ...]:
        kept = promises.open_on_case(connection, case_ids(connection, ["P01"])["P01"])
        marks = select(Contact.words).where(Contact.purpose == "transfer")
        letters = select(Outbox.id).where(Outbox.purpose == "handover")
        return (
            said_to(connection),
            [row.staff_id == staff(connection, "MB") for row in kept],
            connection.execute(marks).scalars().all(),
            connection.execute(letters).all(),
        )

    await older.write(promised)
    await passes(play, "P01", "PN", "DO", "MB")
    told = await closed_again(play, older)
    assert [(one.case, one.before, one.heir) for one in told.passed] == [("P01", ("DO",), "MB")]
    assert await handed_on(play, older, told) == 1
    assert await older.read(lambda c: key_workers(c, "P01", "P02")) == [["MB"], ["DO"]]
    owners, kept, marks, letters = await older.read(stands)
    assert (owners, kept) == (["MB"], [True])
    assert len(marks) == 1
    assert marks[0].startswith("Key worker: Marcus")
    assert letters == [], "the family was told when it passed"
    assert await closed_again(play, older) == Again(), "and once is enough"


async def test_a_key_worker_who_is_not_in_the_backup_leaves_the_case_to_whoever_is_on_duty(
    play: Play, older: Database
):
    def joins(connection: Connection) -> None:
        marcus = select(Staff.__table__).where(Staff.person_id == staff(connection, "MB"))
        person = {"ref": "NEW", "kind": "staff", "name": "Nia New", "created_at": NOW}
        made = Person.__table__.insert().values(**person).returning(Person.id)
        post = dict(connection.execute(marcus).one()._mapping)
        post["person_id"] = connection.execute(made).scalar_one()
        connection.execute(Staff.__table__.insert().values(**post))
        allocate(connection, case_ids(connection, ["P01"])["P01"], "NEW", TODAY)
        new = {"staff_id": staff(connection, "NEW"), "role": "supporter", "from_on": TODAY}
        second = {"case_id": case_ids(connection, ["P02"])["P02"], **new}
        third = {"case_id": case_ids(connection, ["P03"])["P03"], **new}
        ended = {**third, "from_on": date(2020, 9, 1), "to_on": date(2020, 12, 18)}
        connection.execute(insert(Allocation).values(**second))
        connection.execute(insert(Allocation).values(**ended))

    await play.database.write(joins)
    told = await closed_again(play, older)
    assert [(one.case, one.heir, one.missing) for one in told.passed] == [("P01", "", True)]
    assert told.absent == ("P02: NEW",), "a supporter is named too"
    await handed_on(play, older, told)
    assert await older.read(lambda c: key_workers(c, "P01")) == [[]]
    assert await older.read(said_to) == [play.service.taskforce.practice.duty[0]]


async def test_a_leaver_s_open_work_goes_to_whoever_answers_for_the_family(
    play: Play, older: Database
):
    await play.database.write(lambda c: revoke(scene(play, c, "leaves"), "DO", "HM"))
    told = await closed_again(play, older)
    assert told.left == ("DO",)
    assert await older.read(said_to) == ["DO"]
    await handed_on(play, older, told)
    [heir] = await older.read(said_to)
    assert heir != "DO"


async def test_covers_begin_and_end_as_they_have_since_and_no_family_is_told_twice(
    play: Play, older: Database
):
    def away(connection: Connection, who: str, by: str) -> None:
        ids = staff(connection, who), staff(connection, by)
        start_cover(connection, *ids, TODAY, None, NOW)

    def told_of(connection: Connection) -> None:
        cover = next(one for one in load_team(connection).covers if one.staff == "DO")
        tell_of_cover(connection, cover.id, staff(connection, "C001"), NOW)

    def running(connection: Connection) -> tuple[set[tuple[str, str | None]], int]:
        covers = {(one.staff, one.substitute) for one in load_team(connection).covers}
        return covers, len(connection.execute(select(CoverTold)).all())

    for database in (play.database, older):
        await database.write(partial(away, who="MB", by="PN"))
    await play.database.write(lambda c: end_cover(c, staff(c, "MB"), NOW + HOUR))
    await play.database.write(partial(away, who="DO", by="PN"))
    await play.database.write(told_of)
    assert (await closed_again(play, older)).covers == 2
    assert await older.read(running) == ({("DO", "PN")}, 1)
    assert "DO is covered by PN" in await older.read(who_answers)
    assert await closed_again(play, older) == Again(), "and once is enough"


async def test_a_browser_that_was_signed_in_when_the_backup_was_made_opens_nothing(
    older: Database,
):
    def signed_in(connection: Connection) -> bool:
        return session_of(connection, "token", NOW + HOUR) is not None

    def signs_in(connection: Connection) -> None:
        begin_session(connection, staff(connection, "DO"), "token", NOW, NOW + 12 * HOUR)

    await older.write(signs_in)
    assert await older.read(signed_in)
    await older.write(lambda c: shut_doors(c, NOW + HOUR))
    assert not await older.read(signed_in)
