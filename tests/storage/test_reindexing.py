"""A new index key: everybody is found by it, every proof fits it, and nothing else has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, insert, select, text, update

from bot.domain import NotReady
from storage import audit, triggers
from storage.addresses import hold_line, lines_of, people
from storage.calendar_feeds import make_feed
from storage.database import Database, open_database
from storage.invites import make_invite
from storage.keys import new_keys
from storage.reindexing import REMADE, first_changed, reindex
from storage.rotation import check_keys
from storage.tables import Audit, CalendarFeed, Case, Contact, FormerUpn, Invite, Link, Table
from tests.stage import KEYS, Play
from tests.storage.rows import NOW, a_case, a_contact

NEW = replace(KEYS, index_key=new_keys()[1])
SOON = NOW + timedelta(minutes=10)
MADE_WITH_THE_KEY = ("_index", "_proof", "seal")
LEANNE = "+447700900100"
FORMER = "F384000017099"


async def reindexed(database: Database) -> Database:
    await database.write(lambda connection: reindex(connection, NEW, NOW))
    await database.close()
    return open_database(database.url, NEW)


def test_everything_that_is_made_with_the_index_key_is_made_anew():
    """A new column of this kind has to be thought of in `storage.reindexing`, then named there."""
    found = {
        str(column)
        for table in Table.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith(MADE_WITH_THE_KEY)
    }
    assert found == set(REMADE)


async def test_families_are_known_and_the_record_fits_under_the_new_key(play: Play):
    await play.writes("P01", "he had a good day")
    everybody = await play.database.read(people)
    before = [await play.log("P01"), await play.tasks()]
    new = await reindexed(play.database)
    try:
        line = await new.write(lambda c: hold_line(c, "sms", LEANNE, NOW))
        leanne = next(one for one in everybody if one.name == "Leanne Thornton")
        assert line.person_id == leanne.id
        assert line in await new.read(lambda c: lines_of(c, leanne.id))
        assert await new.read(audit.first_broken) is None
        assert await new.read(first_changed) is None
        assert await new.read(check_keys)
        after = Play(new)
        assert [await after.log("P01"), await after.tasks()] == before
        await after.writes("P01", "and he slept")
        assert [row["words"] for row in await after.log("P01")][-1] == "and he slept"
    finally:
        await new.close()


async def test_pupils_are_found_by_their_number_and_not_by_the_old_key(play: Play):
    query = select(Case.upn, Case.upn_index).where(Case.ref == "P01")
    upn, old = await play.database.read(lambda c: c.execute(query).one())
    before = {"case_id": 1, "upn": FORMER, "upn_index": KEYS.index(f"upn:{FORMER}")}
    await play.database.write(lambda c: c.execute(insert(FormerUpn).values(**before, added_at=NOW)))
    new = await reindexed(play.database)
    try:
        _upn, index = await new.read(lambda c: c.execute(query).one())
        assert index == NEW.index(f"upn:{upn}") != old
        former = await new.read(lambda c: c.execute(select(FormerUpn.upn_index)).scalar_one())
        assert former == NEW.index(f"upn:{FORMER}")
    finally:
        await new.close()


async def test_the_triggers_are_all_there_again_and_hold(database: Database):
    contact = await database.write(lambda c: a_contact(c, (a_case(c),)))
    new = await reindexed(database)
    try:
        dialect = "sqlite" if "sqlite" in database.url else "postgresql"
        assert await new.read(triggers.present) == triggers.names(dialect)
        forged = update(Contact).where(Contact.id == contact).values(words_proof="0" * 64)
        with pytest.raises(Exception, match="append-only"):
            await new.write(lambda c: c.execute(forged))
    finally:
        await new.close()


async def test_it_is_in_the_audit_under_the_new_key(database: Database):
    new = await reindexed(database)
    try:
        query = select(Audit.who, Audit.what)
        rows = await new.read(lambda c: c.execute(query).all())
        assert [tuple(row) for row in rows] == [("system", "keys reindex")]
        assert await new.read(audit.first_broken) is None
    finally:
        await new.close()


def behind_the_triggers(connection: Connection, statement: str) -> None:
    triggers.take_off(connection)
    connection.execute(text(statement))
    triggers.put_on(connection)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit SET who = 'nobody'", "Row 1 of the audit"),
        ("UPDATE contact SET words_proof = 'forged'", "words of contact 1 are not"),
    ],
)
async def test_a_record_somebody_has_changed_is_not_made_to_fit(
    database: Database, statement: str, said: str
):
    await database.write(lambda c: a_contact(c, (a_case(c),)))
    await database.write(lambda c: audit.append(c, NOW, "DO", "Pause", "C001"))
    await database.write(partial(behind_the_triggers, statement=statement))
    line = await database.write(lambda c: hold_line(c, "sms", LEANNE, NOW))
    with pytest.raises(NotReady, match=said):
        await database.write(lambda c: reindex(c, NEW, NOW))
    assert await database.write(lambda c: hold_line(c, "sms", LEANNE, NOW)) == line
    dialect = "sqlite" if "sqlite" in database.url else "postgresql"
    assert await database.read(triggers.present) == triggers.names(dialect)


async def test_codes_that_were_on_their_way_let_nobody_in_any_more(play: Play):
    await play.writes("DO", "/link Leanne")
    staff = next(one for one in await play.database.read(people) if one.kind == "staff")
    invited = partial(make_invite, staff_id=staff.id, code="ABCDE12345", now=NOW, expires=SOON)
    await play.database.write(invited)
    await play.database.write(lambda c: make_feed(c, staff.id, "a token", NOW))
    proven = update(Link).values(code_proof="proof", code_until=NOW)
    await play.database.write(lambda c: c.execute(proven))
    new = await reindexed(play.database)
    try:
        used = select(Invite.used_at)
        assert await new.read(lambda c: c.execute(used).scalars().all()) == [NOW]
        feeds = select(CalendarFeed.revoked_at)
        assert await new.read(lambda c: c.execute(feeds).scalars().all()) == [NOW]
        left = select(Link.code_proof, Link.code_until)
        assert set(map(tuple, await new.read(lambda c: c.execute(left).all()))) <= {(None, None)}
    finally:
        await new.close()


async def test_an_erased_contact_keeps_the_proof_it_had(database: Database):
    contact = await database.write(lambda c: a_contact(c, (a_case(c),)))
    marks = {"erased_at": NOW, "erased_by": "HM", "erased_reason": "asked"}
    erased = update(Contact).where(Contact.id == contact)
    gone = erased.values(words=None, words_salt=None, **marks)
    await database.write(lambda c: c.execute(gone))
    proof = select(Contact.words_proof).where(Contact.id == contact)
    before = await database.read(lambda c: c.execute(proof).scalar_one())
    new = await reindexed(database)
    try:
        assert await new.read(lambda c: c.execute(proof).scalar_one()) == before
    finally:
        await new.close()
