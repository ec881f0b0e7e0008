"""What goes into a column comes back the same; what lies in the file is not to be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from cryptography.fernet import Fernet, InvalidToken
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Connection, create_engine, insert, select, text
from sqlalchemy.exc import StatementError

from storage.addresses import hold_line
from storage.columns import UtcTime, keyring_of
from storage.database import Database, open_database
from storage.folder import keyring
from storage.keys import Keyring, new_keys, split_keys
from storage.tables import Contact, Conversation, Person, Received
from tests.stage import KEYS
from tests.storage.rows import NOW, SALT, a_contact, a_person

LONDON = ZoneInfo("Europe/London")
MOMENTS = [
    datetime(2026, 7, 1, 12, 0, tzinfo=LONDON),
    datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=0),
    datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=1),
    datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=timezone(timedelta(hours=14))),
    datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
]


async def test_a_moment_comes_back_as_the_same_moment_in_utc(database: Database):
    def there_and_back(connection: Connection) -> list[datetime]:
        for number, moment in enumerate(MOMENTS):
            row = {"channel": "sms", "external_id": f"m{number}", "at": moment}
            connection.execute(insert(Received).values(**row))
        return list(
            connection.execute(select(Received.at).order_by(Received.external_id)).scalars()
        )

    found = await database.write(there_and_back)
    assert found == [moment.astimezone(UTC) for moment in MOMENTS]
    assert {moment.tzinfo for moment in found} == {UTC}


async def test_a_moment_is_found_by_any_way_of_writing_it(database: Database):
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=LONDON)

    def find(connection: Connection) -> list[str]:
        row = {"channel": "sms", "external_id": "one", "at": summer}
        connection.execute(insert(Received).values(**row))
        same = summer.astimezone(timezone(timedelta(hours=-5)))
        query = select(Received.external_id).where(Received.at == same)
        return list(connection.execute(query).scalars())

    assert await database.write(find) == ["one"]


async def test_a_moment_without_a_time_zone_is_refused(database: Database):
    row = {"channel": "sms", "external_id": "one", "at": datetime(2026, 7, 1, 12, 0)}
    with pytest.raises(StatementError, match="without a time zone"):
        await database.write(lambda c: c.execute(insert(Received).values(**row)))


def test_no_moment_stays_no_moment():
    column, dialect = UtcTime(), create_engine("sqlite://").dialect
    assert column.process_bind_param(None, dialect) is None
    assert column.process_result_value(None, dialect) is None


def raw(connection: Connection, table: str) -> bytes:
    """Everything a table holds, as somebody without the keys would find it."""
    rows = connection.execute(text(f"SELECT * FROM {table}")).all()
    return b"|".join(
        bytes(cell) if isinstance(cell, (bytes, memoryview)) else str(cell).encode()
        for row in rows
        for cell in row
    )


async def test_names_numbers_and_words_cannot_be_read_without_the_keys(database: Database):
    def keep(connection: Connection) -> None:
        person = a_person(connection)
        hold_line(connection, "sms", "+447700900123", NOW)
        a_contact(connection, words="he has not come home")
        state = {"answers": {"free": "he has not come home"}}
        row = {"person_id": person, "flow": "check_in", "state": state, "asked_at": NOW}
        connection.execute(insert(Conversation).values(**row))

    await database.write(keep)
    for table, secret in (
        ("person", b"Thornton"),
        ("address", b"7700900123"),
        ("contact", b"come home"),
        ("conversation", b"come home"),
    ):
        found = await database.read(lambda c, table=table: raw(c, table))
        assert found, table
        assert secret not in found
    assert await database.read(lambda c: c.execute(select(Person.name)).scalar_one()) == (
        "Leanne Thornton"
    )
    state = await database.read(lambda c: c.execute(select(Conversation.state)).scalar_one())
    assert state == {"answers": {"free": "he has not come home"}}


async def test_a_number_is_found_again_by_its_blind_index_and_never_twice(database: Database):
    first = await database.write(lambda c: hold_line(c, "sms", "+447700900123", NOW))
    again = await database.write(lambda c: hold_line(c, "sms", "+447700900123", NOW))
    other = await database.write(lambda c: hold_line(c, "telegram", "+447700900123", NOW))
    assert first.id == again.id != other.id
    assert first.address == "+447700900123"


def reopened(database: Database, keys: Keyring) -> Database:
    return open_database(database.url, keys)


def all_words(connection: Connection) -> list[str]:
    return list(connection.execute(select(Contact.words).order_by(Contact.id)).scalars())


async def test_a_new_key_reads_what_the_old_one_wrote_and_the_old_one_nothing_new(
    database: Database,
):
    await database.write(lambda c: a_contact(c, words="written with the old key"))
    fresh, _ = new_keys()
    both = reopened(database, Keyring((fresh, *KEYS.seals), KEYS.index_key))
    new_only = reopened(database, Keyring((fresh,), KEYS.index_key))
    try:
        await both.write(lambda c: a_contact(c, words="written with the new one"))
        assert await both.read(all_words) == [
            "written with the old key",
            "written with the new one",
        ]
        for one_key in (database, new_only):
            with pytest.raises(InvalidToken):
                await one_key.read(all_words)
    finally:
        await both.close()
        await new_only.close()


def test_an_engine_that_was_opened_elsewhere_has_no_keys():
    with pytest.raises(TypeError, match="has no keys"):
        keyring_of(create_engine("sqlite://").dialect)


@given(some.text(alphabet=some.characters(exclude_categories=["Cs"])))
def test_any_words_come_back_and_never_look_the_same_twice(words):
    sealed = KEYS.seal(words)
    assert KEYS.unseal(sealed) == words
    assert KEYS.seal(words) != sealed
    assert KEYS.index(words) == KEYS.index(words)


@given(some.text(max_size=20), some.text(max_size=20))
def test_two_numbers_share_an_index_only_if_they_are_one(one, two):
    if "".join(one + two).isascii():
        assert (KEYS.index(one) == KEYS.index(two)) is (one == two)


def test_an_index_says_nothing_without_its_key():
    other = Keyring(KEYS.seals, new_keys()[1])
    assert KEYS.index("sms:+447700900123") != other.index("sms:+447700900123")


@pytest.mark.parametrize(
    "salt, words", [(SALT, "can you ring me?"), (SALT[::-1], "can you ring me"), (b"", "")]
)
def test_a_proof_fits_one_salt_and_one_set_of_words(salt, words):
    assert KEYS.proof(salt, words) != KEYS.proof(SALT, "can you ring me")
    assert KEYS.proof(salt, words) == KEYS.proof(salt, words)


def test_keys_show_themselves_to_nobody():
    assert KEYS.seals[0] not in repr(KEYS)
    assert KEYS.index_key not in repr(KEYS)


def test_new_keys_are_two_and_always_new():
    pairs = {key for _ in range(20) for key in new_keys()}
    assert len(pairs) == 40
    assert all(Fernet(key) for key in pairs)


def test_a_list_of_keys_may_be_written_with_spaces():
    assert split_keys(" one , two,,three ") == ("one", "two", "three")
    fresh, index = new_keys()
    assert keyring(f"{fresh} , {KEYS.seals[0]}", index).unseal(KEYS.seal("words")) == "words"


@pytest.mark.parametrize("nonsense", ["no key at all", ""])
def test_something_that_is_no_key_is_refused(nonsense):
    with pytest.raises(ValueError):  # noqa: PT011  the environment's own words are not repeated
        keyring(nonsense, "index")


async def test_the_engine_never_shows_a_value_in_a_fault(database: Database):
    """A statement's parameters may be a family's words: a fault's text must not quote them."""
    row = {"channel": "sms", "external_id": "one", "at": NOW}

    def twice(connection: Connection) -> None:
        for _ in range(2):
            connection.execute(insert(Received).values(**{**row, "channel": "canary-words"}))

    with pytest.raises(Exception) as fault:  # noqa: PT011  any fault the engine likes
        await database.write(twice)
    assert "canary-words" not in str(fault.value).split("DETAIL:")[0]
