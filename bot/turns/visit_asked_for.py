"""What a family asked for, or is to be told: the booking that answers it ends that task alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from bot.rules.visit_replies import asks_for_visit
from bot.rules.visits import Visit
from bot.scene.scene import Scene
from storage import tasks
from storage.addresses import Someone, person_by_id
from storage.threads import contact_by_id

KIND = "message"  # danger and a wish for a call have kinds of their own, and stay open
AFAR = frozenset({"phone", "video"})
CLOSED = " Their request is closed: {what} answers it."
ANOTHER_TIME = "needs another time for"  # a task that a new time answers, or that there is none
BY_HAND = ("hand_over", "interpreter")  # kinds of the tasks to tell a family what no text does
SEARCH_OVER = " The task to find another time is closed."


def answered_by(scene: Scene, staff: Someone, visit: Visit, replied_to: int | None) -> str:
    """Close the requests that a visit answers; says so to whoever books it, if there was one.

    `replied_to`: the task of the notice that the booking was typed under.
    """
    if visit.person_id is None:
        return ""
    waiting = tasks.waiting_about(scene.connection, visit.person_id, KIND)
    answered = [
        task for task in waiting if task.id == replied_to or _is_answered(scene, staff, visit, task)
    ]
    closed = _closed(scene, staff, visit, answered)
    return CLOSED.format(what=f"visit {visit.id}") if closed else ""


def search_ended(scene: Scene, staff: Someone, visit: Visit) -> str:
    """Close the tasks to find another time for a visit: it has one, or is off. Says if any was."""
    sought = f"{ANOTHER_TIME} visit {visit.id} ("
    found = [task for task in _by_hand(scene, visit) if sought in task.words]
    return SEARCH_OVER if _closed(scene, staff, visit, found) else ""


def old_times_ended(scene: Scene, staff: Someone, visit: Visit) -> None:
    """Close the tasks to tell a family how a moved visit stood: they are told anew.

    What names other days too stays open: those still stand.
    """
    told = tuple(f"visit/{visit.id}.{version}/" for version in range(1, visit.version))
    old = [task for task in _by_hand(scene, visit) if task.key.startswith(told)]
    _closed(scene, staff, visit, [task for task in old if "(also " not in task.words])


def _by_hand(scene: Scene, visit: Visit) -> list[Row[Any]]:
    """List what somebody is to do by hand for whoever a visit invites."""
    person = visit.person_id
    if person is None:
        return []
    return [one for kind in BY_HAND for one in tasks.waiting_about(scene.connection, person, kind)]


def _closed(scene: Scene, staff: Someone, visit: Visit, found: Sequence[Row[Any]]) -> bool:
    for task in found:
        outcome = f"visit {visit.id} {visit.state}"
        tasks.close(scene.connection, task.id, staff.ref, outcome, scene.now)
    return bool(found)


def _is_answered(scene: Scene, staff: Someone, visit: Visit, task: Row[Any]) -> bool:
    """Say whether somebody who was told of a request books what it asked for.

    Words that worry are answered by a reply, and not by a booking that may know nothing of them.
    """
    told = task.owner_id == staff.id or staff.ref in {*task.told, task.seen_by}
    return told and task.level is None and _is_seen(visit) and _asks(scene, task)


def _is_seen(visit: Visit) -> bool:
    """Say whether somebody sees the adult at it, as whoever asks for a visit wants."""
    return visit.what.meets in {"adult", "both"} and visit.plan.place not in AFAR


def _asks(scene: Scene, task: Row[Any]) -> bool:
    if task.contact_id is None:
        return False
    person = person_by_id(scene.connection, task.person_id)
    words = contact_by_id(scene.connection, task.contact_id).words or ""
    return asks_for_visit(words, person.language)
