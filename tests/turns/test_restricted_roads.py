"""Every road by which a restricted case could still be read, or written to, leads nowhere."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, insert, select

from storage.addresses import person_by_ref
from storage.cases import case_ids
from storage.tables import Allocation, Task
from storage.tasks import NewTask, make_task
from tests.desk.test_write import presses, says
from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play, marlbridge_taskforce

JAY = "please can you help my other boy Jay too, his dad Ron hits him"
BOTH = {"P07": "P08", "P08": "P07"}  # Joanne's children, with one key worker


async def asked_for_jay(play: Play) -> None:
    """Leanne's family is restricted, and what she asks for her other son becomes a referral."""
    await play.at("2026-11-30 13:40")
    await says(play, "HM", "/restrict P01")
    await play.writes("P01", JAY)
    notice = next(one for one in reversed(await play.phone("DO")) if "Jay" in one["text"])
    assert "referral now" in await says(play, "DO", "/refer", notice["id"])


@pytest.mark.afternoon
@pytest.mark.parametrize(("who", "theirs"), [("PN", False), ("DO", True)])
async def test_a_referral_from_a_restricted_family_is_no_referral_to_others(
    play: Play, who: str, theirs: bool
):
    await asked_for_jay(play)
    assert ("R004" in await says(play, who, "/referrals")) == theirs
    browser = await StaffBrowser(play).plays(who)
    pages = {
        path: await browser.get(path) for path in ("/referrals", "/meeting", "/referrals/R004")
    }
    assert {path for path, page in pages.items() if "R004" in page.text} == (
        set(pages) if theirs else set()
    )
    assert pages["/referrals/R004"].status_code == (200 if theirs else 404)
    assert theirs or not any("Ron" in page.text for page in pages.values())


async def passed_on(play: Play) -> None:
    """Kai passes to Marcus, and is then nothing to Dani any more."""
    await says(play, "HM", "/transfer P01 to Marcus")
    await presses(play, "HM", "Yes, pass them on")
    await says(play, "HM", "/restrict P01")


@pytest.mark.afternoon
async def test_a_notice_that_is_done_writes_to_a_restricted_family_no_more(play: Play):
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "can you ring me about the taxi")
    [task] = await play.tasks(kind="message", case="P01")
    notice = next(one for one in reversed(await play.phone("DO")) if "taxi" in one["text"])
    await play.presses("DO", f"t:{task['id']}:done")
    await passed_on(play)
    assert not (await says(play, "DO", "The taxi is booked.", notice["id"])).startswith("To ")
    await play.later(minutes=2)
    assert "The taxi is booked.\nDani" not in await play.received("P01")


@pytest.mark.afternoon
async def test_a_danger_that_is_closed_is_copied_by_nobody_who_does_not_see_the_case(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "I dont want to live any more")
    [task] = await play.tasks(kind="crisis", case="P01")
    await passed_on(play)
    await play.presses("DO", f"t:{task['id']}:copy")
    assert "Kai" in (await play.last("DO"))["text"], "it is theirs until it is done"
    await play.presses("DO", f"t:{task['id']}:done")
    for words in ("acted_on", "rang mum", "Joe at 13:45", "CPOMS", "4711", "close"):
        await play.writes("DO", words)
    await play.presses("DO", f"t:{task['id']}:copy")
    assert (await play.last("DO"))["text"] == "This button is not known here."
    await play.presses("HM", f"t:{task['id']}:copy")
    assert "Pupil: Kai Thornton" in (await play.last("HM"))["text"]


@pytest.mark.afternoon
async def test_behind_show_stands_nothing_of_a_case_that_is_theirs_no_more(sqlite_play: Play):
    play = Play(sqlite_play.database, marlbridge_taskforce(notices_shown=False))
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "can you ring me about the taxi")
    show = next(c["key"] for c in (await play.last("DO"))["choices"] if c["label"] == "Show")
    [task] = await play.tasks(kind="message", case="P01")
    await play.presses("DO", f"t:{task['id']}:done")
    await passed_on(play)
    await play.presses("DO", show)
    assert (await play.last("DO"))["text"] == "This button is not known here."


