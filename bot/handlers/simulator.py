"""The demo page's JSON: every fictional person's phone, the log, tasks, and a clock."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import AwareDatetime, BaseModel, Field

from bot.domain import Inbound
from bot.handlers import records, simulated
from bot.rules.heard import clean
from bot.scene.scene import Taskforce
from bot.turns import take
from storage.database import Database

ZONE = "Europe/London"


class ClockMove(BaseModel):
    """Where the demo's clock is to go."""

    now: AwareDatetime


class Press(BaseModel):
    """A button, and the turn it belongs to; None on a staff notice."""

    turn: int | None = None
    key: str = Field(max_length=64)


class Written(BaseModel):
    """What a person types or presses."""

    text: str | None = Field(None, max_length=5000)
    reply_to: str | None = Field(None, max_length=120)
    press: Press | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """What the simulator plays on."""

    database: Database
    taskforce: Taskforce
    now: Callable[[], datetime]
    move: Callable[[datetime], Awaitable[None]]
    settle: Callable[[], Awaitable[None]]


def simulator_routes(stage: Stage) -> APIRouter:
    """Make the routes of the simulator."""
    router = APIRouter(prefix="/simulator", tags=["simulator"])
    _clock_routes(router, stage)
    _people_routes(router, stage)
    _record_routes(router, stage)
    return router


def _clock_routes(router: APIRouter, stage: Stage) -> None:
    @router.get("/clock")
    async def clock() -> dict[str, str]:
        return {"now": stage.now().isoformat(), "zone": ZONE}

    @router.post("/clock")
    async def move(to: ClockMove) -> dict[str, str]:
        if to.now < stage.now():
            raise HTTPException(400, "The clock only moves forward.")
        await stage.move(to.now.astimezone(UTC))
        return {"now": stage.now().isoformat(), "zone": ZONE}


def _people_routes(router: APIRouter, stage: Stage) -> None:
    @router.get("/people")
    async def people() -> list[dict[str, Any]]:
        return await stage.database.read(simulated.people)

    @router.get("/people/{person}/messages")
    async def messages(person: str) -> list[dict[str, Any]]:
        found = await stage.database.read(lambda connection: simulated.phone(connection, person))
        if found is None:
            raise HTTPException(404, "There is nobody with this id.")
        return found

    @router.post("/people/{person}/messages")
    async def write(person: str, written: Written) -> dict[str, str]:
        return {"id": await _write(stage, person, written)}


async def _write(stage: Stage, person: str, written: Written) -> str:
    line = await stage.database.read(lambda connection: simulated.line(connection, person))
    if line is None:
        raise HTTPException(400, "This person has no phone here: pupils are not texted.")
    if written.text is None and written.press is None:
        raise HTTPException(400, "Send either text or press.")
    channel, address = line
    inbound = Inbound(
        channel=channel,
        external_id=f"sim-in-{uuid.uuid4().hex}",
        address=address,
        words=clean(written.text or ""),
        key=clean(written.press.key) if written.press else "",
        turn=written.press.turn if written.press else None,
        reply_to=clean(written.reply_to or ""),
    )
    await take(stage.database, stage.taskforce, inbound, stage.now())
    await stage.settle()
    return inbound.external_id


def _record_routes(router: APIRouter, stage: Stage) -> None:
    @router.get("/cases/{case}/contacts")
    async def contacts(case: str) -> list[dict[str, Any]]:
        found = await stage.database.read(lambda connection: records.log(connection, case))
        if found is None:
            raise HTTPException(404, "There is no case with this reference.")
        return found

    @router.get("/tasks")
    async def tasks() -> list[dict[str, Any]]:
        return await stage.database.read(records.tasks)

    @router.get("/held")
    async def held() -> list[dict[str, Any]]:
        return await stage.database.read(records.held)
