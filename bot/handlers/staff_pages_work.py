"""The day's work on the staff page: what waits, the families, one thread each, and the desk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.desk.copy import COPY
from bot.domain import Inbound
from bot.handlers.bodies import TooLarge
from bot.handlers.staff_forms import HOME, back_to, once
from bot.handlers.staff_pages import (
    Form,
    House,
    NotHere,
    Unsure,
    confirm_first,
    doing,
    go,
    needs,
    reading,
    sure,
)
from bot.pages.adults import adults, passport
from bot.pages.families import Household, families, family_for
from bot.pages.reply import NO_KEY, Reply, addressees, entered, reply_in
from bot.pages.thread import thread
from bot.pages.visitor import Visitor
from bot.pages.waiting import is_addressed, waiting
from bot.pages.written import written_out
from bot.rules.access import Action
from bot.scene.matters import TASK, number_in
from bot.scene.notices import PAGE
from bot.turns import take
from bot.turns.staffroom import command_in
from storage import audit

LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Work:
    """The routes of everybody's day."""

    house: House

    def routes(self) -> list[Route]:
        house, family = self.house, f"{HOME}/families/{{case}}"
        return [
            reading(HOME, self.waits),
            reading(f"{HOME}/families", self.all_families),
            reading(family, self.family),
            reading(f"{family}/copy", self.copy),
            doing(f"{family}/reply", house, self.reply),
            doing(f"{HOME}/desk", house, self.desk),
            doing(f"{HOME}/press", house, self.press),
        ]

    async def waits(self, request: Request) -> Response:
        def read(visitor: Visitor) -> dict[str, Any]:
            return {"title": "What waits", "tasks": waiting(visitor)}

        return await self.house.show(request, "waiting.html", read)

    async def all_families(self, request: Request) -> Response:
        def read(visitor: Visitor) -> dict[str, Any]:
            needs(visitor, "families")
            opens = visitor.may_somewhere("read")
            return {"title": "Families", "families": families(visitor), "can_open": opens}

        return await self.house.show(request, "families.html", read)

    async def family(self, request: Request) -> Response:
        """Show a thread."""
        history = request.query_params.get("history") == "yes"
        return await self._thread(request, history=history)

    async def _thread(
        self, request: Request, *, history: bool = False, status: int = 200, **said: Any
    ) -> Response:
        """Read a thread; nobody is shown it before it stands in the audit that they read it."""
        case = request.path_params["case"]

        def read(visitor: Visitor) -> dict[str, Any]:
            return {**_thread_values(visitor, case, history=history), **said}

        page = await self.house.show(request, "thread.html", read, status=status)
        await self._audited(request, "read history" if history else "read thread", case)
        return page

    async def copy(self, request: Request) -> Response:
        """Give a thread as plain text, for the system at home."""
        case = request.path_params["case"]

        def read(visitor: Visitor) -> str:
            home = _home(visitor, case, "copy")
            sure(visitor)
            return written_out(visitor, home, thread(visitor, home, history=True))

        text = await self.house.visit(request, read)
        await self._audited(request, "copy thread", case)
        attached = {"content-disposition": f'attachment; filename="{case}.txt"'}
        return PlainTextResponse(text, headers=attached)

    async def reply(self, request: Request, form: Form) -> Response:
        """Hand typed words to the desk, as a reply to this family; what is not sent stays here."""
        case, to, words = request.path_params["case"], form.get("to", ""), form.get("words", "")
        key = once(form)

        def read(visitor: Visitor) -> Inbound | str:
            home = _home(visitor, case, "reply")
            said = _said(visitor, key, words=words, about=to)
            if key and entered(visitor, said.external_id):
                return said
            reply = reply_in(visitor, home, form) if key else Reply(NO_KEY)
            return reply.not_sent or replace(said, notice=reply.notice)

        try:
            said = await self.house.visit(request, read)
        except Unsure:
            return confirm_first(f"{HOME}/families/{case}")
        if isinstance(said, str):
            draft = {"to": to, "words": words}
            return await self._thread(request, status=409, fault=said, draft=draft)
        await self._take(said)
        return go(f"{HOME}/families/{case}#now")

    async def desk(self, request: Request, form: Form) -> Response:
        """Hand a command, or words for nobody yet, to the desk."""
        words, about, key = form.get("words", ""), form.get("about", ""), once(form)

        def read(visitor: Visitor) -> Inbound:
            needs(visitor, "desk")
            # Only a command is about the family of the page: words answer what the desk asked.
            whom = about if words.lstrip().startswith("/") else ""
            return _said(visitor, key, words=words, about=whom)

        try:
            said = await self.house.visit(request, read)
        except Unsure:
            return confirm_first(back_to(form))
        if key and words.strip():
            await self._take(said)
        return go(f"{back_to(form)}#desk")

    async def press(self, request: Request, form: Form) -> Response:
        """Hand a press of a button to the desk: of a notice, or of a question it asked."""
        pressed, key, turn = form.get("key", "")[:64], once(form), form.get("turn", "")

        def read(visitor: Visitor) -> Inbound:
            number = number_in(pressed, TASK)
            if number is not None and not _may_press(visitor, number):
                raise NotHere
            asked = int(turn) if turn.isascii() and turn.isdecimal() and len(turn) < 9 else None
            return _said(visitor, key, key=pressed, turn=asked)

        said = await self.house.visit(request, read)
        if key and pressed:
            await self._take(said)
        return go(f"{back_to(form)}#desk")

    async def _audited(self, request: Request, what: str, subject: str) -> None:
        def write(visitor: Visitor) -> None:
            scene = visitor.scene
            audit.append(scene.connection, scene.now, visitor.staff.ref, what, subject)

        await self.house.visit(request, write, writes=True)

    async def _take(self, said: Inbound) -> None:
        house = self.house
        await take(house.database, house.taskforce, said, house.now())
        house.wake()


