"""A second chat, words from before, two at once: one chat is a family's, and no word is lost."""

from __future__ import annotations

import asyncio

from bot.domain import Inbound
from bot.turns import take
from bot.turns.reach import reach
from storage.tables import Contact, Link
from tests.stage import Play
from tests.turns.visitors import (
    CODE,
    MARTA,
    Chat,
    button,
    link_for,
    linked,
    rows_of,
    told,
)

CONNECTED = "This chat is connected."
CLOSED = "This chat is no longer connected."
HELLO = "Hello\nMarcus"


async def marcus_writes(play: Play, name: str) -> None:
    """Marcus says hello to a family, and the moment to stop it passes."""
    await play.writes("MB", "Hello")
    await play.writes("MB", name)
    await play.later(seconds=11)


async def test_a_new_chat_takes_the_place_of_the_old_one_which_is_told(door: Play):
    old = await linked(door, "Craig", "5001")
    new = await linked(door, "Craig", "5002")
    assert (await old.heard())[-1].startswith(CLOSED)
    assert (await new.heard())[-1].startswith(CONNECTED)
    assert (await told(door, "MB")).endswith("by the code. Their earlier chat is closed.")
    before = len(await old.heard())
    await marcus_writes(door, "Craig")
    assert (await new.heard())[-1] == HELLO
    assert len(await old.heard()) == before
    await old.writes("is anybody there")
    (task,) = await door.tasks(kind="unclaimed")
    assert "Unknown chat: is anybody there" in task["words"]


async def test_what_waits_for_the_old_chat_goes_to_the_new_one(door: Play):
    old = await linked(door, "Craig", "5001")
    opened = Chat(door, "5002")
    await opened.opens(await link_for(door, "Craig"))
    await door.writes("MB", "Hello")
    await door.writes("MB", "Craig")
    await opened.writes(CODE)
    await door.later(seconds=11)
    assert HELLO in await opened.heard()
    assert HELLO not in [row.text for row in await old.rows()]


async def test_polish_words_close_the_old_chat_of_a_polish_family(quick_door: Play):
    ref = await quick_door.carer("P02")
    old = Chat(quick_door, f"simulated-{ref}")
    await linked(quick_door, "Marta", "5002")
    assert (await old.heard())[-1].startswith("Ten czat nie jest już połączony.")


async def test_an_old_chat_that_was_blocked_troubles_nobody(quick_door: Play):
    """The phone is lost: nothing is written to it, and nobody is asked to act on that."""
    play = quick_door
    await linked(play, "Leanne", "5001")

    def blocked(connection) -> None:
        taskforce = play.service.taskforce
        reach(connection, taskforce, "telegram", "5001", "gone", play.now, is_open=False)

    await play.database.write(blocked)
    new = await linked(play, "Leanne", "5002")
    assert (await new.heard())[-1].startswith(CONNECTED)
    assert CLOSED not in str([row.text for row in await Chat(play, "5001").rows()])
    assert await play.tasks(kind="not_sent") == []


async def test_a_chat_that_was_closed_can_be_connected_again(quick_door: Play):
    old = await linked(quick_door, "Craig", "5001")
    await linked(quick_door, "Craig", "5002")
    await linked(quick_door, "Craig", "5001")
    assert (await old.heard())[-1].startswith(CONNECTED)
    await marcus_writes(quick_door, "Craig")
    assert (await old.heard())[-1] == HELLO


async def test_a_chat_that_had_said_stop_is_written_to_once_they_connect_it(quick_door: Play):
    """Whoever opens a link and types the code asks for messages here."""
    chat = Chat(quick_door, "5001")
    await chat.writes("STOP")
    await linked(quick_door, "Craig", "5001")
    assert (await chat.heard())[-1].startswith(CONNECTED)
    await marcus_writes(quick_door, "Craig")
    assert (await chat.heard())[-1] == HELLO


async def test_a_chat_that_had_said_stop_is_left_alone_when_a_worker_attaches_it(quick_door: Play):
    play = quick_door
    chat = Chat(play, "5001")
    await chat.writes("STOP")
    heard = await chat.heard()
    notice = next(m for m in await play.phone("MB") if "no more texts (STOP)" in m["text"])
    await play.writes("MB", "/attach Craig", reply_to=notice["id"])
    assert (await chat.line()).person_id is not None
    await marcus_writes(play, "Craig")
    assert await chat.heard() == heard


