"""`/link NAME`: one family, one chat, three days; and nobody who must not be contacted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.audit import first_broken
from storage.received import FAMILY_BOT, remember
from storage.tables import Audit, Link
from tests.stage import Play
from tests.turns.visitors import BOT, CODE, Chat, at_the_door, link_for, rows_of, told

WHICH = "For whom? Type /link and a carer's name or a case number that is one adult."


@pytest.fixture
async def door(play: Play) -> Play:
    return await at_the_door(play.database)


@pytest.fixture
async def quick_door(sqlite_play: Play) -> Play:
    return await at_the_door(sqlite_play.database)


async def says(play: Play, words: str, who: str = "DO") -> str:
    await play.writes(who, words)
    return await told(play, who)


async def test_a_link_is_made_for_one_person_and_kept_as_a_fingerprint(door: Play):
    said = await says(door, "/link Leanne")
    assert said.startswith(
        "A link for Leanne Thornton (Kai P01), for one chat and 72 hours. Give it to nobody else."
    )
    (kept,) = await rows_of(door, Link)
    assert (kept.made_by, kept.expires_at - kept.made_at) == ("DO", timedelta(hours=72))
    assert kept.token_hash not in said
    assert said.rpartition("?start=")[2] not in str(kept)
    audited = [(row.who, row.what, row.subject) for row in await rows_of(door, Audit)]
    assert audited[-1] == ("DO", "MakeLink", await door.carer("P01"))
    assert await door.database.read(first_broken) is None


async def test_the_picture_and_the_address_name_the_bot_and_the_token_and_nobody(quick_door: Play):
    said = await says(quick_door, "/link Leanne")
    token = said.rpartition("?start=")[2]
    desk = await Chat(quick_door, "simulated-DO", "staff").rows()
    assert desk[-1].qr == said.splitlines()[-1] == f"https://t.me/{BOT}?start={token}"


@pytest.mark.parametrize("name", ["Leanne", "leanne thornton", "Kai", "P01", "p01"])
async def test_a_family_may_be_named_in_every_way_staff_name_it(quick_door: Play, name):
    assert "Leanne Thornton (Kai P01)" in await says(quick_door, f"/link {name}")


@pytest.mark.parametrize("name", ["", "P11", "P15", "Nobody", "P99", "Dani", "P01 P02"])
async def test_without_exactly_one_adult_there_is_no_link(quick_door: Play, name):
    assert await says(quick_door, f"/link {name}") == WHICH
    assert await rows_of(quick_door, Link) == []


async def test_there_is_no_link_for_somebody_who_must_not_be_contacted(quick_door: Play):
    """The court forbids it: Lisa Brook must not learn that there is a chat at all."""
    said = await says(quick_door, "/link Lisa Brook", "MB")
    assert said == "This person must not be contacted: there is no link for them."
    assert await rows_of(quick_door, Link) == []
    desk = await Chat(quick_door, "simulated-MB", "staff").rows()
    assert desk[-1].qr is None


async def test_without_a_family_bot_there_are_no_links(quick_door: Play):
    play = quick_door
    await play.database.write(lambda connection: remember(connection, FAMILY_BOT, ""))
    assert await says(play, "/link Leanne") == (
        "The family bot is not connected (FAMILY_BOT_TOKEN): there are no links."
    )
    assert await rows_of(play, Link) == []


async def test_where_names_may_not_stand_in_a_chat_the_link_is_for_initials(sqlite_play: Play):
    play = await at_the_door(sqlite_play.database, notices_shown=False)
    said = await says(play, "/link Leanne")
    assert said.startswith("A link for KT P01, for one chat")
    assert not [name for name in ("Leanne", "Thornton", "Kai") if name in said]


async def test_a_newer_link_takes_the_place_of_the_older_one(quick_door: Play):
    older, newer = [await link_for(quick_door, "Leanne") for _ in range(2)]
    chat = Chat(quick_door, "5001")
    await chat.opens(older)
    await chat.writes(CODE)
    assert (await chat.line()).person_id is None
    await chat.opens(newer)
    await chat.writes(CODE)
    assert (await chat.line()).person_id is not None
    assert [link.outcome for link in await rows_of(quick_door, Link)] == ["replaced", "connected"]


async def test_every_member_of_staff_can_make_one_and_the_key_worker_hears_when_it_is_opened(
    quick_door: Play,
):
    token = await link_for(quick_door, "Leanne", who="MB")
    await Chat(quick_door, "5001").opens(token)
    assert (await told(quick_door, "DO")).startswith("The link for Leanne Thornton (Kai P01)")
