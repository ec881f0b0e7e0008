"""A family with a chat and a number: exactly the one that reached somebody else is stopped."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import update

from bot.domain import Inbound
from bot.turns import take
from storage.tables import Address, Outbox, Person, Task
from tests.handlers.chat_people import asked
from tests.stage import Play
from tests.turns.visitors import rows_of

pytestmark = pytest.mark.afternoon

PHONE = "+447700900115"  # of Dawn, Chloe's mother, who uses a chat
ONLY = "Only that one is stopped: their other addresses are used as before."


async def by_text(play: Play, words: str) -> None:
    """Dawn writes from her number."""
    inbound = Inbound("sms", f"in-{uuid.uuid4().hex}", PHONE, words)
    await take(play.database, play.service.taskforce, inbound, play.now)
    await play.service.settle()


async def stopped(play: Play) -> list[str]:
    """On which channels an address is stopped."""
    return [row.channel for row in await rows_of(play, Address) if row.wrong_at]


async def notice(play: Play, words: str) -> str:
    """Tom's newest notice with these words."""
    return [m["id"] for m in await play.phone("TW") if words in m["text"]][-1]


async def said(play: Play) -> str:
    return (await play.last("TW"))["text"]


async def to_dawn(play: Play, words: str) -> None:
    """Tom types to Dawn, in reply to nothing: it goes where she is best reached."""
    await play.writes("TW", words)
    await play.writes("TW", "P16")


async def where(play: Play, words: str) -> list[tuple[str, str]]:
    """On which channels these words went out, or were to, and what became of them."""
    rows = await rows_of(play, Outbox)
    return [(row.channel, row.status) for row in rows if row.text.startswith(words)]


@pytest.fixture
async def both(sqlite_play: Play) -> Play:
    """Dawn was answered on her number first, and reached in her chat at the same moment."""
    play = sqlite_play
    await by_text(play, "is she in tomorrow")
    await play.writes("TW", "Yes, at nine.", reply_to=(await play.last("TW"))["id"])
    await to_dawn(play, "And bring a coat.")
    await play.later(seconds=11)
    assert await where(play, "Yes, at nine.") == [("sms", "sent")]
    assert await where(play, "And bring a coat.") == [("telegram", "sent")]
    return play


async def test_the_notice_of_an_older_message_stops_where_that_one_went(both: Play):
    play = both
    first, second = [m["id"] for m in await play.phone("TW") if m["text"].startswith("Sent to")]
    await play.writes("TW", "/wrong", reply_to=first)
    assert await stopped(play) == ["sms"]
    assert (await said(play)).startswith(
        "Stopped: the number of Dawn Senior (Chloe P16), to which a message went Mon 30 Nov 13:40, "
    )
    assert ONLY in await said(play)
    await play.writes("TW", "/wrong", reply_to=second)
    assert sorted(await stopped(play)) == ["sms", "telegram"]
    assert (await said(play)).startswith("Stopped: the chat of Dawn Senior (Chloe P16)")
    assert ONLY not in await said(play), "there is none left"


async def test_what_they_wrote_from_is_stopped_by_its_own_notice(both: Play):
    play = both
    await play.later(minutes=5)
    await to_dawn(play, "One more thing.")
    await play.later(seconds=11)
    await play.writes("TW", "/wrong", reply_to=await notice(play, "is she in tomorrow"))
    assert await stopped(play) == ["sms"]


