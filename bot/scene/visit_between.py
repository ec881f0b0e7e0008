"""What came between a question about a visit and the words that may answer it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.flows.base import State
from bot.flows.reading import number
from bot.scene.scene import Scene
from bot.scene.visit_reach import ABOUT_VISITS, LEAVING
from storage.sent import automatic_for, is_still_here, last_typed

WAITED_AT_MOST = timedelta(days=7)  # news that was made before the question and left after it


def unclear(scene: Scene, person_id: int, words: str, state: State, asked: datetime) -> bool:
    """Say whether a person must read what these words to a question about a visit mean."""
    if is_still_here(scene.connection, person_id, state.turn):
        return True  # nobody says yes to a time they have not seen
    return number(words) is None and _spoken_since(scene, person_id, state, asked)


def _spoken_since(scene: Scene, person_id: int, state: State, asked: datetime) -> bool:
    """Say whether a family was told of another visit, or written to by a person, since then.

    "Yes, that's fine" may answer either: nobody here can tell which.
    """
    typed = last_typed(scene.connection, person_id)
    if typed is not None and typed > asked:
        return True
    about, since = state.answers.get("visit"), asked - WAITED_AT_MOST
    return any(
        row.recipe["answers"].get("visit") != about
        and (row.status in LEAVING or (row.sent_at is not None and row.sent_at >= asked))
        for row in automatic_for(scene.connection, person_id, ABOUT_VISITS, since)
    )
