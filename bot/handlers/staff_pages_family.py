"""What is settled about one family: its number, a pause, how to speak with its child."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.base import Pause
from bot.handlers.staff_forms import HOME, once
from bot.handlers.staff_pages import (
    Form,
    House,
    NotHere,
    Values,
    doing,
    reading,
)
from bot.handlers.staff_pages_manager import deed_scene
from bot.handlers.staff_pages_status import standing_values
from bot.pages.adults import adults, passport_fields
from bot.pages.attending import attending_values
from bot.pages.contact_rules import rules_values
from bot.pages.families import household
from bot.pages.holidays import wish_values
from bot.pages.plan import plan_values
from bot.pages.record import record_values
from bot.pages.visitor import Visitor
from bot.rules.access import Action
from bot.rules.calendar import moment_at
from bot.scene.family import local_time
from bot.turns.changes import make
from bot.turns.numbers import correct_number
from storage import audit
from storage.addresses import person_by_ref
from storage.passports import FIELDS, write_passport
from storage.tables import Case

LONGEST_FIELD = 500
_FAMILY: tuple[Action, ...] = (
    *("number", "pause", "rules", "passport", "status", "restrict"),
    "attendance",
)


@dataclass(frozen=True, slots=True)
class FamilySettings:
    """The routes of what is settled about one family."""

    house: House

    def routes(self) -> list[Route]:
        house, family = self.house, f"{HOME}/families/{{case}}"
        return [
            reading(f"{family}/settings", self.settings),
            doing(f"{family}/number", house, self.number),
            doing(f"{family}/pause", house, self.pause),
            doing(f"{family}/passport", house, self.passport),
        ]

    async def settings(self, request: Request, *, status: int = 200, **said: Any) -> Response:
        """Show what is settled about a family, with what was said or refused just now."""
        case = request.path_params["case"]

        def read(visitor: Visitor) -> Values:
            allowed = [one for one in _FAMILY if _allowed(visitor, case, one)]
            if not allowed:
                raise NotHere
            return {**_family_values(visitor, case), "allowed": allowed, **said}

        return await self.house.show(request, "settings.html", read, status=status)

    async def number(self, request: Request, form: Form) -> Response:
        """Correct a family's number."""

        def act(visitor: Visitor, case_id: int) -> str:
            home = household(visitor, case_id)
            person = person_by_ref(visitor.scene.connection, form.get("to", ""))
            if person is None or person.id not in home.adults:
                raise NotHere
            scene = deed_scene(visitor, f"number:{once(form)}")
            return correct_number(scene, person, form.get("number", "")[:40], visitor.staff.ref)

        done = "The number is changed. Whoever owns this family is asked to speak to them first."
        return await self._changed(request, "number", act, done)

    async def pause(self, request: Request, form: Form) -> Response:
        """Hold a family's automatic messages until a day, or let them go again."""
        until = _day(form.get("until", ""))

        def act(visitor: Visitor, case_id: int) -> str:
            home = household(visitor, case_id)
            if not form.get("resume") and (until is None or until <= visitor.scene.now):
                return "Please choose a day to come."
            for adult in adults(visitor, home)[:1]:
                held = None if form.get("resume") else until
                make(visitor.scene, visitor.staff, Pause(adult.ref, held))
            return ""

        done = "Automatic messages go again." if form.get("resume") else "Held until that day."
        return await self._changed(request, "pause", act, done)

    async def passport(self, request: Request, form: Form) -> Response:
        """Write down how to speak with a child."""
        said = {name: form.get(name, "")[:LONGEST_FIELD] for name in FIELDS}

        def act(visitor: Visitor, case_id: int) -> str:
            scene, by = visitor.scene, visitor.staff.ref
            write_passport(scene.connection, case_id, said, by, scene.today, scene.now)
            subject = request.path_params["case"]
            audit.append(scene.connection, scene.now, by, "passport written", subject)
            return ""

        return await self._changed(request, "passport", act, "The passport is written down.")

    async def _changed(
        self,
        request: Request,
        action: Action,
        act: Callable[[Visitor, int], str],
        done: str,
    ) -> Response:
        """Change something about a family in one transaction, and show its settings again."""
        case = request.path_params["case"]

        def work(visitor: Visitor) -> str:
            if not _allowed(visitor, case, action):
                raise NotHere
            return act(visitor, _case_id(visitor, case))

        fault = await self.house.visit(request, work, writes=True)
        self.house.wake()
        said: Values = {"fault": fault} if fault else {"done": done}
        return await self.settings(request, **said)


def _row(visitor: Visitor, case: str) -> Any:
    query = select(Case.id, Case.status, Case.paused_until).where(Case.ref == case[:40])
    row = visitor.scene.connection.execute(query).one_or_none()
    if row is None:
        raise NotHere
    return row


def _case_id(visitor: Visitor, case: str) -> int:
    return int(_row(visitor, case).id)


def _allowed(visitor: Visitor, case: str, action: Action) -> bool:
    row = _row(visitor, case)
    return visitor.may_on(action, row.id, row.status)


def _family_values(visitor: Visitor, case: str) -> Values:
    row = _row(visitor, case)
    home = household(visitor, row.id)
    paused = row.paused_until
    child = home.children[home.refs.index(case)]
    return {
        "title": child,
        "case": case,
        "child": child,
        "adults": adults(visitor, home),
        "paused": local_time(paused) if paused and paused > visitor.scene.now else "",
        "tomorrow": visitor.scene.today.isoformat(),
        "passport": passport_fields(visitor, row.id),
        "opens": visitor.may_on("read", row.id, row.status),
        **wish_values(visitor, adults(visitor, home)),
        "done": "",
        **standing_values(visitor, case),
        **rules_values(visitor, row.id),
        **record_values(visitor, row.id),
        **attending_values(visitor, row.id),
        **plan_values(visitor, row.id),
    }


def _day(words: str) -> datetime | None:
    try:
        return moment_at(date.fromisoformat(words), time.min)
    except ValueError:
        return None
