"""What a person has settled about a family stands, whatever an older file says."""

from __future__ import annotations

from datetime import time

from sqlalchemy import Connection, select

from bot.rules.contact_rules import Rules
from bot.rules.practice import Span, Window
from bot.settings import DEMO
from scheduler.enrolment import import_people
from storage.cases import case_ids
from storage.contact_rules import rules_of, write_rules
from storage.statuses import NewStatus, change_status
from storage.tables import Case
from tests.stage import Play

TUESDAYS = Window(frozenset({1}), Span(time(10), time(12)))


async def file_again(play: Play) -> None:
    """Import the files of the first day once more."""
    names = ("staff.csv", "schools.csv", "pupils.csv", "carers.csv")
    files = [(name, (DEMO / name).read_bytes()) for name in names]
    await import_people(play.database, play.service.taskforce, files, play.now)


async def test_hours_set_on_the_page_are_not_loosened_by_an_older_file(play: Play):
    def set_them(c: Connection) -> None:
        number = case_ids(c, ["P01"])["P01"]
        [leanne] = rules_of(c, number)
        write_rules(
            c, number, leanne, Rules(False, "", TUESDAYS, False, True, False, True), play.now
        )

    await play.database.write(set_them)
    await file_again(play)
    [leanne] = await play.database.read(lambda c: rules_of(c, case_ids(c, ["P01"])["P01"]))
    assert leanne.rules.window == TUESDAYS
    assert leanne.rules.prefers_phone
    assert leanne.rules.discreet


async def test_a_family_that_refused_is_not_engaged_again_by_an_older_file(play: Play):
    def refuse(c: Connection) -> None:
        number = case_ids(c, ["P01"])["P01"]
        new = NewStatus(number, "refused", "said no at the door", play.now.date(), play.now, "DO")
        change_status(c, new, None)

    await play.database.write(refuse)
    await file_again(play)
    statuses = await play.database.read(
        lambda c: dict(c.execute(select(Case.ref, Case.status)).all())
    )
    assert statuses["P01"] == "refused"
    assert statuses["P02"] == "engaged"
