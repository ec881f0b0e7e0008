"""Where Telegram knocks: who is let in, and how much of it is read."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.handlers.chats import LIMIT
from storage.tables import Quarantine
from tests.fakes.telegram import SECRET_HEADER
from tests.handlers.bots import SECRETS, BotPlay, both_bots
from tests.handlers.chat_calls import (
    knock,
    nothing_happened,
    path_of,
    rows,
    with_doors,
    written,
)
from tests.handlers.chat_people import connected, said
from tests.stage import Play

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

BOTS = pytest.mark.parametrize("bot", ["family", "staff"])


@pytest.fixture
async def bots(sqlite_play: Play) -> AsyncIterator[BotPlay]:
    async with both_bots(sqlite_play.database) as (opened, _fake):
        yield await connected(opened, "P01", "DO")


class TestWhoIsLetIn:
    @BOTS
    async def test_without_the_secret_a_call_is_refused_and_not_even_read(self, bots, bot):
        read = []

        async def body():
            read.append(1)
            yield written(bot)

        other = SECRETS["staff" if bot == "family" else "family"]
        right = SECRETS[bot]
        for given in ("", "guessed", other, right[:-1], f"{right}x", right.upper(), f"{right}é",
                      "é" * 300, None):  # fmt: skip
            headers = {} if given is None else {SECRET_HEADER: given.encode("latin-1")}
            answer = await bots.http.post(path_of(bot), headers=headers, content=body())
            assert (answer.status_code, answer.content) == (403, b""), given
        assert read == []
        assert await nothing_happened(bots)

    @BOTS
    async def test_an_empty_secret_of_ours_opens_to_nobody(self, bots, bot):
        door = with_doors(bots, secret="")
        for given in ("", SECRETS[bot]):
            headers = {SECRET_HEADER: given}
            answer = await door.post(path_of(bot), headers=headers, content=written(bot))
            assert answer.status_code == 403
        assert await nothing_happened(bots)

    @BOTS
    async def test_with_the_secret_the_words_are_heard(self, bots, bot):
        answer = await knock(bots, bot, written(bot))
        assert (answer.status_code, answer.content) == (200, b"")
        assert not await nothing_happened(bots)

    @BOTS
    async def test_only_posts_are_taken(self, bots, bot):
        for method in ("GET", "PUT", "DELETE", "HEAD"):
            headers = {SECRET_HEADER: SECRETS[bot]}
            answer = await bots.http.request(method, path_of(bot), headers=headers)
            assert answer.status_code == 405
        assert (await bots.http.post("/webhooks/telegram/another")).status_code == 404

    async def test_where_updates_are_fetched_there_is_no_door(self, sqlite_play):
        async with both_bots(sqlite_play.database, "polling") as (play, _fake):
            for bot in SECRETS:
                assert (await knock(play, bot, written(bot))).status_code == 404


class TestTooMuch:
    @BOTS
    async def test_a_body_that_says_it_is_too_long_is_not_read(self, bots, bot):
        read = []

        async def parts():
            read.append(1)
            yield written(bot)

        for declared in (str(LIMIT + 1), "9" * 5000):
            headers = {SECRET_HEADER: SECRETS[bot], "content-length": declared}
            answer = await bots.http.post(path_of(bot), headers=headers, content=parts())
            assert answer.status_code == 413
        assert read == []

    @BOTS
    async def test_a_body_that_never_said_how_long_it_is_is_cut_off(self, bots, bot):
        read = []

        async def parts():
            for _ in range(100):
                read.append(1)
                yield b"x" * 100_000

        answer = await knock(bots, bot, parts())
        assert (answer.status_code, len(read)) == (413, 11)
        assert await nothing_happened(bots)

    @BOTS
    async def test_exactly_a_megabyte_is_taken_and_such_words_are_left_to_a_person(self, bots, bot):
        body = written(bot, text="a" * (LIMIT - len(written(bot, text=""))))
        assert len(body) == LIMIT
        assert (await knock(bots, bot, body)).status_code == 200
        assert await rows(bots, Quarantine.reason) == ["words without end"]

    async def test_words_longer_than_telegram_allows_are_heard_to_the_last(self, bots):
        words = "he said he is fine. " * 500 + "he is not"
        assert (await knock(bots, "family", written("family", text=words))).status_code == 200
        assert await said(bots, "P01") == [words]
