"""May this message go now: send, hold until, or drop; always with the reason. Pure.

Asked inside the transaction that claims the message, with facts read under the same lock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from bot.rules.calendar import moment_at, wall
from bot.rules.practice import ANY_TIME, Practice, Window
from bot.rules.verdict import Drop, Hold, Send, Verdict
from bot.rules.windows import in_quiet_hours, may_write, next_open

IN_HAND = timedelta(minutes=15)  # a phone that just wrote is still in its owner's hands
SAID_NOW = timedelta(minutes=15)  # "send now" means now, not when a phone is on again at night
ANSWERING = timedelta(hours=2)  # a worker who answers within this time answers at once
LOOK_AGAIN = timedelta(hours=1)
OPEN_STATUSES = frozenset({"referred", "waiting", "offered", "engaged", "reintegrating"})
AUTOMATIC = frozenset({"proactive"})
STOP_CONFIRM = "stop_confirm"
# What is of no use tomorrow, or was asked for: it waits for no cap, and fills none.
# News of a visit that somebody would set out for in vain: no cap and no live thread keeps it.
AT_ONCE = frozenset({"visit_moved", "visit_cancelled", "visit_late"})
NEVER_KEPT = AT_ONCE | {"visit_1d"}
BEYOND_CAPS = frozenset({"closure", "agreed_reminder", "visit_link"}) | NEVER_KEPT
A_SECOND = frozenset({"visit_booked", "visit_3d", "visit_2h"})  # one more on a day or in a week
CROWDED = "a colleague has written to this family today"
BESIDE = "its writer knows that a colleague has written"
NO_SCHOOL_DAY_LEFT = "no school day is left on which it could go in time"
QUIET, UNSAFE = "quiet hours", "outside this family's safe hours"
UNUSABLE_CHAT = "this chat cannot be used any more"


@dataclass(frozen=True, slots=True)
class Request:
    """What the gate knows about one message and the person it is for."""

    kind: str  # "proactive", "reply", "safety", "person" (typed by staff), "staff" (to staff)
    purpose: str
    channel: str = "sms"
    do_not_use: bool = False
    family_paused: bool = False
    all_paused: bool = False
    statuses: frozenset[str] = frozenset({"engaged"})
    rules_missing: bool = False
    proven: bool = True
    opted_out: bool = False
    stop_asked: bool = False
    blocked: bool = False  # by the carrier
    wrong: bool = False  # somebody said this number is not theirs
    dead: bool = False
    moved: bool = False  # the address belongs to somebody else than the message was written for
    access_ended: bool = False  # of a member of staff
    not_after: datetime | None = None
    cancelled: bool = False  # something newer says what it would have said
    over: bool = False  # the conversation its question belongs to has ended
    not_so: str = ""  # why what it says is not so any more
    early: datetime | None = None  # of a visit today: may leave then, though quiet hours last
    school_again: date | None = None  # of news of school, on a day without: the next one with
    discreet: bool = False
    window: Window = ANY_TIME
    heard_at: datetime | None = None  # when this person last wrote, for answers to what they wrote
    overridden_at: datetime | None = None  # when a member of staff said: send it now
    thread_live: bool = False
    sent_today: int = 0  # automatic messages to this phone
    sent_this_week: int = 0
    wrote_today: int = 0  # of the team, themselves; counted for automatic messages
    colleague_wrote: bool = False  # today, since the family last did; asked for typed words
    language_ok: bool = True


Check: TypeAlias = Callable[[Request, Practice, datetime], Verdict | None]


def decide(request: Request, practice: Practice, now: datetime) -> Verdict:
    """Take the first check that has something against it; the order is design.md section 7."""
    if request.kind == "staff":
        return _ended(request) or _expired(request, practice, now) or Send()
    for check in CHECKS:
        verdict = check(request, practice, now)
        if verdict is not None:
            return verdict
    return Send()


def _ended(request: Request) -> Verdict | None:
    if request.access_ended or request.moved:
        return Drop("their access has ended")
    return None


def _moved(request: Request, practice: Practice, now: datetime) -> Verdict | None:
    del practice, now
    if request.moved:
        return Drop("this address belongs to somebody else now", tell=request.kind != "safety")
    return None


def _do_not_use(request: Request, practice: Practice, now: datetime) -> Verdict | None:
    del practice, now
    if request.do_not_use:
        return Drop("this person must not be contacted here", tell=True)
    return None


def _paused(request: Request, practice: Practice, now: datetime) -> Verdict | None:
    del practice
    if request.kind in {"person", "safety"}:
        return None
    if request.all_paused:
        return Hold(now + LOOK_AGAIN, "all automatic messages are paused")
    if request.family_paused:
        return Hold(now + LOOK_AGAIN, "messages to this family are paused")
    return None


def _case_closed(request: Request, practice: Practice, now: datetime) -> Verdict | None:
    del practice, now
    if request.kind not in AUTOMATIC or request.statuses & OPEN_STATUSES:
        return None
    return Drop("the case is closed")


def _unproven(request: Request, practice: Practice, now: datetime) -> Verdict | None:
    del practice
    if request.kind not in AUTOMATIC:
        return None
    if not request.proven:
        return Hold(now + LOOK_AGAIN, "the number has not been confirmed with the family yet")
    if request.rules_missing:
        return Hold(now + LOOK_AGAIN, "set the rules for this family first")
    if not request.language_ok:
        return Hold(now + LOOK_AGAIN, "no approved wording in this family's language")
    return None


def _opted_out(request: Request, practice: Practice, now: datetime) -> Verdict | None:
    del practice
    if request.opted_out and request.purpose != STOP_CONFIRM:
        return Drop("opted out: phone or visit instead", tell=request.kind != "safety")
    if request.blocked:
        return Drop("the phone network blocks us: phone or visit instead", "failed", tell=True)
    if request.wrong and request.purpose != "wrong_number":
        return Drop("somebody said this number is not theirs", tell=request.kind == "person")
    if request.dead:
        what = "this number cannot be reached by text"
        return Drop(what if request.channel == "sms" else UNUSABLE_CHAT, "failed", tell=True)
    if request.stop_asked and request.kind in AUTOMATIC:
        return Hold(now + LOOK_AGAIN, "asked in their own words for no more texts")
    return None


def _expired(request: Request, practice: Practice, now: datetime) -> Verdict | None:
    del practice
    if request.not_after is not None and now > request.not_after:
        return Drop("too late to be of use", "expired", tell=request.kind != "staff")
    return None


def _superseded(request: Request, practice: Practice, now: datetime) -> Verdict | None:
    del practice, now
    if request.not_so:
        return Drop(request.not_so)
    if request.cancelled:
        return Drop("something newer took its place")
    return Drop("the conversation it belongs to is over") if request.over else None


def _no_school(request: Request, practice: Practice, now: datetime) -> Verdict | None:
    """News of school goes on school days only, unless the family chose this day of the week."""
    if request.kind not in AUTOMATIC or request.school_again is None:
        return None
    if wall(now).weekday() in request.window.days:
        return None
    morning = moment_at(request.school_again, time.min)
    opens = next_open(request.window, practice.sending_week, practice.calendar, morning)
    if opens is None or (request.not_after is not None and opens >= request.not_after):
        return Drop(NO_SCHOOL_DAY_LEFT, "expired", tell=True)
    return Hold(opens, "no school today")


def _windows(request: Request, practice: Practice, now: datetime) -> Verdict | None:
    """Safe hours, then quiet hours. An answer to somebody who just wrote may go at once."""
    if request.kind == "safety" or _said_now(request, now) or _still_in_hand(request, now):
        return None
    safe = may_write(request.window, now)
    quiet = in_quiet_hours(practice.sending_week, practice.calendar, now, request.window)
    early = request.early
    if safe and (not quiet or (early is not None and early <= now)):
        return None
    opens = next_open(request.window, practice.sending_week, practice.calendar, now)
    if early is not None and early > now:
        opens = min(early, opens or early)
    why = QUIET if safe else UNSAFE
    return Hold(opens or now + timedelta(days=1), why)


def _said_now(request: Request, now: datetime) -> bool:
    return request.overridden_at is not None and now - request.overridden_at <= SAID_NOW


def _still_in_hand(request: Request, now: datetime) -> bool:
    if request.heard_at is None or request.discreet:
        return False
    limit = {"reply": IN_HAND, "person": ANSWERING}.get(request.kind)
    return limit is not None and now - request.heard_at <= limit


def _thread_live(request: Request, practice: Practice, now: datetime) -> Verdict | None:
    del practice
    if _yields(request) and request.thread_live:
        return Hold(now + LOOK_AGAIN, "a conversation with a person is going on")
    return None


def _yields(request: Request) -> bool:
    """Say whether a message makes way for people who are writing to this family."""
    return request.kind in AUTOMATIC and request.purpose not in NEVER_KEPT


def _caps(request: Request, practice: Practice, now: datetime) -> Verdict | None:
    if request.kind not in AUTOMATIC or request.purpose in BEYOND_CAPS:
        return None
    more = int(request.purpose in A_SECOND)
    full_day = request.sent_today >= practice.caps.per_day + more
    full_week = request.sent_this_week >= practice.caps.per_week + more
    if not (full_day or full_week):
        return None
    later = next_open(
        request.window, practice.sending_week, practice.calendar, now + timedelta(days=1)
    )
    why = "has had today's automatic message" if full_day else "has had this week's messages"
    return Hold(later or now + timedelta(days=1), why)


def _crowded(request: Request, practice: Practice, now: datetime) -> Verdict | None:
    """Many people, one family: automatic words wait, and whoever types is asked first."""
    if _yields(request) and request.wrote_today >= practice.caps.people_per_day:
        return Hold(_tomorrow(request, practice, now), "several of the team have written today")
    if request.kind == "person" and request.colleague_wrote and not _said_now(request, now):
        return Hold(_tomorrow(request, practice, now), CROWDED)
    return None


def _tomorrow(request: Request, practice: Practice, now: datetime) -> datetime:
    """Find the first moment of the next days at which this family may be written to."""
    midnight = moment_at(wall(now).date() + timedelta(days=1), time.min)
    opens = next_open(request.window, practice.sending_week, practice.calendar, midnight)
    return opens or now + timedelta(days=1)


CHECKS: tuple[Check, ...] = (
    _moved,
    _do_not_use,
    _paused,
    _case_closed,
    _unproven,
    _opted_out,
    _expired,
    _superseded,
    _no_school,
    _windows,
    _thread_live,
    _crowded,
    _caps,
)
