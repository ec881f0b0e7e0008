"""What was said, told or audited stays: the database itself refuses to change or delete it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text, update
from sqlalchemy.exc import DBAPIError

from storage import audit, triggers
from storage.database import Database
from storage.receipts import note_event
from storage.tables import Audit, Case, Contact, ContactCase, DeliveryEvent, Table
from tests.stage import KEYS
from tests.storage.rows import NOW, a_case, a_contact, a_letter, a_line, a_person

TABLES = {"contact": Contact, "contact_case": ContactCase, "audit": Audit,
          "delivery_event": DeliveryEvent}  # fmt: skip
LATER = NOW + timedelta(days=30)
ERASED = {"words": None, "words_salt": None, "erased_at": LATER, "erased_by": "HM",
          "erased_reason": "asked for by the family"}  # fmt: skip
# Another value for every column, one that would be allowed by the tables themselves.
OTHER: dict[str, dict[str, Any]] = {
    "contact": {
        "id": 77, "occurred_at": LATER, "recorded_at": LATER, "person_id": None,
        "address_id": None, "direction": "outbound", "mode": "letter", "done_by": "DO",
        "recorded_by": "DO", "purpose": "check_in", "attempt_result": "no_answer",
        "language": "pl", "sensitivity": "safeguarding", "out_of_hours": True,
        "answering": "check_in", "source": "elsewhere", "outbox_id": None, "amends": 1,
        "words_proof": "0" * 64, "erased_at": LATER, "erased_by": "HM", "erased_reason": "why not",
    },
    "contact_case": {"id": 77, "contact_id": 2, "case_id": 2},
    "audit": {"id": 77, "at": LATER, "who": "MB", "what": "Pause", "subject": "C002",
              "seal": "0" * 64},
    "delivery_event": {"id": 77, "outbox_ref": "other", "at": LATER, "status": "failed",
                       "code": "30003", "external_id": "SM2"},
}  # fmt: skip
FREE = {"contact": {"words", "words_salt"}, "contact_case": {"ended_at", "ended_reason"}}


def fill(connection: Connection) -> None:
    """One row in each protected table, and a second of what they point to."""
    case, _other = a_case(connection), a_case(connection, "P02")
    person = a_person(connection)
    line = a_line(connection, "+447700900123", person)
    letter = a_letter(connection, line, "one")
    a_contact(connection, (case,), person_id=person, address_id=line, outbox_id=letter)
    a_contact(connection)
    note_event(connection, "ref", "SM1", "delivered", "", NOW)
    audit.append(connection, NOW, "DO", "StartCover", "self")


@pytest.fixture
async def filled(database: Database) -> Database:
    await database.write(fill)
    return database


async def refused(database: Database, statement: Any) -> None:
    """The statement is refused by a trigger of ours, and by nothing else."""
    with pytest.raises(DBAPIError) as fault:
        await database.write(lambda c: c.execute(statement))
    assert "append-only" in str(fault.value), str(statement)


def everything(connection: Connection) -> list[tuple[Any, ...]]:
    return [tuple(row) for table in TABLES for row in
            connection.execute(text(f"SELECT * FROM {table} ORDER BY id"))]  # fmt: skip


async def test_no_row_is_ever_deleted(filled: Database):
    before = await filled.read(everything)
    for table in TABLES:
        await refused(filled, text(f"DELETE FROM {table}"))
        await refused(filled, text(f"DELETE FROM {table} WHERE id = 1"))
    assert await filled.read(everything) == before


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_no_table_is_ever_emptied(filled: Database):
    for table in TABLES:
        await refused(filled, text(f"TRUNCATE {table} CASCADE"))
    await refused(filled, text("TRUNCATE person, cases, outbox CASCADE"))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_no_row_is_ever_replaced(filled: Database):
    """SQLite would delete the old row without a word, past every trigger."""
    before = await filled.read(everything)
    for table in TABLES:
        names = ", ".join(column.name for column in Table.metadata.tables[table].columns)
        same = f"INSERT OR REPLACE INTO {table} ({names}) SELECT {names} FROM {table} WHERE id = 1"
        await refused(filled, text(same))
    assert await filled.read(everything) == before


async def test_no_column_is_ever_changed(filled: Database):
    before = await filled.read(everything)
    for table, kept in TABLES.items():
        for column, value in OTHER[table].items():
            await refused(filled, update(kept).where(kept.id == 1).values({column: value}))
    assert await filled.read(everything) == before


def test_every_column_is_either_protected_here_or_free_on_purpose():
    for table, kept in TABLES.items():
        columns = {column.name for column in kept.__table__.columns}
        assert columns == set(OTHER[table]) | FREE.get(table, set()), table


async def test_words_may_be_encrypted_anew(filled: Database):
    def rotate(connection: Connection) -> bytes:
        before = connection.execute(text("SELECT words FROM contact WHERE id = 1")).scalar_one()
        words = KEYS.unseal(before)
        connection.execute(update(Contact).where(Contact.id == 1).values(words=words))
        return bytes(before)

    before = await filled.write(rotate)
    query = text("SELECT words FROM contact WHERE id = 1")
    after = bytes(await filled.read(lambda c: c.execute(query).scalar_one()))
    assert after != before
    assert KEYS.unseal(after) == KEYS.unseal(before) == "can you ring me"


def contact(**values: Any) -> Any:
    return update(Contact).where(Contact.id == 1).values(**values)


async def test_words_may_go_together_with_who_erased_them_when_and_why(filled: Database):
    await filled.write(lambda c: c.execute(contact(**ERASED)))
    row = await filled.read(lambda c: c.execute(text("SELECT * FROM contact WHERE id = 1")).one())
    assert (row.words, row.words_salt, row.erased_by) == (None, None, "HM")
    assert row.words_proof, "what was erased can still be proven, if somebody has the words"


async def test_words_never_go_without_a_name_a_time_and_a_reason(filled: Database):
    for missing in ("erased_at", "erased_by", "erased_reason"):
        await refused(filled, contact(**{**ERASED, missing: None}))
    await refused(filled, contact(words=None, words_salt=None))


async def test_an_empty_reason_is_no_reason_and_the_salt_goes_with_the_words(filled: Database):
    await refused(filled, contact(**{**ERASED, "erased_reason": ""}))
    await refused(filled, contact(**{**ERASED, "words_salt": b"kept"}))


async def test_nothing_is_marked_erased_while_its_words_stand(filled: Database):
    await refused(filled, contact(erased_at=LATER, erased_by="HM", erased_reason="not really"))


async def test_what_was_erased_stays_erased_and_so_does_who_did_it(filled: Database):
    await filled.write(lambda c: c.execute(contact(**ERASED)))
    nothing = {"erased_at": None, "erased_by": None, "erased_reason": None}
    changes: tuple[dict[str, Any], ...] = (
        {"words": "other words", "words_salt": b"salt"}, {"words_salt": b"salt"},
        {"erased_at": None}, {"erased_at": NOW}, {"erased_by": "DO"}, {"erased_by": None},
        {"erased_reason": "another"}, {"erased_reason": None}, {"words": "back", **nothing},
        nothing,
    )  # fmt: skip
    for change in changes:
        await refused(filled, contact(**change))


async def test_words_under_a_legal_hold_are_never_erased(filled: Database):
    def hold(on: bool):
        return lambda c: c.execute(update(Case).where(Case.ref == "P01").values(legal_hold=on))

    await filled.write(hold(True))
    await refused(filled, contact(**ERASED))
    ended = {"ended_at": LATER, "ended_reason": "linked in error"}
    await filled.write(lambda c: c.execute(update(ContactCase).values(**ended)))
    await refused(filled, contact(**ERASED))
    await filled.write(hold(False))
    await filled.write(lambda c: c.execute(contact(**ERASED)))


async def test_a_link_made_in_error_is_ended_and_another_made(filled: Database):
    def relink(connection: Connection) -> None:
        ended = {"ended_at": LATER, "ended_reason": "another family's message"}
        connection.execute(update(ContactCase).values(**ended))
        connection.execute(insert(ContactCase).values(contact_id=1, case_id=2))

    await filled.write(relink)


async def test_the_triggers_can_be_taken_off_and_put_back(filled: Database):
    dialect = "sqlite" if "sqlite" in filled.url else "postgresql"
    await filled.write(triggers.take_off)
    assert await filled.read(triggers.present) == ()
    await filled.write(triggers.put_on)
    assert await filled.read(triggers.present) == triggers.names(dialect)
    await refused(filled, text("DELETE FROM contact"))
