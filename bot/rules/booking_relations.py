"""Somebody who belongs to a named person is somebody else: "Leanne's sister". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.rules.booking_dates import WEEKDAY
from bot.rules.booking_line import GONE, Line
from bot.rules.booking_vague import TOMORROW
from bot.rules.logged_people import RELATIONS

_OF_A_SERVICE = (
    r"social ?workers?|s/w|(?:(?:\w+ )?(?:probation|police|youth|housing|welfare|liaison|support"
    r"|family|key|youth justice|early help|case) ?(?:officers?|workers?))|solicitors?|lawyers?"
    r"|barristers?|landlords?|landlady|therapists?|psychologists?|psychiatrists?|counsellors?"
    r"|health ?visitors?|midwi\w+|tutors?|head(?: ?teacher| of \w+)?|form tutor|ta|senco|mentors?"
    r"|employers?|boss|sw|gp|doctor|dr|nurse|camhs|police|pc|yjs|yot|yos|teacher|hoy|dsl"
    r"|(?:old |new )?(?:school|college|academy|nursery|work)|taxi|transport|bus"
)
_OF_THE_FAMILY = (
    r"ex|ex[- ]\w+|partners?|bf|gf|boyfriends?|girlfriends?|husbands?|hubby|wife|fianc\w+"
    r"|neighbou?rs?|friends?|mates?|foster (?:carers?|mum|dad|parents?)|step ?\w+|half ?\w+"
    r"|grand ?parents?|cousins?|niece|nephew|sons?|daughters?|kids?|siblings?|twins?|in-?laws?"
    r"|guardians?|godmother|godfather|family friend"
)
_WHO: Final = rf"(?:{_OF_A_SERVICE}|{_OF_THE_FAMILY}|{'|'.join(RELATIONS)})"
_RELATED = re.compile(
    rf"\s+(?:(?:own|birth|new|old|class|form|older|younger) )?(?P<who>{_WHO})(?![\w-])"
)
_RELATED_OF = re.compile(rf"(?<!\w)(?P<who>{_WHO})\s+(?:of|for|to|4)\s+[{GONE}]*$")
_SERVICE_BEFORE = re.compile(rf"(?<!\w)(?P<who>{_OF_A_SERVICE})\s+[{GONE}]*$")
_BESIDE_FIRST = re.compile(r"(?:\b(?:with|w|and|plus|by|at|to|from)|[,&+])\s*(?:the |a |an )?$")
_PLACED = re.compile(r"(?:old |new )?(?:school|college|academy|nursery|work)\b")
_AT = re.compile(r"(?:\b(?:at|to|from|in|outside|near|into)|@)\s*$")
# What may be said to be somebody's without being a person.
_OF_THEIRS = re.compile(
    rf"\s*(?:$|[^\w\s]|\d|(?:{WEEKDAY}|{TOMORROW}|today|tonight|this|next|in|at|on|by|with|w|and|for"
    r"|re|about|from|to|as|after|before|half|noon|midday|am|pm|mornings?|afternoons?"
    r"|house|home|place|flat|address|car|phone|mobile"
    r"|visits?|vist|reviews?|meetings?|mtg|sessions?|appt|appointment|assessments?|plans?|report"
    r"|lifts?|calls?|panel|forms?|attendance|timetable|exams?|birthday|case|a|the|first|last"
    r"|week\w*|wk|bedroom|uniform|behaviour|return)(?!\w))"
)


@dataclass(frozen=True, slots=True)
class Owner:
    """Where a family's name stands, and whether it says whose somebody is."""

    start: int
    end: int
    is_carer: bool
    owns: bool


def somebody_elses(line: Line, named: Sequence[Owner]) -> str:
    """Ask who "Kai's dad" is: the list of families does not say how anybody is related."""
    has_carer = any(one.is_carer for one in named)
    for one in named:
        who = _who(line.said, one, has_carer=has_carer)
        if who:
            return f"Who is meant by “{who}”? Write their first name."
    return ""


def _who(said: str, one: Owner, *, has_carer: bool) -> str:
    before, after = said[: one.start], said[one.end :]
    hit = _RELATED.match(after)
    if hit and (one.is_carer or not has_carer) and not _is_place(one, hit["who"], before):
        return hit["who"]
    if one.owns and not hit and not _OF_THEIRS.match(after):
        return " ".join(after.split()[:2])
    of = _RELATED_OF.search(before) or (None if has_carer else _SERVICE_BEFORE.search(before))
    return of["who"] if of and not _BESIDE_FIRST.search(before[: of.start()]) else ""


def _is_place(one: Owner, who: str, before: str) -> bool:
    """Say whether "at Kai's school" is only where it is to be."""
    return one.owns and _PLACED.match(who) is not None and _AT.search(before) is not None