async def test_a_note_about_a_restricted_case_stands_in_no_pack_of_the_team(sqlite_play: Play):
    """Marcus, who may see Kai's case, leaves Dani a note about it, and a day goes by."""
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    await says(play, "HM", "/restrict P01 Marcus")
    await says(play, "DO", "/style P01 key_person")
    await says(play, "MB", "/write Leanne Ron is back at the house.")
    await presses(play, "MB", "Send")
    assert (await presses(play, "MB", "Send to Dani")).startswith("Dani has it, as a note.")
    await play.at("2026-12-01 14:00")
    assert "Ron is back" in await pack_of(play, "HM")
    assert "Ron is back" not in await pack_of(play, "PN")


async def pack_of(play: Play, who: str) -> str:
    browser = await StaffBrowser(play).plays(who)
    return (await browser.get("/meeting?on=2026-12-01")).text


async def test_a_late_task_without_a_case_is_the_teams_only_if_it_is_about_nobody(
    sqlite_play: Play,
):
    play = sqlite_play

    def tasks(connection: Connection) -> None:
        owner = person_by_ref(connection, "DO").id
        for kind in ("advice", "unclaimed", "channel_trouble"):
            make_task(connection, NewTask(
                key=kind, kind=kind, owner_id=owner, words=f"words of {kind}", at=play.now,
                respond_by=play.now, told=("DO",)))  # fmt: skip

    await play.database.write(tasks)
    await play.at("2026-12-01 14:00")
    pack = await pack_of(play, "PN")
    assert [kind for kind in ("advice", "unclaimed", "channel_trouble")
            if f"words of {kind}" in pack] == ["unclaimed", "channel_trouble"]  # fmt: skip


@pytest.mark.afternoon
@pytest.mark.parametrize("kept", ["P07", "P08"])
async def test_words_of_two_siblings_are_filed_under_the_one_that_is_restricted(
    sqlite_play: Play, kept: str
):
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    answer = await says(play, "HM", f"/restrict {kept} Priya")
    assert f"Of the same family the team still sees {BOTH[kept]}." in answer
    await play.writes("P07", "can you ring me about Noah and Ellie")
    filed = await play.database.read(
        lambda c: (
            c.execute(select(Task.case_id).where(Task.kind == "message").order_by(Task.id))
            .scalars()
            .all()
        )
    )
    ids = await play.database.read(lambda c: case_ids(c, [kept]))
    assert filed[-1] == ids[kept]


@pytest.mark.afternoon
async def test_to_others_a_restricted_sibling_is_named_in_no_line(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    await says(play, "HM", "/restrict P08")
    said = await says(play, "SG", "/write Joanne See you on Friday.")
    assert await presses(play, "SG", "Send") == "To Joanne Marsden (Ellie P07) in 10 seconds."
    await play.later(seconds=11)
    said += "".join(one["text"] for one in await play.phone("SG"))
    assert "Sent to Joanne Marsden (Ellie P07)" in said
    assert "P08" not in said
    assert "Noah" not in said


async def test_the_contact_rules_of_a_sibling_name_no_restricted_case(sqlite_play: Play):
    play = sqlite_play

    def ellie_to_samina(connection: Connection) -> None:
        ellie = case_ids(connection, ["P07"])["P07"]
        connection.execute(insert(Allocation).values(
            case_id=ellie, staff_id=person_by_ref(connection, "SG").id, role="key_worker",
            from_on=play.now.date()))  # fmt: skip

    await play.database.write(ellie_to_samina)
    await says(play, "HM", "/restrict P08")
    browser = await StaffBrowser(play).plays("SG")
    page = (await browser.get("/families/P07/settings")).text
    assert "Joanne" in page
    assert "P08" not in page
