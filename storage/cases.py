"""Cases, and who belongs to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from bot.rules.practice import Span, Window
from storage.tables import Case, CaseContact, Person


@dataclass(frozen=True, slots=True)
class Tie:
    """What one person is to one case, and how they may be reached about it."""

    case_id: int
    case: str
    status: str
    paused_until: datetime | None
    pupil: str = field(repr=False)
    pupil_id: int
    relation: str
    priority: int
    do_not_use: bool
    copy_only: bool
    prefers: tuple[str, ...]
    needs: tuple[str, ...]
    rules_missing: bool
    window: Window

    @property
    def pupil_first_name(self) -> str:
        return self.pupil.split()[0]

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.pupil.split())


def window_to_json(window: Window) -> dict[str, Any]:
    """Write a contact window down."""
    return {
        "days": sorted(window.days),
        "hours": _span(window.hours) if window.hours else None,
        "avoid": [[day, _span(span)] for day, span in window.avoid],
    }


def window_from_json(kept: dict[str, Any]) -> Window:
    """Read a contact window back."""
    return Window(
        days=frozenset(kept.get("days") or ()),
        hours=_read_span(kept["hours"]) if kept.get("hours") else None,
        avoid=tuple((day, _read_span(span)) for day, span in kept.get("avoid") or ()),
    )


def _span(span: Span) -> list[str]:
    return [span.start.isoformat(), span.end.isoformat()]


def _read_span(kept: list[str]) -> Span:
    return Span(time.fromisoformat(kept[0]), time.fromisoformat(kept[1]))


def ties_of(connection: Connection, person_id: int) -> list[Tie]:
    """List the cases a person belongs to, in the order of their references."""
    return [_tie(row) for row in connection.execute(_ties_of(), {"person": person_id})]


@cache
def _ties_of() -> Any:
    return _query().where(CaseContact.person_id == bindparam("person")).order_by(Case.ref)


def ties_on(connection: Connection, case_ids: Iterable[int]) -> list[tuple[int, Tie]]:
    """List (person id, tie) of everybody who belongs to these cases, first to be asked first."""
    query = _query().add_columns(CaseContact.person_id).where(Case.id.in_(list(case_ids)))
    rows = connection.execute(query.order_by(CaseContact.priority, CaseContact.id))
    return [(row.person_id, _tie(row)) for row in rows]


def ties_by_person(connection: Connection, person_ids: Collection[int]) -> Mapping[int, list[Tie]]:
    """Read the cases of these people at once, each in the order of their references."""
    found: Mapping[int, list[Tie]] = {person_id: [] for person_id in person_ids}
    for row in connection.execute(_ties_by_person(), {"people": list(found)}):
        found[row.person_id].append(_tie(row))
    return found


@cache
def _ties_by_person() -> Any:
    theirs = CaseContact.person_id.in_(bindparam("people", expanding=True))
    return _query().add_columns(CaseContact.person_id).where(theirs).order_by(Case.ref)


def all_ties(connection: Connection) -> dict[int, list[Tie]]:
    """Read everybody's cases at once, by person."""
    found: dict[int, list[Tie]] = {}
    for row in connection.execute(_query().add_columns(CaseContact.person_id).order_by(Case.ref)):
        found.setdefault(row.person_id, []).append(_tie(row))
    return found


def _query() -> Any:
    return (
        select(
            Case.id,
            Case.ref,
            Case.status,
            Case.paused_until,
            Person.name.label("pupil"),
            Case.pupil_id,
            CaseContact.relation,
            CaseContact.priority,
            CaseContact.do_not_use,
            CaseContact.copy_only,
            CaseContact.prefers,
            CaseContact.needs,
            CaseContact.rules_missing,
            CaseContact.rules,
        )
        .join(CaseContact, CaseContact.case_id == Case.id)
        .join(Person, Person.id == Case.pupil_id)
    )


def _tie(row: Row[Any]) -> Tie:
    return Tie(
        row.id,
        row.ref,
        row.status,
        row.paused_until,
        row.pupil,
        row.pupil_id,
        row.relation,
        row.priority,
        row.do_not_use,
        row.copy_only,
        tuple(row.prefers),
        tuple(row.needs),
        row.rules_missing,
        window_from_json(row.rules),
    )


def case_ids(connection: Connection, refs: Iterable[str]) -> dict[str, int]:
    """Find cases by their references."""
    rows = connection.execute(select(Case.ref, Case.id).where(Case.ref.in_(list(refs))))
    return dict(rows.all())


def pause_cases(connection: Connection, ids: Iterable[int], until: datetime | None) -> None:
    """Hold automatic messages about these cases until a moment; None lets them go again."""
    connection.execute(update(Case).where(Case.id.in_(list(ids))).values(paused_until=until))
