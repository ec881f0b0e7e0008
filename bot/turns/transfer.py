"""A case passes to another key worker: all that hangs on it moves in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from bot.desk.transfer import NOT_THEIRS
from bot.domain import NotReady
from bot.rules.access import Role, role_of
from bot.rules.routing import heads
from bot.scene.family import Family
from bot.scene.matters import OWN_WORK, Matter
from bot.scene.notices import family_behind, notify
from bot.scene.scene import Scene
from bot.turns.new_key_worker import tell_family
from bot.turns.rights import FOR_THE_TOP
from bot.turns.summaries import visits_to_come
from bot.turns.welcome import ask_anew, waits_for_welcome
from storage import allocations, audit, case_summary, contacts, steps, tasks
from storage.addresses import Someone, hold_line_by_id, person_by_id, person_by_ref
from storage.cases import case_ids
from storage.conversations import set_due
from storage.holding import hold_cases

REPLAN = "replan"  # the job that works out anew when a family is next written to
ELSEWHERE: frozenset[Role] = frozenset(("ap_staff", "admin"))  # they write to no family


@dataclass(frozen=True, slots=True)
class Transferred:
    """What passed to another key worker."""

    cases: tuple[str, ...]
    tasks: int = 0
    promises: int = 0
    told: int = 0  # families that are told by name
    untold: int = 0  # families somebody has to tell in their language


@dataclass(frozen=True, slots=True)
class Passing:
    """One transfer as it goes on: what passes, from whom, to whom."""

    scene: Scene
    by: str
    heir: Someone
    ids: dict[str, int]
    before: dict[int, list[str]]

    def former(self, cases: Iterable[int]) -> frozenset[str]:
        """Name who was key worker of these cases until now."""
        return frozenset(ref for case in cases for ref in self.before.get(case, ()))


def key_workers_on(scene: Scene, case: str) -> frozenset[str]:
    """Name who is key worker of a case today."""
    ids = case_ids(scene.connection, [case])
    found = allocations.key_workers(scene.connection, ids.values(), scene.today)
    return frozenset(ref for refs in found.values() for ref in refs)


def caseload_of(scene: Scene, ref: str) -> tuple[str, ...]:
    """List the cases somebody is key worker of today."""
    person = person_by_ref(scene.connection, ref)
    found = allocations.cases_of(scene.connection, person.id, scene.today) if person else ()
    return tuple(row.ref for row in found)


def carry_out(scene: Scene, by: str, cases: Iterable[str], to: str) -> str:
    """Pass cases on, and say in words what went along."""
    try:
        done = transfer(scene, by, cases, to)
    except NotReady as error:
        return f"Not passed on: {error}"
    name = scene.worker(to).first_name
    counts = [
        (done.tasks, "open matters went along"),
        (done.promises, "promises went along"),
        (done.told, "families are told"),
        (done.untold, "families wait to be told in their language"),
    ]
    also = "".join(f" {what.capitalize()}: {count}." for count, what in counts if count)
    return f"{', '.join(done.cases) or 'Nothing'} passed to {name}.{also}"


def transfer(scene: Scene, by: str, cases: Iterable[str], to: str) -> Transferred:
    """Make somebody the key worker of these cases; raises `NotReady` where that cannot be.

    Unread work keeps its age and stays unread. Whoever was key worker until now keeps only what
    they typed themselves and have on its way.
    """
    heir = _heir(scene, to)
    ids = case_ids(scene.connection, cases)
    hold_cases(scene.connection, ids.values())
    before = allocations.key_workers(scene.connection, ids.values(), scene.today)
    passing = {ref: number for ref, number in ids.items() if before.get(number) != [to]}
    if not all(_may(scene, by, before.get(number, [])) for number in passing.values()):
        raise NotReady(NOT_THEIRS)
    now = Passing(scene, by, heir, passing, {one: before.get(one, []) for one in passing.values()})
    for number in passing.values():
        allocations.pass_case(scene.connection, number, heir.id, scene.today)
    moved, promises = pass_work(now)
    told = [_tell_family(now, person) for person in _adults(now)]
    _tell_of_visits(now)
    for ref, number in passing.items():
        mark_log(now, number)
        audit.append(scene.connection, scene.now, by, "transfer", f"{ref} to {to}")
    return Transferred(tuple(sorted(passing)), moved, promises, told.count(True), told.count(False))


def _tell_of_visits(now: Passing) -> None:
    """Tell the new key worker what is booked: it stands, with whoever was to come."""
    found = visits_to_come(now.scene, now.heir, now.ids.values())
    if found:
        words = "\n".join(("Visits of these families stand as booked. /move changes one.", *found))
        matter = Matter("handed_over", words, discreet_words=words)
        notify(now.scene, now.heir.ref, None, matter, name=":visits")


def pass_work(now: Passing) -> tuple[int, int]:
    """Move what hangs on cases that have passed; counts the open tasks and promises of it."""
    ask_anew(now.scene, now.ids.values(), now.by)
    moved = sum(_pass_task(now, task) for task in _open_work(now))
    return moved, allocations.pass_promises(now.scene.connection, now.ids.values(), now.heir.id)


def _heir(scene: Scene, to: str) -> Someone:
    worker, heir = scene.team.workers.get(to), person_by_ref(scene.connection, to)
    if worker is None or heir is None:
        raise NotReady("There is no member of staff with this id.")
    if not worker.active:
        raise NotReady(f"{worker.first_name} has left: their access has ended.")
    post = case_summary.post(scene.connection, heir.id)
    title, employer = (post.role, post.employer) if post else ("", "")
    if role_of(to, title, employer, scene.practice, keeps=False) in ELSEWHERE:
        raise NotReady(
            f"{worker.first_name} writes to no family: a key worker is one of the taskforce, "
            "and not its administrator."
        )
    return heir


def _may(scene: Scene, by: str, key_workers: Iterable[str]) -> bool:
    """Say whether somebody may pass a case on, now: much may have changed since they were asked."""
    return by in key_workers or by in heads(scene.team, scene.practice)


def _open_work(now: Passing) -> list[Row[Any]]:
    """List what is open about these cases and the people who belong to them."""
    adults = allocations.adults_of(now.scene.connection, now.ids.values())
    return allocations.open_about(now.scene.connection, now.ids.values(), adults)


def _pass_task(now: Passing, task: Row[Any]) -> bool:
    """Give one open task to the new key worker, unless it is somebody else's to do."""
    scene = now.scene
    if task.kind in OWN_WORK | FOR_THE_TOP:
        return False
    if task.contact_id and now.heir.id in contacts.restricted_from(
        scene.connection, task.contact_id
    ):
        return False  # its words are about the new key worker
    if _keeps_it(now, task):
        _let_know(now, task)
        return False
    _give(now, task)
    matter = Matter(task.kind, f"Now yours: {task.words}", task.level, task.contact_id)
    family = _family_of(now, task)
    notify(scene, now.heir.ref, family, matter, task_id=task.id, name=f":{task.id}")
    return True


