"""A visit is booked, moved or called off as staff have confirmed: looked at again, kept, told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.flows.base import Answers
from bot.rules.digest_lines import time_shown
from bot.rules.visit_echo import days_of_each, listed
from bot.rules.visit_moments import TIME_TO_READ
from bot.rules.visit_wish import Wish, to_answers, wish_of
from bot.rules.visits import (
    BOOKED,
    CANCELLED,
    OFFERED,
    BookVisit,
    CancelVisit,
    MoveVisit,
    RunLate,
    State,
    Visit,
)
from bot.scene.family import barred
from bot.scene.scene import Scene
from bot.scene.visiting import why_not
from bot.turns.rights import may_on
from bot.turns.visit_alarms import tell_of_open_alarms
from bot.turns.visit_asked_for import answered_by, old_times_ended, search_ended
from bot.turns.visit_checks import who_is_taken, why_not_now
from bot.turns.visit_colleagues import tell_colleagues, tell_of_all
from bot.turns.visit_news import plan_visit, tell_booked, tell_cancelled, tell_late, tell_offer
from bot.turns.visit_sight import BEGUN, has_begun, may_change
from bot.turns.visit_weekly import book_later
from storage import audit
from storage.addresses import Someone, person_by_ref
from storage.booking import Taken, change_visit, hold_visit, make_visit
from storage.cases import case_ids

NOT_NOW = "Nothing has changed: that visit was changed meanwhile. /visits shows how it stands."
NOT_YOURS = "Nothing has changed: that family is not yours to book for any more."
NOTHING_SENT = "Nothing was sent."
GONE_TIME = "Nothing is booked. {why} Here is what is free now."
GONE_TIMES = "Nothing was offered: not all of these times are free now. Here is what is."
HOW_INSTEAD = "That visit has begun, so nothing is called off. Say how it went instead."
OVER = "Nothing was sent: that visit is over."


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of it, and the conversation that goes on if it could not be."""

    says: str = field(repr=False)
    again: tuple[str, Answers] | None = None


def book(scene: Scene, staff: Someone, effect: BookVisit) -> Settled:
    """Book a visit at its time, or offer the family times; everything is looked at once more."""
    new = effect.new
    if not _may(scene, staff, new.cases) or new.person in barred(scene):
        return Settled(NOT_YOURS)
    wish = Wish(new.kind, new.cases, new.person, new.plan, new.about, effect.between, effect.part)
    wish = replace(wish, weekly=effect.weekly)
    if refused := _refused(scene, staff, wish, effect):
        return refused
    try:
        visit = make_visit(scene.connection, new, staff.ref, scene.now)
    except Taken as taken:
        return Settled(GONE_TIME.format(why=who_is_taken(scene, taken)), _again(wish))
    later, left_out = book_later(scene, staff, wish, effect.later)
    for one in (visit, *later):
        _audited(scene, staff, "BookVisit", one)
    tell_of_all(scene, staff.ref, (visit, *later))
    tell_of_open_alarms(scene, visit)
    answered = answered_by(scene, staff, visit, effect.task)
    told = _told(scene, visit, effect.times, later=later)
    return Settled("\n".join((f"{told}{answered}", *left_out)))


def move(scene: Scene, staff: Someone, effect: MoveVisit) -> Settled:
    """Move a visit to a time, or back to the family with times to choose from."""
    visit = _as_shown(scene, staff, effect)
    if isinstance(visit, str):
        return Settled(visit)
    if has_begun(scene, visit):
        return Settled(BEGUN)
    wish = replace(wish_of(visit), plan=effect.plan, between=effect.between, part=effect.part)
    if refused := _refused(scene, staff, wish, effect, visit):
        return refused
    state: State = OFFERED if effect.times else BOOKED
    plan = effect.plan
    try:
        moved = change_visit(scene.connection, visit, plan, state, "moved", staff.ref, scene.now)
    except Taken as taken:
        return Settled(GONE_TIME.format(why=who_is_taken(scene, taken)), _again(wish, visit))
    if moved is None:
        return Settled(NOT_NOW)
    _audited(scene, staff, "MoveVisit", moved)
    tell_colleagues(scene, staff.ref, moved, visit)
    tell_of_open_alarms(scene, moved)
    told = _told(scene, moved, effect.times, moved=True)
    old_times_ended(scene, staff, moved, visit)
    return Settled(f"{told}{search_ended(scene, staff, moved)}")


