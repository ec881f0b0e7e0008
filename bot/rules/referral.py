"""Referrals: what may stand in one, how it is checked, and how a list shows it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from bot.rules.phones import BadNumber, e164

ROUTES: Mapping[str, str] = MappingProxyType(
    {
        "form": "referral form",
        "conversation": "conversation",
        "email": "email",
        "child": "the child asked",
        "family": "the family asked",
        "specialist": "a specialist noticed",
        "panel": "AP Panel",
    }
)
ELIGIBILITY: Mapping[str, str] = MappingProxyType(
    {
        "pex": "permanently excluded",
        "at_risk": "at risk of exclusion",
        "in_ap": "in alternative provision",
        "may_enter_ap": "may enter alternative provision",
    }
)
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "attendance": "attendance",
        "behaviour": "behaviour",
        "wellbeing": "mental health and wellbeing",
        "speech": "speech and language",
        "learning": "learning",
        "safety": "safety outside the home",
        "offending": "offending",
        "home": "support for the family",
        "transport": "transport",
        "next_step": "next school, college or work",
    }
)
AGENCIES: Mapping[str, str] = MappingProxyType(
    {
        "family_support": "family support",
        "youth_work": "youth work",
        "speech": "speech and language therapy",
        "mental_health": "mental health",
        "psychology": "educational psychology",
        "youth_justice": "youth justice",
        "social_care": "social care",
        "early_help": "early help",
        "post_16": "post-16 coach",
    }
)
TIERS: Mapping[int, str] = MappingProxyType(
    {1: "in mainstream school", 2: "12-week placement", 3: "permanently excluded"}
)
NO_CHILD = "a child not named yet"
YEARS = range(15)  # reception is 0, and 14 the last year of college
LONGEST: Mapping[str, int] = MappingProxyType(
    {"child": 120, "referrer": 120, "adult": 120, "school": 120, "relation": 40, "words": 4000}
)
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "child": "Child",
        "year": "Year",
        "school": "School",
        "adult": "Parent or carer",
        "relation": "Relation",
        "phone": "Phone",
        "reads": "Language",
        "referrer": "Referred by",
        "route": "How it came",
        "received_on": "Received",
        "eligibility": "Eligibility",
        "words": "Words",
    }
)
LONGEST_OUTCOME = 1000
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?")


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in about a child who is referred."""

    child: str = field(repr=False)
    received_on: date
    route: str = "conversation"
    referrer: str = field(default="", repr=False)
    year: int | None = None
    school: str = ""
    adult: str = field(default="", repr=False)
    relation: str = ""
    phone: str = field(default="", repr=False)
    reads: str = "en"
    eligibility: str = ""
    reasons: tuple[str, ...] = ()
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """What has to be put right in a form before it counts, by field; it repeats no words."""

    field: str
    advice: str

    def __str__(self) -> str:
        return f"{LABELS[self.field]} {self.advice}"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a referral had come when somebody looked at it, and since when."""

    status: str
    triaged_at: datetime | None = None

    def __str__(self) -> str:
        """Write it down as a form carries it."""
        return " ".join((self.status, self.triaged_at.isoformat() if self.triaged_at else ""))


def standing_in(form: Mapping[str, str]) -> Standing | None:
    """Read what the page showed when a form on it was filled in. None: nobody can tell."""
    status, _space, at = form.get("seen", "").partition(" ")
    try:
        moment = datetime.fromisoformat(at) if at else None
    except ValueError:
        return None
    known = status and (moment is None or moment.tzinfo is not None)
    return Standing(status, moment) if known else None


class _Form:
    """A form as it is read: one fault for each field that cannot be understood."""

    def __init__(self, typed: Mapping[str, str], today: date) -> None:
        self._typed, self._today = typed, today
        self.faults: list[Fault] = []

    def said(self, name: str) -> str:
        """Read words, on one line unless a line break may mean something."""
        raw = self._typed.get(name, "")
        words = raw.strip() if name == "words" else " ".join(raw.split())
        if len(words) > LONGEST[name]:
            self._refuse(name, f"is longer than {LONGEST[name]} letters. Shorten it.")
        return words

    def child(self) -> str:
        name = self.said("child")
        if not name:
            self._refuse("child", "is missing. Write the child's name.")
        return name

    def one_of(self, name: str, known: Mapping[str, str], unsaid: str) -> str:
        key = self._typed.get(name, "") or unsaid
        if key and key not in known:
            self._refuse(name, "is none of those listed. Choose one.")
        return key

    def year(self) -> int | None:
        typed = re.sub(r"^(?:year|yr|y)\s*", "", self._bare("year").casefold())
        if not typed:
            return None
        if typed.isascii() and typed.isdecimal() and len(typed) < 3 and int(typed) in YEARS:
            return int(typed)
        self._refuse("year", "is not a school year. Write a number from 0 to 14.")
        return None

    def phone(self) -> str:
        if not self._bare("phone"):
            return ""
        try:
            return e164(self._bare("phone"))
        except BadNumber as bad:
            self._refuse("phone", bad.advice)
            return ""

    def reads(self) -> str:
        code = self._bare("reads") or "en"
        if not _LANGUAGE.fullmatch(code):
            self._refuse("reads", "is no language code, as in en or pl.")
        return code

    def received_on(self) -> date:
        typed = self._bare("received_on")
        if not typed:
            return self._today
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            self._refuse("received_on", "is not a day. Write it as 2026-11-30.")
            return self._today
        if day > self._today:
            self._refuse("received_on", "is a day to come. When did it reach the taskforce?")
        return day

    def _bare(self, name: str) -> str:
        return self._typed.get(name, "").strip()

    def _refuse(self, name: str, advice: str) -> None:
        self.faults.append(Fault(name, advice))


def check(typed: Mapping[str, str], today: date) -> tuple[Filled, tuple[Fault, ...]]:
    """Read what was typed into a form. With faults it does not count yet, and all are named."""
    form = _Form(typed, today)
    filled = Filled(
        child=form.child(),
        year=form.year(),
        school=form.said("school"),
        adult=form.said("adult"),
        relation=form.said("relation"),
        phone=form.phone(),
        reads=form.reads(),
        route=form.one_of("route", ROUTES, "form"),
        referrer=form.said("referrer"),
        received_on=form.received_on(),
        eligibility=form.one_of("eligibility", ELIGIBILITY, ""),
        reasons=ticked(typed, "reason", REASONS),
        words=form.said("words"),
    )
    return filled, tuple(form.faults)


def ticked(typed: Mapping[str, str], prefix: str, known: Iterable[str]) -> tuple[str, ...]:
    """List which boxes of a group were ticked: "reason-attendance"."""
    return tuple(key for key in known if typed.get(f"{prefix}-{key}"))
