"""What staff say by chat of a child's time here: placements, holds, and a school that is closed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from bot.imports.placements import PlacementRow, read_placements
from bot.rules.expected import is_expected
from bot.rules.placement import Placed
from bot.scene.scene import Scene
from bot.scene.schooling import schoolings_of
from bot.settings import DEMO
from scheduler.placements import bring_placements
from storage.cases import case_ids
from storage.closures import closed_on
from storage.holds import held
from storage.placements import place, placement_of
from storage.tables import Audit, Due
from tests.desk.test_writing_down import audited, presses, says
from tests.stage import Play

TOMORROW = date(2026, 12, 1)


async def expected(play: Play, case: str, day: date) -> dict[str, str]:
    """Where a child is expected on a day, and in which halves."""

    def read(connection):
        [number] = case_ids(connection, [case]).values()
        scene = Scene(connection, play.service.taskforce, play.now, "look")
        return {
            one.school: "".join(
                half[0] for half in ("am", "pm") if is_expected(one.schooling, day, half)
            )
            for one in schoolings_of(scene, [number])[number]
        }

    return await play.database.read(read)


async def looked_at_again(play: Play) -> set[str]:
    query = select(Due.subject).where(Due.job == "attendance", Due.at <= play.now)
    return set(await play.database.read(lambda c: c.execute(query).scalars().all()))


async def test_a_worker_reads_how_late_education_began(play: Play):
    said = await says(play, "SG", "/placement P03")
    assert "Here since Tue 24 Nov: week 2." in said
    assert "Day 6: Mon 23 Nov. Education began 1 school day late." in said
    assert "step 1, Mon 23 Nov to Fri 4 Dec: Mon, Tue, Wed." in await says(
        play, "SG", "/placement P16"
    )
    assert ("SG", "read") in await audited(play)


async def test_nothing_about_attendance_goes_to_a_held_family(sqlite_play: Play):
    play = sqlite_play
    assert "held already" in await says(play, "TW", "/hold P07 ebsa")  # as it came from the file
    refused = await says(play, "DO", "/hold P07 off")
    assert refused.startswith("That is for whoever works with this family")
    assert "not held" in await says(play, "DO", "/hold P01 off")
    assert "any more (bereavement)" in await says(play, "DO", "/hold P01 bereavement")
    assert "may go again" in await says(play, "HM", "/hold P07 off")

    def read(c):
        ids = case_ids(c, ["P01", "P07"])
        found = held(c, list(ids.values()), play.now.date())
        return {ref: found.get(number, "") for ref, number in ids.items()}

    assert await play.database.read(read) == {"P01": "bereavement", "P07": ""}
    assert {"P01", "P07"} <= await looked_at_again(play)
    assert [what for _who, what in await audited(play)].count("SetHold") == 2
    assert "bereavement" not in await says(play, "DO", "/placement P01")  # why is for fewer


async def test_a_school_that_cannot_open_expects_nobody_until_it_does(play: Play):
    assert "Only the manager" in await says(play, "DO", "/closed Millrace")
    assert "Which school" in await says(play, "MB", "/closed high")
    asked = await says(play, "MB", "/closed millrace tomorrow")
    assert asked.startswith("Millrace Centre closed on Tue 1 Dec, all day? 18 children are")
    assert await expected(play, "P01", TOMORROW) == {
        "Marl Beck Academy": "ap",
        "Millrace Centre": "ap",
    }
    assert "is closed on Tue 1 Dec" in await presses(play, "MB", "Yes, it is closed")
    assert (await expected(play, "P01", TOMORROW))["Millrace Centre"] == ""
    assert "P01" in await looked_at_again(play)
    closed = await play.database.read(lambda c: closed_on(c, 1, TOMORROW, TOMORROW))
    assert closed == {(TOMORROW, "am"), (TOMORROW, "pm")}
    assert "is open on Tue 1 Dec" in await presses(play, "MB", "It opens after all")
    assert (await expected(play, "P01", TOMORROW))["Millrace Centre"] == "ap"
    done = [what for who, what in await audited(play) if who == "MB"]
    assert done[-2:] == ["school closed", "school open again"]


async def test_no_education_is_expected_before_it_began_or_after_it_ended(sqlite_play: Play):
    began, before = date(2026, 11, 24), date(2026, 11, 23)
    assert await expected(sqlite_play, "P03", before) == {"Millrace Centre": ""}
    assert await expected(sqlite_play, "P03", began) == {"Millrace Centre": "ap"}
    assert await expected(sqlite_play, "P22", date(2026, 11, 30)) == {"Millrace Centre": ""}
    # Chloe is at her own school from Monday to Wednesday, and at the provision on the other days.
    assert await expected(sqlite_play, "P16", TOMORROW) == {
        "Hollin Grange School": "ap",
        "Millrace Centre": "",
    }
    assert (await expected(sqlite_play, "P16", date(2026, 12, 3)))["Millrace Centre"] == "ap"


async def test_what_a_person_said_stands_when_the_file_comes_again(sqlite_play: Play):
    def work(c):
        scene = Scene(c, sqlite_play.service.taskforce, sqlite_play.now, "again")
        ids = case_ids(c, ["P01", "P02"])
        place(c, ids["P01"], Placed(TOMORROW), "DO", sqlite_play.now)
        content = b"\n".join((DEMO / "placements.csv").read_bytes().splitlines()[:3])
        rows = read_placements("placements.csv", content, set(ids), scene.today)
        report = bring_placements(scene, rows)
        return report.kept, report.changed, placement_of(c, ids["P01"]).starts_on

    assert await sqlite_play.database.write(work) == (["P01"], 0, TOMORROW)


async def test_a_hold_that_a_file_sets_stands_in_the_audit_with_its_case(sqlite_play: Play):
    def work(c):
        scene = Scene(c, sqlite_play.service.taskforce, sqlite_play.now, "held")
        rows = [PlacementRow(ref, Placed(TOMORROW), "ebsa") for ref in ("P01", "P07")]
        for _time in range(2):
            bring_placements(scene, rows)
        query = select(Audit.who, Audit.subject).where(Audit.what == "SetHold")
        return [tuple(row) for row in c.execute(query.order_by(Audit.id))]

    said = await sqlite_play.database.write(work)
    assert [(who, subject) for who, subject in said if "P01" in subject] == [("system", "P01 ebsa")]
    assert said.count(("system", "P07 ebsa")) == 1  # as it came from the first file
