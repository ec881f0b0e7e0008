"""Visits as one member of staff may see them: named as openly as the place allows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.desk.reads import Page
from bot.rules.access import IN_CHARGE
from bot.rules.calendar import wall
from bot.rules.digest_lines import day_shown
from bot.rules.visit_echo import visit_line
from bot.rules.visits import Visit
from bot.scene.roles import role
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases, sees_visit
from bot.turns.digest_parts import child, first_name, in_initials
from bot.turns.rights import may_on
from storage.addresses import Someone
from storage.case_summary import cases_at
from storage.staff import key_workers_of
from storage.visits import find_visit

A_FAMILY = "a family"
GONE = "That visit is not known here."
BEGUN = "That visit has begun. Say how it went instead: /visits."


@dataclass(frozen=True, slots=True)
class Named:
    """How the families of some visits are named to one reader, by visit."""

    words: Mapping[int, str] = field(repr=False)  # "Kai P01"
    initials: Mapping[int, str]  # "KT P01"

    def of(self, visit: Visit, *, shown: bool) -> str:
        return (self.words if shown else self.initials)[visit.id]


def named(scene: Scene, staff: Someone, visits: Collection[Visit]) -> Named:
    """Name whom visits are about, with one look; a restricted case stands in no name."""
    if not visits:
        return Named({}, {})
    hidden = hidden_cases(scene, staff)
    ids = {case_id for visit in visits for case_id in visit.case_ids}
    cases = {row.id: row for row in cases_at(scene.connection, ids - hidden)}
    words, initials = {}, {}
    for visit in visits:
        rows = [cases[one] for one in visit.case_ids if one in cases]
        nobody = A_FAMILY if visit.case_ids else ""
        words[visit.id] = ", ".join(child(row.pupil, row.ref) for row in rows) or nobody
        initials[visit.id] = ", ".join(in_initials(row.pupil, row.ref) for row in rows) or nobody
    return Named(words, initials)


def may_change(scene: Scene, staff: Someone, visit: Visit) -> bool:
    """Say whether somebody may move a visit, call it off or say that it begins late.

    Whoever comes to it, asked for it or leads a case may, and whoever may write to its families;
    what is about no family is also for those in charge.
    """
    if not sees_visit(scene, staff, visit):
        return False
    leads = key_workers_of(scene.connection, visit.case_ids, scene.today)
    if staff.ref in {*visit.plan.staff, visit.made_by, *leads}:
        return True
    if not visit.case_ids:
        return role(scene, staff) in IN_CHARGE
    return all(may_on(scene, staff, "reply", one) for one in visit.case_ids)


def has_begun(scene: Scene, visit: Visit) -> bool:
    """Say whether a visit has begun: from then on only how it went is still to be said."""
    return visit.plan.starts_at is not None and visit.plan.starts_at <= scene.now


def seen(scene: Scene, staff: Someone, number: str) -> Visit | None:
    """Find a visit by its number, if it is there for a member of staff."""
    visit = find_visit(scene.connection, int(number)) if number.isdecimal() else None
    return visit if visit is not None and sees_visit(scene, staff, visit) else None


def first_names(scene: Scene, refs: Collection[str]) -> dict[str, str]:
    """Name colleagues by their ids."""
    return {ref: first_name(scene, ref) for ref in refs}


def line_of(scene: Scene, staff: Someone, visit: Visit, *, shown: bool) -> str:
    """Write one visit in a line."""
    family = named(scene, staff, [visit]).of(visit, shown=shown)
    return visit_line(visit, family, first_names(scene, visit.plan.staff))


def in_short(scene: Scene, staff: Someone, visit: Visit, *, shown: bool) -> str:
    """Name a visit: "Home visit, Kai P01, Tue 1 Dec"."""
    family = named(scene, staff, [visit]).of(visit, shown=shown)
    day = day_shown(wall(visit.plan.starts_at).date()) if visit.plan.starts_at else ""
    return ", ".join(part for part in (visit.what.name, family, day) if part)


def page_of(
    scene: Scene,
    staff: Someone,
    visits: Sequence[Visit],
    head: str,
    *,
    none: str,
    buttons: tuple[tuple[str, str], ...] = (),
) -> Page:
    """List visits, each on its line, in words and as discreetly as names need."""
    if not visits:
        return Page(none, none)
    names = named(scene, staff, visits)
    comes = first_names(scene, {ref for visit in visits for ref in visit.plan.staff})
    return Page(
        _listed(head, visits, names.words, comes),
        _listed(head, visits, names.initials, comes),
        buttons,
    )


def _listed(
    head: str, visits: Sequence[Visit], families: Mapping[int, str], comes: Mapping[str, str]
) -> str:
    return "\n".join((head, *(f"- {visit_line(one, families[one.id], comes)}" for one in visits)))
