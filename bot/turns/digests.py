"""A digest put together from the records, as its reader may see them, and sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from bot.rules import digest as rule
from bot.rules.calendar import wall
from bot.rules.digest_lines import counts, lines, told_of
from bot.rules.routing import standing_owner
from bot.scene.desk_notes import due_within
from bot.scene.matters import Matter, open_case
from bot.scene.names import each_as_read_by
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from bot.turns.digest_attendance import attendance_dates
from bot.turns.digest_news import attendance_news
from bot.turns.digest_parts import ERASED, Gathering, child, first_name, in_initials
from bot.turns.visit_digest import visit_dates
from storage import digest as records
from storage.addresses import Someone, person_by_ref
from storage.digest import Reader

BUTTONS = 6  # that a phone shows without scrolling
NO_DIGEST_YET = timedelta(days=3)  # how far back the first one looks


@dataclass(frozen=True, slots=True)
class Composed:
    """A digest, and the cases it offers to open: (reference, pupil's name)."""

    digest: rule.Digest
    cases: tuple[tuple[str, str], ...] = field(repr=False)


def reader_of(scene: Scene, staff: Someone) -> Reader:
    """Say what a member of staff may read."""
    practice = scene.practice
    in_charge = staff.ref in {practice.manager, practice.safeguarding_lead}
    return Reader(staff.id, staff.ref, in_charge)


def case_buttons(cases: Iterable[tuple[str, str]], *, shown: bool) -> tuple[tuple[str, str], ...]:
    """Make the buttons that open cases; where names may not stand they bear initials."""
    name = child if shown else in_initials
    return tuple(open_case(ref, name(pupil, ref)) for ref, pupil in cases)


def standing_for(scene: Scene, ref: str) -> tuple[str, ...]:
    """Name everybody whose families this member of staff answers for now, themselves first."""
    team, practice = scene.team, scene.practice
    theirs = (
        who
        for who in team.workers
        if who != ref and standing_owner(team, practice, who, scene.now).staff == ref
    )
    return (ref, *theirs)


def since_last(scene: Scene, staff: Someone) -> datetime:
    """Find when a member of staff last got a digest; the first one looks back a few days."""
    last = records.last_digest(scene.connection, staff.id, scene.now)
    return last or scene.now - NO_DIGEST_YET


def after_cover(scene: Scene, staff: Someone) -> Row[Any] | None:
    """Find the cover that ended by its day and of which its reader has not been told yet."""
    first = scene.today - records.LOOK_BACK
    cover = records.last_cover(scene.connection, staff.id, first)
    if cover is None or cover.ended_at or not cover.to_on or cover.to_on >= scene.today:
        return None
    last = records.last_digest(scene.connection, staff.id, scene.now)
    return None if last is not None and wall(last).date() > cover.to_on else cover


def compose(scene: Scene, staff: Someone, since: datetime, *, away: bool = False) -> Composed:
    """Put one reader's digest together, with one query for each of its parts."""
    reader = reader_of(scene, staff)
    owners = _owners(scene, staff)
    load = records.caseload_of(scene.connection, [one.id for one in owners], staff.id, scene.today)
    tasks = _shown(records.waiting(scene.connection, reader, [one.id for one in owners]), staff)
    hidden = hidden_cases(scene, staff)
    gathering = Gathering(scene, staff, reader, since, {row.id: row for row in load}, away, hidden)
    digest = rule.Digest(
        now=scene.now,
        since=since,
        waiting=waiting_of(scene, staff, tasks),
        came=gathering.came(tasks),
        trends=gathering.trends(),
        undelivered=gathering.undelivered(),
        held=gathering.held(),
        promised=gathering.promised(owners),
        dates=(
            *visit_dates(scene, staff),
            *gathering.dates(owners),
            *attendance_dates(scene, gathering.load, since),
            *attendance_news(scene, staff, reader, since, gathering.load),
        ),
        triage=gathering.triage(),
        away=away,
    )
    opened = [row for row in tasks if row.case_id not in hidden]
    return Composed(digest, _opens(opened, digest, load))


def send(scene: Scene, staff: Someone, composed: Composed, name: str = "") -> None:
    """Put a digest on its way to its reader's chat, as openly as is approved."""
    digest = composed.digest
    matter = Matter(
        records.PURPOSE,
        "\n".join(lines(digest)),
        discreet_words=f"{counts(digest)}. Open your desk.",
        choices=case_buttons(composed.cases, shown=scene.practice.notices_shown),
    )
    notify(scene, staff.ref, None, matter, name=name)


def _owners(scene: Scene, staff: Someone) -> list[Someone]:
    covered = standing_for(scene, staff.ref)[1:]
    found = (person_by_ref(scene.connection, ref) for ref in covered)
    return [staff, *(one for one in found if one)]


def _shown(tasks: Sequence[Row[Any]], staff: Someone) -> list[Row[Any]]:
    """Leave out what somebody else has taken, unless it is the reader's own."""
    return [row for row in tasks if row.seen_by in (None, staff.ref) or row.owner == staff.ref]


def waiting_of(scene: Scene, staff: Someone, rows: Sequence[Row[Any]]) -> tuple[rule.Waiting, ...]:
    """Say what is open, since when, and who has it."""
    words = each_as_read_by(scene, staff, [row.words or ERASED for row in rows])
    return tuple(_waiting(scene, staff, *one) for one in zip(rows, words, strict=True))


def _waiting(scene: Scene, staff: Someone, row: Row[Any], words: str) -> rule.Waiting:
    taken = row.seen_by if row.seen_by != staff.ref else None
    return rule.Waiting(
        words=words,
        since=row.created_at,
        by=first_deadline(scene, row),
        level=row.level,
        whose="" if row.owner == staff.ref else first_name(scene, row.owner),
        taken_by=first_name(scene, taken) if taken else "",
    )


def first_deadline(scene: Scene, row: Row[Any]) -> datetime | None:
    """Work out by when it was first due: whoever hands it on moves the stored moment."""
    kept: datetime | None = row.respond_by
    if kept is None or row.owner not in scene.team.workers:
        return kept
    matter = Matter(row.kind, "", row.level)
    hours = scene.worker(row.owner).hours
    first = due_within(scene.practice, matter, hours, row.created_at)
    return min(kept, first) if first else kept


def _opens(
    tasks: Sequence[Row[Any]], digest: rule.Digest, load: Sequence[Row[Any]]
) -> tuple[tuple[str, str], ...]:
    """Name the cases worth opening: those that wait first, then those that are told of."""
    waits = [(row.case, row.pupil) for row in tasks if row.case]
    named = {name for about in told_of(digest) for name in about.split(", ")}
    told = [(row.ref, row.pupil) for row in load if child(row.pupil, row.ref) in named]
    return tuple(dict.fromkeys((*waits, *told)))[:BUTTONS]
