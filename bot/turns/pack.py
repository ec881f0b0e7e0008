"""The pack of a meeting put together from the records, as its reader may see them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeAlias

from sqlalchemy import Row

from bot.rules import pack as rule
from bot.rules.access import may, standing
from bot.rules.calendar import wall
from bot.rules.gate import OPEN_STATUSES
from bot.rules.meetings import Sitting, sitting
from bot.rules.referral import NO_CHILD
from bot.rules.referral_lines import NEW, days_waiting
from bot.scene.names import each_as_read_by
from bot.scene.roles import role
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from bot.turns.digest_parts import ERASED, child, first_name
from bot.turns.digests import first_deadline, reader_of
from bot.turns.pack_lines import Lines, decision_of
from bot.turns.referrals import sight_of as referrals_seen
from storage import pack as records
from storage.addresses import Someone
from storage.digest import Reader
from storage.meetings import held_before
from storage.quiet import quiet_families
from storage.referrals import open_referrals

Sees: TypeAlias = Callable[[int, str], bool]  # may somebody read a case, by its id and status?
UNKNOWN = "an unknown number"
OUTCOMES = {"acted_on": "acted on", "watched": "being watched", "not_urgent": "not urgent"}


def compose(scene: Scene, staff: Someone, on: date, sees: Sees) -> rule.Pack:
    """Put the pack of a day's meeting together for one reader, with one query for each part."""
    held = held_before(scene.connection, on)
    looks_back = sitting(scene.practice.meeting, on, scene.today, held)
    return Gathering(scene, staff, looks_back, sees).pack()


def sight_of(scene: Scene, staff: Someone) -> Sees:
    """Say which cases somebody may read, whatever their part in each: one look for all of them."""
    mine, gone = role(scene, staff), hidden_cases(scene, staff)

    def sees(case_id: int, status: str) -> bool:
        to_them = standing(status, owns=False, supports=False, hidden=case_id in gone)
        return may(mine, "read", to_them)

    return sees


