"""Show: the words behind a discreet notice, to the one it was sent to, and audited."""

from __future__ import annotations

from bot.scene.names import as_read_by
from bot.scene.notices import say_to_staff
from bot.scene.roles import buttons_for
from bot.scene.scene import Scene
from bot.turns.buttons import NOT_KNOWN
from bot.turns.rights import may_know_of
from storage import audit, outbox, tasks
from storage.addresses import Line, Someone
from storage.contacts import restricted_from


def show(scene: Scene, line: Line, staff: Someone, key: str) -> None:
    """Show the words of a notice; one of another chat, or kept from its reader, is not known."""
    row = outbox.by_ref(scene.connection, key.partition(":")[2])
    task = tasks.find_task(scene.connection, row.task_id) if row and row.task_id else None
    own = row is not None and row.person_id == staff.id and row.address_id == line.id
    hidden = restricted_from(scene.connection, task.contact_id) if task and task.contact_id else ()
    kept = staff.id in hidden or (task is not None and not may_know_of(scene, staff, task))
    if row is None or not own or row.behind is None or kept:
        say_to_staff(scene, line, staff, NOT_KNOWN, "desk")
        return
    choices = buttons_for(scene, staff, row.purpose, row.task_id)
    about = {"about_id": row.about_id, "task_id": row.task_id}
    words = as_read_by(scene, staff, row.behind)
    say_to_staff(scene, line, staff, words, "desk", choices=choices, **about)
    audit.append(scene.connection, scene.now, staff.ref, "show", f"message {row.id}")
