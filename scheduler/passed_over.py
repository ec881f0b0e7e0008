"""What goes by after a restore: moments at which a family may have been written to already."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from bot.rules import check_in as rule
from bot.rules import holidays
from bot.rules.calendar import wall
from bot.rules.routing import owner
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_of
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from scheduler.check_ins import plan_first
from storage.activities import find_place
from storage.addresses import Someone, person_by_id, person_by_ref
from storage.conversations import Moment, due_moments, keep_state, note_not_sent, set_due
from storage.visits import find_visit

REASON = "restored from a backup"
KIND = "restored"
HOLIDAYS = "holidays"
ASKS = frozenset({"holiday_wish", "holiday_invite"})  # each once, about one question
# Jobs that would write to families again. That of attendance looks as ever and plans ahead: what
# was due before the restore it brings to a person by itself, for a register may come in again.
PASSED_OVER = ASKS | {"check_in", "silence", "attendance", "visit_reminder", HOLIDAYS}
# Jobs that may run late without harm: they write to nobody, or to staff alone.
AS_BEFORE = frozenset(
    {"retention", "incident", "digest", "replan", "pack", "referrals"}
    | {"clocks", "approval", "days_missed", "missing_reasons"}
    | {"visit_outcome", "visit_briefing", "outing"}
)
MANY = 100_000
ASKED_ALREADY = (
    "A backup was restored after families were due to be asked whether they want check-ins in the "
    "holidays. They may have been asked already, so the service asks nobody a second time: please "
    "ask those whose answer is not known."
)


@dataclass(slots=True)
class Over:
    """Whom a person has to look at, and how many check-ins were skipped."""

    families: list[Family] = field(default_factory=list)
    skipped: int = 0


def pass_over(scene: Scene) -> Over:
    """Let what was due since go by where it writes to families: it may have had its turn."""
    over = Over()
    for moment in due_moments(scene.connection, scene.now, MANY):
        if moment.job == HOLIDAYS:
            _ask_nobody_again(scene, moment)
        elif moment.job in PASSED_OVER:
            _pass_one(scene, moment, over)
    return over


def _pass_one(scene: Scene, moment: Moment, over: Over) -> None:
    person = _whose(scene, moment)
    family = family_of(scene, person) if person else None
    if person is None or family is None:
        return
    if moment.job == "check_in":
        _not_sent(scene, moment, family, rule.week_of(wall(moment.at).date()))
        set_due(scene.connection, moment.job, moment.subject, plan_first(scene, family))
        over.skipped += 1
        return
    if moment.job == "silence":
        keep_state(scene.connection, person.id, None, scene.now)
    else:
        _not_sent(scene, moment, family, wall(moment.at).date())
    set_due(scene.connection, moment.job, moment.subject, None)
    over.families.append(family)


def _whose(scene: Scene, moment: Moment) -> Someone | None:
    """Find whom a moment is about; that of an invitation or a visit carries its number."""
    if moment.job == "attendance":
        return None  # about a case: the job itself sees to it
    if moment.job not in {"holiday_invite", "visit_reminder"}:
        return person_by_ref(scene.connection, moment.subject)
    number = int(moment.subject.partition(".")[0])  # "12" of an invitation, "12.3:1d" of a visit
    find = find_place if moment.job == "holiday_invite" else find_visit
    about = find(scene.connection, number)
    return person_by_id(scene.connection, about.person_id) if about and about.person_id else None


def _not_sent(scene: Scene, moment: Moment, family: Family, when: date) -> None:
    key = f"{moment.job}/{moment.subject}/{when}"
    about = family.person.id if family.person else 0
    note_not_sent(scene.connection, key, scene.now, moment.job, about, family.cases, REASON)


def _ask_nobody_again(scene: Scene, moment: Moment) -> None:
    """Where every family was to be asked one person does; that somebody is named is still seen."""
    calendar = scene.practice.calendar
    holiday = holidays.next_holiday(calendar, wall(moment.at).date())
    if holiday is None or moment.at != holidays.wish_asked_at(holiday):
        return
    following = holidays.next_look(calendar, scene.now)
    set_due(scene.connection, moment.job, moment.subject, following)
    if scene.practice.wants_holiday_check_ins and scene.team.workers:
        one = owner(scene.team, scene.practice, None, scene.now).staff
        own = replace(scene, key=f"{scene.key}:{HOLIDAYS}")
        raise_task(own, None, one, Matter(KIND, ASKED_ALREADY), told=(one,))
