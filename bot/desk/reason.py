"""/reason: why a child is not in today or tomorrow, as a family told a member of staff."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.desk.about import about
from bot.desk.base import Answer, Asked, Command
from bot.desk.on_case import SetReason
from bot.flows.reading import folded
from bot.rules.digest_lines import day_shown
from bot.rules.reasons import REASONS, shown

NOT_THEIRS = "Why a child is not in is for the team of the taskforce to write down."
HOW = (
    "Type /reason, a case and why: " + ", ".join(REASONS) + ". A day may stand before it: "
    "today, tomorrow or 2026-12-01. /reason P01 off takes it back."
)
OFF = ""
SAID = {**{kind: kind for kind in REASONS}, "bus": "transport", "sick": "ill", "off": OFF}
DAY = timedelta(days=1)
FAR = timedelta(days=14)
_DATE = re.compile(r"(today|tomorrow|\d{4}-\d{2}-\d{2})\s+(.*)")


def reason(asked: Asked) -> Answer:
    """Write a reason down for a day, or take it back."""
    meant = about(asked, asked.rest)
    if meant is None:
        return Answer(HOW)
    if len(meant.cases) != 1:
        return Answer(f"Which child? Type /reason and {' or '.join(meant.cases)}.")
    [case] = meant.cases
    read = _read(folded(meant.rest), asked.today)
    if read is None:
        return Answer(HOW)
    day, kind = read
    if not asked.on_case.may("reply", case):
        return Answer(NOT_THEIRS)
    on = day_shown(day)
    says = f"{case}, {on}: {shown(kind)}." if kind else f"{case}, {on}: no reason any more."
    return Answer(says, (SetReason(case, day, kind),))


def _read(words: str, today: date) -> tuple[date, str] | None:
    """Read "tomorrow ill"; a day far from today is a slip of the keyboard."""
    found = _DATE.fullmatch(words)
    day = _day(found[1], today) if found else today
    kind = SAID.get(found[2] if found else words)
    return None if day is None or kind is None or abs(day - today) > FAR else (day, kind)


def _day(word: str, today: date) -> date | None:
    if word in ("today", "tomorrow"):
        return today + DAY * (word == "tomorrow")
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


REASON = Command("reason", "/reason CASE [DAY] WHY", "why a child is not in, or not so", reason)
