"""A visit while it is still being talked about at the desk, and how it is kept meanwhile. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from bot.rules.booking_words import Booking
from bot.rules.calendar import moment_at
from bot.rules.visit_kinds import KINDS, Kind
from bot.rules.visits import Coming, NewVisit, Plan, Visit
from bot.rules.weekly import Weekly, weekly_from_text, weekly_to_text


@dataclass(frozen=True, slots=True)
class Wish:
    """What a member of staff asks for: a visit, and when it may be if no time is named."""

    kind: str
    cases: tuple[str, ...]
    person: str  # whose adult is invited, by person id; empty: nobody
    plan: Plan
    about: str = field(default="", repr=False)
    between: tuple[date, date] | None = None
    part: str = ""  # "am", "pm"
    weekly: Weekly | None = None  # it comes again

    @property
    def what(self) -> Kind:
        return KINDS[self.kind]

    @property
    def new(self) -> NewVisit:
        return NewVisit(self.kind, self.cases, self.person, self.plan, self.about)

    def at(self, starts_at: datetime | None) -> Wish:
        """Ask for the same at another time, or at none."""
        return replace(self, plan=replace(self.plan, starts_at=starts_at))

    def moved(self, booking: Booking) -> Wish:
        """Take over what a line says is to be different; what it does not tell stays."""
        plan = replace(
            self.plan,
            starts_at=starts_at(booking),
            minutes=booking.minutes or self.plan.minutes,
            place=booking.place or self.plan.place,
            place_words=booking.place_words if booking.place else self.plan.place_words,
            travel=self.plan.travel if booking.travel is None else booking.travel,
        )
        return replace(self, plan=plan, between=days_of(booking), part=booking.part)


def wish_of(visit: Visit) -> Wish:
    """Begin with a visit as it stands."""
    return Wish(visit.kind, visit.cases, visit.person, visit.plan, visit.about)


def starts_at(booking: Booking) -> datetime | None:
    """Say when it is to begin, if a line names a day and a time."""
    if booking.on is None or booking.at is None:
        return None
    return moment_at(booking.on, booking.at)


def days_of(booking: Booking) -> tuple[date, date] | None:
    """Say between which days it may be, if a line names no time."""
    if booking.on is not None and booking.at is None:
        return booking.on, booking.on
    return booking.between


def to_answers(wish: Wish) -> dict[str, str]:
    """Write a wish down as a conversation keeps it."""
    return {
        "kind": wish.kind,
        "cases": " ".join(wish.cases),
        "invites": wish.person,
        "plan": _plan_to_text(wish.plan),
        "about": wish.about,
        "between": " ".join(day.isoformat() for day in wish.between or ()),
        "part": wish.part,
        "weekly": weekly_to_text(wish.weekly),
    }


def from_answers(answers: Mapping[str, str]) -> Wish:
    """Read a wish back; raises KeyError or ValueError where there is none."""
    days = [date.fromisoformat(day) for day in answers.get("between", "").split()]
    return Wish(
        kind=answers["kind"],
        cases=tuple(answers["cases"].split()),
        person=answers["invites"],
        plan=_plan_from_text(answers["plan"]),
        about=answers.get("about", ""),
        between=(days[0], days[1]) if days else None,
        part=answers.get("part", ""),
        weekly=weekly_from_text(answers.get("weekly", "")),
    )


def times_to_text(times: Iterable[datetime]) -> str:
    """Write moments down as a conversation keeps them."""
    return " ".join(moment.astimezone(UTC).isoformat() for moment in times)


def times_from_text(kept: str) -> tuple[datetime, ...]:
    """Read moments back."""
    return tuple(datetime.fromisoformat(moment) for moment in kept.split())


def _plan_to_text(plan: Plan) -> str:
    return json.dumps(
        {
            "minutes": plan.minutes,
            "place": plan.place,
            "coming": [[one.staff, one.why] for one in plan.coming],
            "starts_at": times_to_text([plan.starts_at] if plan.starts_at else ()),
            "travel": plan.travel,
            "place_words": plan.place_words,
        }
    )


def _plan_from_text(kept: str) -> Plan:
    said = json.loads(kept)
    return Plan(
        minutes=said["minutes"],
        place=said["place"],
        coming=tuple(Coming(staff, why) for staff, why in said["coming"]),
        starts_at=next(iter(times_from_text(said["starts_at"])), None),
        travel=said["travel"],
        place_words=said["place_words"],
    )
