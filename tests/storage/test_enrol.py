"""People on record: the same files change nothing, a changed number has to be proven again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.demo import _chat
from bot.domain import Inbound
from bot.imports.faults import Rejected
from bot.imports.people import read_people
from bot.turns import take
from scheduler.enrolment import enrol, unproven
from storage import audit
from storage.addresses import hold_line, lines_of, mark_line, people, person_by_ref
from storage.cases import ties_of
from storage.database import Database
from storage.report import Report
from storage.staff import key_workers_of
from storage.tables import Address, Allocation, Audit, Case, CaseContact, Due, Person, Staff
from tests.imports.demo_files import changed, demo
from tests.stage import Play, marlbridge_taskforce
from tests.storage.rows import NOW

LATER = NOW + timedelta(days=1)


async def enrolled(
    database: Database, case: str = "", *, now=NOW, proven: bool = True, **texts: Any
) -> Report:
    """Import the demo files, some of them changed; of one case only, where that is enough."""
    taskforce = marlbridge_taskforce()
    practice = replace(taskforce.practice, proven_on_import=proven)
    files = read_people(demo(**texts))
    if case:
        pupils = tuple(row for row in files.pupils if row.ref == case)
        carers = tuple(row for row in files.carers if row.pupil == case)
        files = replace(files, pupils=pupils, carers=carers)
    return await database.write(
        lambda c: enrol(c, replace(taskforce, practice=practice), files, now, chat=_chat)
    )


async def count(database: Database, table: Any) -> int:
    query = select(func.count()).select_from(table)
    return await database.read(lambda c: c.execute(query).scalar_one())


async def kinds(database: Database) -> Counter[str]:
    everybody = await database.read(people)
    return Counter(person.kind for person in everybody)


def of(connection: Connection, name: str) -> Any:
    """Find a carer by name: who they are, and every line they have had."""
    person = next(one for one in people(connection) if one.name == name)
    return person, lines_of(connection, person.id)


def leanne(**values: str) -> str:
    return changed("carers", *((2, column, value) for column, value in values.items()))


def swapped(number: str) -> str:
    """Leanne has a number that was Craig's, and he a new one."""
    return changed("carers", (2, "phone", number), (5, "phone", "07700 900178"))


async def test_marlbridge_moves_in_whole_and_only_once(play: Play):
    database = play.database
    assert await kinds(database) == {"staff": 9, "pupil": 24, "carer": 26}
    tables = (Person, Address, Case, CaseContact, Allocation, Due, Audit)
    before = [await count(database, table) for table in tables]
    # 27 rows of adults: Joanne has two children, so she is one person with two rows.
    assert before[2:4] == [24, 27]
    report = await enrolled(database, now=LATER)
    assert report.nothing_changed
    assert (report.same["staff"], report.same["pupil"], report.same["carer"]) == (9, 24, 27)
    assert before == [await count(database, table) for table in tables]
    assert await database.read(audit.first_broken) is None


async def test_a_changed_number_is_unproven_and_the_old_one_is_used_no_more(play: Play):
    carers = leanne(phone="07700 900177")
    report = await enrolled(play.database, "P01", now=LATER, proven=False, carers=carers)
    assert report.changed == {"number": 1}
    assert await kinds(play.database) == {"staff": 9, "pupil": 24, "carer": 26}, "nobody doubled"
    person, (old, new) = await play.database.read(lambda c: of(c, "Leanne Thornton"))
    assert person.ref == "C001"
    assert (old.address, old.dead_at) == ("+447700900100", LATER)
    assert (new.address, new.dead_at, new.proven_at) == ("+447700900177", None, None)
    assert await play.database.read(unproven) == ["Leanne Thornton"]


