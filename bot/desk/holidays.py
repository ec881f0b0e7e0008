"""/activity, /holidays and /holidayduty: what goes on in the holidays, and who is there."""

from __future__ import annotations

from datetime import date, timedelta

from bot.desk.about import about
from bot.desk.base import Answer, Asked, Command
from bot.desk.names import colleague_named, day_named
from bot.desk.on_holidays import NameHolidayDuty, SetHolidayWish
from bot.desk.status import NOT_THEIRS
from bot.flows.reading import folded
from bot.rules.digest_lines import day_shown

WISHES = {"yes": True, "on": True, "no": False, "off": False}
KNOWN = {None: "nobody has asked them yet", True: "wanted", False: "not wanted"}
HOW_WISH = (
    "Type /holidays, a case and yes or no: whether they want check-ins in the holidays. "
    "/holidays P01 yes."
)
HOW_DUTY = "Type /holidayduty, a name and two days: /holidayduty Marcus 19 Dec to 3 Jan."
NOT_OFFERED = (
    " The team asks nobody in the holidays at present: in_holidays under [check_in] in "
    "taskforce.toml changes that."
)
LONGEST = timedelta(weeks=10)


def activity(asked: Asked) -> Answer:
    """List the activities that are coming up, in counts."""
    return asked.reading(asked.on_case.holidays.activities())


def holidays(asked: Asked) -> Answer:
    """Settle whether one adult wants check-ins in the holidays, or say what is known."""
    meant = about(asked, asked.rest)
    if meant is None:
        return Answer(HOW_WISH)
    if not all(asked.on_case.may("status", case) for case in meant.cases):
        return Answer(NOT_THEIRS)
    shown, said = asked.shown(meant.ref, meant.label), folded(meant.rest)
    if said not in WISHES:
        known = KNOWN[asked.on_case.holidays.wish(meant.ref)]
        return Answer(f"{shown}: check-ins in the holidays: {known}. {HOW_WISH}")
    wants = WISHES[said]
    offered = "" if asked.practice.wants_holiday_check_ins or not wants else NOT_OFFERED
    says = f"{shown}: {'' if wants else 'no '}check-ins in the holidays.{offered}"
    return Answer(says, (SetHolidayWish(meant.ref, wants),))


def duty(asked: Asked) -> Answer:
    """Name who reads replies and is told of alerts in the holidays."""
    if asked.staff.ref not in {asked.practice.manager, asked.practice.safeguarding_lead}:
        return Answer("The manager names who is there in the holidays.")
    who, days = _named(asked)
    if who is None or days is None:
        return Answer(HOW_DUTY)
    first, last = days
    if not timedelta() <= last - first <= LONGEST or last < asked.today:
        return Answer(f"Those days cannot be: {day_shown(first)} to {day_shown(last)}. {HOW_DUTY}")
    says = (
        f"{asked.team.workers[who].name} is there from {day_shown(first)} to {day_shown(last)}: "
        "whatever comes for a key worker who is not on shift comes to them too."
    )
    return Answer(says, (NameHolidayDuty(who, first, last),))


def _named(asked: Asked) -> tuple[str | None, tuple[date, date] | None]:
    """Read a name and two days; the name may be of one word or two."""
    words = asked.rest.split()
    for length in (1, 2):
        who = colleague_named(asked.team, " ".join(words[:length]))
        if who is not None:
            return who, _days(" ".join(words[length:]), asked.today)
    return None, None


def _days(words: str, today: date) -> tuple[date, date] | None:
    """Read "19 Dec to 3 Jan": the second day is the first of its kind after the first."""
    said = words.replace(" until ", " to ").replace(" - ", " to ").removeprefix("from ")
    first = day_named(said.partition(" to ")[0], today)
    last = day_named(said.partition(" to ")[2], first) if first else None
    return (first, last) if first and last else None


ACTIVITY = Command("activity", "/activity", "holiday activities and their places", activity)
HOLIDAYS = Command(
    "holidays", "/holidays CASE yes|no", "check-ins in the holidays or not", holidays
)
HOLIDAY_DUTY = Command("holidayduty", "/holidayduty NAME FROM to TO", "who is there in them", duty)
