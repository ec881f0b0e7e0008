"""What a visit is in somebody's calendar: its lasting name, how it stands, and when. Pure.

A calendar ends up on private phones and in other companies' hands. So an entry says a public
label, a time and what sort of place it is; never a name, a street or a note.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.rules.visits import BOOKED, OVER, Visit

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
BEHIND, AHEAD = timedelta(days=60), timedelta(days=180)  # what a worker's calendar shows
LINK_LASTS = timedelta(days=1)  # after the visit
LINK_LETTERS = 22  # of a family's token: 132 bits, and the text stays one message


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit as a calendar keeps it."""

    uid: str  # the same for as long as there is the visit
    version: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    status: Status
    title: str = field(repr=False)
    place: str = field(repr=False)
    page: str = ""  # where whoever is signed in reads more

    def said_off(self, title: str) -> Entry:
        """Say in its title that it is off, if it is: some calendars show nothing else of that."""
        return replace(self, title=capital(title)) if self.status == "CANCELLED" else self


def entry_of(visit: Visit, title: str, place: str, page: str = "") -> Entry | None:
    """Make the entry of a visit as it now stands. None: it has no time."""
    starts_at, ends_at = visit.plan.starts_at, visit.plan.ends_at
    if starts_at is None or ends_at is None:
        return None
    return Entry(
        uid=uid_of(visit),
        version=visit.version,
        changed_at=changed_at(visit),
        starts_at=starts_at,
        ends_at=ends_at,
        status=status_of(visit),
        title=capital(title),
        place=capital(place),
        page=page,
    )


def past_entry(visit: Visit, starts_at: datetime, minutes: int, title: str, place: str) -> Entry:
    """Make the entry that takes a visit out again, at the time at which it stood there."""
    return Entry(
        uid=uid_of(visit),
        version=visit.version,
        changed_at=changed_at(visit),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        status="CANCELLED",
        title=capital(title),
        place=capital(place),
    )


def uid_of(visit: Visit) -> str:
    """Name a visit for calendars: the moment it was made and its number never change."""
    return f"{visit.made_at:%Y%m%dT%H%M%S%f}-{visit.id}@visits.keyworker"


def status_of(visit: Visit) -> Status:
    """Say how a visit stands; what a family is invited to is tentative until it has said yes."""
    if visit.state not in {BOOKED, OVER}:
        return "CANCELLED"
    waits = visit.state == BOOKED and bool(visit.person) and visit.confirmed_at is None
    return "TENTATIVE" if waits else "CONFIRMED"


def changed_at(visit: Visit) -> datetime:
    """Say when a visit last changed; a family's yes is a change too, though no new version."""
    return max(visit.changed_at, visit.confirmed_at or visit.changed_at)


def capital(words: str) -> str:
    """Begin with a capital letter, and change nothing else."""
    return words[:1].upper() + words[1:]
