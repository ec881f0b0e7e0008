"""The day's work on the staff page: the same desk, the same rules, nothing twice."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select, text, update

from bot.rules.wording import TEXT_UNITS
from storage.audit import first_broken
from storage.tables import Address, Outbox, Task
from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play, marlbridge_taskforce

DISCREET = {"notices_shown": False}


async def answers(play: Play, ref: str = "DO") -> list[str]:
    """What the desk said on somebody's page, oldest first."""
    here = select(Address.id).where(Address.channel == "page", Address.address_index.is_not(None))
    query = select(Outbox.text).where(Outbox.address_id.in_(here)).order_by(Outbox.id)
    return await play.database.read(lambda c: list(c.execute(query).scalars()))


@pytest.fixture
async def dani(sqlite_play: Play) -> StaffBrowser:
    await sqlite_play.at("2026-11-30 13:45")  # Leanne may be written to until 16:00
    return await StaffBrowser(sqlite_play).plays("DO")


async def replies(browser: StaffBrowser, words: str, case: str = "P01", **more: str) -> str:
    await browser.get(f"/families/{case}")
    await browser.fills("/reply", words=words, **more)
    return browser.page.text


async def test_what_a_family_wrote_is_answered_from_the_page_and_the_task_is_done(play: Play):
    await play.writes("P01", "he is off today")
    browser = await StaffBrowser(play).plays("DO")
    assert "he is off today" in browser.page.text
    assert "Going at 08:30:10" in await replies(browser, "Thank you for telling me.")
    await play.later(seconds=11)
    assert await play.received("P01") == ["Thank you for telling me.\nDani"]
    assert [t for t in await play.tasks(kind="message") if t["case"] == "P01"] == []
    assert (await play.log("P01"))[-1]["done_by"] == "DO"
    assert await answers(play) == [
        "To Leanne Thornton (Kai P01) in 10 seconds.",
        "Sent to Leanne Thornton (Kai P01), Mon 30 Nov 08:30.",
    ]
    chat = [m["text"] for m in await play.phone("DO") if m["direction"] == "out"]
    assert not [text for text in chat if text in await answers(play)]
    assert await play.database.read(first_broken) is None


@pytest.mark.afternoon
async def test_notices_of_new_messages_still_go_to_the_chat_and_never_to_the_page(dani):
    await dani.play.writes("P01", "he is off today")
    assert "he is off today" in (await dani.play.last("DO"))["text"]
    assert await answers(dani.play) == []


@pytest.mark.afternoon
async def test_a_reply_can_be_stopped_for_some_seconds(dani):
    await replies(dani, "Never mind")
    await dani.presses(":stop")
    assert "Stopped. Nothing was sent." in dani.page.text
    await dani.play.later(seconds=11)
    assert await dani.play.received("P01") == []
    assert "Not sent: stopped by its writer" in (await dani.get("/families/P01")).text


@pytest.mark.afternoon
async def test_a_form_sent_twice_is_one_message_and_another_one_is_not_lost(dani):
    await dani.get("/families/P01")
    where, form, _buttons = next(f for f in dani.forms() if f[0].endswith("/reply"))
    path = where.removeprefix("/staff")
    for words in ("On my way.", "On my way.", "Ten minutes late."):
        await dani.post(path, **{**form, "words": words})
    await dani.play.later(seconds=11)
    assert await dani.play.received("P01") == ["On my way.\nDani", "Ten minutes late.\nDani"]


@pytest.mark.afternoon
async def test_the_name_of_another_family_s_child_is_asked_about(dani):
    said = await replies(dani, "I saw Jayden with him")
    assert "This names Jayden, who is not in this family. Nothing has been sent." in said
    await dani.presses("keep")
    assert "Forgotten. Nothing was sent." in dani.page.text
    await replies(dani, "I saw Jayden with him")
    await dani.presses("send")
    await dani.play.later(seconds=11)
    assert await dani.play.received("P01") == ["I saw Jayden with him\nDani"]


@pytest.mark.afternoon
async def test_who_asked_for_no_more_texts_gets_none_from_the_page(dani):
    await dani.play.writes("P01", "STOP")
    assert "asked for no more texts (STOP)" in (await dani.get("/families/P01")).text
    said = await replies(dani, "Are you sure?")
    assert "Not sent: they asked for no more texts (STOP). Please phone or visit." in said


@pytest.mark.afternoon
async def test_words_too_long_for_a_text_are_refused_and_never_cut(dani):
    said = await replies(dani, "a" * (TEXT_UNITS + 1))
    assert "characters too many for one text message" in said
    await replies(dani, "a" * 6000)
    assert dani.page.status_code == 413
    await dani.post("/desk", words="a" * 70_000)
    assert dani.page.status_code == 413
    assert await dani.play.received("P01") == []


