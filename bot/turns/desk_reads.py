"""What the commands about writing, copying and counting may ask of the records."""

from __future__ import annotations

from datetime import date, time
from functools import partial

from bot.desk.books import Books
from bot.desk.reads import Page
from bot.rules import cohort as rule
from bot.rules.calendar import moment_at
from bot.rules.digest_lines import day_shown
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from bot.turns.approving import to_approve
from bot.turns.copying import to_copy
from bot.turns.digest_parts import child, first_name, in_initials
from bot.turns.digests import case_buttons, reader_of, standing_for
from bot.turns.drafts import draft
from storage import case_summary as records
from storage import cohort
from storage.addresses import Line, Someone
from storage.quiet import Quiet, quiet_families
from storage.styles import TEAM, style_of

BUTTONS = 12


def books_for(scene: Scene, line: Line, staff: Someone, *, shown: bool) -> Books:
    """Say what a member of staff may ask of the records here."""
    return Books(
        draft=partial(draft, scene, line, staff),
        to_copy=partial(to_copy, scene, line, staff),
        numbers=partial(_numbers, scene),
        quiet=partial(_quiet, scene, staff, shown=shown),
        style=partial(_style, scene),
        to_approve=partial(to_approve, scene, staff, shown=shown),
    )


def _style(scene: Scene, case: str) -> str:
    return style_of(scene.connection, case) or TEAM


def _quiet(scene: Scene, staff: Someone, *, shown: bool) -> Page:
    """List who has not been in contact, one's own families first."""
    after, hidden = scene.practice.quiet_after_days, hidden_cases(scene, staff)
    found = quiet_families(scene.connection, scene.today, after, reader_of(scene, staff))
    found = [one for one in found if one.case_id not in hidden]
    if not found:
        nobody = f"Every open case had a contact in the last {after} days."
        return Page(nobody, nobody)
    whose = _key_workers(scene, found)
    own = frozenset(standing_for(scene, staff.ref))
    found.sort(key=lambda one: not own & set(whose.get(one.case_id, ())))
    head = f"No contact for {after} days or more, never and longest first: {len(found)}"
    rest = [_in_a_line(scene, one, whose.get(one.case_id, ())) for one in found]
    named = list(zip(found, rest, strict=True))
    buttons = case_buttons([(one.case, one.pupil) for one in found[:BUTTONS]], shown=shown)
    words = [f"- {child(one.pupil, one.case)}: {line}" for one, line in named]
    discreet = [f"- {in_initials(one.pupil, one.case)}: {line}" for one, line in named]
    return Page("\n".join([head, *words]), "\n".join([head, *discreet]), buttons, "quiet list")


def _key_workers(scene: Scene, found: list[Quiet]) -> dict[int, tuple[str, ...]]:
    whose: dict[int, tuple[str, ...]] = {}
    for row in records.allocated(scene.connection, [one.case_id for one in found], scene.today):
        if row.role == "key_worker":
            whose[row.case_id] = (*whose.get(row.case_id, ()), row.ref)
    return whose


def _in_a_line(scene: Scene, one: Quiet, whose: tuple[str, ...]) -> str:
    names = " and ".join(first_name(scene, ref) for ref in whose) or "no key worker"
    if one.last is None:
        return f"never, {names}"
    return f"{one.days} days, last {day_shown(one.last)}, {names}"


def _numbers(scene: Scene, since: date) -> Page:
    words = "\n".join(rule.lines(_counted(scene, since)))
    return Page(words, words)


def _counted(scene: Scene, since: date) -> rule.Cohort:
    connection, start = scene.connection, moment_at(since, time.min)
    ours = cohort.ours(start)
    with_us = cohort.supported(connection, start, rule.SUPPORTED_NOW, rule.DIRECT)
    good, concern = cohort.for_purpose(rule.GOOD_NEWS), cohort.for_purpose(*rule.CONCERNS)
    return rule.Cohort(
        since=since,
        today=scene.today,
        triaged=cohort.triaged(connection, start),
        supported=with_us.every,
        sen=with_us.sen,
        fsm=with_us.fsm,
        csc=with_us.csc,
        by_status=cohort.by_status(connection),
        by_tier=cohort.by_tier(connection),
        ours=cohort.by_mode(connection, ours),
        theirs=cohort.by_mode(connection, cohort.theirs(start)),
        automatic=cohort.count(connection, cohort.automatic(start)),
        minutes=cohort.minutes_by_activity(connection, start),
        out_of_hours=cohort.count(connection, ours, cohort.out_of_hours()),
        by_key_worker=cohort.count(connection, ours, cohort.by_own_key_worker()),
        good_news=cohort.count(connection, ours, good),
        concerns=cohort.count(connection, ours, concern),
    )
