"""The plan of a family: what its check-in asks after, and what it has said of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from bot.flows.check_in import PLAN_CHOICES, TYPED_IN
from bot.flows.reading import folded, number
from bot.i18n import put
from bot.rules.calendar import wall
from bot.rules.check_in import TALKING
from bot.rules.digest_lines import day_shown
from bot.rules.nudges import EBSA
from bot.rules.plan import PlanStep, to_ask
from bot.scene.family import Family
from bot.scene.scene import Scene
from storage.holds import held
from storage.plans import ANSWERING, open_steps, replies


def asked_after(scene: Scene, family: Family) -> dict[str, str]:
    """Give a check-in the step it asks after; empty: none, and it is the check-in as ever.

    Whoever reads another language is asked by a person, and so is a family about whose attendance
    nothing is sent. What was agreed with a family stays agreed where school itself is hard.
    """
    ties = {
        tie.case_id: tie
        for tie in family.open_ties
        if tie.status in TALKING and not tie.copy_only and not tie.do_not_use
    }
    if family.language != TYPED_IN or not ties:
        return {}
    steps = open_steps(scene.connection, list(ties), scene.today)
    why = held(scene.connection, {each.case_id for each in steps}, scene.today) if steps else {}
    chosen = to_ask(each for each in steps if why.get(each.case_id, EBSA) == EBSA)
    if chosen is None:
        return {}
    child = ties[chosen.case_id].pupil_first_name
    return {"about_step": str(chosen.id), "agreed": chosen.words, "child": child}


def plan_of(scene: Scene, case_id: int) -> tuple[PlanStep, ...]:
    """List the open steps of a case, each with the last answer that was given to it."""
    steps = open_steps(scene.connection, [case_id], scene.today)
    said = _last_said(replies(scene.connection, case_id)) if steps else {}
    return tuple(replace(each, said=said.get(f"{ANSWERING}{each.id}", "")) for each in steps)


def _last_said(rows: Iterable[Row[Any]]) -> dict[str, str]:
    """Say of each step what was answered last; words of their own stand in the log alone."""
    found = {}
    for row in rows:
        first_name = row.person.split(maxsplit=1)[0]
        when = day_shown(wall(row.occurred_at).date())
        said = _choice(row.words or "", row.language) or "in their own words"
        found[row.answering] = f"{said} ({first_name}, {when})"
    return found


def _choice(words: str, language: str) -> str:
    shown, said = number(words), folded(words)
    for place, choice in enumerate(PLAN_CHOICES, 1):
        labels = (choice.key, *(folded(put(choice.label, to, {})) for to in ("en", language)))
        if shown == place or (said and said in labels):
            return choice.label.source.lower()
    return ""