@pytest.mark.afternoon
async def test_of_two_parents_one_has_to_be_chosen_and_a_forbidden_one_is_not_there(dani):
    page = (await dani.get("/families/P04")).text
    assert "Craig Brook" in page
    assert "Lisa Brook" not in page
    lisa = await dani.play.carer("P04", 1)
    await replies(dani, "Hello", "P04", to=lisa)
    await dani.play.later(seconds=11)
    assert await answers(dani.play) == []


@pytest.mark.afternoon
async def test_siblings_are_one_family_and_one_thread(dani):
    await dani.play.writes("P07", "both are ill today")
    for case in ("P07", "P08"):
        page = (await dani.get(f"/families/{case}")).text
        assert page.count('<p class="words" dir="auto" lang="en">both are ill today</p>') == 1
        assert "Ellie Marsden, Noah Marsden" in page


@pytest.mark.afternoon
async def test_what_is_held_says_until_when_and_why(dani):
    await dani.play.at("2026-11-30 20:15")
    await replies(dani, "See you tomorrow", "P12")
    await dani.play.later(seconds=11)
    page = (await dani.get("/families/P12")).text
    assert "Held until tomorrow 08:00: quiet hours" in page
    await dani.presses(":now")
    assert "Going now." in dani.page.text


@pytest.mark.afternoon
async def test_commands_work_on_the_page_and_know_which_family_it_shows(dani):
    await dani.get("/families/P01")
    await dani.fills("/desk", words="/back")
    assert "You were not away." in dani.page.text
    await dani.fills("/desk", words="What about this?")
    assert "Who is this for? Nothing has been sent." in dani.page.text
    await dani.fills("/desk", words="P02")
    await dani.play.later(seconds=11)
    assert [text.startswith("What about this?") for text in await dani.play.received("P02")] == [
        True
    ]


@pytest.mark.afternoon
@pytest.mark.parametrize(
    ("typed", "failed"), [("rang mum 10 min, agreed a taxi", False), ("rang mum, no answer", True)]
)
async def test_a_call_that_came_about_is_not_shown_as_one_that_did_not(dani, typed, failed):
    await dani.play.writes("DO", f"/log P01 {typed}")
    await dani.play.presses("DO", "save")
    await dani.get("/families/P01")
    assert typed in dani.page.text
    assert ("Did not arrive" in dani.page.text) is failed


async def test_a_page_is_signed_in_so_names_stand_there_where_chats_are_discreet(sqlite_play: Play):
    play = Play(sqlite_play.database, marlbridge_taskforce(**DISCREET))
    browser = await StaffBrowser(play).plays("DO")
    await browser.get("")
    await browser.fills("/desk", words="/pause P01")
    assert "Automatic messages to Leanne Thornton (Kai P01) are held." in browser.page.text


@pytest.mark.afternoon
async def test_what_a_family_writes_is_shown_as_words_and_does_nothing(dani):
    nasty = "<script>alert(1)</script> {{ 7*7 }} </textarea>"
    await dani.play.writes("P01", nasty)
    for path in ("", "/families/P01"):
        page = (await dani.get(path)).text
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in page


@pytest.mark.afternoon
@pytest.mark.parametrize("case", ["P99", "../etc", "%00", "é" * 50])
async def test_a_family_that_is_not_there_is_not_there(dani, case):
    assert (await dani.get(f"/families/{case}")).status_code == 404


@pytest.mark.afternoon
async def test_a_form_goes_back_to_a_page_of_ours_whatever_was_sent(dani):
    await dani.get("")
    for back in ("https://evil.example", "//evil.example", "/staff/../simulator", "/staffx"):
        where, form, _buttons = next(f for f in dani.forms() if f[0].endswith("/desk"))
        answer = await dani.http.post(
            where, data={**form, "back": back}, headers={"sec-fetch-site": "same-origin"}
        )
        assert answer.headers["location"] == "/staff#desk"


async def test_a_real_service_has_the_page_and_shows_nobody_anything(sqlite_play: Play):
    browser = StaffBrowser(sqlite_play, demo=False)
    for path in ("", "/families", "/families/P01", "/team", "/people", "/confirm"):
        await browser.get(path)
        assert browser.page.url.path == "/staff/sign-in"
        assert "Thornton" not in browser.page.text


async def test_a_press_reads_its_own_task_and_no_other(sqlite_play: Play):
    for case in ("P01", "P02"):
        await sqlite_play.writes(case, "he is off today")
    farah = await StaffBrowser(sqlite_play).plays("FS")
    proof = farah.forms()[0][1]["proof"]
    [mine] = await sqlite_play.tasks(kind="message", case="P01")
    [other] = await sqlite_play.tasks(kind="message", case="P02")

    def spoil(c: Connection) -> None:
        c.execute(update(Task).where(Task.id == mine["id"]).values(told=["FS"]))
        spoilt = "UPDATE task SET words = x'00', done_at = created_at WHERE id = :id"
        c.execute(text(spoilt), {"id": other["id"]})

    await sqlite_play.database.write(spoil)
    await farah.post("/press", proof=proof, once="c" * 20, key=f"t:{mine['id']}:ack")
    assert "You have it." in farah.page.text
