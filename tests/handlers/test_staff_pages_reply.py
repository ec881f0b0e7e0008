"""A reply from the page answers what its writer has read, and nobody else's words are told of."""

from __future__ import annotations

import html
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, event, select, text, update

from storage.addresses import person_by_ref
from storage.cases import case_ids
from storage.contacts import Entry, log
from storage.tables import Address, Case, CaseContact, Outbox
from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play

CRY = "i want to kill myself"
ABOUT_DANI = "I want to complain about Dani Okafor"
ABOUT_MARCUS = "I want to complain about Marcus Bell"
TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'contact'"
SEE_YOU = "See you Tuesday"
NEWER = "Something new has come from Leanne since you opened this. Read it, then send."


@pytest.fixture
async def dani(sqlite_play: Play) -> StaffBrowser:
    await sqlite_play.at("2026-11-30 13:45")  # Leanne may be written to until 16:00
    return await StaffBrowser(sqlite_play).plays("DO")


async def sent(play: Play) -> list[str]:
    """What has left for Leanne by a member of staff, or will."""
    query = select(Outbox.text).where(Outbox.kind == "person")
    return await play.database.read(lambda c: list(c.execute(query).scalars()))


async def seen_by(play: Play, kind: str) -> str | None:
    [task] = await play.tasks(kind=kind, case="P01")
    return task["seen_by"]


def box(browser: StaffBrowser) -> str:
    """What stands in the box for words."""
    page = browser.page.text.partition('<textarea id="reply-words"')[2]
    return html.unescape(page.partition("</textarea>")[0].partition(">")[2])


def row_of(browser: StaffBrowser, name: str) -> str:
    """One family in the list."""
    [row] = [li for li in browser.page.text.split("<li>") if f"<strong>{name}" in li]
    return row


@pytest.mark.afternoon
async def test_a_cry_that_comes_while_see_you_tuesday_is_typed_is_read_first(dani):
    await dani.play.writes("P01", "is it tuesday this week")
    await dani.get("/families/P01")
    await dani.play.writes("P01", CRY)
    await dani.fills("/reply", words=SEE_YOU)
    assert NEWER in dani.page.text
    assert CRY in dani.page.text
    assert box(dani) == SEE_YOU
    assert await sent(dani.play) == []
    await dani.fills("/reply", words="I am ringing you now.")
    assert await sent(dani.play) == ["I am ringing you now.\nDani"]
    danger = [t for t in await dani.play.tasks(case="P01") if t["level"] == "L1"]
    assert [t["seen_by"] for t in danger] == [None, None]  # it is handed on until somebody has it


@pytest.mark.afternoon
async def test_a_page_shown_again_has_buttons_that_lead_back_to_it(dani):
    await dani.get("/families/P01")
    await dani.play.writes("P01", "he is off today")
    await dani.fills("/reply", words=SEE_YOU)
    await dani.fills("/desk", words="/back")
    assert dani.page.url.path == "/staff/families/P01"


@pytest.mark.afternoon
async def test_an_ordinary_message_is_taken_on_by_whoever_answers_it(dani):
    await dani.play.writes("P01", "is it tuesday this week")
    await dani.get("/families/P01")
    await dani.fills("/reply", words=SEE_YOU)
    assert await seen_by(dani.play, "message") == "DO"


@pytest.mark.afternoon
async def test_a_colleague_who_has_it_is_asked_about_on_the_page(dani):
    await dani.play.writes("P01", "is it tuesday this week")
    [task] = await dani.play.tasks(kind="message", case="P01")
    marcus = await StaffBrowser(dani.play).plays("MB")
    await dani.get("/families/P01")
    proof = marcus.forms()[0][1]["proof"]
    await marcus.post("/press", proof=proof, once="c" * 20, key=f"t:{task['id']}:ack")
    await dani.fills("/reply", words=SEE_YOU)
    assert "Marcus took this on at 13:45. Your words have not been sent." in dani.page.text
    assert await sent(dani.play) == []


@pytest.mark.afternoon
async def test_the_form_says_where_an_answer_goes(dani):
    assert "To Leanne Thornton, by text" in (await dani.get("/families/P01")).text


@pytest.mark.afternoon
async def test_after_a_number_is_corrected_answers_go_to_the_new_one(dani):
    await dani.play.writes("P01", "is it tuesday this week")
    helen = await StaffBrowser(dani.play).plays("HM")
    await dani.get("/families/P01")
    await helen.get("/families/P01/settings")
    await helen.fills("/number", to=await dani.play.carer("P01"), number="07700 900777")
    await dani.fills("/reply", words=SEE_YOU)
    assert "Not sent: messages to Leanne go another way now." in dani.page.text
    await dani.fills("/reply", words=SEE_YOU)
    query = select(Address.address).join(Outbox, Outbox.address_id == Address.id)
    typed = query.where(Outbox.kind == "person")
    numbers = await dani.play.database.read(lambda c: list(c.execute(typed).scalars()))
    assert numbers == ["+447700900777"]


