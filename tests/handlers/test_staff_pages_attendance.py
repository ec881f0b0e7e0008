"""Attendance as staff read it: every figure beside a second count, and marks that are settled."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from bot.demo import keep_registers
from bot.pages.attendance import attendance_values
from bot.pages.attendance_team import team_values
from bot.pages.pack_attendance import attendance_part
from bot.scene.scene import Scene
from bot.turns.attendance import attendance_of, team_attendance
from bot.turns.pack import compose
from bot.turns.registers import take_register
from storage.addresses import person_by_ref
from storage.attendance_reads import open_cases
from storage.cases import case_ids
from storage.digest import Reader
from storage.tables import Audit, Case
from tests.handlers.attendance_figures import band, share, weeks_in_sql
from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play

TUESDAY = date(2026, 12, 1)
CLASH = "/families/P16/attendance"


@pytest.fixture
async def term(sqlite_play: Play) -> Play:
    """Marlbridge with the registers of the autumn term up to the Friday before."""
    await keep_registers(sqlite_play.service)
    return sqlite_play


def shown_week(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["share"], row["in"], row["band"], row["authorised"], row["unauthorised"]


def counted_week(counted: tuple[int, ...]) -> tuple[Any, ...]:
    return (share(counted), f"{counted[0]} of {counted[1]}", band(counted), *counted[2:])


def heading(monday: str) -> str:
    day = date.fromisoformat(monday)
    return f"{day.day} {day:%b}"


async def test_every_figure_is_what_plain_sql_counts(term):
    def compare(c: Connection) -> int:
        scene = Scene(c, term.service.taskforce, term.now, "figures")
        counted = weeks_in_sql(c)
        checked = 0
        for case, number in case_ids(c, counted).items():
            values = attendance_values(
                attendance_of(scene, number, Reader(0, "HM", in_charge=True))
            )
            shown = {row["week"]: shown_week(row) for row in values["weeks"] if row["in"] != "–"}
            newest = list(counted[case].items())[-len(shown) :]
            assert shown == {heading(m): counted_week(one) for m, one in newest}, case
            assert values["total"].startswith(f"{sum(one[0] for _m, one in newest)} of ")
            checked += len(shown)
            if values["six"]:
                for row in values["six"]["rows"]:
                    if row["in"] != "–" and row["number"] > 1:  # the first may begin on a Tuesday
                        monday = next(m for m in counted[case] if heading(m) == row["week"])
                        assert shown_week(row) == counted_week(counted[case][monday])
        return checked

    assert await term.database.read(compare) > 200


async def test_the_pack_and_the_report_say_the_same_as_plain_sql(term):
    def compare(c: Connection) -> None:
        scene = Scene(c, term.service.taskforce, term.now, "figures")
        counted = weeks_in_sql(c)
        pack = compose(scene, person_by_ref(c, "HM"), TUESDAY, lambda _case, _status: True)
        part = attendance_part(pack)
        weeks = [column.label.rstrip("*") for column in part.columns[1:-4]]
        for row in part.rows:
            by_week = {heading(m): one for m, one in counted[row.case].items()}
            cells = row.cells[1 : len(weeks) + 1]
            assert cells == tuple(share(by_week[w]) if w in by_week else "–" for w in weeks)
        cases = [row.id for row in open_cases(c)]
        open_refs = set(c.execute(select(Case.ref).where(Case.id.in_(cases))).scalars())
        team = team_attendance(scene, cases, date(2026, 9, 1), date(2026, 11, 30))
        values = team_values(team, date(2026, 9, 1), date(2026, 11, 30))
        for week in values["weeks"]:
            found = Counter(
                band(one)
                for ref in open_refs & counted.keys()
                for monday, one in counted[ref].items()
                if week["week"].endswith(heading(monday))
            )
            assert week["many"] == [found[name] for name in values["bands"]]
            assert week["without"] == len(open_refs) - sum(found.values())
        [(case, _child, words)] = values["owed"]
        assert case == "P03"
        assert words.endswith("(Day 6); it began on Tue 24 Nov, 1 school day late.")

    await term.database.read(compare)


async def test_a_key_worker_reads_four_weeks_that_rise_and_a_reason_still_to_find(term):
    dani = await StaffBrowser(term).plays("DO")
    page = (await dani.get("/families/P06/attendance")).text
    said = "Wk 1: 20.0%; Wk 2: 30.0%; Wk 3: 40.0%; Wk 4: 50.0%; Wk 5: not known"
    assert f"first six weeks here, in per cent. {said}" in page
    assert "where Rebin P06 began, 47.0%" in page
    await dani.get("/families/P17/attendance")
    by = "Thu 26 Nov, morning, Millrace Centre: can be explained until <strong>Thu 3 Dec</strong>"
    assert by in dani.page.text
    query = select(func.count()).where(Audit.what == "read attendance", Audit.who == "DO")
    assert await term.database.read(lambda c: c.execute(query).scalar_one()) == 2


async def test_a_child_without_marks_has_a_page_that_says_so(sqlite_play):
    dani = await StaffBrowser(sqlite_play).plays("DO")
    page = (await dani.get("/families/P06/attendance")).text
    assert "No register has said anything about Rebin P06 yet." in page
    assert "%" not in page.split("<main")[1]


async def test_what_two_registers_differ_about_counts_once_somebody_has_settled_it(play):
    await keep_registers(play.service)
    tom = await StaffBrowser(play).plays("TW")
    page = (await tom.get(CLASH)).text
    assert "2 in dispute" in page
    assert "6 of 8" in page
    hollin = next(b for _w, _k, bs in tom.forms() for b in bs if b[0] == "school")
    form = next(kept for where, kept, _b in tom.forms() if where.endswith("/register"))
    home = page.split(" counts: /")[0].rsplit('value="', 1)[1].split('"')[0]
    assert hollin[1] != home
    await tom.post("/families/P16/register", **{**form, "school": home})
    assert "That register counts for this session now." in tom.page.text
    assert "1 in dispute" in tom.page.text
    assert "7 of 9" in tom.page.text
    again = await tom.post("/families/P16/register", **{**form, "school": home})
    assert again.status_code == 409
    assert (
        await tom.post("/families/P16/register", **{**form, "school": "999"})
    ).status_code == 409


async def test_only_who_may_settle_it_and_a_restricted_case_is_not_there(term):
    ruth = await StaffBrowser(term).plays("RA")
    await ruth.get(CLASH)
    assert "Whoever the case is allocated to settles it." in ruth.page.text
    form = {**ruth.forms()[0][1], "on": "2026-11-25", "half": "am", "school": "1"}
    assert (await ruth.post("/families/P16/register", **form)).status_code == 404
    assert (await ruth.get("/attendance/team")).status_code == 404
    restrict = update(Case).where(Case.ref == "P16").values(restricted=True)
    await term.database.write(lambda c: c.execute(restrict))
    assert (await ruth.get(CLASH)).status_code == 404
    await ruth.get("/meeting")
    assert "Chloe" not in ruth.page.text


async def test_a_corrected_mark_keeps_its_history_on_the_page(term):
    def correct(c: Connection) -> None:
        scene = Scene(c, term.service.taskforce, term.now + timedelta(minutes=1), "late")
        file = b"UPN,School,Date,AM,PM\nJ384000018017,Millrace Centre,2026-11-26,I,N\n"
        take_register(scene, "HM", "page", "late.csv", file)

    await term.database.write(correct)
    helen = await StaffBrowser(term).plays("HM")
    page = (await helen.get("/families/P17/attendance")).text
    assert "Thu 26 Nov, morning, Millrace Centre: N (Mon 30 Nov), then I (Mon 30 Nov)" in page
    assert "Thu 26 Nov, morning, Millrace Centre: can be explained" not in page
    await helen.get("/attendance/team")
    assert "The first six weeks of those who started" in helen.page.text
