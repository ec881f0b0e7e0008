"""Many families and long logs, filled by the database itself: a million takes a minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Connection, bindparam, insert, select, text, update

from bot.flows.base import State
from storage.columns import Secret, SecretJson, UtcTime, keys_of
from storage.outbox import IS_OPEN, Letter, put
from storage.tables import Address, Case, Conversation, Outbox, School, Staff, core

FAR = datetime(2027, 6, 1, 14, 0, tzinfo=UTC)
SCHOOL = "Marl Beck Academy"
WEEKDAYS = range(5)
FIRST = 10_000_000  # the bench's own rows are numbered from here; pupils from twice as far
NO_RULES: Mapping[str, Any] = {"days": [], "hours": None, "avoid": []}
TYPES: Mapping[str, Any] = {
    "now": UtcTime, "at": UtcTime, "name": Secret, "number": Secret, "words": Secret,
    "rules": SecretJson, "none": JSON,
}  # fmt: skip

FAMILIES = (
    """INSERT INTO person (id, ref, kind, name, language, shared_phone, discreet, turns, created_at)
    SELECT {first} + i, 'F' || i, 'carer', :name, 'en', false, false, 0, :now FROM n""",
    """INSERT INTO person (id, ref, kind, name, language, shared_phone, discreet, turns, created_at)
    SELECT 2 * {first} + i, 'U' || i, 'pupil', :name, 'en', false, false, 0, :now FROM n""",
    """INSERT INTO address (id, person_id, channel, address, address_index, added_at, proven_at)
    SELECT {first} + i, {first} + i, 'sms', :number, 'F' || i, :now, :now FROM n""",
    """INSERT INTO cases (id, ref, pupil_id, year, tier, status, sen, fsm, csc, registration,
        home_school, placement_week, legal_hold)
    SELECT {first} + i, 'U' || i, 2 * {first} + i, 9, 2, 'engaged', 'K', false, 'none', 'single',
        'Marl Beck Academy', 1, false FROM n""",
    """INSERT INTO case_contact (case_id, person_id, relation, parental_responsibility, priority,
        do_not_use, rules, copy_only, prefers, needs, rules_missing)
    SELECT {first} + i, {first} + i, 'mother', true, 1, false, :rules, false, :none, :none, false
    FROM n""",
    """INSERT INTO allocation (case_id, staff_id, role, from_on)
    SELECT {first} + i, {worker}, 'key_worker', {day} FROM n""",
    """INSERT INTO due (job, subject, turn, at) SELECT 'check_in', 'F' || i, 0, :at FROM n""",
)
CONTACTS = (
    """INSERT INTO contact (id, occurred_at, recorded_at, person_id, address_id, direction, mode,
        done_by, recorded_by, purpose, language, sensitivity, out_of_hours, source, words,
        words_proof)
    SELECT {first} + i, {moment}, {moment}, {first} + 1 + i % {homes}, {first} + 1 + i % {homes},
        CASE (i / {homes}) % 3 WHEN 1 THEN 'inbound' ELSE 'outbound' END, 'sms', 'system',
        'system', 'check_in', 'en', 'team', false, 'bench:' || i, :words, 'proof' FROM n""",
    """INSERT INTO contact_case (contact_id, case_id)
    SELECT {first} + i, {first} + 1 + i % {homes} FROM n""",
)

REGISTER = """INSERT INTO register_import (id, at, by, source, digest, marks, new, corrected)
    SELECT {first}, :now, 'folder', 'folder', 'bench', 0, 0, 0 FROM n"""
ON_ROLL = """INSERT INTO on_roll (case_id, school_id, kind, from_on)
    SELECT {first} + i, {school}, 'single', {day} FROM n"""
MARKED = """INSERT INTO session_mark (case_id, school_id, day, half, code, import_id)
    SELECT {first} + i, {school}, {day}, '{half}', '{code}', {first} FROM n"""


def families(connection: Connection, count: int, now: datetime) -> None:
    """Put families on record, each with a number, a child, a key worker, and a far check-in."""
    staff = _whole_week(connection)
    cases = " ".join(f"WHEN {place} THEN {ref}" for place, ref in enumerate(staff))
    shown = {
        "worker": f"CASE i % {len(staff)} {cases} END",
        "day": "CAST('2026-09-01' AS DATE)" if _postgres(connection) else "'2026-09-01'",
    }
    given = {"now": now, "at": FAR, "name": "Leanne Thornton", "number": "+447700900100"}
    for statement in FAMILIES:
        _run(connection, statement, range(1, count + 1), shown, given)
    settled(connection)


def _whole_week(connection: Connection) -> list[int]:
    """List the staff who are there from morning to evening on Tuesdays and Thursdays."""
    found = connection.execute(select(Staff.person_id, Staff.hours).where(Staff.active))
    return [
        row.person_id
        for row in found
        if all(day in row.hours and row.hours[day][1] >= "17:00" for day in ("1", "3"))
    ]


def registers(connection: Connection, count: int, now: datetime, absent: int) -> None:
    """Put the families' children on a register; the first ones are not in this morning.

    The absent have marks of two weeks, the others of today and the day before: a year of theirs
    would fill the disk and not be read either.
    """
    here = select(School.id).where(School.name == SCHOOL)
    school = connection.execute(here).scalar_one()

    def put_down(statement: str, numbers: range, day: date, **shown: object) -> None:
        written = f"CAST('{day}' AS DATE)" if _postgres(connection) else f"'{day}'"
        _run(connection, statement, numbers, {"school": school, "day": written, **shown}, given)

    given, today, everybody = {"now": now}, now.date(), range(1, count + 1)
    put_down(REGISTER, range(1, 2), today)
    put_down(ON_ROLL, everybody, date(2025, 9, 1))
    put_down(MARKED, range(1, absent + 1), today, half="am", code="N")
    put_down(MARKED, range(absent + 1, count + 1), today, half="am", code="/")
    for back in range(1, 15):
        day = today - timedelta(days=back)
        if day.weekday() in WEEKDAYS:
            marked = everybody if back == 1 else range(1, absent + 1)
            put_down(MARKED, marked, day, half="am", code="/")
            put_down(MARKED, marked, day, half="pm", code="\\")
    settled(connection)


def pupils_named(connection: Connection, upns: Sequence[str]) -> None:
    """Give the first children a UPN each."""
    index = keys_of(connection).index
    here = Case.id == bindparam("here")
    named = [{"here": FIRST + i, "x": index(f"upn:{upn}")} for i, upn in enumerate(upns, 1)]
    connection.execute(update(core(Case)).where(here).values(upn_index=bindparam("x")), named)


def contacts(connection: Connection, numbers: range, homes: int, now: datetime) -> None:
    """Fill the contact log: every family has three contacts in every week, going back from now."""
    step = timedelta(days=7) / (3 * homes)
    words = "he was late on Monday but he went in, and he says maths was all right this time"
    shown = {"homes": homes, "moment": _moment(connection, step)}
    for statement in CONTACTS:
        _run(connection, statement, numbers, shown, {"now": now, "words": words})


def messages(connection: Connection, numbers: range, homes: int, now: datetime) -> None:
    """Let automatic messages wait for as many homes, due now."""
    words = "Hi Leanne, this is Dani's weekly check-in text. How has Kai's week been?"
    for number in numbers:
        home = FIRST + 1 + number % homes
        letter = Letter(
            key=f"bench:{number}", address_id=home, person_id=home, kind="proactive",
            purpose="check_in", language="en", text=words, at=now, due_at=now,
        )  # fmt: skip
        put(connection, letter)
    settled(connection)


def callers(connection: Connection, count: int, now: datetime) -> None:
    """Give the first families numbers of their own, and each an open check-in to answer."""
    ring = keys_of(connection)
    numbers = [(FIRST + i, number_of(i)) for i in range(1, count + 1)]
    here = Address.id == bindparam("here")
    connection.execute(
        update(Address).where(here).values(address=bindparam("a"), address_index=bindparam("x")),
        [{"here": i, "a": n, "x": ring.index(f"sms:{n}")} for i, n in numbers],
    )
    rows = [
        {"person_id": FIRST + i, "flow": "check_in", "state": _open(i), "asked_at": now}
        for i in range(1, count + 1)
    ]
    connection.execute(insert(Conversation), rows)
    settled(connection)


def number_of(i: int) -> str:
    """Give the i-th family its number."""
    return f"+4477{i:08d}"


def some_wait(connection: Connection) -> bool:
    """Say whether any of the bench's messages is still to be sent, by the index of what is open."""
    waits = select(Outbox.id).where(IS_OPEN, Outbox.key.startswith("bench:")).limit(1)
    return connection.execute(waits).first() is not None


