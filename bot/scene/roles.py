"""What a member of staff is here: their buttons, and all they may see and do, follow from it."""

from __future__ import annotations

from bot.rules.access import Role, may, role_of
from bot.scene.matters import ASKS, buttons
from bot.scene.scene import Scene
from storage import case_summary as records
from storage.addresses import Someone
from storage.staff import keeps_cases


def role(scene: Scene, staff: Someone) -> Role:
    """Work out what a member of staff may do here."""
    post = records.post(scene.connection, staff.id)
    title, employer = (post.role, post.employer) if post else ("", "")
    keeps = keeps_cases(scene.connection, staff.id, scene.today)
    return role_of(staff.ref, title, employer, scene.practice, keeps=keeps)


def buttons_for(
    scene: Scene, staff: Someone, kind: str, task_id: int | None
) -> tuple[tuple[str, str], ...]:
    """Make the buttons of a notice for its reader: who only gets alerts here refers nobody."""
    refers = task_id is not None and kind in ASKS and may(role(scene, staff), "referrals")
    return buttons(kind, task_id, refers=refers)
