"""A case comes to stand differently: closed, it gets nothing automatic any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Row

from bot.desk.on_case import OnCase, SetCadence
from bot.rules import status as rule
from bot.rules.access import Action
from bot.rules.digest_lines import day_shown
from bot.rules.gate import OPEN_STATUSES
from bot.rules.routing import heads, owners
from bot.rules.status import ChangeStatus
from bot.rules.taper import RETURNING, Rhythm, in_words
from bot.scene.family import family_of
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.turns.closures import closing, may_close
from bot.turns.digest_parts import first_name
from bot.turns.digests import reader_of
from bot.turns.greetings_end import CLOSED, end_welcomes, stop_greetings
from bot.turns.holidays import on_holidays
from bot.turns.placements import held_on, placed_on
from bot.turns.restricting import others_with_work
from bot.turns.rights import may_on
from bot.turns.shifts import on_shifts
from bot.turns.transfer import REPLAN
from bot.turns.visit_loose_ends import of_closed_case
from storage import audit, case_summary, contacts, promises, restricted, statuses
from storage.addresses import Someone, hold_person, person_by_ref
from storage.cases import case_ids, ties_of
from storage.conversations import keep_state, load_state, set_due
from storage.holding import hold_cases
from storage.kept import keep_what_follows
from storage.staff import key_workers_of

NOT_NOW = "Nothing has changed: how this case stands is not yours to say any more."
# What ended with a case, of one and of several.
_DROPPED = ("automatic text that waited is dropped", "automatic texts that waited are dropped")
_CLOSED = ("open question to the family is closed", "open questions to the family are closed")
_STOPPED = (
    "message of the team that waited is stopped",
    "messages of the team that waited are stopped",
)


@dataclass(frozen=True, slots=True)
class _Ended:
    """What ended with a case that closed."""

    dropped: int = 0
    stopped: int = 0  # welcomes, introductions and good news that had not left
    questions: list[str] = field(default_factory=list)  # whose, by person id

    def in_words(self) -> str:
        counts = (
            (self.dropped, _DROPPED),
            (len(self.questions), _CLOSED),
            (self.stopped, _STOPPED),
        )
        return "".join(f" {_many(count, what)}." for count, what in counts if count)


def change_status(scene: Scene, staff: Someone, change: ChangeStatus) -> str:
    """Write down how a case stands from now on, with all that follows; returns what staff read.

    It is done under the lock under which the gate reads it: nothing automatic leaves afterwards.
    """
    case_id = case_ids(scene.connection, [change.case]).get(change.case)
    if case_id is None or not may_on(scene, staff, "status", case_id):
        return NOT_NOW
    fault = rule.fault_in(rule.Said(change.status, change.reason))
    if fault or change.status not in rule.STATUSES:
        return f"Nothing has changed. {fault or rule.HOW}"
    hold_cases(scene.connection, [case_id])
    [case] = case_summary.cases_at(scene.connection, [case_id])
    if _stands_so(scene, case, change):
        return f"{case.ref} is {rule.shown(change.status)} already."
    new = statuses.NewStatus(
        case_id, change.status, change.reason, scene.today, scene.now, staff.ref
    )
    returned_on = _returned_on(scene, case, change.status)
    statuses.change_status(scene.connection, new, returned_on)
    _mark_log(scene, staff, case, change)
    if change.status not in OPEN_STATUSES:
        end_welcomes(scene, case_id, staff.ref)
        of_closed_case(scene, case_id, case.ref)
    ended = _settle(scene, case, staff.ref)
    _tell_owners(scene, staff, case, change, ended)
    audit.append(scene.connection, scene.now, staff.ref, "status", f"{case.ref} {change.status}")
    return f"{case.ref} is {rule.shown(change.status)} now.{ended.in_words()}"


def _stands_so(scene: Scene, case: Row[Any], change: ChangeStatus) -> bool:
    """Say whether this very thing was said before: a button pressed twice is one deed."""
    newest = next(iter(statuses.statuses_of(scene.connection, case.id)), None)
    said = newest is not None and newest.reason == change.reason
    return said and case.status == change.status


def settle_cadence(scene: Scene, change: SetCadence) -> None:
    """Settle how often a family is asked, and work out anew when it is next."""
    case_id = case_ids(scene.connection, [change.case])[change.case]
    hold_cases(scene.connection, [case_id])
    statuses.set_cadence(scene.connection, case_id, change.cadence)
    for ref in statuses.adults_of(scene.connection, case_id):
        set_due(scene.connection, REPLAN, ref, scene.now)


def on_case(scene: Scene, staff: Someone) -> OnCase:
    """Say what a member of staff may ask about one case."""
    return OnCase(
        may=partial(_may, scene, staff),
        stood=partial(stood, scene),
        follows=partial(what_follows, scene, staff),
        often=partial(often_in_words, scene),
        others=partial(_others, scene),
        restricted=lambda ref: restricted.is_restricted(scene.connection, _id(scene, ref)),
        placed=partial(placed_on, scene),
        held=partial(held_on, scene),
        may_close=partial(may_close, scene, staff),
        closing=partial(closing, scene),
        holidays=on_holidays(scene),
        shifts=on_shifts(scene, staff),
    )


def stood(scene: Scene, ref: str) -> tuple[str, ...]:
    """List how a case stands and stood, newest first."""
    [case] = case_summary.cases_at(scene.connection, [_id(scene, ref)])
    rows = statuses.statuses_of(scene.connection, case.id)
    found = tuple(
        f"{rule.shown(row.status)} since {day_shown(row.from_on)} ({first_name(scene, row.by)})"
        f"{': ' if row.reason else ''}{row.reason}"
        for row in rows
    )
    return found or (rule.shown(case.status),)


def what_follows(scene: Scene, staff: Someone, child: str, ref: str, status: str) -> str:
    """Say what would follow if a case came to stand so."""
    [case] = case_summary.cases_at(scene.connection, [_id(scene, ref)])
    tasks = case_summary.open_on(scene.connection, reader_of(scene, staff), [case.id])
    promised = promises.open_on_case(scene.connection, case.id)
    whose = (*(row.owner for row in tasks), *_makers(scene, promised))
    names = tuple(dict.fromkeys(first_name(scene, one) for one in whose))
    left = rule.Left(len(tasks), len(promised), names)
    rhythm = Rhythm(status, case.cadence, _returned_on(scene, case, status))
    often = in_words(rhythm, scene.today, scene.practice.taper)
    return rule.follows(child, case.status, status, left, often)


def _makers(scene: Scene, promised: Iterable[Row[Any]]) -> list[str]:
    found = (promises.owner_of(scene.connection, row.id) for row in promised)
    return [ref for ref in found if ref is not None]


def _may(scene: Scene, staff: Someone, action: Action, ref: str) -> bool:
    return may_on(scene, staff, action, _id(scene, ref))


def often_in_words(scene: Scene, ref: str, cadence: str | None = None) -> str:
    """Say how often a family is asked; `cadence`: were it settled so."""
    [row] = statuses.rhythms(scene.connection, [_id(scene, ref)])
    often = row.cadence if cadence is None else cadence
    rhythm = Rhythm(row.status, often, row.returned_on)
    return in_words(rhythm, scene.today, scene.practice.taper)


def _others(scene: Scene, ref: str, names: tuple[str, ...]) -> str:
    return others_with_work(scene, _id(scene, ref), names)


def _id(scene: Scene, ref: str) -> int:
    return case_ids(scene.connection, [ref])[ref]


def _returned_on(scene: Scene, case: Row[Any], status: str) -> date | None:
    """Say since when a child is back in school: a case that opens again begins anew."""
    known: date | None = case.returned_on
    if status == RETURNING:
        return scene.today if known is None or case.status not in OPEN_STATUSES else known
    return None if status in OPEN_STATUSES else known


def _settle(scene: Scene, case: Row[Any], by: str) -> _Ended:
    """Plan anew when each adult is asked; who belongs to no open case any more is asked nothing."""
    dropped, stopped, questions = 0, 0, []
    for ref in statuses.adults_of(scene.connection, case.id):
        set_due(scene.connection, REPLAN, ref, scene.now)
        person = person_by_ref(scene.connection, ref)
        if person is None:
            continue
        person = hold_person(scene.connection, person.id)
        theirs = ties_of(scene.connection, person.id)
        gone = {tie.case for tie in theirs if tie.status not in OPEN_STATUSES}
        dropped += statuses.drop_waiting(scene.connection, person.id, gone, CLOSED, scene.now)
        stopped += stop_greetings(scene, person, gone, by)
        state = load_state(scene.connection, person.id)
        if state is not None and len(gone) == len(theirs):
            keep_state(scene.connection, person.id, None, scene.now)
            set_due(scene.connection, "silence", person.ref, None)
            questions.append(ref)
    return _Ended(dropped, stopped, questions)


def _tell_owners(
    scene: Scene, staff: Someone, case: Row[Any], change: ChangeStatus, ended: _Ended
) -> None:
    """Tell whoever the family's messages come to, unless they did it themselves."""
    workers = key_workers_of(scene.connection, [case.id], scene.today)
    said = f"is {rule.shown(change.status)} now, says {staff.first_name}.{ended.in_words()}"
    people = (person_by_ref(scene.connection, one) for one in ended.questions)
    asked = next((one for one in people if one is not None), None)
    family = family_of(scene, asked) if asked else None
    matter = Matter(
        "status", f"{case.pupil} {case.ref} {said}", discreet_words=f"{case.ref} {said}"
    )
    for ref in owners(scene.team, scene.practice, workers, scene.now):
        if ref != staff.ref:
            notify(scene, ref, family, matter, name=f":{case.ref}")


def _mark_log(scene: Scene, staff: Someone, case: Row[Any], change: ChangeStatus) -> None:
    """Write on the case how it stands from now on, how it stood, and why."""
    why = f" {change.reason}" if change.reason else ""
    before = rule.shown(case.status)
    entry = contacts.Entry(
        at=scene.now,
        recorded_at=scene.now,
        direction="internal",
        mode="note",
        done_by=staff.ref,
        recorded_by=staff.ref,
        purpose="status",
        words=f"Status: {rule.shown(change.status)}, before: {before}.{why}",
        salt=scene.taskforce.salt(),
    )
    contact_id = contacts.log(scene.connection, entry, [case.id])
    about = (contact_id, [case.id], scene.now, scene.now)
    in_charge = heads(scene.team, scene.practice)
    keep_what_follows(scene.connection, *about, by=staff.ref, in_charge=in_charge)


def _many(count: int, what: tuple[str, str]) -> str:
    """Count something and its verb: "2 open questions to the family are closed"."""
    return f"{count} {what[count > 1]}"
