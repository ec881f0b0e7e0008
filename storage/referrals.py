"""Referrals: children somebody asks the taskforce to support, until it is decided about each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    insert,
    or_,
    select,
    text,
    update,
)

from bot.rules import referral_lines
from bot.rules.referral import Standing
from bot.rules.referral_lines import Listed
from storage.digest import Reader, readable
from storage.tables import Contact, ContactCase, Due, Referral

LOCK = 7_291_006
NEW, WAITING = referral_lines.NEW, referral_lines.WAITING
ALLOCATED, CLOSED = "allocated", "closed"
OPEN = (NEW, WAITING)
CORRECTABLE = frozenset(
    ("child", "year", "school", "adult", "relation", "phone", "reads", "eligibility", "reasons")
)  # what was said, by whom and when stays as it was


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see of the referrals: not what rests on cases that are hidden from them."""

    reader: Reader
    hidden: Collection[int]


@dataclass(frozen=True, slots=True)
class Referred:
    """What was said of a child when the taskforce was asked to support them."""

    route: str  # form, conversation, email, child, family, specialist, panel
    referrer: str = field(repr=False)  # who asks, by name
    child: str = field(repr=False)
    received_on: date
    words: str = field(default="", repr=False)
    year: int | None = None
    school: str = ""
    adult: str = field(default="", repr=False)
    relation: str = ""
    phone: str = field(default="", repr=False)
    reads: str = "en"
    eligibility: str = ""
    reasons: Collection[str] = ()
    agencies: Collection[str] = ()
    tier: int | None = None
    contact_id: int | None = None  # the family's own message that asks
    address_id: int | None = None  # and where it came from


def refer(connection: Connection, referred: Referred, by: str, now: datetime) -> str:
    """Put a referral on record; returns its reference, which no other ever has."""
    _one_at_a_time(connection)
    ref = _next_ref(connection)
    values = {**asdict(referred), "ref": ref, "by": by, "at": now, "status": NEW}
    values |= {"reasons": list(referred.reasons), "agencies": list(referred.agencies)}
    connection.execute(insert(Referral).values(**values))
    return ref


def refer_message(
    connection: Connection, referred: Referred, by: str, now: datetime
) -> tuple[str, bool]:
    """Make a family's message into a referral. False: it is one already, of this reference."""
    _one_at_a_time(connection)
    known = select(Referral.ref).where(Referral.contact_id == referred.contact_id)
    ref = connection.execute(known.order_by(Referral.id).limit(1)).scalar_one_or_none()
    return (ref, False) if ref else (refer(connection, referred, by, now), True)


def open_referrals(connection: Connection, sight: Sight | None = None) -> list[Row[Any]]:
    """List what is not decided: those to triage before those that wait, oldest first.

    `sight`: only what its reader may see. A family's own message may be kept from some of the
    staff, and so may everything about a restricted case.
    """
    order = (case((Referral.status == NEW, 0), else_=1), Referral.received_on, Referral.id)
    query = _seen_by(sight).where(Referral.status.in_(OPEN)).order_by(*order)
    return list(connection.execute(query))


def decided_referrals(
    connection: Connection, since: datetime, sight: Sight | None = None
) -> list[Row[Any]]:
    """List what was taken on, or not, since a moment, newest first."""
    done = (Referral.status.not_in(OPEN), Referral.triaged_at >= since)
    query = _seen_by(sight).where(*done).order_by(Referral.triaged_at.desc(), Referral.id.desc())
    return list(connection.execute(query))


def referral(connection: Connection, ref: str, sight: Sight | None = None) -> Row[Any] | None:
    """Find one referral, open or not."""
    return connection.execute(_seen_by(sight).where(Referral.ref == ref)).one_or_none()


def listed(row: Row[Any]) -> Listed:
    """Take from a referral what a list shows of it."""
    return Listed(
        ref=row.ref,
        status=row.status,
        child=row.child,
        received_on=row.received_on,
        route=row.route,
        referrer=row.referrer,
        year=row.year,
        school=row.school,
        eligibility=row.eligibility,
        tier=row.tier,
    )


