"""The holidays on the staff page: activities and their places, and who of the team is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.on_holidays import NameHolidayDuty
from bot.handlers.staff_forms import HOME
from bot.handlers.staff_pages import Form, House, NotHere, Values, doing, needs, reading
from bot.handlers.staff_pages_manager import deed_scene
from bot.pages.holidays import activity_values, holidays_values
from bot.pages.visitor import Visitor
from bot.rules.activity import read_activity
from bot.scene.scene import Scene
from bot.turns import activities, changes, places
from bot.turns.holidays import duty_lines
from storage.activities import find_activity, find_place
from storage.addresses import Someone
from storage.holidays import end_duty
from storage.tables import Case

SAID = {"booked": "Booked.", "waiting": "All places are taken: they are on the list now."}
NOT_NOW = "That cannot be done any more: it has changed in the meantime."
LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class Holidays:
    """The routes of what goes on in the holidays."""

    house: House

    def routes(self) -> list[Route]:
        house, one = self.house, f"{HOME}/holidays/{{number}}"
        return [
            reading(f"{HOME}/holidays", self.overview),
            doing(f"{HOME}/holidays", house, self.make),
            doing(f"{HOME}/holidays/duty", house, self.duty),
            reading(one, self.activity),
            doing(f"{one}/invite", house, self.invite),
            doing(f"{one}/place", house, self.place),
            doing(f"{one}/close", house, self.close),
        ]

    async def overview(self, request: Request, **said: Any) -> Response:
        def read(visitor: Visitor) -> Values:
            needs(visitor, "meeting")
            return {**holidays_values(visitor, duty_lines(visitor.scene)), **said}

        return await self.house.show(request, "holidays.html", read)

    async def make(self, request: Request, form: Form) -> Response:
        """Keep a new activity, or show what has to be put right."""

        def act(visitor: Visitor) -> Values:
            needs(visitor, "meeting")
            new = read_activity(form, visitor.scene.today)
            if isinstance(new, list):
                return {"wrong": new, "typed": dict(form)}
            activities.make(visitor.scene, visitor.staff, new)
            return {"done": f"“{new.title}” is here now. Nobody has been invited yet."}

        return await self.overview(request, **await self.house.visit(request, act, writes=True))

    async def duty(self, request: Request, form: Form) -> Response:
        """Name who is there, or end that."""

        def act(visitor: Visitor) -> Values:
            needs(visitor, "triage")
            if form.get("end"):
                return _ended(visitor, _number(form["end"]))
            return _named(visitor, form)

        said = await self.house.visit(request, act, writes=True)
        self.house.wake()
        return await self.overview(request, **said)

    async def activity(self, request: Request, **said: Any) -> Response:
        """Show one activity: who comes, who waits, who has not answered."""
        number = _number(request.path_params["number"])

        def read(visitor: Visitor) -> Values:
            found = _activity(visitor, number)
            offered = activities.invitable(visitor.scene, visitor.staff, found)
            values = activity_values(visitor, found)
            return {**values, "invitable": offered[: activities.AT_MOST], "ask": None, **said}

        return await self.house.show(request, "activity.html", read)

    async def invite(self, request: Request, form: Form) -> Response:
        """Invite who is ticked; a bulk send only on the manager's second yes."""
        cases = {name.removeprefix("case-") for name in form if name.startswith("case-")}

        def act(visitor: Visitor, found: Row[Any]) -> Values:
            manages = visitor.may("triage")
            scene = deed_scene(visitor, "invite")
            sure = manages and bool(form.get("sure"))
            came = activities.invite(scene, visitor.staff, found.id, cases, bulk=sure)
            if came.needs_yes and not manages:
                return {"fault": "More than ten families within a day: the manager sends this."}
            if came.needs_yes:
                return {"ask": sorted(cases), "asked": came.needs_yes}
            if came.refused:
                return {"fault": came.refused}
            return {"done": f"Invited: {came.count}. Each is asked in their own hours."}

        return await self._done(request, act)

    async def place(self, request: Request, form: Form) -> Response:
        """Book, offer or give up one place, or note that the form is signed."""
        number, deed = _number(form.get("place", "")), form.get("deed", "")

        def act(visitor: Visitor, found: Row[Any]) -> Values:
            place = find_place(visitor.scene.connection, number)
            if place is None or place.activity_id != found.id or not _theirs(visitor, place):
                raise NotHere
            scene = deed_scene(visitor, f"place:{number}:{deed}")
            said = DEEDS.get(deed, _nothing)(scene, visitor.staff, number)
            return {"done": said} if said else {"fault": NOT_NOW}

        return await self._done(request, act)

    async def close(self, request: Request, form: Form) -> Response:
        """Close an activity: nobody can book it any more."""
        del form

        def act(visitor: Visitor, found: Row[Any]) -> Values:
            closed = activities.close(visitor.scene, visitor.staff, found.id)
            return {"done": "Closed. Nobody can book it any more."} if closed else {}

        return await self._done(request, act)

    async def _done(self, request: Request, act: Callable[[Visitor, Row[Any]], Values]) -> Response:
        """Do something about one activity in one transaction, and show it again."""
        number = _number(request.path_params["number"])

        def work(visitor: Visitor) -> Values:
            return act(visitor, _activity(visitor, number))

        said = await self.house.visit(request, work, writes=True)
        self.house.wake()
        return await self.activity(request, **said)


