"""Links and codes as they are kept: opened once, proven by fingerprints, never guessed."""

from __future__ import annotations

import random
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

import pytest
from sqlalchemy import Connection, insert, select

from storage.database import Database
from storage.invites import knocked, knocks, make_invite, use_invite, void_invites
from storage.links import (
    code_proof,
    count_wrong_code,
    end_link,
    find_link,
    fingerprint,
    give_code,
    make_link,
    open_link,
    pending_at,
)
from storage.tables import Invite, Link
from tests.storage.rows import NOW, a_line, a_person

SEED, LIVE = 20261130, 1000  # links that wait to be opened while somebody guesses
GUESSES, OPENED, AT_ONCE = 1_000_000, 3000, 20_000
HOUR, THREE_DAYS = timedelta(hours=1), timedelta(hours=72)


def tokens(seed: int) -> Iterator[str]:
    """Random tokens as a link carries them, the same for the same seed."""
    chance = random.Random(seed)
    while True:
        yield urlsafe_b64encode(chance.randbytes(32)).rstrip(b"=").decode()


def a_link(connection: Connection, token: str, ref: str = "C001") -> int:
    make_link(connection, token, a_person(connection, ref), "DO", NOW, NOW + THREE_DAYS)
    kept = select(Link.id).where(Link.token_hash == fingerprint(token))
    return connection.execute(kept).scalar_one()


def live_links(connection: Connection) -> list[str]:
    """Many links that wait to be opened; returns their tokens."""
    person = a_person(connection)
    made = list(islice(tokens(SEED), LIVE))
    row = {"person_id": person, "made_by": "DO", "made_at": NOW, "expires_at": NOW + THREE_DAYS,
           "wrong_codes": 0}  # fmt: skip
    connection.execute(insert(Link), [{**row, "token_hash": fingerprint(one)} for one in made])
    return made


def hits(connection: Connection, guessed: list[str]) -> int:
    """How many of these tokens would open something."""
    known = select(Link.id).where(Link.token_hash.in_([fingerprint(one) for one in guessed]))
    return len(connection.execute(known).all())


