"""Extra shifts of staff: visits may be booked in them, and nothing else changes."""

from __future__ import annotations

from functools import partial

from bot.desk.on_shifts import AddShift, EndShifts, OnShifts, ShiftChange
from bot.scene.scene import Scene
from bot.turns.visit_loose_ends import booked_beside_the_week, kind_and_time, of_shift_taken_back
from storage import shifts
from storage.addresses import Someone


def settle_shift(scene: Scene, by: Someone, change: ShiftChange) -> None:
    """Keep an extra shift, or take it back."""
    stretch = change.from_at, change.to_at
    match change:
        case AddShift():
            shifts.add_shift(scene.connection, by.id, stretch, by.ref, scene.now)
        case EndShifts():
            shifts.end_shifts(scene.connection, by.id, *stretch, scene.now)
            of_shift_taken_back(scene, by, *stretch)


def on_shifts(scene: Scene, staff: Someone) -> OnShifts:
    """Say what a member of staff may ask about their own extra shifts."""
    read = partial(shifts.shifts_of, scene.connection, [staff.ref])
    booked = partial(booked_beside_the_week, scene, staff)
    return OnShifts(
        own=lambda first, last: tuple(read(first, last).get(staff.ref, ())),
        booked=lambda first, last: tuple(map(kind_and_time, booked(first, last))),
    )
