"""A visit is over: whoever leads it is asked once how it went."""

from __future__ import annotations

from bot.rules.handover import running_cover
from bot.rules.hours import next_shift, on_shift
from bot.rules.routing import Worker
from bot.rules.visits import BOOKED, Visit
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.turns.visit_lists import lead_of, outcome_button
from bot.turns.visit_news import OUTCOME
from bot.turns.visit_sight import in_short
from storage.addresses import person_by_ref
from storage.conversations import Moment, set_due, take_moment
from storage.visits import find_visit

NAME = OUTCOME


def ask_outcome(scene: Scene, moment: Moment) -> None:
    """Ask whoever leads the visit, on their shift. Silence is a line in their digest, no more."""
    if not take_moment(scene.connection, moment):
        return
    set_due(scene.connection, NAME, moment.subject, None)
    visit = current(scene, moment.subject)
    worker = _asked(scene, visit) if visit else None
    if visit is None or worker is None:
        return
    calendar = scene.practice.calendar
    later = next_shift(worker.hours, calendar, scene.now)
    if later is not None and not on_shift(worker.hours, calendar, scene.now):
        set_due(scene.connection, NAME, moment.subject, later)
        return
    _ask(scene, visit, worker)


def current(scene: Scene, subject: str) -> Visit | None:
    """Find the visit a moment is about ("12.3"). None: that version is booked no more."""
    number, _dot, version = subject.partition(":")[0].partition(".")
    visit = find_visit(scene.connection, int(number))
    if visit is None or visit.state != BOOKED or str(visit.version) != version:
        return None
    return visit


def _asked(scene: Scene, visit: Visit) -> Worker | None:
    """Choose who is asked: whoever leads it, or somebody else who was there, or the manager."""
    for ref in dict.fromkeys((lead_of(visit), *visit.plan.staff, scene.practice.manager)):
        worker = scene.team.workers.get(ref)
        away = running_cover(scene.team, ref, scene.today) is not None
        if worker is not None and worker.active and not away:
            return worker
    return None


def _ask(scene: Scene, visit: Visit, worker: Worker) -> None:
    staff = person_by_ref(scene.connection, worker.ref)
    if staff is None:
        return
    words, discreet = (
        f"How did it go? {in_short(scene, staff, visit, shown=shown)}." for shown in (True, False)
    )
    matter = Matter(
        NAME,
        words,
        discreet_words=discreet,
        choices=(outcome_button(scene, staff, visit, shown=scene.practice.notices_shown),),
    )
    notify(scene, worker.ref, None, matter, name=f":{visit.id}")
