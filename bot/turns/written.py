"""What staff write down becomes rows: logged contacts, notes, promises and decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.desk.base import Decide, Decided, MakePromise, Promised
from bot.flows.base import LogContact, WriteNote
from bot.rules.hours import on_shift
from bot.rules.logged import AGENCIES, Logged
from bot.rules.routing import heads, safeguarding
from bot.scene.matters import PROMISE, number_in, promise_buttons
from bot.scene.scene import Scene
from bot.turns.digests import standing_for
from storage import audit, contacts, decisions, meetings, promises
from storage.addresses import Someone, person_by_ref
from storage.cases import case_ids, ties_on
from storage.details import Detail, keep_detail
from storage.kept import keep_what_follows

NOT_FOUND = "Nothing was saved: this family is on no case any more. Type it again."
CARER = "carer"
NOT_FAMILY = AGENCIES | {"pupil"}
PRIVATE = "restricted_clinical"


def log_contact(scene: Scene, staff: Someone, effect: LogContact) -> str:
    """Write a contact into the log of its cases; returns what the desk says."""
    ids = case_ids(scene.connection, effect.cases)
    family = person_by_ref(scene.connection, effect.person)
    if not ids or family is None:
        return NOT_FOUND
    logged, moment = effect.logged, effect.logged.moment(effect.typed)
    who, relations = _who(scene, family, ids.values(), logged)
    worker = scene.worker(staff.ref)
    entry = contacts.Entry(
        at=moment,
        recorded_at=scene.now,
        direction=logged.direction,
        mode=logged.mode,
        done_by=staff.ref,
        recorded_by=staff.ref,
        purpose=logged.purpose,
        words=effect.words,
        salt=scene.taskforce.salt(),
        person_id=who,
        attempt_result=logged.result or None,
        out_of_hours=not on_shift(worker.hours, scene.practice.calendar, moment),
    )
    contact_id = contacts.log(scene.connection, entry, ids.values())
    keep_detail(scene.connection, contact_id, _detail(logged, relations))
    _keep_from_whom_it_is_about(scene, staff, contact_id, ids.values())
    _audited(scene, staff, "LogContact", f"contact {contact_id}")
    return f"Saved on {_and(effect.cases)}.{_mind(scene, who, ids.values())}"


def _mind(scene: Scene, who: int | None, case_ids: Iterable[int]) -> str:
    """Say so if this was somebody who must not be contacted; it is logged all the same."""
    ties = [tie for person, tie in ties_on(scene.connection, case_ids) if person == who]
    if not any(tie.do_not_use for tie in ties):
        return ""
    top = safeguarding(scene.team, scene.practice)
    tell = f" Tell {scene.worker(top).first_name} today." if top else ""
    return f" Mind: on {ties[0].case} the {ties[0].relation} must not be contacted.{tell}"


def _keep_from_whom_it_is_about(
    scene: Scene, staff: Someone, contact_id: int, case_ids: Collection[int]
) -> None:
    """What is written down by whoever knows of a complaint goes on from it while it stands."""
    about, in_charge = (
        (contact_id, case_ids, scene.now, scene.now),
        heads(scene.team, scene.practice),
    )
    keep_what_follows(scene.connection, *about, by=staff.ref, in_charge=in_charge)


def _who(
    scene: Scene, family: Someone, ids: Iterable[int], logged: Logged
) -> tuple[int | None, list[str]]:
    """Find which adult it was with, and name everybody by what they are to the child.

    None: it was somebody the records do not hold, such as a grandmother or the school.
    """
    ties = ties_on(scene.connection, ids)
    own = next((_spelt(tie.relation) for who, tie in ties if who == family.id), CARER)
    relations = list(dict.fromkeys(own if each == CARER else each for each in logged.relations))
    adults = [each for each in relations if each not in NOT_FAMILY]
    if not relations or own in adults:
        return family.id, relations
    meant = {who for who, tie in ties if _spelt(tie.relation) in relations}
    return (meant.pop() if len(meant) == 1 else None), relations


def _spelt(relation: str) -> str:
    return relation.replace(" ", "_")


def _detail(logged: Logged, relations: list[str]) -> Detail:
    return Detail(
        place=logged.place,
        activity=logged.activity,
        minutes=logged.minutes,
        travel_minutes=logged.travel_minutes,
        participants=[*relations, *logged.staff],
        child_present=logged.child.present,
        child_seen=logged.child.seen,
        child_seen_alone=logged.child.alone,
        topics=logged.topics,
        outcome=logged.outcome,
    )


def write_note(scene: Scene, staff: Someone, note: WriteNote) -> str:
    """Write a note into the log of its cases; nothing of it is ever sent."""
    ids = case_ids(scene.connection, note.cases)
    if not ids:
        return NOT_FOUND
    worker = scene.worker(staff.ref)
    entry = contacts.Entry(
        at=scene.now,
        recorded_at=scene.now,
        direction="internal",
        mode="note",
        done_by=staff.ref,
        recorded_by=staff.ref,
        purpose="other",
        words=note.words,
        salt=scene.taskforce.salt(),
        sensitivity=PRIVATE if note.private else "team",
        out_of_hours=not on_shift(worker.hours, scene.practice.calendar, scene.now),
    )
    contact_id = contacts.log(scene.connection, entry, ids.values())
    _keep_from_whom_it_is_about(scene, staff, contact_id, ids.values())
    _audited(scene, staff, "WriteNote", f"contact {contact_id}")
    return f"The note is on {_and(note.cases)}. Nothing was sent."


def write_down(
    scene: Scene, staff: Someone, change: MakePromise | Decide
) -> tuple[tuple[str, str], ...]:
    """Keep a promise or a decision; returns the buttons that stand under the answer."""
    if isinstance(change, Decide):
        _decide(scene, staff, change)
        return ()
    return _make_promise(scene, staff, change)


def _make_promise(scene: Scene, staff: Someone, change: MakePromise) -> tuple[tuple[str, str], ...]:
    number = promises.make_promise(
        scene.connection,
        promises.NewPromise(
            case_id=case_ids(scene.connection, [change.case])[change.case],
            staff_id=staff.id,
            made_by=staff.ref,
            words=change.words,
            at=scene.now,
            due_on=change.due_on,
        ),
    )
    return promise_buttons(number)


def _decide(scene: Scene, by: Someone, change: Decide) -> None:
    decisions.decide(
        scene.connection,
        decisions.NewDecision(
            case_id=case_ids(scene.connection, [change.case])[change.case],
            kind=change.kind,
            words=change.words,
            by=by.ref,
            at=scene.now,
            due_on=change.due_on,
            owner=change.owner,
            meeting_id=meetings.sitting_in(scene.connection, by.ref, scene.today),
            decided_by=change.decided_by,
        ),
    )


ENDED = {
    "kept": "Kept. Thank you.",
    "dropped": "Not any more: it is off your list.",
    "undone": "Taken back: nothing was promised.",
}


def end_promise(scene: Scene, staff: Someone, key: str) -> str:
    """Do what a button `p:<promise>:<outcome>` says; returns the line the desk answers."""
    number, outcome = number_in(key, PROMISE), key.rpartition(":")[2]
    if number is None or outcome not in ENDED:
        return "This button is not known here."
    if not _answers_for(scene, staff, number):
        return "That promise is a colleague's."
    if not promises.end_promise(scene.connection, number, staff.ref, outcome, scene.now):
        return "That is done already."
    _audited(scene, staff, f"promise {outcome}", f"promise {number}")
    return ENDED[outcome]


def _answers_for(scene: Scene, staff: Someone, number: int) -> bool:
    """Say whether a promise is somebody's, or of whom they stand in for."""
    owner = promises.owner_of(scene.connection, number)
    return owner is None or owner in standing_for(scene, staff.ref)


def promised_to(scene: Scene, staff: Someone) -> tuple[Promised, ...]:
    """List what a member of staff has promised, and those they stand in for, soonest first."""
    owners = [person_by_ref(scene.connection, ref) for ref in standing_for(scene, staff.ref)]
    found = [
        Promised(row.id, row.case_ref, row.pupil, row.words, row.due_on, one.ref)
        for one in owners
        if one is not None
        for row in promises.open_promises(scene.connection, one.id)
    ]
    return tuple(sorted(found, key=lambda one: (one.due_on, one.id)))


def decided_on(scene: Scene, case: str) -> tuple[Decided, ...]:
    """List what was decided about a case, newest first."""
    return tuple(
        Decided(
            kind=row.kind,
            words=row.words,
            by=row.by,
            at=row.at,
            due_on=row.due_on,
            owner=row.owner,
            number=row.id,
            decided_by=row.decided_by,
            done=(row.done_at, row.done_by) if row.done_at else None,
        )
        for row in decisions.decided(scene.connection, case)
    )


def _audited(scene: Scene, staff: Someone, what: str, subject: str) -> None:
    audit.append(scene.connection, scene.now, staff.ref, what, subject)


def _and(cases: Iterable[str]) -> str:
    return " and ".join(cases)