def _let_know(now: Passing, task: Row[Any]) -> None:
    """Tell the new key worker of danger that stays with whoever has it."""
    holder = task.seen_by or person_by_id(now.scene.connection, task.owner_id).ref
    if task.kind not in steps.DANGER or now.heir.ref in {holder, *task.told}:
        return
    words = f"For you to know, {now.scene.worker(holder).first_name} has this: {task.words}"
    known = Matter("handed_over", words, None, task.contact_id)  # it wakes nobody: somebody has it
    notify(now.scene, now.heir.ref, _family_of(now, task), known, name=f":{task.id}:known")


def _family_of(now: Passing, task: Row[Any]) -> Family | None:
    if task.address_id is None:
        return None
    return family_behind(now.scene, hold_line_by_id(now.scene.connection, task.address_id))


def _give(now: Passing, task: Row[Any]) -> None:
    """Make a task the new key worker's; of danger everybody who was told stays told."""
    connection, heir = now.scene.connection, now.heir
    tasks.give_to(connection, task.id, heir.id, heir.ref)
    if task.kind in steps.DANGER:
        told = dict.fromkeys((heir.ref, *task.told))
        tasks.tell_next(connection, task.id, told, task.respond_by)
        steps.note(connection, task.id, (heir.ref,), steps.HANDED_ON, now.scene.now)


def _keeps_it(now: Passing, task: Row[Any]) -> bool:
    """Say whether a task stays where it is: with a colleague who has it, or a sibling's worker.

    Danger stays with whoever answers for a key worker: the new one may be off today.
    """
    former = now.former(_cases_of(now, task))
    if task.seen_by and task.seen_by not in former:
        return True
    owner = person_by_id(now.scene.connection, task.owner_id)
    if task.kind in steps.DANGER and owner.ref not in former:
        return True
    return owner.id == now.heir.id or owner.ref in _key_workers_left(now, task)


def _cases_of(now: Passing, task: Row[Any]) -> frozenset[int]:
    """List every case of whoever a task is about, and its own."""
    theirs = allocations.adults_of(now.scene.connection, now.ids.values())
    own = {task.case_id} if task.case_id else set()
    return theirs.get(task.person_id, frozenset()) | own


def _key_workers_left(now: Passing, task: Row[Any]) -> frozenset[str]:
    """Name who is key worker, after this transfer, of other cases of whoever the task is about."""
    if task.person_id is None:
        return frozenset()
    others = _cases_of(now, task) - set(now.ids.values())
    found = allocations.key_workers(now.scene.connection, others, now.scene.today)
    return frozenset(ref for refs in found.values() for ref in refs)


def _adults(now: Passing) -> list[Someone]:
    connection = now.scene.connection
    return [person_by_id(connection, one) for one in allocations.adults_of(connection, now.before)]


def _tell_family(now: Passing, person: Someone) -> bool | None:
    """Plan anew when one adult is written to, and tell them who their key worker is now."""
    set_due(now.scene.connection, REPLAN, person.ref, now.scene.now)
    if waits_for_welcome(now.scene, person):
        return None  # a family nobody has welcomed knows no key worker yet
    return tell_family(now.scene, now.heir, now.before, person)


def mark_log(now: Passing, case_id: int) -> None:
    """Write on the case that it passed, by whom, from whom and to whom."""
    scene = now.scene
    names = ", ".join(scene.worker(ref).name for ref in now.before[case_id]) or "nobody"
    entry = contacts.Entry(
        at=scene.now,
        recorded_at=scene.now,
        direction="internal",
        mode="note",
        done_by=now.by,
        recorded_by=now.by,
        purpose="transfer",
        words=f"Key worker: {now.heir.name}, before: {names}.",
        salt=scene.taskforce.salt(),
    )
    contacts.log(scene.connection, entry, [case_id])