async def test_a_million_guesses_open_nothing(database: Database, capsys):
    made = await database.write(live_links)
    assert await database.read(lambda c: hits(c, [*made[:3], "A" * 43])) == 3, "it would be seen"
    guesses = tokens(SEED + 1)
    count = GUESSES if "sqlite" in database.url else AT_ONCE  # the same question to another engine

    def look_up(connection: Connection) -> int:
        return hits(connection, list(islice(guesses, AT_ONCE)))

    found = sum([await database.read(look_up) for _batch in range(count // AT_ONCE)])

    def open_them(connection: Connection) -> int:
        chat = a_line(connection, "+447700900199")
        tried = (open_link(connection, one, chat, NOW) for one in islice(guesses, OPENED))
        return sum(link is not None for link in tried)

    opened = await database.write(open_them)
    with capsys.disabled():
        print(f" {count + OPENED:,} guesses, seed {SEED}: {found + opened} hits ", end="")
    assert (found, opened) == (0, 0)


async def test_a_link_opens_once_for_one_chat(database: Database):
    def play(connection: Connection) -> None:
        link = a_link(connection, "t" * 43)
        first, second = a_line(connection, "+447700900198"), a_line(connection, "+447700900199")
        opened = open_link(connection, "t" * 43, first, NOW)
        assert (opened.id, opened.address_id, opened.opened_at) == (link, first, NOW)
        assert open_link(connection, "t" * 43, second, NOW) is None
        assert open_link(connection, "t" * 43, first, NOW) is None
        assert pending_at(connection, first, NOW).id == link
        assert pending_at(connection, second, NOW) is None

    await database.write(play)


@pytest.mark.parametrize(
    ("later", "opens"),
    [(timedelta(0), True), (THREE_DAYS - timedelta(seconds=1), True), (THREE_DAYS, False)],
)
async def test_a_link_lives_for_three_days(database: Database, later, opens):
    def play(connection: Connection) -> None:
        a_link(connection, "t" * 43)
        chat = a_line(connection, "+447700900199")
        assert (open_link(connection, "t" * 43, chat, NOW + later) is not None) is opens

    await database.write(play)


async def test_a_link_that_was_opened_in_time_does_not_wait_for_ever(database: Database):
    def play(connection: Connection) -> None:
        a_link(connection, "t" * 43)
        chat = a_line(connection, "+447700900199")
        open_link(connection, "t" * 43, chat, NOW)
        assert pending_at(connection, chat, NOW + THREE_DAYS - HOUR) is not None
        assert pending_at(connection, chat, NOW + THREE_DAYS) is None

    await database.write(play)


async def test_a_newer_link_ends_the_older_ones_of_its_person_and_nobody_elses(database: Database):
    def play(connection: Connection) -> None:
        older, other = a_link(connection, "a" * 43), a_link(connection, "b" * 43, "C002")
        person = find_link(connection, older).person_id
        make_link(connection, "c" * 43, person, "MB", NOW + HOUR, NOW + HOUR + THREE_DAYS)
        ended = find_link(connection, older)
        assert (ended.outcome, ended.ended_at) == ("replaced", NOW + HOUR)
        assert find_link(connection, other).ended_at is None
        chat = a_line(connection, "+447700900199")
        assert open_link(connection, "a" * 43, chat, NOW + HOUR) is None
        assert open_link(connection, "c" * 43, chat, NOW + HOUR) is not None

    await database.write(play)


async def test_a_link_ends_once_and_its_first_end_stands(database: Database):
    def play(connection: Connection) -> None:
        link = a_link(connection, "t" * 43)
        assert end_link(connection, link, "not them", NOW)
        assert not end_link(connection, link, "connected", NOW + HOUR)
        assert find_link(connection, link).outcome == "not them"

    await database.write(play)


async def test_one_code_is_another_proof_for_another_link_and_only_the_key_makes_it(
    database: Database,
):
    def play(connection: Connection) -> None:
        one, other = a_link(connection, "a" * 43), a_link(connection, "b" * 43, "C002")
        for link in (one, other):
            give_code(connection, link, "482913", NOW + HOUR)
        proofs = [find_link(connection, link).code_proof for link in (one, other)]
        assert proofs[0] != proofs[1]
        assert proofs[0] == code_proof(connection, one, "482913")
        assert proofs[0] not in {fingerprint("482913"), fingerprint(f"link:{one}:482913")}

    await database.write(play)


async def test_wrong_codes_are_counted_for_each_link(database: Database):
    def play(connection: Connection) -> None:
        one, other = a_link(connection, "a" * 43), a_link(connection, "b" * 43, "C002")
        assert [count_wrong_code(connection, one) for _try in range(3)] == [1, 2, 3]
        assert count_wrong_code(connection, other) == 1

    await database.write(play)


async def test_an_invitation_lets_in_once_in_time_and_only_the_newest(database: Database):
    def play(connection: Connection) -> None:
        dani, marcus = a_person(connection, "DO", "staff"), a_person(connection, "MB", "staff")
        for person, code in ((dani, "AAAAAAAAAA"), (dani, "BBBBBBBBBB"), (marcus, "CCCCCCCCCC")):
            make_invite(connection, person, code, NOW, NOW + HOUR)
        assert use_invite(connection, "AAAAAAAAAA", NOW) is None, "a newer one took its place"
        assert use_invite(connection, "BBBBBBBBBB", NOW + HOUR) is None, "too late"
        assert use_invite(connection, "BBBBBBBBBB", NOW) == dani
        assert use_invite(connection, "BBBBBBBBBB", NOW) is None, "used"
        void_invites(connection, marcus, NOW)
        assert use_invite(connection, "CCCCCCCCCC", NOW) is None, "taken back"
        kept = [str(row) for row in connection.execute(select(Invite.__table__))]
        assert not [row for row in kept for code in "ABC" if code * 10 in row]

    await database.write(play)


async def test_knocks_are_counted_for_each_chat_each_kind_and_a_time(database: Database):
    def play(connection: Connection) -> None:
        one, other = a_line(connection, "+447700900198"), a_line(connection, "+447700900199")
        for minutes in (0, 30, 59):
            knocked(connection, one, "link", NOW + timedelta(minutes=minutes))
        knocked(connection, one, "code", NOW)
        knocked(connection, other, "link", NOW)
        assert knocks(connection, one, "link", NOW - HOUR) == 3
        assert knocks(connection, one, "link", NOW) == 2, "an hour is over"
        assert knocks(connection, one, "code", NOW - HOUR) == 1

    await database.write(play)
