"""Visits as calendars get them: a worker's own, and one for a family."""

from __future__ import annotations

from dataclasses import dataclass

from bot.i18n import _, put
from bot.rules.calendar_entries import (
    AHEAD,
    BEHIND,
    LINK_LASTS,
    Entry,
    entry_of,
    past_entry,
    uid_of,
)
from bot.rules.visit_kinds import PLACE_LABELS, PLACES
from bot.rules.visits import Visit
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from bot.scene.visit_words import label_of
from storage.addresses import Someone, person_by_id, person_by_ref
from storage.calendar_feeds import KeptFree, find_visit_link, kept_free, whose_feed
from storage.cases import ties_of
from storage.visits import find_visit, visits_numbered

OFF, OFF_FOR_STAFF = _("Called off: {visit}"), "Called off: "


@dataclass(frozen=True, slots=True)
class ForFamily:
    """One visit as one adult may have it, and the language they read."""

    entry: Entry
    language: str


def calendar_behind(scene: Scene, token: str) -> list[Entry] | None:
    """Read the calendar a token opens. None: it opens none, or none any more."""
    ref = whose_feed(scene.connection, token)
    staff = person_by_ref(scene.connection, ref) if ref else None
    return None if staff is None else entries_for(scene, staff)


def entries_for(scene: Scene, staff: Someone) -> list[Entry]:
    """Write down a worker's visits, and what to take out of their calendar again."""
    kept = kept_free(scene.connection, staff.id, scene.now - BEHIND, scene.now + AHEAD)
    hidden = hidden_cases(scene, staff)
    visits = visits_numbered(scene.connection, list(kept))
    return [_for_worker(scene, staff, one, kept[one.id], hidden) for one in visits]


def invitation_to(scene: Scene, staff: Someone, visit: Visit) -> Entry | None:
    """Write down one visit for a worker's calendar. None: it was never theirs."""
    uid = uid_of(visit)
    return next((one for one in entries_for(scene, staff) if one.uid == uid), None)


def visit_behind(scene: Scene, token: str) -> ForFamily | None:
    """Read the visit a family's token opens. None: it opens none, or none any more."""
    link = find_visit_link(scene.connection, token)
    visit = find_visit(scene.connection, link.visit_id) if link else None
    if link is None or visit is None or visit.person_id != link.person_id:
        return None
    person = person_by_id(scene.connection, link.person_id)
    forbidden = any(tie.do_not_use for tie in ties_of(scene.connection, person.id))
    language = scene.language_for(person.language, OFF)
    label = label_of(scene, visit, language)
    entry = entry_of(visit, label, put(PLACE_LABELS[visit.plan.place], language, {}))
    if forbidden or entry is None or scene.now >= max(link.until, entry.ends_at + LINK_LASTS):
        return None
    return ForFamily(entry.said_off(put(OFF, language, {"visit": label})), language)


def title_for_staff(scene: Scene, visit: Visit, hidden: frozenset[int]) -> str:
    """Name a visit for a worker's own calendar: "a visit (P21)"."""
    pairs = zip(visit.case_ids, visit.cases, strict=True)
    shown = ", ".join(ref for number, ref in pairs if number not in hidden)
    label = label_of(scene, visit, "en")
    return f"{label} ({shown})" if shown else label


def page_of(scene: Scene, visit: Visit) -> str:
    """Name the page of a visit as the world reaches it; empty: it does not."""
    base = scene.taskforce.public_url
    return f"{base}/staff/visits/{visit.id}" if base else ""


def _for_worker(
    scene: Scene, staff: Someone, visit: Visit, kept: KeptFree, hidden: frozenset[int]
) -> Entry:
    title, page = title_for_staff(scene, visit, hidden), page_of(scene, visit)
    if staff.ref in visit.plan.staff:
        entry = entry_of(visit, title, PLACES[visit.plan.place], page)
        if entry is not None:
            return entry.said_off(f"{OFF_FOR_STAFF}{title}")
    past = past_entry(visit, kept.starts_at, kept.minutes, title, PLACES[kept.place])
    return past.said_off(f"{OFF_FOR_STAFF}{title}")
