"""Which of some moments a reply points at: by number, day or hour, all of them agreeing. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from re import Match
from typing import Final

from bot.rules.calendar import wall

_NOON: Final = 12
_UNSEEN = frozenset({"Mn", "Me", "Cf", "Sk"})  # accents, keycaps, direction marks, skin tones
_LETTERS = str.maketrans({"ł": "l", "’": None, "'": None, "‘": None, "`": None, "´": None})
# Monday first; each as English, Polish, Romanian, Urdu and Arabic write it.
_WEEKDAYS = (
    "mon(?:day)?|poniedzialek|luni|پیر|الاثنين",
    "tue(?:s(?:day)?)?|wtorek|marti|منگل|الثلاثاء",
    "wed(?:s|nesday)?|srode|sroda|miercuri|بدھ|الاربعاء",
    "thu(?:rs?(?:day)?)?|czwartek|joi|جمعرات|الخميس",
    "fri(?:day)?|piatek|vineri|jumm?ah?|جمعہ|الجمعة",
    "sat(?:urday)?|sobote|sobota|sambata|ہفتہ|السبت",
    "sun(?:day)?|niedziele|niedziela|duminica|اتوار|الاحد",
)
_ORDINALS = (
    "1st(?= one| option)|first|pierwszy|پہلا",
    "2nd(?= one| option)|second|drugi|دوسرا",
    "3rd(?= one| option)|third|trzeci|تیسرا",
)
_WORDS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
_FIGURES = {word: number for number, word in enumerate(_WORDS, start=1)}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "june?", "july?", "aug", "sept?", "oct", "nov", "dec")
_HOUR = rf"(?P<h>\d{{1,2}}|{'|'.join(_FIGURES)})"


@dataclass(frozen=True, slots=True)
class Pointed:
    """What a reply points at, and the words that point at nothing."""

    fits: frozenset[int]  # moments that everything said fits, counted from nought
    is_number: bool  # by its number in the list
    is_day: bool
    is_hour: bool
    is_part: bool
    rest: str


def folded(words: str) -> str:
    """Make replies comparable: small bare letters, digits of any script as 0 to 9."""
    plain = unicodedata.normalize("NFKD", words).casefold().translate(_LETTERS)
    seen = "".join(sign for sign in plain if unicodedata.category(sign) not in _UNSEEN)
    figures = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in seen)
    return " ".join(figures.split())


def pointed_at(said: str, moments: Sequence[datetime], today: date) -> Pointed:
    """Read every number, day and hour in a reply, and which moments all of them fit.

    One more than there are moments is the choice that stands behind them: "another time".
    """
    shown = [wall(moment) for moment in moments]
    fits = frozenset(range(len(shown) + 1))
    kinds: set[str] = set()
    for kind, sign in _SIGNS:
        for hit in sign.finditer(said):
            fits &= frozenset(_meant(kind, hit, shown, today))
            kinds.add(kind)
        said = sign.sub(_left, said)
    number = bool(kinds & {"ordinal", "figure"})
    day = bool(kinds & {"weekday", "nth", "tomorrow", "date", "beside"})
    hour = bool(kinds & {"clock", "spoken", "beside"})
    found = fits if number or day or hour else frozenset()
    return Pointed(found, number, day, hour, "part" in kinds, " ".join(said.split()))


def _left(hit: Match[str]) -> str:
    """Take out what was read; the day a bare figure stands beside is still to be read."""
    return (hit.groupdict().get("day") or "") + " "


def weekdays_in(said: str) -> set[int]:
    """List the days of the week a reply names."""
    return {number for number, sign in enumerate(_WEEKDAYS) if re.search(rf"\b(?:{sign})\b", said)}


def _meant(kind: str, hit: Match[str], shown: list[datetime], today: date) -> Iterator[int]:
    if kind == "figure":
        number = _figure(hit["n"])
        if number <= len(shown) + 1:  # a greater one is no choice: "10" may be the hour
            yield number - 1
            yield from (at for at, one in enumerate(shown) if (one.hour - number) % 12 == 0
                        and one.minute == 0)  # fmt: skip
        return
    if kind == "ordinal":
        yield next(at for at in range(len(_ORDINALS)) if hit[f"o{at}"])
        return
    if kind == "date" and hit["mo"] and max(int(hit["d"]), int(hit["mo"])) <= len(shown) + 1:
        return  # "1/2" may be the 1st of February, or one or two
    fitting = [at for at, one in enumerate(shown) if _fits(kind, hit, one, today)]
    yield from fitting
    if kind == "nth" and fitting and int(hit["nth"]) <= len(shown) + 1:
        yield int(hit["nth"]) - 1  # "the 3rd" is a day, and the third of the choices


def _fits(kind: str, hit: Match[str], one: datetime, today: date) -> bool:
    match kind:
        case "date":
            return (one.day, one.month) == (int(hit["d"] or hit["d2"]), _month(hit))
        case "weekday":
            return hit[f"d{one.weekday()}"] is not None
        case "nth":
            return one.day == int(hit["nth"])
        case "tomorrow":
            ahead = timedelta(days=1 if hit["tomorrow"] else 0)
            return one.date() == today + ahead
    return _is_part_or_hour(kind, hit, one)


def _is_part_or_hour(kind: str, hit: Match[str], one: datetime) -> bool:
    match kind:
        case "part":
            return (one.hour < _NOON) == bool(hit["am"])
        case "beside":  # "thurs 2" is two o'clock, and never the second choice
            number = int(hit["n"] or hit["n2"])
            return (one.hour - number) % _NOON == 0 and one.minute == 0
    return _is_hour(hit, one)


def _is_hour(hit: Match[str], one: datetime) -> bool:
    got = hit.groupdict()
    hour, minute = _figure(got["h"]), int(got.get("m") or 0)
    if got.get("half"):
        minute = 30
    elif got.get("side"):
        minute = 15 if got["side"] == "past" else 45
        hour -= got["side"] == "to"
    if got.get("am"):
        return (one.hour, one.minute) == (hour % 12 + (12 if got["am"] == "pm" else 0), minute)
    same = one.hour == hour if hour > _NOON else (one.hour - hour) % 12 == 0
    return same and one.minute == minute


def _month(hit: Match[str]) -> int:
    if hit["mo"]:
        return int(hit["mo"])
    return next(at for at in range(1, 13) if hit[f"mo{at - 1}"] or hit[f"mb{at - 1}"])


def _figure(word: str) -> int:
    return _FIGURES.get(word) or int(word)


def _any_of(name: str, signs: Sequence[str]) -> str:
    return "|".join(f"(?P<{name}{at}>{sign})" for at, sign in enumerate(signs))


_TOMORROW = "tomorrow|tomoz|2moro|tmrw|tmw|tomo|jutro|maine"
_A_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]*"
_A_DAY = (
    rf"(?:(?:{'|'.join(_WEEKDAYS)}|{_TOMORROW}|today)\b|\d{{1,2}}(?:st|nd|rd|th)\b"
    rf"|\d{{1,2}}/\d{{1,2}}\b|\d{{1,2}} ?{_A_MONTH}\b|{_A_MONTH} \d{{1,2}}\b)"
)
_SIGNS = tuple(
    (kind, re.compile(sign))
    for kind, sign in (
        ("spoken", (rf"\b(?:at )?(?:(?P<half>half)(?: past)?|quarter (?P<side>past|to)) {_HOUR}"
                    r"(?: ?(?P<am>[ap]m))?\b")),
        ("clock", r"\b(?:at )?(?P<h>\d{1,2})[.:](?P<m>\d\d) ?(?P<am>[ap]m)?\b"),
        ("clock", r"\b(?:at )?(?P<h>\d{1,2}) ?(?P<am>[ap]m)\b"),
        ("clock", rf"\bat {_HOUR}\b(?: ?oclock)?"),
        ("clock", rf"\b{_HOUR} ?oclock\b"),
        ("ordinal", rf"\b(?:the )?(?:{_any_of('o', _ORDINALS)})\b(?: (?:one|option|time|slot))?"),
        ("beside", (rf"\b(?P<day>{_A_DAY}(?:[\s,.-]+(?!(?:number|option|choice|nr)\b)[^\W\d]+)"
                    r"{0,2})[\s,.-]+(?P<n>\d{1,2})\b(?![.:/]\d| ?[ap]m\b"
                    rf"| ?(?:of )?{_A_MONTH}\b)|\b(?P<n2>\d{{1,2}})(?= on (?:the )?{_A_DAY})")),
        ("date", (rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:/(?P<mo>\d{{1,2}})"
                  rf"| ?(?:of )?(?:{_any_of('mo', _MONTHS)})[a-z]*)\b"
                  rf"|\b(?:{_any_of('mb', _MONTHS)})[a-z]* (?:the )?(?P<d2>\d{{1,2}})"
                  r"(?:st|nd|rd|th)?\b")),
        ("nth", r"\b(?:the )?(?P<nth>\d{1,2})(?:st|nd|rd|th)\b"),
        ("weekday", rf"\b(?:{_any_of('d', _WEEKDAYS)})\b"),
        ("tomorrow", rf"\b(?:(?P<tomorrow>{_TOMORROW})|today)\b"),
        ("part", r"(?:in the )?\b(?:(?P<am>morning|am)|afternoon|pm)\b"),
        ("figure", (rf"(?:^|\b(?:number|option|choice|nr) )(?P<n>{'|'.join(_FIGURES)})\b"
                    r"(?! (?:of|more|day|thing))")),
        ("figure", r"\b(?:(?:number|option|choice|nr) )?(?P<n>\d{1,3})\b"),
    )
)  # fmt: skip