def unsent(connection: Connection) -> bool:
    """Say whether any of the bench's messages ended otherwise than sent."""
    other = select(Outbox.id).where(Outbox.key.startswith("bench:"), Outbox.status != "sent")
    return connection.execute(other.limit(1)).first() is not None


def settled(connection: Connection) -> None:
    """Let PostgreSQL know what its tables now hold, as it finds out by itself in a minute."""
    if _postgres(connection):
        connection.execute(text("ANALYZE"))


def _open(i: int) -> dict[str, Any]:
    return asdict(State("check_in", 1, "week", 1, offered=("good", "ok", "hard"), cases=(f"U{i}",)))


def _run(
    connection: Connection,
    statement: str,
    numbers: range,
    shown: Mapping[str, object],
    given: Mapping[str, object],
) -> None:
    if _postgres(connection):  # their foreign keys hold by the way they are made
        connection.execute(text("SET LOCAL session_replication_role = replica"))
    written = _series(connection, numbers) + statement.format(first=FIRST, **shown)
    values = {"none": [], "rules": NO_RULES, **given}
    used = {name: value for name, value in values.items() if f":{name}" in written}
    bound: list[Any] = [bindparam(name, value, type_=TYPES[name]) for name, value in used.items()]
    connection.execute(text(written).bindparams(*bound))


def _series(connection: Connection, numbers: range) -> str:
    first, last = numbers.start, numbers.stop - 1
    if _postgres(connection):
        return f"WITH n(i) AS (SELECT generate_series({first}, {last})) "
    return (
        f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) "
    )


def _moment(connection: Connection, step: timedelta) -> str:
    """Write in SQL: so many steps before now."""
    seconds = step.total_seconds()
    if _postgres(connection):
        return f"CAST(:now AS timestamptz) - (i * {seconds!r}) * interval '1 second'"
    return f"strftime('%Y-%m-%d %H:%M:%f000', julianday(:now) - i * {seconds / 86400!r})"


def _postgres(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"
