"""A provider has a message: logged with the words that left, and told to its writer. Once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from bot.dispatch.attempts import log_attempt
from bot.dispatch.gatekeeping import close_typed
from bot.domain import Sent
from bot.scene.family import Family, local_time
from bot.scene.notices import family_behind, mark_words
from bot.scene.scene import Scene
from bot.scene.silence import silence_ends
from storage import leases, tasks
from storage.addresses import hold_line_by_id
from storage.conversations import load_state, set_due

ANSWERS_FOR = timedelta(minutes=1)


def adopt(scene: Scene, row: Row[Any], sent: Sent) -> bool:
    """A message in doubt turns out to have left when it was first tried. False: that is known."""
    at = row.intent_at or scene.now
    line = hold_line_by_id(scene.connection, row.address_id)
    if not leases.adopt(scene.connection, row.id, sent.external_id, sent.provider, at):
        return False
    tasks.close_for_message(scene.connection, row.id, ("uncertain",), "it had left", scene.now)
    arrived(scene, row, sent, at, family_behind(scene, line))
    return True


def arrived(scene: Scene, row: Row[Any], sent: Sent, at: datetime, family: Family) -> None:
    """Write down what follows from a message having left."""
    if row.kind == "staff":
        return
    close_typed(scene, row, "sent")
    log_attempt(scene, row, family, sent.text, None, at)
    _question_is_out(scene, row, family)
    if row.kind == "person":
        _typed_has_gone(scene, row, family, at)


def _question_is_out(scene: Scene, row: Row[Any], family: Family) -> None:
    """Silence is counted from when the question left, not from when it was thought of."""
    if row.turn is None or row.kind != "proactive" or family.person is None:
        return
    state = load_state(scene.connection, family.person.id)
    if state is not None and state.turn == row.turn:
        ends = silence_ends(scene, state)
        set_due(scene.connection, "silence", family.person.ref, ends, state.turn)


def _typed_has_gone(scene: Scene, row: Row[Any], family: Family, at: datetime) -> None:
    # What left a while ago answers nothing that was asked since.
    if family.person is not None and scene.now - at < ANSWERS_FOR:
        kinds = ("message", "unclaimed", "hand_over")
        # Words that waited for the morning answer nothing that came while they did.
        about = (scene.connection, family.person.id, kinds, row.author, "answered", scene.now)
        tasks.close_all(*about, until=row.created_at)
    mark_words(scene, row, f"Sent to {family.for_chat(row.author)}, {local_time(at)}.")
