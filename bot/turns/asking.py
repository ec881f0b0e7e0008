"""What one command of one member of staff may look at."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.desk.base import Asked
from bot.scene.chats import labels_at
from bot.scene.family import all_families, barred
from bot.scene.kept_back import caution
from bot.scene.notices import PAGE, STAFF_CHAT
from bot.scene.scene import Scene
from bot.turns import reached, referrals, transfer
from bot.turns.alarms import contact_behind, kept_from
from bot.turns.calendars import calendars_for
from bot.turns.desk_reads import books_for
from bot.turns.deskside import Desk
from bot.turns.introducing import greetings
from bot.turns.labels import on_labels
from bot.turns.outing_places import out_page
from bot.turns.plans import plan_on
from bot.turns.reads import reads_for
from bot.turns.statuses import on_case
from bot.turns.typed import ref_of
from bot.turns.visit_lists import on_visits
from bot.turns.written import decided_on, promised_to
from storage.addresses import Line, hold_line_by_id
from storage.matters import raised_messages
from storage.received import FAMILY_BOT, recall


def open_at(scene: Scene, line: Line) -> bool:
    """Say whether names and words may stand here: on the page, or in a chat that is approved."""
    return line.channel == PAGE or scene.practice.notices_shown


def asked_at(desk: Desk, rest: str) -> Asked:
    """Gather what a command may look at."""
    scene, task = desk.scene, desk.task
    return Asked(
        staff=desk.staff,
        rest=rest,
        now=scene.now,
        today=scene.today,
        team=scene.team,
        practice=scene.practice,
        families=tuple(all_families(scene, desk.staff)),
        about=desk.about,
        replies=bool(desk.inbound.reply_to or desk.inbound.notice or desk.inbound.about),
        reached=reached.by_notice(scene, desk.replied, task),
        last_to=partial(reached.by_person, scene),
        task=task.id if task else None,
        kept_from=kept_from(scene, task) if task else frozenset(),
        address=_attachable(scene, task.address_id) if task and task.address_id else None,
        reads=reads_for(scene, desk.staff, desk.about, shown=open_at(scene, desk.line)),
        key_workers=partial(transfer.key_workers_on, scene),
        caseload=partial(transfer.caseload_of, scene),
        on_case=replace(
            on_case(scene, desk.staff), plan=partial(plan_on, scene), labels=on_labels(scene)
        ),
        greetings=greetings(scene),
        visits=on_visits(scene, desk.staff, shown=open_at(scene, desk.line)),
        calendars=calendars_for(scene, desk.staff),
        books=books_for(scene, desk.line, desk.staff, shown=open_at(scene, desk.line)),
        labels=labels_at(scene, desk.line, desk.staff),
        barred=barred(scene),
        family_bot=recall(scene.connection, FAMILY_BOT) or "",
        token=scene.taskforce.token(),
        about_ref=ref_of(scene, desk.about) if desk.about else "",
        frightens=contact_behind(scene, desk.staff, task, desk.about),
        raised=partial(raised_messages, scene.connection),
        promised=partial(promised_to, scene, desk.staff),
        caution=partial(caution, scene, desk.staff),
        decided=partial(decided_on, scene),
        referred=partial(referrals.page_for, scene, desk.staff),
        out=partial(out_page, scene, desk.staff),
    )


def _attachable(scene: Scene, address_id: int) -> int | None:
    """A chat with the staff bot can never become a family's."""
    line = hold_line_by_id(scene.connection, address_id)
    return None if line.channel == STAFF_CHAT else line.id
