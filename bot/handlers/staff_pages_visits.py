"""Visits on the staff page: a week of them, one of them, and one as a file for a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.handlers.meeting_forms import read_day
from bot.handlers.staff_forms import HOME
from bot.handlers.staff_pages import Form, House, NotHere, Values, doing, needs, reading
from bot.handlers.staff_pages_manager import deed_scene
from bot.pages.one_visit import visit_values
from bot.pages.visitor import Visitor
from bot.pages.visits import NEAR, monday_of, sees_visit, week_values
from bot.rules.calendar_buttons import link_key
from bot.rules.visits import Visit
from bot.scene.calendars import invitation_to
from bot.turns.calendars import press_link
from bot.turns.outing_places import out_now
from storage import audit
from storage.visits import find_visit

PAGE = f"{HOME}/visits"
LONGEST_NUMBER = 9
GRAVE = frozenset({"SOS", "no answer"})


@dataclass(frozen=True, slots=True)
class VisitPages:
    """The routes of visits."""

    house: House

    def routes(self) -> list[Route]:
        one = f"{PAGE}/{{number}}"
        return [
            reading(PAGE, self.week),
            reading(f"{one}.ics", self.file),
            reading(one, self.visit),
            doing(f"{one}/link", self.house, self.link),
        ]

    async def week(self, request: Request) -> Response:
        """Show a week: the team's to the manager, their own to everybody else."""
        asked = request.query_params.get("week", "")

        def note(visitor: Visitor) -> None:
            _note(visitor, "read visits", f"week {monday_of(_day(visitor, asked))}")

        def read(visitor: Visitor) -> Values:
            return {**week_values(visitor, _day(visitor, asked)), "out": _out(visitor)}

        await self.house.visit(request, note, writes=True)
        return await self.house.show(request, "visits.html", read)

    async def visit(self, request: Request) -> Response:
        """Show one visit."""
        return await self._visit(request)

    async def _visit(self, request: Request, *, status: int = 200, **said: str) -> Response:
        def note(visitor: Visitor) -> None:
            _note(visitor, "read visit", f"visit {_found(visitor, request).id}")

        def read(visitor: Visitor) -> Values:
            return {**visit_values(visitor, _found(visitor, request)), **said}

        await self.house.visit(request, note, writes=True)
        return await self.house.show(request, "visit.html", read, status=status)

    async def file(self, request: Request) -> Response:
        """Give whoever comes the invitation, or its end, for their calendar."""
        from bot.pages.calendar_file import invitation_file  # noqa: PLC0415 - slow, seldom needed

        def take(visitor: Visitor) -> tuple[int, bytes]:
            visit = _found(visitor, request)
            entry = invitation_to(visitor.scene, visitor.staff, visit)
            if entry is None:
                raise NotHere
            return visit.id, invitation_file(entry)

        number, body = await self.house.visit(request, take)
        attached = {"content-disposition": f'attachment; filename="visit-{number}.ics"'}
        return Response(body, media_type="text/calendar", headers=attached)

    async def link(self, request: Request, form: Form) -> Response:
        """Send the family a link to this visit for its own calendar."""

        def act(visitor: Visitor) -> tuple[bool, str]:
            visit = _found(visitor, request)
            key = form.get("key", "")
            if not key.startswith(link_key(visit.id, 0)[:-1]):
                raise NotHere
            return press_link(deed_scene(visitor, key), visitor.staff, key)

        sent, says = await self.house.visit(request, act, writes=True)
        self.house.wake()
        if sent:
            return await self._visit(request, done=says)
        return await self._visit(request, status=409, fault=says)


def _day(visitor: Visitor, asked: str) -> date:
    """Read which week is meant; none said is this one. Raises `NotHere`."""
    needs(visitor, "desk")
    today = visitor.scene.today
    day = read_day(asked) if asked else today
    if day is None or abs(day - today) > NEAR:
        raise NotHere
    return day


def _found(visitor: Visitor, request: Request) -> Visit:
    """Find the visit that is asked for; raises `NotHere`, whoever else may see it."""
    needs(visitor, "desk")
    words = request.path_params["number"]
    if not words.isascii() or not words.isdecimal() or len(words) > LONGEST_NUMBER:
        raise NotHere
    visit = find_visit(visitor.scene.connection, int(words))
    if visit is None or not sees_visit(visitor, visit):
        raise NotHere
    return visit


def _out(visitor: Visitor) -> list[Values] | None:
    """List who is out now. None: this taskforce does not keep an eye on that."""
    scene = visitor.scene
    if not scene.practice.visits.lone.on:
        return None
    return [
        {
            "name": one.name,
            "state": one.state,
            "times": one.times,
            "is_grave": one.state in GRAVE,
        }
        for one in out_now(scene, visitor.staff)
    ]


def _note(visitor: Visitor, what: str, about: str) -> None:
    scene = visitor.scene
    audit.append(scene.connection, scene.now, visitor.staff.ref, what, about)
