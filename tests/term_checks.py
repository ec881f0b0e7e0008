"""What no message of the term may do: each rule written anew, from the guidance's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bot.rules.gate import BEYOND_CAPS
from tests import term_story as story
from tests.term_lines import CHECK_IN, Line

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
ASKS_WHY = frozenset({"absence", "absence_day2", "absence_beside", "absence_day2_beside"})
EVENING_BEFORE = frozenset({"first_day", "next_step", "agreed_reminder"})
ANY_DAY = frozenset({"closure", "agreed_reminder"})  # told when known; told when asked for
QUIET = dict.fromkeys(range(SAT), (time(8), time(20))) | {SAT: (time(10), time(17))}
NOON, MARGIN = time(12), timedelta(minutes=15)
AT_ALL = range(SUN + 1)
# Who may be written to when: days, and hours.
HOURS: dict[str, tuple[Iterable[int], time, time]] = {
    "P01": (AT_ALL, time(13, 30), time(16)),
    "P07": (AT_ALL, time(12), time(20)),
    "P08": (AT_ALL, time(12), time(20)),
    "P14": (AT_ALL, time(10), time(14)),
    "P19": ((TUE, THU), time(10), time(12)),
    "P23": ((SAT, SUN), time(10), time(17)),
}
HELD, REFUSED = "P07", "P20"
DAY_SIX = date(2026, 11, 23)
A_DAY, A_WEEK = 1, 3
SCHOOL_HOLIDAYS = (
    (story.HALF_TERM_ON, date(2026, 10, 30)),
    (story.LAST_ON + DAY, story.HOLIDAYS_ON + WEEK),
)


@dataclass
class Facts:
    """What the term looked like when it was over."""

    lines: list[Line]
    fed: list[tuple[str, story.Marked]] = field(default_factory=list)

    @property
    def sent(self) -> list[Line]:
        return [line for line in self.lines if line.sent]


def faults(lines: list[Line], fed: list[tuple[str, story.Marked]]) -> list[str]:
    """Say what was wrong, in words; empty: no message broke a rule."""
    facts = Facts(lines, fed)
    return [fault for check in CHECKS for fault in check(facts)]


def _at_its_time(facts: Facts) -> Iterator[str]:
    for line in facts.sent:
        if line.about_on is not None and not _in_time(line, line.about_on):
            yield f"{_shown(line)}: not at its time"


def _in_time(line: Line, about: date) -> bool:
    said = line.at.replace(tzinfo=None)
    if line.kind in ASKS_WHY:
        first, last = datetime.combine(about, time(10, 15)), datetime.combine(about, NOON)
    elif line.kind == "praise":
        friday = about + FRI * DAY
        first = datetime.combine(friday, time(15, 45))
        last = datetime.combine(friday + WEEK, NOON)
    elif line.kind in EVENING_BEFORE:  # a phone that has had its day's text hears a day later
        ends = HOURS.get(line.case, (AT_ALL, time.min, time(16)))[2]
        first = datetime.combine(_eve(line.case, about), min(ends, time(16))) - MARGIN
        last = datetime.combine(about, time(8))
    elif line.kind in {"transport", "transport_beside"}:  # once in the week of this Monday
        first, last = datetime.combine(about, time(10, 15)), datetime.combine(about + WEEK, NOON)
    else:
        first, last = datetime.combine(about, time(8)), datetime.combine(about, NOON)
    return first <= said <= last + timedelta(minutes=1)


def _eve(case: str, about: date) -> date:
    """Find the last school day before one, or a day this family agreed to itself."""
    before = (about - ahead * DAY for ahead in range(1, 15))
    return next(day for day in before if _has_school(day) or _is_chosen(case, day))


def _has_school(day: date) -> bool:
    away = any(first <= day <= last for first, last in SCHOOL_HOLIDAYS)
    return day.weekday() < SAT and not away


def _is_chosen(case: str, day: date) -> bool:
    """Say whether a family asked to be written to at the weekend, of all days."""
    return case == "P23" and day.weekday() in HOURS[case][0]


def _in_quiet(facts: Facts) -> Iterator[str]:
    for line in facts.sent:
        span = QUIET.get(line.at.weekday())
        own = HOURS.get(line.case)
        agreed = own is not None and own[0] is not AT_ALL and line.at.weekday() in own[0]
        if not agreed and (span is None or not span[0] <= line.at.time() < span[1]):
            yield f"{_shown(line)}: in quiet hours"


def _in_their_hours(facts: Facts) -> Iterator[str]:
    for line in facts.sent:
        days, first, last = HOURS.get(line.case, (AT_ALL, time.min, time.max))
        if line.at.weekday() not in days or not first <= line.at.time() < last:
            yield f"{_shown(line)}: outside their own hours"
        friday = line.case == "P09" and line.at.weekday() == FRI
        if friday and NOON <= line.at.time() < time(14, 30):
            yield f"{_shown(line)}: at prayer"


def _once(facts: Facts) -> Iterator[str]:
    seen = set()
    for line in facts.sent:
        same = (line.kind, line.about_on or line.at.date(), line.person, line.case)
        if same in seen:
            yield f"{_shown(line)}: said twice"
        seen.add(same)


def _caps(facts: Facts) -> Iterator[str]:
    """One phone, however many children and whatever the messages are about."""
    by_phone: dict[str, list[datetime]] = {}
    for line in facts.sent:
        moments = by_phone.setdefault(line.phone, [])
        if line.kind not in BEYOND_CAPS and line.at not in moments:  # one text about two children
            moments.append(line.at)
    for moments in by_phone.values():
        for one in moments:
            today = [each for each in moments if each.date() == one.date()]
            week = [each for each in moments if one <= each < one + WEEK]
            if len(today) > A_DAY or len(week) > A_WEEK:
                yield f"{one:%a %d %b %H:%M}: more than a phone is to get"


def _never(facts: Facts) -> Iterator[str]:
    for line in facts.sent:
        for why, applies in _against(line).items():
            if applies:
                yield f"{_shown(line)}: {why}"


def _against(line: Line) -> dict[str, bool]:
    day, school = line.at.date(), line.about_school
    news = school and line.kind not in ANY_DAY
    return {
        "school itself is what is hard": line.case == HELD and line.kind in {*ASKS_WHY, "praise"},
        "in custody": line.case == "P04" and school and date(2026, 12, 8) <= day,
        "the family declined support": line.case == REFUSED,
        "asked for no texts": line.case == "P22",
        "has said STOP": line.case == "P21"
        and datetime.combine(day, line.at.time()) > datetime.combine(story.STOPPED_ON, time(11)),
        "a court forbids it": (line.case, line.relation) == ("P04", "mother"),
        "is copied in by people only": line.relation == "social worker",
        "nowhere to be yet": line.case == "P03" and line.kind in ASKS_WHY and day < DAY_SIX,
        "in the holidays": line.kind == CHECK_IN
        and any(first <= day <= last for first, last in SCHOOL_HOLIDAYS),
        "no school that day": news and not (_has_school(day) or _is_chosen(line.case, day)),
        "no register that day": line.kind in ASKS_WHY and day == story.NO_REGISTER_ON,
        "the school was shut": line.kind in ASKS_WHY and day == story.SNOW_ON,
        "the family had said why": (line.case, line.about_on) == ("P10", story.ILL_ON)
        and line.kind in ASKS_WHY,
    }  # fmt: skip


def _as_the_register_says(facts: Facts) -> Iterator[str]:
    """When a family was asked, the newest mark of that morning was an N, and nothing said else."""
    for line in facts.sent:
        if line.kind in ASKS_WHY:
            said = _newest(facts, line)
            if "N" not in said:
                yield f"{_shown(line)}: the registers said {said}"


def _newest(facts: Facts, line: Line) -> list[str]:
    """Read the newest mark of each school of that morning, as it had come in by then."""
    found: dict[str, str] = {}
    for at, mark in facts.fed:
        of_it = (mark.case, mark.day, mark.half) == (line.case, line.about_on, "am")
        if of_it and at <= f"{line.at:%H:%M}":
            found[mark.school] = mark.code
    return [code for code in found.values() if code != "D"]


def _both_homes(facts: Facts) -> Iterator[str]:
    """Whatever one of Lukas's parents is told, the other is told or a reason is kept."""
    told = {(line.kind, line.about_on, line.relation) for line in facts.lines if line.case == "P15"
            and line.about_school}  # fmt: skip
    for kind, about, relation in sorted(told, key=str):
        other = "father" if relation == "mother" else "mother"
        if (kind, about, other) not in told:
            yield f"P15 {kind} of {about}: the {relation} was told and the {other} was not"


CHECKS: tuple[Callable[[Facts], Iterator[str]], ...] = (
    _at_its_time,
    _in_quiet,
    _in_their_hours,
    _once,
    _caps,
    _never,
    _as_the_register_says,
    _both_homes,
)


def _shown(line: Line) -> str:
    return f"{line.at:%a %d %b %H:%M} {line.kind} to {line.relation} of {line.case}"
