"""`keys rotate` and `keys reindex`, with a service running and without."""

from __future__ import annotations

import asyncio

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import LargeBinary, select, type_coerce

from bot.cli.keys import _until_done
from bot.settings import read_settings
from storage.folder import leave_word, locked, word_left
from storage.keys import new_keys
from storage.rotation import Rotated
from storage.spool import FOLDER, WHOLE
from storage.tables import Person
from tests.cli.conftest import PEOPLE
from tests.cli.test_restore import at_the_database, marlbridge  # noqa: F401  a fixture
from tests.cli.test_staff import a_running_service

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

DONE = "The older keys open nothing here any more: KEYWORKER_KEYS may go without them."


@pytest.fixture
def house(request):
    """Marlbridge as a real installation."""
    return request.getfixturevalue("marlbridge")


@pytest.fixture
def new(house, monkeypatch) -> str:
    """A new key in front of the old one."""
    seal = new_keys()[0]
    monkeypatch.setenv("KEYWORKER_KEYS", f"{seal},{read_settings().keys.get_secret_value()}")
    return seal


def sealed_with(seal: str) -> bool:
    """Say whether this key alone opens every name."""
    query = select(type_coerce(Person.name, LargeBinary))
    values = at_the_database(lambda c: c.execute(query).scalars().all())
    return bool([Fernet(seal).decrypt(bytes(value)) for value in values])


def test_after_a_rotation_the_old_key_may_go(house, new, monkeypatch):
    said = house.run("keys", "rotate")
    assert (said.err, said.code) == ("", 0)
    first, second, third = said.out.splitlines()
    assert first == "206 values are sealed with the newest key now."
    assert (second, third) == (DONE, "Backups made before still need them.")
    monkeypatch.setenv("KEYWORKER_KEYS", new)
    assert sealed_with(new)
    assert house.run("keys", "rotate").out.startswith("0 values")
    assert house.run("audit", "verify").code == 0


def test_a_running_service_rotates_by_itself_and_goes_on_working(house, new):
    with a_running_service(house):
        said = house.run("keys", "rotate")
    assert (said.err, said.code) == ("", 0)
    assert said.out.startswith("206 values")
    assert sealed_with(new)


def test_a_service_that_was_not_restarted_with_the_new_key_is_left_alone(house, monkeypatch):
    """What it could not read any more would be lost to it, and to every family."""
    with a_running_service(house):
        both = f"{new_keys()[0]},{read_settings().keys.get_secret_value()}"
        with monkeypatch.context() as patch:
            patch.setenv("KEYWORKER_KEYS", both)
            said = house.run("keys", "rotate")
    assert said.code == 2
    assert "Restart it with the new key in front, then rotate." in said.err
    assert sealed_with(read_settings().keys.get_secret_value())


def test_whoever_has_not_the_folders_word_rotates_nothing(house, new):
    with a_running_service(house):
        leave_word(house.folder, word_left(house.folder)[0], "another-word")
        said = house.run("keys", "rotate")
    assert said.code == 2
    assert "does not take this command" in said.err


def test_a_message_in_the_spool_still_needs_the_key_it_came_under(house, new):
    (house.folder / FOLDER).mkdir()
    (house.folder / FOLDER / f"1-abc{WHOLE}").write_bytes(b"sealed")
    said = house.run("keys", "rotate")
    assert said.code == 1
    assert "1 messages wait in the spool." in said.out
    assert said.out.endswith("Keep the older keys.\n")


@pytest.fixture
def new_index(house, monkeypatch) -> str:
    key = new_keys()[1]
    monkeypatch.setenv("KEYWORKER_NEW_INDEX_KEY", key)
    return key


def test_after_a_reindex_the_new_key_finds_everybody(house, new_index, monkeypatch):
    said = house.run("keys", "reindex")
    assert (said.err, said.code) == ("", 0)
    assert said.out.startswith("35 numbers are found by the new key.")
    old = house.run("audit", "verify")
    assert "KEYWORKER_INDEX_KEY is not the one" in old.err, "nothing is done with the old key"
    assert old.code == 2
    monkeypatch.setenv("KEYWORKER_INDEX_KEY", new_index)
    assert house.run("audit", "verify").code == 0
    again = house.run("import", "people", *PEOPLE)
    assert "Nothing changed" in again.out


def test_no_service_may_run_while_everybody_is_given_a_new_index(house, new_index):
    with locked(house.folder):
        said = house.run("keys", "reindex")
    assert said.code == 2
    assert "Another Keyworker is using the folder" in said.err
    assert house.run("audit", "verify").code == 0


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("", "is not set: `python -m bot keys new` prints one."),
        ("hello", "holds something that is no key."),
        ("KEYWORKER_INDEX_KEY", "must be a key that is used for nothing else."),
        ("KEYWORKER_KEYS", "must be a key that is used for nothing else."),
    ],
)
def test_a_new_index_key_that_is_none_changes_nothing(house, monkeypatch, key, said):
    settings = read_settings()
    known = {
        "KEYWORKER_INDEX_KEY": settings.index_key.get_secret_value(),
        "KEYWORKER_KEYS": settings.keys.get_secret_value(),
    }
    monkeypatch.setenv("KEYWORKER_NEW_INDEX_KEY", known.get(key, key))
    told = house.run("keys", "reindex")
    assert told.code == 2
    assert told.err == f"keyworker: KEYWORKER_NEW_INDEX_KEY {said}\n"
    assert house.run("audit", "verify").code == 0


def test_rotating_goes_on_until_nothing_is_left():
    parts = [Rotated(5, 1), Rotated(5, 1), Rotated(0, 0)]

    async def some() -> Rotated:
        return parts.pop(0)

    assert asyncio.run(_until_done(some)) == Rotated(10, 0)
    parts = [Rotated(5, 3), Rotated(0, 3), Rotated(9, 9)]
    assert asyncio.run(_until_done(some)) == Rotated(5, 3), "and not for ever"
