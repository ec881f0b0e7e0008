"""What protected an adult does so no more: every case of theirs has it, and who keeps them."""

from __future__ import annotations

from collections.abc import Collection

from bot.rules.contact_rules import MARKS
from bot.rules.routing import owners
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.turns.digest_parts import first_name
from storage import contacts
from storage.cases import Tie, ties_of
from storage.contact_rules import Ruled
from storage.staff import key_workers_of


def tell_others(scene: Scene, case_id: int, adult: Ruled, gone: Collection[str], by: str) -> None:
    """Write on an adult's other cases which marks were taken away, and tell who keeps them.

    Where it was said about is not named: that case need not be there for whoever reads this.
    """
    marks = [f"“{MARKS[one]}”" for one in gone if one in MARKS]
    others = [tie for tie in ties_of(scene.connection, adult.person_id) if tie.case_id != case_id]
    if not marks or not others:
        return
    taken = f"{' and '.join(marks)} counts no more, says {first_name(scene, by)}."
    write_down(scene, [tie.case_id for tie in others], adult, taken, by)
    for tie in others:
        _tell(scene, tie, adult, taken, by)


def _tell(scene: Scene, tie: Tie, adult: Ruled, taken: str, by: str) -> None:
    """Tell whom the messages about a case come to, unless they did it themselves."""
    workers = key_workers_of(scene.connection, [tie.case_id], scene.today)
    named, masked = f"{tie.pupil_first_name} {tie.case}", f"{tie.initials} {tie.case}"
    matter = Matter(
        "rules",
        f"{named}: texts to {adult.name} may say more from now on. {taken}",
        discreet_words=f"{masked}: {taken}",
    )
    for ref in owners(scene.team, scene.practice, workers, scene.now):
        if ref != by:
            notify(scene, ref, None, matter, name=f":{tie.case}")


def write_down(scene: Scene, case_ids: Collection[int], adult: Ruled, meant: str, by: str) -> None:
    """Write on cases what counts for an adult from now on; the reason stays with the rules."""
    entry = contacts.Entry(
        at=scene.now,
        recorded_at=scene.now,
        direction="internal",
        mode="note",
        done_by=by,
        recorded_by=by,
        purpose="rules",
        words=f"Contact rules for {adult.name}: {meant}",
        salt=scene.taskforce.salt(),
    )
    contacts.log(scene.connection, entry, case_ids)
