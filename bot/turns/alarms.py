"""Crisis words, complaints, words about a member of staff: raised, never hidden, never stopped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from bot.rules.hours import next_shift, on_shift, on_shift_for, shift_ends
from bot.rules.routing import heads, paged, safeguarding
from bot.scene.alerts import about_family
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_of
from bot.scene.matters import Matter
from bot.scene.names import marked
from bot.scene.notices import family_behind
from bot.scene.scene import Scene
from bot.turns.visit_alarms import tell_who_goes
from bot.turns.voice import Voice, shown_words
from storage import steps
from storage.addresses import Someone, hold_line_by_id, person_by_id, person_by_ref
from storage.contacts import restrict, restricted_from
from storage.restricted import children_in
from storage.threads import contact_by_id, last_heard

NEARLY_OVER = timedelta(hours=1)  # so little is left of a day: the same day is the next one

LABELS = {
    "immediate_danger": "immediate danger",
    "suicide": "suicide",
    "self_harm": "self-harm",
    "harm_to_child": "harm to a child",
    "domestic_abuse": "domestic abuse",
    "exploitation_violence": "exploitation or violence",
    "missing": "missing",
    "basic_needs": "basic needs",
    "parent_wellbeing": "a parent's wellbeing",
    "complaint_consent": "complaint or consent",
    "self_referral": "asks for support",
    "unassigned": "a word of danger",
}


def hidden_from(voice: Voice, changes: Iterable[int] = ()) -> frozenset[str]:
    """Name the staff who must not read this before the manager or safeguarding lead allows it.

    `changes`: what these words are a changed version of. Whoever may not read that may not read
    this either: it tells what stood there before.
    """
    reading, practice = voice.reading, voice.scene.practice
    before = frozenset(ref for one in changes for ref in _kept_from(voice.scene, one))
    if not (reading.complaint or reading.alarms):
        return before
    first = {practice.manager, practice.safeguarding_lead}
    return before | (frozenset(reading.names) - first)


def hide(voice: Voice) -> None:
    """Keep the contact from the staff it names."""
    for ref in sorted(voice.hidden_from):
        staff = person_by_ref(voice.scene.connection, ref)
        if staff is not None:
            restrict(voice.scene.connection, voice.contact_id, staff.id, voice.scene.now)


def kept_from(scene: Scene, task: Row[Any]) -> frozenset[str]:
    """Name the staff who may not read what a task is about."""
    return frozenset() if task.contact_id is None else _kept_from(scene, task.contact_id)


def _kept_from(scene: Scene, contact_id: int) -> frozenset[str]:
    named = restricted_from(scene.connection, contact_id)
    return frozenset(person_by_id(scene.connection, staff_id).ref for staff_id in named)


@dataclass(frozen=True, slots=True)
class Alert:
    """One contact that frightens: what staff are told of it, and who must not be."""

    scene: Scene = field(repr=False)
    family: Family | None = field(repr=False)  # None: no address is left that leads to them
    contact_id: int
    level: str
    words: str = field(repr=False)
    hidden_from: frozenset[str] = frozenset()
    by: str = "system"  # who raised it
    case_id: int | None = None  # what it is about, where no family can be answered

    def raise_(self, kind: str, owner: str, told: Sequence[str], note: str = "") -> None:
        """Make its task, tell everybody in `told`, and write both down."""
        scene = self.scene
        words = "\n".join(filter(None, (self.words, note, self._about)))
        due = self._same_day(owner) if self.level == "L3" else None
        matter = Matter(kind, words, self.level, self.contact_id, respond_by=due)
        task_id = raise_task(scene, self.family, owner, matter, told=told, case_id=self.case_id)
        if task_id is not None:
            steps.note(scene.connection, task_id, (self.by,), steps.RAISED, scene.now)
            everybody = dict.fromkeys((owner, *told))
            steps.note(scene.connection, task_id, everybody, steps.TOLD, scene.now)

    def tell_who_goes(self, know: Sequence[str]) -> None:
        """Tell whoever sees this family next, and does not know yet, whom to ask."""
        family = self.family
        filed = family.filed_under if family else self.case_id
        own = [self.case_id] if self.case_id is not None else []
        cases = family.case_ids if family else own
        tell_who_goes(self.scene, cases, filed, self.contact_id, know, self.hidden_from)

    @property
    def _about(self) -> str:
        return about_family(self.scene, self.family, self.contact_id) if self.family else ""

    def _same_day(self, owner: str) -> datetime | None:
        """Find the end of the owner's day; of their next one if this is nearly over."""
        hours, calendar, now = (
            self.scene.worker(owner).hours,
            self.scene.practice.calendar,
            self.scene.now,
        )
        if on_shift_for(hours, calendar, now, NEARLY_OVER):
            return shift_ends(hours, calendar, now)
        over = shift_ends(hours, calendar, now) or now
        begins = next_shift(hours, calendar, over)
        return shift_ends(hours, calendar, begins) if begins else None


