"""When each child is expected at which school: rolls, dates, agreements and closures together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from bot.rules.attendance import Session
from bot.rules.closures import without
from bot.rules.expected import Pattern, Schooling
from bot.rules.placement import Placed, patterns_at
from bot.scene.scene import Scene
from storage.closures import closures_of
from storage.placements import patterns_of, placements_of
from storage.tables import Case, OnRoll, School

HOME_SCHOOL = "home_school"
NOT_PLACED = Placed()


@dataclass(frozen=True, slots=True)
class Schooled:
    """One school of one child, and what says when the child is expected there."""

    school_id: int
    school: str
    roll_kind: str  # single, main, subsidiary
    schooling: Schooling


@dataclass(frozen=True, slots=True)
class _Known:
    """What was said of many cases, read once for all of them."""

    placed: Mapping[int, Placed]
    patterns: Mapping[int, tuple[Pattern, ...]]
    closed: Mapping[int, Collection[Session]]


def schoolings_of(scene: Scene, case_ids: Collection[int]) -> dict[int, tuple[Schooled, ...]]:
    """Say of each case at which schools its child is expected when; closures are taken out.

    Former schools are in it too: each says itself until when the child was there.
    """
    rolls: dict[int, list[Row[Any]]] = {case_id: [] for case_id in case_ids}
    for row in _rolls(scene, case_ids):
        rolls[row.case_id].append(row)
    known = _Known(
        placements_of(scene.connection, case_ids),
        patterns_of(scene.connection, case_ids),
        closures_of(scene.connection, {row.school_id for rows in rolls.values() for row in rows}),
    )
    return {case_id: _schools(scene, rows, known) for case_id, rows in rolls.items()}


def _schools(scene: Scene, rows: list[Row[Any]], known: _Known) -> tuple[Schooled, ...]:
    return tuple(
        Schooled(row.school_id, row.school, row.kind, _schooling(scene, row, rows, known))
        for row in rows
    )


def _schooling(scene: Scene, row: Row[Any], rows: list[Row[Any]], known: _Known) -> Schooling:
    closed = frozenset(known.closed.get(row.school_id, ()))
    provision = row.school_kind != HOME_SCHOOL
    shared = any(each.school_kind == HOME_SCHOOL and _meet(each, row) for each in rows)
    patterns = known.patterns.get(row.case_id, ())
    first, last = row.from_on, row.to_on or date.max
    placed = known.placed.get(row.case_id)
    if provision and placed is not None:
        first = max(first, placed.starts_on or date.max)
        last = min(last, placed.ended_on or date.max)
    return Schooling(
        calendar=without(scene.practice.calendar_of(row.school), closed),
        year=row.year,
        patterns=patterns_at(patterns, provision=provision, shared=shared),
        from_on=first,
        until_on=last,
        shut=closed,
    )


def _meet(one: Row[Any], other: Row[Any]) -> bool:
    """Say whether a child was on both registers at any time."""
    last, others_last = one.to_on or date.max, other.to_on or date.max
    return bool(one.from_on <= others_last and other.from_on <= last)


def _rolls(scene: Scene, case_ids: Collection[int]) -> list[Row[Any]]:
    query = (
        select(OnRoll.case_id, OnRoll.school_id, OnRoll.kind, OnRoll.from_on, OnRoll.to_on)
        .add_columns(School.name.label("school"), School.kind.label("school_kind"), Case.year)
        .join(School, School.id == OnRoll.school_id)
        .join(Case, Case.id == OnRoll.case_id)
        .where(OnRoll.case_id.in_(list(case_ids)))
    )
    return list(scene.connection.execute(query.order_by(OnRoll.id)))