async def test_a_number_that_comes_back_is_used_again_and_proven_again(sqlite_play: Play):
    database, third = sqlite_play.database, LATER + timedelta(days=1)
    await enrolled(database, "P01", now=LATER, carers=leanne(phone="07700 900177"))
    await enrolled(database, "P01", now=third, proven=False)
    _person, (first, second) = await database.read(lambda c: of(c, "Leanne Thornton"))
    assert (first.address, first.dead_at, first.proven_at) == ("+447700900100", None, None)
    assert (second.address, second.dead_at) == ("+447700900177", third)


async def test_a_number_the_network_calls_dead_is_not_woken_by_the_same_file(sqlite_play: Play):
    database = sqlite_play.database
    line = await database.write(lambda c: hold_line(c, "sms", "+447700900100", NOW))
    await database.write(lambda c: mark_line(c, line.id, dead_at=NOW))
    await enrolled(database, "P01", now=LATER)
    _person, (only,) = await database.read(lambda c: of(c, "Leanne Thornton"))
    assert only.dead_at == NOW


async def test_a_number_that_is_somebody_else_s_is_refused_and_nobody_is_renamed(sqlite_play: Play):
    database = sqlite_play.database
    before = await database.read(people)
    craig = swapped("07700 900103")  # he has not been brought in with his new number yet
    marcus = {"carers": leanne(phone="07700 900003"), "staff": changed("staff", (4, "phone", ""))}
    for files in ({"carers": craig}, marcus):
        with pytest.raises(Rejected) as refused:
            await enrolled(database, "P01", now=LATER, **files)
        assert str(refused.value.faults[0]).startswith("carers.csv, row 2, column phone: '07700 9")
        assert await database.read(people) == before


async def test_a_number_given_up_by_one_family_may_be_another_s_and_has_to_be_proven(
    sqlite_play: Play,
):
    database, third = sqlite_play.database, LATER + timedelta(days=1)
    both = swapped("07700 900103")
    await enrolled(database, "P04", now=LATER, carers=both)
    await enrolled(database, "P01", now=third, proven=False, carers=both)
    person, (_old, new) = await database.read(lambda c: of(c, "Leanne Thornton"))
    assert (new.address, new.dead_at, new.proven_at) == ("+447700900103", None, None)
    assert [tie.case for tie in await database.read(lambda c: ties_of(c, person.id))] == ["P01"]
    _craig, (his,) = await database.read(lambda c: of(c, "Craig Brook"))
    assert (his.address, his.dead_at) == ("+447700900178", None)


async def test_a_new_key_worker_ends_the_old_allocation(play: Play):
    database = play.database
    pupils = changed("pupils", (2, "key_worker", "MB"))
    report = await enrolled(database, "P01", now=LATER, pupils=pupils)
    assert report.changed["allocation"] == 1

    def allocations(connection: Connection) -> list[tuple[str, Any, Any]]:
        query = (
            select(Person.ref, Allocation.from_on, Allocation.to_on)
            .join(Person, Person.id == Allocation.staff_id)
            .join(Case, Case.id == Allocation.case_id)
            .where(Case.ref == "P01")
            .order_by(Allocation.id)
        )
        return [tuple(row) for row in connection.execute(query)]

    today, tomorrow = NOW.date(), LATER.date()
    found = await database.read(allocations)
    assert found == [("DO", today, today), ("MB", tomorrow, None)]

    def owners(connection: Connection, day: Any) -> list[str]:
        case = connection.execute(select(Case.id).where(Case.ref == "P01")).scalar_one()
        return key_workers_of(connection, [case], day)

    assert await database.read(lambda c: owners(c, today)) == ["DO"]
    assert await database.read(lambda c: owners(c, tomorrow)) == ["MB"]


async def test_one_mother_of_two_children_is_one_person_with_both_cases(sqlite_play: Play):
    database = sqlite_play.database
    joanne, lines = await database.read(lambda c: of(c, "Joanne Marsden"))
    assert len(lines) == 1
    ties = await database.read(lambda c: ties_of(c, joanne.id))
    assert [tie.case for tie in ties] == ["P07", "P08"]


