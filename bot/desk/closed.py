"""/closed: a school that cannot open today, said once for everybody who is expected there."""

from __future__ import annotations

from datetime import date

from bot.desk.base import Answer, Asked, Command
from bot.desk.names import day_named
from bot.flows.reading import folded
from bot.rules.closures import CLOSE, LEAVE, OPEN_AGAIN, Shut

HOW = (
    "Type /closed, a school, and when if it is not all of today: /closed Millrace Centre, "
    "/closed Millrace Centre tomorrow am, /closed Cawder High 4 Dec."
)
NOBODYS = "Only the manager, whoever is on duty and staff of that school say that it is closed."
HALVES = {"am": "am", "morning": "am", "pm": "pm", "afternoon": "pm"}
SHORTEST = 3  # letters of a school's name


def closed(asked: Asked) -> Answer:
    """Say whom it is about; it is closed once somebody presses yes."""
    schools = asked.on_case.may_close()
    if not schools:
        return Answer(NOBODYS)
    words = asked.rest.split()
    half = HALVES.get(folded(words[-1])) if words else None
    words = words[:-1] if half else words
    found = _split(schools, words, asked.today)
    if found is None:
        return Answer(HOW)
    named, day = found
    if len(named) != 1:
        return Answer(f"Which school: {', '.join(name for _id, name in named)}?")
    shut = Shut(named[0][0], day, half or "")
    about = asked.on_case.closing(shut)
    if about.fault and not about.closed:
        return Answer(about.fault)
    says = about.in_words(shut.when)
    if about.closed:
        return Answer(says, choices=((shut.key(OPEN_AGAIN), "It opens after all"),))
    yes = (shut.key(CLOSE), "Yes, it is closed")
    return Answer(says, choices=(yes, (shut.key(LEAVE), "No, leave it")))


def _split(
    schools: tuple[tuple[int, str], ...], words: list[str], today: date
) -> tuple[list[tuple[int, str]], date] | None:
    """Part a school's name from the day behind it; None: no school is named so, or no day."""
    for cut in range(len(words), 0, -1):
        name, behind = folded(" ".join(words[:cut])), " ".join(words[cut:])
        meant = [one for one in schools if len(name) >= SHORTEST and name in folded(one[1])]
        exact = [one for one in meant if folded(one[1]) == name]
        day = today if folded(behind) in ("", "today") else day_named(behind, today)
        if meant:
            return None if day is None else (exact or meant, day)
    return None


CLOSED = Command("closed", "/closed SCHOOL [DAY] [am|pm]", "a school that cannot open", closed)
