"""News of school that reaches nobody by text, or that turns out untrue: a person is asked."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, delete, select

from bot.rules.closures import Shut
from bot.turns import activities, closures
from storage import activities as records
from storage.addresses import person_by_ref
from storage.tables import Address, School
from tests.scheduler.test_attendance import MILLRACE, register
from tests.stage import Play
from tests.turns.test_holiday_places import CLUB, OURS, does, scene_of

TUESDAY = date(2026, 12, 1)


async def loses_every_address(play: Play, case: str) -> None:
    person = await play.carer(case)

    def work(connection: Connection) -> None:
        someone = person_by_ref(connection, person)
        connection.execute(delete(Address).where(Address.person_id == someone.id))

    await play.database.write(work)


async def test_a_child_whose_family_has_no_address_is_asked_about_once(sqlite_play: Play):
    play = sqlite_play
    await loses_every_address(play, "P10")
    await play.at("2026-11-30 09:40")
    await register(play, "P10", "2026-11-30 AM N")
    await play.at("2026-11-30 10:20")
    await register(play, "P10", "2026-11-30 AM N")
    [task] = await play.tasks(kind="absence", case="P10")
    assert task["owner"] == "MB"
    assert task["words"] == (
        "P10 was not marked in today and nobody has said why. No text: no address on record."
    )


async def test_a_family_without_an_address_is_invited_by_a_person(sqlite_play: Play):
    await loses_every_address(sqlite_play, "P01")
    await sqlite_play.at("2026-12-01 13:45")
    await does(sqlite_play, activities.make, CLUB)
    await does(sqlite_play, activities.invite, OURS, ["P01"])
    rows = await sqlite_play.database.read(lambda c: records.places_of(c, OURS))
    [task] = await sqlite_play.tasks(kind="hand_over", case="P01")
    assert [row.state for row in rows] == ["invited"]
    assert task["words"].startswith("Invite P01 to Free holiday club with lunch, 21-24 Dec")


async def test_families_told_of_a_closure_hear_from_a_person_that_it_is_taken_back(
    sqlite_play: Play,
):
    play = sqlite_play

    async def says(act) -> str:
        def work(connection: Connection) -> str:
            millrace = select(School.id).where(School.name == MILLRACE)
            shut = Shut(connection.execute(millrace).scalar_one(), TUESDAY)
            return act(scene_of(play, connection), person_by_ref(connection, "HM"), shut)

        return await play.database.write(work)

    def asked(tasks) -> list[str]:
        return [task["words"] for task in tasks if "school is closed on" in task["words"]]

    await play.at("2026-11-30 14:00")
    await says(closures.close)
    await says(closures.reopen)
    assert asked(await play.tasks(kind="absence")) == []  # nobody had heard of it
    await says(closures.close)
    await play.at("2026-12-01 07:00")
    assert any("closed" in str(text) for text in await play.received("P10"))
    await says(closures.reopen)
    [words] = asked(await play.tasks(kind="absence", case="P10"))
    assert words.startswith("P10: told that school is closed on Tue 1 Dec. It opens after all")
