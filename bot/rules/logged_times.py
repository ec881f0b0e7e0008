"""When and how long, as notes say it: "10 min", "1h15", "half an hour", "2-2.45", "Mon"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.rules.calendar import wall
from bot.rules.logged_words import MONTHS

LONGEST = 12 * 60
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = r"(?:hours?|hrs?|h)"
_MINUTES = r"(?:minutes?|mins?|mn|m)"
LENGTH = re.compile(
    rf"\b(?:(?P<half>half (?:an? )?{_HOURS})"
    rf"|(?P<onehalf>(?:an? |1 )?{_HOURS} and a half|(?P<so>\d) and a half {_HOURS})"
    rf"|(?P<quarter>(?:a )?quarter of an? {_HOURS})|(?P<three>three ?quarters of an? {_HOURS})"
    rf"|(?P<one>an? {_HOURS})"
    rf"|(?P<hours>\d*\.?\d+)\s*{_HOURS}(?:(?:\s*and)?\s*(?P<and>[0-5]\d)(?![.:]?\d|\s?[ap]m)"
    rf"\s*{_MINUTES}?)?"
    rf"|(?P<minutes>\d{{1,3}})\s*{_MINUTES})(?![a-z\d])|(?<![\d.])(?P<point>\.\d+)\s*{_HOURS}\b"
)
_NO_LENGTH = re.compile(rf"\b(?:in \d+ ?{_MINUTES}|\d+ ?{_MINUTES} (?:late|walk|away|early)"
                        rf"|\d+ ?- ?\d+ ?{_MINUTES})\b")  # fmt: skip
_TRAVEL = re.compile(
    r"\btravel(?:led|ling)?(?: time)?\s*[:-]?\s*(?P<after>{0}|\d{{1,3}}\b)(?P<both> each way)?"
    r"|(?P<before>{0})\s*(?:of )?(?:travel\w*|drive|driving)(?P<ways> each way)?".format(
        re.sub(r"\(\?P<\w+>", "(?:", LENGTH.pattern)
    )
)
_RANGE = re.compile(
    r"\b(\d{1,2})(?:[.:](\d{2}))?\s*(am|pm)?\s*(?:-|to|till?|until)\s*"
    r"(\d{1,2})(?:[.:](\d{2}))?\s*(am|pm)?\b(?!\s*(?:times|days?|weeks?|kids|/|:|\d|"
    rf"{MONTHS}))"
)
_CLOCK = re.compile(
    r"(?P<before>\w+)?\s*\b(?:(?P<h>\d{1,2})(?:[.:](?P<m>\d{2}))?\s*(?P<half>[ap]m)"
    r"|(?P<hh>[01]?\d|2[0-3])[:.](?P<mm>[0-5]\d))\b"
)
_NOT_A_START = frozenset(
    {"found", "missing", "since", "until", "til", "till", "for", "from", "by", "about", "re"}
)
_DAY = re.compile(
    r"\b(?P<yesterday>yest?e?rda?y|ystrday|yday|last night)\b"
    rf"|\b(?:(?P<weekday>mon|tues?|wed|thurs?|thu|fri|sat|sun)(?:[a-z]*day)?\b\s*)?"
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*(?P<month>{MONTHS})[a-z]*\b"
    rf"|(?P<d>\d{{1,2}})/(?P<mo>\d{{1,2}})\b)?"
)
_NOT_WHEN = frozenset(
    {"missing", "since", "off", "absent", "from", "for", "until", "til", "till", "by", "next",
     "re", "about", "abt", "bout", "every", "due", "meeting", "missed", "on-going", "this"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Times:
    """The day, the hour and the length of one contact."""

    on: date
    at: time | None = None
    minutes: int | None = None
    travel: int | None = None


def times_in(said: str, typed: datetime) -> Times:
    """Read when it was and how long it took; what lies ahead is never when it was."""
    shown = wall(typed)
    on = _day_in(said, shown.date())
    travel, said = _travel_in(said)
    said = _NO_LENGTH.sub(" ", said)
    start, length = _range_in(said)
    at = start or _clock_in(said)
    if at is not None and datetime.combine(on, at) > shown.replace(tzinfo=None):
        at = None
    return Times(on, at, _length_in(said) or length, travel)


def _travel_in(said: str) -> tuple[int | None, str]:
    hit = _TRAVEL.search(said)
    if hit is None:
        return None, said
    shown = hit["after"] or hit["before"]
    length = int(shown) if shown.isdecimal() else _length_in(shown)
    both = hit["both"] or hit["ways"]
    rest = f"{said[: hit.start()]} {said[hit.end() :]}"
    return (length * 2 if length and both else length), rest


def _length_in(said: str) -> int | None:
    """Take the one length there is, or the one called the total; of several, none."""
    found = [(hit, minutes_of(hit)) for hit in LENGTH.finditer(said)]
    total = [long for hit, long in found if _is_total(said, hit)]
    longs = set(total or (long for _hit, long in found))
    one = longs.pop() if len(longs) == 1 else None
    return one if one is not None and 0 < one <= LONGEST else None


def _is_total(said: str, hit: re.Match[str]) -> bool:
    around = f"{said[max(0, hit.start() - 8) : hit.start()]} {said[hit.end() : hit.end() + 14]}"
    return re.search(r"\b(?:total|in all|altogether|overall)\b", around) is not None


def minutes_of(hit: re.Match[str]) -> int:
    fixed = {"half": 30, "quarter": 15, "three": 45, "one": 60}
    for name, length in fixed.items():
        if hit[name]:
            return length
    if hit["onehalf"]:
        return int(hit["so"] or 1) * 60 + 30
    if hit["minutes"]:
        return int(hit["minutes"])
    return round(float(hit["hours"] or hit["point"]) * 60) + int(hit["and"] or 0)


def _range_in(said: str) -> tuple[time | None, int | None]:
    hit = _RANGE.search(said)
    if hit is None:
        return None, None
    first, last = _clock(hit[1], hit[2], hit[3] or hit[6]), _clock(hit[4], hit[5], hit[6] or hit[3])
    if first is None or last is None:
        return None, None
    start, end = (each.hour * 60 + each.minute for each in (first, last))
    if start > end and not hit[3] and hit[6] == "pm":  # "11-1pm" begins in the morning
        start, first = start - 720, first.replace(hour=first.hour % 12)
    return (first, end - start) if 0 < end - start <= LONGEST else (None, None)


def _clock_in(said: str) -> time | None:
    """Read an hour of the first sentence; later ones tell of other things."""
    sentence = re.split(r"\.(?!\d)|;", said, maxsplit=1)[0]
    for hit in _CLOCK.finditer(sentence):
        if hit["before"] not in _NOT_A_START:
            return _clock(hit["h"] or hit["hh"], hit["m"] or hit["mm"], hit["half"])
    return None


def _clock(hour: str, minute: str | None, half: str | None) -> time | None:
    """Read a time of day; without am or pm, one to six are in the afternoon."""
    shown = int(hour)
    if half == "pm" or (half is None and 1 <= shown <= 6):
        shown = shown % 12 + 12
    elif half == "am":
        shown %= 12
    fits = shown < 24 and int(minute or 0) < 60
    return time(shown, int(minute or 0)) if fits else None


def _day_in(said: str, today: date) -> date:
    """Read the day of the first clause; a day that is still to come is not when it was."""
    clause = re.split(r"[;,]|\.(?!\d)", said, maxsplit=1)[0]
    for hit in _DAY.finditer(clause):
        before = set(clause[: hit.start()].split()[-3:])
        found = _named_day(hit, today) if hit.group().strip() else None
        if found is not None and found <= today and not before & _NOT_WHEN:
            return found
    return today


def _named_day(hit: re.Match[str], today: date) -> date | None:
    if hit["yesterday"]:
        return today - timedelta(days=1)
    day, month = hit["day"] or hit["d"], hit["month"] or hit["mo"]
    if not day:
        back = (today.weekday() - WEEKDAYS.index(hit["weekday"][:3])) % 7
        return today - timedelta(days=back)
    number = int(month) if month.isdecimal() else MONTHS.split("|").index(month) + 1
    try:
        found = date(today.year, number, int(day))
    except ValueError:
        return None
    # In January "30 Dec" was last year's; a day of next week is no day of last year.
    long_past = found - today > timedelta(days=180)
    return found.replace(year=today.year - 1) if long_past else found
