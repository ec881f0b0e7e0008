"""Placements, agreed sessions and holds, as staff settle them: each in one transaction, audited."""

from __future__ import annotations

from collections.abc import Mapping

from bot.desk.on_case import SetHold
from bot.rules.placement import Wrong, numbered, step_fault
from bot.rules.placement_form import Outcome, pattern_in, placed_in
from bot.scene.placements import agreed_in_words, calendar_and_year, placement_lines
from bot.scene.scene import Scene
from storage import audit, holds, placements
from storage.addresses import Someone
from storage.attending import look_again
from storage.cases import case_ids
from storage.holding import hold_cases


def set_placement(scene: Scene, by: Someone, case: str, form: Mapping[str, str]) -> Outcome:
    """Write down the dates of a placement as a form gives them."""
    case_id = _held(scene, case)
    placed, wrong = placed_in(form, scene.practice.calendar, scene.today)
    if wrong:
        return Outcome(wrong=tuple(wrong))
    if not placements.place(scene.connection, case_id, placed, by.ref, scene.now):
        return Outcome("It stood so already.")
    look_again(scene.connection, [case_id], scene.now)
    says = placement_lines(scene, case_id)[0]
    audit.append(scene.connection, scene.now, by.ref, "placement set", case)
    return Outcome(says)


def agree_sessions(scene: Scene, by: Someone, case: str, form: Mapping[str, str]) -> Outcome:
    """Write down which sessions were agreed for a while; a step back follows on the one before."""
    case_id = _held(scene, case)
    pattern, wrong = pattern_in(form)
    if pattern is None or wrong:
        return Outcome(wrong=tuple(wrong))
    if pattern.kind == "reintegration":
        known = [each.pattern for each in placements.agreed_on(scene.connection, case_id)]
        steps = [each for each in known if each.kind == "reintegration"]
        fault = step_fault(calendar_and_year(scene, case_id)[0], steps, pattern)
        if fault:
            return Outcome(wrong=(Wrong("from_on", fault),))
        pattern = numbered(steps, pattern)
    placements.agree(scene.connection, case_id, pattern, form["agreed_by"], scene.now)
    look_again(scene.connection, [case_id], scene.now)
    audit.append(scene.connection, scene.now, by.ref, f"sessions agreed: {pattern.kind}", case)
    return Outcome(f"Agreed: {agreed_in_words(pattern)}.")


def stop_sessions(scene: Scene, by: Someone, case: str, pattern_id: int) -> Outcome:
    """Stop what was agreed: from now on the child is expected as if it had not been."""
    case_id = _held(scene, case)
    if not placements.stop_pattern(scene.connection, case_id, pattern_id, scene.now):
        return Outcome("That was stopped already.")
    look_again(scene.connection, [case_id], scene.now)
    audit.append(scene.connection, scene.now, by.ref, "sessions stopped", f"{case} {pattern_id}")
    return Outcome("Stopped: it counts no more.")


def change_hold(scene: Scene, by: Someone, change: SetHold) -> None:
    """Hold messages about attendance to a family, or let them go again; the caller audits it."""
    case_id = _held(scene, change.case)
    if change.kind:
        today, now = scene.today, scene.now
        changed = holds.hold(scene.connection, case_id, change.kind, by.ref, today, now)
    else:
        changed = holds.release(scene.connection, case_id, by.ref, scene.now)
    if changed:
        look_again(scene.connection, [case_id], scene.now)


def placed_on(scene: Scene, case: str) -> tuple[str, ...]:
    """Say everything that is settled about a child's time here."""
    return tuple(placement_lines(scene, _id(scene, case)))


def held_on(scene: Scene, case: str) -> str:
    """Say why messages about attendance to a family are held; empty: they are not."""
    case_id = _id(scene, case)
    return holds.held(scene.connection, [case_id], scene.today).get(case_id, "")


def _id(scene: Scene, case: str) -> int:
    return case_ids(scene.connection, [case])[case]


def _held(scene: Scene, case: str) -> int:
    """Keep everything else from this family until it is done: the gate reads what changes here."""
    case_id = _id(scene, case)
    hold_cases(scene.connection, [case_id])
    return case_id
