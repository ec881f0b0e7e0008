"""Taking one family or one colleague on by a form; nothing that was typed is lost on a fault."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain import NotReady
from bot.handlers.staff_forms import HOME, once
from bot.handlers.staff_pages import Form, House, NotHere, Values, doing, needs, reading
from bot.handlers.staff_pages_manager import deed_scene
from bot.imports.faults import Rejected
from bot.imports.people import People, read_people
from bot.pages.referrals import sight_of
from bot.pages.taking_on import (
    colleague_choices,
    family_choices,
    from_referral,
    wrongs,
)
from bot.pages.visitor import Visitor
from bot.rules.referral import standing_in
from bot.scene.notices import PAGE
from bot.scene.scene import Scene
from bot.turns.another_adult import as_on_record, tell_others
from bot.turns.taking_on import (
    CHILD,
    COLLEAGUE,
    AskedAgain,
    Files,
    ask_about_namesakes,
    colleague_file,
    family_files,
    free_number,
    refs_taken,
    refuse_taken,
    settle_in,
)
from scheduler.enrolment import on_record, put_on_record
from storage import audit, referrals
from storage.case_summary import every_case
from storage.cases import case_ids
from storage.enrol import one_at_a_time
from storage.received import note_received

FAMILY, ONE = f"{HOME}/people/family", f"{HOME}/people/colleague"
TOO_LATE = "There is no such referral, or it has been decided."
SENT_BEFORE = (
    "This form was sent before, and nothing was done again. Look whether they are on record; if"
    " not, send it once more."
)
BEGINS = {"placement_week": "0"}


@dataclass(frozen=True, slots=True)
class TakingOn:
    """The routes of the two forms."""

    house: House

    def routes(self) -> list[Route]:
        return [
            reading(FAMILY, self.family),
            doing(FAMILY, self.house, self.take_family),
            reading(ONE, self.colleague),
            doing(ONE, self.house, self.take_colleague),
        ]

    async def family(self, request: Request) -> Response:
        """Show the form, filled in from a referral where one is named."""
        ref = request.query_params.get("referral", "")[:20]

        def given(visitor: Visitor) -> Values:
            if not ref:
                return {"given": BEGINS}
            needs(visitor, "triage")
            row = referrals.referral(visitor.scene.connection, ref, sight_of(visitor))
            if row is None or row.status not in referrals.OPEN:
                return {"given": BEGINS, "fault": TOO_LATE}
            return {"given": {**BEGINS, **from_referral(row)}}

        return await self._family(request, given)

    async def _family(
        self, request: Request, said: Callable[[Visitor], Values], *, status: int = 200
    ) -> Response:
        def read(visitor: Visitor) -> Values:
            needs(visitor, "people")
            connection = visitor.scene.connection
            values = {**_empty("Take a family on"), **said(visitor)}
            choices = family_choices(connection)
            return {
                **values,
                "choices": choices,
                "next_ref": free_number(refs_taken(connection)),
                "school_why": _unknown_school(values["given"], choices),
            }

        return await self.house.show(request, "take_family.html", read, status=status)

    async def take_family(self, request: Request, form: Form) -> Response:
        """Check one family and put it on record: all of it, or nothing."""
        return await self._answered(request, form, _take_family, self._family)

    async def colleague(self, request: Request) -> Response:
        return await self._colleague(request, lambda _visitor: {"given": {}})

    async def _colleague(
        self, request: Request, said: Callable[[Visitor], Values], *, status: int = 200
    ) -> Response:
        def read(visitor: Visitor) -> Values:
            needs(visitor, "staff")
            choices = colleague_choices(visitor.scene.connection)
            return {**_empty("Take a colleague on"), "choices": choices, **said(visitor)}

        return await self.house.show(request, "take_colleague.html", read, status=status)

    async def take_colleague(self, request: Request, form: Form) -> Response:
        """Check one colleague and put them on record; they have no access before that."""
        return await self._answered(request, form, _take_colleague, self._colleague)

    async def _answered(
        self,
        request: Request,
        form: Form,
        take: Callable[[Visitor, Form], Values],
        show: Callable[..., Awaitable[Response]],
    ) -> Response:
        """Do it in one transaction; what is refused is shown with everything as it was typed."""
        try:
            taken = await self.house.visit(request, lambda v: take(v, form), writes=True)
        except Rejected as rejected:
            kept: Values = {"given": form, "wrong": wrongs(rejected.faults)}
        except AskedAgain as why:
            kept = {"given": {**form, **why.shown}, "fault": str(why)}
        except NotReady as why:
            kept = {"given": form, "fault": str(why)}
        else:
            self.house.wake()
            return await show(request, lambda _visitor: {"taken": taken})
        return await show(request, lambda _visitor: kept, status=422)


def _take_family(visitor: Visitor, form: Form) -> Values:
    """Put a family on record, decide its referral and begin with it, in one transaction."""
    needs(visitor, "people")
    referral = form.get("referral", "")[:20]
    if referral:
        needs(visitor, "triage")
    scene, by = deed_scene(visitor, "family"), visitor.staff.ref
    only_once(scene, by, form)
    taken = refs_taken(scene.connection)
    people = _read(scene, family_files(form, taken))
    pupil = people.pupils[0]
    refuse_taken(CHILD, pupil.ref, taken)
    ask_about_namesakes(form, _children(visitor))
    adults = [as_on_record(scene, one, form, visitor.sees) for one in people.carers]
    carers = tuple(row for row, _known in adults)
    fresh = not any(known for _row, known in adults)  # the form has one adult, or none
    put_on_record(scene, replace(people, carers=carers), fresh=fresh)
    asked = settle_in(scene, pupil.ref, referral, by, standing_in(form))
    case_id = case_ids(scene.connection, [pupil.ref])[pupil.ref]
    for row, known in adults:
        if known:
            tell_others(scene, case_id, row.name, by)
    audit.append(scene.connection, scene.now, by, "took a family on", pupil.ref)
    worker = scene.worker(pupil.key_worker).name if pupil.key_worker else ""
    name = f"{pupil.first} {pupil.last}"
    return {"name": name, "ref": pupil.ref, "worker": worker, "unproven": asked}


def _children(visitor: Visitor) -> list[tuple[str, str]]:
    """List the children on record whom this reader may know of."""
    cases = every_case(visitor.scene.connection)
    return [(case.ref, case.pupil) for case in cases if visitor.sees(case.id)]


def _take_colleague(visitor: Visitor, form: Form) -> Values:
    """Put a colleague on record; whoever is in charge is not an admin's to appoint."""
    needs(visitor, "staff")
    scene, by = deed_scene(visitor, "colleague"), visitor.staff.ref
    only_once(scene, by, form)
    taken = refs_taken(scene.connection)
    person = _read(scene, colleague_file(form, taken)).staff[0]
    refuse_taken(COLLEAGUE, person.ref, taken)
    in_charge = {scene.practice.manager, scene.practice.safeguarding_lead}
    if visitor.role == "admin" and person.ref in in_charge:
        raise NotHere
    put_on_record(scene, People((person,), (), (), ()))
    audit.append(scene.connection, scene.now, by, "took a colleague on", person.ref)
    return {"name": person.name, "ref": person.ref}


def only_once(scene: Scene, by: str, form: Form) -> None:
    """Raise `NotReady` for a form that was sent before: a second press makes no second child."""
    one_at_a_time(scene.connection)
    key = once(form)
    if not key or not note_received(scene.connection, PAGE, f"{by}:{key}", scene.now):
        raise NotReady(SENT_BEFORE)


def _empty(title: str) -> Values:
    return {"title": title, "given": {}, "wrong": [], "taken": None, "fault": ""}


def _read(scene: Scene, files: Files) -> People:
    return read_people(files, **on_record(scene.connection))


def _unknown_school(given: Mapping[str, str], choices: Mapping[str, Any]) -> str:
    """Say which school a referral names, where it is not on record as it is written there."""
    named = given.get("home_school", "")
    known = {value for value, _words in choices["schools"]}
    return f"The referral says: {named}." if named and named not in known else ""