def _said(visitor: Visitor, once_key: str, **deed: Any) -> Inbound:
    """Make what the desk hears; the same form with the same in it again is the same deed.

    Somebody who goes back and types something else into the same form means something new.
    """
    if len(deed.get("words", "")) > LONGEST:
        raise TooLarge  # cut by us, half of it might mean the opposite
    if _copies(deed.get("words", "")):
        sure(visitor)
    ref = visitor.staff.ref
    meant = sha256("\x1f".join(f"{name}={deed[name]}" for name in sorted(deed)).encode())
    key = f"{ref}:{once_key}:{meant.hexdigest()[:16]}"
    return Inbound(channel=PAGE, external_id=key, address=ref, **deed)


def _thread_values(visitor: Visitor, case: str, *, history: bool) -> dict[str, Any]:
    home = _home(visitor, case, "read")
    if history:
        _needs_on(visitor, home, "history")
        sure(visitor)
    people = adults(visitor, home)
    own = (home.case_ids[home.refs.index(case)],)
    return {
        "title": ", ".join(home.children),
        "home": home,
        "case": case,
        "thread": thread(visitor, home, history=history),
        "adults": people,
        "addressees": addressees(visitor, people),
        "draft": {"to": "", "words": ""},
        "passports": [(name, passport(visitor, one)) for name, one in _children(home)],
        "can_reply": visitor.may_on_all("reply", own),
        "can_manage": any(visitor.may_on_all(a, own) for a in ("number", "passport", "restrict")),
        "about": people[0].ref if people else "",
    }


def _children(home: Household) -> list[tuple[str, int]]:
    return list(zip(home.children, home.case_ids, strict=True))


def _home(visitor: Visitor, case: str, action: Action) -> Household:
    home = family_for(visitor, case, action)
    if home is None:
        raise NotHere
    return home


def _needs_on(visitor: Visitor, home: Household, action: Action) -> None:
    if not visitor.may_on_all(action, home.case_ids):
        raise NotHere


def _copies(words: str) -> bool:
    """Say whether a command takes contacts away as text."""
    typed = words.strip()
    return typed.startswith("/") and command_in(typed)[0] == COPY.name


def _may_press(visitor: Visitor, task_id: int) -> bool:
    return visitor.may("desk") or is_addressed(visitor, task_id)
