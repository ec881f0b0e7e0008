"""Facts about attendance on the page: dates, steps, holds, and who is in."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select, update

from storage.placements import patterns_of, placement_of
from storage.tables import Audit, Case, Placement, Presence, SessionMark
from tests.desk.test_attending import expected
from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play


async def case_id(play: Play, ref: str) -> int:
    query = select(Case.id).where(Case.ref == ref)
    return await play.database.read(lambda c: c.execute(query).scalar_one())


async def test_a_key_worker_sets_the_dates_and_the_steps_of_a_return(sqlite_play: Play):
    dani, p01 = await StaffBrowser(sqlite_play).plays("DO"), await case_id(sqlite_play, "P01")
    await dani.get("/families/P01/settings")
    await dani.fills("/placement", starts_on="2026-11-09", end_as="school", prior="62.5")
    assert "Agreed end: Thu 11 Feb 2027." in dani.page.text
    placed = await sqlite_play.database.read(lambda c: placement_of(c, p01))
    assert (placed.prior_tenths, placed.ends_on.isoformat()) == (625, "2027-02-11")
    typed = {"kind": "reintegration", "agreed_by": "the family and the school", "mon-am": "yes"}
    days = [
        ("2026-12-01", "2026-12-04"),
        ("2026-12-09", "2026-12-18"),
        ("2026-12-07", "2026-12-18"),
    ]
    said = []
    for first, last in days:
        await dani.fills("/sessions", **typed, from_on=first, until_on=last)
        said.append("Begin this one on Mon 7 Dec." in dani.page.text)
    assert said == [False, True, False]
    steps = await sqlite_play.database.read(lambda c: patterns_of(c, [p01])[p01])
    assert [each.step for each in steps] == [1, 2]
    await dani.fills("/sessions/stop")
    steps = await sqlite_play.database.read(lambda c: patterns_of(c, [p01])[p01])
    assert [each.step for each in steps] == [2]
    rows = select(Audit.what).where(Audit.who == "DO", Audit.subject.like("P01%"))
    done = await sqlite_play.database.read(lambda c: c.execute(rows).scalars().all())
    assert done == [
        "placement set",
        *("sessions agreed: reintegration", "sessions agreed: reintegration"),
        "sessions stopped",
    ]


async def test_what_cannot_be_stays_as_typed_and_changes_nothing(sqlite_play: Play):
    helen, p03 = await StaffBrowser(sqlite_play).plays("HM"), await case_id(sqlite_play, "P03")
    await helen.get("/families/P03/settings")
    await helen.fills("/placement", ended_on="2026-11-01")
    assert "Ended on: comes before the first day here." in helen.page.text
    assert 'value="2026-11-01"' in helen.page.text
    rows = select(Placement.id).where(Placement.case_id == p03)
    assert len(await sqlite_play.database.read(lambda c: c.execute(rows).all())) == 1
    colleague = await StaffBrowser(sqlite_play).plays("DO")
    await colleague.get("/families/P03/settings")
    assert 'action="/staff/families/P03/placement"' not in colleague.page.text
    proof = {name: value for _to, kept, _b in colleague.forms() for name, value in kept.items()}
    page = await colleague.post("/families/P03/hold", **{**proof, "kind": "custody"})
    assert page.status_code == 404


async def test_staff_of_the_provision_tap_who_is_in_and_the_register_stays_theirs(
    sqlite_play: Play,
):
    hide = update(Case).where(Case.ref == "P10").values(restricted=True)
    await sqlite_play.database.write(lambda c: c.execute(hide))
    marks = select(func.count()).select_from(SessionMark)
    before = await sqlite_play.database.read(lambda c: c.execute(marks).scalar_one())
    farah = await StaffBrowser(sqlite_play).plays("FS")
    await farah.get("/whos-in")
    assert "Kai" in farah.page.text
    for not_shown in ("Thornton", "Connor", "Amara", "Aaliyah"):  # restricted, elsewhere, ended
        assert not_shown not in farah.page.text
    kai, kept, _buttons = next(form for form in farah.forms() if form[1].get("case") == "P01")
    await farah.post(kai.removeprefix("/staff"), **{**kept, "what": "in"})
    assert "1 in, 0 not in" in farah.page.text
    await farah.post("/whos-in/tap", **{**kept, "what": "undo"})
    assert "0 in, 0 not in" in farah.page.text
    await farah.post("/whos-in/tap", **{**kept, "what": "out"})
    await sqlite_play.later(minutes=11)
    await farah.post("/whos-in/tap", **{**kept, "what": "undo"})
    assert "for ten minutes" in farah.page.text
    assert (
        await farah.post("/whos-in/tap", **{**kept, "case": "P10", "what": "in"})
    ).status_code == 404
    await farah.post("/whos-in/tap", **{**kept, "day": "2026-11-27", "what": "in"})
    assert "of another day" in farah.page.text

    def read(c):
        taps = c.execute(select(Presence.here, Presence.undone_at).order_by(Presence.id)).all()
        return [(row.here, row.undone_at is None) for row in taps], c.execute(marks).scalar_one()

    assert await sqlite_play.database.read(read) == ([(True, False), (False, True)], before)


async def test_staff_of_the_provision_close_it_and_open_it_again(sqlite_play: Play):
    farah = await StaffBrowser(sqlite_play).plays("FS")
    await farah.get("/whos-in")
    assert "Cawder High" not in farah.page.text
    await farah.fills("/closing", day="2026-12-01", half="am", school="1")
    assert "Nothing has happened yet." in farah.page.text
    await farah.presses("close")
    assert "Millrace Centre is closed on Tue 1 Dec, in the morning." in farah.page.text
    assert (await expected(sqlite_play, "P01", date(2026, 12, 1)))["Millrace Centre"] == "p"
    await farah.presses("open")
    assert (await expected(sqlite_play, "P01", date(2026, 12, 1)))["Millrace Centre"] == "ap"
