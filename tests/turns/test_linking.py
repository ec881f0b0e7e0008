"""A family's chat is let in by a link and a code at their number, or by their key worker."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from storage.tables import Address, CaseContact, Link, Person
from tests.stage import Play
from tests.turns.visitors import (
    CODE,
    KERRY,
    LEANNE,
    MARTA,
    WRONG,
    Chat,
    button,
    link_for,
    rows_of,
    told,
)

OPENED = "Thank you. If this link is right, a text message brings a code."
CONNECTED = "This chat is connected. Dani writes to you here from now on and reads what you write."
TOO_LATE = "That is not the code, or it is too old."


async def codes_to(play: Play, number: str) -> list[str]:
    """The codes a phone was texted, as they reached it."""
    return [words[:6] for words in await Chat(play, number, "sms").heard() if "code" in words]


async def change_line(play: Play, number: str, **marks) -> None:
    """Change what stands in the way of a number."""
    line = await Chat(play, number, "sms").line()
    change = update(Address).where(Address.id == line.id).values(**marks)
    await play.database.write(lambda connection: connection.execute(change))


async def test_the_right_link_and_the_right_code_connect_a_chat(door: Play):
    chat = Chat(door, "5001")
    await chat.opens(await link_for(door, "Leanne"))
    (opened,) = await chat.heard()
    assert opened.startswith(OPENED)
    assert await codes_to(door, LEANNE) == [CODE]
    assert "A code is on its way to their number." in await told(door, "DO")
    await chat.writes(" 482 913 ")
    line = await chat.line()
    assert (line.opted_in_at, line.proven_at, line.notice) == (door.now, door.now, "telegram-1")
    notice = (await chat.heard())[-1]
    assert notice.startswith(CONNECTED)
    for plain in ("another company", "can read it", "child's record", "write SMS", "write STOP"):
        assert plain in notice
    logged = (await door.log("P01"))[-1]
    assert (logged["mode"], logged["direction"], logged["words"]) == (
        "telegram", "outbound", notice
    )  # fmt: skip
    assert await told(door, "DO") == (
        "Leanne Thornton (Kai P01) is connected by Telegram, confirmed by the code."
    )
    assert await door.tasks(kind="link_request") == []


@pytest.mark.thursday
async def test_from_then_on_the_weekly_question_comes_to_the_chat_and_not_to_the_phone(
    quick_door: Play,
):
    chat, phone = Chat(quick_door, "5001"), Chat(quick_door, LEANNE, "sms")
    await chat.opens(await link_for(quick_door, "Leanne"))
    await chat.writes(CODE)
    texts = await phone.heard()
    await quick_door.at("2026-12-03 15:45")
    assert "weekly check-in text" in (await chat.heard())[-1]
    assert await phone.heard() == texts
    await chat.presses("hard")
    assert "What would help?" in (await chat.heard())[-1]


@pytest.mark.parametrize(
    ("language", "begins"), [("pl", "Ten czat jest połączony."), ("ckb", "This chat is connected.")]
)
async def test_the_notice_speaks_the_familys_language_once_its_wording_is_approved(
    quick_door: Play, language, begins
):
    play = quick_door
    ref = await play.carer("P01")
    reads = update(Person).where(Person.ref == ref).values(language=language)
    token = await link_for(play, "Leanne")
    await play.database.write(lambda connection: connection.execute(reads))
    chat = Chat(play, "5001")
    await chat.opens(token)
    await chat.writes(CODE)
    assert (await chat.heard())[0].startswith(OPENED), "nothing of the family before that"
    assert (await chat.heard())[-1].startswith(begins)
    assert (await chat.rows())[-1].language == ("pl" if language == "pl" else "en")


async def test_the_key_worker_who_has_spoken_to_them_connects_them_without_a_code(quick_door: Play):
    chat = Chat(quick_door, "5001")
    await chat.opens(await link_for(quick_door, "Leanne"))
    await quick_door.presses("DO", await button(quick_door, "DO", "let_in"))
    assert (await chat.heard())[-1].startswith(CONNECTED)
    assert [m["text"] for m in (await quick_door.phone("DO"))[-2:]] == [
        "Leanne Thornton (Kai P01) is connected by Telegram, confirmed by you or a colleague.",
        "Connected.",
    ]
    await quick_door.presses("DO", await button(quick_door, "DO", "let_in"))
    assert await told(quick_door, "DO") == "That is done already."


async def test_a_code_typed_after_the_key_worker_said_yes_is_words_for_the_worker(quick_door: Play):
    chat = Chat(quick_door, "5001")
    await chat.opens(await link_for(quick_door, "Leanne"))
    await quick_door.presses("DO", await button(quick_door, "DO", "let_in"))
    await chat.writes(CODE)
    (task,) = await quick_door.tasks(kind="message", case="P01")
    assert CODE in task["words"]


async def test_not_them_keeps_the_chat_out_and_the_right_code_no_longer_works(quick_door: Play):
    chat = Chat(quick_door, "5001")
    await chat.opens(await link_for(quick_door, "Leanne"))
    before = await chat.heard()
    await quick_door.presses("DO", await button(quick_door, "DO", "keep_out"))
    assert await told(quick_door, "DO") == "Kept out. Whoever opened the link learns nothing."
    assert await chat.heard() == before
    await chat.writes(CODE)
    assert (await chat.heard())[-1].startswith(TOO_LATE)
    assert (await chat.line()).person_id is None


async def test_a_yes_that_comes_after_the_link_has_run_out_connects_nobody(quick_door: Play):
    chat = Chat(quick_door, "5001")
    await chat.opens(await link_for(quick_door, "Leanne"))
    await quick_door.without_digests()
    await quick_door.later(hours=73)
    await quick_door.presses("DO", await button(quick_door, "DO", "let_in"))
    assert await told(quick_door, "DO") == "That link is used up or too old. /link makes a new one."
    assert (await chat.line()).person_id is None


async def test_a_code_is_good_for_ten_minutes(door: Play):
    early, late = Chat(door, "5001"), Chat(door, "5002")
    await late.opens(await link_for(door, "Leanne"))
    await door.later(minutes=10, seconds=1)
    await late.writes(CODE)
    assert (await late.heard())[-1].startswith(TOO_LATE)
    await early.opens(await link_for(door, "Leanne"))
    await door.later(minutes=10)
    await early.writes(CODE)
    assert (await early.line()).person_id is not None
    assert (await late.line()).person_id is None


async def test_after_five_wrong_codes_the_link_is_used_up_and_the_worker_is_told(quick_door: Play):
    chat = Chat(quick_door, "5001")
    await chat.opens(await link_for(quick_door, "Leanne"))
    for _try in range(4):
        await chat.writes(WRONG)
    assert await quick_door.tasks(kind="link_misused") == []
    await chat.writes(WRONG)
    (task,) = await quick_door.tasks(kind="link_misused")
    assert (task["owner"], task["case"]) == ("DO", "P01")
    assert "Five wrong codes were typed for Leanne Thornton (Kai P01)" in task["words"]
    await chat.writes(CODE)
    assert (await chat.line()).person_id is None
    assert len(set((await chat.heard())[1:])) == 1, "the last try is answered like the first"
    (link,) = await rows_of(quick_door, Link)
    assert link.outcome == "worn out"


@pytest.mark.parametrize("mark", ["opted_out_at", "dead_at", "wrong_at", "carrier_blocked_at"])
async def test_no_code_goes_to_a_number_that_must_not_be_texted(quick_door: Play, mark):
    await change_line(quick_door, LEANNE, **{mark: quick_door.now})
    await no_code_and_the_worker_connects_them(quick_door)


async def test_no_code_goes_to_a_number_nobody_has_proven(quick_door: Play):
    await change_line(quick_door, LEANNE, proven_at=None)
    await no_code_and_the_worker_connects_them(quick_door)


async def test_no_code_goes_anywhere_when_there_is_no_number(quick_door: Play):
    await change_line(quick_door, LEANNE, person_id=None)
    await no_code_and_the_worker_connects_them(quick_door)


async def test_somebody_who_must_no_longer_be_contacted_gets_no_code_and_is_not_connected(
    quick_door: Play,
):
    """The court forbade it after the link was made."""
    play = quick_door
    chat = Chat(play, "5001")
    token = await link_for(play, "Leanne")
    forbid = update(CaseContact).where(CaseContact.person_id == Person.id,
                                       Person.ref == await play.carer("P01"))  # fmt: skip
    await play.database.write(lambda c: c.execute(forbid.values(do_not_use=True)))
    await chat.opens(token)
    assert (await chat.heard())[0].startswith(OPENED), "the chat learns nothing of that either"
    assert await Chat(play, LEANNE, "sms").rows() == []
    await play.presses("DO", await button(play, "DO", "let_in"))
    assert (await told(play, "DO")).startswith("This person must not be contacted")
    assert (await chat.line()).person_id is None


async def no_code_and_the_worker_connects_them(play: Play) -> None:
    chat = Chat(play, "5001")
    await chat.opens(await link_for(play, "Leanne"))
    assert (await chat.heard())[0].startswith(OPENED)
    assert "link_code" not in [row.purpose for row in await Chat(play, LEANNE, "sms").rows()]
    assert "No code could be sent" in await told(play, "DO")
    await play.presses("DO", await button(play, "DO", "let_in"))
    assert (await chat.line()).person_id is not None


async def test_a_watched_phone_is_texted_no_code_at_three_in_the_morning(door: Play):
    """Whoever opens the link at night learns as little as by day; the code runs out unsent."""
    chat, phone = Chat(door, "5001"), Chat(door, KERRY, "sms")
    token = await link_for(door, "Kerry")
    await door.at("2026-12-01 03:00")
    await chat.opens(token)
    assert (await chat.heard())[0].startswith(OPENED)
    (waiting,) = [row for row in await phone.rows() if row.purpose == "link_code"]
    assert (waiting.status, waiting.reason) == ("held", "outside this family's safe hours")
    await door.at("2026-12-01 13:00")
    (expired,) = [row for row in await phone.rows() if row.purpose == "link_code"]
    assert expired.status == "expired"
    assert await phone.heard() == []


async def test_a_watched_phone_is_texted_its_code_in_its_hours(quick_door: Play):
    token = await link_for(quick_door, "Kerry")
    await quick_door.at("2026-12-01 10:30")
    await Chat(quick_door, "5001").opens(token)
    assert await codes_to(quick_door, KERRY) == [CODE]


async def test_marta_is_told_in_polish_and_her_code_is_in_polish(quick_door: Play):
    chat = Chat(quick_door, "5001")
    await chat.opens(await link_for(quick_door, "Marta"))
    (text,) = await Chat(quick_door, MARTA, "sms").heard()
    assert text.startswith(f"{CODE} to kod.")
    await chat.writes(CODE)
    assert (await chat.heard())[-1].startswith("Ten czat jest połączony.")
