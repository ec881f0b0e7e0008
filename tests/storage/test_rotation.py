"""A new key: nothing is forgotten, nobody waits, and the old one can go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Connection, LargeBinary, insert, inspect, select, text, type_coerce, update

from bot.domain import NotReady
from storage import audit
from storage.columns import EMPTIED
from storage.database import Database, open_database
from storage.keys import Keyring, new_keys
from storage.rotation import BATCH, check_keys, rotate, secrets
from storage.tables import (
    AgreedReminder,
    Approval,
    Case,
    CaseLabel,
    CaseStatus,
    Contact,
    Decision,
    FormerUpn,
    Introduction,
    Outbox,
    Passport,
    Person,
    PlanStep,
    Promise,
    Quarantine,
    Referral,
    Staff,
    Table,
    Task,
    TaskClosing,
    Visit,
    VisitVersion,
)
from tests.stage import KEYS, Play
from tests.storage.rows import NOW, a_contact, a_person

NEW = new_keys()[0]
BOTH = Keyring((NEW, *KEYS.seals), KEYS.index_key)
NEW_ALONE = Keyring((NEW,), KEYS.index_key)
SECRET_COLUMNS = {
    "address": {"address"},
    "case_contact": {"do_not_use_reason", "notes", "rules"},
    "cases": {"notes", "upn"},
    "contact": {"words"},
    "conversation": {"state"},
    "desk_entry": {"words"},
    "outbox": {"after", "behind", "choices", "qr", "recipe", "text"},
    "person": {"name"},
    "quarantine": {"body"},
    "task": {"words"},
    "school": {"safeguarding_name", "safeguarding_phone"},
    "promise": {"words"},
    "decision": {"words"},
    "passport": {"fields"},
    "task_closing": {"reason", "told", "reference"},
    "referral": {"referrer", "child", "adult", "phone", "words", "outcome"},
    "case_status": {"reason"},
    "introduction": {"name", "about"},
    "former_upn": {"upn"},
    "plan_step": {"words"},
    "agreed_reminder": {"words"},
    "approval": {"words"},
    "visit": {"about"},
    "visit_version": {"coming", "place_words"},
    "case_label": {"words"},
}
IN_CLEAR = {"contact.words_salt"}


async def reopened(database: Database, keys: Keyring) -> Database:
    await database.close()
    return open_database(database.url, keys)


def every_token(connection: Connection) -> list[tuple[str, bytes]]:
    """Every value of every binary column there is, whatever the code believes about it."""
    found = []
    for name in inspect(connection).get_table_names():
        for column in inspect(connection).get_columns(name):
            if isinstance(column["type"], LargeBinary) or "BYTEA" in str(column["type"]):
                query = text(f"SELECT {column['name']} FROM {name}")
                place = f"{name}.{column['name']}"
                values = connection.execute(query).scalars()
                found += [(place, bytes(value)) for value in values if value is not None]
    return found


def needing_the_old_key(connection: Connection) -> set[str]:
    places = set()
    for place, value in every_token(connection):
        if place not in IN_CLEAR and value != EMPTIED:
            try:
                Fernet(NEW).decrypt(value)
            except InvalidToken:
                places.add(place)
    return places


def one_in_every_column(connection: Connection) -> None:
    """Fill what a day at Marlbridge leaves empty."""
    one_unreadable(connection)
    for table, columns in secrets().items():
        for column in columns:
            if column.nullable:
                connection.execute(update(table).where(column.is_(None)).values({column: "words"}))


async def a_day(play: Play) -> None:
    await play.writes("P01", "he had a good day at the zebra enclosure")
    await play.writes("DO", "I will ask.", reply_to=(await play.last("DO"))["id"])
    await play.at("2026-12-03 15:45")


def test_every_encrypted_column_is_known_and_every_binary_column_is_encrypted_or_named_here():
    found = {
        table.name: {column.name for column in columns} for table, columns in secrets().items()
    }
    assert found == SECRET_COLUMNS
    binary = {
        str(column)
        for table in Table.metadata.sorted_tables
        for column in table.columns
        if type(column.type) is LargeBinary
    }
    assert binary == IN_CLEAR
    assert all(len(table.primary_key.columns) == 1 for table in secrets())


@pytest.mark.thursday
async def test_after_a_rotation_the_old_key_can_go_and_everything_is_read(play: Play):
    await a_day(play)
    await play.database.write(one_unreadable)
    before = [await play.log("P01"), await play.tasks(), await play.phone("DO")]
    both = await reopened(play.database, BOTH)
    assert set(SECRET_COLUMNS) == {
        place.partition(".")[0] for place in await both.read(needing_the_old_key)
    }
    told = await rotate(both, BOTH.mark, NOW)
    assert (told.left, told.unreadable) == (0, 0)
    assert told.anew > 300
    assert await both.read(needing_the_old_key) == set()
    alone = await reopened(both, NEW_ALONE)
    try:
        assert await alone.read(check_keys) == told.anew
        assert await alone.read(audit.first_broken) is None
        after = Play(alone)
        assert [await after.log("P01"), await after.tasks(), await after.phone("DO")] == before
    finally:
        await alone.close()


def one_unreadable(connection: Connection) -> None:
    """Keep what no day of the story brings: a message nobody could read, and what staff write."""
    row = {"at": NOW, "channel": "sms", "reason": "bad bytes", "body": "%FF"}
    connection.execute(insert(Quarantine).values(**row))
    case, task = (connection.execute(select(one.id).limit(1)).scalar_one() for one in (Case, Task))
    staff = connection.execute(select(Staff.person_id).limit(1)).scalar_one()
    on, by = {"case_id": case, "words": "a taxi"}, {"by": "DO", "at": NOW}
    rows = {
        Promise: {**on, "staff_id": staff, "made_by": "DO", "made_at": NOW, "due_on": NOW.date()},
        Decision: {**on, **by, "kind": "action"},
        Passport: {"case_id": case, "fields": {}, "written_by": "PN", "written_on": NOW.date(),
                   "at": NOW},
        TaskClosing: {**by, "task_id": task, "outcome": "watched", "reason": "a", "told": "b",
                      "recorded_in": "cpoms", "reference": "c"},
        Referral: {"ref": "R901", "route": "email", "referrer": "a", "child": "b", "adult": "c",
                   "phone": "d", "reasons": [], "agencies": [], "words": "e", "by": "DO",
                   "received_on": NOW.date(), "at": NOW},
        CaseStatus: {**by, "case_id": case, "status": "engaged", "reason": "a",
                     "from_on": NOW.date()},
        Introduction: {**by, "case_id": case, "agency": "a", "name": "b", "about": "c"},
        FormerUpn: {"case_id": case, "upn": "a", "upn_index": "b", "added_at": NOW},
        PlanStep: {**on, **by, "whose": "family", "agreed_on": NOW.date()},
        AgreedReminder: {**on, **by, "person_id": staff, "days": [], "time_of_day": "18:00"},
        Approval: {**on, "at": NOW, "key": "a", "kind": "days_missed", "staff_id": staff,
                   "about_on": NOW.date(), "not_after": NOW},
        Visit: {"kind": "visit", "state": "offered", "version": 1, "about": "a", "made_at": NOW,
                "made_by": "DO"},
        VisitVersion: {**by, "visit_id": 1, "version": 1, "state": "offered", "minutes": 60,
                       "place": "home", "place_words": "a", "coming": [], "reason": "asked"},
        CaseLabel: {**on, **by, "kind": "visit"},
    }  # fmt: skip
    for table, values in rows.items():
        connection.execute(insert(table).values(**values))


@pytest.mark.thursday
async def test_every_column_that_can_hold_words_is_sealed_anew(sqlite_play: Play):
    await a_day(sqlite_play)
    await sqlite_play.database.write(one_in_every_column)
    both = await reopened(sqlite_play.database, BOTH)
    try:
        everywhere = {
            f"{table}.{name}" for table, names in SECRET_COLUMNS.items() for name in names
        }
        assert await both.read(needing_the_old_key) == everywhere
        await rotate(both, BOTH.mark, NOW)
        assert await both.read(needing_the_old_key) == set()
    finally:
        await both.close()


async def test_a_rotation_that_was_broken_off_goes_on_where_it_was(play: Play):
    both = await reopened(play.database, BOTH)
    try:
        first = await rotate(both, BOTH.mark, NOW, most=1)
        assert 1 <= first.anew <= 2 * BATCH
        assert first.left
        second = await rotate(both, BOTH.mark, NOW)
        third = await rotate(both, BOTH.mark, NOW)
        assert second.left == third.left == third.anew == 0
        assert first.anew + second.anew == await both.read(check_keys)
    finally:
        await both.close()


async def test_a_rotation_is_in_the_audit_and_one_with_nothing_to_do_is_not(database: Database):
    def deeds(connection: Connection) -> list[tuple[Any, ...]]:
        query = text("SELECT who, what, subject FROM audit")
        return [tuple(row) for row in connection.execute(query)]

    await database.write(a_person)
    both = await reopened(database, BOTH)
    try:
        for _twice in "ab":
            await rotate(both, BOTH.mark, NOW)
        assert await both.read(deeds) == [("system", "keys rotate", "1 values")]
    finally:
        await both.close()


async def test_a_service_that_does_not_know_the_new_key_yet_refuses(database: Database):
    with pytest.raises(NotReady, match="Restart it with the new key in front"):
        await rotate(database, BOTH.mark, NOW)
    assert KEYS.mark != BOTH.mark == NEW_ALONE.mark


async def test_a_value_no_key_opens_is_counted_and_left_as_it_is(database: Database):
    strange = Fernet(new_keys()[0]).encrypt(b"whose?")
    person = await database.write(a_person)

    def spoil(connection: Connection) -> None:
        raw = type_coerce(strange, LargeBinary)
        connection.execute(update(Person).where(Person.id == person).values(name=raw))

    await database.write(spoil)
    contact = await database.write(a_contact)
    both = await reopened(database, BOTH)
    try:
        told = await rotate(both, BOTH.mark, NOW)
        assert (told.anew, told.left, told.unreadable) == (1, 0, 1)
        kept = await both.read(lambda c: dict(every_token(c)))
        assert kept["person.name"] == strange
        words = select(Contact.words).where(Contact.id == contact)
        assert await both.read(lambda c: c.execute(words).scalar_one()) == "can you ring me"
        with pytest.raises(NotReady, match="KEYWORKER_KEYS does not open all of it"):
            await both.read(check_keys)
    finally:
        await both.close()


async def test_another_index_key_is_noticed_before_anybody_becomes_a_stranger(play: Play):
    other = open_database(play.database.url, replace(KEYS, index_key=new_keys()[1]))
    try:
        with pytest.raises(NotReady, match="KEYWORKER_INDEX_KEY is not the one"):
            await other.read(check_keys)
    finally:
        await other.close()


def test_a_message_that_has_lost_its_words_needs_no_key():
    assert Outbox.text.type.process_result_value(EMPTIED, None) == ""
