"""Who is in, and a school that cannot open: two taps for staff of the provision and the team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.handlers.staff_forms import HOME
from bot.handlers.staff_pages import Form, House, NotHere, Values, doing, go, needs, reading
from bot.handlers.staff_pages_manager import deed_scene
from bot.pages.presence import closures_shown, presence_values, rooms
from bot.pages.visitor import Visitor
from bot.rules.closures import CLOSE, OPEN_AGAIN, SPANS, Shut, shut_of
from bot.rules.marks import HALVES, Half
from bot.turns.closures import close, closing, may_close, reopen
from bot.turns.presence import TAPS, note_presence

PAGE = f"{HOME}/whos-in"
PAST = "That list was of another day. Nothing was noted; here is today's."


@dataclass(frozen=True, slots=True)
class WhosIn:
    """The routes of who is in."""

    house: House

    def routes(self) -> list[Route]:
        house = self.house
        return [
            reading(PAGE, self.show),
            doing(f"{PAGE}/tap", house, self.tap),
            doing(f"{PAGE}/closing", house, self.closing),
        ]

    async def show(self, request: Request) -> Response:
        return await self._show(request)

    async def _show(self, request: Request, **said: Any) -> Response:
        def read(visitor: Visitor) -> Values:
            needs(visitor, "presence")
            schools = may_close(visitor.scene, visitor.staff)
            closed = closures_shown(visitor, schools)
            more = {"schools": schools, "closed": closed, "spans": tuple(SPANS.items())}
            return {**presence_values(visitor), **more, **said}

        return await self.house.show(request, "presence.html", read)

    async def tap(self, request: Request, form: Form) -> Response:
        """Note that a child is in, or not, or take the last tap back."""

        def act(visitor: Visitor) -> str:
            needs(visitor, "presence")
            if form.get("day") != visitor.scene.today.isoformat():
                return PAST
            what, half = form.get("what", ""), _half(form)
            places = (one for room in rooms(visitor, half) for one in room.places)
            wanted = (form.get("case"), form.get("school"))
            for place in places:
                if (place.ref, str(place.seat.school_id)) == wanted and what in TAPS:
                    scene = deed_scene(visitor, "presence")
                    return note_presence(scene, visitor.staff, place.ref, place.seat, what)
            raise NotHere

        fault = await self.house.visit(request, act, writes=True)
        self.house.wake()
        return await self._show(request, fault=fault) if fault else go(PAGE)

    async def closing(self, request: Request, form: Form) -> Response:
        """Say what follows from a closure, and close or open once somebody has read that."""
        found = shut_of(form["key"] if form.get("key") else _key(form))
        what = form.get("what", "")

        def act(visitor: Visitor) -> Values:
            scene = deed_scene(visitor, "closing")
            if found is None:
                return {"fault": "Please choose a school and a day."}
            shut = found[0]
            if shut.school_id not in dict(may_close(scene, visitor.staff)):
                raise NotHere
            if what == CLOSE:
                return {"done": close(scene, visitor.staff, shut)}
            if what == OPEN_AGAIN:
                return {"done": reopen(scene, visitor.staff, shut)}
            return _ask(visitor, shut, form)

        said = await self.house.visit(request, act, writes=True)
        self.house.wake()
        return await self._show(request, **said)


def _ask(visitor: Visitor, shut: Shut, form: Form) -> Values:
    about = closing(visitor.scene, shut)
    if about.fault and not about.closed:
        return {"fault": about.fault, "asked": form}
    if about.closed:
        return {"done": about.in_words(shut.when)}
    return {"ask": (shut.key(CLOSE), about.in_words(shut.when)), "asked": form}


def _key(form: Form) -> str:
    """Write what the form of a closure says as the key of a button, which is then checked."""
    parts = (form.get("school", ""), form.get("day", ""), form.get("half", ""))
    return ":".join(("x", *parts, ""))


def _half(form: Form) -> Half:
    for half in HALVES:
        if form.get("half") == half:
            return half
    raise NotHere
