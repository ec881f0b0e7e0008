"""Visits on the stage: booked and moved as staff do it, without the desk's conversation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.rules.visits import CANCELLED, Coming, NewVisit, Plan, Visit
from bot.scene.scene import Scene
from bot.turns import visit_news
from storage.addresses import person_by_ref
from storage.booking import change_visit, make_visit
from storage.conversations import load_state
from storage.tables import Due, NotSent
from storage.visits import find_visit
from tests.stage import Play, london

FREE = "2026-12-03 13:00"  # a Thursday on which most of the demonstration's team are in


def scene_of(play: Play, connection: Connection, key: str = "desk") -> Scene:
    return Scene(connection, play.service.taskforce, play.now, f"{key}:{play.now.isoformat()}")


async def does(play: Play, work: Callable[[Scene], Any]) -> Any:
    """Let staff do something, and what follows from it happen."""
    done = await play.database.write(lambda c: work(scene_of(play, c)))
    await play.service.settle()
    return done


async def books(
    play: Play,
    case: str,
    at: str | None,
    *,
    kind: str = "home_visit",
    staff: Sequence[str] = ("DO",),
    times: Sequence[str] = (),
    place: str = "learning_centre",
    minutes: int = 60,
) -> tuple[Visit, str]:
    """Book a visit, or offer these times; hands back what the worker is told."""
    person = await play.carer(case)
    coming = tuple(Coming(ref) for ref in staff)
    plan = Plan(minutes, place, coming, london(at) if at else None)
    new = NewVisit(kind, (case,), person, plan)

    def book(scene: Scene) -> tuple[Visit, str]:
        visit = make_visit(scene.connection, new, staff[0], scene.now)
        visit_news.plan_visit(scene, visit)
        offered = [london(one) for one in times]
        if offered:
            return visit, visit_news.tell_offer(scene, visit, offered)
        return visit, visit_news.tell_booked(scene, visit)

    done: tuple[Visit, str] = await does(play, book)
    return done


async def moves(play: Play, number: int, at: str) -> str:
    """Move a visit, as a worker does."""

    def move(scene: Scene) -> str:
        visit = found(scene.connection, number)
        plan = replace(visit.plan, starts_at=london(at))
        moved = change_visit(
            scene.connection, visit, plan, "booked", "moved", visit.made_by, scene.now
        )
        assert moved is not None
        visit_news.plan_visit(scene, moved)
        return visit_news.tell_booked(scene, moved, moved=True)

    return str(await does(play, move))


async def calls_off(play: Play, number: int) -> str:
    """Call a visit off, as a worker does."""

    def off(scene: Scene) -> str:
        visit = found(scene.connection, number)
        change = (visit, visit.plan, CANCELLED, "by_us", visit.made_by, scene.now)
        gone = change_visit(scene.connection, *change)
        assert gone is not None
        visit_news.plan_visit(scene, gone)
        return visit_news.tell_cancelled(scene, gone)

    return str(await does(play, off))


def found(connection: Connection, number: int) -> Visit:
    visit = find_visit(connection, number)
    assert visit is not None
    return visit


async def stands(play: Play, number: int) -> Visit:
    """Read a visit as it now stands."""
    return await play.database.read(lambda c: found(c, number))


async def due(play: Play, job: str) -> dict[str, datetime]:
    """What a job waits for, by its subject."""
    query = select(Due.subject, Due.at).where(Due.job == job)
    return await play.database.read(lambda c: {row.subject: row.at for row in c.execute(query)})


async def left_out(play: Play) -> list[str]:
    """Why reminders did not go."""
    query = select(NotSent.reason).where(NotSent.job == "visit_reminder").order_by(NotSent.key)
    return await play.database.read(lambda c: list(c.execute(query).scalars()))


async def question(play: Play, case: str) -> str:
    """Name the flow whose question is open for a case's first carer; empty: none."""
    ref = await play.carer(case)

    def read(connection: Connection) -> str:
        person = person_by_ref(connection, ref)
        state = load_state(connection, person.id) if person else None
        return state.flow if state else ""

    return await play.database.read(read)
