"""A family with a chat and a number: STOP in one is not a wish to hear from the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import Inbound
from bot.turns import take
from storage.addresses import lines_of, mark_line, person_by_ref
from tests.stage import Play, marlbridge_taskforce

THURSDAY = "2026-12-03 15:46"


async def opted_out(play: Play, ref: str) -> list[str]:
    """On which channels somebody gets nothing more."""

    def read(connection):
        lines = lines_of(connection, person_by_ref(connection, ref).id)
        return sorted(line.channel for line in lines if line.opted_out_at)

    return await play.database.read(read)


@pytest.mark.thursday
async def test_stop_in_a_chat_ends_text_messages_too(play: Play):
    await play.writes("P16", "STOP")
    assert await opted_out(play, await play.carer("P16")) == ["sms", "telegram"]
    await play.at(THURSDAY)
    (said,) = await play.received("P16")
    assert said.startswith("OK, no more texts will come from here.")


async def test_one_start_brings_back_what_one_stop_ended(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P16", "STOP")
    await play.later(minutes=1)
    await play.writes("P16", "START")
    assert await opted_out(play, await play.carer("P16")) == []
    await play.without_digests()
    await play.at(THURSDAY)
    assert "week been?" in (await play.last("P16"))["text"]


async def test_start_does_not_bring_back_what_was_ended_another_day(sqlite_play: Play):
    play = sqlite_play
    ref = await play.carer("P16")

    def only_the_number(connection):
        for line in lines_of(connection, person_by_ref(connection, ref).id):
            if line.channel == "sms":
                mark_line(connection, line.id, opted_out_at=play.now)

    await play.database.write(only_the_number)
    play.wakes_at("2026-12-01 08:30")
    await says(play, ref, "telegram", "STOP")
    await play.later(minutes=1)
    await says(play, ref, "telegram", "START")
    assert await opted_out(play, ref) == ["sms"]


async def says(play: Play, ref: str, channel: str, words: str) -> None:
    """Write from one of somebody's addresses."""
    lines = await play.database.read(lambda c: lines_of(c, person_by_ref(c, ref).id))
    address = next(line.address for line in lines if line.channel == channel)
    name = f"{channel}-{words}-{play.now.isoformat()}"
    await take(
        play.database, play.service.taskforce, Inbound(channel, name, address, words), play.now
    )
    await play.service.settle()


async def test_we_confirm_stop_in_a_chat_even_where_the_phone_network_confirms_it_by_text(
    sqlite_play: Play,
):
    taskforce = replace(marlbridge_taskforce(), confirm_stop=frozenset({"twilio"}))
    play = Play(sqlite_play.database, taskforce)
    await play.writes("P16", "STOP")
    assert "no more texts will come" in (await play.last("P16"))["text"]


async def test_asking_to_stop_in_ones_own_words_holds_every_address_until_somebody_decides(
    sqlite_play: Play,
):
    play = sqlite_play
    ref = await play.carer("P16")

    async def held() -> list[bool]:
        lines = await play.database.read(lambda c: lines_of(c, person_by_ref(c, ref).id))
        return [line.stop_asked_at is not None for line in lines]

    await play.writes("P16", "please stop texting me")
    assert await held() == [True, True]
    (task,) = await play.tasks(kind="stop_request", case="P16")
    await play.presses("TW", f"t:{task['id']}:lift")
    assert await held() == [False, False]