async def test_two_parents_in_two_homes_are_two_people_on_one_case(sqlite_play: Play):
    database = sqlite_play.database
    found = [await database.read(lambda c, n=name: of(c, n)) for name in
             ("Rasa Petraitiene", "Tomas Petraitis")]  # fmt: skip
    assert len({person.id for person, _ in found}) == 2
    assert [lines[0].address for _, lines in found] == ["+447700900114", "+447700900125"]
    for person, _lines in found:
        (tie,) = await database.read(lambda c, p=person: ties_of(c, p.id))
        assert tie.case == "P15"


async def test_a_number_a_court_forbids_is_on_record_and_nothing_is_planned_for_it(
    sqlite_play: Play,
):
    database = sqlite_play.database
    lisa, (line,) = await database.read(lambda c: of(c, "Lisa Brook"))
    (tie,) = await database.read(lambda c: ties_of(c, lisa.id))
    assert (tie.case, tie.do_not_use, line.address) == ("P04", True, "+447700900124")


async def test_who_had_said_stop_before_is_opted_out_and_start_is_not_undone_by_a_file(
    sqlite_play: Play,
):
    database = sqlite_play.database
    _nadine, (line,) = await database.read(lambda c: of(c, "Nadine Campbell"))
    assert line.opted_out_at == NOW
    start = Inbound("sms", "SM1", line.address, "START")
    await take(database, marlbridge_taskforce(), start, LATER)
    await enrolled(database, "P22", now=LATER + timedelta(days=1))
    _nadine, (line,) = await database.read(lambda c: of(c, "Nadine Campbell"))
    assert line.opted_out_at is None


async def test_outside_the_demonstration_every_family_s_number_is_unproven(database: Database):
    await enrolled(database, proven=False)
    waiting = await database.read(unproven)
    assert len(waiting) == 24
    assert "Lisa Brook" not in waiting, "nobody is to speak to her"
    staff = await database.read(lambda c: lines_of(c, person_by_ref(c, "DO").id))
    assert all(line.proven_at == NOW for line in staff), "a worker's own phone is known"


async def test_a_row_that_says_unproven_is_unproven_in_the_demonstration_too(database: Database):
    await enrolled(database, "P01", carers=leanne(proven="N"))
    assert await database.read(unproven) == ["Leanne Thornton"]


async def test_a_new_name_or_language_changes_one_person_and_is_counted(sqlite_play: Play):
    database = sqlite_play.database
    report = await enrolled(database, "P01", now=LATER, carers=leanne(reads="pl"))
    assert report.changed == {"name or language": 1}
    person, _ = await database.read(lambda c: of(c, "Leanne Thornton"))
    assert (person.ref, person.language) == ("C001", "pl")


async def test_new_hours_of_a_worker_are_on_record(sqlite_play: Play):
    database = sqlite_play.database
    week = {"days": "Mon", "late_until": "", "hours": "Mon 09:00-12:00"}
    staff = changed("staff", *((3, column, value) for column, value in week.items()))
    assert (await enrolled(database, "P01", now=LATER, staff=staff)).changed == {"staff": 1}
    query = select(Staff.hours).join(Person, Person.id == Staff.person_id).where(Person.ref == "DO")
    hours = await database.read(lambda c: c.execute(query).scalar_one())
    assert hours == {"0": ["09:00", "12:00"]}


async def test_a_stranger_s_stop_outlives_their_being_put_on_record(database: Database):
    line = await database.write(lambda c: hold_line(c, "sms", "+447700900100", NOW))
    await database.write(lambda c: mark_line(c, line.id, opted_out_at=NOW))
    await enrolled(database, "P01", now=LATER)
    _person, (only,) = await database.read(lambda c: of(c, "Leanne Thornton"))
    assert (only.id, only.opted_out_at) == (line.id, NOW)
