"""Every morning: rows of days without leave, and who else hears of an absence nobody explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import insert, select

from bot.rules.calendar import school_day_before
from bot.scene.scene import Scene
from bot.settings import DEMO
from bot.taskforce_file import read_practice
from scheduler.missing_reasons import NAME, TEAM, missing_reasons
from storage.addresses import person_by_ref
from storage.cases import case_ids
from storage.conversations import due_moments, set_due
from storage.tables import Allocation, Outbox
from tests.stage import Play, london
from tests.turns.test_approvals import register

FIRST, MONDAY = date(2026, 9, 1), date(2026, 11, 30)
TERM = read_practice(DEMO / "taskforce.toml").calendar


async def looks(play: Play, *, copies: bool) -> None:
    """The service looks, as on any morning."""
    practice = play.service.taskforce.practice
    rules = replace(practice.attendance, copy_unexplained=copies)
    taskforce = replace(play.service.taskforce, practice=replace(practice, attendance=rules))

    def look(connection):
        set_due(connection, NAME, TEAM, play.now)
        [moment] = [one for one in due_moments(connection, play.now, 999) if one.job == NAME]
        missing_reasons(Scene(connection, taskforce, play.now, f"look:{play.now}"), moment)

    await play.database.write(look)


async def sean_is_on_the_case(play: Play, case: str) -> None:
    def allocate(connection):
        [case_id] = case_ids(connection, [case]).values()
        sean = person_by_ref(connection, "SG").id
        row = {"case_id": case_id, "staff_id": sean, "role": "supporter", "from_on": FIRST}
        connection.execute(insert(Allocation).values(**row))

    await play.database.write(allocate)


async def test_ten_days_without_leave_are_told_once(sqlite_play: Play):
    play = sqlite_play
    days = [school_day_before(TERM, MONDAY, back) for back in range(10, 0, -1)]
    await register(play, "P10", *(f"{day} {half} O" for day in days for half in ("AM", "PM")))
    await looks(play, copies=False)
    [told] = await play.tasks(kind="missing_reason", case="P10")
    assert told["words"] == (
        "Connor P10: 10 days without leave at Millrace Centre, up to Fri 27 Nov. "
        "10 days: the school must tell the local authority."
    )
    await register(play, "P10", f"{MONDAY} AM O", f"{MONDAY} PM O")
    play.clock.stop_at(london("2026-12-01 08:00"))
    await looks(play, copies=False)
    assert len(await play.tasks(kind="missing_reason", case="P10")) == 1


async def test_a_colleague_is_copied_in_only_where_the_taskforce_has_said_so(sqlite_play: Play):
    play = sqlite_play
    await sean_is_on_the_case(play, "P10")
    await register(play, "P10", "2026-11-27 AM N")
    query = select(Outbox.text).where(Outbox.purpose == "unexplained")

    async def copies() -> list[str]:
        return list(await play.database.read(lambda c: c.execute(query).scalars().all()))

    await looks(play, copies=False)
    assert await copies() == []
    await looks(play, copies=True)
    assert await copies() == ["Connor P10 was absent on Fri 27 Nov; nobody has said why."]
