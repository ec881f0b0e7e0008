"""What is of no more use is let go; the contact log and what is open stand."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, LargeBinary, func, insert, select, type_coerce, update

from bot.rules.practice import Retention
from storage.database import Database
from storage.received import recall
from storage.retention import EMPTIED_TO, ENDED, prune
from storage.tables import (
    CalendarFeed,
    Case,
    CaseContact,
    Contact,
    DeliveryEvent,
    Invite,
    Knock,
    Link,
    Outbox,
    Quarantine,
    Received,
    SignIn,
    StaffSession,
    Visit,
    VisitLink,
)
from tests.stage import Play
from tests.storage.rows import NOW, a_contact, a_home, a_letter, a_line, a_person, set_status

DAY = timedelta(days=1)
KEPT = Retention()
MANY = 500
WORDS = "the words that left"


def count(connection: Connection, table: Any) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def pruned(connection: Connection, now=NOW, limit: int = MANY) -> int:
    return prune(connection, KEPT, now, limit)


def a_visit(connection: Connection) -> int:
    row = {"kind": "visit", "state": "over", "version": 1, "about": "", "made_by": "DO"}
    made = insert(Visit).values(**row, made_at=NOW).returning(Visit.id)
    return connection.execute(made).scalar_one()


def one_of_each(connection: Connection, age: timedelta, name: str) -> None:
    """What came in, knocked and was ended so long ago."""
    person, at = a_person(connection, f"C-{name}"), NOW - age
    line = a_line(connection, f"+4477009{len(name):05}", person)
    rows: dict[Any, dict[str, Any]] = {
        Received: {"channel": "sms", "external_id": name, "at": at},
        Knock: {"address_id": line, "kind": "start", "at": at},
        Quarantine: {"at": at, "channel": "sms", "reason": "bad bytes", "body": "%FF"},
        Link: {"token_hash": name, "person_id": person, "made_by": "DO", "made_at": at,
               "expires_at": NOW + DAY, "wrong_codes": 0, "ended_at": at},
        Invite: {"staff_id": person, "code_proof": name, "made_at": at,
                 "expires_at": NOW + DAY, "used_at": at},
        SignIn: {"staff_id": person, "code_proof": name, "made_at": at, "expires_at": at,
                 "wrong_codes": 0},
        CalendarFeed: {"staff_id": person, "token_index": name, "made_at": at, "revoked_at": at},
        VisitLink: {"visit_id": a_visit(connection), "person_id": person, "token_index": name,
                    "made_at": at, "until": NOW + DAY, "revoked_at": at},
        StaffSession: {"token_hash": name, "staff_id": person, "made_at": at, "expires_at": at,
                       "confirmed_at": at},
    }  # fmt: skip
    for table, row in rows.items():
        connection.execute(insert(table).values(**row))


TABLES = {Received: 35, Knock: 7, Quarantine: 30, Link: 30, Invite: 30, SignIn: 30,
          StaffSession: 30, CalendarFeed: 30, VisitLink: 30}  # fmt: skip


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__tablename__)
async def test_each_kind_goes_when_it_is_old_enough_and_not_a_moment_sooner(
    database: Database, table: Any
):
    age = TABLES[table] * DAY
    await database.write(lambda c: one_of_each(c, age, "just not"))
    await database.write(lambda c: one_of_each(c, age + timedelta(seconds=1), "old"))
    await database.write(pruned)
    assert await database.read(lambda c: count(c, table)) == 1


async def test_links_and_codes_nobody_used_go_when_they_have_long_run_out(database: Database):
    def unused(connection: Connection) -> None:
        one_of_each(connection, timedelta(), "new")
        for table, column in ((Link, Link.ended_at), (Invite, Invite.used_at)):
            old = {column: None, table.expires_at: NOW - 31 * DAY}
            connection.execute(update(table).values(old))

    await database.write(unused)
    await database.write(pruned)
    assert [await database.read(lambda c, t=t: count(c, t)) for t in (Link, Invite)] == [0, 0]


async def test_a_familys_link_to_a_visit_goes_when_it_has_long_run_out(database: Database):
    def run_out(connection: Connection) -> None:
        one_of_each(connection, timedelta(), "new")
        old = {"revoked_at": None, "until": NOW - 31 * DAY}
        connection.execute(update(VisitLink).values(**old))
        connection.execute(update(CalendarFeed).values(revoked_at=None))

    await database.write(run_out)
    await database.write(partial(pruned, now=NOW))
    kept = [await database.read(lambda c, t=t: count(c, t)) for t in (VisitLink, CalendarFeed)]
    assert kept == [0, 1], "the calendar a worker still reads stays, however old it is"


async def test_much_goes_a_little_at_a_time(database: Database):
    def fill(connection: Connection) -> None:
        rows = [{"channel": "sms", "external_id": f"{n}", "at": NOW - 36 * DAY} for n in range(25)]
        connection.execute(insert(Received), rows)

    await database.write(fill)
    went = [await database.write(partial(pruned, limit=10)) for _ in range(4)]
    assert went == [10, 10, 5, 0]


def ended(connection: Connection, home: Any, status: str, age: timedelta, **changes: Any) -> int:
    """A message of which all has been said so long ago."""
    at = NOW - age
    given = {"text": WORDS, "choices": (("1", "Good"),), "after": "Reply any time.",
             "recipe": {"sentence": "x"}, "qr": "https://t.me/x", "behind": WORDS}  # fmt: skip
    key = f"{status}-{home.line}-{age}"
    moments = {"at": at, "due_at": at, "person_id": home.person}
    letter = a_letter(connection, home.line, key, **{**given, **moments, **changes})
    set_status(connection, letter, status, sent_at=at)
    return letter


def stands(connection: Connection, letter: int) -> tuple[Any, ...]:
    query = select(
        Outbox.text, Outbox.choices, Outbox.after, Outbox.recipe, Outbox.qr, Outbox.behind
    ).where(Outbox.id == letter)
    return tuple(connection.execute(query).one())


def sealed(connection: Connection, letter: int) -> bytes:
    raw = type_coerce(Outbox.text, LargeBinary)
    return bytes(connection.execute(select(raw).where(Outbox.id == letter)).scalar_one())


NOTHING = ("", [], "", None, None, None)


async def test_a_message_that_ended_a_month_ago_has_no_words_and_the_log_has_them(
    database: Database,
):
    home = await database.write(lambda c: a_home(c, 1))
    letter = await database.write(lambda c: ended(c, home, "delivered", 31 * DAY))
    contact = await database.write(
        lambda c: a_contact(c, words=WORDS, outbox_id=letter, direction="outbound")
    )
    assert await database.write(pruned) == 1
    assert await database.read(lambda c: stands(c, letter)) == NOTHING
    assert await database.read(lambda c: sealed(c, letter)) == b""
    words = select(Contact.words).where(Contact.id == contact)
    assert await database.read(lambda c: c.execute(words).scalar_one()) == WORDS
    assert await database.write(pruned) == 0, "and it is not looked at again"


@pytest.mark.parametrize("status", ENDED)
async def test_every_end_is_an_end(database: Database, status: str):
    home = await database.write(lambda c: a_home(c, 1))
    letter = await database.write(lambda c: ended(c, home, status, 31 * DAY))
    await database.write(pruned)
    assert await database.read(lambda c: stands(c, letter)) == NOTHING


@pytest.mark.parametrize("status", ["waiting", "held", "sending", "uncertain"])
async def test_a_message_of_which_something_may_still_come_keeps_its_words(
    database: Database, status: str
):
    home = await database.write(lambda c: a_home(c, 1))
    letter = await database.write(lambda c: ended(c, home, status, 400 * DAY))
    await database.write(pruned)
    assert (await database.read(lambda c: stands(c, letter)))[0] == WORDS


@pytest.mark.parametrize("young", ["created_at", "due_at", "sent_at"])
async def test_a_month_is_counted_from_the_last_thing_that_happened(database: Database, young: str):
    home = await database.write(lambda c: a_home(c, 1))
    letter = await database.write(lambda c: ended(c, home, "sent", 400 * DAY))
    lately = NOW - 29 * DAY
    await database.write(lambda c: set_status(c, letter, "sent", **{young: lately}))
    await database.write(pruned)
    assert (await database.read(lambda c: stands(c, letter)))[0] == WORDS
    await database.write(lambda c: pruned(c, NOW + 2 * DAY))
    assert await database.read(lambda c: stands(c, letter)) == NOTHING


@pytest.mark.parametrize("whose", ["the carer's", "the pupil's", "about the carer"])
async def test_what_is_held_for_a_court_keeps_its_words_until_the_hold_is_lifted(
    database: Database, whose: str
):
    home = await database.write(lambda c: a_home(c, 1))
    pupil = await database.read(lambda c: c.execute(select(Case.pupil_id)).scalar_one())
    staff = await database.write(lambda c: a_person(c, "DO", "staff"))
    who = {
        "the carer's": {},
        "the pupil's": {"person_id": pupil},
        "about the carer": {"person_id": staff, "about_id": home.person},
    }
    letter = await database.write(lambda c: ended(c, home, "sent", 400 * DAY, **who[whose]))
    other = await database.write(lambda c: ended(c, a_home(c, 2), "sent", 400 * DAY))
    held = update(Case).where(Case.ref == "R1").values(legal_hold=True)
    await database.write(lambda c: c.execute(held))
    assert await database.write(pruned) == 1
    assert (await database.read(lambda c: stands(c, letter)))[0] == WORDS
    assert await database.read(lambda c: stands(c, other)) == NOTHING
    await database.write(lambda c: c.execute(update(Case).values(legal_hold=False)))
    assert await database.write(pruned) == 1
    assert await database.read(lambda c: stands(c, letter)) == NOTHING


async def test_only_messages_that_may_have_words_are_looked_at(database: Database):
    """Cost follows what is due: a mark says up to which message all are empty."""

    def fill(connection: Connection) -> list[int]:
        homes = [a_home(connection, number) for number in range(3)]
        old = [ended(connection, home, "sent", 31 * DAY) for home in homes]
        return [*old, ended(connection, homes[0], "sent", DAY)]

    def mark(connection: Connection) -> int:
        return int(recall(connection, EMPTIED_TO) or 0)

    letters = await database.write(fill)
    await database.write(partial(pruned, limit=2))
    assert await database.read(mark) == letters[1]
    await database.write(pruned)
    assert await database.read(mark) == letters[2] == letters[3] - 1


async def test_receipts_and_families_are_no_part_of_it(sqlite_play: Play):
    database = sqlite_play.database
    tables = (Contact, DeliveryEvent, CaseContact, Case)
    before = [await database.read(lambda c, t=t: count(c, t)) for t in tables]
    await database.write(lambda c: pruned(c, NOW + 4000 * DAY))
    assert [await database.read(lambda c, t=t: count(c, t)) for t in tables] == before
