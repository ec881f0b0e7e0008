"""/visits, /move, /cancelvisit and /late: what is booked, and what becomes of it."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.desk.about import About, about
from bot.desk.base import Answer, Asked, Command
from bot.desk.on_visits import Stretch
from bot.flows.base import Answers
from bot.flows.reading import folded
from bot.rules.booking_dates import DATED, read_date
from bot.rules.booking_days import days_in
from bot.rules.booking_line import line_of
from bot.rules.visit_wish import times_to_text

NONE_AHEAD = "No visit lies ahead there. /book makes one, /visits lists yours."
HOW_MOVE = "Type /move, a name and when: /move Leanne fri 2pm. Without a time you see what is free."
HOW_LATE = "Type /late, a name and the minutes: /late Leanne 10."
NOT_THE_TEAM = "The whole team's visits are for the manager. /visits lists yours."
MINUTES_NOT_A_TIME = "Say by how many minutes, not a time of day: /late Leanne 10."
AS_FAR = timedelta(days=366)  # nothing is booked further ahead
MOST_LATE = 180  # minutes; later than that is another time: /move
# Minutes at the end of a line: no case number, and no time of day.
NUMBER = re.compile(r"(?<![\w:.])(\d{1,3}) ?(?:m\w*)?$")
CLOCK = re.compile(
    r"\d[:.]\d\d$|\d ?[ap]\.?m\.?$|\b(?:at|until|till?) \d{1,4}$|\b(?:half|quarter)\b",
    re.IGNORECASE,
)


def visits(asked: Asked) -> Answer:
    """List what lies ahead of whoever asks; the manager may see the team's."""
    if folded(asked.rest) not in {"team", "all"}:
        return asked.reading(asked.visits.mine())
    if asked.staff.ref not in {asked.practice.manager, asked.practice.safeguarding_lead}:
        return Answer(NOT_THE_TEAM)
    return asked.reading(asked.visits.team())


def move(asked: Asked) -> Answer:
    """Begin to move a visit: what is to be different stands behind the name."""
    meant = about(asked, asked.rest)
    if meant is None and not asked.rest:
        return Answer(HOW_MOVE)
    words = meant.rest if meant else asked.rest
    given = {"words": words, "typed": times_to_text([asked.now])}
    return _which(asked, meant, "move_visit", given)


def call_off(asked: Asked) -> Answer:
    """Begin to call a visit off: a day behind the name says which."""
    meant = about(asked, asked.rest)
    days = _days(asked, meant.rest if meant else asked.rest)
    return _which(asked, meant, "cancel_visit", {}, days)


def late(asked: Asked) -> Answer:
    """Begin to tell a family that somebody comes later."""
    if CLOCK.search(asked.rest.strip()):
        return Answer(MINUTES_NOT_A_TIME)
    said = NUMBER.search(asked.rest.strip())
    if said is None or not 0 < int(said[1]) <= MOST_LATE:
        return Answer(HOW_LATE)
    rest = asked.rest.strip()[: said.start()].strip()
    meant = about(asked, rest)
    if rest and meant is None:
        return Answer(HOW_LATE)
    return _which(asked, meant, "late_visit", {"minutes": said[1]})


def _days(asked: Asked, words: str) -> Stretch | None:
    """Read on which days the visit is. None: no word says it plainly, and all are listed."""
    line = line_of(words)
    dated = DATED.search(line.said)
    days, _rest = days_in(line, asked.today, asked.practice.calendar)
    named = read_date(dated, asked.today, AS_FAR) if dated else days
    return (named.first, named.last) if named.first and named.last else None


def _which(
    asked: Asked, meant: About | None, then: str, given: Answers, days: Stretch | None = None
) -> Answer:
    """Go on with the one visit that is meant, or ask which; without a name it is one's own."""
    ahead = asked.visits.ahead(meant.cases if meant else (), days)
    found = ahead.listed
    if not found:
        return Answer(NONE_AHEAD)
    if len(found) == 1:
        return Answer("", begins=(then, {**given, "visit": found[0][0]}))
    asks = {
        "then": then,
        "more": str(ahead.more or ""),
        "numbers": " ".join(number for number, _line in found),
        "lines": "\n".join(line for _number, line in found),
    }
    return Answer("", begins=("which_visit", {**given, **asks}))


VISITS = Command("visits", "/visits [TEAM]", "what is booked, and what is still to be said", visits)
MOVE = Command("move", "/move NAME [WHEN]", "another time for a visit", move)
CANCEL_VISIT = Command("cancelvisit", "/cancelvisit NAME", "call a visit off", call_off)
LATE = Command("late", "/late NAME MINUTES", "tell a family that you come later", late)
