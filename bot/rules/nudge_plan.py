"""What is said to one adult about one child now, what is left out, and when to look again. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.rules.calendar import moment_at
from bot.rules.gate import BEYOND_CAPS, NO_SCHOOL_DAY_LEFT
from bot.rules.nudge_praise import OFF
from bot.rules.nudge_sight import Sight
from bot.rules.nudge_slots import first_not_full, first_open
from bot.rules.nudge_wishes import wishes
from bot.rules.nudges import (
    ABOUT_ABSENCE,
    ASKS_WHY,
    EBSA,
    MOST_URGENT_FIRST,
    TALKING,
    Adult,
    Child,
    Kind,
    Left,
    Nudge,
    Plan,
    Rules,
    Wish,
)
from bot.rules.school_days import is_open, school_again

ON_HOLD = "nothing about attendance goes to this family by itself: a person decides"
THIRD_DAY = "the third day without a reason: a person asks, no text"
TOO_LATE = "too late for it to be of use"
HAD_ENOUGH = "has had as many automatic messages as a phone gets in a day or a week"
TIME_HAS_PASSED = frozenset({TOO_LATE, OFF})  # never the reason why nothing went in time
MAY_HAVE_GONE = "it may have gone before a backup was restored"
OWN_HOURS = "their own hours open too late for it"
STILL_NEWS = timedelta(days=1)
# Where somebody waits to hear from a family, a text that cannot go becomes a person's work.
_A_PERSON_ASKS = ASKS_WHY | {"closure", "transport", "first_day", "next_step"}


def decide(child: Child, adult: Adult, rules: Rules, now: datetime) -> Plan:
    """Say what goes to one adult about one child now, and what does not, and why."""
    sight = Sight(child, adult, rules, now)
    wanted = list(wishes(sight))
    later = [each.at for each in wanted if each.at > now]
    come = sorted(
        (each for each in wanted if each.at <= now),
        key=lambda each: MOST_URGENT_FIRST.index(each.kind),
    )
    ends = [_end(sight, each) for each in come]
    return Plan(
        tuple(each for each in ends if isinstance(each, Nudge)),
        tuple(each for each in ends if isinstance(each, Left)),
        min(later, default=None),
    )


def still(child: Child, adult: Adult, rules: Rules, now: datetime, key: str) -> str:
    """Say why a message that was to go is not to go after all; empty: it goes.

    Asked again when it is about to leave: a mark, a reason or a hold may have come meanwhile.
    """
    of_itself = replace(rules, restored_at=None)  # what may have gone was taken back by the restore
    plan = decide(child, replace(adult, had=()), of_itself, now)  # the gate itself counts those
    if any(each.key == key for each in plan.due):
        return ""
    left = next((each.reason for each in plan.left if each.key == key), None)
    if left == NO_SCHOOL_DAY_LEFT:
        return ""  # the gate drops it for that very reason, and has a person hear of it
    return left or "what it says is not so any more"


def _end(sight: Sight, made: Wish) -> Nudge | Left:
    """Let a wish come true, or say what is against it."""
    quiet = sight.child.quiet if made.kind in ABOUT_ABSENCE else ""
    reason = _family(sight.child) or _held(sight, made.kind) or quiet or made.against
    if reason:
        return Left(made.kind, made.about_on, reason, made.key)
    if _too_late(sight, made):
        return Left(made.kind, made.about_on, TOO_LATE, made.key)
    reason = (
        _third_day(made.kind)
        or _may_have_gone(sight, made)
        or sight.adult.against
        or _unworded(sight, made)
        or _own_hours(sight, made)
        or _no_school(sight, made)
        or _had_enough(sight, made)
    )
    if reason:
        asks = made.kind in _A_PERSON_ASKS or _is_news(sight, made)
        return Left(made.kind, made.about_on, reason, made.key, to_person=asks)
    return Nudge(made.kind, made.about_on, made.at, made.not_after, made.key, made.given)


def _is_news(sight: Sight, made: Wish) -> bool:
    """Say whether somebody is to tell it in a language we have no words in: old news can rest.

    A register that brings a whole term at once would make work of weeks that are over.
    """
    return made.kind in sight.adult.unworded and sight.now - made.at < STILL_NEWS


def _family(child: Child) -> str:
    if child.status == "refused":
        return "the family declined support: nothing until they ask"
    if child.status not in TALKING:
        return f"the case is not open: {child.status.replace('_', ' ')}"
    return "paused" if child.paused else ""


def _held(sight: Sight, kind: Kind) -> str:
    """What was agreed with a family stays agreed where school itself is what is hard."""
    hold = sight.child.hold
    agreed = hold == EBSA and kind not in ABOUT_ABSENCE and not sight.in_custody
    return ON_HOLD if (hold or sight.in_custody) and not agreed else ""


def _too_late(sight: Sight, made: Wish) -> bool:
    """A person can ask at any hour: the third day counts however late its register comes."""
    return sight.now > made.not_after and made.kind != "absence_day3"


def _third_day(kind: Kind) -> str:
    return THIRD_DAY if kind == "absence_day3" else ""


def _may_have_gone(sight: Sight, made: Wish) -> str:
    """Say whether a text was due before a backup took the place of what knew that it went."""
    restored = sight.rules.restored_at
    return MAY_HAVE_GONE if restored is not None and made.at <= restored else ""


def _unworded(sight: Sight, made: Wish) -> str:
    """Say whether this message, of all there are, has no words in their language."""
    adult = sight.adult
    lacks = made.kind in adult.unworded
    return f"no approved wording in their language ({adult.language})" if lacks else ""


def _own_hours(sight: Sight, made: Wish) -> str:
    """Say whether this adult cannot be written to before it is too late."""
    opens = first_open(sight.adult.window, sight.rules.practice, sight.now)
    return OWN_HOURS if opens is None or opens > made.not_after else ""


def _no_school(sight: Sight, made: Wish) -> str:
    """Say whether there is no school any more before it is too late: the gate asks the same."""
    again = school_again(sight.calendars, sight.today)
    if made.kind in BEYOND_CAPS or again is None or _chose(sight, sight.today):
        return ""
    opens = first_open(sight.adult.window, sight.rules.practice, moment_at(again, time.min))
    return NO_SCHOOL_DAY_LEFT if opens is None or opens >= made.not_after else ""


def _chose(sight: Sight, day: date) -> bool:
    return day.weekday() in sight.adult.window.days


def _had_enough(sight: Sight, made: Wish) -> str:
    """Say whether this phone has had so much already that a text would come too late."""
    adult, practice = sight.adult, sight.rules.practice

    def open_on(day: date) -> bool:
        return is_open(sight.calendars, day) or _chose(sight, day)

    goes = first_not_full(made.kind, adult.window, practice, adult.had, sight.now, open_on)
    in_time = goes is not None and (goes == sight.now or goes < made.not_after)
    return "" if in_time else HAD_ENOUGH
