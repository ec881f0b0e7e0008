"""/transfer: a case or a caseload passes on, when its key worker or the manager says so twice."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Connection

from bot.turns.staffing import revoke_staff
from storage.addresses import person_by_ref
from storage.staff import caseload
from tests.stage import Play

MONDAY = "2026-11-30 13:40"


async def cases_of(play: Play, who: str) -> list[str]:
    def read(connection: Connection) -> list[str]:
        person = person_by_ref(connection, who)
        assert person is not None
        return caseload(connection, person.id, date(2026, 12, 1))

    return await play.database.read(read)


async def test_the_key_worker_passes_a_case_and_reads_what_went_along(sqlite_play: Play):
    play = sqlite_play
    await play.at(MONDAY)
    await play.writes("P01", "can you ring me about the taxi")
    await play.writes("DO", "/transfer P01 to Marcus")
    asked = await play.last("DO")
    assert asked["text"].startswith("Marcus becomes the key worker of P01.")
    assert "P01" in await cases_of(play, "DO"), "nothing has happened yet"
    await play.presses("DO", "pass", asked["turn"])
    said = (await play.last("DO"))["text"]
    assert said == "P01 passed to Marcus. Open matters went along: 1. Families are told: 1."
    assert "P01" in await cases_of(play, "MB")


async def test_no_means_no(sqlite_play: Play):
    play = sqlite_play
    await play.at(MONDAY)
    await play.writes("DO", "/transfer P01 to Marcus")
    await play.presses("DO", "keep", (await play.last("DO"))["turn"])
    assert (await play.last("DO"))["text"] == "Left as it was."
    assert "P01" in await cases_of(play, "DO")


async def test_the_manager_passes_a_leavers_whole_caseload(sqlite_play: Play):
    play = sqlite_play
    await play.at(MONDAY)
    theirs = await cases_of(play, "DO")
    await revoke_staff(play.database, play.service.taskforce, "DO", play.now)
    await play.writes("HM", "/transfer all from Dani to Marcus")
    await play.presses("HM", "pass", (await play.last("HM"))["turn"])
    assert await cases_of(play, "DO") == []
    assert set(theirs) <= set(await cases_of(play, "MB"))


async def test_a_colleague_cannot_pass_somebody_elses_case(sqlite_play: Play):
    play = sqlite_play
    await play.at(MONDAY)
    await play.writes("PN", "/transfer P01 to Marcus")
    assert (await play.last("PN"))["text"].startswith("Only their key worker, the manager")


@pytest.mark.parametrize("rest", ["", "P01", "P01 to", "P01 to Nobody", "to Marcus"])
async def test_half_a_command_says_how_it_is_typed(sqlite_play: Play, rest: str):
    play = sqlite_play
    await play.writes("DO", f"/transfer {rest}")
    assert (await play.last("DO"))["text"].startswith("Type /transfer, the case and the name")


async def test_nothing_to_pass_is_said(sqlite_play: Play):
    play = sqlite_play
    await play.writes("DO", "/transfer P01 to Dani")
    assert (await play.last("DO"))["text"] == "Dani is their key worker already."
