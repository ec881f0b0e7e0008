"""Who is out now, and where: the place only while they are out, only to who may look for them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.desk.reads import Page
from bot.rules import lone_working as rule
from bot.rules.lone_working import NOT_INSTEAD, Outing
from bot.rules.visit_kinds import PLACES
from bot.rules.visits import Plan, Visit
from bot.scene.chats import labels_at
from bot.scene.family import all_families
from bot.scene.notices import PHONE
from bot.scene.scene import Scene
from bot.turns.outings import buttons
from storage import outings
from storage.addresses import Line, Someone, lines_of, person_by_ref
from storage.visits import find_visit, plan_of, versions_of

NOT_ANY_MORE = "Not any more: the place is shown only while somebody is out."
NOT_YET = "Not yet: the place is shown from {at}."
AT_HOME = "the address is not kept here: look it up under {cases} in your record system"


@dataclass(frozen=True, slots=True)
class OutNow:
    """One member of staff who is out, as the team may see it: no family, no place."""

    outing: int
    staff: str  # staff id
    name: str
    times: str  # "since 14:00, safe by 15:00"
    state: str  # "on the way", "there", "no answer", "SOS"


def out_now(scene: Scene, staff: Someone) -> list[OutNow]:
    """List who is out now. Of themselves nobody reads an alarm: others may see the screen."""
    rules = scene.practice.visits.lone
    return [
        OutNow(
            one.id,
            one.staff,
            scene.worker(one.staff).first_name,
            rule.out_times(one.arrived_at or one.starts_at, one.safe_by, scene.now),
            _state(one, own=one.staff == staff.ref),
        )
        for one in outings.open_outings(scene.connection)
        if rule.in_window(one, rules, scene.now) and one.staff in scene.team.workers
    ]


def _state(out: Outing, *, own: bool) -> str:
    if out.sos_at is not None and not own:
        return "SOS"
    if out.rung and out.sos_at is None and not own:
        return "no answer"
    return "there" if out.arrived_at is not None else "on the way"


def out_page(scene: Scene, staff: Someone) -> Page:
    """Write down who is out now, with the buttons for one's own outing."""
    found = out_now(scene, staff)
    lines = [_in_a_line(one) for one in found] or ["Nobody is out."]
    if not scene.practice.visits.lone.on:
        lines = ["Lone working is switched off here: nobody is asked and nobody is told."]
    words = "\n".join((*lines, NOT_INSTEAD))
    choices = [button for one in found for button in _buttons(scene, staff, one)]
    return Page(words, words, tuple(choices))


def _in_a_line(one: OutNow) -> str:
    return f"- {one.name}: {one.state}, out {one.times}"


def _buttons(scene: Scene, staff: Someone, one: OutNow) -> list[tuple[str, str]]:
    """Make the buttons of one's own outing, or of one that somebody was told of."""
    out = outings.find_outing(scene.connection, one.outing)
    if out is None:
        return []
    if one.staff == staff.ref:
        return list(buttons(out, rule.ASK_LEFT if out.arrived_at else rule.ASK_ARRIVED))
    looks = staff.ref in out.told
    return [(key, f"{one.name}: {label}") for key, label in buttons(out, rule.TOLD) if looks]


def place_of(scene: Scene, line: Line, staff: Someone, out: Outing) -> str:
    """Say where somebody is and how to ring them, while they are out and not a moment longer."""
    rules = scene.practice.visits.lone
    if out.ended_at is not None:
        return NOT_ANY_MORE
    if not rule.in_window(out, rules, scene.now):
        return NOT_YET.format(at=rule.clock(out.starts_at - rules.window_before))
    visit = find_visit(scene.connection, out.visit)
    plan = _plan_then(scene, out)
    if visit is None or plan is None:
        return NOT_ANY_MORE
    name = scene.worker(out.staff).first_name
    times = f"{rule.clock(out.starts_at)} to {rule.clock(out.safe_by)}"
    said = f"{name}, {times}: {_place(visit, plan)}."
    return " ".join(filter(None, (said, _family(scene, line, staff, visit), _phone(scene, out))))


def _plan_then(scene: Scene, out: Outing) -> Plan | None:
    """Read the plan of the version they went out on: the visit may have been moved since."""
    rows = versions_of(scene.connection, out.visit)
    return next((plan_of(row) for row in rows if row.version == out.version), None)


def _place(visit: Visit, plan: Plan) -> str:
    where = PLACES.get(plan.place, plan.place)
    exact = plan.place_words
    if not exact and plan.place == "home":
        exact = AT_HOME.format(cases=", ".join(visit.cases) or "the family's name")
    return f"{where}, {exact}" if exact else where


def _family(scene: Scene, line: Line, staff: Someone, visit: Visit) -> str:
    """Name the family as openly as this place allows; a case kept from the reader by its number."""
    known = dict(all_families(scene, staff))
    shown = labels_at(scene, line, staff).get(visit.person) or known.get(visit.person)
    return f"With {shown or ', '.join(visit.cases)}." if shown or visit.cases else ""


def _phone(scene: Scene, out: Outing) -> str:
    """Give the number of whoever is out."""
    person = person_by_ref(scene.connection, out.staff)
    lines = lines_of(scene.connection, person.id) if person else []
    number = next((one.address for one in lines if one.channel == PHONE), "")
    return f"Phone: {number}." if number else ""
