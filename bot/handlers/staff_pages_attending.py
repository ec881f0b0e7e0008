"""A child's placement, agreed sessions and hold, on the page of what is settled about a family."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.on_case import SetHold
from bot.handlers.staff_forms import HOME
from bot.handlers.staff_pages import Form, House, NotHere, doing
from bot.handlers.staff_pages_manager import deed_scene
from bot.pages.contact_rules import case_for
from bot.pages.visitor import Visitor
from bot.rules.placement import HOLDS
from bot.rules.placement_form import Outcome
from bot.scene.scene import Scene
from bot.turns.changes import make
from bot.turns.placements import agree_sessions, set_placement, stop_sessions

Shown = Callable[..., Awaitable[Response]]  # the settings of a family again, with what was said
LABELS = {
    "starts_on": "First day of education here",
    "ends_on": "Agreed end",
    "excluded_on": "First day of the exclusion",
    "prior": "Attendance before",
    "ended_on": "Ended on",
    "kind": "What it is",
    "from_on": "These sessions",
    "until_on": "Last day",
    "agreed_by": "Agreed by",
}


@dataclass(frozen=True, slots=True)
class Attending:
    """The routes of when a child is expected, and of what holds messages about it."""

    house: House
    settings: Shown

    def routes(self) -> list[Route]:
        house, family = self.house, f"{HOME}/families/{{case}}"
        return [
            doing(f"{family}/placement", house, self.placement),
            doing(f"{family}/sessions", house, self.sessions),
            doing(f"{family}/sessions/stop", house, self.stop),
            doing(f"{family}/hold", house, self.hold),
        ]

    async def placement(self, request: Request, form: Form) -> Response:
        """Set the dates of a placement."""
        case = request.path_params["case"]

        def act(visitor: Visitor) -> Outcome:
            return set_placement(_scene(visitor, case), visitor.staff, case, form)

        return await self._settled(request, act, {**form, "form": "placement"})

    async def sessions(self, request: Request, form: Form) -> Response:
        """Agree on sessions for a while."""
        case = request.path_params["case"]

        def act(visitor: Visitor) -> Outcome:
            return agree_sessions(_scene(visitor, case), visitor.staff, case, form)

        return await self._settled(request, act, {**form, "form": "sessions"})

    async def stop(self, request: Request, form: Form) -> Response:
        """Stop what was agreed."""
        case, number = request.path_params["case"], form.get("agreed", "")

        def act(visitor: Visitor) -> Outcome:
            scene = _scene(visitor, case)
            if not (number.isascii() and number.isdecimal() and len(number) < len("1000000000")):
                raise NotHere
            return stop_sessions(scene, visitor.staff, case, int(number))

        return await self._settled(request, act, {})

    async def hold(self, request: Request, form: Form) -> Response:
        """Hold messages about attendance for a reason, or let them go again."""
        case = request.path_params["case"]
        kind = "" if form.get("off") else form.get("kind", "")

        def act(visitor: Visitor) -> Outcome:
            scene = _scene(visitor, case)
            if kind and kind not in HOLDS:
                raise NotHere
            make(scene, visitor.staff, SetHold(case, kind))
            return Outcome("Held." if kind else "Messages about attendance may go again.")

        return await self._settled(request, act, {})

    async def _settled(
        self, request: Request, act: Callable[[Visitor], Outcome], sent: Form
    ) -> Response:
        outcome = await self.house.visit(request, act, writes=True)
        self.house.wake()
        if not outcome.wrong:
            return await self.settings(request, done=outcome.done)
        amiss = [{"label": LABELS[one.name], "words": one.words} for one in outcome.wrong]
        fault = "Nothing was saved: something under Placement and sessions has to be put right."
        return await self.settings(request, sent=sent, amiss=amiss, fault=fault)


def _scene(visitor: Visitor, case: str) -> Scene:
    if case_for(visitor, case, "attendance") is None:
        raise NotHere
    return deed_scene(visitor, "attending")
