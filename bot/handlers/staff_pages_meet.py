"""The sheet "meet your key worker", to be printed and handed over."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.handlers.staff_forms import HOME
from bot.handlers.staff_pages import House, NotHere, Values, reading
from bot.pages.families import family_for
from bot.pages.meet import Reader, readers, sheet
from bot.pages.visitor import Visitor


@dataclass(frozen=True, slots=True)
class MeetingSheet:
    """The route of the sheet."""

    house: House

    def routes(self) -> list[Route]:
        return [reading(f"{HOME}/families/{{case}}/meet", self.meet)]

    async def meet(self, request: Request) -> Response:
        """Show the sheet of one case, for the adult who is chosen or comes first."""
        case, to = request.path_params["case"], request.query_params.get("to", "")

        def read(visitor: Visitor) -> Values:
            home = family_for(visitor, case, "read")
            if home is None:
                raise NotHere
            found = readers(visitor, home)
            chosen = next((one for one in found if one.ref == to), None)
            if to and chosen is None:
                raise NotHere
            reader = chosen or next(iter(found), Reader())
            made = sheet(visitor, home, case, reader)
            return {"case": case, "readers": found, "reader": reader, "sheet": made}

        return await self.house.show(request, "meet.html", read)
