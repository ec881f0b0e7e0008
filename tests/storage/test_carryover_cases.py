"""How a case came to stand after a backup, and who was shut out of it, holds after a restore."""

from __future__ import annotations

from datetime import date, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, select, update

from bot.rules.contact_rules import Rules
from bot.rules.practice import Span, Window
from bot.settings import DEMO
from scheduler.enrolment import import_people
from storage import contacts, tasks
from storage.addresses import person_by_ref
from storage.carryover import Again
from storage.cases import case_ids
from storage.closings import Closing, closing_of, keep_closing
from storage.contact_rules import rules_of, write_rules
from storage.database import Database
from storage.restricted import named_on, open_to, restrict, restricted_cases
from storage.statuses import NewStatus, change_status, set_cadence, statuses_of
from storage.steps import steps_of
from storage.styles import KEY_PERSON, TEAM, set_style
from storage.tables import Case
from tests.stage import Play
from tests.storage.restores import closed_again
from tests.storage.rows import NOW, a_contact

LATER = NOW + timedelta(hours=2)
TUESDAYS = Window(frozenset({1}), Span(time(10), time(12)))


def number(connection: Connection, case: str) -> int:
    return case_ids(connection, [case])[case]


def staff(connection: Connection, ref: str) -> int:
    return person_by_ref(connection, ref).id


async def test_a_case_restricted_since_does_not_open_and_lets_in_nobody_who_is_outside_now(
    play: Play, older: Database
):
    def let_in(connection: Connection, case: str) -> None:
        both = [staff(connection, ref) for ref in ("MB", "PN")]
        restrict(connection, number(connection, case), both, "HM", NOW)

    def seen(connection: Connection) -> dict[str, Any]:
        shut = restricted_cases(connection)
        ids = case_ids(connection, ("P01", "P02", "P03", "P04"))
        return {case: named_on(connection, one) for case, one in ids.items() if one in shut}

    await older.write(partial(let_in, case="P02"))
    await older.write(partial(let_in, case="P03"))
    for words in ("P01 Priya", "P02 Priya"):
        await play.writes("HM", f"/restrict {words}")
    assert (await closed_again(play, older)).people == 1, "Marcus, whom P02 is closed to now"
    assert await older.read(seen) == {"P01": [], "P02": ["PN"], "P03": ["MB", "PN"]}
    assert await closed_again(play, older) == Again(), "and once is enough"


async def test_an_alert_that_was_closed_since_lets_nobody_into_a_case_restricted_since(
    play: Play, older: Database
):
    """Marcus was told of it when it was raised; the case is closed to him now."""
    said = Closing("acted_on", "seen at home", "the lead, 10:00", "cpoms", "C-1")

    def raised(connection: Connection, case: str) -> int:
        task = tasks.NewTask(
            key=f"{case}:crisis", kind="crisis", owner_id=staff(connection, "DO"), words="at risk",
            at=NOW, respond_by=NOW, case_id=number(connection, case), told=("DO", "MB"),
        )  # fmt: skip
        return tasks.make_task(connection, task)

    def seen(connection: Connection) -> list[str]:
        theirs = open_to(connection, staff(connection, "MB"), "MB", (), NOW.date())
        return [case for case in ("P01", "P02") if number(connection, case) in theirs]

    def ended(connection: Connection, task: int) -> tuple[Any, ...]:
        found = closing_of(connection, task)
        [step] = steps_of(connection, task)
        return found.reason, found.told, found.reference, (step.who, step.what, step.at)

    for database in (play.database, older):
        first = await database.write(partial(raised, case="P01"))
        await database.write(partial(raised, case="P02"))
    await play.database.write(lambda c: tasks.close(c, first, "DO", said.outcome, LATER))
    await play.database.write(lambda c: keep_closing(c, first, said, "DO", LATER))
    for case in ("P01", "P02"):
        await play.writes("HM", f"/restrict {case}")
    assert (await closed_again(play, older)).danger == 1
    assert await older.read(seen) == ["P02"], "what is open is there for whoever was told"
    closing = (said.reason, said.told, said.reference, ("DO", "closed", LATER))
    assert await older.read(partial(ended, task=first)) == closing
    assert await closed_again(play, older) == Again(), "and once is enough"


async def test_a_child_who_has_gone_back_to_school_since_is_back_since_then(
    play: Play, older: Database
):
    days = {"P01": (None, 20), "P02": (2, 20), "P03": (20, 2), "P04": (20, None)}

    def returned(connection: Connection, which: int) -> None:
        for case, both in days.items():
            on = both[which] and date(2026, 11, both[which])
            connection.execute(update(Case).where(Case.ref == case).values(returned_on=on))

    await older.write(partial(returned, which=0))
    await play.database.write(partial(returned, which=1))
    await closed_again(play, older)
    query = select(Case.returned_on).where(Case.ref.in_(days)).order_by(Case.ref)
    found = await older.read(lambda c: c.execute(query).scalars().all())
    assert found == [date(2026, 11, 20)] * 4


