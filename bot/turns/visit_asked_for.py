"""What a family asked for, or is to be told: the booking that answers it ends that task alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from bot.rules.visit_echo import days_of_each
from bot.rules.visit_replies import asks_for_visit, asks_for_visit_alone
from bot.rules.visits import BOOKED, CANCELLED, Visit
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.scene.visit_words import for_staff, invited
from storage import tasks
from storage.addresses import Someone, person_by_id
from storage.threads import contact_by_id

KIND = "message"  # danger and a wish for a call have kinds of their own, and stay open
AFAR = frozenset({"phone", "video"})
CLOSED = " Their request is closed: {what} answers it."
STILL_OPEN = " A request of theirs is still open: please read it."
ANOTHER_TIME = "needs another time for"  # a task that a new time answers, or that there is none
BY_HAND = ("hand_over", "interpreter")  # kinds of the tasks to tell a family what no text does
OTHER_DAYS = "(also "  # a task that names days of other visits as well
BUT = "{words} But {visit} is {now}: tell them of the other days only."
SEARCH_OVER = " The task to find another time is closed."


def answered_by(scene: Scene, staff: Someone, visit: Visit, replied_to: int | None) -> str:
    """Close the requests that a visit answers; says so to whoever books it, if there was one.

    `replied_to`: the task of the notice that the booking was typed under.
    """
    if visit.person_id is None:
        return ""
    waiting = tasks.waiting_about(scene.connection, visit.person_id, KIND)
    answered = [task for task in waiting if _is_answered(scene, staff, visit, task, replied_to)]
    said = CLOSED.format(what=f"visit {visit.id}") if answered else ""
    left = [task for task in waiting if task not in answered]
    _closed(scene, staff, visit, answered)
    still = any(task.id == replied_to or _asks(scene, task) for task in left)
    return f"{said}{STILL_OPEN}" if still else said


def search_ended(scene: Scene, staff: Someone, visit: Visit) -> str:
    """Close the tasks to find another time for a visit: it has one, or is off. Says if any was."""
    sought = f"{ANOTHER_TIME} visit {visit.id} ("
    found = [task for task in _by_hand(scene, visit) if sought in task.words]
    return SEARCH_OVER if _closed(scene, staff, visit, found) else ""


def old_times_ended(scene: Scene, staff: Someone, visit: Visit, was: Visit) -> None:
    """Close what was to be done by hand about a visit as it stood: it is moved, or off.

    What names other days too stays open, and says that this one stands no more.
    """
    told = tuple(f"visit/{visit.id}.{version}/" for version in range(1, visit.version))
    under = tasks.waiting_under(scene.connection, f"visit/{visit.id}.")
    old = [task for task in under if task.key.startswith(told)]
    _closed(scene, staff, visit, [task for task in old if OTHER_DAYS not in task.words])
    others = {task.id: task for task in (*old, *_by_hand(scene, visit)) if _names(task, was, told)}
    for task in others.values():
        _say_what_stands(scene, visit, was, task)


def _names(task: Row[Any], was: Visit, told: tuple[str, ...]) -> bool:
    """Say whether a task tells of a visit among other days, as the first of them or a later one."""
    _todo, also, rest = task.words.partition(OTHER_DAYS)
    days, _bracket, what = rest.partition(")")
    is_kind = f" ({was.what.name}, " in what
    named = is_kind and any(day in days for day in days_of_each((was,)))
    return bool(also) and (task.key.startswith(told) or named)


def _say_what_stands(scene: Scene, visit: Visit, was: Visit, task: Row[Any]) -> None:
    """Let whoever tells a family of several days know which of them not to tell of."""
    now = "off" if visit.state == CANCELLED else "moved"
    words = BUT.format(words=task.words, visit=for_staff(was), now=now)
    tasks.reword(scene.connection, task.id, words)
    owner, about = person_by_id(scene.connection, task.owner_id).ref, f":{task.id}"
    matter = Matter(task.kind, words)
    notify(scene, owner, invited(scene, visit), matter, task_id=task.id, name=about)


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


def _is_answered(
    scene: Scene, staff: Someone, visit: Visit, task: Row[Any], replied_to: int | None
) -> bool:
    """Say whether somebody who was told of a request books what it asked for.

    Words that worry, or that say anything besides, are answered by a reply, and not by a booking
    that may know nothing of them; and times that are only offered answer nothing yet.
    """
    if task.level is not None or visit.state != BOOKED:
        return False
    told = task.owner_id == staff.id or staff.ref in {*task.told, task.seen_by}
    asked = told and _is_seen(visit) and _asks(scene, task, alone=True)
    return asked or task.id == replied_to


def _is_seen(visit: Visit) -> bool:
    """Say whether somebody sees the adult at it, as whoever asks for a visit wants."""
    return visit.what.meets in {"adult", "both"} and visit.plan.place not in AFAR


def _asks(scene: Scene, task: Row[Any], *, alone: bool = False) -> bool:
    """Say whether a task holds words that ask for a visit; `alone`: and for nothing else."""
    if task.contact_id is None:
        return False
    person = person_by_id(scene.connection, task.person_id)
    words = contact_by_id(scene.connection, task.contact_id).words or ""
    heard = asks_for_visit_alone if alone else asks_for_visit
    return heard(words, person.language)
