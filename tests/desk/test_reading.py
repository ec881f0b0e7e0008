"""What staff can read at the desk, and what they may not."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert, select

from bot.turns.rights import ONLY_ALERTS
from storage.audit import first_broken
from storage.cases import case_ids
from storage.contacts import link
from storage.tables import Audit, Contact, Passport
from tests.stage import Play, marlbridge_taskforce

MARSDENS = "- Ellie Marsden P07: Joanne Marsden\n- Noah Marsden P08: Joanne Marsden"


async def says(play: Play, who: str, words: str, reply_to: str = "") -> str:
    """What the desk answers to words of a worker."""
    await play.writes(who, words, reply_to)
    return (await play.last(who))["text"]


async def audited(play: Play) -> list[tuple[str, str, str]]:
    """Who read or changed what since everybody moved in."""
    rows = await play.database.read(lambda c: list(c.execute(select(Audit).order_by(Audit.id))))
    assert await play.database.read(first_broken) is None
    return [(row.who, row.what, row.subject) for row in rows if row.who != "system"]


async def passport(play: Play, case: str, **fields: str) -> None:
    """Priya writes down how to speak with a child."""

    def write(connection):
        row = {"case_id": case_ids(connection, [case])[case], "fields": fields,
               "written_by": "PN", "written_on": date(2026, 11, 30), "at": play.now}  # fmt: skip
        connection.execute(insert(Passport).values(**row))

    await play.database.write(write)


async def discreet(play: Play) -> Play:
    return Play(play.database, marlbridge_taskforce(notices_shown=False))


async def test_a_case_says_how_they_are_reached_before_anything_else(play: Play):
    await passport(play, "P04", say="old words")
    await passport(play, "P04", avoid="calm down", say="one thing at a time")
    lines = (await says(play, "DO", "/case P04")).splitlines()
    assert lines[0] == "Tyler Brook P04: tier 3, engaged, week 14"
    assert lines[2:4] == ["How to reach them", "- NEVER contact Lisa Brook, mother: court order"]
    assert lines.index("How to speak with Tyler, by Priya") < lines.index("Key worker Marcus Bell")
    at = lines.index("How to speak with Tyler, by Priya")
    assert lines[at + 1 : at + 3] == ["- avoid: calm down", "- say: one thing at a time"]
    assert not any("old words" in line for line in lines)
    assert await audited(play) == [("DO", "read", "P04")]


async def test_the_last_five_contacts_stand_in_order(sqlite_play: Play):
    for number in range(7):
        await sqlite_play.later(minutes=1)
        await sqlite_play.writes("P01", f"message {number}")
    text = await says(sqlite_play, "DO", "/case Leanne")
    last = text.partition("Last contacts\n")[2].splitlines()
    assert len(last) == 5
    assert last[-1] == "- Mon 30 Nov 08:37, Leanne: message 6"
    assert "Leanne Thornton (Kai P01): message 0 (6 min, by Mon 30 Nov 12:31)" in text


async def test_siblings_share_the_strictest_rule_of_their_phone(sqlite_play: Play):
    text = await says(sqlite_play, "TW", "/case P08")
    assert "- Joanne Marsden, mother: only 12:00-20:00; say “talking sessions”" in text


async def test_a_case_is_opened_by_the_button_of_a_digest_or_from_a_notice(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "is he in on friday")
    notice = await play.last("DO")
    assert (await says(play, "DO", "/case", notice["id"])).startswith("Kai Thornton P01")
    await says(play, "DO", "/today")
    keys = {c["label"]: c["key"] for c in (await play.last("DO"))["choices"]}
    await play.presses("DO", keys["Kai P01"])
    assert (await play.last("DO"))["text"].startswith("Kai Thornton P01")
    assert await audited(play) == [
        ("DO", "read", "P01"), ("DO", "read", "today"), ("DO", "read", "P01"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("/case", "Which case? Type /case and a name or a case number, such as /case P01."),
        ("/case 07700 900999", "Nothing found. Try a part of the name, or /find."),
        ("/case Marsden", f"Which one? Type /case and the number.\n{MARSDENS}"),
        ("/find", "Find whom? Type /find and a name, a case number or a phone number."),
        ("/find 07700 900999", "Nothing found."),
        ("/find 07700 900106", MARSDENS),
        ("/find thornt", "- Kai Thornton P01: Leanne Thornton"),
        ("/find P16", "- Chloe Senior P16: Dawn Senior"),
        ("/find petrait", "- Lukas Petraitis P15: Rasa Petraitiene, Tomas Petraitis"),
    ],
)  # fmt: skip
async def test_families_are_found_and_no_number_is_ever_shown(sqlite_play: Play, words, answer):
    assert await says(sqlite_play, "MB", words) == answer
    assert "0900" not in answer.replace(" ", "")


async def test_a_long_list_says_how_many_more(sqlite_play: Play):
    lines = (await says(sqlite_play, "MB", "/find a")).splitlines()
    assert len(lines) == 13
    assert lines[-1].endswith(" more: type more of it.")


async def test_school_staff_find_and_open_nobody(sqlite_play: Play):
    play = sqlite_play
    for command in ("/find Kai", "/case P01", "/mycases"):
        assert await says(play, "FS", command) == ONLY_ALERTS
    await play.presses("FS", "c:P01")
    assert "Thornton" not in (await play.last("FS"))["text"]
    assert await audited(play) == []


async def test_a_closed_case_is_for_the_manager_and_the_safeguarding_lead(sqlite_play: Play):
    play = sqlite_play
    assert (await says(play, "MB", "/case P22")).startswith("This case is not open to you.")
    assert (await says(play, "HM", "/case P22")).startswith("Aaliyah Campbell P22: tier 3, stopped")
    assert "asked for no texts (STOP); prefers a phone call" in (await play.last("HM"))["text"]


async def test_my_cases_lists_mine_and_those_i_cover(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "is he in on friday")
    lines = (await says(play, "DO", "/mycases")).splitlines()
    assert lines[0] == "- Kai Thornton P01: tier 2, engaged, week 1, 1 waiting"
    assert len(lines) == 5
    await play.writes("DO", "/away")
    lines = (await says(play, "MB", "/mycases")).splitlines()
    assert "- Kai Thornton P01: tier 2, engaged, week 1, 1 waiting, for Dani" in lines
    assert "- Oskar Balodis P23: tier 3, engaged, week 5" in lines


async def test_the_team_says_who_is_in_and_who_covers(sqlite_play: Play):
    play = sqlite_play
    await play.writes("DO", "/away until fri")
    await play.at("2026-12-02 17:30")
    lines = (await says(play, "MB", "/team")).splitlines()
    assert lines[0] == "- Helen Marsh: off, back Mon 7 Dec 08:30"
    assert lines[1] == "- Dani Okafor: away until Fri 4 Dec, Marcus covers. 4 cases"
    assert "- Priya Nair: off, back Thu 3 Dec 08:30. 4 cases" in lines
    await play.at("2026-12-03 08:00")
    lines = (await says(play, "MB", "/team")).splitlines()
    assert "- Marcus Bell: in from 08:30. 5 cases" in lines
    assert "- Farah Sheikh: in until 16:30" in lines


async def test_in_a_discreet_chat_neither_names_nor_words_stand_until_asked_for(sqlite_play: Play):
    play = await discreet(sqlite_play)
    await play.writes("P01", "the tuba never came")
    assert await says(play, "DO", "/case Leanne") == "KT P01: tier 2, engaged, week 1, 1 waiting."
    assert [c["label"] for c in (await play.last("DO"))["choices"]] == ["Show"]
    await play.presses("DO", (await play.last("DO"))["choices"][0]["key"])
    assert "the tuba never came" in (await play.last("DO"))["text"]
    assert await says(play, "DO", "/find Leanne") == "- KT P01"
    assert await says(play, "DO", "/today") == "2 waiting. Open your desk."
    assert (await says(play, "DO", "/mycases")).splitlines()[0].startswith("- KT P01: tier 2")
    assert [what for _who, what, _subject in await audited(play)] == ["show"]


async def hidden_words(play: Play, who: str) -> str:
    return "\n".join(
        [await says(play, who, words) for words in ("/today", "/case P01", "/mycases")]
    )


async def test_words_about_a_worker_reach_them_by_no_command_until_released(play: Play):
    await play.writes("P01", "i want to make a complaint about dani")
    said = "i want to make"  # so short that no line cuts it
    assert said not in await hidden_words(play, "DO")
    assert said not in await hidden_words(play, "PN")  # a colleague's log has it neither
    assert said in await says(play, "HM", "/today")
    assert said in await says(play, "HM", "/case P01")
    await play.at("2026-12-01 09:00")
    assert not any(said in text for text in await play.received("DO"))
    notice = next(m for m in await play.phone("HM") if said in m["text"])
    await play.writes("HM", "/release", notice["id"])
    assert said in await says(play, "DO", "/case P01")


async def test_clinical_notes_are_for_their_author_and_those_in_charge(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P07", "she talked about her session")
    clinical = {"sensitivity": "restricted_clinical", "done_by": "TW"}

    def restrict(connection):
        row = connection.execute(select(Contact).order_by(Contact.id.desc()).limit(1)).one()
        copy = {**row._mapping, **clinical, "words": "a clinical note", "source": None}
        del copy["id"]
        made = connection.execute(insert(Contact).values(**copy).returning(Contact.id))
        link(connection, made.scalar_one(), case_ids(connection, ["P07"]).values())

    await play.database.write(restrict)
    for who, may in (("TW", True), ("HM", True), ("JL", True), ("DO", False), ("MB", False)):
        assert ("a clinical note" in await says(play, who, "/case P07")) is may, who


@pytest.mark.thursday
async def test_what_is_held_is_shown_with_its_reason_and_not_its_words(sqlite_play: Play):
    play = sqlite_play
    await play.writes("DO", "/pause all")
    await play.at("2026-12-03 15:50")
    why = "all automatic messages are paused"
    assert f"Held\n- Kai P01, until Thu 3 Dec 16:45: {why}" in await says(play, "DO", "/case P01")
    text = await says(play, "DO", "/today")
    assert f"- Kai P01, until Thu 3 Dec 16:45: an automatic text: {why}" in text
    assert "How has" not in text
