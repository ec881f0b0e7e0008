"""A restored service does nothing twice: what may have happened after the backup is a person's.

What was waiting when a backup was made may have left since, and nobody can know. So nothing that
was due before the restore leaves by itself, and nothing that somebody typed, whenever it was due:
whoever wrote it may have pressed "send now" since, or said it another way. Typed words come back to
their writer, the rest is one list for one person. Notices to staff are the exception: better twice
than never.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, and_, or_, select

from bot.dispatch.attempts import whom
from bot.dispatch.gatekeeping import close_typed, forget_question
from bot.rules.routing import owner
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_at
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.scene.sight import sees_family
from bot.turns.access import revoke
from bot.turns.proposals import end
from bot.turns.transfer import REPLAN, Passing, mark_log, pass_work
from bot.turns.visit_news import plan_visit
from scheduler.passed_over import KIND, REASON, pass_over
from storage import approvals, audit, outbox
from storage.addresses import hold_line_by_id, person_by_id, person_by_ref
from storage.allocations import adults_of
from storage.carryover_team import Passed
from storage.conversations import set_due
from storage.received import note_restored
from storage.tables import Outbox
from storage.visits import live_visits

BY = "system"  # whoever may use this machine; the audit cannot know more


@dataclass(frozen=True, slots=True)
class Settled:
    """What a person has to look at."""

    automatic: int
    typed: int
    questions: int
    check_ins: int


def settle(scene: Scene) -> Settled:
    """Take back what may have been done already, and tell people."""
    rows = list(scene.connection.execute(_perhaps_gone(scene)))
    families = [_meant(scene, row) for row in rows]
    typed = automatic = 0
    listed: list[Family] = []
    for row, family in zip(rows, families, strict=True):
        _take_back(scene, row)
        if row.kind == "person":
            typed += 1
            _back_to_its_writer(scene, row, family)
        else:
            automatic += 1
            listed.append(family)
    over = pass_over(scene)
    _one_list(scene, [*listed, *over.families])
    _end_questions(scene)
    note_restored(scene.connection, scene.now)
    return Settled(automatic, typed, len(over.families), over.skipped)


def plan_again(scene: Scene) -> None:
    """Set every moment of every visit that is still to come: some were booked or moved since."""
    for visit in live_visits(scene.connection):
        plan_visit(scene, visit)


def hand_on(scene: Scene, left: Iterable[str], passed: Iterable[Passed]) -> int:
    """Give the open work of whoever was replaced, or has left, to whoever has it now."""
    moved = sum(_pass_on(scene, one) for one in passed)
    for ref in left:
        moved += revoke(scene, ref, BY).tasks_moved
    return moved


def _pass_on(scene: Scene, one: Passed) -> int:
    """Pass what hangs on one case; its family was told when it passed, and is told no more."""
    ref = one.heir or owner(scene.team, scene.practice, None, scene.now).staff
    heir = person_by_ref(scene.connection, ref)
    if heir is None:
        return 0
    about = replace(scene, key=f"{scene.key}:{one.case}")
    now = Passing(about, BY, heir, {one.case: one.case_id}, {one.case_id: list(one.before)})
    moved, _promises = pass_work(now)
    for person_id in adults_of(scene.connection, [one.case_id]):
        subject = person_by_id(scene.connection, person_id).ref
        set_due(scene.connection, REPLAN, subject, scene.now)
    if one.heir:
        mark_log(now, one.case_id)
    audit.append(scene.connection, scene.now, BY, "transfer", f"{one.case} to {one.heir or '-'}")
    return moved


def _perhaps_gone(scene: Scene) -> Any:
    might_have_left = or_(Outbox.due_at <= scene.now, Outbox.kind == "person")
    waits = and_(Outbox.status.in_(("waiting", "held")), might_have_left)
    asked_about = and_(Outbox.status == "uncertain", Outbox.lease_until.is_not(None))
    query = select(Outbox).where(or_(waits, Outbox.status == "sending", asked_about))
    return query.where(Outbox.kind != "staff").order_by(Outbox.id)


def _meant(scene: Scene, row: Row[Any]) -> Family:
    """Load the family a message was for: its address may be somebody else's by now."""
    line = hold_line_by_id(scene.connection, row.address_id)
    person = person_by_id(scene.connection, row.person_id) if row.person_id else None
    return family_at(scene, line, person)


def _take_back(scene: Scene, row: Row[Any]) -> None:
    marks = {"status": "cancelled", "reason": REASON, "lease_until": None}
    outbox.mark(scene.connection, row.id, **marks)
    forget_question(scene, row)
    close_typed(scene, row, "not sent")


def _back_to_its_writer(scene: Scene, row: Row[Any], family: Family) -> None:
    words = (
        f"Not sent again: your message to {family.named()} was waiting when a backup was made "
        "that has now been restored. It may have left since. Ask them whether it arrived, or write "
        f"it again: {row.text}"
    )
    who = whom(scene, row, family)
    about = Scene(scene.connection, scene.taskforce, scene.now, f"{scene.key}:{row.ref}")
    raise_task(about, family, who, Matter(KIND, words, outbox_id=row.id), told=(who,))


def _end_questions(scene: Scene) -> None:
    """Nobody says yes to words of before: a yes may have been said, and they may have gone."""
    for row in approvals.undecided(scene.connection):
        end(scene, row, BY, approvals.EXPIRED)


def _one_list(scene: Scene, families: Iterable[Family]) -> None:
    """Tell one person of them all; a family they do not see is told to whom its messages come."""
    if not scene.team.workers:
        return
    one = owner(scene.team, scene.practice, None, scene.now).staff
    lists: dict[str, dict[str, None]] = {}
    for family in families:
        lists.setdefault(_reads(family, one), {})[family.named()] = None
    for who, named in lists.items():
        words = (
            "A backup was restored. Automatic messages to these families were not sent again, and "
            "open questions were closed: they may have been answered after the backup was made. "
            f"Please look at each: {'; '.join(named)}."
        )
        raise_task(scene, None, who, Matter(KIND, words), told=(who,))


def _reads(family: Family, one: str) -> str:
    """Name who reads of a family: this one person, unless it is not there for them."""
    staff = person_by_ref(family.scene.connection, one)
    if staff is None or family.person is None:
        return one
    return one if sees_family(family.scene, staff, family.person.id) else family.owner.staff
