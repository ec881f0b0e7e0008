"""The families a member of staff works with, and everybody else the team holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import func, or_, select

from bot.pages import wording
from bot.pages.visitor import Visitor
from bot.pages.waiting import may_know
from bot.rules.access import Action, Standing
from storage.cases import Tie, ties_of, ties_on
from storage.digest import readable
from storage.staff import key_workers_of
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


def families(visitor: Visitor) -> list[Listed]:
    """List every family whose name they may know; who is theirs comes first."""
    rows = visitor.scene.connection.execute(
        select(Case.id, Case.ref, Case.status).order_by(Case.ref)
    ).all()
    last, waits, seen = _last_contacts(visitor), _waits(visitor), set[int]()
    opens = {row.ref for row in rows if visitor.may_on("read", row.id, row.status)}
    found = []
    for row in rows:
        if row.id in seen:
            continue
        home = household(visitor, row.id)
        seen |= set(home.case_ids)
        parts = {visitor.standing(one.id, one.status) for one in rows if one.id in home.case_ids}
        nearest = next((part for part in IN_ORDER if part in parts), None)
        if nearest is not None:
            first = next((ref for ref in home.refs if ref in opens), "")
            found.append(replace(_listed(visitor, home, nearest, last, waits), case=first))
    return found


def _listed(
    visitor: Visitor,
    home: Household,
    part: Standing,
    last: dict[int, datetime],
    waits: dict[int, int],
) -> Listed:
    scene = visitor.scene
    workers = key_workers_of(scene.connection, home.case_ids, scene.today)
    moments = [last[one] for one in home.case_ids if one in last]
    own = visitor.staff.ref in workers
    return Listed(
        case=home.refs[0],
        children=", ".join(home.children),
        refs=", ".join(home.refs),
        worker=", ".join(scene.worker(ref).first_name for ref in workers) or "nobody yet",
        part=part,
        covering=part == "own" and not own,
        last=wording.when(max(moments), scene.now) if moments else "none yet",
        waits=sum(waits.get(one, 0) for one in home.case_ids),
    )


def _last_contacts(visitor: Visitor) -> dict[int, datetime]:
    """Find when each case last had a contact with its family that came about."""
    rows = visitor.scene.connection.execute(
        select(ContactCase.case_id, func.max(Contact.occurred_at).label("at"))
        .join(Contact, Contact.id == ContactCase.contact_id)
        .where(
            ContactCase.ended_at.is_(None),
            Contact.direction != "internal",
            Contact.attempt_result.is_(None),
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
