"""Whoever is cut off is shown nothing more, by any road, at once; only a code lets them back."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain import NotReady
from storage.audit import first_broken
from storage.staff import set_active
from storage.tables import Audit
from tests.stage import Play
from tests.turns.visitors import (
    LEANNE,
    NEUTRAL,
    Chat,
    after,
    at_the_door,
    chat_of,
    invited,
    revoked,
    rows_of,
    told,
)

DANIS_PHONE, JOES_PHONE = "+447700900002", "+447700900009"
WORDS = "kai asks for you"


async def everything_is_tried(chat: Chat, notice: dict[str, Any]) -> None:
    keys = [choice["key"] for choice in notice["choices"]]
    for deed in (
        *({"key": key} for key in keys),
        {"words": "/today"}, {"words": "/help"}, {"words": "/link Leanne"}, {"words": "Leanne"},
        {"words": "who is this", "reply_to": notice["id"], "notice": keys[0]},
        {"words": "hello"}, {"key": "DO", "turn": 1},
    ):  # fmt: skip
        await chat.does(**deed)


@pytest.mark.parametrize("shown", [True, False])
async def test_whoever_is_cut_off_is_shown_nothing_more_whatever_they_try(sqlite_play, shown):
    play = await at_the_door(sqlite_play.database, notices_shown=shown)
    await play.writes("P01", WORDS)
    notice, chat = await play.last("DO"), chat_of(play, "DO")
    assert any(choice["label"] == "Show" for choice in notice["choices"]) is not shown
    await revoked(play, "DO")
    before = await chat.rows()
    await everything_is_tried(chat, notice)
    assert await after(chat, before) == [NEUTRAL] * 3
    assert await Chat(play, DANIS_PHONE, "sms").rows() == []
    (task,) = await play.tasks(kind="message", case="P01")
    assert (task["owner"], task["seen_by"]) == ("MB", None)


async def test_the_words_of_somebody_who_was_cut_off_are_read_by_a_person_and_go_nowhere(
    quick_door: Play,
):
    play = quick_door
    await play.writes("P01", WORDS)
    notice = await play.last("DO")
    await revoked(play, "DO")
    await chat_of(play, "DO").writes("tell kai i am sorry", reply_to=notice["id"])
    await play.later(minutes=1)
    (task,) = await play.tasks(kind="unclaimed")
    assert "tell kai i am sorry\n(written to the staff chat)" in task["words"]
    assert await play.received("P01") == []


async def test_a_text_from_the_phone_of_somebody_who_was_cut_off_is_read_and_not_answered(
    quick_door: Play,
):
    play, phone = quick_door, Chat(quick_door, DANIS_PHONE, "sms")
    await revoked(play, "DO")
    await phone.writes("kai rang me, he is at the station")
    (task,) = await play.tasks(kind="unclaimed")
    assert "he is at the station" in task["words"]
    assert await phone.rows() == []


async def test_whose_access_ended_while_their_chat_is_still_theirs_is_not_heard(quick_door: Play):
    """Everything is looked up when it is done: no list of chats has to be put right first."""
    play, chat = quick_door, chat_of(quick_door, "DO")
    before = await chat.rows()
    dani = (await chat.line()).person_id
    await play.database.write(lambda connection: set_active(connection, dani, active=False))
    await chat.writes("/help")
    await chat.writes("tell kai i am coming")
    assert await after(chat, before) == [NEUTRAL] * 2
    (task,) = await play.tasks(kind="unclaimed")
    assert "tell kai i am coming" in task["words"]


async def test_a_notice_that_waited_when_they_were_cut_off_is_never_sent(door: Play):
    """At night an alarm goes to the safeguarding lead's chat and phone: neither may leave."""
    door.wakes_at("2026-12-01 02:00")
    await Chat(door, LEANNE, "sms").alone(words="i want to kill myself")
    await revoked(door, "JL")
    await door.service.settle()
    for chat in (chat_of(door, "JL"), Chat(door, JOES_PHONE, "sms")):
        alarm = (await chat.rows())[-1]
        assert alarm.purpose == "safeguarding"
        assert (alarm.status, alarm.reason) == ("cancelled", "their access has ended")
        assert not any("kill myself" in words for words in await chat.heard())
    assert any("kill myself" in text for text in await door.received("HM"))


async def test_a_press_right_after_the_command_is_refused(door: Play):
    await door.writes("P01", WORDS)
    (task,) = await door.tasks(kind="message", case="P01")
    await revoked(door, "DO")
    await chat_of(door, "DO").alone(key=f"t:{task['id']}:ack")
    (still,) = await door.tasks(kind="message", case="P01")
    assert still["seen_by"] is None


async def test_a_code_gives_access_back_once_it_is_typed_and_not_before(door: Play):
    await revoked(door, "DO")
    said = await invited(door, "DO")
    assert said.endswith("Their access had been ended: the code gives it back.")
    await door.writes("P01", WORDS)
    assert [task["owner"] for task in await door.tasks(kind="message", case="P01")] == ["MB"]
    chat = Chat(door, "7001", "staff")
    await chat.writes(said.splitlines()[1].strip())
    assert (await chat.heard())[-1].startswith("You are connected, Dani.")
    await door.writes("P01", "is dani back")
    assert "is dani back" in (await chat.heard())[-1]
    assert WORDS not in str(await chat.heard()), "what came meanwhile is not theirs"
    assert not (await invited(door, "DO")).endswith("gives it back.")


async def test_cutting_somebody_off_ends_the_code_they_had_not_used_yet(quick_door: Play):
    said = await invited(quick_door, "DO")
    await revoked(quick_door, "DO")
    chat = Chat(quick_door, "7001", "staff")
    await chat.writes(said.splitlines()[1].strip())
    assert await chat.heard() == [NEUTRAL]
    assert (await chat.line()).person_id is None


@pytest.mark.parametrize("ref", ["ZZ", "do", "", "P01", "DO; drop table staff"])
async def test_somebody_nobody_knows_is_named_nowhere_and_the_known_are_listed(
    quick_door: Play, ref
):
    for deed in (revoked, invited):
        with pytest.raises(NotReady) as refusal:
            await deed(quick_door, ref)
        assert str(refusal.value) == (
            "There is no member of staff with this id. "
            "Known are: HM, DO, MB, PN, TW, SG, RA, FS, JL."
        )
    assert "staff revoke" not in [row.what for row in await rows_of(quick_door, Audit)]


async def test_cutting_off_is_kept_in_the_audit(door: Play):
    await revoked(door, "DO")
    (row,) = [row for row in await rows_of(door, Audit) if row.what == "staff revoke"]
    assert (row.who, row.subject) == ("system", "DO")
    assert await door.database.read(first_broken) is None


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ({"forwarded": True}, "Forwarded messages are not passed on."),
        ({"amends": "700:1:1"}, "A changed message changes nothing here"),
    ],
)
async def test_forwarded_and_changed_messages_of_staff_are_refused_with_words(
    quick_door: Play, deed, said
):
    play = quick_door
    await play.writes("P02", "zofia asks for you")
    notice = await play.last("DO")
    await chat_of(play, "DO").writes("I am on my way", reply_to=notice["id"], **deed)
    assert (await told(play, "DO")).startswith(said)
    await play.later(minutes=1)
    assert await play.received("P02") == []