async def test_what_was_written_before_the_link_stands_on_the_case_afterwards(door: Play):
    chat = Chat(door, "5001")
    await chat.writes("its leanne is this kais worker")
    assert (await door.tasks(kind="unclaimed"))[0]["case"] is None
    await linked(door, "Leanne", "5001")
    assert "its leanne is this kais worker" in [row["words"] for row in await door.log("P01")]
    (task,) = await door.tasks(kind="unclaimed")
    assert task["case"] == "P01"
    notice = next(m for m in await door.phone("MB") if "is this kais worker" in m["text"])
    await door.writes("MB", "It is, hello", reply_to=notice["id"])
    await door.later(seconds=11)
    assert (await chat.heard())[-1] == "It is, hello\nMarcus"


async def test_words_from_an_unlinked_chat_reach_a_person_and_a_cry_for_help_at_once(door: Play):
    chat = Chat(door, "5001")
    await chat.writes("i want to kill myself")
    assert "call 999 now" in (await chat.heard())[-1]
    assert {task["owner"] for task in await door.tasks(level="L1")} >= {"JL"}
    assert all("Unknown chat" in task["words"] for task in await door.tasks(level="L1"))


async def test_two_chats_that_open_one_link_at_once_are_answered_alike_and_one_has_it(door: Play):
    chats = [Chat(door, str(5001 + number)) for number in range(8)]
    token = await link_for(door, "Leanne")
    await asyncio.gather(*(chat.alone(words=f"/start {token}") for chat in chats))
    await door.service.settle()
    assert len({tuple(await chat.heard()) for chat in chats}) == 1
    assert len(await door.tasks(kind="link_request")) == 1
    await asyncio.gather(*(chat.alone(words=CODE) for chat in chats))
    await door.service.settle()
    lines = [await chat.line() for chat in chats]
    assert len([line for line in lines if line.person_id is not None]) == 1
    last = [(await chat.heard())[-1] for chat in chats]
    assert sum(words.startswith(CONNECTED) for words in last) == 1


async def test_the_code_and_the_key_workers_yes_at_once_connect_one_time(door: Play):
    chat = Chat(door, "5001")
    await chat.opens(await link_for(door, "Leanne"))
    yes = Inbound("staff", "yes-1", "simulated-DO", key=await button(door, "DO", "let_in"))
    await asyncio.gather(
        chat.alone(words=CODE), take(door.database, door.service.taskforce, yes, door.now)
    )
    await door.service.settle()
    assert [words[:23] for words in await chat.heard()].count(CONNECTED) == 1
    assert (await chat.line()).person_id is not None
    (link,) = await rows_of(door, Link)
    assert link.outcome == "connected"


async def test_a_link_that_came_twice_is_opened_once(door: Play):
    chat = Chat(door, "5001")
    token = await link_for(door, "Leanne")
    again = Inbound("telegram", "same", chat.address, f"/start {token}")
    for _time in range(2):
        await take(door.database, door.service.taskforce, again, door.now)
    await door.service.settle()
    assert len(await chat.heard()) == 1


async def test_a_worker_who_is_told_who_an_unknown_chat_is_can_attach_it(quick_door: Play):
    """/attach is the key worker's word: the chat is connected as by the button."""
    play = quick_door
    chat = Chat(play, "5001")
    await chat.writes("its leannes new telegram")
    notice = next(m for m in await play.phone("MB") if "leannes new" in m["text"])
    await play.writes("MB", "/attach Leanne", reply_to=notice["id"])
    assert (await chat.heard())[-1].startswith(CONNECTED)
    line = await chat.line()
    assert (line.opted_in_at, line.notice) == (play.now, "telegram-1")


async def test_no_token_and_no_code_can_be_read_in_the_database(quick_door: Play, tmp_path):
    play = quick_door
    tokens = [await link_for(play, name) for name in ("Leanne", "Marta", "Jayden")]
    await Chat(play, "5001").opens(tokens[0])
    await Chat(play, "5001").writes(CODE)
    await Chat(play, "5002").writes(f"/start {tokens[1]}", forwarded=True)
    await play.writes("DO", f"/start {tokens[2]}")
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("keyworker.sqlite*"))
    assert b"telegram-1" in raw, "this is the database"
    assert [token for token in (*tokens, CODE, MARTA) if token.encode() in raw] == []
    logged = [row.words for row in await rows_of(play, Contact) if row.direction == "outbound"]
    assert not [words for words in logged for token in tokens if token in words]
