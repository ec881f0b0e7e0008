"""Twice a day, on each person's own days: what waits, what came, what is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from bot.rules import digest as rule
from bot.rules.access import HOME
from bot.rules.calendar import LOOK_AHEAD, wall
from bot.rules.handover import running_cover
from bot.rules.hours import on_shift
from bot.rules.routing import Worker
from bot.scene.scene import Scene
from bot.turns.digests import after_cover, compose, send, since_last
from storage.addresses import Someone, person_by_ref
from storage.conversations import Moment, set_due, take_moment
from storage.digest import PURPOSE
from storage.tables import Due, Outbox, Person, Staff

NAME = "digest"
ABOUT_TO_RUN = timedelta(minutes=5)  # what failed is tried again so much later
EMPLOYER = select(Staff.employer).where(Staff.person_id == bindparam("staff"))


def digest(scene: Scene, moment: Moment) -> None:
    """Tell one member of staff, if there is anything; set the next moment in any case."""
    if not take_moment(scene.connection, moment):
        return
    worker = scene.team.workers.get(moment.subject)
    staff = person_by_ref(scene.connection, moment.subject)
    if worker is None or staff is None or not _is_ours(_employer(scene, staff.id)):
        set_due(scene.connection, NAME, moment.subject, None)
        return
    set_due(scene.connection, NAME, moment.subject, _next(scene, worker))
    if not _is_time(scene, worker, staff, moment.at):
        return
    cover = after_cover(scene, staff)
    since = min(since_last(scene, staff), cover.started_at) if cover else since_last(scene, staff)
    composed = compose(scene, staff, since, away=cover is not None)
    if not composed.digest.empty:
        send(scene, staff, composed)


def plan(scene: Scene) -> None:
    """Set the next digest of everybody who has none, or whose hours have changed since."""
    planned = {row.subject: row.at for row in scene.connection.execute(_planned())}
    for row in scene.connection.execute(_who()):
        if not _is_ours(row.employer):
            continue
        worker, known = scene.team.workers[row.ref], planned.get(row.ref)
        following = _next(scene, worker)
        runs = known is not None and known <= scene.now + ABOUT_TO_RUN  # it then plans the next
        if not runs and known != following:
            set_due(scene.connection, NAME, row.ref, following)


def _is_time(scene: Scene, worker: Worker, staff: Someone, at: datetime) -> bool:
    """Say whether this is still one of their moments: hours change, and clocks run late."""
    here = worker.active and running_cover(scene.team, worker.ref, scene.today) is None
    if not here or not on_shift(worker.hours, scene.practice.calendar, scene.now):
        return False
    moments = rule.moments_on(worker.hours, scene.practice.calendar, wall(at).date())
    latest = max((moment for moment in moments if moment <= at), default=None)
    return latest == at or (latest is not None and not _made_since(scene, staff, latest))


def _made_since(scene: Scene, staff: Someone, moment: datetime) -> bool:
    """Say whether a digest was made since a moment: what failed is made later, and only once."""
    made = select(Outbox.id).where(
        Outbox.person_id == staff.id, Outbox.purpose == PURPOSE, Outbox.created_at >= moment
    )
    return scene.connection.execute(made.limit(1)).first() is not None


def _next(scene: Scene, worker: Worker) -> datetime:
    """Find the next moment; who has no hours for so long is looked at again then."""
    found = rule.next_moment(worker.hours, scene.practice.calendar, scene.now)
    return found or scene.now + LOOK_AHEAD


def _is_ours(employer: str | None) -> bool:
    """Staff of a school get alerts, not digests."""
    return (employer or "").strip().casefold() == HOME


def _employer(scene: Scene, staff_id: int) -> str | None:
    return scene.connection.execute(EMPLOYER, {"staff": staff_id}).scalar_one_or_none()


def _planned() -> Any:
    return select(Due.subject, Due.at).where(Due.job == NAME)


def _who() -> Any:
    """Everybody on record, gone or not: who comes back is told again by itself."""
    query: Any = select(Person.ref, Staff.employer)
    return query.join(Staff, Staff.person_id == Person.id).order_by(Person.id)
