"""What a register says and is not kept: it refuses nothing, and tells nobody who is with us."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from sqlalchemy import select, update

from bot.turns.registers import report_lines
from storage.columns import keys_of
from storage.marks import marks_of
from storage.rolls import put_on_rolls
from storage.settled_marks import Settled, settle_mark
from storage.statuses import NewStatus, change_status
from storage.tables import Case, MarkSettled, RegisterImport
from tests.imports.registers import KAI, MONDAY, OLA
from tests.storage.test_marks import (
    MARL_BECK,
    MILLRACE,
    NOBODY,
    NOW,
    asked,
    brought,
    count,
    ids_of,
    refused,
    rows,
)

TUESDAY = date(2026, 12, 1)
NEXT_HOUR = NOW + timedelta(hours=1)


async def test_a_register_that_came_before_a_child_was_on_record_is_news_when_it_comes_again(
    sqlite_play,
):
    play = sqlite_play

    async def known_as(upn):
        case = update(Case).where(Case.ref == "P01")
        await play.database.write(
            lambda c: c.execute(case.values(upn_index=keys_of(c).index(f"upn:{upn}")))
        )

    await known_as(NOBODY)
    week = rows((KAI, MILLRACE, 0, "AM", "N"), (OLA, MILLRACE, 0, "AM", "/"))
    first = await brought(play, week)
    assert (first.new, first.left_out.unknown_pupils) == (1, 1)
    assert (await brought(play, week, now=NEXT_HOUR)).again
    assert await count(play, RegisterImport) == 1
    await known_as(KAI)
    again = await brought(play, week, now=NEXT_HOUR)
    assert (again.again, again.new, again.corrected) == (False, 1, 0)
    assert [mark.code for mark in await asked(play, marks_of, "P01")] == ["N"]


async def test_one_child_who_moved_school_does_not_keep_the_register_of_the_others_out(sqlite_play):
    play = sqlite_play
    await brought(play, rows((KAI, MARL_BECK, 0, "AM", "/")))

    def moves(connection):
        case = update(Case).where(Case.ref == "P01")
        connection.execute(case.values(home_school="Cawder High"))
        put_on_rolls(connection, ["P01"], TUESDAY)

    await play.database.write(moves)
    late = rows((KAI, MARL_BECK, 1, "AM", "N"), (KAI, MARL_BECK, 0, "AM", "L"))
    report = await brought(play, late)
    assert [mark.code for mark in await asked(play, marks_of, "P01")] == ["L"]
    assert report_lines(report) == [
        "2 marks read, 1 of them of 1 pupil of ours on 1 day (Mon 30 Nov 2026).",
        "New: 0. Corrected: 1. As before: 0.",
        (
            "Left out: 1 mark of 1 pupil of ours, of days before or after their time on that"
            " school's register."
        ),
    ]


async def test_only_the_manager_hears_that_a_child_of_another_register_is_known_here(sqlite_play):
    one_of_ours = await brought(sqlite_play, rows((KAI, "Hollin Grange School", 0, "AM", "N")))
    nobody = await brought(sqlite_play, rows((NOBODY, "Hollin Grange School", 0, "AM", "N")))
    assert report_lines(one_of_ours) == report_lines(nobody)
    *_same, told = report_lines(one_of_ours, to_manager=True)
    assert told.startswith("Of these, 1 mark of pupils of ours who never stood on that school's")
    assert report_lines(nobody, to_manager=True) == report_lines(nobody)
    # Nor does a register of one school, refused for a row of another, tell whose row that is.
    for school in (MARL_BECK, "Nowhere Hall"):
        ours, nobodys = [
            await refused(sqlite_play, rows((upn, school, 0, "AM", "N")), MILLRACE)
            for upn in (KAI, NOBODY)
        ]
        assert ours == nobodys


async def test_nothing_more_is_kept_of_a_child_once_the_case_is_closed(sqlite_play):
    play = sqlite_play
    cases, _schools = await ids_of(play)
    closed = NewStatus(cases["P01"], "completed", "back in school", MONDAY, NOW, "DO")
    await play.database.write(lambda c: change_status(c, closed, None))
    report = await brought(play, rows((KAI, MILLRACE, 0, "PM", "N"), (KAI, MILLRACE, 1, "AM", "N")))
    assert [mark.day for mark in await asked(play, marks_of, "P01")] == [MONDAY]
    assert report_lines(report)[-1] == "Not ours: 1 mark of 1 pupil. Nothing of that was kept."


async def test_only_a_session_in_dispute_is_settled_and_that_can_be_changed_later(sqlite_play):
    play = sqlite_play
    cases, schools = await ids_of(play)
    await brought(play, rows((KAI, MILLRACE, 0, "AM", "/"), (KAI, MILLRACE, 0, "PM", "N")))
    await brought(play, rows((KAI, MARL_BECK, 0, "AM", "N")))

    async def settle(half, school):
        word = Settled(cases["P01"], MONDAY, half, schools[school])
        return await play.database.write(lambda c: settle_mark(c, word, "DO", NOW))

    assert not await settle("pm", MILLRACE)
    assert await settle("am", MILLRACE)
    assert await settle("am", MARL_BECK)
    found = await play.database.read(
        lambda c: c.execute(select(MarkSettled.school_id)).scalars().all()
    )
    assert found == [schools[MARL_BECK]]


async def test_two_people_who_settle_one_session_at_once_settle_it_one_after_the_other(play):
    cases, schools = await ids_of(play)
    for school, code in ((MILLRACE, "/"), (MARL_BECK, "N")):
        await brought(play, rows((KAI, school, 0, "AM", code)))

    async def settle(by, school):
        word = Settled(cases["P01"], MONDAY, "am", schools[school])
        return await play.database.write(lambda c: settle_mark(c, word, by, NOW))

    assert await asyncio.gather(settle("DO", MILLRACE), settle("TW", MARL_BECK)) == [True, True]
    assert await count(play, MarkSettled) == 1
