"""Referrals on the staff page: entered, put right, and said what becomes of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.handlers.staff_forms import HOME, once
from bot.handlers.staff_pages import Form, House, NotHere, Values, doing, go, needs, reading
from bot.handlers.staff_pages_manager import deed_scene
from bot.pages.referrals import Shown, choices, lists, one_referral
from bot.pages.visitor import Visitor
from bot.rules.referral import AGENCIES, LONGEST_OUTCOME, TIERS, check, standing_in, ticked
from bot.scene.notices import PAGE
from bot.turns.referrals import Decision, correct, refer, triage
from storage import audit
from storage.columns import keys_of
from storage.received import note_received, was_received

NO_TIER = "Tier is missing. Choose one: it says what kind of place is meant."
NO_OUTCOME = "Why not? Write the reason: whoever referred the child will ask."
SENT_BEFORE = (
    "This form was sent before, for what it held then. What it holds now was not entered: if it is"
    " another child, send it once more."
)
NO_KEY = "Nothing was entered yet. Please send it once more."
SECRETS = {"proof", "once", "back"}  # what a form carries beside what was typed
NOT_DECIDED = "Say what becomes of it: the waiting list, or not for us."


@dataclass(frozen=True, slots=True)
class Referrals:
    """The routes of children somebody asks the taskforce to support."""

    house: House

    def routes(self) -> list[Route]:
        house, one = self.house, f"{HOME}/referrals/{{ref}}"
        return [
            reading(f"{HOME}/referrals", self.all),
            doing(f"{HOME}/referrals", house, self.enter),
            reading(one, self.one),
            doing(f"{one}/correct", house, self.correct),
            doing(f"{one}/triage", house, self.triage),
        ]

    async def all(self, request: Request) -> Response:
        return await self._all(request)

    async def _all(self, request: Request, *, status: int = 200, **said: Any) -> Response:
        """Show the lists, and an empty form, or one as it was filled in."""

        def read(visitor: Visitor) -> Values:
            needs(visitor, "referrals")
            today = visitor.scene.today.isoformat()
            empty: Values = {"typed": {"received_on": today, "reads": "en"}, "faults": []}
            page = {"title": "Referrals", "today": today, "action": f"{HOME}/referrals"}
            return {**page, **choices(), **lists(visitor), **empty, **said}

        page = await self.house.show(request, "referrals.html", read, status=status)
        await self._audited(request, "read referrals", "all")
        return page

    async def enter(self, request: Request, form: Form) -> Response:
        """Put a referral on record; with faults nothing is, and nothing that was typed is lost."""

        def act(visitor: Visitor) -> tuple[str, Values]:
            needs(visitor, "referrals")
            filled, faults = check(form, visitor.scene.today)
            if faults:
                return "", {"typed": form, "faults": faults}
            again = _sent_before(visitor, form)
            if again is not None:
                kept = {"typed": form, "fault": again}
                return ("", kept) if again else (f"{HOME}/referrals", {})
            ref = refer(deed_scene(visitor, "refer"), filled, visitor.staff.ref)
            return f"{HOME}/referrals/{ref}", {}

        where, said = await self.house.visit(request, act, writes=True)
        return go(where) if where else await self._all(request, status=422, **said)

    async def one(self, request: Request) -> Response:
        return await self._one(request)

    async def _one(self, request: Request, *, status: int = 200, **said: Any) -> Response:
        ref = request.path_params["ref"]

        def read(visitor: Visitor) -> Values:
            needs(visitor, "referrals")
            found = _found(visitor, ref)
            rights = {one: visitor.may(one) for one in ("triage", "people")}
            typed = {**found.entered, "tier": found.tier}
            typed |= {f"agency-{one}": "yes" for one in found.agencies}
            page = {"title": found.child, "one": found, "rights": rights, "typed": typed}
            action = f"{HOME}/referrals/{found.ref}/correct"
            return {**page, **choices(), "action": action, "faults": [], **said}

        page = await self.house.show(request, "referral.html", read, status=status)
        await self._audited(request, "read referral", ref)
        return page

    async def correct(self, request: Request, form: Form) -> Response:
        """Put right what is known of a child."""

        def act(visitor: Visitor) -> Values:
            needs(visitor, "referrals")
            found = _found(visitor, request.path_params["ref"])
            filled, faults = check(form, visitor.scene.today)
            if faults:
                return {"typed": form, "faults": faults, "status": 422}
            fault = correct(visitor.scene, found.ref, filled, visitor.staff.ref)
            return {"fault": fault} if fault else {"done": "Written down."}

        return await self._one(request, **await self.house.visit(request, act, writes=True))

    async def triage(self, request: Request, form: Form) -> Response:
        """Say what becomes of a referral: the waiting list, or not for this taskforce."""
        decision, fault = _decision(form)

        def act(visitor: Visitor) -> Values:
            needs(visitor, "triage")
            found = _found(visitor, request.path_params["ref"])
            seen, by = standing_in(form), visitor.staff.ref
            said = fault or triage(visitor.scene, found.ref, decision, by, seen)
            typed = {**found.entered, **form}
            return {"fault": said, "typed": typed, "status": 409} if said else {"done": "Decided."}

        return await self._one(request, **await self.house.visit(request, act, writes=True))

    async def _audited(self, request: Request, what: str, subject: str) -> None:
        def write(visitor: Visitor) -> None:
            scene = visitor.scene
            audit.append(scene.connection, scene.now, visitor.staff.ref, what, subject)

        await self.house.visit(request, write, writes=True)


def _found(visitor: Visitor, ref: str) -> Shown:
    found = one_referral(visitor, ref)
    if found is None:
        raise NotHere
    return found


def _sent_before(visitor: Visitor, form: Form) -> str | None:
    """Say what is wrong with a form that was sent before; empty: two taps are one referral.

    None: it was not. What it held is kept as a seal that tells nothing: only the same fields are
    the same tap, and others may be another child, typed after going back.
    """
    scene, key = visitor.scene, once(form)
    if not key:
        return NO_KEY
    ours = f"{visitor.staff.ref}:refer"
    held = json.dumps(sorted((name, form[name]) for name in form.keys() - SECRETS))
    seal = f"{ours}:{keys_of(scene.connection).index(f'{key}:{held}')}"
    if not note_received(scene.connection, PAGE, f"{ours}:{key}", scene.now):
        return "" if was_received(scene.connection, PAGE, seal) else SENT_BEFORE
    note_received(scene.connection, PAGE, seal, scene.now)
    return None


def _decision(form: Form) -> tuple[Decision, str]:
    """Read what was decided, and what is missing in it."""
    outcome = form.get("outcome", "").strip()[:LONGEST_OUTCOME]
    tier = next((one for one in TIERS if form.get("tier") == str(one)), None)
    status = form.get("status", "")
    decision = Decision(status, tier, ticked(form, "agency", AGENCIES), outcome)
    if status == "closed":
        return decision, "" if outcome else NO_OUTCOME
    if status == "waiting":
        return decision, "" if tier else NO_TIER
    return decision, NOT_DECIDED
