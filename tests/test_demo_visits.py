"""The demonstration has visits on every screen, and every one of them could be booked by hand."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from bot.demo_visits import book_visits
from bot.rules.visits import BOOKED, Visit
from bot.scene.scene import Scene
from bot.scene.visiting import why_not
from storage.cases import case_ids
from storage.outings import open_outings
from storage.visits import visits_between, visits_of_cases
from tests.stage import Play, london


async def test_every_visit_fits_and_a_second_start_books_nothing_twice(sqlite_play: Play):
    play = sqlite_play

    def unfit(connection: Connection) -> list[tuple[tuple[str, ...], str]]:
        scene = Scene(connection, play.service.taskforce, play.now - timedelta(days=3), "look")
        found = visits_between(connection, play.now, play.now + timedelta(days=14))
        assert len(found) == 10
        looks = [
            (
                one.cases,
                why_not(scene, one.kind, one.plan, one.case_ids, one.person_id, leaving=one.id),
            )
            for one in found
        ]
        return [look for look in looks if look[1]]

    assert await book_visits(play.service)
    assert not await book_visits(play.service)
    assert await play.database.read(unfit) == []
    out = await play.database.read(open_outings)
    assert ("DO", london("2026-11-30 15:00")) in {(one.staff, one.starts_at) for one in out}


async def test_beat_7_hamzas_father_says_one_in_his_own_digits_and_the_visit_is_confirmed(
    sqlite_play: Play,
):
    play = sqlite_play
    await book_visits(play.service)
    await play.at("2026-11-30 10:01")
    [text] = await play.received("P14")
    assert "11:00" in text
    await play.writes("P14", "۱")

    def visit(connection: Connection) -> Visit:
        ids = case_ids(connection, ["P14"])
        return visits_of_cases(connection, ids.values())[0]

    now = await play.database.read(visit)
    assert (now.state, now.confirmed_at is not None) == (BOOKED, True)