def _number(words: str) -> int:
    if not words.isascii() or not words.isdecimal() or len(words) > LONGEST_NUMBER:
        raise NotHere
    return int(words)


def _activity(visitor: Visitor, number: int) -> Row[Any]:
    needs(visitor, "meeting")
    found = find_activity(visitor.scene.connection, number)
    if found is None:
        raise NotHere
    return found


def _theirs(visitor: Visitor, place: Row[Any]) -> bool:
    """Say whether somebody may settle a child's place: whoever may write to the family."""
    query = select(Case.id, Case.status).where(Case.id == place.case_id)
    case = visitor.scene.connection.execute(query).one()
    return visitor.may_on("reply", case.id, case.status)


def _ended(visitor: Visitor, number: int) -> Values:
    ended = end_duty(visitor.scene.connection, number, visitor.scene.now)
    activities.note(visitor.scene, visitor.staff, "holiday duty ended", str(number))
    return {"done": "Not named any more."} if ended else {"fault": NOT_NOW}


def _named(visitor: Visitor, form: Form) -> Values:
    who = form.get("who", "")
    worker = visitor.scene.team.workers.get(who)
    try:
        days = date.fromisoformat(form.get("from", "")), date.fromisoformat(form.get("to", ""))
    except ValueError:
        return {"fault": "Please choose the first and the last day."}
    if worker is None or not worker.active or not visitor.scene.today <= days[1] >= days[0]:
        return {"fault": "Please choose who it is, and days to come."}
    scene = deed_scene(visitor, "holiday duty")
    changes.make(scene, visitor.staff, NameHolidayDuty(who, *days))
    return {"done": f"{worker.name} is named."}


def _book(scene: Scene, by: Someone, number: int) -> str:
    return SAID.get(places.book_by_hand(scene, by, number) or "", "")


def _offer(scene: Scene, by: Someone, number: int) -> str:
    done = places.offer_place(scene, by, number)
    return "They are being asked. The place is kept for them." if done else ""


def _give_up(scene: Scene, by: Someone, number: int) -> str:
    done = places.give_up(scene, by, number)
    return "Given up. Whoever is next in line is offered it by their worker." if done else ""


def _form(scene: Scene, by: Someone, number: int) -> str:
    return "The form is noted as signed." if activities.note_form(scene, by, number) else ""


def _nothing(scene: Scene, by: Someone, number: int) -> str:
    del scene, by, number
    return ""


DEEDS: dict[str, Callable[[Scene, Someone, int], str]] = {
    "book": _book,
    "offer": _offer,
    "give_up": _give_up,
    "form": _form,
}
