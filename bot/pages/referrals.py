"""Referrals as the staff page shows them: to triage, the waiting list, and each by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row

from bot.flows.reading import folded
from bot.pages.visitor import Visitor
from bot.rules.calendar import wall
from bot.rules.digest_lines import shortened
from bot.rules.referral import AGENCIES, ELIGIBILITY, NO_CHILD, REASONS, ROUTES, TIERS
from bot.rules.referral_lines import Listed, age, to_triage, waiting_list
from bot.rules.referral_typed import local
from storage import referrals as records
from storage.case_summary import cases_at, every_case

DECIDED_WITHIN = timedelta(days=28)
LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "ar": "Arabic",
    "ckb": "Kurdish (Sorani)",
    "cs": "Czech",
    "fr": "French",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "pa": "Punjabi",
    "pl": "Polish",
    "ro": "Romanian",
    "uk": "Ukrainian",
    "ur": "Urdu",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One referral in a list."""

    ref: str
    child: str = field(repr=False)
    place: int  # on the waiting list; 0: it is not there
    age: str
    about: str = field(repr=False)
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One referral in full."""

    ref: str
    child: str = field(repr=False)
    standing: str = field(repr=False)
    facts: tuple[tuple[str, str], ...] = field(repr=False)
    words: str = field(repr=False)
    alike: tuple[tuple[str, str], ...]  # (page, reference) of children of the same name
    open: bool
    agencies: tuple[str, ...]
    tier: int | None
    entered: Mapping[str, str] = field(repr=False)
    seen: str  # what a form on its page carries, so that nobody decides over another's head


def lists(visitor: Visitor) -> dict[str, list[Line]]:
    """List what is to triage, who waits, and what was decided of late."""
    scene = visitor.scene
    rows = records.open_referrals(scene.connection, sight_of(visitor))
    found = [records.listed(row) for row in rows]
    since = scene.now - DECIDED_WITHIN
    decided = records.decided_referrals(scene.connection, since, sight_of(visitor))
    return {
        "to_triage": [_line(one, scene.today) for one in to_triage(found)],
        "waiting_list": [_line(one, scene.today, place) for place, one in waiting_list(found)],
        "decided": [
            _line(records.listed(row), scene.today, ended=_ended(visitor, row)) for row in decided
        ],
    }


def _line(one: Listed, today: date, place: int = 0, ended: str = "") -> Line:
    facts = (
        f"Year {one.year}" if one.year is not None else "",
        one.school,
        f"tier {one.tier}" if one.tier else "",
        ELIGIBILITY.get(one.eligibility, ""),
        _asked_by(one.route, one.referrer),
    )
    about = " · ".join(fact for fact in facts if fact)
    return Line(one.ref, one.child or NO_CHILD, place, age(one.received_on, today), about, ended)


def _asked_by(route: str, referrer: str) -> str:
    return f"referred by {referrer}" if referrer else ROUTES.get(route, route)


def _ended(visitor: Visitor, row: Row[Any]) -> str:
    if row.status == records.ALLOCATED:
        [case] = cases_at(visitor.scene.connection, [row.case_id])
        return f"taken on as {case.ref}"
    return f"not for us: {shortened(row.outcome or 'no reason was written')}"


def sight_of(visitor: Visitor) -> records.Sight:
    """Say what a visitor may see of the referrals."""
    return records.Sight(visitor.reader, visitor.hidden)


def one_referral(visitor: Visitor, ref: str) -> Shown | None:
    """Read one referral. None: there is none, or it is kept from this reader."""
    row = records.referral(visitor.scene.connection, ref[:20], sight_of(visitor))
    if row is None:
        return None
    is_open = row.status in records.OPEN
    return Shown(
        ref=row.ref,
        child=row.child or NO_CHILD,
        standing=_standing(visitor, row),
        facts=tuple((name, said) for name, said in _facts(visitor, row) if said),
        words=row.words,
        alike=tuple(_alike(visitor, row)) if is_open and row.child else (),
        open=is_open,
        agencies=tuple(row.agencies),
        tier=row.tier,
        entered=_entered(row),
        seen=str(records.standing(row)),
    )


def _alike(visitor: Visitor, row: Row[Any]) -> Iterator[tuple[str, str]]:
    """Find children of the same name: the school and the family may both have asked."""
    connection, name = visitor.scene.connection, folded(row.child)
    for other in records.open_referrals(connection, sight_of(visitor)):
        if other.ref != row.ref and folded(other.child) == name:
            yield f"/staff/referrals/{other.ref}", other.ref
    for case in every_case(connection):
        if folded(case.pupil) == name and visitor.sees(case.id):
            yield f"/staff/families/{case.ref}", case.ref


def _standing(visitor: Visitor, row: Row[Any]) -> str:
    """Say how far a referral has come, and who decided so."""
    if row.status == records.NEW:
        return "To triage"
    if row.status == records.WAITING:
        rows = records.open_referrals(visitor.scene.connection, sight_of(visitor))
        places = {one.ref: place for place, one in waiting_list(map(records.listed, rows))}
        said = f"On the waiting list, place {places[row.ref]}"
    else:
        said = _ended(visitor, row).capitalize()
    return f"{said} ({_name(visitor, row.triaged_by)}, {_day(wall(row.triaged_at).date())})"


def _facts(visitor: Visitor, row: Row[Any]) -> tuple[tuple[str, str], ...]:
    today = visitor.scene.today
    family = " ".join(
        part for part in (row.adult, f"({row.relation})" * bool(row.relation)) if part
    )
    return (
        ("Received", f"{_day(row.received_on)}, {age(row.received_on, today)}"),
        ("Referred by", ", ".join(filter(None, (row.referrer, ROUTES.get(row.route, ""))))),
        ("Entered by", _name(visitor, row.by)),
        ("Year and school", ", ".join(filter(None, (_year(row.year), row.school)))),
        ("Parent or carer", ", ".join(filter(None, (family, local(row.phone))))),
        ("Reads", LANGUAGES.get(row.reads, row.reads)),
        ("Eligibility", ELIGIBILITY.get(row.eligibility, "")),
        ("About", ", ".join(REASONS.get(one, one) for one in row.reasons)),
        ("Tier", f"{row.tier}, {TIERS[row.tier]}" if row.tier else ""),
        ("Suggested", ", ".join(AGENCIES.get(one, one) for one in row.agencies)),
        ("Why not", row.outcome if row.status == records.CLOSED else ""),
    )


def _entered(row: Row[Any]) -> dict[str, str]:
    """Give back what a form about this child already holds."""
    names = ("child", "school", "adult", "relation", "reads", "eligibility")
    held = {name: getattr(row, name) for name in names}
    reasons = {f"reason-{one}": "yes" for one in row.reasons}
    year = "" if row.year is None else str(row.year)
    return {**held, **reasons, "year": year, "phone": local(row.phone)}


def _year(year: int | None) -> str:
    return "" if year is None else f"Year {year}"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _name(visitor: Visitor, ref: str | None) -> str:
    worker = visitor.scene.team.workers.get(ref or "")
    return worker.name if worker else ref or "somebody"


def choices() -> dict[str, Mapping[Any, str]]:
    """Name everything that can be chosen in a form."""
    return {
        "routes": ROUTES,
        "eligibility": ELIGIBILITY,
        "reasons": REASONS,
        "agencies": AGENCIES,
        "tiers": TIERS,
        "languages": LANGUAGES,
    }
