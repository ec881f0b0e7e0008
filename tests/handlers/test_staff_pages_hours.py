"""The hours of the report: every figure beside a count in plain SQL."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Connection, select, text

from bot.demo_hours import log_hours
from storage.addresses import person_by_ref
from storage.contacts import restrict
from storage.tables import ContactDetail
from tests.handlers.staff_browser import StaffBrowser

# One row a case: minutes in all, in person, on the phone, in meetings, and on the way.
PER_CASE = text("""
SELECT c.ref, sum(d.minutes), sum(d.minutes * (k.mode = 'face_to_face')),
    sum(d.minutes * (k.mode = 'telephone')), sum(d.minutes * (k.mode = 'meeting')),
    sum(d.travel_minutes)
FROM contact k JOIN contact_detail d ON d.contact_id = k.id
JOIN contact_case cc ON cc.contact_id = k.id JOIN cases c ON c.id = cc.case_id
WHERE k.occurred_at >= '2026-11-02' AND k.occurred_at < '2026-12-19' GROUP BY c.ref
""")
IN_ALL = text("""
SELECT sum(d.minutes), sum(d.minutes * k.out_of_hours), sum(d.minutes * (d.activity = 'home_visit'))
FROM contact k JOIN contact_detail d ON d.contact_id = k.id
""")
ROW = re.compile(
    r'families/(P\d\d)">[^<]*</a></th>((?:<td>(?:<strong>)?[\d.]+(?:</strong>)?</td>){5})</tr>'
)


def hours(minutes: int | None) -> str:
    return f"{int((minutes or 0) / 6 + 0.5) / 10:.1f}"


def shown(page: str) -> dict[str, list[str]]:
    """Every row of the table of hours, by case."""
    part = page.split('id="hours"')[1]
    return {case: re.findall(r"[\d.]+", cells) for case, cells in ROW.findall(part)}


async def test_the_hours_of_the_report_are_what_plain_sql_adds_up(sqlite_play):
    assert await log_hours(sqlite_play.service)
    assert not await log_hours(sqlite_play.service)  # a second start logs nothing twice
    helen = await StaffBrowser(sqlite_play).plays("HM")
    page = (await helen.get("/attendance/team")).text

    def count(c: Connection) -> None:
        found = shown(page)
        counted = {row[0]: [hours(each) for each in row[1:]] for row in c.execute(PER_CASE)}
        assert {case: cells for case, cells in found.items() if case in counted} == counted
        none = {case for case, cells in found.items() if set(cells) == {"0.0"}}
        assert found.keys() - counted.keys() == none
        usual = [case for case, cells in found.items() if 8 <= float(cells[0]) <= 12]
        assert len(usual) > len(found) * 2 / 3
        in_all, out, visits = c.execute(IN_ALL).one()
        assert out > 0
        assert f"{hours(in_all)} hours so far with {len(found)} pupils" in page
        assert "in the half term from Mon 2 Nov to Fri 18 Dec." in page
        assert f"<strong>{hours(in_all / len(found))} a pupil</strong>" in page
        assert f"Families</th><td>{hours(visits)}<" in page
        assert f"{hours(out)} of them were out of working hours." in page

    await sqlite_play.database.read(count)


async def test_a_note_kept_from_its_reader_is_in_no_figure_of_theirs(sqlite_play):
    await log_hours(sqlite_play.service)
    helen = await StaffBrowser(sqlite_play).plays("HM")
    before = shown((await helen.get("/attendance/team")).text)
    whose = (
        "SELECT min(contact_id) FROM contact_case JOIN cases c ON c.id = case_id WHERE ref = 'P16'"
    )

    def keep_from_helen(c: Connection) -> int:
        contact_id = c.execute(text(whose)).scalar_one()
        restrict(c, contact_id, person_by_ref(c, "HM").id, sqlite_play.now)
        taken = select(ContactDetail.minutes).where(ContactDetail.contact_id == contact_id)
        return c.execute(taken).scalar_one()

    minutes = await sqlite_play.database.write(keep_from_helen)
    after = shown((await helen.get("/attendance/team")).text)
    assert [case for case in before if before[case] != after[case]] == ["P16"]
    assert float(before["P16"][0]) - float(after["P16"][0]) == pytest.approx(minutes / 60, abs=0.1)
    ruth = await StaffBrowser(sqlite_play).plays("RA")
    assert (await ruth.get("/attendance/team")).status_code == 404
