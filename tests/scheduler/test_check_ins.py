"""A check-in that meets something in its way: an open question, new hours, a pause."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from storage.conversations import due_at, load_state, set_due
from storage.tables import Case, CaseContact, Person, Staff
from tests.stage import Play, london
from tests.turns.test_transfer import passes

QUESTION = "weekly check-in text"


async def change(play: Play, statement) -> None:
    await play.database.write(lambda connection: connection.execute(statement))


async def reasons(play: Play, case: str) -> list[str]:
    """Why nothing went to a case's family."""
    return [row["reason"] for row in await play.held() if case in row["cases"]]


@pytest.mark.thursday
async def test_an_open_question_is_not_talked_over_and_the_log_says_so(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-03 15:45")
    leanne = await play.carer("P01")
    await play.database.write(
        lambda connection: set_due(connection, "check_in", leanne, london("2026-12-03 15:46"))
    )
    await play.at("2026-12-03 15:46")
    assert sum(QUESTION in text for text in await play.received("P01")) == 1
    assert await reasons(play, "P01") == ["another question is open; tried again hourly"]
    await play.writes("P01", "1")
    await play.at("2026-12-03 17:00")
    assert sum(QUESTION in text for text in await play.received("P01")) == 1


async def test_hours_that_changed_since_move_the_moment(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-01 10:00")
    ruth = update(Staff).where(Staff.person_id == Person.id, Person.ref == "RA")
    await change(play, ruth.values(hours={"3": ["08:30", "17:00"]}))
    await play.at("2026-12-02 16:00")
    assert await play.received("P21") == []
    await play.at("2026-12-03 15:45")
    assert sum(QUESTION in text for text in await play.received("P21")) == 1


@pytest.mark.thursday
async def test_a_fortnightly_family_missed_in_an_outage_is_asked_the_week_after(
    sqlite_play: Play,
):
    play = sqlite_play
    await change(play, update(Case).where(Case.ref == "P01").values(cadence="fortnightly"))
    play.clock.stop_at(london("2026-12-05 10:00"))  # a Saturday: nobody ran anything meanwhile
    await play.at("2026-12-10 15:44")
    assert not any(QUESTION in text for text in await play.received("P01"))
    assert await reasons(play, "P01") == ["the moment had passed before it could be sent"]
    await play.at("2026-12-10 15:45")
    assert sum(QUESTION in text for text in await play.received("P01")) == 1
    await play.writes("P01", "1")
    leanne = await play.carer("P01")
    planned = await play.database.read(lambda connection: due_at(connection, "check_in", leanne))
    assert planned == london("2026-12-17 15:45"), "the rhythm goes on as it was"


async def test_who_is_asked_late_in_a_missed_week_is_not_asked_again_the_week_after(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at("2026-12-02 09:00")
    await change(play, update(Case).where(Case.ref == "P21").values(cadence="fortnightly"))
    play.clock.stop_at(london("2026-12-03 09:00"))  # Ruth's Wednesday went by
    await play.at("2026-12-03 09:01")
    assert await reasons(play, "P21") == ["the moment had passed before it could be sent"]
    gemma = await play.carer("P21")
    for key_worker in ("DO", "MB"):  # Dani is in on Thursday; whoever follows plans it anew
        await passes(play, ["P21"], key_worker)
        await play.at("2026-12-04 17:00")
        due = await play.database.read(lambda connection: due_at(connection, "check_in", gemma))
        assert due == london("2026-12-17 15:45"), "the rhythm goes on as it was"
    assert sum(QUESTION in text for text in await play.received("P21")) == 1


@pytest.mark.thursday
async def test_a_note_without_rules_makes_a_task_and_no_text(play: Play):
    leanne = await play.carer("P01")
    row = update(CaseContact).where(CaseContact.person_id == Person.id, Person.ref == leanne)
    await change(play, row.values(rules_missing=True))
    await play.at("2026-12-03 15:45")
    assert await play.received("P01") == []
    [task] = await play.tasks(kind="set_rules", case="P01")
    assert "set the rules for this family" in task["words"]


async def test_who_was_in_touch_is_left_alone_this_week(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-01 14:00")
    await play.writes("P01", "he liked the gym today")
    await play.writes("DO", "Good to hear.", reply_to=(await play.last("DO"))["id"])
    await play.at("2026-12-03 15:45")
    assert not any(QUESTION in text for text in await play.received("P01"))
    assert await reasons(play, "P01") == ["already in touch in the last three school days"]


@pytest.mark.parametrize(
    ("typed", "asked"), [("rang mum 10 min, all well", False), ("rang mum, no answer", True)]
)
async def test_a_call_that_came_about_spares_a_family_the_check_in(
    sqlite_play: Play, typed: str, asked: bool
):
    play = sqlite_play
    await play.at("2026-12-01 14:00")
    await play.writes("DO", f"/log P01 {typed}")
    await play.presses("DO", "save")
    await play.at("2026-12-03 15:45")
    assert any(QUESTION in text for text in await play.received("P01")) is asked


@pytest.mark.thursday
async def test_without_approved_wording_nothing_is_begun(play: Play):
    await play.at("2026-12-03 15:45")
    for case in ("P05", "P06", "P09", "P12", "P15", "P18", "P23"):
        [task] = await play.tasks(kind="interpreter", case=case)
        assert "arrange an interpreter" in task["words"]
        assert await play.received(case) == []
    ref = await play.carer("P05")

    def state(connection):
        found = connection.execute(Person.__table__.select().where(Person.ref == ref)).one()
        return load_state(connection, found.id)

    assert await play.database.read(state) is None
