"""Finding the family or the day a member of staff means."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from bot.flows.reading import folded
from bot.flows.who_for import names_in
from bot.rules.routing import Team

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def families_named(families: tuple[tuple[str, str], ...], words: str) -> list[tuple[str, str]]:
    """List the families these words may mean: carer, child or case number."""
    wanted = folded(words)
    return [family for family in families if wanted and wanted in names_in(family[1])]


def one_family(found: Collection[tuple[str, str]]) -> bool:
    """Say whether these are one family: two adults of the same children are."""
    return len({label.partition(" (")[2] for _ref, label in found}) == 1


def colleague_named(team: Team, words: str, *, gone: bool = False) -> str | None:
    """Find the one colleague these words name, by first name, name or id. None: nobody, or two.

    `gone`: whoever has left may be meant as well.
    """
    wanted = folded(words)
    found = []
    for worker in team.workers.values():
        names = map(folded, (worker.ref, worker.first_name, worker.name))
        if (worker.active or gone) and wanted in names:
            found.append(worker.ref)
    return found[0] if len(found) == 1 else None


def day_named(words: str, today: date) -> date | None:
    """Read a day: "4/12", "4 Dec", "2026-12-04", "friday", "tomorrow". None: not a day."""
    said = folded(words)
    if said == "tomorrow":
        return today + timedelta(days=1)
    for number, name in enumerate(DAYS):
        if said in (name, name[:3]):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    return _dated(said, today)


def _dated(said: str, today: date) -> date | None:
    parts = said.replace("/", " ").replace("-", " ").replace(".", " ").split()
    try:
        if len(parts) == 3 and len(parts[0]) == 4:
            return date(int(parts[0]), int(parts[1]), int(parts[2]))
        day, month = int(parts[0]), _month(parts[1])
        year = int(parts[2]) if len(parts) == 3 else today.year
        found = date(year, month, day)
        over = found < today and len(parts) == 2
        return found.replace(year=today.year + 1) if over else found
    except (ValueError, IndexError, OverflowError):
        return None


def _month(word: str) -> int:
    months = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    return int(word) if word.isdecimal() else months.index(word[:3]) + 1
