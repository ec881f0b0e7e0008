"""Telling staff: in their chat as openly as is approved, by text as discreetly as there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.rules.hours import next_shift
from bot.rules.routing import may_sound
from bot.rules.wording import in_parts, unturned
from bot.scene.family import Family, family_at, family_of
from bot.scene.matters import OWN_WORK, READ_FIRST, SHOW, Matter
from bot.scene.names import as_read_by
from bot.scene.roles import buttons_for
from bot.scene.scene import Scene
from storage import outbox, tasks
from storage.addresses import Line, Someone, lines_of, person_by_id, person_by_ref
from storage.contacts import restricted_from

FAMILY_CHAT, STAFF_CHAT, PHONE, PAGE = "telegram", "staff", "sms", "page"
AT_THE_PAGE = f"in:{PAGE}:"  # how the key of everything begins that was typed there


@dataclass(frozen=True, slots=True)
class _Notice:
    """One notice on its way to one address of one member of staff."""

    scene: Scene
    staff: Someone
    line: Line
    family: Family | None
    matter: Matter
    task_id: int | None
    silent: bool
    name: str

    @property
    def key(self) -> str:
        about = f"{self.staff.ref}:{self.line.channel}:{self.matter.kind}{self.name}"
        return f"{self.scene.key}:notice:{about}"

    @property
    def open_words(self) -> bool:
        """Say whether the words themselves may stand in it."""
        approved = self.scene.practice.notices_shown and self.line.channel == STAFF_CHAT
        nothing_hidden = self.matter.words == self.matter.discreet_words
        return approved or nothing_hidden or self.matter.kind in OWN_WORK


def notify(
    scene: Scene,
    staff_ref: str,
    family: Family | None,
    matter: Matter,
    *,
    task_id: int | None = None,
    name: str = "",
) -> None:
    """Tell one member of staff; urgent news reaches a phone at night by chat and by SMS."""
    staff = person_by_ref(scene.connection, staff_ref)
    if staff is None or _kept_from(scene, staff, matter):
        return
    urgent = matter.level == "L1"
    sound = matter.loud or may_sound(
        scene.team, scene.practice, staff_ref, scene.now, urgent=urgent
    )
    lines = _lines(scene, staff, urgent=urgent, awake=matter.loud)
    for line in _page(scene, staff, matter) or lines:
        _put(_Notice(scene, staff, line, family, matter, task_id, not sound, name))


def _kept_from(scene: Scene, staff: Someone, matter: Matter) -> bool:
    """Words about a member of staff reach them by no road until they are released."""
    if matter.contact_id is None:
        return False
    return staff.id in restricted_from(scene.connection, matter.contact_id)


def _lines(scene: Scene, staff: Someone, *, urgent: bool, awake: bool = False) -> list[Line]:
    """List where somebody is told; what cannot wait goes to the phone beside the chat."""
    usable = [line for line in lines_of(scene.connection, staff.id) if line.dead_at is None]
    chat = [line for line in usable if line.channel == STAFF_CHAT]
    phones = [line for line in usable if line.channel == PHONE]
    if not chat:
        return phones[:1]
    by_night = urgent and (awake or staff.ref in scene.practice.out_of_hours)
    return [*chat[:1], *(phones[:1] if by_night else [])]


def _page(scene: Scene, staff: Someone, matter: Matter) -> list[Line]:
    """Find the page for news about words that were typed there; nothing else is told there."""
    if matter.kind not in OWN_WORK or matter.outbox_id is None:
        return []
    row = outbox.find(scene.connection, matter.outbox_id)
    return _page_of(scene, staff) if row is not None and _typed_there(row, staff) else []


def _typed_there(row: Row[Any], staff: Someone) -> bool:
    key: str = row.key
    return row.author == staff.ref and key.startswith(AT_THE_PAGE)


def _page_of(scene: Scene, staff: Someone) -> list[Line]:
    return [line for line in lines_of(scene.connection, staff.id) if line.channel == PAGE]


def _put(notice: _Notice) -> None:
    """Put a notice into the outbox: words too long for one message go in several."""
    words = unturned(notice.matter.words).rstrip()  # a part of nothing but blanks never leaves
    if not notice.open_words:
        discreet = _discreet(notice.staff, notice.family, notice.matter)
        return _letter(notice, discreet, "", behind=words)
    parts = in_parts(as_read_by(notice.scene, notice.staff, words))
    for number, part in enumerate(parts, 1):
        last = number == len(parts)
        _letter(notice, part, "" if last else f":part{number}", last=last)
    return None


def _letter(
    notice: _Notice, text: str, suffix: str, *, last: bool = True, behind: str | None = None
) -> None:
    chat, family = notice.line.channel in {STAFF_CHAT, PAGE}, notice.family
    key = f"{notice.key}{suffix}"
    unread = behind is not None and notice.matter.kind in READ_FIRST
    task_id = notice.task_id if chat and last and not unread else None
    own = buttons_for(notice.scene, notice.staff, notice.matter.kind, task_id)
    show = ((f"{SHOW}:{outbox.ref_of(key)}", "Show"),) if chat and behind is not None else ()
    outbox.put(
        notice.scene.connection,
        outbox.Letter(
            key=key,
            address_id=notice.line.id,
            person_id=notice.staff.id,
            kind="staff",
            purpose=notice.matter.kind,
            language="en",
            text=text,
            choices=(*own, *(notice.matter.choices if chat and last else ()), *show),
            at=notice.scene.now,
            due_at=_may_ring(notice),
            about_id=family.person.id if family and family.person else None,
            task_id=notice.task_id,
            silent=notice.silent,
            behind=behind if chat else None,
        ),
    )


def _may_ring(notice: _Notice) -> datetime:
    """A text cannot be silent: by night it waits for its reader's shift, where others are paged."""
    scene, urgent = notice.scene, notice.matter.level == "L1"
    if notice.line.channel != PHONE or not notice.silent:
        return scene.now
    if urgent and not scene.practice.out_of_hours:
        return scene.now
    worker = scene.team.workers.get(notice.staff.ref)
    shift = next_shift(worker.hours, scene.practice.calendar, scene.now) if worker else None
    return shift or scene.now


