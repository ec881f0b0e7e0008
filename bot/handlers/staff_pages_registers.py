"""Registers on the staff page: bring one or several files, and see what came in last."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.handlers.staff_files import read_files
from bot.handlers.staff_forms import HOME, is_ours, proven
from bot.handlers.staff_pages import (
    House,
    NotHere,
    NotLetIn,
    Values,
    kept_polite,
    needs,
    reading,
    token_of,
)
from bot.handlers.staff_pages_manager import deed_scene
from bot.imports.fault_words import by_row
from bot.imports.faults import Rejected
from bot.pages.registers import (
    fault_shown,
    last_brought,
    missing_today,
    own_school,
    schools_of,
)
from bot.pages.visitor import Visitor
from bot.turns.registers import report_lines, take_register

PAGE = f"{HOME}/registers"
NO_FILE = "Please choose at least one file."


@dataclass(slots=True)
class Brought:
    """What became of the files of one form: each was taken in whole, or not at all."""

    reports: list[Values] = field(default_factory=list)
    faults: list[Values] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True, slots=True)
class RegisterDesk:
    """The routes of whoever brings registers by hand."""

    house: House

    def routes(self) -> list[Route]:
        return [
            reading(PAGE, self.registers),
            Route(PAGE, kept_polite(self.take_in), methods=["POST"]),
        ]

    async def registers(self, request: Request) -> Response:
        return await self._registers(request)

    async def _registers(
        self, request: Request, brought: Brought | None = None, **said: Any
    ) -> Response:
        found = brought or Brought()

        def read(visitor: Visitor) -> Values:
            needs(visitor, "registers")
            shown = {"reports": found.reports, "faults": found.faults, "more": found.more}
            return {**_page(visitor), **shown, **said}

        status = 400 if found.faults else 200
        return await self.house.show(request, "registers.html", read, status=status)

    async def take_in(self, request: Request) -> Response:
        """Take files in, each whole or not at all: the same checks as by every other door."""
        house = self.house
        if not is_ours(request, house.public_url):
            raise NotLetIn
        await house.visit(request, lambda visitor: needs(visitor, "registers"))  # before reading
        form, files = await read_files(request)
        if not proven(form, token_of(request)):
            raise NotLetIn
        if not files:
            return await self._registers(request, fault=NO_FILE)
        brought = Brought()
        for name, content in files:
            await self._one(request, form.get("school", ""), name, content, brought)
        house.wake()
        return await self._registers(request, brought)

    async def _one(
        self, request: Request, school: str, name: str, content: bytes, brought: Brought
    ) -> None:
        def act(visitor: Visitor) -> Values:
            needs(visitor, "registers")
            scene, whose = deed_scene(visitor, f"register:{name}"), _school(visitor, school)
            to_manager = visitor.role == "manager"
            report = take_register(scene, visitor.staff.ref, "page", name, content, whose)
            return {"file": name, "lines": report_lines(report, to_manager=to_manager)}

        try:
            brought.reports.append(await self.house.visit(request, act, writes=True))
        except Rejected as rejected:
            brought.faults += [fault_shown(fault) for fault in by_row(rejected.faults)]
            brought.more += rejected.more


def _school(visitor: Visitor, chosen: str) -> str:
    """Say whose register it is: staff of a school bring their own, whatever the form says."""
    own = own_school(visitor)
    if own is None:
        return chosen
    if not schools_of(visitor):
        raise NotHere  # with no school of theirs on record it would be taken for anybody's
    return own


def _page(visitor: Visitor) -> Values:
    return {
        "title": "Registers",
        "schools": [row.name for row in schools_of(visitor)],
        "any_school": own_school(visitor) is None,
        "missing": missing_today(visitor),
        "brought": last_brought(visitor),
    }