def number_of(ref: str) -> int:
    """Take the number out of a reference: later ones have higher numbers."""
    return int(ref.removeprefix("R"))


def untold(connection: Connection, job: str, subject: str) -> tuple[datetime, int] | None:
    """Find when new referrals are told next, and the number of the first of them."""
    query = select(Due.at, Due.turn).where(Due.job == job, Due.subject == subject)
    row = connection.execute(query).one_or_none()
    return (row.at, row.turn) if row else None


def correct(connection: Connection, ref: str, values: Mapping[str, Any]) -> bool:
    """Put right what an open referral says of a child. False: it is not open."""
    unknown = values.keys() - CORRECTABLE
    if unknown:
        raise ValueError(f"A referral keeps its {', '.join(sorted(unknown))}.")
    return _while_open(connection, ref, dict(values))


def _seen_by(sight: Sight | None) -> Select[Any]:
    query = select(Referral)
    if sight is None:
        return query
    joined = query.join(Contact, Contact.id == Referral.contact_id, isouter=True)
    message = and_(readable(sight.reader), _not_on(sight.hidden))
    became = or_(Referral.case_id.is_(None), Referral.case_id.not_in(sight.hidden))
    return joined.where(or_(Referral.contact_id.is_(None), message), became)


def _not_on(hidden: Collection[int]) -> ColumnElement[bool]:
    """Say in a query which messages stand on a case outside these, or on none at all."""
    on = (ContactCase.contact_id == Contact.id, ContactCase.ended_at.is_(None))
    every = select(ContactCase.id).where(*on).correlate(Contact)
    return or_(~every.exists(), every.where(ContactCase.case_id.not_in(hidden)).exists())


def triage(
    connection: Connection,
    ref: str,
    *,
    status: str,
    by: str,
    now: datetime,
    tier: int | None = None,
    agencies: Collection[str] = (),
    outcome: str = "",
    seen: Standing | None = None,
) -> bool:
    """Say what becomes of an open referral: "waiting" or "closed".

    `seen`: how it stood for whoever decides. False: it stands differently, or is not open.
    """
    if status not in {WAITING, CLOSED}:
        raise ValueError(f"A referral cannot be triaged to {status!r}.")
    values: dict[str, Any] = {"status": status, "triaged_by": by, "triaged_at": now}
    if status == WAITING:
        values |= {"tier": tier, "agencies": list(agencies)}
    return _while_open(connection, ref, {**values, "outcome": outcome or None}, seen)


def allocated(
    connection: Connection,
    ref: str,
    case_id: int,
    *,
    by: str,
    now: datetime,
    seen: Standing | None = None,
) -> bool:
    """Say that an open referral has become a case. False: it stands differently, or is not open."""
    values = {"status": ALLOCATED, "case_id": case_id, "triaged_by": by, "triaged_at": now}
    return _while_open(connection, ref, values, seen)


def standing(row: Row[Any]) -> Standing:
    """Take from a referral how far it has come."""
    return Standing(row.status, row.triaged_at)


def _while_open(
    connection: Connection, ref: str, values: dict[str, Any], seen: Standing | None = None
) -> bool:
    """Change a referral that is still open, and still stands as it was seen.

    One on the waiting list is open: only `seen` tells the second of two who decide that the first
    has put it there.
    """
    still = [Referral.ref == ref, Referral.status.in_(OPEN)]
    if seen is not None:
        still += [Referral.status == seen.status]
        still += [Referral.triaged_at.is_not_distinct_from(seen.triaged_at)]
    return connection.execute(update(Referral).where(*still).values(**values)).rowcount == 1


def _next_ref(connection: Connection) -> str:
    last = connection.execute(select(Referral.ref).order_by(Referral.id.desc()).limit(1))
    ref = last.scalar_one_or_none()
    return f"R{number_of(ref) + 1 if ref else 1:03d}"


def _one_at_a_time(connection: Connection) -> None:
    """Let nobody else number a referral until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
