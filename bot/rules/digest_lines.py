"""How a digest reads on a phone: short lines, what is still waiting first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from bot.rules.calendar import LOOK_AHEAD, wall
from bot.rules.digest import Came, Dated, Digest, Held, Trend, Undelivered, Waiting
from bot.rules.referral_lines import Listed, line, to_triage
from bot.rules.wording import unturned

WORDS_SHOWN = 80  # characters of a message that fit two lines of a phone
TRIAGE_SHOWN = 5  # referrals; the rest is counted
PER_CASE = 3  # replies of one case; the rest is counted


def lines(digest: Digest) -> list[str]:
    """Write a digest down, what is still waiting first."""
    now = digest.now
    head = f"While you were away, since {_day(digest.since)}" if digest.away else time_shown(now)
    parts = (
        _part("Still waiting", [waiting_line(one, now) for one in _gravest_first(digest.waiting)]),
        _part("Referrals to triage", _triage(digest.triage, wall(now).date())),
        _part("New", _by_case(digest.came)),
        _part("Check-ins, newest last", [_trend(one) for one in digest.trends]),
        _part("Not delivered", [_undelivered(one) for one in digest.undelivered]),
        _part("Held", [held_line(one, now) for one in digest.held]),
        _part("Promised", [promised_line(one, now) for one in digest.promised]),
        _part("Dates", [_dated(one, now) for one in digest.dates]),
    )
    return [f"{head}: {counts(digest)}.", *(shown for part in parts for shown in part)]


def counts(digest: Digest) -> str:
    """Say in numbers what there is, and nothing of what it says: "3 waiting, 2 new"."""
    delivered = sum(one.count for one in digest.undelivered)
    found = (
        (len(digest.waiting), "waiting"),
        (len(digest.triage), "to triage"),
        (len(digest.came) + len(digest.trends), "new"),
        (delivered, "not delivered"),
        (len(digest.held), "held"),
        (len(digest.promised), "promised"),
        (len(digest.dates), "dates" if len(digest.dates) > 1 else "date"),
    )
    return ", ".join(f"{count} {what}" for count, what in found if count) or "nothing new"


def told_of(digest: Digest) -> list[str]:
    """List what a digest is about beside what waits, in order: "Ellie P07, Noah P08"."""
    what = [one.about for one in digest.came] + [one.about for one in digest.trends]
    stuck = [one.about for one in digest.undelivered] + [one.about for one in digest.held]
    return what + stuck + [one.about for one in (*digest.promised, *digest.dates)]


def age(since: datetime, now: datetime) -> str:
    """Say how old something is: "20 min", "5 h", "3 days"."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    if hours < 24:
        return f"{hours} h"
    return f"{hours // 24} day{'s' if hours >= 48 else ''}"


def shortened(words: str, limit: int = WORDS_SHOWN) -> str:
    """Bring words onto one line, cut after a whole word."""
    flat = " ".join(unturned(words).split())
    if len(flat) <= limit:
        return flat
    cut = flat[:limit].rpartition(" ")[0] or flat[:limit]
    return f"{cut}…"


def _part(title: str, items: Iterable[str]) -> list[str]:
    listed = [f"- {item}" for item in items]
    return ["", title, *listed] if listed else []


def _gravest_first(waiting: Sequence[Waiting]) -> list[Waiting]:
    return sorted(waiting, key=lambda one: (one.level or "L9", one.since))


def waiting_line(one: Waiting, now: datetime) -> str:
    """Write one open thing: its words, its age, and by when somebody must have it."""
    marks = [age(one.since, now)]
    if one.taken_by:
        marks.append(f"{one.taken_by} has it")
    elif one.by is not None:
        marks.append(f"{'overdue since' if one.by <= now else 'by'} {time_shown(one.by)}")
    if one.whose:
        marks.append(f"for {one.whose}")
    return f"{shortened(one.words)} ({', '.join(marks)})"


def _by_case(came: Sequence[Came]) -> list[str]:
    """Keep what belongs to one case together, and count what would be too much."""
    found: dict[str, list[Came]] = {}
    for one in came:
        found.setdefault(one.about, []).append(one)
    listed: list[str] = []
    for about, theirs in found.items():
        kept = theirs[-PER_CASE:]
        more = len(theirs) - len(kept)
        listed += [f"{about}: {more} earlier"] if more else []
        listed += [came_line(one) for one in kept]
    return listed


def came_line(one: Came) -> str:
    """Write one thing that was said: about whom, when, by whom."""
    who = f"{one.by} wrote" if one.ours else one.by
    head = ", ".join(part for part in (one.about, time_shown(one.at), who) if part)
    return f"{head}: {shortened(one.words)}"


def _triage(listed: Sequence[Listed], today: date) -> list[str]:
    """Write the referrals that wait longest, and count the rest."""
    found = [line(one, today) for one in to_triage(listed)]
    more = len(found) - TRIAGE_SHOWN
    return [*found[:TRIAGE_SHOWN], *([f"{more} more: /referrals"] if more > 0 else [])]


def _trend(one: Trend) -> str:
    return f"{one.about}: {', '.join(one.answers)}"


def _undelivered(one: Undelivered) -> str:
    return f"{one.about}: {one.count} did not arrive"


def held_line(one: Held, now: datetime) -> str:
    """Write one message that waits: until when, and why."""
    soon = one.until is not None and one.until - now <= LOOK_AHEAD
    until = f"until {time_shown(one.until)}: " if one.until is not None and soon else ""
    return f"{one.about}, {until}{one.reason}"


def promised_line(one: Dated, now: datetime) -> str:
    """Write one promise."""
    late = "overdue since" if one.on < wall(now).date() else "by"
    return f"{one.about}: {shortened(one.words)} ({late} {day_shown(one.on)})"


def _dated(one: Dated, now: datetime) -> str:
    whose = f" ({one.whose})" if one.whose else ""
    return f"{one.about}, {day_shown(one.on)}{late(one.on, wall(now).date())}: {one.words}{whose}"


def late(due_on: date, today: date) -> str:
    """Say how late something is, to stand behind its day: ", 3 days late". Empty: it is not."""
    days = (today - due_on).days
    return f", {days} day{'s' if days > 1 else ''} late" if days > 0 else ""


def day_shown(day: date) -> str:
    """Write a day for staff: "Mon 30 Nov"."""
    return f"{day:%a} {day.day} {day:%b}"


def _day(moment: datetime) -> str:
    return day_shown(wall(moment).date())


def time_shown(moment: datetime) -> str:
    """Write a moment for staff: "Mon 30 Nov 09:00"."""
    return f"{_day(moment)} {wall(moment):%H:%M}"
