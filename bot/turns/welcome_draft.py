"""A welcome as its key worker reads it before they say yes: who gets it, and the very words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.i18n import Values
from bot.rules.gate import OPEN_STATUSES
from bot.rules.routing import Worker
from bot.rules.text_message import folded, segments
from bot.rules.welcome import all_worded, welcome_in, welcome_texts
from bot.scene.chats import usable
from bot.scene.family import Family, family_of
from bot.scene.notices import PHONE
from bot.scene.scene import Scene
from storage import allocations
from storage.addresses import person_by_id
from storage.cases import Tie, ties_on

UNPROVEN = "Their number is not confirmed yet: if you can, speak to them first."


@dataclass(frozen=True, slots=True)
class Draft:
    """The welcome of one worker for one adult, about one case."""

    family: Family  # as far as this case goes
    tie: Tie
    worker: Worker
    text: str = field(repr=False)  # with the signature; empty: not in their language
    english: str = field(repr=False)

    @property
    def quoted(self) -> str:
        return f"“{self.text}”"

    @property
    def unsigned(self) -> str:
        return self.text.removesuffix(_signature(self.worker))

    def stands_in(self, notice: str, person_id: int) -> bool:
        """Say whether this is, word for word and for the same adult, what a notice showed."""
        reader = self.family.person
        same = reader is not None and reader.id == person_id
        return same and bool(self.text) and self.quoted in notice


def addressee(scene: Scene, case_id: int) -> Family | None:
    """Find the first adult of a case who may be written to, at an address that can be used."""
    for person_id, tie in ties_on(scene.connection, [case_id]):
        if tie.do_not_use or tie.copy_only:
            continue
        family = family_of(scene, person_by_id(scene.connection, person_id))
        if family and not family.muted and usable(family.line) and not family.line.opted_out_at:
            return family
    return None


def draft_of(scene: Scene, case_id: int, worker: Worker) -> Draft | None:
    """Word a welcome as it would go now. None: nobody of the family may be written to."""
    family = addressee(scene, case_id)
    if family is None:
        return None
    tie = next(tie for tie in family.ties if tie.case_id == case_id)
    language, children = family.language, _children(family, case_id, worker)
    worded = all_worded(welcome_texts(worker.hours), language)
    fits = worded and language in scene.practice.languages
    return Draft(
        family=replace(family, ties=(tie,)),
        tie=tie,
        worker=worker,
        text=_words(family, children, worker, language) if fits else "",
        english=_words(family, children, worker, "en"),
    )


def _words(family: Family, children: tuple[str, ...], worker: Worker, language: str) -> str:
    person = family.facts().person
    values: Values = {"person": person, "worker": worker.first_name, "pupil": children}
    return welcome_in(language, worker.hours, values) + _signature(worker)


def _signature(worker: Worker) -> str:
    """Write what is put under everything a worker types."""
    return f"\n{worker.first_name}"


def _children(family: Family, case_id: int, worker: Worker) -> tuple[str, ...]:
    """Name every child of this adult the worker is there for: siblings are one family."""
    scene = family.scene
    workers = allocations.key_workers(scene.connection, family.case_ids, scene.today)
    theirs = [
        tie.pupil_first_name
        for tie in family.ties
        if worker.ref in workers.get(tie.case_id, [])
        and (tie.status in OPEN_STATUSES or tie.case_id == case_id)
    ]
    return tuple(dict.fromkeys(theirs))


def notice(scene: Scene, draft: Draft, by: str) -> str:
    """Show a worker their welcome, with what to mind before they say yes."""
    line, child = draft.family.line, draft.tie.pupil_first_name
    asker = scene.team.workers.get(by)
    asked = f" {asker.first_name} asks you." if asker and by != draft.worker.ref else ""
    count = segments(folded(draft.text)) if line.channel == PHONE else 1
    parts = f", as {count} texts" if count > 1 else ""
    english = f"\nIn English: “{draft.english}”" if draft.text != draft.english else ""
    return (
        f"You are the key worker for {child} ({draft.tie.case}).{asked} This welcome goes to "
        f"{draft.family.facts().person} when you say so{parts}:\n{draft.quoted}{english}"
        f"{_to_mind(draft)}"
    )


def _to_mind(draft: Draft) -> str:
    """Say what a worker should know of this phone before they say yes."""
    family = draft.family
    said = (
        (family.line.proven_at is None, UNPROVEN),
        (family.discreet, "Somebody else may read their phone."),
        ("phone_call" in draft.tie.prefers, "They prefer a phone call."),
    )
    return "".join(f"\n{words}" for applies, words in said if applies)
