"""What a people file must not undo: it may be older than what was decided since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import Connection, select, true
from sqlalchemy.orm import aliased

from bot.imports.carers import CarerRow
from bot.imports.faults import Fault, Rejected
from bot.imports.people import People
from bot.imports.pupils import PupilRow
from storage.addresses import person_by_ref
from storage.allocations import KEY_WORKER
from storage.columns import keys_of
from storage.tables import Address, Allocation, Case, CaseContact, FormerUpn, Person, Staff

LEFT = "has left: their access has ended. Name somebody else."
OTHER_UPN = "is on record as the UPN of {case}. Correct one of them."
BARRED = (
    "lets somebody be contacted who must not be, as is on record. Write Y; a manager lifts it on"
    " the family's page."
)


def refuse(connection: Connection, people: People) -> None:
    """Raise `Rejected` with everything in these files that would undo what is on record."""
    faults = [
        *(fault for row in people.pupils for fault in _key_worker_faults(connection, row)),
        *_upn_faults(connection, people.pupils),
        *_barred_faults(connection, people.carers),
    ]
    if faults:
        raise Rejected(faults)


def _key_worker_faults(connection: Connection, row: PupilRow) -> Iterator[Fault]:
    """Refuse whoever has left, and whoever the case has been passed on from."""
    named = person_by_ref(connection, row.key_worker) if row.key_worker else None
    current = _current(connection, row.ref)
    if named is None or (current is not None and current[0] == row.key_worker):
        return
    cell = row.at.beside("key_worker", row.key_worker)
    gone = select(Staff.person_id).where(Staff.person_id == named.id, ~Staff.active)
    if connection.execute(gone).first() is not None:
        yield cell.fault(LEFT)
    elif current is not None and _was_key_worker(connection, row.ref, named.id):
        heir, since = current
        yield cell.fault(
            f"was key worker of {row.ref} before: it passed to {heir} on {since.day} {since:%b}."
            " Change the file, or pass it back with /transfer, which tells the family."
        )


def _current(connection: Connection, case: str) -> tuple[str, date] | None:
    """Name who is key worker of a case, and since when."""
    row = connection.execute(
        select(Person.ref, Allocation.from_on)
        .join(Allocation, Allocation.staff_id == Person.id)
        .join(Case, Case.id == Allocation.case_id)
        .where(Case.ref == case, Allocation.role == KEY_WORKER, Allocation.to_on.is_(None))
    ).first()
    return None if row is None else (row.ref, row.from_on)


def _was_key_worker(connection: Connection, case: str, staff_id: int) -> bool:
    query = (
        select(Allocation.id)
        .join(Case, Case.id == Allocation.case_id)
        .where(Case.ref == case, Allocation.role == KEY_WORKER, Allocation.to_on.is_not(None))
        .where(Allocation.staff_id == staff_id)
    )
    return connection.execute(query.limit(1)).first() is not None


def _upn_faults(connection: Connection, rows: Iterable[PupilRow]) -> Iterator[Fault]:
    """Refuse a number that is another child's."""
    keys = keys_of(connection)
    by_index = {keys.index(f"upn:{row.upn}"): row for row in rows if row.upn}
    now = select(Case.ref, Case.upn_index).where(Case.upn_index.in_(by_index))
    before = select(Case.ref, FormerUpn.upn_index).join(FormerUpn, FormerUpn.case_id == Case.id)
    theirs = now.union_all(before.where(FormerUpn.upn_index.in_(by_index)))
    for case, index in connection.execute(theirs):
        row = by_index[str(index)]
        if row.ref != case:
            yield row.at.beside("upn", row.upn).fault(OTHER_UPN.format(case=case))


def _barred_faults(connection: Connection, rows: Iterable[CarerRow]) -> Iterator[Fault]:
    """Refuse to lift a "must not be contacted", whatever number the adult has by now."""
    keys, phone = keys_of(connection), aliased(Address)
    barred = connection.execute(
        select(Case.ref, CaseContact.relation, Person.name, phone.address_index)
        .join(CaseContact, CaseContact.case_id == Case.id)
        .join(Person, Person.id == CaseContact.person_id)
        .join(phone, phone.person_id == Person.id, isouter=True)
        .where(CaseContact.do_not_use == true())
    ).all()
    adults = {(case, name.casefold(), relation) for case, relation, name, _index in barred}
    numbers = {(case, index) for case, _relation, _name, index in barred}
    for row in rows:
        same = (row.pupil, row.name.casefold(), row.relation) in adults
        if not row.do_not_use and (same or (row.pupil, keys.index(f"sms:{row.phone}")) in numbers):
            yield row.phone_at.beside("do_not_use", "N").fault(BARRED)
