"""What a manager does without a shell: colleagues in and out, and taking people on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain import NotReady
from bot.handlers.staff_files import read_files
from bot.handlers.staff_forms import HOME, is_ours, proven
from bot.handlers.staff_pages import (
    Form,
    House,
    NotHere,
    NotLetIn,
    Values,
    doing,
    kept_polite,
    needs,
    reading,
    token_of,
)
from bot.imports.faults import Rejected
from bot.pages.visitor import Visitor
from bot.scene.family import local_time
from bot.scene.scene import Scene
from bot.turns.access import invite, revoke
from scheduler.enrolment import import_people
from storage import audit
from storage.tables import Person, Staff


@dataclass(frozen=True, slots=True)
class Office:
    """The routes of whoever looks after people and families."""

    house: House

    def routes(self) -> list[Route]:
        house = self.house
        return [
            reading(f"{HOME}/team", self.team),
            doing(f"{HOME}/team/{{ref}}/invite", house, self.invite),
            doing(f"{HOME}/team/{{ref}}/revoke", house, self.revoke),
            reading(f"{HOME}/people", self.people),
            Route(f"{HOME}/people", kept_polite(self.take_on), methods=["POST"]),
        ]

    async def team(self, request: Request) -> Response:
        return await self._team(request)

    async def _team(self, request: Request, **said: Any) -> Response:
        def read(visitor: Visitor) -> Values:
            needs(visitor, "staff")
            return {"title": "People here", "people": _people(visitor), "made": None, **said}

        return await self.house.show(request, "team.html", read)

    async def invite(self, request: Request, form: Form) -> Response:
        """Make a code for a colleague; it is shown once, to whoever made it."""
        del form
        ref = request.path_params["ref"]

        def act(visitor: Visitor) -> Values:
            needs(visitor, "staff")
            if visitor.role == "admin" and ref in _in_charge(visitor):
                raise NotHere
            made = invite(deed_scene(visitor, f"invite:{ref}"), ref, visitor.staff.ref)
            code = f"{made.code[:5]}-{made.code[5:]}"
            return {"name": made.name, "code": code, "until": local_time(made.until)}

        try:
            made = await self.house.visit(request, act, writes=True)
        except NotReady:
            raise NotHere from None
        return await self._team(request, made=made)

    async def revoke(self, request: Request, form: Form) -> Response:
        """End a colleague's access at once."""
        del form
        ref = request.path_params["ref"]

        def act(visitor: Visitor) -> str:
            needs(visitor, "staff")
            if ref == visitor.staff.ref:
                return "You cannot cut yourself off here. Somebody else has to do it."
            done = revoke(deed_scene(visitor, f"revoke:{ref}"), ref, visitor.staff.ref)
            moved = f" Open tasks that went to others: {done.tasks_moved}." * bool(done.tasks_moved)
            cases = f" Still to be handed over: {', '.join(done.cases)}." * bool(done.cases)
            return f"{done.name} is cut off, here and in every chat.{moved}{cases}"

        try:
            said = await self.house.visit(request, act, writes=True)
        except NotReady:
            raise NotHere from None
        self.house.wake()
        return await self._team(request, done=said)

    async def people(self, request: Request) -> Response:
        return await self._taking_on(request)

    async def _taking_on(self, request: Request, **said: Any) -> Response:
        def read(visitor: Visitor) -> Values:
            needs(visitor, "people")
            empty: Values = {"title": "Take on", "faults": [], "report": None}
            return {**empty, **said}

        return await self.house.show(request, "people.html", read)

    async def take_on(self, request: Request) -> Response:
        """Import people files: the same checks and the same faults as the command."""
        house = self.house
        if not is_ours(request, house.public_url):
            raise NotLetIn
        ref = await house.visit(request, _may_take_on)  # before anything of theirs is read
        form, files = await read_files(request)
        if not proven(form, token_of(request)):
            raise NotLetIn
        if not files:
            return await self._taking_on(request, fault="Please choose at least one file.")
        try:
            report, unproven = await import_people(
                house.database, house.taskforce, files, house.now()
            )
        except Rejected as rejected:
            return await self._taking_on(request, faults=[str(one) for one in rejected.faults])
        await house.database.write(
            lambda c: audit.append(c, house.now(), ref, "took people on", f"{len(files)} files")
        )
        house.wake()
        told = {"unproven": unproven, "kept": report.kept}
        counts = {"new": dict(report.new), "changed": dict(report.changed), **told}
        return await self._taking_on(request, report=counts)


def _in_charge(visitor: Visitor) -> frozenset[str]:
    """Name those whose records an admin may not read: their way in is not the admin's to make."""
    practice = visitor.scene.practice
    return frozenset({practice.manager, practice.safeguarding_lead})


def _may_take_on(visitor: Visitor) -> str:
    needs(visitor, "people")
    return visitor.staff.ref


def deed_scene(visitor: Visitor, name: str) -> Scene:
    """Give one deed a key of its own: what it makes hangs on it."""
    scene = visitor.scene
    key = f"page:{name}:{scene.now.isoformat()}"
    return Scene(scene.connection, scene.taskforce, scene.now, key)


def _people(visitor: Visitor) -> list[dict[str, Any]]:
    rows = visitor.scene.connection.execute(
        select(Person.ref, Person.name, Staff.role, Staff.employer, Staff.active)
        .join(Staff, Staff.person_id == Person.id)
        .order_by(Staff.active.desc(), Staff.person_id)
    )
    me = visitor.staff.ref
    return [{**row._mapping, "me": row.ref == me} for row in rows]  # noqa: SLF001  its public name
