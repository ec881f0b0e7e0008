"""Attendance on the staff page: of one case, with what two registers differ about, and of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.handlers.meeting_forms import read_day
from bot.handlers.staff_forms import HOME
from bot.handlers.staff_pages import Form, House, NotHere, Values, doing, needs, reading
from bot.handlers.staff_pages_manager import deed_scene
from bot.pages.attendance import attendance_values
from bot.pages.attendance_team import team_values
from bot.pages.hours_given import hours_values
from bot.pages.visitor import Visitor
from bot.rules.access import Action
from bot.rules.marks import HALVES
from bot.turns.attendance import attendance_of, settle, team_attendance
from bot.turns.hours_given import team_hours
from storage import audit
from storage.attendance_reads import open_cases
from storage.settled_marks import Settled
from storage.tables import Case

STARTED_WITHIN = timedelta(weeks=26)
SETTLED = "Settled. That register counts for this session now."


@dataclass(frozen=True, slots=True)
class AttendancePages:
    """The routes of attendance as a picture."""

    house: House

    def routes(self) -> list[Route]:
        family = f"{HOME}/families/{{case}}"
        return [
            reading(f"{family}/attendance", self.case),
            doing(f"{family}/register", self.house, self.settle),
            reading(f"{HOME}/attendance/team", self.team),
        ]

    async def case(self, request: Request) -> Response:
        return await self._case(request)

    async def _case(self, request: Request, *, status: int = 200, **said: Any) -> Response:
        """Show one case's attendance; that it was read stands in the audit first."""
        case = request.path_params["case"]

        def note(visitor: Visitor) -> None:
            _needs_on(visitor, case, "read")
            scene = visitor.scene
            audit.append(scene.connection, scene.now, visitor.staff.ref, "read attendance", case)

        def read(visitor: Visitor) -> Values:
            case_id = _needs_on(visitor, case, "read")
            values = attendance_values(attendance_of(visitor.scene, case_id, visitor.reader))
            return {**values, "can_settle": _may_on(visitor, case, "attendance"), **said}

        await self.house.visit(request, note, writes=True)
        return await self.house.show(request, "attendance.html", read, status=status)

    async def settle(self, request: Request, form: Form) -> Response:
        """Say whose register counts where two differ."""
        case = request.path_params["case"]

        def act(visitor: Visitor) -> str:
            settled = _settled(_needs_on(visitor, case, "attendance"), form)
            return settle(deed_scene(visitor, "register"), visitor.staff, case, settled)

        fault = await self.house.visit(request, act, writes=True)
        self.house.wake()
        if fault:
            return await self._case(request, status=409, fault=fault)
        return await self._case(request, done=SETTLED)

    async def team(self, request: Request) -> Response:
        """Show the report on everybody's attendance, and on the hours they were given."""

        def note(visitor: Visitor) -> None:
            needs(visitor, "report")
            scene, (first, last) = visitor.scene, _period(visitor, request.query_params)
            subject = f"{first} to {last}"
            audit.append(
                scene.connection, scene.now, visitor.staff.ref, "read attendance report", subject
            )

        def read(visitor: Visitor) -> Values:
            first, last = _period(visitor, request.query_params)
            cases = _cases_for(visitor)
            team = team_attendance(visitor.scene, cases, first, last)
            hours = team_hours(visitor.scene, cases, visitor.reader)
            return {**team_values(team, first, last), **hours_values(hours)}

        await self.house.visit(request, note, writes=True)
        return await self.house.show(request, "attendance_team.html", read)


def _row(visitor: Visitor, case: str) -> Row[int, str] | None:
    query = select(Case.id, Case.status).where(Case.ref == case[:40])
    return visitor.scene.connection.execute(query).one_or_none()


def _may_on(visitor: Visitor, case: str, action: Action) -> bool:
    row = _row(visitor, case)
    return row is not None and visitor.may_on(action, row.id, row.status)


def _needs_on(visitor: Visitor, case: str, action: Action) -> int:
    """Find a case about which somebody may do this; raises `NotHere`."""
    row = _row(visitor, case)
    if row is None or not visitor.may_on(action, row.id, row.status):
        raise NotHere
    return int(row.id)


def _cases_for(visitor: Visitor) -> list[int]:
    """List the open cases a visitor may read; the others are in no figure."""
    return [
        row.id
        for row in open_cases(visitor.scene.connection)
        if visitor.may_on("read", row.id, row.status)
    ]


def _settled(case_id: int, form: Form) -> Settled:
    on, half, school = read_day(form.get("on", "")), form.get("half", ""), form.get("school", "")
    if on is None or half not in HALVES or not school.isdecimal() or len(school) > 9:
        raise NotHere
    return Settled(case_id, on, half, int(school))


def _period(visitor: Visitor, asked: Mapping[str, str]) -> tuple[date, date]:
    """Read which starters are asked for; what is no day is the usual one."""
    today = visitor.scene.today
    first, last = (read_day(asked.get(name, "")) for name in ("first", "last"))
    return first or today - STARTED_WITHIN, last or today
