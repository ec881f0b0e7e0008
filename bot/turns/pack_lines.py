"""The lines of a meeting's pack that are about one case each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Row

from bot.rules import pack as rule
from bot.rules.attendance_picture import Picture
from bot.rules.calendar import wall
from bot.rules.digest import MILESTONES
from bot.rules.meetings import Sitting
from bot.rules.tally import tally
from bot.scene.scene import Scene
from bot.turns.attendance import pictures_of
from bot.turns.digest_parts import (
    TREND_OVER,
    TREND_SHOWN,
    child,
    choice_of,
    first_name,
    week_of,
)
from storage import digest_words
from storage import pack as records
from storage.case_summary import allocated
from storage.digest import Reader

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Lines:
    """Every open case of a pack, and what is due about it."""

    scene: Scene
    reader: Reader
    sitting: Sitting
    cases: Mapping[int, Row[Any]]
    waits: Mapping[int, int]  # open tasks of each case

    def lines(self) -> tuple[rule.Line, ...]:
        return tuple(self._line(row) for row in self.cases.values())

    def due(self) -> tuple[rule.Decision, ...]:
        """List the decisions that are not done though their day has come, the oldest first."""
        last = self.sitting.on
        every = (one for each in self._decisions.values() for one in each)
        found = [one for one in every if one.due_on and one.due_on <= last and not one.done]
        return tuple(sorted(found, key=lambda one: (one.due_on or last, one.case)))

    def overdue(self) -> tuple[rule.Promised, ...]:
        """List the promises whose day has gone by."""
        return tuple(
            rule.Promised(
                self.cases[row.case_id].ref,
                self._child(row.case_id),
                row.words,
                first_name(self.scene, row.whose),
                row.due_on,
            )
            for row in self._promises
            if row.due_on < self.scene.today
        )

    def _line(self, row: Row[Any]) -> rule.Line:
        last = self._last.get(row.id)
        return rule.Line(
            case=row.ref,
            about=self._child(row.id),
            tier=row.tier,
            status=row.status,
            week=week_of(row, self.sitting.on),
            planned=row.tier in self.scene.practice.attendance.tiers.placements,
            worker=", ".join(self._workers[row.id]),
            tally=tally(self._contacts[row.id]),
            last=wall(last).date() if last else None,
            trend=tuple(self._trends[row.id][-TREND_SHOWN:]),
            waits=self.waits.get(row.id, 0),
            promises=sum(one.case_id == row.id for one in self._promises),
            following=min(self._dates(row), default=None),
            passport=row.id in self._passports,
            decided=tuple(one for one in self._decisions[row.id] if self._since(one.on)),
            attendance=() if (seen := self._attendance[row.id]).empty else seen.recent,
        )

    def _dates(self, row: Row[Any]) -> Iterator[tuple[date, str]]:
        """List what has a day from today on: promises, decisions, weeks that matter."""
        today = self.scene.today
        for one in self._promises:
            if one.case_id == row.id and one.due_on >= today:
                yield one.due_on, "promise"
        for decided in self._decisions[row.id]:
            if decided.due_on and decided.due_on >= today and not decided.done:
                yield decided.due_on, decided.kind
        if row.tier in self.scene.practice.attendance.tiers.placements:
            monday, now = today - today.weekday() * DAY, week_of(row, today)
            for week in MILESTONES:
                if week > now:
                    yield monday + (week - now) * 7 * DAY, f"week {week}"

    def _since(self, day: date) -> bool:
        return wall(self.sitting.since).date() <= day <= max(self.sitting.on, self.scene.today)

    def _child(self, case_id: int) -> str:
        row = self.cases[case_id]
        return child(row.pupil, row.ref)

    @cached_property
    def _attendance(self) -> Mapping[int, Picture]:
        return pictures_of(self.scene, {row.id: row.year for row in self.cases.values()})

    @cached_property
    def _workers(self) -> Mapping[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        for row in allocated(self.scene.connection, self.cases, self.scene.today):
            if row.role == "key_worker":
                found[row.case_id].append(first_name(self.scene, row.ref))
        return found

    @cached_property
    def _contacts(self) -> Mapping[int, list[Row[Any]]]:
        found: dict[int, list[Row[Any]]] = defaultdict(list)
        since = self.sitting.since
        for row in records.contacts_since(self.scene.connection, self.reader, self.cases, since):
            if self.sitting.holds(row.recorded_at):
                found[row.case_id].append(row)
        return found

    @cached_property
    def _last(self) -> Mapping[int, Any]:
        return records.last_contacts(self.scene.connection, self.reader, self.cases)

    @cached_property
    def _trends(self) -> Mapping[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        first = self.scene.now - TREND_OVER
        for row in digest_words.check_ins(self.scene.connection, self.reader, self.cases, first):
            if choice := choice_of(row):
                found[row.case_id].append(choice)
        return found

    @cached_property
    def _promises(self) -> list[Row[Any]]:
        return records.promises_on(self.scene.connection, self.cases)

    @cached_property
    def _passports(self) -> set[int]:
        return records.with_passport(self.scene.connection, self.cases)

    @cached_property
    def _decisions(self) -> Mapping[int, list[rule.Decision]]:
        found: dict[int, list[rule.Decision]] = defaultdict(list)
        since = self.sitting.since
        for row in records.decisions_on(self.scene.connection, self.cases, since):
            about = (self.cases[row.case_id].ref, self._child(row.case_id))
            found[row.case_id].append(decision_of(self.scene, row, *about))
        return found


def decision_of(scene: Scene, row: Row[Any], case: str, about: str) -> rule.Decision:
    """Read one decision about a case."""
    return rule.Decision(
        case=case,
        about=about,
        kind=row.kind.replace("_", " "),
        words=row.words,
        on=wall(row.at).date(),
        by=first_name(scene, row.by),
        due_on=row.due_on,
        owner=first_name(scene, row.owner) if row.owner else "",
        meeting=row.meeting_id,
        number=row.id,
        decided_by=row.decided_by,
        done=row.done_at is not None,
    )
