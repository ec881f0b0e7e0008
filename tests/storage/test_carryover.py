"""What was stopped, erased or cut off after a backup was made is so again after a restore."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.domain import Inbound, NotReady
from bot.turns import take
from bot.turns.staffing import revoke_staff
from storage.addresses import hold_line, lines_of, mark_line, person_by_ref
from storage.carryover import Again, close_again, read_later
from storage.contacts import by_source
from storage.database import Database, open_database
from storage.keys import new_keys
from storage.received import recall
from storage.referrals import Referred, refer
from storage.tables import (
    Address,
    Case,
    CaseContact,
    Contact,
    Outbox,
    Person,
    Referral,
    Staff,
    Task,
)
from tests.stage import KEYS, Play
from tests.storage.restores import LEANNE, SAID, closed_again
from tests.storage.rows import NOW

LATER = NOW + timedelta(hours=2)
STRANGER = "+447700900177"


async def test_a_family_that_stopped_is_stopped_again_and_so_is_a_stranger(
    play: Play, older: Database
):
    for number in (LEANNE, STRANGER):
        inbound = Inbound("sms", f"stop-{number}", number, "STOP")
        await take(play.database, play.service.taskforce, inbound, play.now)
    told = await closed_again(play, older)
    assert (told.erasures, told.people) == (0, 0)
    assert told.lines >= 2
    for number in (LEANNE, STRANGER):
        line = await older.write(lambda c, n=number: hold_line(c, "sms", n, NOW))
        assert (line.address, line.opted_out_at) == (number, play.now)
    assert await closed_again(play, older) == Again(), "and once is enough"


async def test_a_family_that_came_back_after_the_backup_stays_stopped_until_a_person_sees_to_it(
    play: Play, older: Database
):
    def stopped(connection: Connection) -> None:
        mark_line(connection, hold_line(connection, "sms", LEANNE, NOW).id, opted_out_at=NOW)

    await older.write(stopped)
    await closed_again(play, older)
    line = await older.write(lambda c: hold_line(c, "sms", LEANNE, NOW))
    assert line.opted_out_at == NOW


def erased(connection: Connection, source: str) -> int:
    """Erase one contact as the triggers allow it."""
    contact = by_source(connection, source)
    marks = {"erased_at": LATER, "erased_by": "HM", "erased_reason": "asked for by the family"}
    here = update(Contact).where(Contact.id == contact.id)
    connection.execute(here.values(words=None, words_salt=None, **marks))
    return contact.id


@pytest.mark.parametrize("held", [False, True], ids=["free", "held at the time of the backup"])
async def test_words_that_were_erased_are_erased_again_with_every_copy_of_them(
    play: Play, older: Database, held: bool
):
    contact = await play.database.write(partial(erased, source="sms:in-1"))
    hold = update(Case).where(Case.ref == "P01").values(legal_hold=held)
    await older.write(lambda c: c.execute(hold))
    asked = Referred("family", "the family", "", NOW.date(), words=SAID, contact_id=contact)
    await older.write(lambda c: refer(c, asked, "HM", NOW))
    assert SAID in str(await everything_said(older))
    assert (await closed_again(play, older)).erasures == 1
    query = select(Contact.words, Contact.erased_at, Contact.erased_by).where(Contact.id == contact)
    row = await older.read(lambda c: c.execute(query).one())
    assert tuple(row) == (None, LATER, "HM")
    assert SAID not in str(await everything_said(older))
    kept = select(Case.legal_hold).where(Case.ref == "P01")
    assert await older.read(lambda c: c.execute(kept).scalar_one()) is held


async def everything_said(database: Database) -> list[Any]:
    """Every word in the log, in tasks, in referrals and in messages."""
    kept = (select(Contact.words), select(Task.words), select(Referral.words))
    queries = (*kept, select(Outbox.text, Outbox.behind))
    return [await database.read(lambda c, q=query: c.execute(q).all()) for query in queries]


async def test_a_contact_of_another_moment_with_the_same_number_keeps_its_words(
    play: Play, older: Database
):
    await play.database.write(partial(erased, source="sms:in-1"))
    later = await play.database.read(read_later)
    (row,) = later.erased
    moment = row.recorded_at + timedelta(seconds=1)
    moved = SimpleNamespace(**{**row._mapping, "recorded_at": moment})
    again = await older.write(lambda c: close_again(c, replace(later, erased=(moved,))))
    assert again.erasures == 0
    assert SAID in str(await everything_said(older))


async def test_a_leaver_stays_out_and_so_does_their_chat(play: Play, older: Database):
    await revoke_staff(play.database, play.service.taskforce, "DO", play.now)
    told = await closed_again(play, older)
    assert told.people == 1
    dani = await older.read(lambda c: person_by_ref(c, "DO"))
    active = select(Staff.active).where(Staff.person_id == dani.id)
    assert await older.read(lambda c: c.execute(active).scalar_one()) is False
    lines = await older.read(lambda c: lines_of(c, dani.id))
    assert {line.channel for line in lines} <= {"sms"}


async def test_who_must_not_be_used_and_which_case_is_over_held_or_paused_stays_so(
    play: Play, older: Database
):
    def decided(connection: Connection) -> None:
        ends = {"status": "completed", "legal_hold": True, "paused_until": LATER}
        connection.execute(update(Case).where(Case.ref == "P01").values(**ends))
        case = select(Case.id).where(Case.ref == "P02").scalar_subquery()
        connection.execute(
            update(CaseContact).where(CaseContact.case_id == case).values(do_not_use=True)
        )

    def stands(connection: Connection) -> tuple[Any, ...]:
        case = select(Case.status, Case.legal_hold, Case.paused_until).where(Case.ref == "P01")
        ties = select(CaseContact.do_not_use).join(Case, Case.id == CaseContact.case_id)
        second = connection.execute(ties.where(Case.ref == "P02")).scalars().all()
        return (*connection.execute(case).one(), set(second))

    assert await older.read(stands) == ("engaged", False, None, {False})
    await play.database.write(decided)
    assert (await closed_again(play, older)).people >= 1
    assert await older.read(stands) == ("completed", True, LATER, {True})


async def test_a_service_that_was_paused_for_all_is_paused_again(play: Play, older: Database):
    await play.writes("DO", "/pause all")
    assert not await older.read(lambda c: recall(c, "all_paused"))
    await closed_again(play, older)
    assert await older.read(lambda c: recall(c, "all_paused")) == "yes"


@pytest.mark.parametrize(
    "keys",
    [replace(KEYS, index_key=new_keys()[1]), replace(KEYS, seals=(new_keys()[0],))],
    ids=["another index key", "another encryption key"],
)
async def test_a_database_kept_with_other_keys_says_nothing_that_could_be_carried_over(
    play: Play, keys: Any
):
    other = open_database(play.database.url, keys)
    try:
        with pytest.raises(NotReady, match="KEYWORKER_"):
            await other.read(read_later)
    finally:
        await other.close()


def passed_on(connection: Connection) -> None:
    """Leanne's number is Marta's since."""
    marta = select(Person.id).where(Person.ref == "C002")
    line = hold_line(connection, "sms", LEANNE, NOW)
    mark_line(connection, line.id, person_id=connection.execute(marta).scalar_one())


async def test_a_number_that_is_somebody_else_s_since_is_nobody_s_and_not_written_to(
    play: Play, older: Database
):
    await play.database.write(passed_on)
    told = await closed_again(play, older)
    assert (told.passed_on, told.lines) == (1, 0)
    line = await older.write(lambda c: hold_line(c, "sms", LEANNE, NOW))
    assert (line.person_id, line.proven_at) == (None, None)
    assert await closed_again(play, older) == Again(), "and once is enough"


async def test_a_number_stays_with_whoever_had_it_all_along_whatever_their_row_is_called(
    play: Play, older: Database
):
    """People are the same by their reference; how their rows are numbered says nothing."""
    later = await play.database.read(read_later)
    assert {row.person for row in later.lines} >= {"C001", "DO"}
    assert (await closed_again(play, older)).passed_on == 0
    line = await older.write(lambda c: hold_line(c, "sms", LEANNE, NOW))
    assert line.person_id is not None


async def test_nobody_who_was_never_stopped_is_put_on_record(play: Play, older: Database):
    count = select(Address.id)
    before = await older.read(lambda c: len(c.execute(count).all()))
    await play.writes("unknown", "hello?")
    await closed_again(play, older)
    assert await older.read(lambda c: len(c.execute(count).all())) == before
