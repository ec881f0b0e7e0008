"""What a person has set stays when a file says otherwise, and whoever brings the file is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select

from storage.addresses import Someone
from storage.contact_rules import set_by_hand
from storage.facts import LABELS, is_named_by_hand, set_for_child
from storage.report import Report
from storage.statuses import has_status
from storage.tables import Case, CaseContact

Values = Mapping[str, Any]

STATUS = "status"
# Once a person has set these on the family's page a file, perhaps an older one, changes none;
# except that it may forbid.
RULES = frozenset(
    {"do_not_use", "do_not_use_reason", "rules", "copy_only", "prefers", "rules_missing"}
)


def kept_name(connection: Connection, report: Report, known: Someone, values: Values) -> Values:
    """Leave a name out that a person has set and the file spells otherwise."""
    if values.get("name", known.name) == known.name or known.kind == "staff":
        return values
    if known.kind == "pupil":
        by_hand, said = "name" in set_for_child(connection, known.ref), f"{known.ref} name"
    else:
        by_hand = is_named_by_hand(connection, known.id, known.ref)
        said = f"name of {known.name}"
    return _without(values, {"name"}, report, [said]) if by_hand else values


def kept_case(connection: Connection, report: Report, case: str, values: Values) -> Values:
    """Leave out what a person has said since about a child, and about how the case stands."""
    names = [name for name in (*LABELS, STATUS) if name in values]
    columns = (getattr(Case, name) for name in names)
    row = connection.execute(select(*columns).where(Case.ref == case)).one_or_none()
    if row is None:
        return values
    other = {name for name, now in zip(names, row, strict=True) if now != values[name]}
    if not other:
        return values
    by_hand = set(set_for_child(connection, case))
    if has_status(connection, case):
        by_hand.add(STATUS)
    said = [f"{case} {LABELS.get(name, name)}" for name in names if name in other & by_hand]
    return _without(values, other & by_hand, report, said)


def kept_rules(
    connection: Connection, report: Report, row_of: Mapping[str, int], values: Values, case: str
) -> Values:
    """Leave the rules out that a person has set for an adult; a file may forbid all the same."""
    if not set_by_hand(connection, row_of["case_id"], row_of["person_id"]):
        return values
    names = sorted(RULES)
    columns = (getattr(CaseContact, name) for name in names)
    row = connection.execute(select(*columns).filter_by(**row_of)).one()
    other = [name for name, now in zip(names, row, strict=True) if now != values[name]]
    said = [f"{case} contact rules"] if other else []
    forbids = {"do_not_use": True} if values["do_not_use"] else {}
    return {**_without(values, RULES, report, said), **forbids}


def _without(
    values: Values, names: Collection[str], report: Report, said: Collection[str]
) -> Values:
    """Take the file's word out, and say what was kept instead."""
    for one in said:
        report.keep(one)
    return {name: value for name, value in values.items() if name not in names}
