"""Extra shifts of staff: visits may be booked in them, and nothing else changes."""

from __future__ import annotations

from functools import partial

from bot.desk.on_shifts import AddShift, EndShifts, OnShifts, ShiftChange
from bot.scene.scene import Scene
from storage import shifts
from storage.addresses import Someone
from storage.visits import taken_between


def settle_shift(scene: Scene, by: Someone, change: ShiftChange) -> None:
    """Keep an extra shift, or take it back."""
    stretch = change.from_at, change.to_at
    match change:
        case AddShift():
            shifts.add_shift(scene.connection, by.id, stretch, by.ref, scene.now)
        case EndShifts():
            shifts.end_shifts(scene.connection, by.id, *stretch, scene.now)


def on_shifts(scene: Scene, staff: Someone) -> OnShifts:
    """Say what a member of staff may ask about their own extra shifts."""
    read = partial(shifts.shifts_of, scene.connection, [staff.ref])
    taken = partial(taken_between, scene.connection, [staff.id])
    return OnShifts(
        own=lambda first, last: tuple(read(first, last).get(staff.ref, ())),
        taken=lambda first, last: len(taken(first, last)),
    )
