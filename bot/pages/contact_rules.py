"""The contact rules of a family's adults as their form shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from bot.imports.times import DAYS
from bot.pages.visitor import Visitor
from bot.rules.access import Action
from bot.rules.contact_rules import MARKS, Rules, meaning
from storage.cases import ties_of
from storage.contact_rules import Ruled, rules_of
from storage.tables import Case

TICKED = "yes"


@dataclass(frozen=True, slots=True)
class RulesShown:
    """The rules for one adult: in one sentence, and as they stand in the form."""

    ref: str
    name: str = field(repr=False)
    relation: str
    means: str
    missing: bool
    note: str = field(repr=False)
    barred: bool
    protected: str  # what only their whole name takes away, in words
    may_loosen: bool
    also: str  # the adult's other cases, whose rules count as well
    given: Mapping[str, str] = field(repr=False)


def case_for(visitor: Visitor, case: str, action: Action) -> int | None:
    """Find a case somebody may do this about."""
    query = select(Case.id, Case.status).where(Case.ref == case[:40])
    row = visitor.scene.connection.execute(query).one_or_none()
    if row is None or not visitor.may_on(action, row.id, row.status):
        return None
    return int(row.id)


def rules_values(visitor: Visitor, case_id: int) -> dict[str, Any]:
    """Read what the form of the rules shows; `typed` and `wrong`: what was refused just now."""
    return {
        "adult_rules": rules_shown(visitor, case_id),
        "days": tuple((day, day.title()) for day in DAYS),
        "typed": {},
        "wrong": [],
        "may_lift": visitor.role == "manager",
    }


def rules_shown(visitor: Visitor, case_id: int) -> list[RulesShown]:
    """List every adult of a case, whoever must not be contacted too."""
    connection = visitor.scene.connection
    return [
        RulesShown(
            one.ref,
            one.name,
            one.relation,
            meaning(one.rules),
            one.missing,
            one.note,
            one.rules.do_not_use,
            _protected(one.rules),
            _for_all(visitor, one),
            ", ".join(
                tie.case
                for tie in ties_of(connection, one.person_id)
                if tie.case_id != case_id and visitor.sees(tie.case_id)
            ),
            _given(one),
        )
        for one in rules_of(connection, case_id)
    ]


def _protected(rules: Rules) -> str:
    return " or ".join(f"“{words}”" for mark, words in MARKS.items() if getattr(rules, mark))


def _for_all(visitor: Visitor, adult: Ruled) -> bool:
    """Say whether somebody may set the rules for every child of an adult."""
    ties = ties_of(visitor.scene.connection, adult.person_id)
    return all(visitor.may_on("rules", tie.case_id, tie.status) for tie in ties)


def _given(adult: Ruled) -> dict[str, str]:
    rules = adult.rules
    hours = rules.window.hours
    ticks = {
        **{DAYS[day]: True for day in rules.window.days},
        "copy_only": rules.copy_only,
        "prefers_phone": rules.prefers_phone,
        "shared_phone": rules.shared_phone,
        "discreet": rules.discreet,
    }
    return {
        "do_not_use": "Y" if rules.do_not_use else "N",
        "do_not_use_reason": rules.reason,
        "from": f"{hours.start:%H:%M}" if hours else "",
        "until": f"{hours.end:%H:%M}" if hours else "",
        "avoid": _avoid(rules),
        **{name: TICKED for name, ticked in ticks.items() if ticked},
    }


def _avoid(rules: Rules) -> str:
    """Write the hours to leave alone as they are typed."""
    return "; ".join(
        f"{DAYS[day].title()} {span.start:%H:%M}-{span.end:%H:%M}"
        for day, span in rules.window.avoid
    )