def cancel(scene: Scene, staff: Someone, effect: CancelVisit) -> Settled:
    """Call a visit off; the family is told unless the worker has told them, or they asked."""
    visit = _as_shown(scene, staff, effect)
    if isinstance(visit, str):
        return Settled(visit)
    if has_begun(scene, visit):
        return Settled(HOW_INSTEAD, ("visit_outcome", {"visit": str(visit.id)}))
    reason = "by_family" if effect.by_family else "by_us"
    called_off = change_visit(
        scene.connection, visit, visit.plan, CANCELLED, reason, staff.ref, scene.now
    )
    if called_off is None:
        return Settled(NOT_NOW)
    plan_visit(scene, called_off)
    _audited(scene, staff, "CancelVisit", called_off)
    tell_colleagues(scene, staff.ref, called_off, visit)
    told = tell_cancelled(scene, called_off) if effect.tell and visit.person else NOTHING_SENT
    old_times_ended(scene, staff, called_off, visit)
    return Settled(f"Called off. {told}{search_ended(scene, staff, called_off)}")


def run_late(scene: Scene, staff: Someone, effect: RunLate) -> str:
    """Tell a family that somebody comes later."""
    visit = _as_shown(scene, staff, effect)
    if isinstance(visit, str):
        return visit
    if visit.state != BOOKED:
        return NOT_NOW
    if visit.plan.ends_at is not None and visit.plan.ends_at <= scene.now:
        return OVER
    _audited(scene, staff, "RunLate", visit)
    return tell_late(scene, visit, effect.minutes)


def _as_shown(
    scene: Scene, staff: Someone, effect: MoveVisit | CancelVisit | RunLate
) -> Visit | str:
    """Hold the visit as it was shown to whoever changes it; or say why they cannot any more."""
    visit = hold_visit(scene.connection, effect.visit)
    if visit is None or not visit.is_live or visit.version != effect.version:
        return NOT_NOW
    return visit if may_change(scene, staff, visit) else NOT_YOURS


def _told(
    scene: Scene,
    visit: Visit,
    times: Sequence[datetime],
    *,
    moved: bool = False,
    later: Sequence[Visit] = (),
) -> str:
    """Set every moment of the version that counts now, and tell the family.

    `later`: what was booked by the same yes, of which the family hears in the same text.
    """
    for one in (visit, *later):
        plan_visit(scene, one)
    if visit.plan.starts_at is None:
        shown = ", ".join(time_shown(at) for at in times)
        return f"Nothing is booked yet: {shown}. {tell_offer(scene, visit, times)}"
    days = listed((time_shown(visit.plan.starts_at), *days_of_each(later)))
    done = f"{'Moved' if moved else 'Booked'}: {days}."
    return f"{done} {tell_booked(scene, visit, later, moved=moved)}" if visit.person else done


def _may(scene: Scene, staff: Someone, cases: Collection[str]) -> bool:
    ids = case_ids(scene.connection, cases).values()
    return all(may_on(scene, staff, "reply", case_id) for case_id in ids)


def _refused(
    scene: Scene,
    staff: Someone,
    wish: Wish,
    asked: BookVisit | MoveVisit,
    visit: Visit | None = None,
) -> Settled | None:
    """Look again at what was shown to be free, and show what is free now. None: it still is."""
    leaving = visit.id if visit else None
    if why := why_not_now(scene, staff, wish, keep_cap=not asked.over_cap, leaving=leaving):
        return Settled(GONE_TIME.format(why=why), _again(wish, visit))
    if _some_gone(scene, wish, asked.times, leaving=leaving):
        return Settled(GONE_TIMES, _again(wish, visit))
    return None


def _some_gone(
    scene: Scene, wish: Wish, times: Iterable[datetime], *, leaving: int | None = None
) -> bool:
    """Say whether a time that would be offered suits no more, or is too near to be answered."""
    ids = list(case_ids(scene.connection, wish.cases).values())
    person = person_by_ref(scene.connection, wish.person) if wish.person else None
    where = (ids, person.id if person else None)
    return any(
        at - TIME_TO_READ <= scene.now
        or why_not(scene, wish.kind, wish.plan.at(at), *where, leaving=leaving)
        for at in times
    )


def _again(wish: Wish, visit: Visit | None = None) -> tuple[str, Answers]:
    given = {**to_answers(wish), "many": "yes", "words": ""}
    if visit is None:
        return "book_visit", given
    return "move_visit", {**given, "visit": str(visit.id), "version": str(visit.version)}


def _audited(scene: Scene, staff: Someone, what: str, visit: Visit) -> None:
    subject = f"visit {visit.id}.{visit.version}"
    audit.append(scene.connection, scene.now, staff.ref, what, subject)
