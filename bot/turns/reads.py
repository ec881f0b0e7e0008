"""What reading commands may ask of the records, for one member of staff at one moment."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

from sqlalchemy import Row

from bot.desk.reads import Hit, Page, Reads
from bot.flows.reading import folded
from bot.rules.access import may
from bot.rules.calendar import wall
from bot.rules.digest_lines import counts, day_shown, lines, time_shown
from bot.rules.gate import OPEN_STATUSES
from bot.rules.handover import case_lines, in_short, running_cover
from bot.rules.hours import next_shift, shift_ends
from bot.rules.phones import BadNumber, e164
from bot.rules.routing import Worker, standing_owner
from bot.scene.roles import role
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from bot.turns.digest_parts import first_name, in_initials, week_of
from bot.turns.digests import case_buttons, compose, reader_of, since_last, standing_for
from bot.turns.summaries import initials, may_read, pupil_of
from bot.turns.visit_lists import next_and_last
from storage import case_summary as records
from storage import digest
from storage.addresses import Someone, person_by_ref
from storage.cases import case_ids, ties_of

BUTTONS = 12


def reads_for(scene: Scene, staff: Someone, about: int | None, *, shown: bool) -> Reads:
    """Say what a member of staff may read here; `about`: the person a notice is about."""
    return Reads(
        shown=shown,
        today=partial(_today, scene, staff, shown=shown),
        my_cases=partial(_my_cases, scene, staff, shown=shown),
        team=partial(_team, scene),
        case=partial(_case, scene, staff),
        found=partial(_found, scene, staff),
        about=partial(_about, scene, staff, about),
    )


def _today(scene: Scene, staff: Someone, *, shown: bool) -> Page:
    composed = compose(scene, staff, since_last(scene, staff))
    buttons = case_buttons(composed.cases, shown=shown)
    discreet = f"{counts(composed.digest)}. Open your desk."
    return Page("\n".join(lines(composed.digest)), discreet, buttons, "today")


def _my_cases(scene: Scene, staff: Someone, *, shown: bool) -> Page:
    owners = [person_by_ref(scene.connection, ref) for ref in standing_for(scene, staff.ref)]
    ids = [one.id for one in owners if one is not None]
    load = digest.caseload_of(scene.connection, ids, staff.id, scene.today)
    if not load:
        return Page("You have no cases.", "You have no cases.")
    open_tasks = records.open_on(
        scene.connection, reader_of(scene, staff), [row.id for row in load]
    )
    waits = Counter(task.case_id for task in open_tasks)
    names = {one.id: one.first_name for one in owners if one is not None and one.id != staff.id}
    rest = [_in_a_line(scene, row, waits[row.id], names.get(row.staff_id, "")) for row in load]
    open_first = [(row.ref, row.pupil) for row in load if waits[row.id]]
    return Page(
        "\n".join(f"- {row.pupil} {row.ref}: {line}" for row, line in zip(load, rest, strict=True)),
        "\n".join(f"- {in_initials(row.pupil, row.ref)}: {line}"
                  for row, line in zip(load, rest, strict=True)),
        case_buttons(open_first[:BUTTONS], shown=shown),
        "my cases",
    )  # fmt: skip


def _in_a_line(scene: Scene, row: Row[Any], waits: int, whose: str) -> str:
    found = (
        f"tier {row.tier}",
        row.status.replace("_", " "),
        f"week {week_of(row, scene.today)}",
        f"{waits} waiting" if waits else "",
        "supporting" if row.role == "supporting" else "",
        f"for {whose}" if whose and row.role == "key_worker" else "",
    )
    return ", ".join(part for part in found if part)


def _case(scene: Scene, staff: Someone, ref: str) -> Page | None:
    number = case_ids(scene.connection, [ref]).get(ref)
    if number is None or not may_read(scene, staff, number):
        return None
    pupil = pupil_of(scene, staff, number)
    booked = next_and_last(scene, staff, number)
    words = "\n".join((*case_lines(pupil, scene.now), *booked))
    return Page(words, f"{in_short(pupil, initials(pupil.name))}.", read=ref)


def _about(scene: Scene, staff: Someone, about: int | None) -> tuple[Hit, ...]:
    if about is None or not may(role(scene, staff), "families"):
        return ()
    theirs = {tie.case for tie in ties_of(scene.connection, about)}
    return tuple(hit for hit in _hits(scene, staff) if hit.ref in theirs)


def _found(scene: Scene, staff: Someone, words: str) -> tuple[Hit, ...]:
    """Find cases by number, by reference, by a whole name, and failing that by a part of one."""
    if not may(role(scene, staff), "families"):
        return ()
    if (number := _number(words)) is not None:
        whose = records.whose(scene.connection, number)
        person = person_by_ref(scene.connection, whose) if whose else None
        return _about(scene, staff, person.id) if person else ()
    wanted, hits = folded(words), _hits(scene, staff)
    whole = tuple(hit for hit in hits if wanted and wanted in _names(hit))
    return whole or tuple(hit for hit in hits if wanted and wanted in folded(hit.label))


def _number(words: str) -> str | None:
    try:
        return e164(words)
    except BadNumber:
        return None


def _names(hit: Hit) -> set[str]:
    """Every whole name in a label: of the child, of each adult, and each part of them."""
    child, _colon, adults = folded(hit.label).partition(": ")
    names = {hit.ref.casefold(), child, child.rpartition(" ")[0], *adults.split(", ")}
    return names | {part for name in names for part in name.split()}


def _hits(scene: Scene, staff: Someone) -> list[Hit]:
    hidden = hidden_cases(scene, staff)
    cases = [row for row in records.every_case(scene.connection) if row.id not in hidden]
    adults: dict[int, list[str]] = {}
    for row in records.adults(scene.connection, [case.id for case in cases]):
        adults.setdefault(row.case_id, []).append(row.name)
    return [
        Hit(
            case.ref,
            f"{case.pupil} {case.ref}: {', '.join(adults.get(case.id, ['nobody']))}",
            in_initials(case.pupil, case.ref),
        )
        for case in cases
    ]


def _team(scene: Scene) -> Page:
    """Name colleagues and numbers of cases only: it may stand in any staff chat."""
    loads = records.caseloads(scene.connection, scene.today, OPEN_STATUSES)
    here = [worker for worker in scene.team.workers.values() if worker.active]
    listed = "\n".join(
        f"- {worker.name}: {_hours(scene, worker)}{_load(loads, worker)}" for worker in here
    )
    return Page(listed, listed)


def _load(loads: dict[str, int], worker: Worker) -> str:
    count = loads.get(worker.ref, 0)
    return f". {count} case{'' if count == 1 else 's'}" if count else ""


def _hours(scene: Scene, worker: Worker) -> str:
    cover = running_cover(scene.team, worker.ref, scene.today)
    if cover is not None:
        until = f"until {day_shown(cover.to_on)}" if cover.to_on else "until further notice"
        substitute = standing_owner(scene.team, scene.practice, worker.ref, scene.now).staff
        return f"away {until}, {first_name(scene, substitute)} covers"
    calendar = scene.practice.calendar
    ends = shift_ends(worker.hours, calendar, scene.now)
    if ends is not None:
        return f"in until {wall(ends):%H:%M}"
    begins = next_shift(worker.hours, calendar, scene.now)
    if begins is None:
        return "no hours in the next four weeks"
    today = wall(begins).date() == scene.today
    return f"in from {wall(begins):%H:%M}" if today else f"off, back {time_shown(begins)}"
