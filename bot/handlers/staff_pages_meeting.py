"""The weekly meeting on the staff page: its pack, the PDF of it, and what is decided in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.handlers.meeting_forms import decision_in, read_day
from bot.handlers.staff_forms import HOME, once
from bot.handlers.staff_pages import Form, House, NotHere, Values, doing, go, needs, reading, sure
from bot.handlers.staff_pages_manager import deed_scene
from bot.pages.pack import sheet
from bot.pages.sheets import Sheet
from bot.pages.visitor import Visitor
from bot.pages.wording import clock
from bot.rules.digest import moments_on
from bot.rules.meetings import meeting_day
from bot.rules.pack import DECIDED_BY, KINDS, Pack
from bot.scene.kept_back import caution
from bot.scene.matters import DECISION, number_in
from bot.turns.meeting import begin, core_team, decide_once, end_decision, finish, may_end
from bot.turns.pack import compose, decided_in
from storage import audit
from storage.meetings import meeting_on
from storage.tables import Case

ROOM = f"{HOME}/meeting"
YEAR = timedelta(days=366)
DRAFT = ("kind", "words", "whose", "due", "owner")


@dataclass(frozen=True, slots=True)
class Look:
    """One look of one visitor at one meeting."""

    visitor: Visitor
    on: date
    pack: Pack
    meeting: Row[Any] | None
    sheet: Sheet = field(repr=False)


@dataclass(frozen=True, slots=True)
class MeetingRoom:
    """The routes of the weekly meeting."""

    house: House

    def routes(self) -> list[Route]:
        house = self.house
        return [
            reading(ROOM, self.page),
            reading(f"{ROOM}.pdf", self.pdf),
            doing(f"{ROOM}/open", house, self.open),
            doing(f"{ROOM}/close", house, self.close),
            doing(f"{ROOM}/decide", house, self.decide),
            doing(f"{ROOM}/done", house, self.done),
        ]

    async def page(self, request: Request) -> Response:
        return await self._page(request, request.query_params.get("on", ""))

    async def _page(self, request: Request, on: str, *, status: int = 200, **said: Any) -> Response:
        """Show the pack; nobody is shown it before it stands in the audit that they read it."""
        case = said.pop("case", request.query_params.get("decide", ""))

        def read(visitor: Visitor) -> Values:
            found = look(visitor, on)
            return {**_values(found, case), **said}

        page = await self.house.show(request, "meeting.html", read, status=status)
        await self._audited(request, "read meeting pack", on)
        return page

    async def pdf(self, request: Request) -> Response:
        """Give the pack as a PDF, to somebody who has just typed a code."""
        from bot.pages.pack_pdf import pdf_of  # noqa: PLC0415 - slow to load, and seldom needed

        on = request.query_params.get("on", "")
        found = await self.house.visit(request, lambda visitor: _taken(visitor, on))
        body = await asyncio.to_thread(pdf_of, found.sheet)
        await self._audited(request, "copy meeting pack", on)
        attached = {"content-disposition": f'attachment; filename="meeting-{found.on}.pdf"'}
        return Response(body, media_type="application/pdf", headers=attached)

    async def open(self, request: Request, form: Form) -> Response:
        """Open today's meeting with whoever is ticked."""
        here = {name.removeprefix("here-") for name in form if name.startswith("here-")}
        return await self._held(
            request, form, lambda v, on: begin(_deed(v, form), v.staff, on, here)
        )

    async def close(self, request: Request, form: Form) -> Response:
        return await self._held(request, form, lambda v, on: finish(_deed(v, form), v.staff, on))

    async def _held(
        self, request: Request, form: Form, act: Callable[[Visitor, date], str]
    ) -> Response:
        def work(visitor: Visitor) -> str:
            needs(visitor, "meeting")
            return act(visitor, _day(visitor, form.get("on", "")))

        fault = await self.house.visit(request, work, writes=True)
        if fault:
            return await self._page(request, form.get("on", ""), status=409, fault=fault)
        return go(f"{ROOM}?on={form.get('on', '')}")

    async def decide(self, request: Request, form: Form) -> Response:
        """Write down what was decided about one case."""
        case, on = form.get("case", ""), form.get("on", "")

        def work(visitor: Visitor) -> str:
            needs(visitor, "meeting")
            _day(visitor, on)
            if not _may_decide(visitor, case):
                raise NotHere
            decision = decision_in(form, visitor.scene.today, visitor.scene.team.workers)
            if isinstance(decision, str):
                return decision
            decide_once(_deed(visitor, form), visitor.staff, decision, once(form))
            return ""

        fault = await self.house.visit(request, work, writes=True)
        if fault:
            draft = {name: form.get(name, "") for name in DRAFT}
            return await self._page(request, on, status=422, fault=fault, case=case, draft=draft)
        return go(f"{ROOM}?on={on}#case-{case}")

    async def done(self, request: Request, form: Form) -> Response:
        """Note that what was decided is done; whoever pressed too late is shown the same page."""
        on = form.get("on", "")

        def work(visitor: Visitor) -> None:
            needs(visitor, "meeting")
            _day(visitor, on)
            number = number_in(form.get("key", ""), DECISION)
            if number is None or not may_end(visitor.scene, visitor.staff, number):
                raise NotHere
            end_decision(visitor.scene, visitor.staff, number)

        await self.house.visit(request, work, writes=True)
        return go(f"{ROOM}?on={on}#due")

    async def _audited(self, request: Request, what: str, on: str) -> None:
        def write(visitor: Visitor) -> None:
            scene, day = visitor.scene, _day(visitor, on)
            audit.append(scene.connection, scene.now, visitor.staff.ref, what, f"{day}")

        await self.house.visit(request, write, writes=True)


