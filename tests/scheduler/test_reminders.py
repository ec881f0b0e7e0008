"""Who is reminded of what was decided: whoever does it, and the key worker of the child."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, insert, select, update

from storage.addresses import person_by_ref
from storage.cases import case_ids
from storage.decisions import NewDecision, decide
from storage.tables import Allocation, Case, Cover, Person, Staff
from tests.scheduler.test_digests import digests
from tests.stage import Play

SCREEN = "- Kai P01, Tue 1 Dec: speech screen"


async def decided(play: Play, owner: str | None, case: str = "P01") -> None:
    """A speech screen is to be done about a child by Tuesday."""

    def work(connection):
        number = case_ids(connection, [case])[case]
        due = date(2026, 12, 1)
        decide(
            connection, NewDecision(number, "action", "speech screen", "HM", play.now, due, owner)
        )

    await play.database.write(work)


async def supports(play: Play, who: str, case: str = "P01") -> None:
    def work(connection):
        number, staff = case_ids(connection, [case])[case], person_by_ref(connection, who).id
        row = {"case_id": number, "staff_id": staff, "role": "supporting"}
        connection.execute(insert(Allocation).values(**row, from_on=date(2026, 11, 30)))

    await play.database.write(work)


async def leaves(play: Play, who: str) -> None:
    theirs = Staff.person_id.in_(select(Person.id).where(Person.ref == who))
    await play.database.write(lambda c: c.execute(update(Staff).where(theirs).values(active=False)))


async def reminded(play: Play) -> dict[str, str]:
    """The line of the newest digest of each that tells of the speech screen."""
    found = {}
    for who in ("HM", "DO", "MB", "PN", "TW", "SG"):
        lines = [line for _at, text in await digests(play, who) for line in text.splitlines()]
        told = [line for line in lines if "speech screen" in line]
        found |= {who: told[-1]} if told else {}
    return found


async def test_priya_does_it_and_dani_is_told_that_she_does(play: Play):
    await decided(play, "PN")
    await supports(play, "TW")
    await play.at("2026-11-30 16:31")
    assert await reminded(play) == {"PN": SCREEN, "DO": f"{SCREEN} (Priya)"}


async def test_what_nobody_was_named_for_is_the_key_workers(sqlite_play: Play):
    await decided(sqlite_play, None)
    await supports(sqlite_play, "TW")
    await sqlite_play.at("2026-11-30 16:31")
    assert await reminded(sqlite_play) == {"DO": SCREEN}


async def test_what_was_for_somebody_who_left_comes_to_the_key_worker(sqlite_play: Play):
    await decided(sqlite_play, "PN")
    await leaves(sqlite_play, "PN")
    await sqlite_play.at("2026-11-30 16:31")
    assert await reminded(sqlite_play) == {"DO": f"{SCREEN} (Priya has left)"}


async def test_without_a_key_worker_it_comes_to_the_manager(sqlite_play: Play):
    play = sqlite_play
    await decided(play, "PN")
    await leaves(play, "PN")

    def work(connection):
        number = case_ids(connection, ["P01"])["P01"]
        connection.execute(delete(Allocation).where(Allocation.case_id == number))

    await play.database.write(work)
    await play.at("2026-11-30 16:31")
    assert await reminded(play) == {"HM": f"{SCREEN} (Priya has left)"}


async def test_whoever_stands_in_is_reminded_and_who_is_away_is_not(sqlite_play: Play):
    play = sqlite_play
    await decided(play, "PN")
    days = {"from_on": date(2026, 11, 30), "started_at": play.now}
    await play.database.write(lambda c: c.execute(insert(Cover).values(
        staff_id=person_by_ref(c, "PN").id, substitute_id=person_by_ref(c, "TW").id,
        **days)))  # fmt: skip
    await play.at("2026-11-30 16:31")
    assert await reminded(play) == {"TW": f"{SCREEN} (Priya)", "DO": f"{SCREEN} (Priya)"}


async def test_who_may_not_see_the_case_is_not_reminded_of_what_they_were_to_do(sqlite_play: Play):
    play = sqlite_play
    await decided(play, "PN")
    await play.database.write(lambda c: c.execute(
        update(Case).where(Case.ref == "P01").values(restricted=True)))  # fmt: skip
    await play.at("2026-11-30 16:31")
    assert await reminded(play) == {"DO": f"{SCREEN} (Priya)"}
