"""How referrals read in a list: short lines, the longest wait first. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from bot.rules.referral import ELIGIBILITY, NO_CHILD, ROUTES

NEW, WAITING = "new", "waiting"
AT_MOST = 20  # lines of one list that a chat shows


@dataclass(frozen=True, slots=True)
class Listed:
    """One referral as a list shows it."""

    ref: str
    status: str
    child: str = field(repr=False)
    received_on: date
    route: str
    referrer: str = field(default="", repr=False)
    year: int | None = None
    school: str = ""
    eligibility: str = ""
    tier: int | None = None


def days_waiting(received_on: date, today: date) -> int:
    """Count the days since a referral reached the taskforce."""
    return max(0, (today - received_on).days)


def age(received_on: date, today: date) -> str:
    """Say how long a referral has waited: "today", "1 day", "12 days"."""
    days = days_waiting(received_on, today)
    return "today" if days == 0 else f"{days} day{'' if days == 1 else 's'}"


def to_triage(listed: Iterable[Listed]) -> list[Listed]:
    """List what nobody has decided about, the longest wait first."""
    return _in_order(one for one in listed if one.status == NEW)


def waiting_list(listed: Iterable[Listed]) -> list[tuple[int, Listed]]:
    """Number who is on the waiting list; place 1 has waited longest."""
    return list(enumerate(_in_order(one for one in listed if one.status == WAITING), 1))


def _in_order(listed: Iterable[Listed]) -> list[Listed]:
    return sorted(listed, key=lambda one: (one.received_on, int(one.ref.removeprefix("R"))))


def short_name(child: str) -> str:
    """Name a child by first name and the initial of the last: "Jay M."."""
    first, *rest = child.split() or [""]
    return f"{first} {rest[-1][0]}." if rest else first or NO_CHILD


def initials(child: str) -> str:
    """Name a child where names may not stand: "JM"."""
    return "".join(part[0].upper() for part in child.split()) or "not named yet"


def line(one: Listed, today: date) -> str:
    """Write one referral on one line, with how long it has waited."""
    year = f"Year {one.year}" if one.year is not None else ""
    who = ", ".join(part for part in (short_name(one.child), year, one.school) if part)
    facts = (
        age(one.received_on, today),
        f"tier {one.tier}" if one.tier else "",
        ELIGIBILITY.get(one.eligibility, ""),
        f"referred by {one.referrer}" if one.referrer else ROUTES.get(one.route, ""),
    )
    return f"{one.ref} {who}: {', '.join(part for part in facts if part)}"


def discreet_line(one: Listed, today: date) -> str:
    """Write one referral where neither names nor words may stand."""
    return f"{one.ref} {initials(one.child)}: {age(one.received_on, today)}"


def counts(listed: Collection[Listed]) -> str:
    """Say in numbers what is open: "2 to triage, 1 on the waiting list"."""
    new, waits = len(to_triage(listed)), len(waiting_list(listed))
    return f"{new} to triage, {waits} on the waiting list"


def lines(listed: Collection[Listed], today: date, *, shown: bool) -> list[str]:
    """Write every open referral down; `shown`: names may stand here."""
    said = line if shown else discreet_line
    new = [f"- {said(one, today)}" for one in to_triage(listed)]
    waits = [f"{place}. {said(one, today)}" for place, one in waiting_list(listed)]
    return [
        f"{counts(listed)}.",
        *_part("To triage", new),
        *_part("Waiting list, longest wait first", waits),
    ]


def _part(title: str, items: list[str]) -> list[str]:
    if not items:
        return []
    rest = [f"and {len(items) - AT_MOST} more on the page"] if len(items) > AT_MOST else []
    return ["", title, *items[:AT_MOST], *rest]
