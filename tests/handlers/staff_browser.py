"""A browser of somebody who works here, with no socket between: it reads forms and sends them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import httpx
from sqlalchemy import select

from bot.app import demo_web, real_web
from storage.tables import Outbox
from tests.handlers.doors import client
from tests.stage import Play

NUMBERS = {"HM": "07700 900001", "DO": "07700 900002", "MB": "07700900003", "FS": "07700 900008"}
OWN = {"sec-fetch-site": "same-origin"}


class Forms(HTMLParser):
    """Every form of a page: where it goes, and what stands in it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], list[tuple[str, str]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        here = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((here["action"], {}, []))
        elif tag == "button" and self.found and here.get("name"):
            self.found[-1][2].append((here["name"], here["value"]))
        elif tag in {"input", "textarea"} and self.found and here.get("type") != "radio":
            self.found[-1][1][here.get("name", "")] = here.get("value", "")


class StaffBrowser:
    """One browser at the staff page."""

    def __init__(self, play: Play, *, demo: bool = True) -> None:
        self.play = play
        self.http: httpx.AsyncClient = client(
            demo_web(play.service) if demo else real_web(play.service)
        )
        self.page: httpx.Response

    async def get(self, path: str = "") -> httpx.Response:
        self.page = await self.http.get(f"/staff{path}", follow_redirects=True)
        assert "&lt;Macro" not in self.page.text, "a part of the template stands there as a value"
        return self.page

    async def post(self, path: str, headers: Any = OWN, **fields: str) -> httpx.Response:
        """Send a form that was made by hand; redirects are followed as a browser does."""
        self.page = await self.http.post(
            f"/staff{path}", data=fields, headers=headers, follow_redirects=True
        )
        await self.play.service.settle()
        return self.page

    async def fills(self, action: str, **fields: str) -> httpx.Response:
        """Fill in and send the first form of this page that goes there."""
        where, kept, _buttons = next(form for form in self.forms() if form[0].endswith(action))
        return await self.post(where.removeprefix("/staff"), **{**kept, **fields})

    async def presses(self, label_key: str) -> httpx.Response:
        """Press the last button of this page whose key ends so."""
        for where, kept, buttons in reversed(self.forms()):
            for name, value in buttons:
                if value.endswith(label_key):
                    return await self.post(where.removeprefix("/staff"), **{**kept, name: value})
        raise AssertionError(f"no button {label_key}")

    def forms(self) -> list[tuple[str, dict[str, str], list[tuple[str, str]]]]:
        parser = Forms()
        parser.feed(self.page.text)
        return parser.found

    async def plays(self, ref: str) -> StaffBrowser:
        """Be one of the fictional team."""
        await self.post("/as", who=ref)
        assert self.page.url.path == "/staff", self.page.text
        return self

    async def signs_in(self, ref: str) -> StaffBrowser:
        """Sign in by a code, as in a real service."""
        await self.post("/sign-in", number=NUMBERS[ref])
        await self.fills("/code", code=await self.code())
        assert self.page.url.path == "/staff", self.page.text
        return self

    async def codes(self) -> list[str]:
        """Every code that was ever texted, oldest first."""
        query = select(Outbox.text).where(Outbox.purpose == "sign_in").order_by(Outbox.id)
        rows = await self.play.database.read(lambda c: list(c.execute(query).scalars()))
        return [re.findall(r"\d{6}", text)[0] for text in rows]

    async def code(self) -> str:
        return (await self.codes())[-1]
