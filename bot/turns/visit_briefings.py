"""A briefing before a visit, put together for each who comes as they may read it."""

from __future__ import annotations

from bot.rules.visit_briefing import briefing_lines
from bot.rules.visits import Visit
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from bot.turns.digest_parts import first_name
from bot.turns.digests import case_buttons
from bot.turns.summaries import pupil_of
from bot.turns.visit_sight import line_of
from storage.addresses import Someone, person_by_ref
from storage.staff import key_workers_of

KIND = "visit_briefing"


def brief(scene: Scene, visit: Visit) -> None:
    """Brief everybody who comes; whoever goes alone to a family of their own knows it."""
    workers = key_workers_of(scene.connection, visit.case_ids, scene.today)
    if not visit.case_ids or (len(visit.plan.staff) == 1 and visit.plan.staff[0] in workers):
        return
    for ref in visit.plan.staff:
        staff = person_by_ref(scene.connection, ref)
        if staff is not None and scene.worker(ref).active:
            _brief_one(scene, staff, visit)


def _brief_one(scene: Scene, staff: Someone, visit: Visit) -> None:
    hidden = hidden_cases(scene, staff)
    pupils = [pupil_of(scene, staff, one) for one in visit.case_ids if one not in hidden]
    coming = [(first_name(scene, one.staff), one.why) for one in visit.plan.coming]
    note = visit.about if len(pupils) == len(visit.case_ids) else ""
    lines = briefing_lines(line_of(scene, staff, visit, shown=True), coming, note, pupils)
    matter = Matter(
        KIND,
        "\n".join(lines),
        discreet_words=f"Before the visit: {line_of(scene, staff, visit, shown=False)}",
        choices=case_buttons(
            [(one.ref, one.name) for one in pupils], shown=scene.practice.notices_shown
        ),
    )
    notify(scene, staff.ref, None, matter, name=f":{visit.id}")
