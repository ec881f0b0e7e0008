"""The attendance plan on the page: agreed, refused with what was typed, and ended."""

from __future__ import annotations

from sqlalchemy import select

from storage.tables import PlanStep
from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play


async def test_a_key_worker_agrees_on_a_step_and_says_how_it_ended(sqlite_play: Play):
    dani = await StaffBrowser(sqlite_play).plays("DO")
    await dani.get("/families/P01/settings")
    await dani.fills("/plan", words="up at seven.", whose="child", review_on="2026-11-02")
    assert "is past" in dani.page.text
    assert 'value="up at seven."' in dani.page.text
    await dani.fills("/plan", words="up at seven.", whose="child", review_on="2026-12-14")
    assert "1. up at seven (the child, since Mon 30 Nov). Review on Mon 14 Dec." in dani.page.text
    await dani.fills("/plan/end", outcome="worked")
    assert "No step is agreed." in dani.page.text
    [step] = await sqlite_play.database.read(lambda c: c.execute(select(PlanStep)).all())
    assert (step.outcome, step.ended_by) == ("worked", "DO")
