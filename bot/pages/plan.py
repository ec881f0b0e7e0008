"""What the settings of a family show of its attendance plan."""

from __future__ import annotations

from typing import Any

from bot.pages.visitor import Visitor
from bot.rules import plan as rule
from bot.scene.plans import plan_of


def plan_values(visitor: Visitor, case_id: int) -> dict[str, Any]:
    """Read what the forms of a plan show; `plan_given`: what was refused just now."""
    steps = plan_of(visitor.scene, case_id)
    return {
        "plan_steps": [(one.id, rule.step_line(one, visitor.scene.today)) for one in steps],
        "plan_full": len(steps) >= rule.MOST_STEPS,
        "plan_whose": tuple(rule.WHOSE.items()),
        "plan_outcomes": tuple(rule.OUTCOMES.items()),
        "plan_longest": rule.LONGEST_STEP,
        "plan_given": {},
    }
