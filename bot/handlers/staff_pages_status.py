"""How a case stands, how often its family is asked, and who may see it: settled on the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.on_case import CaseChange, Restrict, SetCadence, Unrestrict
from bot.handlers.staff_forms import HOME, once
from bot.handlers.staff_pages import Form, House, NotHere, Values, doing
from bot.handlers.staff_pages_manager import deed_scene
from bot.pages.families import families
from bot.pages.visitor import Visitor
from bot.rules import status as rule
from bot.rules.access import Action
from bot.rules.status import ChangeStatus
from bot.rules.taper import OFTEN
from bot.turns.changes import make
from bot.turns.restricting import others_with_work
from bot.turns.statuses import change_status, often_in_words, stood, what_follows
from storage.restricted import named_on
from storage.tables import Case, Person

Shown = Callable[..., Awaitable[Response]]  # the settings of a family again, with what was said


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """The routes of how a case stands and who sees it."""

    house: House
    settings: Shown

    def routes(self) -> list[Route]:
        house, family = self.house, f"{HOME}/families/{{case}}"
        return [
            doing(f"{family}/status", house, self.status),
            doing(f"{family}/cadence", house, self.cadence),
            doing(f"{family}/restrict", house, self.restrict),
            doing(f"{family}/unrestrict", house, self.unrestrict),
        ]

    async def status(self, request: Request, form: Form) -> Response:
        """Say what follows; change how a case stands once somebody has read that."""
        case, said = request.path_params["case"], _said(form)
        sure = bool(form.get("sure"))

        def act(visitor: Visitor) -> Values:
            _needs(visitor, case, "status")
            fault = rule.fault_in(said) if said.status else rule.HOW
            if fault:
                return {"fault": fault, "draft": said}
            scene = deed_scene(visitor, f"status:{once(form)}")
            if not sure:
                child = _child(visitor, case)
                follows = what_follows(scene, visitor.staff, child, case, said.status)
                return {"ask": said, "shown": rule.shown(said.status), "follows": follows}
            change = ChangeStatus(case, said.status, said.reason)
            return {"done": change_status(scene, visitor.staff, change)}

        return await self._settled(request, act, writes=sure)

    async def cadence(self, request: Request, form: Form) -> Response:
        """Settle how often a family is asked."""
        case, often = request.path_params["case"], form.get("often", "")

        def act(visitor: Visitor) -> Values:
            _needs(visitor, case, "status")
            if often not in {*OFTEN, ""}:
                return {"fault": "Please choose how often."}
            make(deed_scene(visitor, "cadence"), visitor.staff, SetCadence(case, often))
            said = often_in_words(visitor.scene, case)
            return {"done": f"From now on: {said}."}

        return await self._settled(request, act)

    async def restrict(self, request: Request, form: Form) -> Response:
        """Keep a case to those it belongs to and those who are ticked."""
        case = request.path_params["case"]

        def act(visitor: Visitor) -> Values:
            team = visitor.scene.team.workers
            names = tuple(ref for ref in team if form.get(f"see-{ref}"))
            case_id = _needs(visitor, case, "restrict")
            others = others_with_work(visitor.scene, case_id, names)
            _change(visitor, Restrict(case, names))
            return {"done": f"The case is restricted. {others}".strip()}

        return await self._settled(request, act)

    async def unrestrict(self, request: Request, form: Form) -> Response:
        """Open a case to the team again."""
        del form
        case = request.path_params["case"]

        def act(visitor: Visitor) -> Values:
            _needs(visitor, case, "restrict")
            _change(visitor, Unrestrict(case))
            return {"done": "The team sees this case again."}

        return await self._settled(request, act)

    async def _settled(
        self, request: Request, act: Callable[[Visitor], Values], *, writes: bool = True
    ) -> Response:
        said = await self.house.visit(request, act, writes=writes)
        self.house.wake()
        try:
            return await self.settings(request, **said)
        except NotHere:  # a case that closed by this is not theirs to settle any more
            return await self.house.show(request, "families.html", partial(_listed, said))


def _listed(said: Values, visitor: Visitor) -> Values:
    opens = visitor.may_somewhere("read")
    return {"title": "Families", "families": families(visitor), "can_open": opens, **said}


def _said(form: Form) -> rule.Said:
    """Read how a case is to stand; of a completed one the destination comes first."""
    status, words = form.get("status", "")[:20], " ".join(form.get("reason", "").split())
    where = form.get("destination", "") if status == rule.COMPLETED else ""
    known = status if status in rule.STATUSES else ""
    reason = rule.with_destination(f"{where}: {words}" if where and words else where or words)
    return rule.Said(known, reason if status == rule.COMPLETED else words)


def _change(visitor: Visitor, change: CaseChange) -> None:
    make(visitor.scene, visitor.staff, change)


def _row(visitor: Visitor, case: str) -> Any:
    query = (
        select(Case.id, Case.status, Case.cadence, Case.restricted, Person.name)
        .join(Person, Person.id == Case.pupil_id)
        .where(Case.ref == case[:40])
    )
    row = visitor.scene.connection.execute(query).one_or_none()
    if row is None:
        raise NotHere
    return row


def _needs(visitor: Visitor, case: str, action: Action) -> int:
    row = _row(visitor, case)
    if not visitor.may_on(action, row.id, row.status):
        raise NotHere
    return int(row.id)


def _child(visitor: Visitor, case: str) -> str:
    return str(_row(visitor, case).name.split()[0])


def standing_values(visitor: Visitor, case: str) -> Values:
    """Read what the section on how a case stands is made of."""
    row, scene = _row(visitor, case), visitor.scene
    named = named_on(scene.connection, row.id)
    return {
        "stood": stood(scene, case),
        "statuses": [(key, words[0]) for key, words in rule.STATUSES.items()],
        "destinations": list(rule.DESTINATIONS),
        "often": often_in_words(scene, case),
        "cadence": row.cadence,
        "cadences": OFTEN,
        "restricted": row.restricted,
        "colleagues": [
            (ref, one.name, ref in named) for ref, one in scene.team.workers.items() if one.active
        ],
        "ask": None,
        "draft": rule.Said(""),
    }
