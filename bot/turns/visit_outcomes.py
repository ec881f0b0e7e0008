"""How a visit went becomes one entry of the log, for everybody who was there."""

from __future__ import annotations

from bot.rules import visit_log as rule
from bot.rules.hours import on_shift
from bot.rules.routing import heads, owners
from bot.rules.visits import BOOKED, OVER, EndVisit, Visit
from bot.scene.desk_notes import raise_task
from bot.scene.family import family_of
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.turns.visit_booking import NOT_NOW
from bot.turns.visit_choosing import NOT_THEIRS
from bot.turns.visit_news import ask_after_missed, plan_visit
from storage import audit, contacts
from storage.addresses import Someone, person_by_id
from storage.booking import change_visit, hold_visit
from storage.cases import ties_on
from storage.details import Detail, keep_detail
from storage.kept import keep_what_follows
from storage.staff import key_workers_of
from storage.visit_outcomes import Ended, keep_outcome, missed_between

KIND = "missed_visits"
PATTERN = (
    "{who}: three visits have not come about in six weeks. It may be a pattern: please find out "
    "what is in the way, and what would make the next one easier."
)
SOMETHING_ELSE = (
    "It is written down already, or was changed meanwhile: /visits shows how it stands."
)


def end_visit(scene: Scene, staff: Someone, ended: EndVisit) -> str:
    """Write down how a visit went, once; returns what the desk says."""
    visit = hold_visit(scene.connection, ended.visit)
    if visit is None or visit.state != BOOKED or visit.version != ended.version:
        return SOMETHING_ELSE
    if staff.ref not in {*visit.plan.staff, visit.made_by, scene.practice.manager}:
        return NOT_THEIRS
    over = change_visit(scene.connection, visit, visit.plan, OVER, "ended", staff.ref, scene.now)
    if over is None or visit.plan.starts_at is None:
        return NOT_NOW
    contact_id = _log(scene, staff, visit, ended) if visit.case_ids else None
    kept = Ended(
        visit.id, ended.outcome, ended.missed, ended.minutes, contact_id, scene.now, staff.ref
    )
    keep_outcome(scene.connection, kept)
    plan_visit(scene, over)
    subject = f"visit {visit.id} {ended.outcome}"
    audit.append(scene.connection, scene.now, staff.ref, "EndVisit", subject)
    saved = f"Saved on {' and '.join(visit.cases)}." if visit.cases else "Saved."
    return " ".join(part for part in (saved, _after(scene, over, ended)) if part)


def _after(scene: Scene, visit: Visit, ended: EndVisit) -> str:
    """Follow up a visit that did not come about: a kind text, and a look at what is in the way."""
    if ended.outcome != "was_not_brought":
        return "Book the new time with /book." if ended.outcome == "rearranged" else ""
    _see_what_is_in_the_way(scene, visit)
    if not (scene.practice.visits.follow_up and visit.person):
        return ""
    return ask_after_missed(scene, visit)


def _log(scene: Scene, staff: Someone, visit: Visit, ended: EndVisit) -> int:
    """Write the one entry: it was done by whoever leads the visit, and names everybody."""
    lead, at = visit.plan.staff[0], visit.plan.starts_at or scene.now
    worker = scene.team.workers.get(lead)
    in_hours = worker is not None and on_shift(worker.hours, scene.practice.calendar, at)
    entry = contacts.Entry(
        at=at,
        recorded_at=scene.now,
        direction=rule.direction(ended.outcome),
        mode=rule.mode(visit),
        done_by=lead,
        recorded_by=staff.ref,
        purpose=rule.purpose(visit.what, ended),
        words=rule.words(visit, ended),
        salt=scene.taskforce.salt(),
        person_id=visit.person_id if _adult_was_met(visit) else None,
        attempt_result=rule.RESULTS.get(ended.outcome),
        out_of_hours=not in_hours,
    )
    contact_id = contacts.log(scene.connection, entry, visit.case_ids)
    keep_detail(scene.connection, contact_id, _detail(scene, visit, ended))
    about = (contact_id, visit.case_ids, scene.now, scene.now)
    in_charge = heads(scene.team, scene.practice)
    keep_what_follows(scene.connection, *about, by=staff.ref, in_charge=in_charge)
    return contact_id


def _adult_was_met(visit: Visit) -> bool:
    return visit.what.meets in {"adult", "both"}


def _detail(scene: Scene, visit: Visit, ended: EndVisit) -> Detail:
    seen = rule.child_seen(visit.what, ended.outcome)
    took_place = ended.outcome in rule.TOOK_PLACE
    return Detail(
        place=rule.place(visit),
        activity=ended.activity or visit.what.logged_as,
        minutes=ended.minutes or None,
        travel_minutes=2 * visit.plan.travel or None if took_place else None,
        participants=[*(_family(scene, visit) if took_place else ()), *visit.plan.staff],
        child_present=seen,
        child_seen=seen,
        child_seen_alone="na",
        topics=(),
        outcome=ended.outcome,
    )


def _family(scene: Scene, visit: Visit) -> list[str]:
    """Name who of the family was there by what they are to the child."""
    ties = ties_on(scene.connection, visit.case_ids)
    adult = [tie.relation.replace(" ", "_") for who, tie in ties if who == visit.person_id][:1]
    child = ["pupil"] if visit.what.meets in {"child", "both"} else []
    return [*child, *(adult if _adult_was_met(visit) else [])]


def _see_what_is_in_the_way(scene: Scene, visit: Visit) -> None:
    """The third missed visit of a case in six weeks is a task for its key worker."""
    rows = missed_between(scene.connection, scene.now - rule.WITHIN, scene.now)
    for case_id, ref in zip(visit.case_ids, visit.cases, strict=True):
        if rule.is_pattern([row.at for row in rows if row.ref == ref], scene.now):
            _raise_pattern(scene, visit, case_id, ref)
            return


def _raise_pattern(scene: Scene, visit: Visit, case_id: int, ref: str) -> None:
    person = person_by_id(scene.connection, visit.person_id) if visit.person_id else None
    family = family_of(scene, person) if person else None
    workers = key_workers_of(scene.connection, [case_id], scene.today)
    told = owners(scene.team, scene.practice, workers, scene.now)
    words = PATTERN.format(who=family.named() if family else ref)
    raise_task(scene, family, told[0], Matter(KIND, words), told=told, case_id=case_id)
