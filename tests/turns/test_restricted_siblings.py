"""Two siblings, two key workers, and one case is restricted: nobody else reads of that child."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from bot.desk.commands import COMMANDS
from storage.addresses import person_by_ref
from storage.cases import case_ids
from storage.contacts import Entry, log
from storage.tables import Allocation, Case, Task
from tests.desk.test_writing_down import says
from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play, marlbridge_taskforce

NOAH = re.compile(r"Noah|\bP08\b|\bNM\b")
ASKS = "can you ring me about the taxi"
WEEK = "Hi Joanne, how has Ellie and Noah's week been?"
PATHS = ("", "/families", "/families/P07", "/families/P07?history=yes", "/families/P07/settings",
         "/families/P07/copy", "/families/P07/meet", "/meeting", "/referrals")  # fmt: skip
ROLES = {"DO": "key worker of Ellie", "MB": "key worker of others", "RA": "specialist",
         "SG": "admin", "FS": "staff of a school"}  # fmt: skip


async def keeps_noah_back(play: Play) -> None:
    """Dani has Ellie, Tom has Noah, whose case is restricted; their mother has heard of both."""
    await play.at("2026-11-30 13:40")

    def work(c: Connection) -> None:
        ids, dani = case_ids(c, ["P07", "P08"]), person_by_ref(c, "DO").id
        hers = (Allocation.case_id == ids["P07"], Allocation.role == "key_worker")
        c.execute(update(Allocation).where(*hers).values(staff_id=dani))
        c.execute(update(Case).where(Case.ref == "P08").values(restricted=True))
        before = play.now - timedelta(minutes=5)
        week = Entry(before, before, "outbound", "sms", "system", "check_in", WEEK, b"salt")
        log(c, week, ids.values())

    await play.database.write(work)


async def marsdens(play: Play, says_so: str = ASKS) -> None:
    """Noah's case is kept back, and their mother writes to both key workers."""
    await keeps_noah_back(play)
    await play.writes("P07", says_so)


async def told(play: Play, who: str) -> str:
    """Everything that ever reached somebody's phone, and what its buttons say."""
    news = [one for one in await play.phone(who) if one["direction"] == "out"]
    return "\n".join(f"{one['text']} {one['choices']}" for one in news)


async def pages(play: Play, who: str, paths: tuple[str, ...] = PATHS) -> str:
    browser = await StaffBrowser(play).plays(who)
    return "\n".join([(await browser.get(path)).text for path in paths])


@pytest.mark.afternoon
async def test_each_key_worker_reads_of_the_children_who_are_theirs_to_know(play: Play):
    await marsdens(play)
    assert f"Joanne Marsden (Ellie P07): {ASKS}" in await told(play, "DO")
    assert f"Joanne Marsden (Ellie P07, Noah P08): {ASKS}" in await told(play, "TW")
    hers, his = await pages(play, "DO", ("",)), await pages(play, "TW", ("",))
    assert f"Joanne Marsden (Ellie P07): {ASKS}" in hers
    assert f"Joanne Marsden (Ellie P07, Noah P08): {ASKS}" in his
    assert f"Joanne Marsden (Ellie P07): {ASKS}" in await says(play, "DO", "/today")
    assert not NOAH.search(await told(play, "DO") + hers)


@pytest.mark.afternoon
async def test_when_nobody_takes_it_whoever_is_told_next_reads_no_more(play: Play):
    """It climbs past Tom and Dani; Marcus and Helen read it, each as they may."""
    await marsdens(play)
    await play.at("2026-12-02 16:00")
    late = "Not taken yet. Joanne Marsden"
    assert f"{late} (Ellie P07, Noah P08): {ASKS}" in await told(play, "HM")
    others = "".join([await told(play, who) for who in ROLES])
    assert f"{late} (Ellie P07): {ASKS}" in others
    assert not NOAH.search(others)


@pytest.mark.parametrize("who", ["DO", "RA", "SG", "FS"])
async def test_no_command_and_no_page_tells_of_the_child(sqlite_play: Play, who: str):
    """What the desk's commands and the page's routes say to every role, and what came by itself."""
    play = sqlite_play
    await marsdens(play)
    await play.at("2026-12-01 08:45")
    for name in COMMANDS:
        await play.writes(who, f"/{name} Joanne")
    read = await told(play, who) + await pages(play, who)
    assert NOAH.findall(read) == []
    assert (ROLES[who] in {"admin", "staff of a school"}) or "Ellie" in read


@pytest.mark.afternoon
async def test_where_no_names_may_stand_her_words_are_behind_a_tap_without_him(
    sqlite_play: Play,
):
    play = Play(sqlite_play.database, marlbridge_taskforce(notices_shown=False))
    await marsdens(play)
    [notice] = [one for one in await play.phone("DO") if "message: EM P07." in one["text"]]
    show = next(one["key"] for one in notice["choices"] if one["label"] == "Show")
    await play.presses("DO", show)
    assert (await play.last("DO"))["text"] == f"Joanne Marsden (Ellie P07): {ASKS}"
    assert not NOAH.search(await told(play, "DO"))


@pytest.mark.afternoon
async def test_who_loses_sight_of_a_child_reads_the_old_task_without_them(sqlite_play: Play):
    play = sqlite_play
    await marsdens(play)

    def opened(c: Connection) -> None:
        c.execute(update(Case).values(restricted=False))

    await play.database.write(opened)
    assert "(Ellie P07, Noah P08)" in await pages(play, "DO", ("",))
    await says(play, "HM", "/restrict P08")
    assert "(Ellie P07)" in await pages(play, "DO", ("",))
    assert not NOAH.search(await pages(play, "DO"))


@pytest.mark.afternoon
async def test_texts_of_the_service_are_shown_without_him_and_a_mothers_words_as_she_wrote_them(
    sqlite_play: Play,
):
    play = sqlite_play
    await marsdens(play, "Noah has been ill all week")
    veiled = "how has Ellie and […]"
    assert veiled in await pages(play, "DO", ("/families/P07",))
    case = await says(play, "DO", "/case P07")
    assert veiled in case
    assert "Noah has been ill all week" in case
    assert WEEK in await says(play, "TW", "/case P08")


@pytest.mark.afternoon
async def test_danger_is_told_whole_to_whoever_answers_it(play: Play):
    """Dani is told of the danger, so both children are there for her until it is closed."""
    await marsdens(play, "i want to kill myself")
    assert "Joanne Marsden (Ellie P07, Noah P08): i want" in await told(play, "DO")

    def closed(c: Connection) -> None:
        c.execute(update(Task).values(done_at=play.now, done_by="TW", outcome="acted_on"))

    await play.database.write(closed)
    assert not NOAH.search(await pages(play, "DO", ("", "/families", "/families/P07/settings")))
