"""The attendance plan of a child, on the page of what is settled about a family."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.on_case import AddStep, EndStep
from bot.handlers.staff_forms import HOME
from bot.handlers.staff_pages import Form, House, NotHere, Values, doing
from bot.handlers.staff_pages_manager import deed_scene
from bot.pages.contact_rules import case_for
from bot.pages.visitor import Visitor
from bot.rules import plan as rule
from bot.scene.plans import plan_of
from bot.scene.scene import Scene
from bot.turns.changes import make

Shown = Callable[..., Awaitable[Response]]  # the settings of a family again, with what was said
LONGEST_TYPED = 500


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The routes of the steps agreed with a family."""

    house: House
    settings: Shown

    def routes(self) -> list[Route]:
        house, family = self.house, f"{HOME}/families/{{case}}"
        return [
            doing(f"{family}/plan", house, self.add),
            doing(f"{family}/plan/end", house, self.end),
        ]

    async def add(self, request: Request, form: Form) -> Response:
        """Keep a step that was agreed."""
        case, words = (
            request.path_params["case"],
            rule.as_step(form.get("words", "")[:LONGEST_TYPED]),
        )
        whose, typed = form.get("whose", ""), form.get("review_on", "")

        def act(visitor: Visitor) -> Values:
            scene, case_id = _scene(visitor, case)
            try:
                review_on = date.fromisoformat(typed) if typed else None
            except ValueError:
                raise NotHere from None
            fault = rule.fault_in(words, whose, review_on, scene.today)
            if not fault and len(plan_of(scene, case_id)) >= rule.MOST_STEPS:
                fault = "Three steps are open, and more are too many for anybody. End one first."
            if fault:
                return {"fault": fault, "plan_given": form}
            make(scene, visitor.staff, AddStep(case, words, whose, review_on))
            return {"done": "The step is agreed."}

        return await self.settings(request, **await self.house.visit(request, act, writes=True))

    async def end(self, request: Request, form: Form) -> Response:
        """Say how a step ended."""
        case, number = request.path_params["case"], form.get("step", "")
        outcome = form.get("outcome", "")

        def act(visitor: Visitor) -> Values:
            scene, case_id = _scene(visitor, case)
            open_now = {str(one.id): one.id for one in plan_of(scene, case_id)}
            if outcome not in rule.OUTCOMES:
                raise NotHere
            if number not in open_now:
                return {"fault": "That step has ended already."}
            make(scene, visitor.staff, EndStep(case, open_now[number], outcome))
            return {"done": "The step is open no more."}

        return await self.settings(request, **await self.house.visit(request, act, writes=True))


def _scene(visitor: Visitor, case: str) -> tuple[Scene, int]:
    case_id = case_for(visitor, case, "attendance")
    if case_id is None:
        raise NotHere
    return deed_scene(visitor, "plan"), case_id
