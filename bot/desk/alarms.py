"""/alarms: what the alarms raised, missed and got wrong, for whoever signs the list of phrases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.desk.base import Answer, Asked, Command
from bot.desk.reads import Page
from bot.rules.calendar import wall
from storage.matters import Raised

LEVELS = ("L1", "L2", "L3")
REACHES = timedelta(days=90)
WORDS_SHOWN = 200
ONLY = "Only the manager and the safeguarding lead read this."


def alarms(asked: Asked) -> Answer:
    """Report the last 90 days to the two who answer for the list."""
    if asked.staff.ref not in {asked.practice.manager, asked.practice.safeguarding_lead}:
        return Answer(ONLY)
    since = asked.now - REACHES
    raised = asked.raised(since)
    head = (f"Since {_day(since)}, by message:", *(_counted(level, raised) for level in LEVELS))
    missed = [one for one in raised if one.missed]
    wrong = [one for one in raised if one.outcome == "false_alarm"]
    counted = (*head, f"Missed by the list, raised by a person: {len(missed)}.")
    words = (*counted, *_listed(missed), "False alarms:", *(_listed(wrong) or ["- none"]))
    return asked.reading(Page("\n".join(words), "\n".join(counted), read="alarms"))


def _counted(level: str, raised: Iterable[Raised]) -> str:
    here = [one for one in raised if one.level == level]
    had = sum(one.in_time for one in here)
    wrong = sum(one.outcome == "false_alarm" for one in here)
    still = sum(one.outcome is None for one in here)
    return f"{level}: {len(here)} raised, {had} had in time, {wrong} false alarms, {still} open."


def _listed(found: Sequence[Raised]) -> list[str]:
    return [f"- {_day(one.at)} {one.level} {one.case}: “{_short(one.words)}”" for one in found]


def _short(words: str) -> str:
    said = " ".join(words.split())
    return said if len(said) <= WORDS_SHOWN else f"{said[: WORDS_SHOWN - 1]}…"


def _day(moment: datetime) -> str:
    shown = wall(moment)
    return f"{shown:%a} {shown.day} {shown:%b}"


ALARMS = Command("alarms", "/alarms", "what the alarms raised, missed and got wrong", alarms)
