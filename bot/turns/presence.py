"""Somebody saw a child in, or did not: noted beside the register, never in it."""

from __future__ import annotations

from bot.scene.scene import Scene
from storage import audit
from storage.addresses import Someone
from storage.attending import look_again
from storage.presence import Seat, take_back, tap

TAPS = ("in", "out", "undo")
TOO_LATE = "A tap can be taken back for ten minutes. Tap the other button instead."


def note_presence(scene: Scene, staff: Someone, ref: str, seat: Seat, what: str) -> str:
    """Note one tap; says why it was not, if so."""
    if what == "undo":
        changed = take_back(scene.connection, seat, scene.now)
    else:
        changed = tap(scene.connection, seat, staff.ref, scene.now, here=what == "in")
    if not changed:
        return TOO_LATE if what == "undo" else ""
    look_again(scene.connection, [seat.case_id], scene.now)  # a text may wait, or be wanted
    subject = f"{ref} {seat.day.isoformat()} {seat.half}"
    audit.append(scene.connection, scene.now, staff.ref, f"presence {what}", subject)
    return ""
