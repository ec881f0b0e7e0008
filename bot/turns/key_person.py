"""One key person writes to a family: others are asked first, and may write to that person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from bot.desk.on_case import SetStyle
from bot.flows.base import Answers, WriteNote
from bot.rules.routing import heads, standing_owner
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from bot.turns import typed
from bot.turns.summaries import initials
from bot.turns.written import NOT_FOUND, write_note
from storage import case_summary, styles, tasks
from storage.addresses import Someone, person_by_ref
from storage.cases import case_ids
from storage.kept import keeps_from
from storage.staff import key_workers_of
from storage.steps import DANGER

STILL_OPEN = timedelta(days=365)  # danger that nobody has closed in a year is no danger


def only_writer(scene: Scene, staff: Someone, family: Family) -> str | None:
    """Name who writes to this family, if it is one person and not this one. None: go ahead.

    Whoever answers for them now, on whatever road, is never asked, nor anybody while danger is
    open: a child in danger waits for no question of style.
    """
    open_ids = [tie.case_id for tie in family.open_ties]
    theirs = styles.key_person_cases(scene.connection, open_ids)
    if not theirs or family.person is None:
        return None
    writers = key_workers_of(scene.connection, theirs, scene.today)
    answering = {*family.key_workers, *family.owners(), family.standing.staff, family.urgent.staff}
    if not writers or staff.ref in {*answering, *heads(scene.team, scene.practice)}:
        return None
    if _is_about(scene, writers, open_ids):
        return None  # what a colleague writes may be about them: it must not be offered to them
    since = scene.now - STILL_OPEN
    if tasks.has_open(scene.connection, family.person.id, DANGER, since):
        return None
    return standing_owner(scene.team, scene.practice, writers[0], scene.now).staff


def _is_about(scene: Scene, writers: Iterable[str], case_ids: Collection[int]) -> bool:
    """Say whether words about a writer stand hidden on these cases."""
    people = (person_by_ref(scene.connection, ref) for ref in writers)
    return any(one and keeps_from(scene.connection, one.id, case_ids) for one in people)


def ask_first(scene: Scene, staff: Someone, words: typed.Words, task: int | None) -> Answers | None:
    """Say what to ask whoever writes where one person writes. None: nothing."""
    family = None if words.all_the_same or words.checked else typed.family_for(scene, words)
    writer = only_writer(scene, staff, family) if family else None
    if family is None or writer is None:
        return None
    hidden = hidden_cases(scene, staff)
    return {
        "to": typed.ref_of(scene, words.person_id),
        "words": words.words,
        "who": scene.worker(writer).first_name,
        "whose": writer,
        "cases": ",".join(tie.case for tie in family.open_ties if tie.case_id not in hidden),
        "where": str(words.address_id or ""),
        "beside": "yes" if words.beside else "",
        "purpose": words.purpose,
        "task": str(task or ""),
    }


def bring(scene: Scene, staff: Someone, note: WriteNote) -> str:
    """Bring words to the one who writes to a family, as a note; returns what the desk says.

    It is about nobody a reply could go to: thanks to a colleague must not reach the family.
    """
    ids = case_ids(scene.connection, note.cases)
    if not ids:
        return NOT_FOUND
    cases = case_summary.cases_at(scene.connection, ids.values())
    children = ", ".join(f"{case.pupil.split()[0]} {case.ref}" for case in cases)
    letters = ", ".join(f"{initials(case.pupil)} {case.ref}" for case in cases)
    words = f"{staff.first_name} to you about {children}, not sent to the family: {note.words}"
    discreet = f"A colleague's note for you: {letters}. Open your desk to read it."
    matter = Matter("advice", words, discreet_words=discreet)
    kept = next((case for case in cases if case.restricted), cases[0])
    raise_task(scene, None, note.to, matter, told=(note.to,), case_id=kept.id)
    write_note(scene, staff, note)
    return f"{scene.worker(note.to).first_name} has it, as a note. Nothing went to the family."


def set_style(scene: Scene, change: SetStyle) -> None:
    """Say from now on who of the team writes to a family."""
    styles.set_style(scene.connection, change.case, change.style)
