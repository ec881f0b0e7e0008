"""People on record, and the first due moment of everybody who may be written to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from bot.imports.people import People, read_people
from bot.scene.family import family_of
from bot.scene.scene import Scene, Taskforce
from scheduler.check_ins import NAME, plan_first
from scheduler.digests import plan as plan_digests
from storage import audit
from storage.addresses import Someone, lines_of, people
from storage.cases import ties_of
from storage.conversations import set_due
from storage.database import Database
from storage.enrol import Enrolment, one_at_a_time
from storage.report import Report
from storage.tables import Case, CaseContact, Due, Person, School


def enrol(
    connection: Connection,
    taskforce: Taskforce,
    files: People,
    now: datetime,
    *,
    chat: Callable[[str], str] | None = None,
) -> Report:
    """Put people on record and plan their first check-in. The same files again change nothing."""
    scene = Scene(connection, taskforce, now, f"enrol:{now.isoformat()}")
    report = put_on_record(scene, files, chat=chat)
    if not report.nothing_changed:
        count = sum(report.new.values()) + sum(report.changed.values())
        audit.append(connection, now, "system", "import people", f"{count} rows")
    return report


def put_on_record(
    scene: Scene, files: People, *, chat: Callable[[str], str] | None = None, fresh: bool = False
) -> Report:
    """Do it as a part of something larger, which the audit then names.

    `fresh`: a person has said that its adults are nobody who is on record.
    """
    one_at_a_time(scene.connection)
    connection, now, report = scene.connection, scene.now, Report()
    proven = scene.practice.proven_on_import
    enrolment = Enrolment(connection, now, scene.today, report, proven, chat, fresh)
    enrolment.people(files)
    for person in people(connection):
        if person.kind == "carer":
            _plan(scene, person)
    plan_digests(Scene(connection, scene.taskforce, now, scene.key))  # with the team as it now is
    return report


async def import_people(
    database: Database, taskforce: Taskforce, files: Sequence[tuple[str, bytes]], now: datetime
) -> tuple[Report, list[str]]:
    """Read people files against what is on record and put them there: all of them, or none.

    Returns what changed, and who is not yet proven; raises `bot.imports.faults.Rejected`.
    """
    people = read_people(files, **await database.read(on_record))
    report = await database.write(lambda connection: enrol(connection, taskforce, people, now))
    return report, await database.read(unproven)


def on_record(connection: Connection) -> dict[str, frozenset[str]]:
    """List the staff, pupils and schools on record, so that rows may name them."""
    tied = select(Case.ref).join(CaseContact, CaseContact.case_id == Case.id)
    queries = {
        "known_staff": select(Person.ref).where(Person.kind == "staff"),
        "known_pupils": select(Case.ref),
        "known_schools": select(School.name),
        "pupils_with_carers": tied,
    }
    return {name: frozenset(connection.execute(query).scalars()) for name, query in queries.items()}


def _plan(scene: Scene, person: Someone) -> None:
    known = select(Due.id).where(Due.job == NAME, Due.subject == person.ref)
    if scene.connection.execute(known).first() is not None:
        return
    family = family_of(scene, person)
    if family is not None:
        set_due(scene.connection, NAME, person.ref, plan_first(scene, family))


def unproven(connection: Connection) -> list[str]:
    """List by name everybody to whom texts wait until somebody has confirmed their number."""
    return [
        person.name
        for person in people(connection)
        if person.kind == "carer"
        and all(line.proven_at is None or line.dead_at for line in lines_of(connection, person.id))
        and not any(tie.do_not_use or tie.copy_only for tie in ties_of(connection, person.id))
    ]
