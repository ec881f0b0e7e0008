"""Registers kept: whole or not at all, the newest word counts, and no word is lost."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, insert, select

from bot.imports.faults import Rejected
from bot.imports.people import read_people
from bot.scene.scene import Scene
from bot.turns.registers import report_lines, take_register
from scheduler.enrolment import enrol
from storage.attending import NAME
from storage.cases import case_ids
from storage.marks import (
    conflicts_of,
    history_of,
    imported_for,
    last_import,
    marks_of,
    settled_of,
)
from storage.rolls import rolls_of
from storage.tables import Audit, Due, FormerUpn, MarkSettled, OnRoll, RegisterImport, School
from tests.imports.demo_files import changed, demo
from tests.imports.registers import KAI, MONDAY, OLA, as_csv, by_session
from tests.stage import london, marlbridge_taskforce

NOW = london("2026-12-04 17:00")
FRIDAY = date(2026, 12, 4)
MILLRACE, MARL_BECK = "Millrace Centre", "Marl Beck Academy"
HEAD = "UPN,School,Date,Session,Mark\n"
NOBODY = "M823000017001"
TASKFORCE = marlbridge_taskforce()


def rows(*lines):
    """A register by its lines: UPN, school, day of the week from Monday, half, mark."""
    body = "".join(
        f"{upn},{school},{30 + day},{half},{mark}\n" for upn, school, day, half, mark in lines
    )
    return (HEAD + body.replace(",30,", ",30/11/2026,").replace(",31,", ",01/12/2026,")).encode()


async def brought(play, content, school="", now=NOW):
    def work(connection):
        scene = Scene(connection, TASKFORCE, now, f"test:{now.isoformat()}")
        return take_register(scene, "FS", "page", "register.csv", content, school)

    return await play.database.write(work)


async def refused(play, content, school=""):
    with pytest.raises(Rejected) as info:
        await brought(play, content, school)
    return [str(fault) for fault in info.value.faults]


async def asked(play, question, *refs):
    """Ask the records something about cases in that week."""
    ids = await play.database.read(lambda c: case_ids(c, refs))
    return await play.database.read(lambda c: question(c, ids.values(), MONDAY, FRIDAY))


async def ids_of(play):
    schools = await play.database.read(lambda c: c.execute(select(School.name, School.id)).all())
    return await play.database.read(lambda c: case_ids(c, ("P01", "P02"))), dict(schools)


async def count(play, table):
    query = select(func.count()).select_from(table)
    return await play.database.read(lambda c: c.execute(query).scalar_one())


async def test_a_week_comes_in_once_and_the_same_week_again_changes_nothing(play):
    week = as_csv(by_session())
    report = await brought(play, week, MILLRACE)
    assert (report.marks, report.new, report.corrected, report.days) == (18, 18, 0, 5)
    assert report_lines(report) == [
        (
            "18 marks read, 18 of them of 2 pupils of ours on 5 days"
            " (Mon 30 Nov 2026 to Fri 4 Dec 2026)."
        ),
        "New: 18. Corrected: 0. As before: 0.",
    ]
    kept = await asked(play, marks_of, "P01", "P02")
    assert len(kept) == 18
    assert [mark.code for mark in kept if mark.day == MONDAY] == ["/", "\\", "L", "\\"]
    again = await brought(play, week, MILLRACE, london("2026-12-04 18:00"))
    assert report_lines(again) == ["Taken in before, Fri 4 Dec 17:00. Nothing changed."]
    assert await count(play, RegisterImport) == 1
    seen = await play.database.read(last_import)
    assert (seen.by, seen.marks, seen.first_on, seen.last_on) == ("FS", 18, MONDAY, FRIDAY)


async def test_a_late_mark_takes_the_place_of_the_first_one_which_stays_on_record(play):
    first = rows((KAI, MILLRACE, 0, "AM", "N"), (OLA, MILLRACE, 0, "AM", "/"))
    await brought(play, first)
    await play.database.write(lambda c: c.execute(Due.__table__.delete().where(Due.job == NAME)))
    late = await brought(play, first.replace(b"N\n", b"L\n"), now=london("2026-12-04 17:05"))
    assert (late.new, late.corrected) == (0, 1)
    cases, _schools = await ids_of(play)
    told = await play.database.read(lambda c: history_of(c, cases["P01"], MONDAY))
    assert [(was.code, was.until) for was in told] == [
        ("N", london("2026-12-04 17:05")),
        ("L", None),
    ]
    assert [mark.code for mark in await asked(play, marks_of, "P01")] == ["L"]
    query = select(Due.subject).where(Due.job == NAME)
    assert (await play.database.read(lambda c: c.execute(query).scalars().all())) == ["P01"]
    # The school takes it back: the file is the first one again, and all the same it is news.
    back = await brought(play, first, now=london("2026-12-04 17:10"))
    assert (back.again, back.corrected) == (False, 1)
    assert [mark.code for mark in await asked(play, marks_of, "P01")] == ["N"]


async def test_two_schools_of_one_child_that_disagree_wait_for_a_person(play):
    await brought(play, rows((KAI, MILLRACE, 0, "AM", "/"), (KAI, MILLRACE, 0, "PM", "D")))
    said = await brought(play, rows((KAI, MARL_BECK, 0, "AM", "N"), (KAI, MARL_BECK, 0, "PM", "I")))
    assert (said.new, said.corrected, said.conflicts) == (2, 0, 1)
    (conflict,) = await asked(play, conflicts_of, "P01")
    assert (conflict.day, conflict.half) == (MONDAY, "am")
    cases, schools = await ids_of(play)
    row = {"case_id": cases["P01"], "day": MONDAY, "half": "am", "school_id": schools[MILLRACE]}
    settling = insert(MarkSettled).values(**row, at=NOW, by="DO")
    await play.database.write(lambda c: c.execute(settling))
    assert await asked(play, conflicts_of, "P01") == []
    expected = {(cases["P01"], MONDAY, "am"): schools[MILLRACE]}
    assert await asked(play, settled_of, "P01") == expected
    assert await play.database.read(lambda c: imported_for(c, schools[MARL_BECK], MONDAY))
    assert not await play.database.read(lambda c: imported_for(c, schools[MARL_BECK], FRIDAY))


async def test_nothing_is_kept_of_a_child_who_is_nobody_here(play):
    content = rows((KAI, MILLRACE, 0, "AM", "/"), (NOBODY, "A school far away", 0, "AM", "N"))
    report = await brought(play, content)
    left = report.left_out
    assert (report.marks, report.new, left.unknown_pupils, left.unknown_marks) == (2, 1, 1, 1)
    assert report_lines(report)[-1] == "Not ours: 1 mark of 1 pupil. Nothing of that was kept."
    what = await play.database.read(lambda c: c.execute(select(Audit.what, Audit.subject)).all())
    assert tuple(what[-1]) == ("import register", "2 marks")


async def test_a_register_that_is_not_all_right_is_refused_whole(play):
    wrong_school = rows((KAI, MILLRACE, 0, "AM", "/"), (KAI, "Millrace Center", 1, "AM", "/"))
    (fault,) = await refused(play, wrong_school)
    assert fault == (
        "register.csv, row 3, column School: 'Millrace Center' is no school on record. Did you mean"
        " Millrace Centre? Correct it, or import the schools file first."
    )
    (fault,) = await refused(play, rows((KAI, MARL_BECK, 0, "AM", "N")), MILLRACE)
    assert "is not Millrace Centre, whose register this is said to be." in fault
    (fault,) = await refused(play, as_csv(by_session()))
    assert fault.startswith("register.csv, row 2: the row does not say whose register it is.")
    (fault,) = await refused(play, as_csv(by_session()), "Millrace Center")
    assert fault.startswith("register.csv, row 1: the file is said to be of a school that is not")
    assert await count(play, RegisterImport) == 0
    assert await asked(play, marks_of, "P01") == []


async def test_a_register_with_a_childs_earlier_upn_still_means_that_child(play):
    people = read_people(demo(pupils=changed("pupils", (2, "upn", "F384000017099"))))
    new = people.pupils[0].upn
    await play.database.write(lambda c: enrol(c, TASKFORCE, people, NOW))
    assert await count(play, FormerUpn) == 1
    both = rows((KAI, MILLRACE, 0, "AM", "/"), (new, MILLRACE, 0, "PM", "\\"))
    assert (await brought(play, both)).pupils == 1
    # In one file under both numbers, and told in two ways: nobody can say which is right.
    twice = rows((KAI, MILLRACE, 1, "AM", "/"), (new, MILLRACE, 1, "AM", "N"))
    (fault,) = await refused(play, twice)
    assert "The pupil stands there with two UPNs: delete the wrong row." in fault
    # And it is no other child's from then on.
    taken = read_people(demo(pupils=changed("pupils", (2, "upn", new), (3, "upn", KAI))))
    with pytest.raises(Rejected) as info:
        await play.database.write(lambda c: enrol(c, TASKFORCE, taken, NOW))
    assert "is on record as the UPN of P01" in str(info.value.faults[0])


async def test_a_child_who_changes_school_stands_on_the_new_register_from_that_day(sqlite_play):
    play = sqlite_play
    cases, _schools = await ids_of(play)
    await play.database.write(lambda c: c.execute(OnRoll.__table__.delete()))  # an older record
    await brought(play, rows((KAI, MARL_BECK, 0, "AM", "/")))

    async def rolls(ref, day):
        found = await play.database.read(lambda c: rolls_of(c, [cases[ref]], day))
        return {(roll.school, roll.kind) for roll in found[cases[ref]]}

    assert await rolls("P01", MONDAY) == {(MARL_BECK, "main"), (MILLRACE, "subsidiary")}
    moved = ((2, "home_school", "Cawder High"), (3, "home_school", "Cawder High"))
    people = read_people(demo(pupils=changed("pupils", *moved)))
    await play.database.write(lambda c: enrol(c, TASKFORCE, people, NOW))
    assert await rolls("P01", MONDAY) == {(MARL_BECK, "main"), (MILLRACE, "subsidiary")}
    assert await rolls("P01", FRIDAY) == {("Cawder High", "main"), (MILLRACE, "subsidiary")}
    # No register of St Wilfrun's ever named Zofia: the first file was a slip.
    assert await rolls("P02", MONDAY) == {("Cawder High", "main"), (MILLRACE, "subsidiary")}
