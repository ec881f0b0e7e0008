"""The parts of a digest that are about cases: what came, what did not arrive, what is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from bot.flows.check_in import CHOICES
from bot.flows.reading import folded, number
from bot.i18n import put
from bot.rules import digest as rule
from bot.rules.calendar import wall
from bot.rules.gate import OPEN_STATUSES
from bot.rules.referral_lines import NEW, Listed
from bot.rules.referral_told import STANDS_IN, stands_for_the_manager
from bot.rules.routing import standing_owner
from bot.scene.kept_back import kept_back
from bot.scene.names import Veil, veil_over
from bot.scene.scene import Scene
from storage import digest as records
from storage import digest_words as spoken
from storage.addresses import Someone
from storage.decisions import Reminded, reminders
from storage.digest import Reader
from storage.promises import open_promises
from storage.referrals import Sight, listed, open_referrals

TREND_OVER = timedelta(weeks=6)
TREND_SHOWN = 4
ERASED = "(erased)"


def child(pupil: str, ref: str) -> str:
    """Name a child to staff: "Kai P01"."""
    return f"{pupil.split(maxsplit=1)[0]} {ref}"


def in_initials(pupil: str, ref: str) -> str:
    """Name a child where no names may stand: "KT P01"."""
    return f"{''.join(part[0] for part in pupil.split())} {ref}"


def first_name(scene: Scene, ref: str) -> str:
    """Name a colleague; somebody who is not on record keeps their id."""
    worker = scene.team.workers.get(ref)
    return worker.first_name if worker else ref


@dataclass(frozen=True, slots=True)
class Gathering:
    """The parts of a digest that are about cases."""

    scene: Scene
    staff: Someone
    reader: Reader
    since: datetime
    load: Mapping[int, Row[Any]]
    away: bool
    hidden: frozenset[int]  # cases that are not there for this reader

    def came(self, waiting: Sequence[Row[Any]]) -> tuple[rule.Came, ...]:
        """Tell what was said; what still waits stands above, a bare choice in the trend."""
        rows = spoken.said(
            self.scene.connection, self.reader, self.load, self.since, both=self.away
        )
        above = {task.contact_id for task in waiting}
        gone = above | {row.amends for row in rows} | {row.id for row in rows if _in(row, waiting)}
        veil = veil_over(self.scene.connection, self.hidden, self.load)
        return tuple(
            rule.Came(about, row.occurred_at, _words(row, veil), *self._by(row))
            for about, row in self._once(rows)
            if row.id not in gone and choice_of(row) is None
        )

    def trends(self) -> tuple[rule.Trend, ...]:
        """Tell the last answers of every case that has answered a check-in since."""
        first = self.scene.now - TREND_OVER
        rows = spoken.check_ins(self.scene.connection, self.reader, self.load, first)
        answers: dict[str, list[str]] = {}
        news: set[str] = set()
        for about, row in self._once(rows):
            if (choice := choice_of(row)) is not None:
                answers.setdefault(about, []).append(choice)
                news |= {about} if row.recorded_at >= self.since else set()
        return tuple(
            rule.Trend(about, tuple(said[-TREND_SHOWN:]))
            for about, said in answers.items()
            if about in news
        )

    def undelivered(self) -> tuple[rule.Undelivered, ...]:
        rows = spoken.undelivered(self.scene.connection, self.reader, self.load, self.since)
        count = Counter(about for about, _row in self._once(rows))
        return tuple(rule.Undelivered(about, number) for about, number in count.items())

    def held(self) -> tuple[rule.Held, ...]:
        refs = {row.ref: child(row.pupil, row.ref) for row in self.load.values()}
        return tuple(
            rule.Held(
                ", ".join(refs[ref] for ref in row.cases if ref in refs),
                f"{self._whose(row.author)}: {row.reason}",
                row.due_at,
            )
            for row in records.held(self.scene.connection, self.load)
            if not self._kept_back(row)
        )

    def _kept_back(self, row: Row[Any]) -> bool:
        """Say whether what waits may answer words that this reader is not to know of."""
        ids = [case.id for case in self.load.values() if case.ref in row.cases]
        return kept_back(self.scene, self.reader, ids).hides(row)

    def promised(self, owners: Iterable[Someone]) -> tuple[rule.Dated, ...]:
        return tuple(
            rule.Dated(child(row.pupil, row.case_ref), row.words, row.due_on)
            for one in owners
            for row in open_promises(self.scene.connection, one.id, self._until())
        )

    def triage(self) -> tuple[Listed, ...]:
        """Tell whoever decides about referrals which of them nobody has decided about."""
        scene = self.scene
        if self.staff.ref != stands_for_the_manager(scene.team, scene.practice, scene.now):
            return ()
        rows = open_referrals(scene.connection, Sight(self.reader, self.hidden))
        return tuple(listed(row) for row in rows if row.status == NEW)

    def dates(self, owners: Iterable[Someone]) -> tuple[rule.Dated, ...]:
        """Tell which placements reach a week that matters, and what was decided and is not done.

        What is late stands first.
        """
        today = self.scene.today
        found = [
            rule.Dated(child(row.pupil, row.ref), words, today)
            for row in self.load.values()
            if (words := self._milestone(row))
        ]
        return tuple(sorted((*found, *self._decided(owners)), key=lambda one: one.on))

    def _decided(self, owners: Iterable[Someone]) -> Iterator[rule.Dated]:
        """Remind who does what was decided, and the key worker; of a leaver's only the latter.

        About a closed case nobody is reminded after the day.
        """
        scene = self.scene
        for row in reminders(
            scene.connection, self._reminded(list(owners)), self._until(), scene.today
        ):
            told = row.due_on >= scene.today or row.status in OPEN_STATUSES
            if told and row.case_id not in self.hidden:
                about = child(row.pupil, row.case)
                yield rule.Dated(about, row.words, row.due_on, self._doer(row.owner))

    def _reminded(self, owners: Sequence[Someone]) -> Reminded:
        """Say for whom: themselves and whom they cover. Who has left is reminded of nothing."""
        team, practice, now = self.scene.team, self.scene.practice, self.scene.now
        found = ((one.ref, standing_owner(team, practice, one.ref, now).via) for one in owners)
        return Reminded(
            doers=[ref for ref, via in found if via in STANDS_IN],
            key_workers=[one.id for one in owners],
            unled=self.staff.ref == stands_for_the_manager(team, practice, now),
        )

    def _doer(self, ref: str | None) -> str:
        """Name who does it, where that is somebody else."""
        if ref is None or ref == self.staff.ref:
            return ""
        worker = self.scene.team.workers.get(ref)
        gone = worker is not None and not worker.active
        return f"{self._name(ref)} has left" if gone else self._name(ref)

    def _milestone(self, row: Row[Any]) -> str | None:
        tiers = self.scene.practice.attendance.tiers
        planned = row.tier in tiers.placements and row.status in OPEN_STATUSES
        if not planned or not rule.begins_a_week(self.since, self.scene.now):
            return None
        return rule.MILESTONES.get(week_of(row, self.scene.today))

    def _until(self) -> date:
        """What is due before this reader is told again is due now."""
        worker, practice = self.scene.worker(self.staff.ref), self.scene.practice
        following = rule.next_moment(worker.hours, practice.calendar, self.scene.now)
        return wall(following).date() if following else self.scene.today

    def _whose(self, author: str | None) -> str:
        if author is None:
            return "an automatic text"
        return "your words" if author == self.staff.ref else f"{self._name(author)}'s words"

    def _by(self, row: Row[Any]) -> tuple[str, bool]:
        ours = row.direction == "outbound"
        return (self._name(row.done_by) if ours else row.person.split(maxsplit=1)[0]), ours

    def _name(self, ref: str) -> str:
        return first_name(self.scene, ref)

    def _once(self, rows: Iterable[Row[Any]]) -> list[tuple[str, Row[Any]]]:
        """Take each contact once, with everybody it is about: siblings are one family."""
        about: dict[int, list[str]] = {}
        found: dict[int, Row[Any]] = {}
        for row in rows:
            case = self.load[row.case_id]
            about.setdefault(row.id, []).append(child(case.pupil, case.ref))
            found[row.id] = row
        return [(", ".join(about[key]), row) for key, row in found.items()]


def week_of(row: Row[Any], today: date) -> int:
    """Count which week of a placement this is."""
    return rule.week_now(row.placement_week, wall(row.recorded_at).date(), today)


def choice_of(row: Row[Any]) -> str | None:
    """Read a check-in's answer back from the log, in whatever language it was given."""
    if row.answering != "check_in" or not row.words:
        return None
    shown, said = number(row.words), folded(row.words)
    for place, choice in enumerate(CHOICES, 1):
        labels = (choice.key, *(folded(put(choice.label, to, {})) for to in ("en", row.language)))
        if shown == place or said in labels:
            return choice.label.source
    return None


def _words(row: Row[Any], veil: Veil) -> str:
    words: str = row.words or ERASED
    return words if row.direction == "inbound" else veil.over(words)


def _in(row: Row[Any], waiting: Sequence[Row[Any]]) -> bool:
    """Say whether these words stand in a task already, though it does not name their contact."""
    said = f": {row.words}"
    return any(
        task.contact_id is None and task.person_id == row.person_id and task.words.endswith(said)
        for task in waiting
    )
