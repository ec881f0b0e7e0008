"""Commands of this machine hand their work to the running service, if they hold its key."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.app import demo_web, real_web
from bot.handlers.internal import KEY_HEADER, LIMIT
from storage.tables import Audit, Invite
from tests.handlers.doors import client
from tests.stage import Play
from tests.turns.visitors import Chat, at_the_door, rows_of

KEY = "the-key-in-the-data-folder"
INVITE, REVOKE = "/internal/staff/invite", "/internal/staff/revoke"


@pytest.fixture
async def door(play: Play) -> Play:
    return await at_the_door(play.database)


@pytest.fixture
async def http(door: Play) -> AsyncIterator[httpx.AsyncClient]:
    async with client(real_web(door.service, (), KEY)) as browser:
        yield browser


async def asked(http: httpx.AsyncClient, path: str, body: bytes, key: str = KEY) -> httpx.Response:
    return await http.post(path, content=body, headers={KEY_HEADER: key.encode()})


async def traces(play: Play) -> list[str]:
    """What the audit says of staff, and whether a code was made."""
    kept = [row.what for row in await rows_of(play, Audit) if row.what.startswith("staff")]
    return [*kept, *("code" for _row in await rows_of(play, Invite))]


async def test_with_the_key_a_code_is_made_and_lets_somebody_in(http, door: Play):
    answer = await asked(http, INVITE, b"DO")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    first, code, *_rest = answer.json()["said"].splitlines()
    assert first.startswith("Dani Okafor: type this code")
    chat = Chat(door, "7001", "staff")
    await chat.writes(code)
    assert (await chat.heard())[-1].startswith("You are connected, Dani.")


async def test_with_the_key_somebody_is_cut_off_before_the_answer_comes(http, door: Play):
    answer = await asked(http, REVOKE, b"DO")
    assert answer.status_code == 200
    assert answer.json()["said"].startswith("Dani Okafor is cut off")
    chat = Chat(door, "simulated-DO", "staff")
    before = len(await chat.rows())
    await chat.writes("/today")
    assert [row.text[:26] for row in (await chat.rows())[before:]] == ["This chat is not connected"]


@pytest.mark.parametrize("path", [INVITE, REVOKE])
async def test_without_the_key_nothing_happens(http, door: Play, path):
    for key in (KEY[:-1], f"{KEY}x", KEY.upper(), "", "🗝"):
        assert (await asked(http, path, b"DO", key)).status_code == 403
    assert (await http.post(path, content=b"DO")).status_code == 403
    assert (await http.get(path, headers={KEY_HEADER: KEY})).status_code == 405
    assert await traces(door) == []


async def test_an_id_nobody_has_is_refused_with_the_known_ones(http, door: Play):
    for path in (INVITE, REVOKE):
        for ref in (b"ZZ", b"", b"P01", b"DO\n", "Łucja".encode(), b"\x00"):
            answer = await asked(http, path, ref)
            assert answer.status_code == 422
            assert answer.json()["refusal"].endswith("HM, DO, MB, PN, TW, SG, RA, FS, JL.")
    assert await traces(door) == []


async def test_what_is_no_id_at_all_is_turned_away(http, door: Play):
    assert (await asked(http, INVITE, b"\xff\xfe")).status_code == 413
    assert (await asked(http, INVITE, b"x" * (LIMIT + 1))).status_code == 413
    assert await traces(door) == []


async def test_without_a_key_of_its_own_a_service_has_no_such_door(door: Play):
    for app in (real_web(door.service), demo_web(door.service)):
        async with client(app) as http:
            for path in (INVITE, REVOKE):
                assert (await asked(http, path, b"DO", "")).status_code in {404, 405}
    assert await traces(door) == []


async def test_no_code_and_no_name_is_logged(http, caplog):
    caplog.set_level("DEBUG")
    code = (await asked(http, INVITE, b"DO")).json()["said"].splitlines()[1].strip()
    await asked(http, REVOKE, b"DO")
    for secret in (code, code.replace("-", ""), "Dani", "Okafor", KEY):
        assert secret not in caplog.text
