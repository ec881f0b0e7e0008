"""A restricted case does not exist for whoever has no part in it; its messages still arrive."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Connection, select, update

from storage.tables import Allocation, Audit, Case, CaseAccess, Task
from tests.desk.test_writing_down import presses, says
from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play

KAI = re.compile(r"Kai|Thornton|Leanne|P01|KT")
EXAMPLE = re.compile(r"/[a-z]+ (P01|Leanne)|such as [^.]*\.|Try [^.]*\.")  # how to type a command


async def restricted(play: Play, words: str = "P01") -> str:
    return await says(play, "HM", f"/restrict {words}")


async def test_only_those_in_charge_restrict_a_case_and_it_is_audited(play: Play):
    assert "Only the manager" in await says(play, "DO", "/restrict P01")
    said = await restricted(play, "P01 Priya")
    assert said.startswith("P01 is restricted: only its key worker,")
    assert "the safeguarding lead, Priya see it" in said
    rows = await play.database.read(lambda c: c.execute(select(CaseAccess)).all())
    assert [(row.by, row.ended_at) for row in rows] == [("HM", None)]
    assert await says(play, "JL", "/unrestrict P01") == "P01 is open to the team again."
    assert await says(play, "JL", "/unrestrict P01") == "P01 is not restricted."
    rows = await play.database.read(lambda c: c.execute(select(CaseAccess)).all())
    assert [row.ended_at for row in rows] == [play.now]
    audit = select(Audit.who, Audit.what, Audit.subject).where(Audit.what.like("%estrict"))
    found = await play.database.read(lambda c: [tuple(row) for row in c.execute(audit)])
    assert found == [("HM", "Restrict", "P01 PN"), ("JL", "Unrestrict", "P01")]


ASKED = ("/case P01", "/case Kai", "/case Leanne", "/find Kai", "/find Thornton", "/mycases",
         "/today", "/status Kai", "/decide P01", "/pause Kai", "/link Leanne", "/note Kai came in",
         "/log Kai rang mum 10 min", "/promise Kai taxi by friday", "/transfer P01 to Marcus",
         "/cadence P01 weekly", "/restrict P01", "/release", "/wrong Leanne", "/team")  # fmt: skip


async def desk_of(play: Play, who: str) -> list[str]:
    """Every answer of the desk that knows more of this family than the words it was asked with."""
    said = []
    for words in ASKED:
        answer = (await says(play, who, words)).replace(words.partition(" ")[2], "")
        said += [f"{words}: {answer}"] if KAI.search(EXAMPLE.sub("", answer)) else []
    return said


async def page_of(play: Play, who: str) -> str:
    browser = await StaffBrowser(play).plays(who)
    paths = ("", "/families", "/families/P01", "/families/P01/settings", "/families/P01/copy")
    return "".join([(await browser.get(path)).text for path in paths])


async def test_for_a_colleague_without_a_part_in_it_the_case_does_not_exist(sqlite_play: Play):
    """Marcus asks in every way there is, in the chat and on the page."""
    play = sqlite_play
    assert len(await desk_of(play, "MB")) > 8
    assert KAI.search(await page_of(play, "MB"))
    await restricted(play)
    await play.later(minutes=31)  # what the desk answered before stands on the page no more
    assert await desk_of(play, "MB") == []
    assert not KAI.search(EXAMPLE.sub("", await page_of(play, "MB")))


@pytest.mark.parametrize(
    ("who", "why"),
    [("DO", "key worker"), ("HM", "manager"), ("JL", "lead"), ("PN", "named"), ("RA", "nobody")],
)
async def test_who_has_a_part_in_it_sees_it(sqlite_play: Play, who: str, why: str):
    await restricted(sqlite_play, "P01 Priya")
    seen = "Kai Thornton P01" in await says(sqlite_play, who, "/case P01")
    assert seen == (why != "nobody")
    assert ("Kai" in await page_of(sqlite_play, who)) == (why != "nobody")


async def test_whoever_stands_in_for_the_key_worker_sees_it_and_gets_the_messages(play: Play):
    await restricted(play)
    await says(play, "DO", "/away")
    [cover] = [one for one in ("MB", "PN", "TW", "SG", "RA") if await _sees(play, one)]
    await play.writes("P01", "can you ring me about the taxi")
    [task] = await play.tasks(kind="message", case="P01")
    assert task["owner"] == cover
    await says(play, "DO", "/back")
    assert not await _sees(play, cover)


async def _sees(play: Play, who: str) -> bool:
    return "Kai Thornton" in await says(play, who, "/case P01")


async def test_danger_still_goes_to_whom_the_ladder_says_and_they_can_open_the_case(play: Play):
    """Sean is off on Mondays, and Marcus answers what cannot wait."""
    await restricted(play, "P03")
    await play.at("2026-11-30 13:40")
    seen = "Sean" in await says(play, "MB", "/case P03")
    assert not seen
    await play.writes("P03", "hes been cutting his arms")
    query = select(Task.told).where(Task.kind == "crisis", Task.done_at.is_(None))
    [told] = await play.database.read(lambda c: list(c.execute(query).scalars()))
    assert told[0] == "MB"
    assert "P03" in (await says(play, "MB", "/case P03")).splitlines()[0]


@pytest.mark.afternoon
async def test_a_colleague_takes_no_message_of_a_restricted_case_by_its_number(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "can you ring me about the taxi")
    [task] = await play.tasks(kind="message", case="P01")
    await restricted(play)
    await play.presses("PN", f"t:{task['id']}:ack")
    assert (await play.last("PN"))["text"] == "This button is not known here."
    await play.presses("DO", f"t:{task['id']}:ack")
    assert (await play.last("DO"))["text"] == "You have it."


async def test_an_old_notice_leads_to_nobody_once_the_case_is_restricted(sqlite_play: Play):
    """Marcus has a card about Kai from when he stood in for Dani; Dani is back."""
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "can you ring me about the taxi")
    await says(play, "DO", "/away")
    card = next(one for one in await play.phone("MB") if "Kai Thornton P01" in one["text"])
    await says(play, "DO", "/back")
    await restricted(play)
    assert not (await says(play, "MB", "See you at nine.", card["id"])).startswith("To Leanne")
    assert "See you at nine.\nMarcus" not in await play.received("P01")
    [task] = await play.tasks(kind="message", case="P01")
    notice = next(one for one in await play.phone("DO") if "taxi" in one["text"])
    assert task["owner"] == "DO"
    assert (await says(play, "DO", "Yes, at four.", notice["id"])).startswith("To Leanne")


@pytest.mark.afternoon
async def test_words_that_were_shown_before_a_case_was_restricted_do_not_go_after(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    assert "To Leanne" in await says(play, "MB", "/write Leanne See you at nine.")
    await restricted(play)
    assert await presses(play, "MB", "Send") == (
        "Nothing was sent: this family is not yours to write to any more. “See you at nine.”"
    )
    await play.later(seconds=11)
    assert "See you at nine.\nMarcus" not in await play.received("P01")


async def test_a_childs_name_is_asked_about_and_not_confirmed(sqlite_play: Play):
    play = sqlite_play
    await restricted(play)
    await play.writes("P10", "hello")
    notice = await play.last("MB")
    said = await says(play, "MB", "Kai will be there too", notice["id"])
    assert said.startswith("This names somebody, who is not in this family.")
    await restricted(play, "P01 Marcus")
    assert "This names Kai," in await says(play, "MB", "Kai will be there too", notice["id"])


async def test_a_sibling_who_is_not_restricted_is_still_there_alone(sqlite_play: Play):
    await restricted(sqlite_play, "P07")
    assert "P07" not in await says(sqlite_play, "PN", "/find Joanne")
    assert "P08" in await says(sqlite_play, "PN", "/find Joanne")
    browser = await StaffBrowser(sqlite_play).plays("PN")
    for path in ("/families", "/families/P08"):
        page = (await browser.get(path)).text
        assert "Noah" in page
        assert "Ellie" not in page


@pytest.mark.afternoon
async def test_what_is_open_with_others_is_named_when_a_case_is_restricted(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "can you ring me about the taxi")
    [task] = await play.tasks(kind="message", case="P01")
    await play.presses("PN", f"t:{task['id']}:ack")
    assert (await restricted(play)).endswith(
        "Open with colleagues who will not see the case: Priya."
    )


async def test_on_the_page_those_in_charge_choose_who_sees_it(sqlite_play: Play):
    browser = await StaffBrowser(sqlite_play).plays("JL")
    await browser.get("/families/P01/settings")
    kept = next(form for where, form, _buttons in browser.forms() if where.endswith("/restrict"))
    ticked = {**{name: kept[name] for name in ("proof", "once")}, "see-PN": "yes"}
    await browser.post("/families/P01/restrict", **ticked)
    assert "The case is restricted." in browser.page.text
    assert await _sees(sqlite_play, "PN")
    assert not await _sees(sqlite_play, "RA")
    await browser.fills("/unrestrict")
    assert await _sees(sqlite_play, "RA")


async def test_on_the_page_what_follows_is_read_before_a_case_closes(sqlite_play: Play):
    browser = await StaffBrowser(sqlite_play).plays("DO")
    await browser.get("/families/P01/settings")
    await browser.fills("/status", status="stopped_early")
    assert "Please say why as well" in browser.page.text
    await browser.fills("/status", status="completed", destination="EOTAS", reason="from May")
    assert "Kai&#39;s case closes: no more automatic texts" in browser.page.text
    await browser.presses("yes")
    assert "P01 is completed now." in browser.page.text
    query = select(Case.status).where(Case.ref == "P01")
    assert await sqlite_play.database.read(lambda c: c.execute(query).scalar_one()) == "completed"


async def test_a_case_nobody_keeps_is_there_for_whoever_its_messages_come_to(sqlite_play: Play):
    def orphan(connection: Connection) -> None:
        connection.execute(update(Allocation).values(to_on=sqlite_play.now.date().replace(day=1)))

    await restricted(sqlite_play)
    await sqlite_play.database.write(orphan)
    await sqlite_play.writes("P01", "is anybody there")
    [task] = await sqlite_play.tasks(kind="message", case="P01")
    assert await _sees(sqlite_play, task["owner"])
