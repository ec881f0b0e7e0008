"""Two colleagues answer one message: the first one's words go, the second one is asked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from bot.flows.base import Answers
from bot.rules.calendar import wall
from bot.rules.claims import taken_by_another
from bot.scene.scene import Scene
from bot.turns import typed
from bot.turns.welcome import welcomed
from storage import tasks
from storage.addresses import Someone
from storage.introductions import WELCOME

CLAIMED = frozenset({"message", "unclaimed", "call"})  # danger is taken by its button alone


def second_answer(
    scene: Scene, staff: Someone, task: Row[Any] | None, words: typed.Words
) -> Answers | None:
    """Say what to ask whoever answers a message that a colleague has; None: it is free.

    The task is held by whoever looks at it, so that of two answers in one second one is second.
    """
    if task is None:
        return None
    seen, done = (task.seen_by, task.seen_at), (task.done_by, task.done_at)
    other = taken_by_another(staff.ref, scene.now, seen=seen, done=done)
    if other is None:
        return None
    who = scene.team.workers.get(other.by)
    return {
        "to": typed.ref_of(scene, words.person_id),
        "words": words.words,
        "who": who.first_name if who else "Somebody",
        "did": "answered this" if other.answered else "took this on",
        "since": f"{wall(other.at):%H:%M}",
        "where": str(words.address_id or ""),
    }


def take_on(scene: Scene, staff: Someone, task: Row[Any] | None) -> None:
    """Note who answers a message, once the words are on their way: what was refused claims nothing.

    Danger goes on being handed from one to the next until somebody says that they have it.
    """
    if task is not None and task.kind == WELCOME:
        welcomed(scene, staff, task)
    if task is not None and task.kind in CLAIMED:
        tasks.take_on(scene.connection, task.id, staff.ref, scene.now)
