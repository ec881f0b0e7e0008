"""In the holidays somebody named is told as well, of families whose own worker is not there."""

from __future__ import annotations

from bot.rules.holidays import in_holidays
from bot.rules.hours import on_shift
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.scene.sight import sees
from storage.addresses import person_by_ref
from storage.contacts import restricted_from
from storage.holidays import on_duty

OF_FAMILIES = frozenset(
    {"crisis", "call", "message", "unclaimed", "hand_over", "reach", "phone", "phone_check_in"}
)


def holiday_people(scene: Scene) -> tuple[str, ...]:
    """Name who is there for the team today; in term nobody is asked for, and nothing is read."""
    if not in_holidays(scene.practice.calendar, scene.today):
        return ()
    workers = scene.team.workers
    named = on_duty(scene.connection, scene.today)
    return tuple(ref for ref in named if ref in workers and workers[ref].active)


def also_told(scene: Scene, owner: str, matter: Matter, case_id: int | None) -> tuple[str, ...]:
    """Name who is told in the holidays beside a worker who is not on shift.

    Words about somebody never reach them, and of a restricted case only danger goes to whoever
    has no part in it.
    """
    if matter.kind not in OF_FAMILIES or _is_there(scene, owner):
        return ()
    return tuple(ref for ref in holiday_people(scene) if _may_know(scene, ref, matter, case_id))


def _is_there(scene: Scene, ref: str) -> bool:
    return on_shift(scene.worker(ref).hours, scene.practice.calendar, scene.now)


def _may_know(scene: Scene, ref: str, matter: Matter, case_id: int | None) -> bool:
    staff = person_by_ref(scene.connection, ref)
    if staff is None:
        return False
    contact = matter.contact_id
    if contact is not None and staff.id in restricted_from(scene.connection, contact):
        return False
    return bool(matter.level) or sees(scene, staff, case_id)
