"""What a key worker's first message says, by when it should go, and which names tell too much."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import groupby

from babel.dates import get_day_names

from bot.i18n import Text, Values, _, put, worded
from bot.rules.calendar import moment_at, wall
from bot.rules.hours import next_shift, shift_ends
from bot.rules.practice import Calendar, Span, Week

# Its worker reads it word for word and says yes before it goes: only so may it say "I".
GREETING = _(
    "Hi {person}, it's {worker}. I'm your main contact for {pupil}. You can write to me here any "
    "time."
)
READS = _("I read messages {hours}.")
SAFETY = _("In an emergency call 999. To stop these texts reply STOP.")


@dataclass(frozen=True, slots=True)
class Introduce:
    """A family is told who will contact them; the service is kept, and said only if `named`."""

    case: str
    person: str  # person id of who is told
    name: str = field(repr=False)
    agency: str
    about: str = field(repr=False)
    named: bool


# Services whose mere name tells what a family may want nobody to know who sees the phone.
_TELLING = re.compile(
    r"\b(?:youth (?:justice|offending)|y[jo][ts]|camhs|child protection|child exploitation"
    r"|social (?:care|services|work(?:er)?s?)|early help|police|probation|prison|courts?"
    r"|gangs?|knife crime|prevent|exploitation|mental health|psychiatr\w+|psycholog\w+"
    r"|substance (?:mis)?use|drugs?|alcohol|domestic (?:abuse|violence)|women'?s aid|refuge"
    r"|sexual (?:health|abuse)|safeguarding|immigration|autism|adhd)\b",
    re.IGNORECASE,
)


def welcome_texts(week: Week) -> tuple[Text, ...]:
    """List the sentences of a welcome; a worker with no hours on record says none."""
    return (GREETING, READS, SAFETY) if week else (GREETING, SAFETY)


def welcome_in(language: str, week: Week, values: Values) -> str:
    """Put a welcome into words."""
    said = {**values, "hours": hours_in_words(week, language)}
    return " ".join(put(text, language, said) for text in welcome_texts(week))


def all_worded(texts: Iterable[Text], language: str) -> bool:
    """Say whether every one of these sentences exists in a language."""
    return all(worded(text, language) for text in texts)


def due_by(week: Week, calendar: Calendar, now: datetime) -> datetime:
    """Say by when a welcome should have gone: the end of its worker's next working day."""
    tomorrow = moment_at(wall(now).date() + timedelta(days=1), time.min)
    begins = next_shift(week, calendar, tomorrow)
    ends = shift_ends(week, calendar, begins) if begins else None
    return ends or now + timedelta(days=1)


def hours_in_words(week: Week, language: str) -> str:
    """Write working hours in one line: "Mon-Tue, Thu-Fri 08:30-17:00; Wed 08:30-19:00"."""
    names, found = get_day_names("abbreviated", locale=language), []
    for span in dict.fromkeys(week[day] for day in sorted(week)):
        runs = _runs([day for day in sorted(week) if week[day] == span])
        days = ", ".join("-".join(names[day] for day in run) for run in runs)
        found.append(f"{days} {_clock(span)}")
    return "; ".join(found)


def day_by_day(week: Week, language: str) -> list[tuple[str, str]]:
    """List every working day by its full name, with its hours: ("Monday", "08:30-17:00")."""
    names = get_day_names("wide", locale=language)
    return [(names[day], _clock(week[day])) for day in sorted(week)]


def _clock(span: Span) -> str:
    return f"{span.start:%H:%M}-{span.end:%H:%M}"


def _runs(days: list[int]) -> list[tuple[int, ...]]:
    """Shorten days that follow one another to the first and the last of them."""
    runs: list[tuple[int, ...]] = []
    for _key, found in groupby(enumerate(days), key=lambda one: one[1] - one[0]):
        run = [day for _number, day in found]
        runs.append((run[0], run[-1]) if len(run) > 1 else (run[0],))
    return runs


def introduction(name: str, agency: str, about: str) -> str:
    """Word who will contact a family; of the service only what the key worker typed."""
    who = f"{name} from {agency}" if agency else name
    return f"{who} will contact you about {about}. You can ask me about it here."


def telling(words: str) -> tuple[str, ...]:
    """List what in these words would tell a stranger why a family has support."""
    return tuple(dict.fromkeys(found.casefold() for found in _TELLING.findall(words)))
