"""A holiday activity as somebody types it into a form, and what is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

LABELS: dict[str, str] = {
    "title": "What it is, as families read it",
    "place": "Where",
    "first_on": "First day",
    "last_on": "Last day",
    "hours": "Hours",
    "places": "Places",
    "answer_by": "Answer by",
    "cost": "What a child costs, in pounds",
}
LONGEST = {"title": 60, "place": 80, "hours": 20}
MOST_PLACES, MOST_POUNDS, MOST_DAYS = 500, 10_000, 60


@dataclass(frozen=True, slots=True)
class NewActivity:
    """An activity that can be kept."""

    title: str
    place: str
    first_on: date
    last_on: date
    hours: str
    places: int
    answer_by: date
    free_meals_only: bool = False
    consent: bool = False
    cost_pence: int | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one field."""

    name: str
    words: str

    @property
    def label(self) -> str:
        return LABELS[self.name]


def read_activity(typed: Mapping[str, str], today: date) -> NewActivity | list[Wrong]:
    """Read a form: the activity, or everything that has to be put right."""
    words = {name: " ".join(typed.get(name, "").split()) for name in LABELS}
    days = {name: _day(words[name]) for name in ("first_on", "last_on", "answer_by")}
    wrong = [*_words_wrong(words), *_numbers_wrong(words), *_days_wrong(days, today)]
    first, last, until = days["first_on"], days["last_on"], days["answer_by"]
    if wrong or first is None or last is None or until is None:
        return wrong
    return NewActivity(
        title=words["title"],
        place=words["place"],
        first_on=first,
        last_on=last,
        hours=words["hours"],
        places=int(words["places"]),
        answer_by=until,
        free_meals_only=typed.get("haf") == "yes",
        consent=typed.get("consent") == "yes",
        cost_pence=_pence(words["cost"]) if words["cost"] else None,
    )


def _words_wrong(words: Mapping[str, str]) -> list[Wrong]:
    found = []
    for name, longest in LONGEST.items():
        if not words[name]:
            found.append(Wrong(name, "Please fill this in."))
        elif len(words[name]) > longest:
            found.append(Wrong(name, f"Please say it in {longest} characters at most."))
    return found


def _numbers_wrong(words: Mapping[str, str]) -> list[Wrong]:
    found = []
    if not words["places"].isdecimal() or not 1 <= int(words["places"][:9]) <= MOST_PLACES:
        found.append(Wrong("places", f"A number from 1 to {MOST_PLACES}, please."))
    if words["cost"] and _pence(words["cost"]) is None:
        found.append(Wrong("cost", "Pounds, as in 350 or 12.50, please."))
    return found


def _days_wrong(days: Mapping[str, date | None], today: date) -> list[Wrong]:
    found = [Wrong(name, "Please choose a day.") for name, day in days.items() if day is None]
    first, last, until = days["first_on"], days["last_on"], days["answer_by"]
    if first and first <= today:
        found.append(Wrong("first_on", "This day is not to come."))
    if first and last and not 0 <= (last - first).days <= MOST_DAYS:
        found.append(Wrong("last_on", "The last day does not fit the first."))
    if first and until and not today <= until < first:
        found.append(Wrong("answer_by", "Families answer from today on, before the first day."))
    return found


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def _pence(words: str) -> int | None:
    """Read pounds, with or without their sign. None: they are none."""
    try:
        pounds = Decimal(words.removeprefix("£").replace(",", ""))
    except InvalidOperation:
        return None
    fits = pounds.is_finite() and 0 <= pounds <= MOST_POUNDS
    return int(pounds * 100) if fits and pounds * 100 == int(pounds * 100) else None