def look(visitor: Visitor, on: str) -> Look:
    """Read the pack of a day as a visitor may see it."""
    needs(visitor, "meeting")
    day, scene = _day(visitor, on), visitor.scene

    @cache
    def sees(case_id: int, status: str) -> bool:
        return visitor.may_on("read", case_id, status)

    pack = compose(scene, visitor.staff, day, sees)
    meeting = meeting_on(scene.connection, day)
    decided = decided_in(scene, sees, meeting.id) if meeting else None
    return Look(visitor, day, pack, meeting, sheet(pack, visitor.staff.name, decided))


def _taken(visitor: Visitor, on: str) -> Look:
    """Read the pack that is taken away; raises `Unsure`."""
    found = look(visitor, on)
    sure(visitor)
    return found


def _values(found: Look, case: str) -> Values:
    visitor, meeting = found.visitor, found.meeting
    today = visitor.scene.today
    coming = found.on >= today
    return {
        "title": found.sheet.title,
        "sheet": found.sheet,
        "on": f"{found.on}",
        "before": f"{found.on - timedelta(days=7)}",
        "after": f"{found.on + timedelta(days=7)}" if not coming else "",
        "held": _held(visitor, meeting) if meeting else None,
        "team": _team(visitor, found.on) if found.on == today else [],
        "can_decide": coming,
        "deciding": case if coming else "",
        "caution": bool(case and caution(visitor.scene, visitor.staff, case)),
        "kinds": KINDS,
        "whose": DECIDED_BY,
        "owners": _names(visitor),
        "draft": dict.fromkeys(DRAFT, ""),
        "today": f"{today}",
    }


def _held(visitor: Visitor, meeting: Row[Any]) -> Values:
    names = dict(_names(visitor))
    here = [names.get(ref, ref) for ref in meeting.attendees]
    return {
        "opened": clock(meeting.opened_at),
        "closed": clock(meeting.closed_at) if meeting.closed_at else "",
        "here": ", ".join(here),
    }


def _team(visitor: Visitor, on: date) -> list[tuple[str, str, bool]]:
    """List who may sit in a meeting: (id, name, whether they are in on its day)."""
    scene = visitor.scene
    workers = [scene.worker(ref) for ref in core_team(scene)]
    calendar = scene.practice.calendar
    return [(one.ref, one.name, bool(moments_on(one.hours, calendar, on))) for one in workers]


def _names(visitor: Visitor) -> list[tuple[str, str]]:
    workers = visitor.scene.team.workers.values()
    return [(one.ref, one.name) for one in workers if one.active]


def _may_decide(visitor: Visitor, case: str) -> bool:
    query = select(Case.id, Case.status).where(Case.ref == case)
    row = visitor.scene.connection.execute(query).one_or_none()
    return row is not None and visitor.may_on("read", row.id, row.status)


def _deed(visitor: Visitor, form: Form) -> Any:
    return deed_scene(visitor, f"meeting:{once(form)}")


def _day(visitor: Visitor, on: str) -> date:
    """Read which meeting is meant; none said is the next one. Raises `NotHere`."""
    today = visitor.scene.today
    day = read_day(on) if on else meeting_day(visitor.scene.practice.meeting, today)
    if day is None or abs(day - today) > YEAR:
        raise NotHere
    return day
