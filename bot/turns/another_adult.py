"""An adult comes to a family: nobody known is renamed, moved or joined to it unseen.

One number is one person here. Whose it is decides what may happen: nobody's makes a new adult, and
so does one that somebody of another name had before. A known adult's makes them an adult of this
child too once somebody has said that it is they, and puts no other number of theirs out of use.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from bot.domain import NotReady
from bot.flows.reading import folded
from bot.imports.carers import CarerRow
from bot.imports.faults import Rejected
from bot.rules.contact_rules import meaning
from bot.rules.routing import owners
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.turns.digest_parts import first_name
from bot.turns.numbers import WRONG
from bot.turns.taking_on import AskedAgain, ask_to_prove, claim_all
from storage import audit, contacts
from storage.addresses import Line, Someone, hold_line, lines_of, person_by_id
from storage.cases import Tie, case_ids, ties_of, ties_on
from storage.contact_rules import Ruled, mark_set, rules_of
from storage.numbers import TAKEN
from storage.staff import key_workers_of

PHONE = "sms"
HERE = "{name} is an adult of this family already. Nothing was taken in: correct them above."
THEIRS = (
    "That is or was the number of {name}, an adult of this family. Nothing was taken in: if it"
    " has changed, correct the number above first."
)
SHARED = (
    "That is the number of {name}, an adult of {where}. Nothing was taken in yet. If this is the"
    " same person, tick so below the number and send it once more: they then have one thread about"
    " all these children, texts keep to the strictest rules of all, and whoever works with the"
    " others is told. If it is somebody else, ask for a number of their own."
)
OLD_NUMBER = (
    "That was their number. Theirs now is on record: leave it, or correct it on their family's"
    " page."
)
ELSEWHERE = "another family"  # a case that is not there for whoever asks
JOINED = (
    "{name} is an adult of another child here too from now on, says {by}. What they write may be"
    " about either, and texts keep to the strictest rules of both."
)
JOINED_BARRED = (
    "{name} is an adult of another child here too from now on, says {by}. They must not be"
    " contacted about one of the children: nothing is sent to them any more, about any child."
)
SILENT = "Nothing is sent to them any more."
BARRED_ELSEWHERE = "They must not be contacted about another child: nothing is sent to them here."


def next_in_turn(scene: Scene, case_id: int) -> int:
    """Say where a new adult comes: after all whom this family has."""
    known = (tie.priority for _person, tie in ties_on(scene.connection, [case_id]))
    return min(max(known, default=0) + 1, 99)


def as_on_record(
    scene: Scene,
    row: CarerRow,
    form: Mapping[str, str],
    sees: Callable[[int], bool],
    case_id: int | None = None,
) -> tuple[CarerRow, bool]:
    """Make an adult ready to be put on record; says also whether they were known.

    Whoever was not is put there as somebody new, whatever a file of the same words would do.

    Raises `NotReady` for an adult this family has and for a number that is not to be used,
    `Rejected` for one of somebody else's, and `AskedAgain` for a known adult until somebody has
    said that it is they.
    """
    if case_id is not None:
        _refuse_here(scene, case_id, row)
    line = hold_line(scene.connection, PHONE, row.phone, scene.now)
    known = _whose(scene, line, row, case_id)
    if line.wrong_at is not None:
        raise NotReady(WRONG)
    if known is None:
        return row, False
    if line.dead_at is not None and _has_another(scene, known):
        raise NotReady(OLD_NUMBER)
    if form.get("same") != known.ref:
        where = _where(scene, known, sees)
        raise AskedAgain(SHARED.format(name=known.name, where=where), ask_same=known.ref)
    return replace(row, name=known.name, reads=known.language), True


def settle_adult(scene: Scene, case: str, by: str, row: CarerRow, *, known: bool) -> list[str]:
    """Begin with an adult who has just been put on record; names them if somebody has to ring."""
    case_id = case_ids(scene.connection, [case])[case]
    adult = _named(scene, case_id, row.name)
    mark_set(scene.connection, case_id, adult.person_id, scene.now)
    if known:
        tell_others(scene, case_id, row.name, by)
    else:
        claim_all(scene, adult.person_id)
    asked = ask_to_prove(scene, case_id, [adult.person_id])
    said = f"New adult: {adult.name}, {adult.relation}. {meaning(adult.rules)}"
    _write_down(scene, [case_id], said, by)
    subject = f"{case} {adult.ref}{' known before' if known else ''}"
    audit.append(scene.connection, scene.now, by, "took an adult on", subject)
    return asked


def tell_others(scene: Scene, case_id: int, name: str, by: str) -> None:
    """Say on a known adult's other cases, and to who keeps them, that they are one family now.

    Which child it is about is not named: that case need not be there for whoever reads this.
    """
    adult = _named(scene, case_id, name)
    ties = ties_of(scene.connection, adult.person_id)
    others = [tie for tie in ties if tie.case_id != case_id]
    barred = any(tie.do_not_use for tie in ties)
    joined = JOINED_BARRED if barred else JOINED
    said = joined.format(name=adult.name, by=first_name(scene, by))
    _write_down(scene, [tie.case_id for tie in others], said, by)
    for tie in others:
        _tell(scene, tie, adult, said, by, barred=barred)
    if any(tie.do_not_use for tie in others):
        _write_down(scene, [case_id], f"{adult.name}: {BARRED_ELSEWHERE}", by)


def _named(scene: Scene, case_id: int, name: str) -> Ruled:
    adults = rules_of(scene.connection, case_id)
    return next(one for one in adults if folded(one.name) == folded(name))


def _refuse_here(scene: Scene, case_id: int, row: CarerRow) -> None:
    """A carers file would take somebody of this name for the same adult with a new number."""
    for one in rules_of(scene.connection, case_id):
        if folded(one.name) == folded(row.name):
            raise NotReady(HERE.format(name=one.name))


def _whose(scene: Scene, line: Line, row: CarerRow, case_id: int | None) -> Someone | None:
    """Find the adult of another family whom a number means; None: it is free for somebody new."""
    if line.person_id is None:
        return None
    known = person_by_id(scene.connection, line.person_id)
    if case_id in {tie.case_id for tie in ties_of(scene.connection, known.id)}:
        raise NotReady(THEIRS.format(name=known.name))
    if known.kind == "carer" and folded(known.name) == folded(row.name):
        return known
    if known.kind == "carer" and line.dead_at is not None:
        return None  # no text reaches its owner there any more: it may be anybody's by now
    raise Rejected([row.phone_at.fault(TAKEN)])


def _has_another(scene: Scene, known: Someone) -> bool:
    """Say whether somebody has a number in use: bringing an old one back would end that one."""
    lines = lines_of(scene.connection, known.id)
    return any(line.channel == PHONE and line.dead_at is None for line in lines)


def _where(scene: Scene, known: Someone, sees: Callable[[int], bool]) -> str:
    """Name the other children as far as whoever asks may know of them."""
    ties = ties_of(scene.connection, known.id)
    shown = [f"{tie.pupil_first_name} {tie.case}" for tie in ties if sees(tie.case_id)]
    hidden = [ELSEWHERE] if len(shown) < len(ties) or not ties else []
    return " and ".join([*shown, *hidden])


def _tell(scene: Scene, tie: Tie, adult: Ruled, said: str, by: str, *, barred: bool) -> None:
    workers = key_workers_of(scene.connection, [tie.case_id], scene.today)
    masked = f"{tie.initials} {tie.case}: {adult.ref} is an adult of another child here too now."
    masked = f"{masked} {SILENT}" if barred else masked
    matter = Matter("adult", f"{tie.pupil_first_name} {tie.case}: {said}", discreet_words=masked)
    for ref in owners(scene.team, scene.practice, workers, scene.now):
        if ref != by:
            notify(scene, ref, None, matter, name=f":{tie.case}")


def _write_down(scene: Scene, cases: Collection[int], words: str, by: str) -> None:
    entry = contacts.Entry(
        at=scene.now,
        recorded_at=scene.now,
        direction="internal",
        mode="note",
        done_by=by,
        recorded_by=by,
        purpose="adult",
        words=words,
        salt=scene.taskforce.salt(),
    )
    contacts.log(scene.connection, entry, cases)
