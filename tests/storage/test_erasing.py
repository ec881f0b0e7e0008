"""Words that are erased are gone from everywhere the service had put them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from bot.domain import Inbound
from bot.rules.visits import NewVisit, Plan
from bot.turns import take
from storage import outbox
from storage.booking import make_visit
from storage.cases import case_ids
from storage.contacts import by_source
from storage.erasing import Erasure, erase
from storage.plans import NewStep, add_step
from storage.tables import (
    AgreedReminder,
    Approval,
    CaseLabel,
    Contact,
    Conversation,
    DeskEntry,
    Outbox,
    PlanStep,
    Task,
)
from storage.tables.base import Table
from tests.stage import Play
from tests.storage.restores import LEANNE
from tests.turns.test_approvals import asked, half_term_begins

SAID = "he slept at his cousin's and will not say why"
CHANGED = "he slept at home after all"


def holding(connection: Connection, words: str) -> set[str]:
    """The tables in which words stand, as whoever has the keys reads them."""
    tables = Table.metadata.sorted_tables
    rows: list[tuple[str, Any]] = [(t.name, connection.execute(select(t)).all()) for t in tables]
    return {name for name, found in rows if words in str(found)}


async def hears(play: Play, number: str, words: str, **more: str) -> None:
    said = Inbound("sms", number, LEANNE, words, **more)
    await take(play.database, play.service.taskforce, said, play.now)
    await play.service.settle()


async def test_of_a_changed_message_the_first_words_can_be_erased_and_the_second_stay(play: Play):
    def erased(connection: Connection) -> int:
        first = select(Contact.id).where(Contact.source == "sms:in-1")
        mark = Erasure(play.now, "HM", "asked for by the family")
        return erase(connection, {connection.execute(first).scalar_one(): mark})

    def left(connection: Connection) -> tuple[str, str | None]:
        changed = by_source(connection, "sms:in-1")
        query = select(Task.words).where(Task.contact_id == changed.id)
        return connection.execute(query).scalar_one(), changed.words

    await play.at("2026-11-30 14:00")
    await hears(play, "in-1", SAID)
    await play.at("2026-11-30 16:30")  # a digest in between
    await hears(play, "in-2", CHANGED, amends="in-1")
    await play.writes("DO", "/case P01")
    assert await play.database.read(lambda c: holding(c, SAID)) == {"contact", "outbox", "task"}
    assert await play.database.write(erased) == 1
    assert await play.database.write(erased) == 0
    assert await play.database.read(lambda c: holding(c, SAID)) == set()
    words, said = await play.database.read(left)
    assert words.endswith(f"{CHANGED}\n(changed; before: (erased))")
    assert said == CHANGED


async def test_what_staff_wrote_leaves_the_draft_the_desk_and_the_text_as_well(play: Play):
    def erased(connection: Connection) -> int:
        rows = connection.execute(select(Contact.id, Contact.words)).all()
        [ours] = [row.id for row in rows if SAID in (row.words or "")]
        return erase(connection, {ours: Erasure(play.now, "HM", "sent by mistake")})

    await play.at("2026-11-30 14:00")
    await play.writes("DO", f"/write P01 We know that {SAID}.")
    await play.presses("DO", "send")
    await play.later(seconds=11)
    there = await play.database.read(lambda c: holding(c, SAID))
    assert there >= {"contact", "desk_entry", "outbox"}
    await play.database.write(erased)
    assert await play.database.read(lambda c: holding(c, SAID)) == set()


async def test_what_was_said_leaves_the_visit_that_was_booked_for_it(sqlite_play: Play):
    """A worker copies words into the note of a visit, its place, and what it is called."""
    play = sqlite_play

    def books(connection: Connection) -> None:
        plan = Plan(60, "community_cafe", (), play.now, place_words=f"Costa, {SAID}")
        new = NewVisit("visit", ("P01",), leanne, plan, f"because {SAID}")
        make_visit(connection, new, "DO", play.now)
        label = {"kind": "visit", "words": f"a talk: {SAID}", "at": play.now, "by": "DO"}
        case = case_ids(connection, ["P01"])["P01"]
        connection.execute(insert(CaseLabel).values(case_id=case, **label))

    def erased(connection: Connection) -> int:
        first = connection.execute(select(Contact.id).where(Contact.source == "sms:in-1"))
        return erase(connection, {first.scalar_one(): Erasure(play.now, "HM", "asked for")})

    leanne = await play.carer("P01")
    await hears(play, "in-1", SAID)
    await play.database.write(books)
    there = await play.database.read(lambda c: holding(c, SAID))
    assert there >= {"visit", "visit_version", "case_label"}
    await play.database.write(erased)
    assert await play.database.read(lambda c: holding(c, SAID)) == set()


@pytest.mark.thursday
async def test_a_short_message_goes_and_nothing_of_any_other_family_with_it(sqlite_play: Play):
    """Of "1" and "ok" there are many: in buttons, in answers, in what is to leave on Thursday."""
    play = sqlite_play
    erased = Erasure(play.now, "HM", "sent by mistake")

    def everything(connection: Connection) -> dict[str, Any]:
        words = select(Task.id, Task.words, Task.contact_id)
        sent = select(Outbox.id, Outbox.text, Outbox.choices, Outbox.behind, Outbox.task_id)
        kept = select(Conversation.person_id, Conversation.state)
        typed = select(DeskEntry.id, DeskEntry.words)
        queries = {"task": words, "outbox": sent, "talk": kept, "desk": typed}
        return {name: connection.execute(query).all() for name, query in queries.items()}

    def erases(connection: Connection) -> tuple[int, set[int]]:
        rows = connection.execute(select(Contact.id, Contact.words)).all()
        short = {row.id: erased for row in rows if row.words in {"1", "ok", "Thursday"}}
        raised = select(Task.id).where(Task.contact_id.in_(short))
        return erase(connection, short), set(connection.execute(raised).scalars())

    await play.at("2026-12-03 15:46")
    for who, words in (("P02", "2"), ("P03", "ok"), ("P01", "Thursday"), ("P01", "1")):
        await play.writes(who, words)
    await play.writes("P04", "Thursday at 1 is ok, can you ring me")
    await play.writes("DO", "/write P02 Thursday is ok")
    before = await play.database.read(everything)
    count, theirs = await play.database.write(erases)
    assert count > 2
    after = await play.database.read(everything)
    assert (after["talk"], after["desk"]) == (before["talk"], before["desk"])
    assert [row for row in before["task"] if row.id not in theirs] == [
        row for row in after["task"] if row.id not in theirs
    ]
    assert [row for row in before["outbox"] if row.task_id not in theirs] == [
        row for row in after["outbox"] if row.task_id not in theirs
    ]
    assert {row.words for row in after["task"] if row.id in theirs} == {""}


async def test_short_words_go_from_what_quotes_them_as_the_first_version(sqlite_play: Play):
    def erased(connection: Connection) -> str:
        first = connection.execute(select(Contact.id).where(Contact.source == "sms:in-1"))
        mark = Erasure(sqlite_play.now, "HM", "asked for by the family")
        erase(connection, {first.scalar_one(): mark})
        query = select(Task.words).join(Contact, Contact.id == Task.contact_id)
        return connection.execute(query.where(Contact.source == "sms:in-2")).scalar_one()

    await hears(sqlite_play, "in-1", "ok")
    await hears(sqlite_play, "in-2", "ok then", amends="in-1")
    words = await sqlite_play.database.write(erased)
    assert words.endswith("ok then\n(changed; before: (erased))")


@pytest.mark.parametrize("stands", ["waiting", "sent"])
async def test_no_family_is_sent_the_mark_that_stands_where_words_stood(
    sqlite_play: Play, stands: str
):
    play = sqlite_play

    def erased(connection: Connection) -> None:
        query = select(Contact.id, Contact.outbox_id).where(Contact.done_by == "DO")
        [ours] = connection.execute(query.where(Contact.outbox_id.is_not(None))).all()
        outbox.mark(connection, ours.outbox_id, status=stands)
        assert erase(connection, {ours.id: Erasure(play.now, "HM", "sent by mistake")}) == 1

    def left(connection: Connection) -> list[tuple[str, str]]:
        query = select(Outbox.status, Outbox.text).where(Outbox.kind == "person")
        return [tuple(row) for row in connection.execute(query.order_by(Outbox.id))]

    await play.at("2026-11-30 14:00")
    await play.writes("DO", f"/write P01 We know that {SAID}.")
    await play.presses("DO", "send")
    await play.later(seconds=11)
    await play.writes("DO", f"/write P01 We know that {SAID}.")
    await play.presses("DO", "send")
    await play.writes("DO", f"/write P01 And again: {SAID}.")
    await play.database.write(erased)
    its_own, again = await play.database.read(left)
    assert its_own == ("cancelled" if stands == "waiting" else "sent", "(erased)")
    assert again == ("waiting", f"We know that {SAID}.\nDani"), "which is to be erased by itself"
    await play.presses("DO", "send")
    assert len(await play.database.read(left)) == 2, "what was left of a draft cannot go"


async def test_words_go_from_what_somebody_said_yes_to_and_from_what_was_agreed_with_them(
    sqlite_play: Play,
):
    play = sqlite_play
    await half_term_begins(play, "P10")
    await play.presses("MB", f"t:{await asked(play, 'P10')}:approve")
    await play.later(hours=30)
    sent = select(Contact).where(Contact.purpose == "days_missed")
    contact = await play.database.read(lambda c: c.execute(sent).one())

    def agreed(connection: Connection) -> None:
        case = case_ids(connection, ["P10"])["P10"]
        quoted = f"Marcus rings on Mondays. They heard: {contact.words}"
        step = NewStep(case, quoted, "family", play.now.date(), None, "MB", play.now)
        add_step(connection, step)
        row = {"case_id": case, "person_id": contact.person_id, "days": ["tue"], "by": "MB"}
        row |= {"time_of_day": "18:00", "words": quoted, "at": play.now}
        connection.execute(insert(AgreedReminder).values(**row))

    await play.database.write(agreed)
    fresh = "This half term is a fresh start."
    assert {"approval", "plan_step", "agreed_reminder"} <= await play.database.read(
        lambda c: holding(c, fresh)
    )
    erasure = Erasure(play.now, "FS", "the family asked")
    await play.database.write(lambda c: erase(c, {contact.id: erasure}))
    assert await play.database.read(lambda c: holding(c, fresh)) == set()
    approved = select(Approval.words)
    assert await play.database.read(lambda c: c.execute(approved).scalar_one()) == ""
    step = select(PlanStep.words)
    assert (await play.database.read(lambda c: c.execute(step).scalar_one())).startswith(
        "Marcus rings on Mondays. They heard: (erased)"
    )
