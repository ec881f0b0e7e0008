"""The staff page: every request is looked up anew, in the transaction that answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, TypeVar
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.handlers.bodies import TooLarge
from bot.handlers.staff_forms import HOME, is_ours, proof_of, proven, read_form
from bot.pages.answers import answers
from bot.pages.rendering import render
from bot.pages.visitor import Visitor, visitor_of
from bot.pages.waiting import count_waiting
from bot.rules.access import Action
from bot.scene.scene import Taskforce
from storage.database import Database

COOKIE = "keyworker_staff"
DOOR = f"{HOME}/sign-in"
Values: TypeAlias = dict[str, Any]
Form: TypeAlias = Mapping[str, str]
Found = TypeVar("Found")
Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
SHOWN_TO: tuple[Action, ...] = (
    *("families", "desk", "referrals", "meeting", "staff", "people", "registers"),
    *("presence", "report"),
)


class NotHere(Exception):
    """There is no such page for this visitor: whether it exists for others is not told."""


class NotLetIn(Exception):
    """Nobody is signed in in this browser, or not any more."""


class Unsure(Exception):
    """A code has to be typed again first."""


@dataclass(frozen=True, slots=True)
class House:
    """What the staff page stands on."""

    database: Database
    taskforce: Taskforce
    now: Callable[[], datetime]
    wake: Callable[[], None]
    public_url: str = ""
    demo: bool = False  # the fictional team may be clicked on instead of signing in

    async def visit(
        self, request: Request, work: Callable[[Visitor], Found], *, writes: bool = False
    ) -> Found:
        """Do something for whoever is signed in; raises `NotLetIn` if nobody is."""
        token, now = token_of(request), self.now()

        def act(connection: Any) -> Found:
            visitor = visitor_of(connection, self.taskforce, token, now)
            if visitor is None:
                raise NotLetIn
            return work(visitor)

        return await (self.database.write(act) if writes else self.database.read(act))

    async def show(
        self,
        request: Request,
        template: str,
        work: Callable[[Visitor], Values],
        *,
        status: int = 200,
    ) -> Response:
        """Show a page to whoever is signed in."""

        def read(visitor: Visitor) -> Values:
            return {**frame(visitor), **work(visitor)}

        values = await self.visit(request, read)
        shared = {"proof": proof_of(token_of(request)), "once": self.taskforce.token()}
        here = {"here": request.url.path, "demo": self.demo}
        return HTMLResponse(render(template, **shared, **here, **values), status)


def frame(visitor: Visitor) -> Values:
    """Read what stands on every page."""
    desk = visitor.may("desk")
    return {
        "me": visitor.staff.name,
        "role": visitor.role.replace("_", " "),
        "waits": count_waiting(visitor),
        "may": [action for action in SHOWN_TO if visitor.may(action)],
        "answers": answers(visitor) if desk or visitor.may("waiting") else [],
        "about": "",
        "fault": "",
        "done": "",
    }


def token_of(request: Request) -> str:
    return request.cookies.get(COOKIE, "")


def go(to: str) -> Response:
    """Send a browser on after a form: reloading does not send it again."""
    return RedirectResponse(to, 303)


def confirm_first(back: str) -> Response:
    """Ask for a code, and send the browser on to a page of ours after it."""
    return go(f"{HOME}/confirm?next={quote(back)}")


def sure(visitor: Visitor) -> None:
    """Raise `Unsure` unless they have typed a code a moment ago."""
    if not visitor.confirmed:
        raise Unsure


def needs(visitor: Visitor, action: Action) -> None:
    """Raise `NotHere` unless somebody may do this."""
    if not visitor.may(action):
        raise NotHere


def reading(path: str, handler: Handler) -> Route:
    """Make a route that shows something."""
    return Route(path, kept_polite(handler), methods=["GET"])


def doing(
    path: str, house: House, handler: Callable[[Request, Form], Awaitable[Response]]
) -> Route:
    """Make a route that takes a form, from a page of ours and of this session only."""

    async def guarded(request: Request) -> Response:
        form = await read_form(request)
        if not is_ours(request, house.public_url) or not proven(form, token_of(request)):
            raise NotLetIn
        return await handler(request, form)

    return Route(path, kept_polite(guarded), methods=["POST"])


def kept_polite(handler: Handler) -> Handler:
    """Answer what went wrong with a page in words, never with what was asked for."""

    async def polite(request: Request) -> Response:
        try:
            return await handler(request)
        except NotLetIn:
            return go(DOOR)  # the cookie stays: nobody else's form may sign somebody out
        except Unsure:
            asked = request.url
            return confirm_first(f"{asked.path}?{asked.query}" if asked.query else asked.path)
        except NotHere:
            said = "There is no such page, or it is not for you."
            return HTMLResponse(render("nothing.html", said=said), 404)
        except TooLarge:
            said = "That was too much at once. Nothing was done."
            return HTMLResponse(render("nothing.html", said=said), 413)

    return polite