def raise_alarms(voice: Voice) -> bool:
    """Raise what the front desk heard at its level. True: its owner has been told of the words."""
    reading = voice.reading
    level = reading.level
    about_staff = bool(voice.hidden_from) or reading.complaint
    if level is None and not about_staff:
        return False
    alert = Alert(
        voice.scene,
        voice.family,
        voice.contact_id,
        level or "L2",
        _words(voice, level or "L2"),
        voice.hidden_from,
    )
    if about_staff:
        _to_the_top(alert)
    if level in {"L1", "L2"}:
        _to_the_owner(alert)
        return True
    return False


def contact_behind(
    scene: Scene, staff: Someone, task: Row[Any] | None, about: int | None
) -> int | None:
    """Find the message a notice is about, or else the last of its family, if staff may read it."""
    contact_id: int | None = task.contact_id if task else None
    if contact_id is None and about is not None:
        contact_id = last_heard(scene.connection, about)
    if contact_id is None or staff.id in restricted_from(scene.connection, contact_id):
        return None
    return contact_id


def raise_by_hand(scene: Scene, by: Someone, contact_id: int, level: str) -> None:
    """Raise what a member of staff was frightened by and no pattern found, as a pattern would."""
    raise_later(scene, contact_id, level, f"raised by {by.first_name}", by.ref)


def raise_later(scene: Scene, contact_id: int, level: str, why: str, by: str = "system") -> None:
    """Raise words that came before, for what is known of them now; `why` stands above them."""
    contact = contact_by_id(scene.connection, contact_id)
    family = _family_in(scene, contact)
    children = children_in(scene.connection, contact_id)
    named = ", ".join(marked(pupil_id) for _case, pupil_id in children)
    about = family.named() if family else named or "Somebody with no address"
    words = f"{level} {why}\n{about}: {contact.words or ''}"
    hidden = _kept_from(scene, contact_id)
    on = next((case_id for case_id, _pupil in children), None)
    _to_the_owner(Alert(scene, family, contact_id, level, words, hidden, by, on))


def _family_in(scene: Scene, contact: Row[Any]) -> Family | None:
    """Load who a contact was with: whoever is at its address, else its person and their cases."""
    if contact.address_id is not None:
        return family_behind(scene, hold_line_by_id(scene.connection, contact.address_id))
    if contact.person_id is None:
        return None
    return family_of(scene, person_by_id(scene.connection, contact.person_id))


def _to_the_owner(alert: Alert) -> None:
    told = _answering(alert)
    if told:
        alert.raise_("crisis", told[0], told)
    know = list(told)
    if alert.level == "L1" or _lead_is_needed(alert, told):
        top = safeguarding(alert.scene.team, alert.scene.practice, alert.hidden_from)
        alert.raise_("safeguarding", top, (top,))
        know.append(top)
    alert.tell_who_goes(know)


def _answering(alert: Alert) -> list[str]:
    """Name who is told at once, whoever answers first; the lead has a task of their own."""
    scene, family = alert.scene, alert.family
    if family is None:
        return []
    reached = paged(scene.team, scene.practice, family.key_worker, scene.now)
    told = [ref for ref in reached if ref not in alert.hidden_from]
    told = [ref for ref in told if ref != scene.practice.safeguarding_lead]
    calm = {family.urgent.staff, family.owner.staff}
    return told if alert.level == "L1" else [ref for ref in told if ref in calm]


def _lead_is_needed(alert: Alert, told: Iterable[str]) -> bool:
    """Say whether the lead is who answers, or nobody who was told is at work to read it."""
    scene, family = alert.scene, alert.family
    if family and scene.practice.safeguarding_lead in {family.urgent.staff, family.owner.staff}:
        return True
    calendar = scene.practice.calendar
    return not any(on_shift(scene.worker(ref).hours, calendar, scene.now) for ref in told)


def _to_the_top(alert: Alert) -> None:
    first = heads(alert.scene.team, alert.scene.practice, alert.hidden_from)
    hidden = ", ".join(sorted(alert.hidden_from)) or "nobody"
    note = f"Names staff or complains. Hidden from: {hidden}. /release shows it."
    if first:
        alert.raise_("complaint", first[0], first, note)


def _words(voice: Voice, level: str) -> str:
    named = ", ".join(LABELS.get(alarm.category, alarm.category) for alarm in voice.reading.alarms)
    head = f"{level} {named}".strip()
    return f"{head}\n{voice.facts_line(shown_words(voice.inbound))}"