@pytest.mark.afternoon
async def test_words_about_a_colleague_are_neither_answered_nor_told_of(dani):
    tom = await StaffBrowser(dani.play).plays("TW")
    await tom.get("/families/P01")
    await dani.play.writes("P01", ABOUT_MARCUS)
    await tom.fills("/reply", words=SEE_YOU)
    assert NEWER not in tom.page.text
    assert await sent(dani.play) == [f"{SEE_YOU}\nTom"]
    await tom.get("/families")
    assert "waiting" not in row_of(tom, "Kai")
    await tom.get("/families/P01")
    await tom.fills("/reply", words="Or Wednesday")
    assert [await seen_by(dani.play, kind) for kind in ("complaint", "message")] == [None, None]


async def test_a_cry_that_names_a_colleague_is_told_to_whoever_must_answer_it(play: Play):
    dani = await StaffBrowser(play).plays("DO")
    await dani.get("/families/P01")
    await dani.play.writes("P01", f"marcus hit kai and {CRY}")
    await dani.fills("/reply", words=SEE_YOU)
    assert NEWER in dani.page.text
    await dani.get("/families")
    assert "1 waiting" in row_of(dani, "Kai")


@pytest.mark.afternoon
async def test_a_form_cannot_be_made_to_answer_somebody_else_s_message(dani):
    await dani.play.writes("P02", "he is off today")
    [task] = await dani.play.tasks(kind="message", case="P02")
    await dani.get("/families/P01")
    ref = await dani.play.carer("P01")
    await dani.fills("/reply", words=SEE_YOU, **{f"shown-{ref}": f"{task['id']}:0:"})
    assert "Not sent: what this answers is not here." in dani.page.text
    assert await sent(dani.play) == []


@pytest.mark.afternoon
async def test_whoever_may_not_be_written_to_meanwhile_leaves_the_words_on_the_page(dani):
    ref = await dani.play.carer("P01")
    await dani.get("/families/P01")

    def forbid(c: Connection) -> None:
        leanne = person_by_ref(c, ref).id
        mine = CaseContact.person_id == leanne
        c.execute(update(CaseContact).where(mine).values(do_not_use=True))

    await dani.play.database.write(forbid)
    await dani.fills("/reply", words=SEE_YOU)
    assert "Not sent: this person may not be written to from here any more." in dani.page.text
    assert box(dani) == SEE_YOU
    assert await sent(dani.play) == []


@pytest.mark.afternoon
async def test_words_for_nobody_yet_stay_in_the_box(dani):
    await dani.get("/families/P04")
    await dani.fills("/reply", words=SEE_YOU, to="")
    assert "Not sent: choose who it is for." in dani.page.text
    assert box(dani) == SEE_YOU


@pytest.mark.afternoon
async def test_the_list_of_families_does_not_tell_of_words_about_its_reader(dani):
    await dani.play.writes("P01", ABOUT_DANI)
    await dani.get("/families")
    assert "waiting" not in row_of(dani, "Kai")
    assert "last contact none yet" in row_of(dani, "Kai")
    helen = await StaffBrowser(dani.play).plays("HM")
    await helen.get("/families")
    assert "1 waiting" in row_of(helen, "Kai")
    assert "last contact today 13:45" in row_of(helen, "Kai")


class TestClosedSibling:
    @pytest.fixture
    async def play(self, sqlite_play: Play) -> Play:
        """Ellie's case has closed; her brother's has not."""
        closed = update(Case).where(Case.ref == "P07").values(status="closed")
        await sqlite_play.database.write(lambda c: c.execute(closed))
        return sqlite_play

    async def test_a_family_is_listed_by_the_case_its_reader_may_open(self, play):
        dani = await StaffBrowser(play).plays("DO")
        await dani.get("/families")
        assert 'href="/staff/families/P08"' in row_of(dani, "Ellie")

    async def test_whether_one_may_write_depends_on_the_case_that_is_open(self, play):
        lead = await StaffBrowser(play).plays("JL")
        for case, may in (("P08", True), ("P07", False)):
            await lead.get(f"/families/{case}")
            assert ('id="reply"' in lead.page.text) is may


@pytest.fixture
def written() -> Iterator[list[str]]:
    """Every statement of the one writer."""
    found: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if threading.current_thread().name == "sqlite-writer":
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.afternoon
async def test_reading_a_thread_keeps_nobody_from_writing(dani, written):
    for path in ("/families/P01", "/families/P01?history=yes", "/families/P01/copy"):
        written.clear()
        assert (await dani.get(path)).status_code == 200
        assert [one for one in written if "INSERT INTO audit" in one]
        assert not [one for one in written if "contact" in one or "outbox" in one]


@pytest.mark.afternoon
async def test_what_was_said_years_ago_is_counted_and_not_read(dani):
    def years_ago(c: Connection) -> None:
        at = dani.play.now - timedelta(days=400)
        entry = Entry(at, at, "inbound", "sms", "family", "support", "old", b"salt", source="old")
        log(c, entry, case_ids(c, ["P01"]).values())
        for (name,) in c.execute(text(TRIGGERS)).all():
            c.execute(text(f'DROP TRIGGER "{name}"'))
        c.execute(text("UPDATE contact SET words = x'00' WHERE source = 'old'"))

    await dani.play.database.write(years_ago)
    assert "Show 1 older than a month" in (await dani.get("/families/P01")).text
