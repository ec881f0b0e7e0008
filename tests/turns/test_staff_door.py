"""The staff bot's door: a code lets one chat in once; a chat nobody knows learns nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.rules import doors
from bot.turns.reach import reach
from storage.audit import first_broken
from storage.tables import Audit, DeskEntry
from tests.stage import Play
from tests.turns.visitors import NEUTRAL, Chat, button, invited, rows_of, told

WELCOME = "You are connected, Dani."


async def code_for(play: Play, ref: str) -> str:
    """The code that `staff invite` shows, as it is read out on the phone: ABCDE-FGHJK."""
    return (await invited(play, ref)).splitlines()[1].strip()


def at_the_staff_bot(play: Play, address: str = "7001") -> Chat:
    return Chat(play, address, "staff")


async def heard(play: Play, address: str = "7001") -> list[str]:
    return await at_the_staff_bot(play, address).heard()


async def test_a_code_connects_one_chat_once(door: Play):
    chat, late = at_the_staff_bot(door), at_the_staff_bot(door, "7002")
    code = await code_for(door, "DO")
    await chat.writes(code)
    assert (await chat.heard()) == [
        "You are connected, Dani. Reply to a message to answer the family. /help says more."
    ]
    await late.writes(code)
    assert await late.heard() == [NEUTRAL]
    assert (await late.line()).person_id is None
    await door.writes("P01", "kai asks for you")
    assert "kai asks for you" in (await chat.heard())[-1]


async def test_a_code_that_was_used_by_another_chat_is_kept_like_any_words(quick_door: Play):
    code = await code_for(quick_door, "DO")
    await at_the_staff_bot(quick_door).writes(code)
    await at_the_staff_bot(quick_door, "7002").writes(code)
    (task,) = await quick_door.tasks(kind="unclaimed")
    assert "written to the staff chat" in task["words"]


@pytest.mark.parametrize(("seconds", "lets_in"), [(599, True), (600, False), (601, False)])
async def test_a_code_lives_for_ten_minutes(quick_door: Play, seconds, lets_in):
    code = await code_for(quick_door, "DO")
    await quick_door.later(seconds=seconds)
    await at_the_staff_bot(quick_door).writes(code)
    assert ((await at_the_staff_bot(quick_door).line()).person_id is not None) is lets_in


async def test_a_newer_code_makes_the_older_one_useless(quick_door: Play):
    older = await code_for(quick_door, "DO")
    newer = await code_for(quick_door, "DO")
    await at_the_staff_bot(quick_door).writes(older)
    assert (await at_the_staff_bot(quick_door).line()).person_id is None
    await at_the_staff_bot(quick_door).writes(newer)
    assert (await at_the_staff_bot(quick_door).line()).person_id is not None


@pytest.mark.parametrize(
    "typed",
    ["K01QM-9XH0R", "k01qm-9xh0r", "K01QM 9XH0R", "K01QM9XH0R", "  ko1qm-9xhor\n", "KOlQM-9XHOR",
     "KOiQM-9XHOR", "K 0 1 Q M - 9 X H 0 R", "/start K01QM-9XH0R", "/start@OurBot k01qm 9xh0r"],
)  # fmt: skip
async def test_a_code_may_be_typed_as_it_was_heard(quick_door: Play, typed):
    play = quick_door
    play.service.taskforce = replace(play.service.taskforce, invitation=lambda: "K01QM9XH0R")
    assert await code_for(play, "DO") == "K01QM-9XH0R"
    await at_the_staff_bot(play).writes(typed)
    assert WELCOME in (await heard(play))[0]


@pytest.mark.parametrize("deed", [{"forwarded": True}, {"amends": "700:7001:1"}])
async def test_a_code_that_was_passed_on_or_changed_lets_nobody_in(quick_door: Play, deed):
    await at_the_staff_bot(quick_door).writes(await code_for(quick_door, "DO"), **deed)
    assert await heard(quick_door) == [NEUTRAL]


async def test_five_wrong_codes_an_hour_then_an_alarm_and_even_the_right_one_waits(door: Play):
    chat = at_the_staff_bot(door)
    for number in range(9):
        await chat.alone(words=f"ABCDE-FGH0{number}")
    code = await code_for(door, "DO")
    await chat.writes(code)
    assert await chat.heard() == [NEUTRAL] * 3
    (alarm,) = await door.tasks(kind="knocking")
    assert (alarm["owner"], "at the staff bot" in alarm["words"]) == ("HM", True)
    await door.later(hours=1)
    await chat.writes(await code_for(door, "DO"))
    assert WELCOME in (await chat.heard())[-1]


async def test_please_call_is_ten_letters_and_still_reaches_a_person(door: Play):
    chat = at_the_staff_bot(door)
    assert doors.invitation("please call") is not None
    await chat.writes("please call")
    (task,) = await door.tasks(kind="unclaimed")
    assert "Unknown chat: please call\n(written to the staff chat)" in task["words"]
    assert await chat.heard() == [NEUTRAL]


async def test_a_cry_for_help_at_the_wrong_bot_is_an_alarm(door: Play):
    await at_the_staff_bot(door).writes("i want to kill myself")
    assert {task["owner"] for task in await door.tasks(level="L1")} >= {"JL"}
    assert any("kill myself" in text for text in await door.received("JL"))


async def test_what_stands_behind_a_command_at_the_wrong_bot_is_read_too(quick_door: Play):
    await at_the_staff_bot(quick_door).writes("/help he says he will kill himself")
    assert {task["owner"] for task in await quick_door.tasks(level="L1")} >= {"JL"}


async def test_one_word_of_danger_behind_start_at_the_wrong_bot_is_an_alarm(door: Play):
    await at_the_staff_bot(door).writes("/start suicide")
    alarms = await door.tasks(level="L1")
    assert {task["owner"] for task in alarms} >= {"JL"}
    assert all("/start suicide" in task["words"] for task in alarms)


@pytest.mark.parametrize("words", ["/start 救命", "/hurt", "/x@OurBot"])
async def test_words_behind_a_slash_at_the_wrong_bot_are_read_by_a_person(quick_door: Play, words):
    chat = at_the_staff_bot(quick_door)
    await chat.writes(words)
    (task,) = await quick_door.tasks(kind="unclaimed")
    assert f"{words}\n(written to the staff chat)" in task["words"]
    assert await chat.heard() == [NEUTRAL]


async def test_a_familys_link_at_the_wrong_bot_is_not_written_down(quick_door: Play):
    chat = at_the_staff_bot(quick_door)
    await chat.writes(f"/start {'A' * 43}")
    assert await quick_door.tasks(kind="unclaimed") == []
    assert await chat.heard() == [NEUTRAL]


async def test_a_chat_nobody_knows_is_answered_alike_three_times_an_hour_and_shown_nothing(
    door: Play,
):
    await door.writes("P01", "kai asks for you")
    notice = await door.last("DO")
    (task,) = await door.tasks(kind="message", case="P01")
    chat = at_the_staff_bot(door)
    keys = [choice["key"] for choice in notice["choices"]]
    assert keys == [f"t:{task['id']}:{deed}" for deed in ("ack", "done", "refer")]
    for deed in (
        {"words": "/today"}, {"words": "/help"}, {"words": "/start"}, {"words": "/link Leanne"},
        {"words": "who is this", "reply_to": notice["id"], "notice": keys[0]},
        {"key": keys[0]}, {"key": keys[1]}, {"key": "s:0123"}, {"key": "DO", "turn": 1},
        {"words": "", "media": ("image/jpeg",)},
    ):  # fmt: skip
        await chat.does(**deed)
    assert [row.text for row in await chat.rows()] == [NEUTRAL] * 3
    assert {(str(row.choices), row.qr, row.behind) for row in await chat.rows()} == {
        ("[]", None, None)
    }
    (still,) = await door.tasks(kind="message", case="P01")
    assert still["seen_by"] is None
    assert not [row for row in await rows_of(door, DeskEntry) if "who is this" in row.words]
    await door.later(hours=1)
    await chat.writes("/today")
    assert len(await chat.heard()) == 4


async def test_a_second_phone_cuts_the_first_off_and_tells_it(door: Play):
    first, second = at_the_staff_bot(door), at_the_staff_bot(door, "7002")
    await first.writes(await code_for(door, "DO"))
    await second.writes(await code_for(door, "DO"))
    assert (await first.heard())[-1].startswith("This chat is no longer connected: another one")
    assert WELCOME in (await second.heard())[-1]
    await door.writes("P01", "kai asks for you")
    assert "kai asks for you" in (await second.heard())[-1]
    assert "kai asks for you" not in str([row.text for row in await first.rows()])
    await first.writes("/today")
    assert (await first.heard())[-1] == NEUTRAL


async def test_a_notice_that_waits_for_the_first_phone_goes_to_the_second(door: Play):
    """Whoever changes phones while somebody cries for help still hears it."""
    first, second = at_the_staff_bot(door), at_the_staff_bot(door, "7002")
    await first.writes(await code_for(door, "DO"))
    await Chat(door, "+447700900100", "sms").alone(words="i want to kill myself")
    code = await code_for(door, "DO")
    await second.alone(words=code)
    await door.service.settle()
    assert any("kill myself" in words for words in await second.heard())
    assert not any("kill myself" in row.text for row in await first.rows())


async def test_the_manager_hears_of_every_new_chat_and_can_cut_it_off(door: Play):
    chat = at_the_staff_bot(door)
    await chat.writes(await code_for(door, "DO"))
    assert (await told(door, "HM")).startswith("Dani Okafor has connected a chat.")
    await door.presses("HM", await button(door, "HM", "cut_off"))
    assert await told(door, "HM") == ("Dani is cut off. A new code lets them in: staff invite DO.")
    before = len(await chat.rows())
    await chat.writes("/today")
    assert [row.text for row in (await chat.rows())[before:]] == [NEUTRAL]
    whats = [(row.who, row.what, row.subject) for row in await rows_of(door, Audit)]
    assert ("HM", "staff revoke", "DO") in whats
    assert await door.database.read(first_broken) is None


async def test_cut_off_does_nothing_to_a_chat_that_is_nobodys_any_more(quick_door: Play):
    play = quick_door
    await at_the_staff_bot(play).writes(await code_for(play, "DO"))
    await at_the_staff_bot(play, "7002").writes(await code_for(play, "DO"))
    keys = [choice["key"] for m in await play.phone("HM") for choice in m["choices"]]
    await play.presses("HM", next(key for key in keys if key.endswith(":cut_off")))
    assert await told(play, "HM") == "This chat is connected to nobody any more."
    assert (await at_the_staff_bot(play, "7002").line()).person_id is not None


async def test_a_member_of_staff_who_blocks_the_bot_is_not_offered_to_be_cut_off(quick_door: Play):
    play = quick_door

    def blocked(connection) -> None:
        taskforce = play.service.taskforce
        reach(connection, taskforce, "staff", "simulated-DO", "gone", play.now, is_open=False)

    await play.database.write(blocked)
    await play.service.settle()
    notice = await play.last("HM")
    assert notice["text"].startswith("Dani Okafor has blocked the staff chat")
    assert [choice["label"] for choice in notice["choices"]] == ["Done"]
    await play.presses("HM", notice["choices"][0]["key"])
    assert await told(play, "HM") == "Done."


async def test_invitations_leave_a_trace_and_no_code(quick_door: Play, tmp_path):
    code = await code_for(quick_door, "DO")
    await at_the_staff_bot(quick_door).writes(code)
    rows = [(row.who, row.what, row.subject) for row in await rows_of(quick_door, Audit)]
    assert rows[-2:] == [("system", "staff invite", "DO"), ("DO", "staff connected", "DO")]
    assert await quick_door.database.read(first_broken) is None
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("keyworker.sqlite*"))
    assert code.encode() not in raw
    assert code.replace("-", "").encode() not in raw
