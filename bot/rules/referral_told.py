"""When a new referral is told, to whom, and how that reads. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.rules.calendar import moment_at, wall, working_day_after
from bot.rules.hours import next_shift
from bot.rules.practice import Calendar, Practice, Week
from bot.rules.referral_lines import Listed, initials, short_name
from bot.rules.routing import Team, in_charge, standing_owner

STANDS_IN = frozenset({"key_worker", "cover"})  # ways in which somebody is answered for
GATHERING = timedelta(hours=1)  # what comes within it is one notice
NO_HOURS = time(10)  # of the next working day, for somebody without hours of their own
NAMED = 5  # of one notice
WHERE = "Open Referrals on the staff page."


def stands_for_the_manager(team: Team, practice: Practice, now: datetime) -> str:
    """Name who answers as the manager: themselves, who stands in, or else whoever is in charge.

    Empty: nobody is here at all.
    """
    found = standing_owner(team, practice, practice.manager, now)
    if found.via in STANDS_IN:
        return found.staff
    return next(iter(in_charge(team, practice)), "")


def told_at(week: Week, calendar: Calendar, now: datetime, *, told_today: bool) -> datetime:
    """Say when somebody hears of a referral that comes now: at work, and once a day at most."""
    today = wall(now).date()
    begins = moment_at(today + timedelta(days=1), time.min) if told_today else now + GATHERING
    shift = next_shift(week, calendar, begins)
    return shift or moment_at(working_day_after(calendar, today, 1), NO_HOURS)


def notice(new: Sequence[Listed], *, shown: bool) -> str:
    """Tell of new referrals on one line; `shown`: names may stand here."""
    named = [f"{one.ref} {short_name(one.child)}" if shown else _bare(one) for one in new]
    more = f" and {len(new) - NAMED} more" if len(new) > NAMED else ""
    many = "1 new referral" if len(new) == 1 else f"{len(new)} new referrals"
    which = f"{', '.join(named[:NAMED])}{more}".removesuffix(".")
    return f"{many} to triage: {which}. {WHERE}"


def _bare(one: Listed) -> str:
    return f"{one.ref} {initials(one.child)}"
