"""What is on record about a known family, put right on its page, and one more adult for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain import NotReady
from bot.handlers.staff_forms import HOME
from bot.handlers.staff_pages import Form, House, NotHere, Values, doing, needs
from bot.handlers.staff_pages_manager import deed_scene
from bot.handlers.staff_pages_taking_on import only_once
from bot.imports.faults import Rejected
from bot.imports.people import People, read_people
from bot.pages.contact_rules import case_for
from bot.pages.taking_on import wrongs
from bot.pages.visitor import Visitor
from bot.turns.another_adult import as_on_record, next_in_turn, settle_adult
from bot.turns.corrections import correct_child, correct_name
from bot.turns.taking_on import AskedAgain, adult_file
from scheduler.enrolment import on_record, put_on_record

Shown = Callable[..., Awaitable[Response]]  # the settings of a family again, with what was said
Deed = Callable[[Visitor, str, int, Form], str]


@dataclass(frozen=True, slots=True)
class FamilyRecord:
    """The routes by which what is on record about a family is put right."""

    house: House
    settings: Shown

    def routes(self) -> list[Route]:
        house, family = self.house, f"{HOME}/families/{{case}}"
        return [
            doing(f"{family}/child", house, self.child),
            doing(f"{family}/name", house, self.name),
            doing(f"{family}/adult", house, self.adult),
        ]

    async def child(self, request: Request, form: Form) -> Response:
        """Correct a child's name, year or school; what is refused stays as it was typed."""
        return await self._done(request, form, _correct_child, "child")

    async def name(self, request: Request, form: Form) -> Response:
        """Correct how an adult's name is written."""
        return await self._done(request, form, _correct_name, "name")

    async def adult(self, request: Request, form: Form) -> Response:
        """Take one more adult on: all of it, or nothing."""
        return await self._done(request, form, _add_adult, "adult")

    async def _done(self, request: Request, form: Form, deed: Deed, part: str) -> Response:
        """Do it in one transaction, and show the family's settings with what came of it."""
        case = request.path_params["case"]

        def act(visitor: Visitor) -> str:
            case_id = case_for(visitor, case, "number")
            if case_id is None:
                raise NotHere
            return deed(visitor, case, case_id, form)

        try:
            done = await self.house.visit(request, act, writes=True)
        except Rejected as rejected:
            refused = _typed(part, form, wrong=wrongs(rejected.faults))
        except AskedAgain as why:
            refused = {**_typed(part, {**form, **why.shown}), "fault": str(why)}
        except NotReady as why:
            # What stands now is shown in the child's form: it has changed under their hands.
            refused = {**({} if part == "child" else _typed(part, form)), "fault": str(why)}
        else:
            self.house.wake()
            return await self.settings(request, done=done)
        return await self.settings(request, status=422, **refused)


def _typed(part: str, form: Form, wrong: Any = ()) -> Values:
    """Keep what was typed into one part of the page, beside what is wrong with it."""
    return {f"{part}_given": form, f"{part}_wrong": list(wrong)}


def _correct_child(visitor: Visitor, case: str, case_id: int, form: Form) -> str:
    scene = deed_scene(visitor, "child")
    schools = on_record(scene.connection)["known_schools"]
    return correct_child(scene, case_id, {**form, "case": case}, visitor.staff.ref, schools)


def _correct_name(visitor: Visitor, case: str, case_id: int, form: Form) -> str:
    del case
    return correct_name(deed_scene(visitor, "name"), case_id, form, visitor.staff.ref)


def _add_adult(visitor: Visitor, case: str, case_id: int, form: Form) -> str:
    """Check one adult as a carers file is, put them on record and ask for their number's proof."""
    needs(visitor, "people")
    scene, by = deed_scene(visitor, "adult"), visitor.staff.ref
    only_once(scene, by, form)
    file = adult_file(form, case, next_in_turn(scene, case_id))
    row = read_people(file, **on_record(scene.connection)).carers[0]
    row, known = as_on_record(scene, row, form, visitor.sees, case_id)
    put_on_record(scene, People((), (), (), (row,)), fresh=not known)
    asked = settle_adult(scene, case, by, row, known=known)
    said = f"{row.name} is on record as an adult of this family."
    until = " Nothing automatic goes to them until somebody has spoken to them: whoever has the"
    return f"{said}{until} family now is asked to do that." if asked else said
