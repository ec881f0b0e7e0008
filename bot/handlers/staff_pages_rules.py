"""The contact rules of a family's adults, on the page of what is settled about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain import NotReady
from bot.handlers.staff_forms import HOME
from bot.handlers.staff_pages import Form, House, NotHere, doing
from bot.handlers.staff_pages_manager import deed_scene
from bot.imports.faults import Rejected
from bot.pages.contact_rules import case_for
from bot.pages.taking_on import wrongs
from bot.pages.visitor import Visitor
from bot.turns.contact_rules import set_rules

Shown = Callable[..., Awaitable[Response]]  # the settings of a family again, with what was said


@dataclass(frozen=True, slots=True)
class ContactRules:
    """The route by which the rules for one adult are set."""

    house: House
    settings: Shown

    def routes(self) -> list[Route]:
        return [doing(f"{HOME}/families/{{case}}/rules", self.house, self.set_rules)]

    async def set_rules(self, request: Request, form: Form) -> Response:
        """Set the rules for one adult; what is refused stays in the form as it was typed."""
        case = request.path_params["case"]

        def act(visitor: Visitor) -> str:
            case_id = case_for(visitor, case, "rules")
            if case_id is None:
                raise NotHere
            scene = deed_scene(visitor, "rules")
            manager = visitor.role == "manager"
            return set_rules(scene, case_id, form, visitor.staff.ref, manager=manager)

        try:
            done = await self.house.visit(request, act, writes=True)
        except Rejected as rejected:
            return await self.settings(request, typed=form, wrong=wrongs(rejected.faults))
        except NotReady as why:
            return await self.settings(request, typed=form, fault=str(why))
        self.house.wake()
        return await self.settings(request, done=done)