@dataclass(frozen=True)
class Gathering:
    """The parts of one reader's pack."""

    scene: Scene
    staff: Someone
    sitting: Sitting
    sees: Sees

    def pack(self) -> rule.Pack:
        shown = self._cases
        lines = Lines(self.scene, self.reader, self.sitting, shown, self._waits())
        listed = lines.lines()
        triage, waiting = self.referrals()
        return rule.Pack(
            sitting=self.sitting,
            now=self.scene.now,
            events=rule.gravest_first(self.events()),
            due=lines.due(),
            triage=triage,
            waiting=waiting,
            unanswered=rule.oldest_first(self.unanswered()),
            promises=lines.overdue(),
            quiet=self.quiet(),
            cases=listed,
            closed=self.closed(),
            hidden=len(self._every_case) - len(shown),
        )

    @cached_property
    def reader(self) -> Reader:
        return reader_of(self.scene, self.staff)

    @cached_property
    def _every_case(self) -> list[Row[Any]]:
        return records.open_cases(self.scene.connection, OPEN_STATUSES)

    @cached_property
    def _cases(self) -> Mapping[int, Row[Any]]:
        return {row.id: row for row in self._every_case if self.sees(row.id, row.status)}

    @cached_property
    def _tasks(self) -> list[Row[Any]]:
        connection, since = self.scene.connection, self.sitting.since
        rows = records.tasks_for(connection, self.reader, rule.SIGNIFICANT, since)
        return [row for row in rows if self._shows(row)]

    @cached_property
    def _words(self) -> Mapping[int, str]:
        """The words of these tasks, as their reader may read them."""
        words = [row.words or ERASED for row in self._tasks]
        read = each_as_read_by(self.scene, self.staff, words)
        return {row.id: one for row, one in zip(self._tasks, read, strict=True)}

    def _shows(self, row: Row[Any]) -> bool:
        """Say whether a task is for its reader: without a case, only what is about nobody known."""
        if row.case_id is None:
            return row.kind in rule.WITHOUT_CASE
        return self.sees(row.case_id, row.status)

    def events(self) -> Iterable[rule.Event]:
        """Tell what is significant: what came up since, and what is still open from before."""
        for row in self._tasks:
            here = row.done_at is None or self.sitting.holds(row.created_at)
            if row.kind in rule.SIGNIFICANT and here:
                yield rule.Event(
                    case=row.case or "",
                    about=_about(row),
                    level=row.level or "",
                    kind=row.kind,
                    at=row.created_at,
                    words=self._words[row.id],
                    stands=self._stands(row),
                    closed=row.done_at is not None,
                )

    def _stands(self, row: Row[Any]) -> str:
        if row.done_at is not None:
            outcome = OUTCOMES.get(row.ended or "", (row.ended or "closed").replace("_", " "))
            return f"{outcome}, {_when(row.done_at)}, {self._name(row.done_by)}"
        if row.seen_by:
            return f"{self._name(row.seen_by)} has it since {_when(row.seen_at)}"
        return f"nobody has it yet; with {self._name(row.owner)}"

    def unanswered(self) -> Iterable[rule.Unanswered]:
        """Tell what waits for an answer, and whatever is past its time."""
        for row in self._tasks:
            if row.done_at is not None or row.kind in rule.SIGNIFICANT:
                continue
            by = first_deadline(self.scene, row)
            late = by is not None and by < self.scene.now
            if late or row.kind in rule.ANSWERS:
                yield rule.Unanswered(
                    case=row.case or "",
                    about=_about(row),
                    kind=row.kind,
                    words=self._words[row.id],
                    whose=self._name(row.seen_by or row.owner),
                    since=row.created_at,
                    late=late,
                )

    def _waits(self) -> Counter[int]:
        return Counter(row.case_id for row in self._tasks if row.done_at is None and row.case_id)

    def referrals(self) -> tuple[tuple[rule.Referred, ...], tuple[rule.Referred, ...]]:
        """List the referrals to triage, and those that wait for a place."""
        found: dict[bool, list[rule.Referred]] = defaultdict(list)
        for row in open_referrals(self.scene.connection, referrals_seen(self.scene, self.staff)):
            found[row.status == NEW].append(_referred(row, self.scene.today))
        return tuple(found[True]), tuple(found[False])

    def quiet(self) -> tuple[rule.Silent, ...]:
        connection, practice = self.scene.connection, self.scene.practice
        after = practice.quiet_after_days
        rows = quiet_families(connection, self.scene.today, after, self.reader)
        return tuple(
            rule.Silent(row.case, child(row.pupil, row.case), row.last, row.days)
            for row in rows
            if row.case_id in self._cases
        )

    def closed(self) -> tuple[rule.Closed, ...]:
        rows = records.closed_since(self.scene.connection, OPEN_STATUSES, self.sitting.since)
        return tuple(
            rule.Closed(
                row.case, child(row.name, row.case), row.status, row.reason, wall(row.at).date()
            )
            for row in rows
            if self.sitting.holds(row.at) and self.sees(row.case_id, row.stands)
        )

    def _name(self, ref: str) -> str:
        return first_name(self.scene, ref)


def _about(row: Row[Any]) -> str:
    return child(row.pupil, row.case) if row.case else UNKNOWN


def _when(moment: datetime) -> str:
    shown = wall(moment)
    return f"{shown:%a} {shown.day} {shown:%b %H:%M}"


def _referred(row: Row[Any], today: date) -> rule.Referred:
    return rule.Referred(
        ref=row.ref,
        child=row.child or NO_CHILD,
        year=row.year,
        school=row.school,
        route=row.route,
        received_on=row.received_on,
        days=days_waiting(row.received_on, today),
        tier=row.tier,
        agencies=tuple(row.agencies),
    )


def decided_in(scene: Scene, sees: Sees, meeting_id: int) -> tuple[rule.Decision, ...]:
    """List what was decided in a meeting, about cases that have been closed since as well."""
    rows = records.decisions_in(scene.connection, meeting_id)
    return tuple(
        decision_of(scene, row, row.case, child(row.pupil, row.case))
        for row in rows
        if sees(row.case_id, row.stands)
    )
