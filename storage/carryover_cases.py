"""What a restore must not undo about cases: how they stand, who sees them, how they are asked.

As everything that is carried over it only ever closes doors, but for two things that stand as they
do now: contact rules that a person has set since, which still forbid what was forbidden before,
and since when a child is back in school, from which check-ins thin out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, LargeBinary, Row, or_, select, type_coerce, update
from sqlalchemy.orm import aliased

from bot.rules.calendar import wall
from bot.rules.gate import OPEN_STATUSES
from bot.rules.taper import FORTNIGHTLY, MONTHLY, NONE, WEEKLY
from storage.leases import database_now
from storage.received import add_once
from storage.statuses import NewStatus, change_status, has_status
from storage.styles import KEY_PERSON
from storage.tables import Case, CaseAccess, CaseContact, CaseStatus, Contact, Person, Restriction

Found = tuple[Row[Any], ...]
LESS_AND_LESS = (WEEKLY, "", FORTNIGHTLY, MONTHLY, NONE)  # empty begins weekly and thins out
FORBIDS = ("do_not_use", "copy_only")
BESIDE = ("prefers", "rules_missing", "rules_set_at")
READ_ALONG = ("discreet", "shared_phone")
RAW_RULES = type_coerce(CaseContact.rules, LargeBinary).label("rules")
RAW_REASON = type_coerce(CaseContact.do_not_use_reason, LargeBinary).label("reason")
Cause = aliased(Contact)


@dataclass(frozen=True, slots=True)
class LaterCases:
    """What the replaced database says about cases, and the moment at which it was asked."""

    at: datetime
    cases: Found
    named: Found  # who is let see which restricted case
    kept_from: Found  # words, and the member of staff they are kept from
    rules: Found  # as a person has set them
    phones: Found  # of which others are known to read along


def read_all(connection: Connection, query: Any) -> Found:
    """Read every row."""
    return tuple(connection.execute(query).all())


def read_cases(connection: Connection) -> LaterCases:
    """Read how cases stand now, who sees them, and how their adults may be contacted."""
    return LaterCases(
        at=database_now(connection),
        cases=read_all(connection, _cases()),
        named=read_all(connection, _named()),
        kept_from=read_all(connection, _kept_from()),
        rules=read_all(connection, _rules()),
        phones=read_all(connection, _phones()),
    )


def _cases() -> Any:
    newest = select(CaseStatus.from_on).where(CaseStatus.case_id == Case.id)
    since = newest.order_by(CaseStatus.id.desc()).limit(1).scalar_subquery().label("since")
    stands = (Case.ref, Case.status, Case.legal_hold, Case.paused_until, since)
    return select(*stands, Case.restricted, Case.style, Case.cadence, Case.returned_on)


def _named() -> Any:
    query = select(Case.ref.label("case"), Person.ref.label("staff"))
    joined = query.join(CaseAccess, CaseAccess.case_id == Case.id)
    whom = joined.join(Person, Person.id == CaseAccess.staff_id)
    return whom.where(CaseAccess.ended_at.is_(None))


def _kept_from() -> Any:
    marks = (Restriction.contact_id, Restriction.because_id, Restriction.since)
    moments = (Contact.recorded_at, Cause.recorded_at.label("because_at"))
    query = select(*marks, *moments, Person.ref.label("staff"))
    joined = query.join(Contact, Contact.id == Restriction.contact_id)
    why = joined.join(Cause, Cause.id == Restriction.because_id, isouter=True)
    whom = why.join(Person, Person.id == Restriction.staff_id)
    return whom.where(Restriction.released_at.is_(None)).order_by(Restriction.contact_id)


def _rules() -> Any:
    kept = [getattr(CaseContact, name) for name in (*FORBIDS, *BESIDE)]
    query = select(*kept, RAW_RULES, RAW_REASON, Case.ref.label("case"), Person.ref.label("person"))
    joined = query.join(Case, Case.id == CaseContact.case_id)
    whom = joined.join(Person, Person.id == CaseContact.person_id)
    return whom.where(CaseContact.rules_set_at.is_not(None))


def _phones() -> Any:
    return select(Person.ref, *(getattr(Person, name) for name in READ_ALONG)).where(
        or_(*(getattr(Person, name) for name in READ_ALONG))
    )


def close_cases(connection: Connection, later: LaterCases) -> int:
    """Close again what is closed now; returns how many people that lets in no longer."""
    for row in later.rules:
        _set_rules(connection, row)
    for row in later.phones:
        _write_guardedly(connection, row)
    for row in later.cases:
        _end(connection, row, later.at)
        _hold(connection, row)
        _write_less(connection, row)
        _thin_out(connection, row)
    for row in later.kept_from:
        _keep_from(connection, row)
    return sum(_shut(connection, row.ref, later) for row in later.cases if row.restricted)


def _set_rules(connection: Connection, row: Row[Any]) -> None:
    """Set the rules for an adult as a person has since; what forbids is never taken away."""
    case = select(Case.id).where(Case.ref == row.case).scalar_subquery()
    person = select(Person.id).where(Person.ref == row.person).scalar_subquery()
    here = (CaseContact.case_id == case, CaseContact.person_id == person)
    set_at = CaseContact.rules_set_at
    older = or_(set_at.is_(None), set_at < row.rules_set_at)
    values: dict[str, Any] = {name: getattr(row, name) for name in BESIDE}
    values |= {name: True for name in FORBIDS if getattr(row, name)}
    if row.do_not_use:
        values["do_not_use_reason"] = type_coerce(row.reason, LargeBinary)
    values["rules"] = type_coerce(row.rules, LargeBinary)
    connection.execute(update(CaseContact).where(*here, older).values(**values))


def _write_guardedly(connection: Connection, row: Row[Any]) -> None:
    """A phone of which others read along is written to with that in mind."""
    marks = {name: True for name in READ_ALONG if getattr(row, name)}
    connection.execute(update(Person).where(Person.ref == row.ref).values(**marks))


def _end(connection: Connection, row: Row[Any], at: datetime) -> None:
    """A case that has ended stays so, also for a file that is older than its end."""
    if row.status in OPEN_STATUSES:
        return
    query = select(Case.id, Case.status, Case.returned_on).where(Case.ref == row.ref)
    case = connection.execute(query).one_or_none()
    if case is None:
        return
    settled = row.since is None or has_status(connection, row.ref)
    if case.status == row.status and settled:
        return
    since = row.since or wall(at).date()
    new = NewStatus(case.id, row.status, "restored", since, at, "system")
    change_status(connection, new, case.returned_on)


def _hold(connection: Connection, row: Row[Any]) -> None:
    """A case that is paused or is held for a court stays so."""
    here = Case.ref == row.ref
    if row.legal_hold:
        connection.execute(update(Case).where(here).values(legal_hold=True))
    if row.paused_until:
        shorter = or_(Case.paused_until.is_(None), Case.paused_until < row.paused_until)
        connection.execute(update(Case).where(here, shorter).values(paused_until=row.paused_until))


def _write_less(connection: Connection, row: Row[Any]) -> None:
    """A family that is asked less often, or by one person alone, stays so."""
    here = Case.ref == row.ref
    more = LESS_AND_LESS[: LESS_AND_LESS.index(row.cadence)]
    connection.execute(update(Case).where(here, Case.cadence.in_(more)).values(cadence=row.cadence))
    if row.style == KEY_PERSON:
        connection.execute(update(Case).where(here).values(style=KEY_PERSON))


def _thin_out(connection: Connection, row: Row[Any]) -> None:
    """A child who has gone back to school since is back since then: that is what thins out."""
    if row.returned_on is None:
        return
    known = Case.returned_on
    here = (Case.ref == row.ref, or_(known.is_(None), known < row.returned_on))
    connection.execute(update(Case).where(*here).values(returned_on=row.returned_on))


def _keep_from(connection: Connection, row: Row[Any]) -> None:
    """Words that a member of staff may not read now stay kept from them."""
    contact = _same(connection, row.contact_id, row.recorded_at)
    staff = connection.execute(select(Person.id).where(Person.ref == row.staff)).scalar()
    if contact is None or staff is None:
        return
    because = _same(connection, row.because_id, row.because_at)
    marks = {"contact_id": contact, "staff_id": staff, "since": row.since, "because_id": because}
    add_once(connection, Restriction, marks)


def _same(connection: Connection, number: int | None, recorded_at: datetime | None) -> int | None:
    """Find a contact again: after a restore another may come to have its number."""
    query = select(Contact.id).where(Contact.id == number, Contact.recorded_at == recorded_at)
    return connection.execute(query).scalar()


def _shut(connection: Connection, ref: str, later: LaterCases) -> int:
    """Restrict a case again; whoever it is not open to now is named on it no longer."""
    connection.execute(update(Case).where(Case.ref == ref).values(restricted=True))
    case = select(Case.id).where(Case.ref == ref).scalar_subquery()
    named = [row.staff for row in later.named if row.case == ref]
    inside = select(Person.id).where(Person.ref.in_(named))
    still = (CaseAccess.case_id == case, CaseAccess.ended_at.is_(None))
    outside = CaseAccess.staff_id.not_in(inside)
    ended = update(CaseAccess).where(*still, outside).values(ended_at=later.at)
    return connection.execute(ended).rowcount
