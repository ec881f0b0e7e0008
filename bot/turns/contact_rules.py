"""The contact rules of one adult are set: nothing passes the gate while they change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.domain import NotReady
from bot.imports.carers import read_carer
from bot.imports.faults import Fault, Rejected
from bot.imports.rows import Row
from bot.imports.times import DAYS
from bot.rules.contact_rules import Rules, is_name, loosened, meaning, refusal
from bot.rules.hours import last_in_day
from bot.rules.windows import nearest_in_window
from bot.scene.family import family_of
from bot.scene.scene import Scene
from bot.turns.loosening import tell_others, write_down
from bot.turns.rights import may_on
from bot.turns.transfer import REPLAN
from storage import audit, tasks
from storage.addresses import person_by_ref
from storage.cases import ties_of
from storage.contact_rules import PHONE_CALL, Ruled, missing_elsewhere, rules_of, write_rules
from storage.conversations import set_due
from storage.holding import hold_people

FILE = "rules"  # what faults name as their file
NO_SUCH_ADULT = "This adult does not belong to this family any more."
CHECKED = "yes"


def set_rules(
    scene: Scene, case_id: int, form: Mapping[str, str], by: str, *, manager: bool
) -> str:
    """Set the rules a form gives for one adult; says what they mean now.

    Raises `Rejected` for what cannot be read, and `NotReady` for what is not theirs to loosen.
    """
    adults = {one.ref: one for one in rules_of(scene.connection, case_id)}
    adult = adults.get(form.get("to", ""))
    if adult is None:
        raise NotReady(NO_SUCH_ADULT)
    hold_people(scene.connection, [adult.person_id])
    held = next(one for one in rules_of(scene.connection, case_id) if one.ref == adult.ref)
    rules = _read(form, held)
    confirmed = is_name(form.get("confirm", ""), held.name)
    rights = {"manager": manager, "everywhere": _may_everywhere(scene, held, by)}
    if why := refusal(held.rules, rules, confirmed=confirmed, **rights):
        raise NotReady(why)
    write_rules(scene.connection, case_id, held, rules, scene.now)
    left_out = _left_out(scene, held)
    _let_work_go_on(scene, held, by)
    _write_down(scene, case_id, held, rules, by)
    return f"{adult.name}: {meaning(rules)}{left_out}"


def window_cells(form: Mapping[str, str], prefix: str = "") -> dict[str, str]:
    """Write days and hours of a form as a carers file has them."""
    days = [name.title() for name in DAYS if form.get(f"{prefix}{name}") == CHECKED]
    start, end = (form.get(f"{prefix}{edge}", "").strip() for edge in ("from", "until"))
    return {
        "contact_days": ";".join(days),
        "contact_hours": f"{start}-{end}" if start or end else "",
        "avoid": form.get(f"{prefix}avoid", ""),
    }


def _read(form: Mapping[str, str], adult: Ruled) -> Rules:
    """Read the rules by the same checks as a carers file."""
    barred, reason = form.get("do_not_use", ""), form.get("do_not_use_reason", "").strip()
    if barred == "N" and reason == adult.rules.reason:
        reason = ""  # it stood there as the reason for what is lifted
    phones = form.get("prefers_phone") == CHECKED
    cells = {
        "do_not_use": barred,
        "do_not_use_reason": reason,
        **window_cells(form),
        "prefers": PHONE_CALL if phones else "",
        "needs": ";".join(adult.needs),
    }
    faults: list[Fault] = []
    carer = read_carer(Row(FILE, 2, cells, faults.append))
    if faults:
        raise Rejected(faults)
    return Rules(
        carer.do_not_use,
        carer.do_not_use_reason,
        carer.window,
        form.get("copy_only") == CHECKED,
        phones,
        form.get("shared_phone") == CHECKED,
        form.get("discreet") == CHECKED,
    )


def _left_out(scene: Scene, adult: Ruled) -> str:
    """Warn that the rules leave no moment for the weekly check-in, which nobody would miss."""
    person = person_by_ref(scene.connection, adult.ref)
    family = family_of(scene, person) if person else None
    if family is None or family.muted:
        return ""
    rhythm = scene.practice.check_in
    weekday = last_in_day(scene.worker(family.standing.staff).hours, rhythm.weekday)
    ahead = (rhythm.weekday if weekday is None else weekday) - scene.today.weekday()
    day = scene.today + timedelta(days=ahead % 7)
    if nearest_in_window(family.window, day, rhythm.at, rhythm.margin) is not None:
        return ""
    return f" The weekly check-in comes on a {day:%A}, so it is left out."


def _let_work_go_on(scene: Scene, adult: Ruled, by: str) -> None:
    """Work out anew when they are written to; nobody has to set their rules any more."""
    set_due(scene.connection, REPLAN, adult.ref, scene.now)
    if not missing_elsewhere(scene.connection, adult.person_id):
        kinds = ("set_rules",)
        tasks.close_all(scene.connection, adult.person_id, kinds, by, "rules set", scene.now)


def _write_down(scene: Scene, case_id: int, adult: Ruled, rules: Rules, by: str) -> None:
    """Write on the case what counts from now on, and for all to see what protects no more."""
    meant = f"{meaning(rules)} Before: {meaning(adult.rules)}"
    write_down(scene, [case_id], adult, meant, by)
    gone = sorted(loosened(adult.rules, rules))
    tell_others(scene, case_id, adult, gone, by)
    subject = f"{adult.ref} no longer {', '.join(gone)}" if gone else adult.ref
    audit.append(scene.connection, scene.now, by, "contact rules set", subject)


def _may_everywhere(scene: Scene, adult: Ruled, by: str) -> bool:
    """Say whether somebody may set the rules for every child of an adult."""
    staff = person_by_ref(scene.connection, by)
    ties = ties_of(scene.connection, adult.person_id)
    return staff is not None and all(may_on(scene, staff, "rules", tie.case_id) for tie in ties)
