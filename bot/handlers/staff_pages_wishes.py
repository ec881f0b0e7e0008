"""Whether each adult of a family wants check-ins in the holidays: settled on the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.on_holidays import SetHolidayWish
from bot.handlers.staff_forms import HOME
from bot.handlers.staff_pages import Form, House, NotHere, Values, doing
from bot.handlers.staff_pages_manager import deed_scene
from bot.pages.adults import adults
from bot.pages.families import family_for
from bot.pages.visitor import Visitor
from bot.turns.changes import make

Shown = Callable[..., Awaitable[Response]]  # the settings of a family again, with what was said
WISHES = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class HolidayWishes:
    """The route of what adults want in the holidays."""

    house: House
    settings: Shown

    def routes(self) -> list[Route]:
        return [doing(f"{HOME}/families/{{case}}/wish", self.house, self.wish)]

    async def wish(self, request: Request, form: Form) -> Response:
        """Keep what one adult said."""
        case, to, said = request.path_params["case"], form.get("to", ""), form.get("wants", "")

        def act(visitor: Visitor) -> Values:
            home = family_for(visitor, case, "status")
            known = {one.ref for one in adults(visitor, home)} if home else set()
            if to not in known:
                raise NotHere
            if said not in WISHES:
                return {"fault": "Please choose yes or no."}
            scene = deed_scene(visitor, "wish")
            make(scene, visitor.staff, SetHolidayWish(to, WISHES[said]))
            return {"done": "That is kept for the holidays."}

        return await self.settings(request, **await self.house.visit(request, act, writes=True))
