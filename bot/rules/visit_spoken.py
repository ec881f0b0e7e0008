"""Whether words that answer no question, or more than one, speak of a visit. Pure.

It settles nothing: it decides who is shown the words besides their owner, and how soon.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from bot.rules.calendar import wall
from bot.rules.visit_replies import read_reply
from bot.rules.visit_reply_times import folded, weekdays_in

_SOON: Final = timedelta(days=2)  # words nobody here can read may well be about it
_DOUBTS: Final = frozenset({"other_time", "not_needed"})
_CANNOT = re.compile(
    r"\b(?:cant|cannot|can not|couldnt|wont|will not|not able to|unable to|not going to|not gonna)"
    r"(?: be able to)?(?: really| now)*"
    r" (?:make|come|attend|manage|get (?:there|to)|do"
    r"|be (?:there|in|home|at home|around|available))"
    r"(?! (?:in )?(?:to )?(?:school|college|lessons?|class))\b"
    # In Urdu and in Arabic, whatever stands beside it.
    r"|\bnah(?:i|in|een) aa? ?sak|\bcancel kar|\b(?:koi|kisi) (?:aur|or) (?:din|waqt|wakt|time)\b"
    + folded(r"|نہیں آ ?سک|(?:کینسل|منسوخ) کر|(?:کوئی|کسی) اور (?:وقت|دن)")
    + folded(
        r"|\b(?:لا (?:أستطيع|نستطيع|أقدر|نقدر)|ما (?:أقدر|بقدر|نقدر))\b|إلغاء|(?:موعد|وقت) آخر"
    )
)
_SIGN = re.compile(
    r"\b(?:visits?|appointments?|appt|meeting|session|cancel\w*|rearrange\w*|reschedule\w*"
    r"|postpone|another (?:time|day)|different (?:time|day)|make it|come round|coming round"
    r"|coming out|see (?:you|u)|wizyt\w*|termin\w*)\b"
)
_NTH = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b")
_NEXT_DAY = re.compile(r"\b(?:tomorrow|tomoz|2moro|tmrw|tmw|tomo|jutro|maine)\b")
_THIS_DAY = re.compile(r"\b(?:today|tonight|dzis|dzisiaj)\b")
# Words of a plain wish for another time. Whoever uses any other has said something besides.
_PLAIN_WORDS = """
    a an i we you u it that this the is are am im be can cant could cannot do dont not no make
    come have try change move want need would like please pls plz sorry thanks thank ta hi hello
    for to at on in of or and but then now any another different other new time times day days
    date slot week weeks next later earlier after before about around between from till until
    instead morning mornings afternoon afternoons evening evenings lunch lunchtime noon half
    past quarter am pm oclock tomorrow tomoz today weekend either both them those these none
    neither suits suit better best good work working off rearrange reschedule visit appointment
    school hours term holiday holidays what how x xx xxx
"""
_PLAIN = frozenset(_PLAIN_WORDS.split())
_WORD = re.compile(r"[^\W\d_]+")


def cannot_come(words: str, today: date, starts_at: datetime | None = None) -> bool:
    """Say whether somebody seems to say that they cannot make a visit, or do not want it."""
    said = _bare(words)
    if said.isdecimal():
        return False  # a bare number answers a question, and none is open
    doubts = read_reply(words, today, starts_at=starts_at).what in _DOUBTS
    return doubts or _CANNOT.search(said) is not None


def speaks_of(words: str, language: str, today: date, starts_at: datetime) -> bool:
    """Say whether words may be about the visit that begins then; a day named is its own day."""
    said, begins = _bare(words), wall(starts_at)
    if (of_that_day := _names_its_day(said, today, begins.date())) is not None:
        return of_that_day
    if cannot_come(words, today, starts_at) or _SIGN.search(said):
        return True
    if read_reply(words, today, starts_at=starts_at).what in {"late", "lift"}:
        return True
    return language != "en" and begins.date() - today <= _SOON


def says_no_more(words: str) -> bool:
    """Say whether a wish for another time is all there is: nothing else waits for an answer."""
    rest = set(_WORD.findall(folded(words))) - _PLAIN
    return not any(not weekdays_in(word) for word in rest)


def _names_its_day(said: str, today: date, day: date) -> bool | None:
    """Say whether the day that is named is that of the visit; None: no day is named."""
    named = weekdays_in(said)
    if _NEXT_DAY.search(said):
        named.add((today + timedelta(days=1)).weekday())
    if _THIS_DAY.search(said):
        named.add(today.weekday())
    dates = {int(hit) for hit in _NTH.findall(said)}
    if not (named or dates):
        return None
    return day.weekday() in named or day.day in dates


def _bare(words: str) -> str:
    return " ".join(re.sub(r"[^\w\s:]", " ", folded(words)).split())
