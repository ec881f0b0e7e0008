"""The weekly meeting on the staff page: every open case, figures that are the database's, a PDF."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Connection, func, select, update

from bot.handlers.staff_pages import COOKIE
from bot.handlers.staff_pages_meeting import look
from bot.pages.pack import named_in_rows
from bot.pages.pack_pdf import pdf_of, rows_of
from bot.pages.sheets import Column, Row, Section, Sheet
from bot.pages.visitor import visitor_of
from storage.referrals import Referred, refer
from storage.tables import Audit, Case, Decision, Meeting
from tests.handlers.meeting_figures import FAILED, WAYS, counted, tables
from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play
from tests.turns.before_the_meeting import a_busy_monday

PAGE = "/meeting"


@pytest.fixture
async def helen(sqlite_play: Play) -> StaffBrowser:
    await a_busy_monday(sqlite_play)
    return await StaffBrowser(sqlite_play).plays("HM")


async def test_every_open_case_is_there_once_and_every_figure_is_the_databases(play: Play):
    await a_busy_monday(play)
    browser = await StaffBrowser(play).plays("HM")
    page = tables((await browser.get(f"{PAGE}?on=2026-12-01")).text)
    true = await play.database.read(counted)
    parts = ("events", "due", "triage", "list", "unanswered", "missed", "promises", "silent",
             "cases", "closed")  # fmt: skip
    assert page.many == {part: true[part] for part in parts}
    assert all(true[part] for part in parts), "every part has something to be counted"
    shown = {row[0].split()[-1]: row for row in page.found["cases"]}
    assert sorted(shown) == sorted(true["lines"])
    assert len(page.found["cases"]) == 22
    for ref, row in shown.items():
        figures = [0 if cell == "–" else int(cell) for cell in row[5:10]]
        assert figures == [true["lines"][ref][way] for way in WAYS], ref
        found = {word.rstrip("s"): int(many) for many, word in
                 (each.split() for each in row[12].split(", ") if each)}  # fmt: skip
        assert found == {name: many for name, counts in
                         (("task", true["tasks"]), ("promise", true["promised"]))
                         if (many := counts[ref])}, ref  # fmt: skip
    failed = {row[0].split()[-1]: [0 if n == "–" else int(n) for n in row[1:]]
              for row in page.found["missed"]}  # fmt: skip
    assert failed == {ref: [line[way] for way in FAILED]
                      for ref, line in true["lines"].items() if ref in failed}  # fmt: skip
    assert page.found["gaps"][0][:2] == ["No passport", str(22 - true["passports"])]
    assert sum(int(row[1]) for row in page.found["silent"]) == true["silent"]


async def test_the_pdf_prints_what_the_page_shows(helen: StaffBrowser):
    page = tables((await helen.get(PAGE)).text)
    got = await helen.get(f"{PAGE}.pdf")
    assert (got.status_code, got.headers["content-type"]) == (200, "application/pdf")
    assert got.headers["content-disposition"] == 'attachment; filename="meeting-2026-12-01.pdf"'
    assert got.headers["cache-control"] == "no-store"
    assert got.content.startswith(b"%PDF-")
    play, token = helen.play, helen.http.cookies[COOKIE]

    def read(connection: Connection) -> Sheet:
        visitor = visitor_of(connection, play.service.taskforce, token, play.now)
        return look(visitor, "").sheet

    printed = (await play.database.read(read)).sections
    rows = {part.key: [list(row) for row in rows_of(part) if len(row) > 1] for part in printed}
    assert {key: found for key, found in rows.items() if found} == page.found
    below = [row[0] for part in printed for row in rows_of(part) if len(row) == 1]
    assert "Amara P05: Decided Thu 26 Nov, action: speech screen, by Tue 1 Dec, Priya" in below


async def test_what_the_fonts_cannot_draw_is_a_question_mark_and_not_a_gap(helen: StaffBrowser):
    asked = Referred("form", "Head", "Zoë 王 Żółw", date(2026, 11, 29))
    await helen.play.database.write(lambda c: refer(c, asked, "HM", helen.play.now))
    assert (await helen.get(f"{PAGE}.pdf")).status_code == 200
    part = Section("triage", "Referrals", (Column("Child", 1),), (Row("", (asked.child,)),), "")
    assert rows_of(part) == [("Zoë ? Żółw",)]


async def test_many_names_and_many_lines_still_fit_on_paper(helen: StaffBrowser):
    rows = tuple(named_in_rows("never", [f"Annabelle P{one}" for one in range(900)]))
    lines = Row("", ("one line\n" * 90,))
    columns = (Column("Last", 1), Column("Cases", 1), Column("Which", 8))
    parts = (
        Section("quiet", "Quiet", columns, rows, ""),
        Section("due", "Due", (Column("What", 1),), (lines,), ""),
    )
    assert pdf_of(Sheet("Meeting", (), parts, "")).startswith(b"%PDF")


async def test_what_is_decided_about_a_case_that_closes_stays_in_the_record(helen: StaffBrowser):
    play = helen.play
    await play.at("2026-12-01 09:30")
    await (await helen.plays("HM")).get(PAGE)
    await helen.fills("/meeting/open")
    await helen.get(f"{PAGE}?decide=P01")
    await helen.fills("/meeting/decide", kind="closure", words="back in school", whose="collective")
    done = update(Case).where(Case.ref == "P01").values(status="completed")
    await play.database.write(lambda c: c.execute(done))
    await helen.get(PAGE)
    assert "back in school (decided together)" in helen.page.text


async def test_a_meeting_is_opened_decided_in_and_closed(helen: StaffBrowser):
    play = helen.play
    await helen.get(PAGE)
    assert "Who is here?" not in helen.page.text, "on the day before nobody sits yet"
    await play.at("2026-12-01 09:30")
    await (await helen.plays("HM")).get(PAGE)
    await helen.fills("/meeting/open")
    assert "Open since 09:30" in helen.page.text
    await helen.get(f"{PAGE}?decide=P01")
    decided = {"kind": "joint_work", "words": "visit with Priya", "whose": "collective",
               "due": "2026-12-11", "owner": "PN"}  # fmt: skip
    await helen.fills("/meeting/decide", **decided)
    said = "visit with Priya (decided together)"
    assert f"Decided Tue 1 Dec, joint work: {said}, by Fri 11 Dec, Priya" in helen.page.text
    assert ["Kai P01", "joint work", said, "Fri 11 Dec", "Priya"] in tables(helen.page.text).found[
        "decided"
    ]
    await helen.get(PAGE)
    await helen.fills("/meeting/close")
    assert "Held 09:30 to 09:30" in helen.page.text
    assert said in helen.page.text
    query = select(Decision, Meeting.attendees).join(Meeting, Meeting.id == Decision.meeting_id)
    [row] = await play.database.read(lambda c: c.execute(query).all())
    assert (row.by, row.words, row.decided_by) == ("HM", "visit with Priya", "collective")
    assert "FS" not in row.attendees
    audited = await play.database.read(lambda c: [(r.what, r.subject) for r in c.execute(
        select(Audit).where(Audit.who == "HM").order_by(Audit.id))])  # fmt: skip
    steps = ("meeting opened", "meeting closed", "read meeting pack")
    for step in (*((what, "2026-12-01") for what in steps), ("Decide", "P01")):
        assert step in audited


async def test_a_form_sent_twice_is_one_decision(helen: StaffBrowser):
    await helen.get(f"{PAGE}?decide=P01")
    where, kept, _buttons = next(f for f in helen.forms() if f[0].endswith("/meeting/decide"))
    for _time in range(2):
        await helen.post(
            where.removeprefix("/staff"), **{**kept, "kind": "action", "words": "call"}
        )
    count = select(func.count()).select_from(Decision).where(Decision.words.is_not(None))
    assert await helen.play.database.read(lambda c: c.execute(count).scalar()) == 3 + 1


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"kind": "gossip"}, "choose what kind"),
        ({"words": "  "}, "say in words"),
        ({"due": "2026-11-01"}, "no day to come"),
        ({"due": "soon"}, "no day to come"),
        ({"words": "x" * 1001}, "at most 1000"),
    ],
)
async def test_a_decision_that_cannot_be_meant_is_not_written_down(helen, wrong, fault):
    await helen.get(f"{PAGE}?decide=P01")
    given = {"kind": "action", "words": "speech screen", **wrong}
    page = await helen.fills("/meeting/decide", **given)
    assert (page.status_code, fault in page.text) == (422, True)
    assert given["words"].strip() in page.text, "what was typed is kept"


async def test_whoever_sits_in_no_meeting_is_not_shown_one(helen: StaffBrowser):
    farah = await StaffBrowser(helen.play).plays("FS")
    for path in (PAGE, f"{PAGE}.pdf"):
        page = await farah.get(path)
        assert page.status_code == 404
        assert "Kai" not in page.text
    await farah.get("")
    proof = farah.forms()[0][1]["proof"]
    for step in ("open", "close", "decide"):
        page = await farah.post(f"{PAGE}/{step}", proof=proof, on="2026-12-01", case="P01",
                                once="abcdefgh12", kind="action", words="x")  # fmt: skip
        assert page.status_code == 404
    for wrong in ("yesterday", "0001-01-01", "9999-12-31"):
        assert (await helen.get(f"{PAGE}?on={wrong}")).status_code == 404


async def test_the_pdf_is_for_whoever_has_just_typed_a_code(sqlite_play: Play):
    play = sqlite_play
    browser = await StaffBrowser(play, demo=False).signs_in("HM")
    await play.later(minutes=31)
    await browser.get(f"{PAGE}.pdf?on=2026-12-01")
    assert browser.page.url.path == "/staff/confirm"
    await browser.fills("/confirm", send="yes")
    await browser.fills("/confirm", code=await browser.code())
    assert browser.page.url.query == b"on=2026-12-01"
    assert browser.page.content.startswith(b"%PDF-")


async def test_what_is_due_stays_until_somebody_says_it_is_done(helen: StaffBrowser):
    play = helen.play
    await play.at("2026-12-04 09:00")
    dani = await StaffBrowser(play).plays("DO")
    await dani.get(f"{PAGE}?on=2026-12-08")
    due = tables(dani.page.text).found["due"]
    assert due == [["Amara P05", "action", "speech screen", "Tue 1 Dec, 3 days late", "Priya"]]
    where, kept, [(name, key)] = next(f for f in dani.forms() if f[0].endswith("/meeting/done"))
    for _time in range(2):
        page = await dani.post(where.removeprefix("/staff"), **{**kept, name: key})
        assert (page.status_code, "due" in tables(page.text).found) == (200, False)
    [done] = await play.database.read(
        lambda c: c.execute(select(Decision).where(Decision.done_at.is_not(None))).all()
    )
    assert (f"d:{done.id}", done.done_by) == (key, "DO")
    told = select(func.count()).select_from(Audit).where(Audit.what == "decision done")
    assert await play.database.read(lambda c: c.execute(told).scalar()) == 1, "twice is once"


async def test_what_was_decided_about_a_hidden_case_is_nobody_elses_to_end(helen: StaffBrowser):
    dani = await StaffBrowser(helen.play).plays("DO")
    await dani.get(PAGE)
    hide = update(Case).where(Case.ref == "P05").values(restricted=True)
    await helen.play.database.write(lambda c: c.execute(hide))
    assert (await dani.fills("/meeting/done", key="d:1")).status_code == 404
    for key in ("d:1", "d:99", "d:x", "d:²"):
        await helen.play.presses("DO", key)
        assert (await helen.play.last("DO"))["text"] == "This button is not known here."
    ended = select(func.count()).select_from(Decision).where(Decision.done_at.is_not(None))
    assert await helen.play.database.read(lambda c: c.execute(ended).scalar()) == 0


async def test_nothing_is_decided_about_a_case_one_may_not_read(helen: StaffBrowser):
    dani = await StaffBrowser(helen.play).plays("DO")
    await dani.get(f"{PAGE}?decide=P01")
    page = await dani.fills("/meeting/decide", kind="action", words="x", case="P20")  # closed
    assert page.status_code == 404
    assert "P20" not in (await dani.get(PAGE)).text
