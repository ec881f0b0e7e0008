"""An alarm about a family that somebody is about to see: they read whom to ask, never the words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from bot.rules.calendar import moment_at, wall
from bot.rules.hours import next_shift
from bot.rules.routing import may_sound
from bot.rules.visits import BOOKED, Visit
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.scene.sight import sees
from bot.scene.visit_coming import coming, is_away
from bot.turns.digest_parts import first_name
from bot.turns.visit_sight import line_of
from storage import tasks
from storage.addresses import Someone, person_by_id, person_by_ref
from storage.visits import visits_of_cases

KIND = "visit_alarm"
WITHIN = timedelta(days=2)
SOON = timedelta(hours=2)  # whoever sets out by then is told aloud at any hour
NIGHT, MORNING, EARLY = time(22), time(6, 30), time(7, 30)
ASK = "An alarm was raised about this family. Before you go, ask {who} what it is:\n{visit}"


def tell_who_goes(
    scene: Scene,
    case_ids: Collection[int],
    filed_under: int | None,
    contact_id: int,
    told: Sequence[str],
    hidden_from: Collection[str],
) -> None:
    """Tell whoever sees this family next that there is something to ask before they set out.

    Whoever was `told` has the words. Who may not know of the case reads nothing of it.
    """
    if not told or not case_ids:
        return
    for visit in visits_of_cases(scene.connection, case_ids):
        if _is_next(scene, visit):
            _tell(scene, visit, filed_under, contact_id, told, hidden_from)


def tell_of_open_alarms(scene: Scene, visit: Visit) -> None:
    """Tell whoever is put on a visit while an alarm about the family is open, and knows nothing."""
    if visit.state != BOOKED or visit.what.meets == "nobody":
        return
    open_now = tasks.danger_about(scene.connection, visit.case_ids, visit.person_id)
    for contact_id, of_contact in groupby(open_now, key=lambda task: task.contact_id):
        alarm = list(of_contact)
        told = [ref for task in alarm for ref in _who_knows(scene, task)]
        _tell(scene, visit, alarm[0].case_id, contact_id, told, ())


def _who_knows(scene: Scene, task: Row[Any]) -> list[str]:
    """Name who has read the words: whoever has taken it first, and its owner before the others."""
    owner = person_by_id(scene.connection, task.owner_id).ref
    return [ref for ref in (task.seen_by, owner, *task.told) if ref]


def _tell(
    scene: Scene,
    visit: Visit,
    filed_under: int | None,
    contact_id: int | None,
    told: Sequence[str],
    hidden_from: Collection[str],
) -> None:
    """Tell whoever comes to one visit, as far as they know nothing and may know of the case."""
    who, name = first_name(scene, _who_can_say(scene, told)), f":{visit.id}:{contact_id}"
    for staff in _going(scene, visit, {*told, *hidden_from}, filed_under):
        matter = _matter(scene, staff, visit, who, contact_id)
        notify(scene, staff.ref, None, matter, name=name)


def _who_can_say(scene: Scene, told: Sequence[str]) -> str:
    """Name who has the words and is at work; where nobody is, who was told last: the lead."""
    team, practice, now = scene.team, scene.practice, scene.now
    here = (ref for ref in told if may_sound(team, practice, ref, now, urgent=False))
    return next(here, told[-1])


def _going(
    scene: Scene, visit: Visit, but: Collection[str], filed_under: int | None
) -> Iterator[Someone]:
    """Name who comes and does not know yet, as far as the case is there for them."""
    for ref in coming(scene, visit, but):
        staff = person_by_ref(scene.connection, ref)
        if is_away(scene, ref, visit.plan.starts_at):
            continue
        if staff is not None and sees(scene, staff, filed_under):
            yield staff


def _matter(scene: Scene, staff: Someone, visit: Visit, who: str, contact_id: int | None) -> Matter:
    words, discreet = (
        ASK.format(who=who, visit=line_of(scene, staff, visit, shown=shown))
        for shown in (True, False)
    )
    loud = _cannot_wait(scene, staff, visit)
    return Matter(KIND, words, contact_id=contact_id, discreet_words=discreet, loud=loud)


def _cannot_wait(scene: Scene, staff: Someone, visit: Visit) -> bool:
    """Say whether it sounds now: somebody sets out soon, or before they are next at work.

    A silent notice lies in their chat until then. Nobody is woken for what lies beyond the morning.
    """
    begins = visit.plan.starts_at
    leaves = begins - timedelta(minutes=visit.plan.travel) if begins else scene.now
    if leaves <= scene.now + SOON:
        return True
    shift = next_shift(scene.worker(staff.ref).hours, scene.practice.calendar, scene.now)
    if shift is not None and shift < leaves:
        return False
    return not _is_night(scene.now) or leaves < _early(scene.now)


def _is_night(moment: datetime) -> bool:
    shown = wall(moment).time()
    return shown >= NIGHT or shown < MORNING


def _early(moment: datetime) -> datetime:
    """Say until when a night's end is early: whoever sets out before it is woken for it."""
    shown = wall(moment)
    day = shown.date() + timedelta(days=1 if shown.time() >= NIGHT else 0)
    return moment_at(day, EARLY)


def _is_next(scene: Scene, visit: Visit) -> bool:
    """Say whether somebody is with this family now, or will be within two days."""
    begins, ends = visit.plan.starts_at, visit.plan.ends_at
    if visit.state != BOOKED or visit.what.meets == "nobody" or begins is None or ends is None:
        return False
    return ends > scene.now and begins <= scene.now + WITHIN