async def test_words_kept_from_a_worker_stay_kept_and_what_follows_is_released_with_them(
    play: Play, older: Database
):
    follows = await play.database.write(a_contact)
    assert await older.write(a_contact) == follows
    words = (await play.database.read(lambda c: contacts.by_source(c, "sms:in-1"))).id

    def kept(connection: Connection) -> int:
        dani = staff(connection, "DO")
        contacts.restrict(connection, words, staff(connection, "MB"), NOW)
        contacts.release(connection, words, "HM", NOW)
        contacts.restrict(connection, words, dani, NOW)
        contacts.restrict(connection, follows, dani, NOW, because=words)
        gone = a_contact(connection)
        contacts.restrict(connection, gone, dani, NOW)
        return gone

    def kept_from(connection: Connection, *ids: int) -> list[set[int]]:
        return [contacts.restricted_from(connection, one) for one in ids]

    gone = await play.database.write(kept)
    assert await older.write(partial(a_contact, recorded_at=LATER)) == gone
    await closed_again(play, older)
    await closed_again(play, older)
    dani = await older.read(lambda c: staff(c, "DO"))
    found = await older.read(lambda c: kept_from(c, words, follows, gone))
    assert found == [{dani}, {dani}, set()], "another contact has that number here"
    await older.write(lambda c: contacts.release(c, words, "HM", LATER))
    assert await older.read(lambda c: kept_from(c, words, follows)) == [set(), set()]


async def test_a_family_is_asked_as_seldom_as_was_settled_since_and_by_as_few(
    play: Play, older: Database
):
    def settled(connection: Connection, **often: str) -> None:
        for case, cadence in often.items():
            set_cadence(connection, number(connection, case), cadence)

    was = {"P01": "", "P02": "none", "P03": "fortnightly", "P04": "weekly"}
    since = {"P01": "monthly", "P02": "weekly", "P03": "", "P04": ""}
    await older.write(partial(settled, **was))
    await older.write(lambda c: set_style(c, "P02", KEY_PERSON))
    await play.database.write(partial(settled, **since))
    await play.database.write(lambda c: set_style(c, "P01", KEY_PERSON))
    await closed_again(play, older)
    query = select(Case.cadence, Case.style).where(Case.ref.in_(was)).order_by(Case.ref)
    found = [tuple(row) for row in await older.read(lambda c: c.execute(query).all())]
    assert found[:2] == [("monthly", KEY_PERSON), ("none", KEY_PERSON)]
    assert found[2:] == [("fortnightly", TEAM), ("", TEAM)]


async def test_rules_set_by_hand_since_hold_and_what_was_forbidden_stays_forbidden(
    play: Play, older: Database
):
    def set_rules(connection: Connection, case: str, rules: Rules, at: Any) -> None:
        [adult, *_] = rules_of(connection, number(connection, case))
        write_rules(connection, number(connection, case), adult, rules, at)

    def stand(connection: Connection) -> list[Rules]:
        found = (rules_of(connection, number(connection, case))[0] for case in ("P01", "P02"))
        return [*(one.rules for one in found), rules_of(connection, number(connection, "P03"))[0]]

    strict = Rules(True, "a court says so", TUESDAYS, True, True, True, True)
    open_to_all = Rules()
    await older.write(lambda c: set_rules(c, "P02", Rules(True, "the police ask"), NOW))
    await older.write(lambda c: set_rules(c, "P03", Rules(window=TUESDAYS), LATER))
    newer = (await older.read(stand))[2]
    await play.database.write(lambda c: set_rules(c, "P01", strict, LATER))
    await play.database.write(lambda c: set_rules(c, "P02", Rules(window=TUESDAYS), LATER))
    await play.database.write(lambda c: set_rules(c, "P03", open_to_all, NOW))
    await closed_again(play, older)
    second = Rules(True, "the police ask", TUESDAYS)
    assert await older.read(stand) == [strict, second, newer]


async def test_no_older_file_opens_a_case_again_that_had_ended_before_the_restore(
    play: Play, older: Database
):
    refused_on = date(2026, 11, 27)

    def ended(connection: Connection) -> None:
        case = number(connection, "P01")
        new = NewStatus(case, "refused", "no, thank you", refused_on, NOW, "DO")
        change_status(connection, new, None)
        by_file = update(Case).where(Case.ref == "P02").values(status="completed")
        connection.execute(by_file)

    def stood(connection: Connection, case: str) -> list[tuple[Any, ...]]:
        rows = statuses_of(connection, number(connection, case))
        return [(row.status, row.reason, row.by) for row in rows]

    await play.database.write(ended)
    await closed_again(play, older)
    await closed_again(play, older)
    names = ("staff.csv", "schools.csv", "pupils.csv", "carers.csv")
    files = [(name, (DEMO / name).read_bytes()) for name in names]
    await import_people(older, play.service.taskforce, files, NOW)
    query = select(Case.status).where(Case.ref.in_(("P01", "P02"))).order_by(Case.ref)
    assert await older.read(lambda c: list(c.execute(query).scalars())) == ["refused", "completed"]
    assert await older.read(partial(stood, case="P01")) == [("refused", "restored", "system")]
    assert await older.read(partial(stood, case="P02")) == [("completed", "restored", "system")]
    [row] = await older.read(lambda c: statuses_of(c, number(c, "P01")))
    assert row.from_on == refused_on
