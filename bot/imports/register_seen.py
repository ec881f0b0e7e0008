"""Which sessions a file has told already: memory follows the pupils, not the marks."""

from __future__ import annotations

from array import array
from datetime import date

from bot.rules.marks import Half

SESSIONS = 62  # of the longest month


class Seen:
    """What a file said of each session, and in which row: a month of a pupil in a few bytes."""

    def __init__(self) -> None:
        self._months: dict[tuple[str, str, int], tuple[array[int], list[str]]] = {}

    def earlier(self, register: tuple[str, str], day: date, half: Half) -> tuple[int, str] | None:
        """Give row and mark of what this register said of a session; None if nothing yet."""
        rows, codes = self._month(register, day)
        place = _place(day, half)
        return (rows[place], codes[place]) if rows[place] else None

    def keep(self, register: tuple[str, str], day: date, half: Half, said: tuple[int, str]) -> None:
        """Remember what it said."""
        rows, codes = self._month(register, day)
        rows[_place(day, half)], codes[_place(day, half)] = said

    def _month(self, register: tuple[str, str], day: date) -> tuple[array[int], list[str]]:
        key = (*register, day.year * 12 + day.month)
        if key not in self._months:
            self._months[key] = array("L", [0] * SESSIONS), [""] * SESSIONS
        return self._months[key]


def _place(day: date, half: Half) -> int:
    return 2 * (day.day - 1) + (half == "pm")