def _discreet(staff: Someone, family: Family | None, matter: Matter) -> str:
    """Say that something is there, and nothing of what it says."""
    if matter.discreet_words:
        return matter.discreet_words
    about = family.shown_to(staff).initials() if family else "the service"
    level = f"{matter.level} " if matter.level else ""
    return f"{level}{matter.kind.replace('_', ' ')}: {about}. Open your desk to read it."


def alert_by_text(scene: Scene, row: Row[Any], line: Line) -> None:
    """A notice cannot reach a chat: its reader's phone says, once, that it waits."""
    staff = person_by_id(scene.connection, line.person_id) if line.person_id else None
    phones = lines_of(scene.connection, staff.id) if staff else []
    phone = next((one for one in phones if one.channel == PHONE and one.dead_at is None), None)
    if staff is None or phone is None or row.task_id is None:
        return
    task = tasks.find_task(scene.connection, row.task_id)
    about = family_of(scene, person_by_id(scene.connection, row.about_id)) if row.about_id else None
    matter = Matter(row.purpose, "", task.level if task else None)
    outbox.put(
        scene.connection,
        outbox.Letter(
            key=f"{row.key}:text",
            address_id=phone.id,
            person_id=staff.id,
            kind="staff",
            purpose=row.purpose,
            language="en",
            text=_discreet(staff, about, matter),
            at=scene.now,
            due_at=scene.now,
            about_id=row.about_id,
            task_id=row.task_id,
        ),
    )


def mark_words(scene: Scene, row: Row[Any], words: str) -> None:
    """Say one short line to a member of staff about words they typed; replying reaches the same."""
    staff = person_by_ref(scene.connection, row.author)
    if staff is None:
        return
    page = _page_of(scene, staff) if _typed_there(row, staff) else []
    for line in (page or _lines(scene, staff, urgent=False))[:1]:
        say_to_staff(scene, line, staff, words, "mark", about_id=row.person_id)


def say_to_staff(
    scene: Scene,
    line: Line,
    staff: Someone | None,
    words: str,
    name: str,
    *,
    about_id: int | None = None,
    task_id: int | None = None,
    choices: tuple[tuple[str, str], ...] = (),
    qr: str | None = None,
    behind: str | None = None,
) -> None:
    """Say something to a staff chat: an answer of the desk, not a notice."""
    parts = in_parts(words.rstrip())
    whole = f"{scene.key}:{name}:{staff.ref if staff else 'door'}"
    show = ((f"{SHOW}:{outbox.ref_of(whole)}", "Show"),) if behind is not None else ()
    for number, part in enumerate(parts, 1):
        last = number == len(parts)
        outbox.put(
            scene.connection,
            outbox.Letter(
                key=whole if last else f"{whole}:part{number}",
                address_id=line.id,
                person_id=staff.id if staff else None,
                kind="staff",
                purpose=name,
                language="en",
                text=part,
                choices=(*choices, *show) if last else (),
                at=scene.now,
                due_at=scene.now,
                about_id=about_id,
                task_id=task_id,
                qr=qr if last else None,
                behind=behind if last else None,
            ),
        )


def family_behind(scene: Scene, line: Line) -> Family:
    """Load whoever is at a held address."""
    person = person_by_id(scene.connection, line.person_id) if line.person_id else None
    return family_at(scene, line, person)
