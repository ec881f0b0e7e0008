"""The steps agreed with a family: kept and ended as staff say it."""

from __future__ import annotations

from bot.desk.on_case import AddStep, EndStep
from bot.rules.plan import MOST_STEPS, PlanStep
from bot.scene.plans import plan_of
from bot.scene.scene import Scene
from storage import plans
from storage.addresses import Someone
from storage.cases import case_ids
from storage.holding import hold_cases


def change_plan(scene: Scene, by: Someone, change: AddStep | EndStep) -> None:
    """Add a step or say how one ended; the caller audits it.

    Of two who add the last step at once only the first does: a plan stays short.
    """
    case_id = case_ids(scene.connection, [change.case])[change.case]
    hold_cases(scene.connection, [case_id])
    match change:
        case AddStep(words=words, whose=whose, review_on=review_on):
            if len(plans.open_steps(scene.connection, [case_id], scene.today)) < MOST_STEPS:
                new = plans.NewStep(
                    case_id, words, whose, scene.today, review_on, by.ref, scene.now
                )
                plans.add_step(scene.connection, new)
        case EndStep(step=step, outcome=outcome):
            plans.end_step(scene.connection, case_id, step, outcome, by.ref, scene.now)


def plan_on(scene: Scene, case: str) -> tuple[PlanStep, ...]:
    """List the open steps of a case, in the order they were agreed."""
    return plan_of(scene, case_ids(scene.connection, [case])[case])
