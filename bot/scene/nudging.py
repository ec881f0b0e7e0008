"""What a message about school is decided from, read afresh whenever it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row

from bot.flows import FLOWS
from bot.i18n import Text, put
from bot.imports.codes import attendance_codes
from bot.rules import nudge_adults, reasons
from bot.rules.nudge_plan import still
from bot.rules.nudge_slots import WEEK
from bot.rules.nudges import LOOK_BACK, MOST_URGENT_FIRST, Adult, Child, Reminder, Rules
from bot.scene.family import Family
from bot.scene.letters import flow_worded
from bot.scene.quiet import quiet_of
from bot.scene.scene import Scene
from bot.scene.schooling import schoolings_of
from storage import nudges as records
from storage.holds import held
from storage.marks import marks_of, settled_of
from storage.placements import placement_of
from storage.presence import seen_in
from storage.reasons import reasons_of
from storage.received import restored_at
from storage.sent import automatic_since

JOB = "attendance"
# What asks something, and how it is said where another question is open: without numbers.
BESIDE: Mapping[str, str] = MappingProxyType(
    {
        "absence": "absence_beside",
        "absence_day2": "absence_day2_beside",
        "transport": "transport_beside",
    }
)
KINDS = tuple(kind for kind in MOST_URGENT_FIRST if kind in FLOWS)
PURPOSES = frozenset((*KINDS, *BESIDE.values()))
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ON = Text("{on:day}")


def rules_of(scene: Scene) -> Rules:
    """Say how this taskforce works, and what the codes mean."""
    return Rules(scene.practice, attendance_codes(), restored_at(scene.connection))


def child_of(scene: Scene, case: Row[Any]) -> Child:
    """Gather what decides about one child."""
    connection, today = scene.connection, scene.today
    first, ids = today - LOOK_BACK, [case.id]
    settled = settled_of(connection, ids, first, today)
    given = reasons_of(connection, ids, first, today)[case.id]
    placed = placement_of(connection, case.id)
    return Child(
        status=case.status,
        schools=schoolings_of(scene, ids)[case.id],
        marks=tuple(marks_of(connection, ids, first, today)),
        settled={(day, half): school for (_case, day, half), school in settled.items()},
        reasons={day: reasons.shown(kind) for day, kind in given.items()},
        seen_in=seen_in(connection, case.id, first, today),
        hold=held(connection, ids, today).get(case.id, ""),
        paused=case.paused_until is not None and case.paused_until > scene.now,
        starts_on=placed.starts_on if placed else None,
        quiet=quiet_of(scene, case.id),
    )


def adult_of(scene: Scene, family: Family, case_id: int) -> Adult:
    """Gather what decides about one adult; their hours are those of everybody on this phone."""
    line, person = family.line, family.person
    reach = nudge_adults.Reach(
        opted_out=line.opted_out_at is not None,
        stop_asked=line.stop_asked_at is not None,
        unusable=bool(line.wrong_at or line.dead_at or line.carrier_blocked_at),
        proven=line.proven_at is not None,
        rules_missing=any(tie.rules_missing for tie in family.ties),
        prefers=frozenset(word for tie in family.ties for word in tie.prefers),
    )
    asked = records.reminders_of(scene.connection, case_id)
    return Adult(
        window=family.window,
        against=nudge_adults.against(reach),
        language=family.language,
        unworded=_unworded(scene, family),
        reminders=tuple(_reminder(row) for row in asked if person and row.person_id == person.id),
        had=tuple(_had(scene, person.id)) if person else (),
    )


def _unworded(scene: Scene, family: Family) -> frozenset[str]:
    """Name the kinds of messages that have no approved words in a family's language."""
    if family.language not in scene.practice.languages:
        return frozenset(MOST_URGENT_FIRST)
    return frozenset(kind for kind in KINDS if not _worded(family, kind))


def _worded(family: Family, kind: str) -> bool:
    flows = {kind, BESIDE.get(kind, kind)}
    return all(flow_worded(FLOWS[flow], family.facts(), family.language) for flow in flows)


def _had(scene: Scene, person_id: int) -> list[datetime]:
    """List what this phone has had, and what goes before anything that is decided now."""
    gone = automatic_since(scene.connection, [person_id], scene.now - WEEK)
    return gone + [scene.now] * records.about_to_go(scene.connection, person_id, scene.now)


def _reminder(row: Row[Any]) -> Reminder:
    days = frozenset(WEEKDAYS.index(day) for day in row.days)
    return Reminder(row.id, days, time.fromisoformat(row.time_of_day), row.words)


def about_one(family: Family, case_id: int) -> Family:
    """Take a family as far as one child goes: its words are about that child alone."""
    return replace(family, ties=tuple(tie for tie in family.ties if tie.case_id == case_id))


def day_in_words(family: Family, day: date) -> str:
    """Write a day in a family's language: "Tue 1 Dec"."""
    return put(ON, family.language, {"on": day})


def why_not_now(scene: Scene, row: Row[Any], family: Family) -> str:
    """Say why a message about school that waits is not to leave; empty: it may.

    A register that is coming in at this very moment is waited for: a late mark stops the text.
    """
    if row.kind != "proactive" or row.purpose not in PURPOSES or not row.recipe:
        return ""
    answers = row.recipe["answers"]
    case = records.case_named(scene.connection, answers["case"])
    if case is None:
        return "the case is gone"
    records.hold_marks(scene.connection, case.id, scene.today)
    child, adult = child_of(scene, case), adult_of(scene, family, case.id)
    return still(child, adult, rules_of(scene), scene.now, answers["nudge"])