@pytest.mark.thursday
async def test_an_answer_to_a_question_is_stopped_where_it_came_from(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-03 15:45")
    assert await where(play, "Hi Dawn, this is Tom's weekly") == [("telegram", "sent")]
    await play.writes("TW", "/pause P16")  # nothing goes back to where she answers from
    await by_text(play, "1")
    await play.writes("TW", "/wrong", reply_to=await notice(play, "answered the check-in"))
    assert await stopped(play) == ["sms"]


async def test_by_case_number_it_is_where_the_last_message_went(both: Play):
    play = both
    await play.later(minutes=5)
    await to_dawn(play, "One more thing.")
    await play.later(seconds=11)
    await play.writes("JL", "/wrong P16")
    assert await stopped(play) == ["telegram"]
    assert "to which a message went Mon 30 Nov 13:45, " in (await play.last("JL"))["text"]


async def test_the_other_address_is_written_to_as_before_typed_or_automatic(both: Play):
    play = both
    first, _second = [m["id"] for m in await play.phone("TW") if m["text"].startswith("Sent to")]
    await play.writes("TW", "/wrong", reply_to=first)
    await play.writes("TW", "Never this.", reply_to=await notice(play, "is she in tomorrow"))
    assert await said(play) == (
        "Not sent: it is said to reach somebody else. To use their other address, type it again "
        "without replying."
    )
    await to_dawn(play, "See you at nine.")
    await play.without_digests()
    await play.at("2026-12-10 15:45")
    assert await where(play, "Never this.") == []
    assert await where(play, "See you at nine.") == [("telegram", "sent")]
    asked = await where(play, "Hi Dawn, this is Tom's weekly")
    assert set(asked) == {("telegram", "sent")}


async def test_a_chat_that_is_stopped_gives_way_to_the_number(both: Play):
    play = both
    _first, second = [m["id"] for m in await play.phone("TW") if m["text"].startswith("Sent to")]
    await play.writes("TW", "/wrong", reply_to=second)
    await to_dawn(play, "See you at nine.")
    await play.without_digests()
    await play.at("2026-12-10 15:45")
    assert await where(play, "See you at nine.") == [("sms", "sent")]
    assert set(await where(play, "Hi Dawn, this is Tom's weekly")) == {("sms", "sent")}


async def test_a_question_asked_elsewhere_stays_open(both: Play):
    play = both
    first, _second = [m["id"] for m in await play.phone("TW") if m["text"].startswith("Sent to")]
    await asked(play, "P16")
    await play.writes("TW", "/wrong", reply_to=first)
    await play.writes("P16", "1")
    assert "Thank you, Dawn." in (await play.last("P16"))["text"]


async def test_where_no_address_is_known_it_says_so_and_what_to_do(sqlite_play: Play):
    play = sqlite_play
    await play.writes("TW", "/help")
    await play.writes("TW", "/wrong", reply_to=(await play.last("TW"))["id"])
    assert await said(play) == (
        "No address of a family belongs to that notice, so nothing has been stopped. Type /wrong "
        "and the name of the adult it went to, and tell the manager now."
    )
    await play.writes("TW", "/wrong Dawn")
    assert (await said(play)).startswith(
        "No message to Dawn Senior (Chloe P16) has left here, so nothing has been stopped."
    )
    assert await stopped(play) == []
    assert await play.tasks(kind="incident") == []


async def test_of_two_adults_who_were_written_to_nobody_guesses(sqlite_play: Play):
    play = sqlite_play
    for name in ("Rasa", "Tomas"):
        await play.writes("MB", "Hello.")
        await play.writes("MB", name)
    await play.later(seconds=11)
    await play.writes("MB", "/wrong P15")
    assert (await play.last("MB"))["text"].startswith("Which message?")
    assert await stopped(play) == []
    await play.writes("MB", "/wrong Tomas")
    assert "the number of Tomas Petraitis (Lukas P15)" in (await play.last("MB"))["text"]
    assert await stopped(play) == ["sms"]


async def test_a_stranger_s_number_is_stopped_too_and_the_heads_know(sqlite_play: Play):
    play = sqlite_play
    await play.writes("unknown", "its leanne on my sisters phone")
    [task] = await play.tasks(kind="unclaimed")
    who = task["owner"]
    await play.writes(who, "/wrong", reply_to=(await play.last(who))["id"])
    assert "the number of somebody who is not known here" in (await play.last(who))["text"]
    assert await stopped(play) == ["sms"]
    [incident] = await play.tasks(kind="incident")
    assert "Unknown number" in incident["words"]


@pytest.mark.parametrize("channel", ["sms", "staff"])
async def test_a_colleague_s_own_phone_or_chat_is_no_family_s(sqlite_play: Play, channel: str):
    play = sqlite_play
    await play.writes("P16", "hello tom")
    staff = [person.id for person in await rows_of(play, Person) if person.kind == "staff"]
    theirs = [row.id for row in await rows_of(play, Address) if row.person_id in staff]
    own = [row.id for row in await rows_of(play, Address) if row.channel == channel]
    address = next(row for row in own if row in theirs)
    about = update(Task).where(Task.kind == "message").values(address_id=address, person_id=None)
    await play.database.write(lambda c: c.execute(about))
    await play.writes("TW", "/wrong", reply_to=(await play.last("TW"))["id"])
    assert (await said(play)).startswith("No address of a family belongs to that notice")
    assert await stopped(play) == []
