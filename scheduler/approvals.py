"""What nobody said yes to in time: it is over, and never leaves."""

from __future__ import annotations

from bot.scene.scene import Scene
from bot.turns.proposals import RUNS_OUT, end
from storage import approvals, audit
from storage.conversations import Moment, set_due, take_moment

NAME = RUNS_OUT


def run_out(scene: Scene, moment: Moment) -> None:
    """End one question; its key worker reads so in the next digest."""
    if not take_moment(scene.connection, moment):
        return
    set_due(scene.connection, NAME, moment.subject, None)
    row = approvals.find(scene.connection, int(moment.subject))
    if row is not None and end(scene, row, "system", approvals.EXPIRED):
        subject = f"approval {row.id}"
        audit.append(scene.connection, scene.now, "system", "approval ran out", subject)
