"""Telling a family of a visit, and setting the moments at which more follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.flows import FLOWS, visit_after, visit_news, visit_offer
from bot.flows.base import Answers, Flow
from bot.rules import visit_moments as moments
from bot.rules.gate import QUIET, UNSAFE
from bot.rules.visit_echo import days_of_each, listed
from bot.rules.visits import BOOKED, Visit
from bot.scene.family import Family, local_time
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.scene.visit_reach import (
    cannot_be_texted,
    has_heard,
    last_times,
    leaves_at,
    only_waits,
    purpose_of,
    take_back,
)
from bot.scene.visit_words import for_staff, invited, values, weekly_values
from bot.turns.outings import plan_outings
from bot.turns.starting import start, tell
from bot.turns.visit_by_hand import by_hand
from storage.addresses import Someone, hold_line_by_id, hold_person
from storage.conversations import keep_state, load_state, set_due

REMINDER, OUTCOME, BRIEFING = "visit_reminder", "visit_outcome", "visit_briefing"  # jobs
REMINDS = {
    moments.THREE_DAYS: visit_news.THREE_DAYS,
    moments.ONE_DAY: visit_news.DAY_BEFORE,
    moments.TWO_HOURS: visit_news.TWO_HOURS,
}
HOURS = frozenset({"", QUIET, UNSAFE})  # why a text waits for a moment that is known
ANSWERED_WITHIN = timedelta(days=3)  # a kind question is of no use much later
OFFER_STANDS = timedelta(days=2)
NOBODY = "Nobody of the family is invited."
TOLD = "{name_is} told by text{when}."
TOLD_BESIDE = (
    "{name_is} told by text{when}. Another question is open, so it has no numbers: "
    "the answer comes to you in words."
)
ONLY_FIRST = " Others may read this phone, so the text says the first day only."
MAY_WAIT = " The text may wait until{when}: {why}."
NO_TEXT = "{name_gets} no text: {why}. {reach}."
NOBODY_TO_TEXT = "no adult of this case has an address on record for it"
NO_ADDRESS = f"No text went: {NOBODY_TO_TEXT}. Please ring or visit."
NEVER_NAMED = "others may read this phone, and no text has named this visit"
NOT_HEARD = "They had not been told of it yet, so no text goes."


@dataclass(frozen=True, slots=True)
class _News:
    """One thing to tell a family of a visit, and what a person does if no text can go."""

    flow: Flow
    until: datetime
    todo: str = ""  # empty: nobody need do it instead
    times: Sequence[datetime] = ()
    later: Sequence[Visit] = ()  # booked by the same yes
    more: Mapping[str, str] = field(default_factory=dict)
    kind: str = "hand_over"
    spoken: bool = False  # no text has named the visit: whoever told them of it said it

    @property
    def asks(self) -> bool:
        return f"{self.flow.name}_beside" in FLOWS or self.flow is visit_after.MISSED


def tell_offer(scene: Scene, visit: Visit, times: Sequence[datetime]) -> str:
    """Offer a family these times; says what happens."""
    until = min((*times, scene.now + OFFER_STANDS))
    return _tell(scene, visit, _News(visit_offer.FLOW, until, "offer them times", times))


def tell_booked(
    scene: Scene, visit: Visit, later: Sequence[Visit] = (), *, moved: bool = False
) -> str:
    """Tell a family what is booked, or when it is now; says what happens.

    `later`: what was booked with it, which the same text tells.
    """
    begins = visit.plan.starts_at or scene.now
    # Whoever has not heard of it yet is told of no change.
    if moved and has_heard(scene, visit):
        return _tell(scene, visit, _News(visit_news.MOVED, begins, "tell them the new time"))
    also = f" (also {listed(days_of_each(later))})" if later else ""
    todo = f"tell them what is booked{also}"
    return _tell(scene, visit, _News(visit_news.BOOKED, begins, todo, later=later))


def tell_cancelled(scene: Scene, visit: Visit) -> str:
    """Tell a family that a visit is off; says what happens."""
    heard = has_heard(scene, visit)
    if not heard and only_waits(scene, visit):
        return NOT_HEARD
    begins = visit.plan.starts_at
    flow = visit_after.OFF if begins else visit_after.OFFER_OFF
    until = begins or scene.now + OFFER_STANDS
    return _tell(scene, visit, _News(flow, until, "tell them that it is off", spoken=not heard))


def tell_late(scene: Scene, visit: Visit, minutes: int) -> str:
    """Tell a family that somebody comes later; says what happens."""
    until = (visit.plan.starts_at or scene.now) + timedelta(minutes=minutes)
    more = {"late": scene.worker(visit.plan.staff[0]).first_name, "by": str(minutes)}
    news = _News(visit_after.LATE, max(until, scene.now), "tell them you are late", more=more)
    return _tell(scene, visit, news)


def ask_after_missed(scene: Scene, visit: Visit) -> str:
    """Ask kindly after a visit that did not come about; says what happens."""
    until = scene.now + ANSWERED_WITHIN
    return _tell(scene, visit, _News(visit_after.MISSED, until, "ask kindly how they are"))


def remind(scene: Scene, visit: Visit, which: str) -> str:
    """Remind a family of a booked visit; says what happens.

    Where no text goes the day before, somebody does it by hand: it is the one that counts.
    """
    todo = "remind them of it" if which == moments.ONE_DAY else ""
    return _tell(scene, visit, _News(REMINDS[which], visit.plan.starts_at or scene.now, todo))


def plan_visit(scene: Scene, visit: Visit) -> None:
    """Set every moment of the version that counts, and take away those of the ones before."""
    for version in range(1, visit.version + 1):
        _clear(scene, f"{visit.id}.{version}")
    end_old_question(scene, visit)
    plan_outings(scene, visit)
    begins = visit.plan.starts_at
    if visit.state != BOOKED or begins is None:
        return
    subject = f"{visit.id}.{visit.version}"
    set_due(scene.connection, OUTCOME, subject, moments.asked_how_it_went(visit))
    set_due(scene.connection, BRIEFING, subject, moments.briefed_at(visit, scene.now))
    family = invited(scene, visit)
    if family is not None:
        hours = moments.Hours(family.window, scene.practice)
        for which, at in moments.reminders(visit, hours, scene.now).items():
            set_due(scene.connection, REMINDER, f"{subject}:{which}", at)


def end_old_question(scene: Scene, visit: Visit) -> None:
    """End a question about this visit: what was asked is not so any more, or is asked anew."""
    state = load_state(scene.connection, visit.person_id) if visit.person_id else None
    if visit.person_id and state is not None and _is_about(state.answers, visit):
        keep_state(scene.connection, visit.person_id, None, scene.now)
        set_due(scene.connection, "silence", visit.person, None)


def _is_about(answers: Answers, visit: Visit) -> bool:
    return answers.get("visit") == str(visit.id)


def _clear(scene: Scene, subject: str) -> None:
    set_due(scene.connection, OUTCOME, subject, None)
    set_due(scene.connection, BRIEFING, subject, None)
    for which in REMINDS:
        set_due(scene.connection, REMINDER, f"{subject}:{which}", None)


def _tell(scene: Scene, visit: Visit, news: _News) -> str:
    """Say it by text, or let whoever comes say it; where a question is open it asks nothing."""
    family = invited(scene, visit)
    if visit.person_id is None:
        return NOBODY
    if family is None or family.person is None:
        _by_a_person(scene, visit, news, None, NOBODY_TO_TEXT)
        return NO_ADDRESS
    who = _called(scene, family.person)
    why, kind = _why_no_text(scene, family, news)
    leaves, waits_for = leaves_at(scene, family, visit, news.flow.name)
    if not why and (leaves is None or leaves > max(_in_time(scene, visit, news), scene.now)):
        why, kind = "it cannot reach them in time", "hand_over"
    if why:
        if not family.muted:
            _by_a_person(scene, visit, replace(news, kind=kind), family, why)
        return NO_TEXT.format(**who, why=why, reach=family.reach)
    asked = _say(scene, family, visit, news)
    when = f" {local_time(leaves)}" if leaves and leaves > scene.now else ""
    told = TOLD if asked else TOLD_BESIDE
    told += ONLY_FIRST if news.later and family.discreet else ""
    if waits_for in HOURS:
        return told.format(**who, when=when)
    return f"{told.format(**who, when='')}{MAY_WAIT.format(when=when, why=waits_for)}"


def _why_no_text(scene: Scene, family: Family, news: _News) -> tuple[str, str]:
    """Say why no text goes, and what task that makes: where others may read it, none names more."""
    why, kind = cannot_be_texted(scene, family, news.flow.name)
    if not why and news.spoken and family.discreet:
        return NEVER_NAMED, "hand_over"
    return why, kind


def _in_time(scene: Scene, visit: Visit, news: _News) -> datetime:
    """Say by when a text must leave: whoever reads it on the way has set out in vain."""
    if news.flow not in (visit_after.OFF, visit_news.MOVED):
        return news.until
    ahead = [at - moments.TIME_TO_READ for at in last_times(scene, visit) if at > scene.now]
    return min((news.until, *ahead))


def _called(scene: Scene, person: Someone) -> dict[str, str]:
    """Name an adult to staff: no name stands where the taskforce has not approved it."""
    if not scene.practice.notices_shown:
        return {"name_is": "They are", "name_gets": "They get"}
    name = person.first_name
    return {"name_is": f"{name} is", "name_gets": f"{name} gets"}


def _say(scene: Scene, family: Family, visit: Visit, news: _News) -> bool:
    """Put the text on its way. False: another question is open, so it has no numbers."""
    if family.person is None:
        return False
    hold_line_by_id(scene.connection, family.line.id)
    held = replace(family, person=hold_person(scene.connection, family.person.id))
    end_old_question(scene, visit)
    if news.flow in REMINDS.values():
        take_back(scene, visit)
    given = {**values(scene, held, visit, news.times), **news.more}
    given |= weekly_values(held, visit, news.later) if news.later else {}
    own, flow = replace(scene, key=_key(scene, visit, news)), news.flow.name
    beside = f"{flow}_beside"
    if not news.asks:
        tell(own, held, flow, given, purpose=purpose_of(flow), not_after=news.until)
        return True
    if start(own, held, flow, given, not_after=news.until):
        return True
    tell(own, held, beside, given, purpose=flow, not_after=news.until)
    return False


def _key(scene: Scene, visit: Visit, news: _News) -> str:
    """Make the key of a message: one of each kind for each version, however often it runs."""
    once = f"visit/{visit.id}.{visit.version}/{news.flow.name}"
    return f"{once}/{scene.now:%d%H%M%S}" if news.flow is visit_after.LATE else once


def _by_a_person(scene: Scene, visit: Visit, news: _News, family: Family | None, why: str) -> None:
    """Ask whoever comes to do it themselves; nobody is asked for a mere reminder."""
    if news.todo:
        words = f"{news.todo}, {for_staff(visit)}. No text went: {why}."
        own = replace(scene, key=_key(scene, visit, news))
        by_hand(own, visit, family, Matter(news.kind, words))
