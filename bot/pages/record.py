"""What is on record about a family, as the forms show it that put it right."""

from __future__ import annotations

from typing import Any

from bot.imports.cells import NO_HOME_SCHOOL
from bot.pages.taking_on import family_choices
from bot.pages.visitor import Visitor
from storage.facts import ChildFacts, child_facts


def record_values(visitor: Visitor, case_id: int) -> dict[str, Any]:
    """Read what the forms begin with; what was refused just now takes its place."""
    facts = child_facts(visitor.scene.connection, case_id)
    choices = family_choices(visitor.scene.connection)
    return {
        "choices": {**choices, "schools": _schools(choices["schools"], facts.home_school)},
        "seen": facts.standing,
        "child_given": _given(facts),
        "child_wrong": [],
        "name_given": {},
        "name_wrong": [],
        "adult_given": {},
        "adult_wrong": [],
    }


def _given(facts: ChildFacts) -> dict[str, str]:
    first, _space, last = facts.name.partition(" ")
    return {
        "first": first,
        "last": last,
        "year": str(facts.year),
        "home_school": facts.home_school,
        "registration": facts.registration,
    }


def _schools(offered: Any, now: str) -> Any:
    """Offer the school of now too, whatever kind of school it is."""
    named = now in {value for value, _words in offered} or now == NO_HOME_SCHOOL
    return offered if named else ((now, now), *offered)
