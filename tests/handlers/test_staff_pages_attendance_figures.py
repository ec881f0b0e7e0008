"""Every other figure of attendance on a page, beside a second count of it in plain SQL."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.demo import keep_registers
from bot.rules.calendar import moment_at
from bot.rules.reasons import shown
from storage.tables import Case
from tests.handlers.attendance_figures import (
    Tables,
    barriers_in_sql,
    mean,
    reasons_in_sql,
    starters_in_sql,
    written_in_sql,
)
from tests.handlers.attendance_generated import kept_by_chance
from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play

AUGUST, TODAY = date(2026, 8, 3), date(2026, 11, 30)
SHOWN_SINCE = date(2026, 9, 7)  # twelve weeks before this Monday


def every_case(connection: Connection) -> list[str]:
    return list(connection.execute(select(Case.ref).order_by(Case.ref)).scalars())


@pytest.fixture
async def term(play: Play) -> Play:
    """Marlbridge with the registers of the autumn term, and all that stands beside them."""
    await keep_registers(play.service)
    await play.database.write(lambda c: kept_by_chance(c, SHOWN_SINCE, play.now))
    return play


async def test_the_report_says_of_starters_what_plain_sql_says(term):
    helen = await StaffBrowser(term).plays("HM")
    page = await helen.get(f"/attendance/team?first={AUGUST}&last={TODAY}")
    report = Tables(page.text)
    counted = await term.database.read(lambda c: starters_in_sql(c, AUGUST, TODAY))
    refs = [row[0].split()[-1] for row in report.rows["starters"][1:]]
    assert refs == list(counted)
    for row in report.rows["starters"][1:]:
        assert row[3:] == counted[row[0].split()[-1]], row[0]
    changes = [cells[-1] for cells in counted.values() if cells[-1] != "–"]
    risen = sum(float(each) > 0 for each in changes)
    said = f"{risen} of {len(changes)} come more often than at their start; {mean(changes)} points"
    assert said in page.text
    assert len(changes) > 5


async def test_reasons_barriers_and_the_balance_of_praise_are_what_plain_sql_counts(term):
    since = moment_at(SHOWN_SINCE, time.min)

    def count(c: Connection) -> tuple[Any, ...]:
        written = written_in_sql(c, since)
        return reasons_in_sql(c, SHOWN_SINCE), barriers_in_sql(c), written, every_case(c)

    reasons, barriers, written, refs = await term.database.read(count)
    helen = await StaffBrowser(term).plays("HM")
    for ref in refs:
        part = Tables((await helen.get(f"/families/{ref}/attendance")).text)
        rows = {row[0]: int(row[1]) for row in part.rows["reasons"][1:]}
        assert rows == {shown(kind): days for kind, days in reasons.get(ref, {}).items()}, ref
        assert part.items["reasons"] == barriers.get(ref, 0), ref
        praise, absence = (int(each) for each in part.strong["reasons"])
        assert (praise, absence) == written.get(ref, (0, 0)), ref
    assert sum(sum(kinds.values()) for kinds in reasons.values()) > 50
    assert min(sum(barriers.values()), *map(sum, zip(*written.values(), strict=True))) > 15
