"""What a form may hold that no page of ours ever held: somebody else's buttons, and worse."""

from __future__ import annotations

import pytest

from bot.handlers.staff_files import parted
from scheduler.enrolment import import_people
from storage.audit import first_broken
from tests.handlers.staff_browser import NUMBERS, StaffBrowser
from tests.stage import Play

COMPLAINT = "i want to make a complaint about dani, she shouted at kai"


async def forges(play: Play, who: str, key: str) -> str:
    """Send a press of a button by hand; returns what the desk said last."""
    browser = await StaffBrowser(play).plays(who)
    await browser.get("")
    await browser.fills("/press", key=key) if _has(browser, "/press") else await _by_hand(
        browser, key
    )
    await browser.get("")
    return browser.page.text


def _has(browser: StaffBrowser, action: str) -> bool:
    return any(where.endswith(action) for where, _kept, _buttons in browser.forms())


async def _by_hand(browser: StaffBrowser, key: str) -> None:
    kept = next(kept for _where, kept, _buttons in browser.forms() if "proof" in kept)
    await browser.post("/press", proof=kept["proof"], once="forged-by-hand", key=key, back="/staff")


@pytest.fixture
async def complained(sqlite_play: Play) -> Play:
    await sqlite_play.at("2026-11-30 13:40")
    await sqlite_play.writes("P01", COMPLAINT)
    return sqlite_play


@pytest.mark.afternoon
@pytest.mark.parametrize("who", ["PN", "TW", "DO"])
@pytest.mark.parametrize("action", ["copy", "ack", "done"])
async def test_a_colleague_gets_no_words_of_a_complaint_by_its_number(complained, who, action):
    (task,) = await complained.tasks(kind="complaint")
    seen = await forges(complained, who, f"t:{task['id']}:{action}")
    assert "shouted at kai" not in seen
    assert await complained.tasks(kind="complaint") == [task]


@pytest.mark.afternoon
async def test_the_manager_copies_it(complained):
    (task,) = await complained.tasks(kind="complaint")
    assert "shouted at kai" in await forges(complained, "HM", f"t:{task['id']}:copy")


@pytest.mark.afternoon
async def test_a_colleagues_words_are_theirs_to_stop(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "is he in on friday")
    (message,) = await play.tasks(kind="message", case="P01")
    await play.writes("DO", "I will ring at two", reply_to=(await play.last("DO"))["id"])
    stop = (await play.last("DO"))["choices"][0]["key"]
    assert stop.endswith(":stop")
    assert "for whoever was told of it" in await forges(play, "PN", stop)
    await play.later(seconds=15)
    assert any("ring at two" in text for text in await play.received("P01"))
    assert message["owner"] == "DO"


async def test_a_promise_of_a_colleagues_stays_open(sqlite_play: Play):
    play = sqlite_play
    await play.writes("DO", "/promise P01 taxi by Friday")
    for who in ("PN", "FS"):
        await forges(play, who, "p:1:dropped")
    await play.writes("DO", "/promises")
    assert "taxi" in (await play.last("DO"))["text"]


async def test_a_number_that_changed_since_is_not_proven_by_an_older_button(sqlite_play: Play):
    play = sqlite_play
    manager = await StaffBrowser(play).plays("HM")
    leanne = await play.carer("P01")
    for number in ("07700 900777", "07700 900778"):
        await manager.get("/families/P01/settings")
        await manager.fills("/number", to=leanne, number=number)
    (task,) = await play.tasks(kind="prove_number", case="P01")
    assert "new number" in task["words"], "the older one is closed"


async def test_a_workers_old_number_opens_the_page_no_more(sqlite_play: Play):
    play = sqlite_play
    browser = await StaffBrowser(play, demo=False).signs_in("DO")
    head = "id,name,role,employer,days,phone,hours,deputy,chat_channel"
    row = "DO,Dani Okafor,family support worker,taskforce,Mon,07700 900555,Mon 08:30-17:00,MB,"
    files = [("staff.csv", f"{head}\n{row}\n".encode())]
    await import_people(play.database, play.service.taskforce, files, play.now)
    assert (await browser.get("")).url.path == "/staff/sign-in", "signed out everywhere"
    before = len(await browser.codes())
    await browser.post("/sign-in", number=NUMBERS["DO"])
    assert len(await browser.codes()) == before


async def test_whose_invitation_was_used_hears_of_it_and_so_does_somebody_in_charge(
    sqlite_play: Play,
):
    play = sqlite_play
    manager = await StaffBrowser(play).plays("HM")
    await manager.get("/team")
    await manager.fills("/team/JL/invite")
    code = manager.page.text.partition('<p class="code">')[2].partition("<")[0]
    await StaffBrowser(play, demo=False).post("/invitation", invitation=code)
    for who in ("JL", "HM"):
        assert "has signed in to the staff page by an invitation" in (await play.last(who))["text"]
    assert await play.database.read(first_broken) is None


def test_a_form_within_a_form_is_only_bytes():
    inner = b"--in\r\n" * 2000
    body = (
        b'--out\r\ncontent-disposition: form-data; name="proof"\r\n\r\nabc\r\n--out\r\n'
        b'content-disposition: form-data; name="file"; filename="a.csv"\r\n'
        b"content-type: multipart/mixed; boundary=in\r\n\r\n" + inner + b"\r\n--out--\r\n"
    )
    fields, files = parted(body, b"out")
    assert fields == {"proof": "abc"}
    assert files == [("a.csv", inner)]
