"""What a digest tells of attendance beside what is due: each thing once, to whom the case is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row

from bot.imports.codes import attendance_codes
from bot.rules import digest_news as rule
from bot.rules.attendance import Session
from bot.rules.calendar import is_school_day, moment_at, wall
from bot.rules.clocks import overdue
from bot.rules.digest import Dated, begins_a_week
from bot.rules.digest_lines import day_shown
from bot.rules.gate import OPEN_STATUSES
from bot.rules.nudges import LOOK_BACK
from bot.rules.referral_told import stands_for_the_manager
from bot.rules.weeks import changes
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from bot.turns.digest_parts import child
from storage import digest_news as records
from storage.addresses import Someone
from storage.case_summary import cases_at
from storage.closures import closed_on
from storage.digest import Reader
from storage.marks import settled_of
from storage.placements import patterns_of
from storage.rolls import rolls_of
from storage.stays import home_schools, waiting_for_education

LED = "key_worker"


@dataclass(frozen=True, slots=True)
class News:
    """The news of attendance for one reader since they were last told."""

    scene: Scene
    staff: Someone
    reader: Reader
    since: datetime
    load: Mapping[int, Row[Any]]

    def lines(self) -> tuple[Dated, ...]:
        """List everything; what is told once a day or a week costs nothing in between."""
        found = [*self._silent_registers(), *self._changes()]
        if wall(self.since).date() < self.scene.today:
            found += [*self._late_education(), *self._ends()]
        if begins_a_week(self.since, self.scene.now):
            found += self._balances()
        return tuple(found)

    @property
    def _open(self) -> dict[int, Row[Any]]:
        return {key: row for key, row in self.load.items() if row.status in OPEN_STATUSES}

    @property
    def _led(self) -> dict[int, Row[Any]]:
        return {key: row for key, row in self._open.items() if row.role == LED}

    def _dated(self, case_id: int, words: str) -> Dated:
        row = self.load[case_id]
        return Dated(child(row.pupil, row.ref), words, self.scene.today)

    def _silent_registers(self) -> Iterator[Dated]:
        """Say whose register has not come: about them the service asks nobody today."""
        scene, kept = self.scene, self.scene.practice.attendance
        if kept.query_owner != "service" or not self._is_time_for_a_register():
            return
        ids = [key for key, row in self._open.items() if row.tier in kept.tiers.messages]
        rolls = rolls_of(scene.connection, ids, scene.today)
        schools = {one.school_id: one.school for theirs in rolls.values() for one in theirs}
        due = {key: name for key, name in schools.items() if self._is_due(name)}
        first = scene.today - rule.CONNECTED_FOR
        newest = records.newest_marks(scene.connection, due, first) if due else {}
        shut = [key for key in newest if closed_on(scene.connection, key, scene.today, scene.today)]
        for name in rule.silent(due, newest, shut, scene.today):
            yield Dated(
                f"No register today from {name}", "no texts about absence go today", scene.today
            )

    def _is_time_for_a_register(self) -> bool:
        kept = self.scene.practice.attendance
        return any(self._is_due_at(school) for school in ("", *kept.register_closes))

    def _is_due(self, school: str) -> bool:
        here = self.scene.practice.calendar_of(school)
        return is_school_day(here, self.scene.today) and self._is_due_at(school)

    def _is_due_at(self, school: str) -> bool:
        kept = self.scene.practice.attendance
        return rule.is_register_time(kept, school, self.since, self.scene.now)

    def _changes(self) -> Iterator[Dated]:
        """Tell what is different now; a week that is over may show it without a new mark."""
        scene, cases = self.scene, self._open
        if not begins_a_week(self.since, scene.now):
            ids = records.marked_since(scene.connection, cases, self.since) if cases else ()
            cases = {key: row for key, row in cases.items() if key in ids}
        if not cases:
            return
        first, then, codes = scene.today - LOOK_BACK, wall(self.since).date(), attendance_codes()
        settled = self._settled(cases, first)
        seen = records.marks_seen(scene.connection, cases, first, self.since)
        for case_id, marks in seen.items():
            now = changes(marks.now, codes, scene.today, settled[case_id])
            before = changes(marks.before, codes, then, settled[case_id])
            for change in rule.new_changes(now, before, scene.today):
                yield self._dated(case_id, rule.change_in_words(change))

    def _settled(self, cases: Mapping[int, Any], first: date) -> dict[int, dict[Session, int]]:
        found: dict[int, dict[Session, int]] = defaultdict(dict)
        kept = settled_of(self.scene.connection, cases, first, self.scene.today)
        for (case_id, day, half), school in kept.items():
            found[case_id][day, half] = school
        return found

    def _late_education(self) -> Iterator[Dated]:
        """Tell the key worker, and whoever is in charge of all: every day until it begins."""
        scene = self.scene
        every = stands_for_the_manager(scene.team, scene.practice, scene.now) == self.staff.ref
        whose = None if every else list(self._led)
        waits = waiting_for_education(scene.connection, scene.today, whose)
        hidden = hidden_cases(scene, self.staff) if waits else frozenset()
        mine = {case_id: stay for case_id, stay in waits.items() if case_id not in hidden}
        if not mine:
            return
        schools = home_schools(scene.connection, mine)
        for case in cases_at(scene.connection, mine):
            calendar = scene.practice.calendar_of(schools[case.id])
            if words := overdue(mine[case.id], calendar, scene.practice, scene.today):
                yield Dated(child(case.pupil, case.ref), words, scene.today)

    def _ends(self) -> Iterator[Dated]:
        """Remind the key worker of a reduced timetable that ends in five school days."""
        scene, since = self.scene, wall(self.since).date()
        found = patterns_of(scene.connection, self._led) if self._led else {}
        for case_id, patterns in found.items():
            for one in rule.ends_soon(patterns, scene.practice.calendar, since, scene.today):
                ends = f"the reduced timetable ends on {day_shown(one.until_on)}"
                yield self._dated(case_id, f"{ends}: agree with them what comes next")

    def _balances(self) -> Iterator[Dated]:
        """Say once a week which families mostly hear what went wrong."""
        scene, led = self.scene, self._led
        since = rule.weighed_from(scene.practice.calendar, scene.today)
        found = (
            records.weighed(scene.connection, led, self.reader, moment_at(since, time.min))
            if led
            else []
        )
        adults = records.adults_of(scene.connection, [one.case_id for one in found])
        for one in rule.of_each_family(found, adults):
            words = rule.weighed_in_words(one, led[one.case_id].ref, scene.today)
            yield self._dated(one.case_id, words)


def attendance_news(
    scene: Scene, staff: Someone, reader: Reader, since: datetime, load: Mapping[int, Row[Any]]
) -> tuple[Dated, ...]:
    """List the news of attendance for one reader since they were last told."""
    return News(scene, staff, reader, since, load).lines()
