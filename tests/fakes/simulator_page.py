"""A stand-in for the demo service: enough canned JSON to try the demo page in a browser."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from aiohttp import web

from bot.pages import ASSETS, DEMO

Json: TypeAlias = dict[str, Any]

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
SWITCHES += ["--disable-background-networking", "--disable-component-update"]
CSP = "default-src 'self'"
OPENING = datetime.fromisoformat("2026-11-30T08:30:00+00:00")
CHECK_INS = datetime.fromisoformat("2026-12-03T15:45:00+00:00")
CHOICES = [
    {"key": "good", "label": "Good"},
    {"key": "ok", "label": "OK"},
    {"key": "hard", "label": "Hard"},
]
ASKED = (
    "Hi {p}, this is {w}'s weekly check-in text. How has {c}'s week been?\n"
    "1 = Good, 2 = OK, 3 = Hard\n"
    "You can also answer in your own words. {w} reads every reply."
)
URDU = (
    "السلام علیکم Tariq، یہ Sean کا ہفتہ وار پیغام ہے۔ Hamza کا ہفتہ کیسا رہا؟\n"
    "1 = اچھا، 2 = ٹھیک، 3 = مشکل"
)


def carer(ident: str, name: str, channel: str, number: str, worker: str, *cases: str) -> Json:
    address = {"channel": channel, "address": f"07700 900{number}"}
    shown = {"id": ident, "name": name, "kind": "carer", "addresses": [address]}
    return shown | {"channel": channel, "cases": list(cases), "key_worker": worker}


def pupil(case: str, name: str) -> Json:
    shown = {"id": f"pupil-{case}", "name": name, "kind": "pupil"}
    return shown | {"addresses": [], "cases": [case]}


def worker(ident: str, name: str, role: str) -> Json:
    address = {"channel": "web", "address": ident}
    shown = {"id": ident, "name": name, "kind": "staff", "role": role}
    return shown | {"channel": "web", "addresses": [address], "cases": []}


PEOPLE = [
    carer("p1", "Leanne Thornton", "sms", "100", "DO", "P01"),
    carer("p2", "Marta Wrona", "telegram", "101", "DO", "P02"),
    carer("p4", "Craig Brook", "sms", "103", "MB", "P04"),
    carer("p4b", "Lisa Brook", "sms", "124", "MB", "P04"),
    carer("p7", "Joanne Marsden", "sms", "106", "TW", "P07", "P08"),
    carer("p14", "Tariq Iqbal", "sms", "113", "SG", "P14"),
    carer("p16", "Dawn Senior", "telegram", "115", "TW", "P16"),
    carer("p19", "Kerry Moss", "sms", "118", "SG", "P19"),
    pupil("P01", "Kai Thornton"),
    pupil("P02", "Zofia Wrona"),
    pupil("P04", "Tyler Brook"),
    pupil("P07", "Ellie Marsden"),
    pupil("P08", "Noah Marsden"),
    pupil("P14", "Hamza Iqbal"),
    pupil("P16", "Chloe Senior"),
    pupil("P19", "Declan Moss"),
    worker("DO", "Dani Okafor", "family support worker"),
    worker("MB", "Marcus Bell", "youth worker"),
    worker("TW", "Tom Whitaker", "mental health practitioner"),
    worker("SG", "Sean Gallagher", "youth justice worker"),
    worker("HM", "Helen Marsh", "taskforce manager"),
]
BY_ID = {each["id"]: each for each in PEOPLE}
PUPILS = {each["cases"][0]: each["name"].split()[0] for each in PEOPLE if each["kind"] == "pupil"}
HELD = [
    {
        "to": "Joanne Marsden",
        "text": "Reminder: Tom is visiting you on Wed 2 Dec at 14:00.",
        "until": "2026-11-30T12:00:00+00:00",
        "reason": "this family asked for no morning texts",
        "state": "held",
    },
    {
        "to": "Lisa Brook",
        "text": "This is Marcus's weekly check-in text.",
        "until": None,
        "reason": "this number must not be used (court order)",
        "state": "dropped",
    },
]


def task(ident: int, kind: str, level: str | None, owner: str, case: str, words: str) -> Json:
    shown = {"id": ident, "kind": kind, "level": level, "owner": owner, "case": case}
    times = {"at": "2026-11-30T08:20:00+00:00", "respond_by": "2026-11-30T08:35:00+00:00"}
    return shown | times | {"words": words}


TASKS = [
    task(1, "crisis", "L1", "MB", "P19", "he'll see this"),
    task(2, "call_back", None, "DO", "P02", "nie, 2"),
]


@dataclass
class StandIn:
    """One small taskforce that answers as the simulator does."""

    now: datetime = OPENING
    messages: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    contacts: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    sent: list[tuple[str, Json]] = field(default_factory=list)  # what the page has posted
    refusal: str = ""  # said to the next message instead of taking it
    pace: float = 0.0  # seconds a move of the clock takes
    calls: int = 0

    def show(self, ident: str, direction: str, text: str, **more: Any) -> Json:
        number = sum(map(len, self.messages.values())) + 1
        channel = BY_ID[ident].get("channel", "web")
        said: Json = {"id": f"m{number}", "direction": direction, "text": text, "turn": None}
        said |= {"choices": [], "at": self.now.isoformat(), "channel": channel, "reply_to": None}
        self.messages[ident].append(said | more)
        return said | more

    def log(self, family: Json, direction: str, by: str, words: str) -> None:
        entry = {"at": self.now.isoformat(), "mode": family["channel"], "direction": direction}
        entry |= {"done_by": by, "person": family["name"], "words": words}
        for case in family["cases"]:
            self.contacts[case].append(entry)

    def check_in(self, family: Json) -> None:
        who, helper = family["name"].split()[0], BY_ID[family["key_worker"]]["name"].split()[0]
        children = " and ".join(PUPILS[case] for case in family["cases"])
        text = URDU if who == "Tariq" else ASKED.format(p=who, w=helper, c=children)
        if family["channel"] == "telegram":
            text = text.replace("1 = Good, 2 = OK, 3 = Hard\n", "")
        self.show(family["id"], "out", text, turn=1, choices=CHOICES)
        self.log(family, "out", "system", text)

    def heard(self, family: Json, words: str) -> None:
        """Pass a family's words on to their key worker."""
        self.log(family, "in", family["name"], words)
        children = " and ".join(PUPILS[case] for case in family["cases"])
        notice = f"{family['name']} ({children}, {' '.join(family['cases'])}) wrote:\n{words}"
        answers = [
            {"key": f"t:{family['id']}:call", "label": "I will phone"},
            {"key": f"t:{family['id']}:done", "label": "No reply needed"},
        ]
        self.show(family["key_worker"], "out", notice, choices=answers)

    def answered(self, staff: Json, words: str, reply_to: str | None) -> None:
        """Bring a worker's reply to the family whose notice it answers."""
        notice = next((m for m in self.messages[staff["id"]] if m["id"] == reply_to), None)
        if not notice:
            self.show(staff["id"], "out", "Who is this for?", turn=1, choices=CHOICES[:2])
            return
        family = BY_ID[notice["choices"][0]["key"].split(":")[1]]
        self.show(family["id"], "out", f"{words}\n{staff['name'].split()[0]}")
        self.log(family, "out", staff["id"], words)

    def take(self, ident: str, body: Json) -> Json:
        who = BY_ID[ident]
        offered = [each for message in self.messages[ident] for each in message["choices"]]
        labels = {each["key"]: each["label"] for each in offered}
        text = body["text"] if "text" in body else labels[body["press"]["key"]]
        made = self.show(ident, "in", text, reply_to=body.get("reply_to"))
        if who["kind"] == "carer":
            self.heard(who, text)
        else:
            self.answered(who, text, body.get("reply_to"))
        return {"id": made["id"]}

    # The routes

    async def read(self, request: web.Request) -> web.Response:
        self.calls += 1
        part, ident = request.match_info["part"], request.match_info.get("id", "")
        rows: dict[str, Any] = {"people": PEOPLE, "tasks": TASKS, "held": HELD}
        rows |= {"messages": self.messages[ident], "contacts": self.contacts[ident]}
        rows["clock"] = {"now": self.now.isoformat(), "zone": "Europe/London"}
        return web.json_response(rows[part])

    async def move(self, request: web.Request) -> web.Response:
        to = datetime.fromisoformat((await request.json())["now"])
        if to < self.now:
            return web.json_response({"detail": "The clock moves only forward."}, status=400)
        await asyncio.sleep(self.pace)
        due = self.now < CHECK_INS <= to
        self.now = CHECK_INS if due else to
        for family in [each for each in PEOPLE if due and each["kind"] == "carer"]:
            if family["name"] != "Lisa Brook":
                self.check_in(family)
        self.now = to
        return web.json_response({"now": self.now.isoformat()})

    async def write(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self.refusal:
            refusal, self.refusal = self.refusal, ""
            return web.json_response({"detail": refusal}, status=400)
        self.sent.append((request.match_info["id"], body))
        return web.json_response(self.take(request.match_info["id"], body))

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/", _page)
        app.router.add_get("/favicon.ico", _nothing)
        app.router.add_static("/assets/", ASSETS)
        app.router.add_get("/simulator/{part:people|clock|tasks|held}", self.read)
        app.router.add_get("/simulator/people/{id}/{part:messages}", self.read)
        app.router.add_get("/simulator/cases/{id}/{part:contacts}", self.read)
        app.router.add_post("/simulator/clock", self.move)
        app.router.add_post("/simulator/people/{id}/messages", self.write)
        app.on_response_prepare.append(_strict)
        return app


async def _page(request: web.Request) -> web.FileResponse:
    return web.FileResponse(DEMO)


async def _nothing(request: web.Request) -> web.Response:
    return web.Response(status=204)


async def _strict(request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Content-Security-Policy"] = CSP


@asynccontextmanager
async def served(service: StandIn) -> AsyncIterator[str]:
    """Serve the page and its stand-in on a free port; give its address."""
    runner = web.AppRunner(service.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()
