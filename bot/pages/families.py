"""The families a member of staff works with, and everybody else the team holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_, select

from bot.pages import wording
from bot.pages.visitor import Visitor
from bot.pages.waiting import may_know
from bot.rules.access import Action, Standing
from storage.allocations import key_workers
from storage.cases import Tie, all_ties, ties_of, ties_on
from storage.contacts import CAME_ABOUT
from storage.digest import readable
from storage.tables import Case, Contact, ContactCase, Person, Task

IN_ORDER: tuple[Standing, ...] = ("own", "supported", "team")


@dataclass(frozen=True, slots=True)
class Household:
    """The cases of one family: siblings whose adults are the same people."""

    case_ids: tuple[int, ...]
    refs: tuple[str, ...]
    children: tuple[str, ...] = field(repr=False)
    adults: tuple[int, ...]  # by person, first to be asked first; none who must not be contacted


@dataclass(frozen=True, slots=True)
class Listed:
    """One family as a list shows it."""

    case: str  # the first that may be opened; empty: none may
    children: str = field(repr=False)
    refs: str
    worker: str = field(repr=False)
    part: Standing
    covering: bool
    last: str
    waits: int


def household(visitor: Visitor, case_id: int) -> Household:
    """Find a case's family: its other children are those of its adults who may be contacted."""
    connection = visitor.scene.connection
    own = [person for person, tie in ties_on(connection, [case_id]) if not tie.do_not_use]
    ties: dict[int, Tie] = {tie.case_id: tie for _person, tie in ties_on(connection, [case_id])}
    for person in own:
        ties |= {tie.case_id: tie for tie in ties_of(connection, person) if not tie.do_not_use}
    if case_id not in ties:
        return _alone(visitor, case_id)
    ordered = sorted(ties.values(), key=lambda tie: tie.case)
    return Household(
        tuple(tie.case_id for tie in ordered),
        tuple(tie.case for tie in ordered),
        tuple(tie.pupil for tie in ordered),
        tuple(dict.fromkeys(own)),
    )


def _alone(visitor: Visitor, case_id: int) -> Household:
    """A child nobody belongs to on our records is a family all the same."""
    row = visitor.scene.connection.execute(
        select(Case.ref, Person.name)
        .join(Person, Person.id == Case.pupil_id)
        .where(Case.id == case_id)
    ).one()
    return Household((case_id,), (row.ref,), (row.name,), ())


def family_for(visitor: Visitor, case: str, action: Action) -> Household | None:
    """Find a family somebody may do this about; siblings they may not are left out."""
    row = visitor.scene.connection.execute(
        select(Case.id, Case.status).where(Case.ref == case)
    ).one_or_none()
    if row is None or not visitor.may_on(action, row.id, row.status):
        return None
    home = household(visitor, row.id)
    kept = [
        child
        for child in zip(home.case_ids, home.refs, home.children, strict=True)
        if visitor.may_on_all(action, child[:1])
    ]
    ids, refs, children = zip(*kept, strict=True)
    return Household(ids, refs, children, home.adults)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a list of families is made of, each read at once for all of them."""

    workers: Mapping[int, list[str]]
    last: Mapping[int, datetime]
    waits: Mapping[int, int]


def families(visitor: Visitor) -> list[Listed]:
    """List every family whose name they may know; who is theirs comes first."""
    rows = {row.id: row for row in _cases(visitor) if visitor.sees(row.id)}
    workers = key_workers(visitor.scene.connection, rows, visitor.scene.today)
    known = _Known(workers, _last_contacts(visitor), _waits(visitor))
    listed = (_listed(visitor, home, known) for home in _homes(visitor, rows))
    return [family for family in listed if family is not None]


def _cases(visitor: Visitor) -> list[Row[Any]]:
    query = select(Case.id, Case.ref, Case.status, Person.name.label("pupil"))
    joined = query.join(Person, Person.id == Case.pupil_id).order_by(Case.ref)
    return list(visitor.scene.connection.execute(joined))


def _homes(visitor: Visitor, rows: Mapping[int, Row[Any]]) -> Iterator[list[Row[Any]]]:
    """Put the cases of each family together: those that share an adult who may be contacted."""
    with_case: dict[int, set[int]] = {}
    for ties in all_ties(visitor.scene.connection).values():
        together = {tie.case_id for tie in ties if not tie.do_not_use} & rows.keys()
        for case_id in together:
            with_case.setdefault(case_id, set()).update(together)
    seen: set[int] = set()
    for case_id in rows:
        if case_id not in seen:
            home = with_case.get(case_id, {case_id})
            seen |= home
            yield sorted((rows[one] for one in home), key=lambda row: str(row.ref))


def _listed(visitor: Visitor, home: list[Row[Any]], known: _Known) -> Listed | None:
    """Show one family; None: not even its name is for them."""
    scene = visitor.scene
    parts = {visitor.standing(row.id, row.status) for row in home}
    part = next((one for one in IN_ORDER if one in parts), None)
    if part is None:
        return None
    workers = list(dict.fromkeys(ref for row in home for ref in known.workers.get(row.id, ())))
    moments = [known.last[row.id] for row in home if row.id in known.last]
    opens = (row.ref for row in home if visitor.may_on("read", row.id, row.status))
    return Listed(
        case=next(opens, ""),
        children=", ".join(row.pupil for row in home),
        refs=", ".join(row.ref for row in home),
        worker=", ".join(scene.worker(ref).first_name for ref in workers) or "nobody yet",
        part=part,
        covering=part == "own" and visitor.staff.ref not in workers,
        last=wording.when(max(moments), scene.now) if moments else "none yet",
        waits=sum(known.waits.get(row.id, 0) for row in home),
    )


def _last_contacts(visitor: Visitor) -> dict[int, datetime]:
    """Find when each case last had a contact with its family that came about."""
    rows = visitor.scene.connection.execute(
        select(ContactCase.case_id, func.max(Contact.occurred_at).label("at"))
        .join(Contact, Contact.id == ContactCase.contact_id)
        .where(
            ContactCase.ended_at.is_(None),
            Contact.direction != "internal",
            CAME_ABOUT,
            readable(visitor.reader),
        )
        .group_by(ContactCase.case_id)
    )
    return {row.case_id: row.at for row in rows}


def _waits(visitor: Visitor) -> dict[int, int]:
    """Count what waits about each case, as far as its reader may know."""
    told = or_(Task.contact_id.is_(None), may_know(visitor))
    rows = visitor.scene.connection.execute(
        select(Task.case_id, func.count().label("many"))
        .join(Contact, Contact.id == Task.contact_id, isouter=True)
        .where(Task.done_at.is_(None), Task.case_id.is_not(None), Task.kind != "typed", told)
        .group_by(Task.case_id)
    )
    return {row.case_id: row.many for row in rows}
