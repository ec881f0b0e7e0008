"""What staff can type: every command, said back in words and kept in the audit."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from bot.desk import COMMANDS, HELP
from bot.handlers.simulated import UNKNOWN
from storage.audit import first_broken
from storage.tables import Audit, Person
from tests.stage import Play

CHECK_IN = "2026-12-03 15:45"
QUESTION = "weekly check-in text"


async def says(play: Play, who: str, words: str, reply_to: str = "") -> str:
    """What the desk answers to words of a worker."""
    await play.writes(who, words, reply_to)
    return (await play.last(who))["text"]


async def asked_on_thursday(play: Play, case: str) -> bool:
    await play.at(CHECK_IN)
    return any(QUESTION in text for text in await play.received(case))


async def audited(play: Play) -> list[tuple[str, str, str]]:
    """Who did what since everybody moved in."""
    rows = await play.database.read(
        lambda connection: list(connection.execute(select(Audit).order_by(Audit.id)))
    )
    assert await play.database.read(first_broken) is None
    return [(row.who, row.what, row.subject) for row in rows if row.who != "system"]


async def test_help_lists_every_command(sqlite_play: Play):
    listed = (await says(sqlite_play, "DO", "/help")).splitlines()
    assert listed[0].startswith("Reply to a message to answer the family.")
    assert [line.split()[0].rstrip(":") for line in listed[1:]] == [
        f"/{name}" for name in (*COMMANDS, HELP.name)
    ]


@pytest.mark.parametrize("words", ["/hlep", "/", "/sendall hello", "/ pause"])
async def test_a_command_nobody_knows_does_nothing(sqlite_play: Play, words):
    assert (await says(sqlite_play, "DO", words)).endswith("Type /help for the list.")
    assert await audited(sqlite_play) == []


async def test_commands_may_be_shouted(sqlite_play: Play):
    assert (await says(sqlite_play, "DO", "/BACK")) == "You were not away."


async def test_a_paused_family_gets_no_check_in_until_the_day_named(sqlite_play: Play):
    play = sqlite_play
    label = "Leanne Thornton (Kai P01)"
    assert await says(play, "DO", "/pause Leanne until 4 Dec") == (
        f"Automatic messages to {label} are held."
    )
    assert not await asked_on_thursday(play, "P01")
    assert [row["reason"] for row in await play.held() if row["cases"] == ["P01"]] == ["paused"]
    await play.at("2026-12-10 15:45")
    assert any(QUESTION in text for text in await play.received("P01"))
    assert await audited(play) == [("DO", "Pause", await play.carer("P01"))]


async def test_a_family_without_a_day_is_paused_until_resumed(sqlite_play: Play):
    play = sqlite_play
    await says(play, "DO", "/pause P01")
    await says(play, "DO", "/pause Jayden")
    assert (await says(play, "DO", "/resume Jayden")).endswith("go again.")
    assert not await asked_on_thursday(play, "P01")
    assert await asked_on_thursday(play, "P03")


async def test_a_pause_does_not_stop_what_a_person_types(sqlite_play: Play):
    play = sqlite_play
    await says(play, "DO", "/pause P01")
    await play.at("2026-11-30 13:45")
    await says(play, "DO", "How is Kai?")
    await says(play, "DO", "P01")
    await play.later(seconds=11)
    assert (await play.received("P01")) == ["How is Kai?\nDani"]


async def test_everything_automatic_can_be_held_and_let_go(sqlite_play: Play):
    play = sqlite_play
    assert await says(play, "DO", "/pause all") == (
        "All automatic messages are held until /resume all."
    )
    assert not await asked_on_thursday(play, "P01")
    waits = [row for row in await play.held() if row["cases"] == ["P01"]]
    assert "all automatic messages are paused" in waits[0]["reason"]
    assert await says(play, "DO", "/resume all") == "Automatic messages go again."
    await play.later(hours=24)
    assert any(QUESTION in text for text in await play.received("P01"))
    assert await audited(play) == [("DO", "PauseAll", "held"), ("DO", "PauseAll", "released")]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("/pause", "Which family? Type a name or a case number, such as /pause P01."),
        ("/pause Nobody", "No family is called “Nobody”. Type a carer, a child or a case number."),
        ("/resume", "Which family? Type a name or a case number, such as /pause P01."),
        ("/pause Leanne until doomsday",
         "“doomsday” is not a day to come. Try /pause Leanne until 4 Dec."),
        ("/pause Leanne until 1 Nov 2026",
         "“1 Nov 2026” is not a day to come. Try /pause Leanne until 4 Dec."),
        ("/away until yesterday",
         "“yesterday” is not a day to come. Try /away until fri, or /away until 4 Dec."),
        ("/away until 29 Nov 2026",
         "“29 Nov 2026” is not a day to come. Try /away until fri, or /away until 4 Dec."),
    ],
)  # fmt: skip
async def test_what_is_unclear_changes_nothing_and_says_how_to_say_it(
    sqlite_play: Play, words, answer
):
    assert await says(sqlite_play, "DO", words) == answer
    assert await audited(sqlite_play) == []


async def test_a_mother_of_two_is_one_family_and_two_families_are_none(sqlite_play: Play):
    play = sqlite_play
    assert await says(play, "DO", "/pause Marsden") == (
        "Automatic messages to Joanne Marsden (Ellie P07, Noah P08) are held."
    )
    leanne = await play.carer("P01")
    await play.database.write(lambda connection: connection.execute(
        update(Person).where(Person.ref == leanne).values(name="Noah Webb")
    ))  # fmt: skip
    said = await says(play, "DO", "/pause Noah")
    assert said.startswith("“Noah” may be ")
    assert said.endswith("Type the number.")
    assert [subject for _who, _what, subject in await audited(play)] == [await play.carer("P07")]


async def test_a_strangers_number_is_attached_and_then_answered(play: Play):
    await play.writes(UNKNOWN, "its leanne on my sisters phone, kai is off today")
    [task] = await play.tasks(kind="unclaimed")
    notice = await play.last(task["owner"])
    who = task["owner"]
    assert "Nobody knows this number yet." in await says(play, who, "Thank you.", notice["id"])
    assert await says(play, who, "/attach", notice["id"]) == (
        "Whose number is it? Reply /attach and a carer's name or a case number."
    )
    assert await says(play, who, "/attach Leanne", notice["id"]) == (
        "It now belongs to Leanne Thornton (Kai P01). Reply to the message to answer."
    )
    assert (await play.log("P01"))[0]["words"].startswith("its leanne on my sisters phone")
    await play.writes(who, "Thank you, I will tell Dani.", notice["id"])
    await play.later(seconds=11)
    assert any("I will tell Dani." in text for text in await play.received(UNKNOWN))
    assert await play.tasks(kind="unclaimed") == []
    assert await audited(play) == [(who, "Attach", await play.carer("P01"))]


async def test_attaching_needs_the_message_of_a_stranger(sqlite_play: Play):
    play = sqlite_play
    assert await says(play, "DO", "/attach Leanne") == (
        "Reply to the message of the unknown number with /attach NAME."
    )
    await play.writes("P01", "he is off today")
    known = await play.last("DO")
    assert await says(play, "DO", "/attach Marta", known["id"]) == (
        "That message is from somebody we know already."
    )
    assert await audited(play) == []


async def test_only_the_manager_and_the_lead_release_what_names_a_worker(play: Play):
    words = "I want to complain about Dani Okafor"
    await play.writes("P01", words)
    notice = await play.last("HM")
    assert words in notice["text"]
    assert not [message for message in await play.phone("DO") if words in message["text"]]
    assert await says(play, "MB", "/release", notice["id"]) == (
        "Only the manager and the safeguarding lead can release a message."
    )
    assert await says(play, "HM", "/release") == (
        "Reply to the message that is to be released with /release."
    )
    assert await says(play, "HM", "/release", notice["id"]) == (
        "Released. Everybody it concerns can read it now."
    )
    assert words in (await play.last("DO"))["text"]
    assert [row[:2] for row in await audited(play)] == [("HM", "Release")]


async def test_the_second_to_press_sees_who_has_it(play: Play):
    await play.writes("P01", "I dont want to live any more")
    tasks = await play.tasks(kind="crisis", level="L1")
    [ours] = [message for message in await play.phone("DO") if message["direction"] == "out"
              and any("ack" in choice["key"] for choice in message["choices"])]  # fmt: skip
    key = ours["choices"][0]["key"]
    assert key == f"t:{tasks[0]['id']}:ack"
    await play.presses("DO", key)
    assert (await play.last("DO"))["text"] == "You have it."
    await play.presses("MB", key)
    assert (await play.last("MB"))["text"] == "Dani has it already."
    await play.presses("DO", key)
    assert (await play.last("DO"))["text"] == "You have it already."


@pytest.mark.parametrize(
    "key", ["t:", "t:1", "t:999999:ack", "t:99999999999999999999999:ack", "t:x:done", "t:1:dance"]
)
async def test_a_button_nobody_made_does_nothing(play: Play, key):
    await play.presses("DO", key)
    assert (await play.last("DO"))["text"] == "This button is not known here."
    assert await audited(play) == []


async def test_what_a_button_changed_is_in_the_audit(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "please stop texting me")
    notice = await play.last("DO")
    confirm, lift = (choice["key"] for choice in notice["choices"])
    await play.presses("DO", confirm)
    assert (await play.last("DO"))["text"] == (
        "No more texts will go there. Please phone or visit."
    )
    await play.presses("DO", lift)
    assert (await play.last("DO"))["text"] == "That is done already."
    number = confirm.split(":")[1]
    assert await audited(play) == [("DO", "button confirm", f"task {number}")]
    assert not await asked_on_thursday(play, "P01")


async def test_keep_texting_lifts_the_hold(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "please stop texting me")
    await play.presses("DO", (await play.last("DO"))["choices"][1]["key"])
    assert (await play.last("DO"))["text"] == "Texts go on."
    await play.at("2026-12-10 15:45")
    assert any(QUESTION in text for text in await play.received("P01"))
