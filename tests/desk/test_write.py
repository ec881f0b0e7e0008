"""/write: everything that matters about words is seen before they leave; one key person writes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.styles import style_of
from storage.tables import Audit, Outbox
from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play, marlbridge_taskforce
from tests.turns.test_two_answers import answers

TAXI = "Hi Leanne, the taxi is booked for nine. I will be at the gate."
ONLY_DANI = "Only Dani writes to this family. Send as a note to Dani instead? Nothing is sent yet."


async def says(play: Play, who: str, words: str, reply_to: str = "") -> str:
    """What the desk answers to words of a worker."""
    await play.writes(who, words, reply_to)
    return (await play.last(who))["text"]


async def presses(play: Play, who: str, label: str) -> str:
    """Press a button under the newest message; what the desk says then."""
    last = await play.last(who)
    [key] = [choice["key"] for choice in last["choices"] if choice["label"] == label]
    await play.presses(who, key, last["turn"])
    return (await play.last(who))["text"]


async def labels(play: Play, who: str) -> list[str]:
    return [choice["label"] for choice in (await play.last(who))["choices"]]


async def audited(play: Play) -> list[tuple[str, str, str]]:
    rows = await play.database.read(lambda c: c.execute(select(Audit).order_by(Audit.id)).all())
    return [(row.who, row.what, row.subject) for row in rows if row.who != "system"]


async def one_writer(play: Play, case: str = "P01") -> None:
    """Let Dani alone write to Leanne, while she may be written to."""
    await play.at("2026-11-30 13:40")
    await play.writes("DO", f"/style {case} key_person")


async def test_what_the_worker_is_shown_is_what_then_happens(play: Play):
    shown = await says(play, "DO", f"/write Leanne {TAXI}")
    waits = "Mon 30 Nov 13:30: outside this family's safe hours."
    assert shown.splitlines()[:4] == [
        "To Leanne Thornton (Kai P01), by text. Nothing has been sent.",
        f"“{TAXI}",
        "Dani”",
        "67 characters, 1 text, 4p.",
    ]
    assert f"It waits until {waits}" in shown
    assert (
        await play.database.read(
            lambda c: c.execute(select(Outbox.id).where(Outbox.kind == "person")).all()
        )
        == []
    )
    assert await presses(play, "DO", "Send") == "To Leanne Thornton (Kai P01) in 10 seconds."
    await play.later(seconds=11)
    assert (await play.last("DO"))["text"].startswith(
        "Held until Mon 30 Nov 13:30 because of outside this family's safe hours."
    )
    assert await play.received("P01") == []
    await play.at("2026-11-30 13:31")
    assert await play.received("P01") == [f"{TAXI}\nDani"]


@pytest.mark.afternoon
async def test_words_are_changed_made_cheaper_or_forgotten_before_anything_leaves(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    assert (await says(play, "DO", "/write kai")).startswith(
        "Type the words for Leanne Thornton (Kai P01)."
    )
    party = f"{TAXI} 🎉 Well done Kai!"
    assert "2 texts, 8p. Without emoji and accents: 1 text, 4p." in await says(play, "DO", party)
    plain = await presses(play, "DO", "Make it plain and cheaper")
    assert "🎉" not in plain
    assert "1 text, 4p." in plain
    assert "Make it plain and cheaper" not in await labels(play, "DO")
    await presses(play, "DO", "Change the words")
    assert "“At nine then.\nDani”" in await says(play, "DO", "At nine then.")
    assert await presses(play, "DO", "Forget it") == "Forgotten. Nothing was sent."
    await play.later(seconds=11)
    assert await play.received("P01") == []


async def test_a_name_that_fits_nobody_asks_whom_and_keeps_the_words(sqlite_play: Play):
    play = sqlite_play
    assert (await says(play, "DO", f"/write {TAXI}")).startswith("Who is this for?")
    await play.writes("DO", "Leanne")
    assert TAXI in (await play.last("DO"))["text"]
    assert "Send" in await labels(play, "DO")


async def test_a_draft_that_was_not_sent_is_named_when_something_else_begins(sqlite_play: Play):
    await says(sqlite_play, "DO", f"/write Leanne {TAXI}")
    await says(sqlite_play, "DO", "/write Marta Hello")
    assert f"Not sent, as you began something else: “{TAXI}”" in await sqlite_play.received("DO")


@pytest.mark.afternoon
async def test_the_name_of_another_familys_child_is_shown_and_asked_about(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    shown = await says(play, "DO", "/write Leanne Zofia did so well today.")
    assert "This names Zofia, who is not in this family." in shown
    assert (await presses(play, "DO", "Send")).startswith("This names Zofia")
    await presses(play, "DO", "No, forget it")
    await play.later(seconds=11)
    assert await play.received("P01") == []


@pytest.mark.afternoon
async def test_a_colleague_who_wrote_today_is_named_and_the_wait_is_the_one_that_comes(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    await play.writes("MB", "/write Leanne Marcus here, see you at the club.")
    await presses(play, "MB", "Send")
    await play.later(seconds=11)
    shown = await says(play, "DO", f"/write Leanne {TAXI}")
    assert "Marcus wrote to this family today." in shown
    [waits] = [line for line in shown.splitlines() if line.startswith("It waits until ")]
    await presses(play, "DO", "Send")
    await play.later(seconds=11)
    until = waits.removeprefix("It waits until ").partition(":")[0]
    assert (await play.last("DO"))["text"].startswith(f"Held until {until}")


async def test_who_asked_for_no_texts_can_be_drafted_to_but_not_sent_to(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "STOP")
    shown = await says(play, "DO", f"/write Leanne {TAXI}")
    assert "Not sent: they asked for no more texts (STOP)." in shown
    assert await labels(play, "DO") == ["Change the words", "Forget it"]


@pytest.mark.afternoon
async def test_a_reply_by_write_asks_like_any_reply_when_a_colleague_has_answered(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "is there a taxi")
    notice = await play.last("DO")
    await play.writes("DO", "Yes, at nine.", notice["id"])
    await play.later(seconds=11)
    [key] = [c["key"] for c in notice["choices"] if c["label"] == "I have this"]
    task = int(key.split(":")[1])
    await answers(play, "MB", f"/write {TAXI}", task)
    await play.service.settle()
    assert (await presses(play, "MB", "Send")).startswith("Dani answered this at 13:40.")


@pytest.mark.afternoon
async def test_where_one_key_person_writes_a_specialist_is_asked_to_leave_a_note(play: Play):
    await one_writer(play)
    await play.writes("PN", "/write Leanne Please bring the passport on Tuesday.")
    assert await presses(play, "PN", "Send") == ONLY_DANI
    assert await presses(play, "PN", "Send to Dani") == (
        "Dani has it, as a note. Nothing went to the family."
    )
    notice = await play.last("DO")
    assert notice["text"] == (
        "Priya to you about Kai P01, not sent to the family: Please bring the passport on Tuesday."
    )
    await play.writes("DO", "thanks Priya", notice["id"])
    assert (await play.last("DO"))["text"].startswith("Who is this for?")
    await play.later(minutes=1)
    assert await play.received("P01") == []
    [note] = await play.log("P01")
    assert (note["mode"], note["done_by"]) == ("note", "PN")
    assert ("DO", "SetStyle", "P01 key_person") in await audited(play)


@pytest.mark.afternoon
async def test_a_colleague_may_write_all_the_same_and_is_asked_once(sqlite_play: Play):
    play = sqlite_play
    await one_writer(play)
    await play.writes("PN", "/write Leanne Zofia and Kai did well.")
    await presses(play, "PN", "Send")
    assert (await presses(play, "PN", "Send to the family all the same")).startswith("This names")
    await presses(play, "PN", "Yes, send it")
    await play.later(seconds=11)
    assert await play.received("P01") == ["Zofia and Kai did well.\nPriya"]


@pytest.mark.afternoon
@pytest.mark.parametrize("why", ["key worker", "covers", "danger", "team"])
async def test_who_answers_for_a_family_and_who_answers_danger_is_never_asked(
    sqlite_play: Play, why: str
):
    play = sqlite_play
    await one_writer(play)
    if why == "covers":
        await play.writes("DO", "/away")  # Marcus is Dani's deputy
    if why == "danger":
        await play.writes("P01", "I want to kill myself")
    if why == "team":
        await play.writes("HM", "/style P01 team")
        assert await play.database.read(lambda c: style_of(c, "P01")) == "team"
    who = {"key worker": "DO", "covers": "MB"}.get(why, "PN")
    await play.writes(who, f"/write Leanne {TAXI}")
    assert (await presses(play, who, "Send")).startswith("To Leanne Thornton")


@pytest.mark.afternoon
async def test_a_reply_on_the_page_is_asked_about_in_the_same_words(sqlite_play: Play):
    await one_writer(sqlite_play)
    browser = await StaffBrowser(sqlite_play).plays("MB")
    await browser.get("/families/P01")
    await browser.fills("/reply", words="See you at the club.")
    assert "Only Dani writes to this family." in browser.page.text
    await browser.presses("note")
    assert "Dani has it, as a note." in browser.page.text
    await sqlite_play.later(seconds=11)
    assert await sqlite_play.received("P01") == []


async def test_only_the_key_worker_and_the_manager_settle_who_writes(sqlite_play: Play):
    play = sqlite_play
    assert (await says(play, "PN", "/style P01 key_person")).startswith("Who writes to a family is")
    assert await play.database.read(lambda c: style_of(c, "P01")) == "team"
    said = await says(play, "HM", "/style P01 key person")
    assert said.startswith("P01: one key person writes")
    assert await says(play, "PN", "/style P01") == said


async def test_names_stay_out_of_a_discreet_chat(sqlite_play: Play):
    play = Play(sqlite_play.database, marlbridge_taskforce(notices_shown=False))
    shown = await says(play, "DO", f"/write P01 {TAXI}")
    assert shown.startswith("To KT P01, by text.")
    assert "Thornton" not in shown
