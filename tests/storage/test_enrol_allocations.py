"""A file may be older than what was decided since: it undoes none of it untold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.imports.faults import Rejected
from bot.scene.scene import Scene
from bot.turns.transfer import transfer
from storage.allocations import key_workers
from storage.cases import case_ids, ties_of
from storage.tables import Case, Person, Staff
from tests.imports.demo_files import changed
from tests.stage import Play
from tests.storage.test_enrol import LATER, enrolled, of

THIRD = LATER + timedelta(days=1)


async def passed(play: Play, to: str, when=LATER) -> None:
    """Kai's case is passed on by the manager."""
    taskforce = play.service.taskforce
    await play.database.write(lambda c: transfer(Scene(c, taskforce, when, "t"), "HM", ["P01"], to))


async def worker(play: Play, case: str = "P01") -> list[str]:
    def read(connection: Any) -> list[str]:
        number = case_ids(connection, [case])[case]
        return key_workers(connection, [number], THIRD.date()).get(number, [])

    return await play.database.read(read)


async def refused(play: Play, case: str = "P01", **texts: str) -> list[str]:
    with pytest.raises(Rejected) as rejected:
        await enrolled(play.database, case, now=THIRD, **texts)
    return [str(fault) for fault in rejected.value.faults]


async def test_last_month_s_file_does_not_set_a_former_key_worker_back_untold(play: Play):
    await passed(play, "MB")
    [fault] = await refused(play)
    place, _colon, said = fault.partition(": ")
    assert place == "pupils.csv, row 2, column key_worker"
    assert said == (
        f"'DO' was key worker of P01 before: it passed to MB on {LATER.day} {LATER:%b}. "
        "Change the file, or pass it back with /transfer, which tells the family."
    )
    assert await worker(play) == ["MB"]


async def test_a_file_that_was_put_right_or_names_somebody_new_is_taken(sqlite_play: Play):
    await passed(sqlite_play, "MB")
    right = changed("pupils", (2, "key_worker", "MB"))
    assert (await enrolled(sqlite_play.database, "P01", now=THIRD, pupils=right)).nothing_changed
    new = changed("pupils", (2, "key_worker", "TW"))
    await enrolled(sqlite_play.database, "P01", now=THIRD, pupils=new)
    assert await worker(sqlite_play) == ["TW"]


async def test_who_has_left_is_given_nobody_new_but_keeps_what_was_never_passed_on(
    sqlite_play: Play,
):
    tom = select(Person.id).where(Person.ref == "TW").scalar_subquery()
    gone = update(Staff).where(Staff.person_id == tom).values(active=False)
    await sqlite_play.database.write(lambda c: c.execute(gone))
    named = changed("pupils", (2, "key_worker", "TW"))
    [fault] = await refused(sqlite_play, pupils=named)
    assert fault.endswith("'TW' has left: their access has ended. Name somebody else.")
    assert (await enrolled(sqlite_play.database, "P07", now=THIRD)).nothing_changed


async def test_a_case_nobody_has_any_more_may_go_back_to_whoever_had_it(sqlite_play: Play):
    nobody = changed("pupils", (2, "key_worker", ""), (2, "status", "completed"))
    await enrolled(sqlite_play.database, "P01", now=LATER, pupils=nobody)
    await enrolled(sqlite_play.database, "P01", now=THIRD)
    assert await worker(sqlite_play) == ["DO"]


async def test_another_child_s_upn_is_refused_and_no_upn_takes_none_away(sqlite_play: Play):
    theirs = changed("pupils", (2, "upn", "A384000018002"), (3, "upn", "none yet"))
    [fault] = await refused(sqlite_play, pupils=theirs)
    assert fault.endswith("is on record as the UPN of P02. Correct one of them.")
    none = changed("pupils", (2, "upn", "none yet"))
    assert (await enrolled(sqlite_play.database, "P01", now=THIRD, pupils=none)).nothing_changed
    kept = select(Case.upn).where(Case.ref == "P01")
    upn = await sqlite_play.database.read(lambda c: c.execute(kept).scalar_one())
    assert upn == "A384000017001"


@pytest.mark.parametrize("number", ["07700 900124", "07700 900199"])
async def test_no_file_lifts_what_a_court_has_forbidden(sqlite_play: Play, number):
    lisa = changed(
        "carers",
        (6, "phone", number),
        (6, "do_not_use", "N"),
        (6, "do_not_use_reason", ""),
    )
    [fault] = await refused(sqlite_play, "P04", carers=lisa)
    assert "column do_not_use: 'N' lets somebody be contacted who must not be" in fault
    person, _lines = await sqlite_play.database.read(lambda c: of(c, "Lisa Brook"))
    [tie] = await sqlite_play.database.read(lambda c: ties_of(c, person.id))
    assert tie.do_not_use


async def test_a_colleague_s_number_is_never_a_family_s_nor_another_colleague_s(sqlite_play: Play):
    for number in ("07700 900100", "07700 900003"):
        given = changed("staff", (3, "phone", number), (4, "phone", ""))
        [fault] = await refused(
            sqlite_play, staff=given, carers=changed("carers", (2, "phone", "07700 900178"))
        )
        assert fault.startswith(
            f"staff.csv, row 3, column phone: '+44{number[1:].replace(' ', '')}'"
        )
