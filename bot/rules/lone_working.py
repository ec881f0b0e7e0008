"""Whoever is out alone: what they are asked, and who is told when they do not answer. Pure.

Silence is an alarm. Every step has its moment on the clock, counted from the visit and not from
when a question got through: a chat that is dead, or a service that was down, makes nobody safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from bot.rules.calendar import wall
from bot.rules.visit_rules import LoneWorking

# What is asked, and who is told. Stored for ever, as are the answers below.
ASK_ARRIVED: Final = "asked_arrived"
ASK_LEFT: Final = "asked_left"
BUDDY: Final = "buddy"
DUTY: Final = "duty"
FURTHER: Final = "further"
TOLD: Final = "told"

ARRIVED: Final = "arrived"
LATE: Final = "late"
NOT_GOING: Final = "not_going"
LEFT: Final = "left"
MORE_15, MORE_30 = "more15", "more30"
SOS: Final = "sos"
WHERE: Final = "where"
SAFE: Final = "safe"  # a colleague has spoken to them
CALLED_OFF: Final = "called_off"  # the visit was moved or cancelled

MORE: Mapping[str, timedelta] = MappingProxyType(
    {MORE_15: timedelta(minutes=15), MORE_30: timedelta(minutes=30)}
)
ASK_AGAIN = timedelta(minutes=15)  # after "running late"
ANSWERS = frozenset({ARRIVED, LATE, NOT_GOING, LEFT, SAFE, *MORE})
OWN = ((SOS, "SOS"),)
BUTTONS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        ASK_ARRIVED: ((ARRIVED, "Arrived"), (LATE, "Running late"), (NOT_GOING, "Not going"), *OWN),
        ASK_LEFT: ((LEFT, "Left, safe"), (MORE_15, "15 minutes more"), (MORE_30, "30 more"), *OWN),
        TOLD: ((WHERE, "Where are they?"), (SAFE, "Spoke to them: safe")),
    }
)
BY_TEXT = MappingProxyType(  # where there are no buttons; one word means one thing at any time
    {ASK_ARRIVED: "Reply ARRIVED, LATE, NOT GOING or SOS.", ASK_LEFT: "Reply LEFT, 15, 30 or SOS."}
)
LAST_RUNG = 10  # up to here it is said again and again; then as any alarm that nobody has taken
LEFT_TO_TAKER = timedelta(hours=1)  # whoever has it is not overtaken at once
NOT_INSTEAD = "This is beside your employer's lone-working system and does not replace it."


@dataclass(frozen=True, slots=True)
class Outing:
    """One member of staff away from base on one version of a visit."""

    id: int
    visit: int
    version: int
    staff: str  # staff id
    starts_at: datetime
    safe_by: datetime
    rung: int = 0  # 0 nobody has been told, 1 the buddy, 2 whoever is on duty, 3 and on: further
    arrived_at: datetime | None = None
    left_at: datetime | None = None
    sos_at: datetime | None = None
    ended_at: datetime | None = None
    late_at: datetime | None = None  # when they last said that they run late
    asked: Mapping[str, datetime] = field(default_factory=dict)  # when each was last asked
    told: tuple[str, ...] = ()  # staff ids: since the last answer, or ever after an SOS
    told_at: datetime | None = None  # when the last of them was told

    @property
    def subject(self) -> str:
        """Name it among due moments."""
        return f"{self.visit}.{self.version}:{self.staff}"

    def has_begun(self, now: datetime) -> bool:
        """Say whether somebody may be out there: from then on only its people end it.

        Nobody has to have answered: whoever is silent at the door is who this is for.
        """
        return now >= self.starts_at or bool(self.arrived_at or self.sos_at or self.rung)


def steps_due(out: Outing, rules: LoneWorking, now: datetime) -> tuple[str, ...]:
    """List what is to be done by now, in order: a question, then who is told."""
    return tuple(what for what, at in _ahead(out, rules, now) if at <= now)


def next_step_at(out: Outing, rules: LoneWorking, now: datetime) -> datetime | None:
    """Find when there is something to do next; None: it is over, or everybody has been told."""
    if out.ended_at is not None or out.left_at is not None:
        return None
    ahead = [at for _what, at in _ahead(out, rules, now)]
    left = asks_left_at(out, rules)
    return min((*ahead, *([left] if left > now else [])), default=None)


def _ahead(out: Outing, rules: LoneWorking, now: datetime) -> Iterator[tuple[str, datetime]]:
    """List the steps that have not been taken, each with its moment."""
    if out.ended_at is not None or out.left_at is not None:
        return
    asks, at = _question(out, rules, now)
    before = out.asked.get(asks)
    if before is None or before < at:
        yield asks, at
    if out.sos_at is None:
        yield from _rungs(out, rules)


def _rungs(out: Outing, rules: LoneWorking) -> Iterator[tuple[str, datetime]]:
    """List who is still to be told; it counts from the first question that has no answer."""
    arrives, left = _asks_arrived_at(out, rules), asks_left_at(out, rules)
    since = left if out.arrived_at is not None else arrives
    if out.rung < 1:
        yield BUDDY, since + rules.answer_within
    if out.rung < 2:
        yield DUTY, since + 2 * rules.answer_within
    elif out.rung < LAST_RUNG:
        yield FURTHER, (out.told_at or since + 2 * rules.answer_within) + rules.answer_within


def _question(out: Outing, rules: LoneWorking, now: datetime) -> tuple[str, datetime]:
    """Say which question stands: whoever should have left by now is not asked about arriving."""
    left = asks_left_at(out, rules)
    if out.arrived_at is not None or now >= left:
        return ASK_LEFT, left
    return ASK_ARRIVED, _asks_arrived_at(out, rules)


def _asks_arrived_at(out: Outing, rules: LoneWorking) -> datetime:
    """Find when somebody is asked whether they have arrived."""
    again = out.late_at + ASK_AGAIN if out.late_at else out.starts_at
    return min(max(out.starts_at + rules.ask_arrived, again), asks_left_at(out, rules))


def asks_left_at(out: Outing, rules: LoneWorking) -> datetime:
    """Find when somebody is asked whether they have left."""
    return out.safe_by + rules.ask_left


def in_window(out: Outing, rules: LoneWorking, now: datetime) -> bool:
    """Say whether the place may be shown: shortly before the visit, until its worker is safe."""
    return out.ended_at is None and now >= out.starts_at - rules.window_before


def safe_by_after(out: Outing, rules: LoneWorking, now: datetime, answer: str) -> datetime:
    """Work out by when somebody is to be safe who has given this answer.

    Whoever says at the very end that they are late, or there, is not missed in the same minute.
    """
    if answer in MORE:
        return stays_until(out, now, MORE[answer])
    at_the_end = answer in {ARRIVED, LATE} and now + ASK_AGAIN >= asks_left_at(out, rules)
    return stays_until(out, now, ASK_AGAIN) if at_the_end else out.safe_by


def stays_until(out: Outing, now: datetime, more: timedelta) -> datetime:
    """Work out by when somebody who stays longer is to be safe; never sooner than before."""
    return max(out.safe_by, now + more)


def asks(what: str, out: Outing, *, by_text: bool = False) -> str:
    """Write a question to whoever is out; it names no family: others may see the screen."""
    if what == ASK_ARRIVED:
        said = f"Your visit at {clock(out.starts_at)}: have you arrived?"
    else:
        said = f"Your visit until {clock(out.safe_by)}: have you left, and are you safe?"
    answers = f"{BY_TEXT[what]} " if by_text else ""
    return f"{said} {answers}{NOT_INSTEAD}"


def alarm(
    out: Outing, name: str, rules: LoneWorking, now: datetime, told: Iterable[str], then: str = ""
) -> str:
    """Tell somebody that a colleague has not answered, and what to do. `then`: who is next."""
    late = _question(out, rules, now)[0] == ASK_LEFT
    missing = (
        f"that they have left safely (visit until {clock(out.safe_by)})"
        if late
        else f"that they have arrived (visit at {clock(out.starts_at)})"
    )
    said = f"Lone working: {name} has not said {missing}. Ring {name} now; /out says where."
    ends = "Not reached: follow your lone-working procedure; in danger 999."
    return " ".join(filter(None, (said, _told(told), then, ends, NOT_INSTEAD)))


def sos(
    name: str, now: datetime, told: Iterable[str], words: str = "", *, is_out: bool = False
) -> str:
    """Tell somebody of an SOS: nothing may appear on the phone of whoever sent it."""
    wrote = f"They wrote: “{words}”." if words else ""
    said = f"SOS from {name} at {clock(now)}."
    quiet = f"Send {name} nothing: somebody may be looking."
    does = "Follow your lone-working procedure now; in doubt 999."
    where = "/out says where." if is_out else "No visit says where: see their day at /visits."
    return " ".join(filter(None, (said, wrote, quiet, does, where, _told(told), NOT_INSTEAD)))


def stand_down(out: Outing, name: str, says: str) -> str:
    """Pass an answer on to whoever was told; after an SOS an answer proves nothing."""
    if out.sos_at is not None:
        return f"{name}: {says}. The SOS stands until somebody has heard {name} speak."
    return f"{name}: {says}. Nothing more to do."


def clock(moment: datetime) -> str:
    """Say what the clock on the wall shows."""
    return f"{wall(moment):%H:%M}"


def out_times(since: datetime, safe_by: datetime, now: datetime) -> str:
    """Say since when somebody is out and by when they are safe; the day too, if not today's."""
    day = wall(since)
    on = "" if day.date() == wall(now).date() else f"{day:%a} {day.day} {day:%b} "
    return f"since {on}{clock(since)}, safe by {clock(safe_by)}"


def _told(names: Iterable[str]) -> str:
    said = listed(names)
    return f"Told: {said}." if said else ""


def listed(names: Iterable[str]) -> str:
    """Write names as they are said: Marcus, Helen and Joe."""
    *others, last = [*names] or [""]
    return f"{', '.join(others)} and {last}" if others else last
