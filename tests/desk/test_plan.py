"""A plan agreed with a family: written down by its worker, asked after in the check-in."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.tables import PlanStep
from tests.desk.test_writing_down import audited, rows, says
from tests.stage import Play

BAG = '/plan P01 add "bag packed the evening before" family review 14 Dec'


async def test_the_check_in_asks_leanne_how_the_plan_goes(play: Play):
    said = await says(play, "DO", BAG)
    assert said.startswith("Agreed for P01: bag packed the evening before (the family).")
    await play.at("2026-12-03 15:46")
    await play.writes("P01", "1")
    assert (await play.last("P01"))["text"] == (
        "Thank you, Leanne. And Kai's plan: bag packed the evening before. "
        "How is that going? 1 = It works, 2 = Partly, 3 = Not yet."
    )
    before = len(await play.received("P01"))
    await play.writes("P01", "3")
    assert (await play.received("P01"))[before:] == ["Thank you, Leanne. Dani will see this."]
    told = await play.received("DO")
    assert any("Kai's plan, “bag packed the evening before”: not yet." in text for text in told)
    listed = await says(play, "DO", "/plan P01")
    assert "(the family, since Mon 30 Nov). Review on Mon 14 Dec." in listed
    assert "Last answer: not yet (Leanne, Thu 3 Dec)." in listed
    await play.at("2026-12-03 18:31")  # her "3" was about the plan, and is no hard week
    assert any("Kai P01: Good" in text for text in await play.received("DO"))
    assert not any("Good, Hard" in text for text in await play.received("DO"))


@pytest.mark.thursday
async def test_a_family_that_leaves_the_plan_unanswered_is_not_asked_twice(sqlite_play: Play):
    play = sqlite_play
    await says(play, "DO", BAG)
    await says(play, "DO", "/plan P01 add “Dani meets Kai at the gate on Mondays” team")
    await says(play, "DO", "/plan P01 add “up at seven” child")
    full = await says(play, "DO", "/plan P01 add “early night” family")
    assert full.startswith("Three steps are open")
    await play.at("2026-12-03 15:46")
    await play.writes("P01", "2")
    texts = await play.received("P01")
    await play.at("2026-12-09 20:00")
    assert await play.received("P01") == texts
    assert await play.tasks(kind="phone", case="P01") == []
    await play.at("2026-12-10 15:46")
    await play.writes("P01", "1")  # the step that was not asked after last week
    assert "plan: up at seven. " in (await play.last("P01"))["text"]
    await says(play, "DO", "/plan P01 3 did not")
    assert [(row.outcome, row.ended_by) for row in await rows(play, PlanStep)][2] == (
        "did_not", "DO",
    )  # fmt: skip
    assert ("DO", "EndStep") in await audited(play)


async def test_a_plan_is_for_those_who_work_with_the_family(sqlite_play: Play):
    assert "whoever works with this family" in await says(sqlite_play, "TW", BAG)
    too_long = '/plan P01 add "' + "very " * 13 + 'early night" family'
    assert "in 60 characters" in await says(sqlite_play, "DO", too_long)
    assert "whose" in (await says(sqlite_play, "DO", '/plan P01 add "up at seven" gran')).casefold()
    assert await sqlite_play.database.read(lambda c: c.execute(select(PlanStep)).all()) == []
