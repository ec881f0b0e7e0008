"""What is read for a picture of attendance stays small, however long the team has been at work."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, insert, select, update

from bot.rules.attendance_picture import Facts
from bot.rules.placement import Placed
from bot.turns.attendance import facts_of
from storage.attendance_reads import open_cases
from storage.cases import case_ids
from storage.placements import place
from storage.presence import on_the_rolls
from storage.tables import Case, MarkSettled, SessionMark
from tests.scheduler.test_attendance import register
from tests.stage import Play, london
from tests.turns.test_holiday_places import scene_of

A_YEAR_LATER = london("2027-11-30 09:00")
DAYS = BEFORE, SINCE = date(2026, 11, 27), date(2026, 11, 30)


def days_of(facts: Facts) -> tuple[list[date], list[date]]:
    return [mark.day for mark in facts.marks], [day for day, _half in facts.settled]


async def test_a_case_brings_its_own_marks_since_it_began_and_no_older_ones(sqlite_play: Play):
    play = sqlite_play
    for case in ("P10", "P17"):
        await register(play, case, f"{BEFORE} AM N", f"{SINCE} AM N")

    def read(c: Connection) -> dict[str, list[date]]:
        ids = case_ids(c, ["P10", "P17"])
        school = c.execute(select(SessionMark.school_id).limit(1)).scalar_one()
        about = {"half": "am", "school_id": school, "at": play.now, "by": "HM"}
        rows = [{**about, "case_id": number, "day": day} for number in ids.values() for day in DAYS]
        c.execute(insert(MarkSettled), rows)
        place(c, ids["P10"], Placed(starts_on=SINCE), "HM", play.now)
        place(c, ids["P17"], Placed(starts_on=date(2027, 11, 1)), "HM", play.now)
        scene = replace(scene_of(play, c), now=A_YEAR_LATER)
        facts = facts_of(scene, dict.fromkeys(ids.values(), 9))
        return {ref: days_of(facts[number]) for ref, number in ids.items()}

    assert await play.database.write(read) == {"P10": ([SINCE], [SINCE]), "P17": ([], [])}


async def test_closed_cases_are_in_no_list_of_attendance(sqlite_play: Play):
    def listed(c: Connection) -> tuple[bool, bool]:
        number = case_ids(c, ["P10"])["P10"]
        open_now = {row.id for row in open_cases(c)}
        return number in open_now, number in {row.id for row in on_the_rolls(c, SINCE)}

    def close(c: Connection) -> None:
        c.execute(update(Case).where(Case.ref == "P10").values(status="completed"))

    assert await sqlite_play.database.read(listed) == (True, True)
    await sqlite_play.database.write(close)
    assert await sqlite_play.database.read(listed) == (False, False)
