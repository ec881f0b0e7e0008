"""Signing in to the staff page and out of it: by a code to one's own phone, or an invitation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.handlers.bodies import TooLarge
from bot.handlers.staff_forms import HOME, back_to, is_ours, read_form
from bot.handlers.staff_pages import (
    COOKIE,
    DOOR,
    Form,
    House,
    doing,
    go,
    reading,
    token_of,
)
from bot.pages.rendering import render
from bot.pages.visitor import Visitor, visitor_of
from bot.rules.access import SESSION_LASTS
from bot.rules.sources import Sources, source_of
from bot.scene.scene import Scene
from bot.turns import entrance
from storage import audit, sessions
from storage.addresses import person_by_ref
from storage.tables import Person, Staff

WRONG = "That code is not right, or too old. Look again, or have a new one sent."
NO_INVITATION = "That invitation is not right, used, or too old. Ask your manager for a new one."
TOO_MANY = (
    "There have been too many tries from where you are. Wait a few minutes, or use another"
    " connection, such as your phone's own."
)
NOT_OURS = "That did not come from this page. Please try again."


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """The routes that need nobody to be signed in, and the way out."""

    house: House
    # Of this process, and gone with it. Whoever has a code is not kept out by who asks for many.
    asked: Sources = field(default_factory=Sources)
    entered: Sources = field(default_factory=Sources)

    def routes(self) -> list[Route]:
        house = self.house
        return [
            reading(DOOR, self.door),
            self._open(DOOR, self.send, self.asked),
            self._open(f"{HOME}/code", self.enter, self.entered, self.asked),
            self._open(f"{HOME}/invitation", self.invited, self.entered),
            self._open(f"{HOME}/as", self.played, self.entered),
            doing(f"{HOME}/sign-out", house, self.leave),
            reading(f"{HOME}/confirm", self.unsure),
            doing(f"{HOME}/confirm", house, self.confirm),
        ]

    def _open(
        self, path: str, handler: Callable[[Form], Awaitable[Response]], *tries: Sources
    ) -> Route:
        """Make a route for a form of somebody who is not signed in yet.

        It is counted by the first of `tries`; whoever is let in has one back of each.
        """

        async def guarded(request: Request) -> Response:
            if not is_ours(request, self.house.public_url):
                return await self._shown(NOT_OURS, 403)
            source = source_of(request.client.host if request.client else "")
            if not tries[0].may_try(source, self.house.now()):
                # Before anything is looked up: who is known and who is not wait alike.
                return await self._shown(TOO_MANY, 429)
            try:
                form = await read_form(request)
            except TooLarge:
                return await self._shown(NOT_OURS, 413)
            answer = await handler(form)
            if "set-cookie" in answer.headers:
                for one in tries:
                    one.let_in(source)
            if request.url.scheme == "https" or self.house.public_url.startswith("https:"):
                _only_over_https(answer)
            return answer

        return Route(path, guarded, methods=["POST"])

    async def door(self, request: Request) -> Response:
        """Show where to sign in; whoever is in already goes on to their desk."""
        token, now, taskforce = token_of(request), self.house.now(), self.house.taskforce
        found = await self.house.database.read(lambda c: visitor_of(c, taskforce, token, now))
        return go(HOME) if found else await self._shown("")

    async def _shown(self, fault: str, status: int = 200) -> Response:
        team = await self.house.database.read(_team) if self.house.demo else []
        html = render("sign_in.html", fault=fault, demo=self.house.demo, team=team)
        return HTMLResponse(html, status)

    async def send(self, form: Form) -> Response:
        """Send a code, if there is anybody to send it to; the answer is the same for all."""
        house, number, now = self.house, form.get("number", "")[:40], self.house.now()
        await house.database.write(lambda c: entrance.send_code(c, house.taskforce, number, now))
        house.wake()
        return HTMLResponse(render("code.html", number=number, fault=""))

    async def enter(self, form: Form) -> Response:
        house, now = self.house, self.house.now()
        number, code = form.get("number", "")[:40], form.get("code", "")[:40]
        token = await house.database.write(
            lambda c: entrance.enter(c, house.taskforce, number, code, now)
        )
        if token is None:
            return HTMLResponse(render("code.html", number=number, fault=WRONG), 403)
        return _let_in(token)

    async def invited(self, form: Form) -> Response:
        house, now, words = self.house, self.house.now(), form.get("invitation", "")[:60]
        token = await house.database.write(
            lambda c: entrance.enter_invited(c, house.taskforce, words, now)
        )
        return await self._shown(NO_INVITATION, 403) if token is None else _let_in(token)

    async def played(self, form: Form) -> Response:
        """Let somebody be one of the fictional team: in the demonstration, and nowhere else."""
        if not self.house.demo:
            return await self._shown("", 404)
        ref, now = form.get("who", ""), self.house.now()
        token = await self.house.database.write(lambda c: self._play(Scene(
            c, self.house.taskforce, now, "page"), ref))  # fmt: skip
        return (
            await self._shown("Choose somebody of the team.", 403) if not token else _let_in(token)
        )

    def _play(self, scene: Scene, ref: str) -> str:
        worker = scene.team.workers.get(ref)
        person = person_by_ref(scene.connection, ref)
        allowed = worker is not None and worker.active and person is not None
        return entrance.let_in(scene, person.id) if allowed and person else ""

    async def leave(self, request: Request, form: Form) -> Response:
        del form

        def end(visitor: Visitor) -> None:
            scene = visitor.scene
            sessions.end_session(scene.connection, visitor.session.id, scene.now)
            audit.append(scene.connection, scene.now, visitor.staff.ref, "signed out", "page")

        await self.house.visit(request, end, writes=True)
        away = go(DOOR)
        away.delete_cookie(COOKIE, path=HOME)
        return away

    async def unsure(self, request: Request) -> Response:
        """Ask for a code again before older messages are shown or taken away."""
        back = back_to({"back": request.query_params.get("next", "")})
        return await self.house.show(request, "confirm.html", lambda _v: _asking(back))

    async def confirm(self, request: Request, form: Form) -> Response:
        house, back, code = self.house, back_to(form), form.get("code", "")[:40]
        if house.demo:
            await house.visit(request, _believed, writes=True)
            return go(back)
        if form.get("send"):
            said = await house.visit(request, self._again, writes=True)
            house.wake()
            return await house.show(
                request, "confirm.html", lambda _v: _asking(back, said, sent=not said)
            )
        if not await house.visit(request, lambda v: _confirmed(v, code), writes=True):
            return await house.show(
                request, "confirm.html", lambda _v: _asking(back, WRONG, sent=True), status=403
            )
        return go(back)

    def _again(self, visitor: Visitor) -> str:
        scene = visitor.scene
        return entrance.send_code_again(
            scene.connection, scene.taskforce, visitor.staff.id, scene.now
        )


def _asking(back: str, fault: str = "", *, sent: bool = False) -> dict[str, object]:
    return {"title": "Type a code again", "back": back, "fault": fault, "sent": sent}


def _confirmed(visitor: Visitor, code: str) -> bool:
    scene, ref = visitor.scene, visitor.staff.ref
    return entrance.confirm(scene.connection, visitor.session, ref, code, scene.now)


def _believed(visitor: Visitor) -> None:
    """In the demonstration there are no phones: a press stands for the code."""
    sessions.confirm_session(visitor.scene.connection, visitor.session.id, visitor.scene.now)


def _team(connection: Connection) -> list[tuple[str, str, str]]:
    rows = connection.execute(
        select(Person.ref, Person.name, Staff.role)
        .join(Staff, Staff.person_id == Person.id)
        .where(Staff.active)
        .order_by(Staff.person_id)
    )
    return [(row.ref, row.name, row.role) for row in rows]


def _let_in(token: str) -> Response:
    answer = go(HOME)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LASTS.total_seconds()),
        path=HOME,
        httponly=True,
        samesite="strict",
    )
    return answer


def _only_over_https(answer: Response) -> None:
    cookie = answer.headers.get("set-cookie")
    if cookie:
        answer.headers["set-cookie"] = f"{cookie}; Secure"
