"""`import`: files in. Either all of it, or nothing and every fault."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.settings import Settings
    from storage.enrol import Report

app = typer.Typer(help="Bring files in.", no_args_is_help=True)

PROVE = (
    "Nothing automatic goes to these people until their key worker has spoken to them and "
    "pressed “Spoke to them, number right” on the task that comes with their first check-in:"
)


@app.callback()
def _import() -> None:
    """Bring files in."""


@app.command("people")
def people(
    files: list[Path] = typer.Argument(help="staff, schools, pupils and carers, as CSV."),
) -> None:
    """Import staff, schools, pupils and carers; all files together are one step."""
    from bot.imports.faults import Rejected
    from bot.settings import NotReady, read_settings
    from storage.folder import locked

    settings = read_settings()
    try:
        given = [(file.name, file.read_bytes()) for file in files]
    except OSError as error:
        raise NotReady(f"Cannot read {error.filename}: {error.strerror}.") from None
    try:
        with locked(settings.data_dir):
            asyncio.run(_import_people(settings, given))
    except Rejected as rejected:
        for fault in rejected.faults:
            print(fault, file=sys.stderr)
        print(f"{len(rejected.faults)} faults. Nothing was imported.", file=sys.stderr)
        raise typer.Exit(1) from None


async def _import_people(settings: Settings, files: list[tuple[str, bytes]]) -> None:
    from bot.app import open_migrated, service_keys
    from bot.imports.people import read_people
    from bot.scene.scene import Taskforce
    from bot.settings import read_lexicon, read_practice
    from scheduler.clock import wall_clock
    from scheduler.enrolment import enrol, unproven

    taskforce = Taskforce(read_practice(settings.taskforce_file), read_lexicon())
    database = await open_migrated(settings.url, service_keys(settings))
    try:
        staff, pupils, schools = await database.read(known)
        people = read_people(
            files,
            known_staff=staff,
            known_pupils=pupils,
            known_schools=schools,
            pupils_with_carers=await database.read(with_carers),
        )
        now = wall_clock()
        report = await database.write(lambda connection: enrol(connection, taskforce, people, now))
        show(report, await database.read(unproven))
    finally:
        await database.close()


def known(connection: Connection) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """List the staff, pupils and schools on record, so that rows may name them."""
    from sqlalchemy import select

    from storage.tables import Case, Person, School

    def all_of(column: object, *where: object) -> frozenset[str]:
        return frozenset(connection.execute(select(column).where(*where)).scalars())  # type: ignore[call-overload]

    staff = all_of(Person.ref, Person.kind == "staff")
    return staff, all_of(Case.ref), all_of(School.name)


def with_carers(connection: Connection) -> frozenset[str]:
    """List the pupils whose carers are on record."""
    from sqlalchemy import select

    from storage.tables import Case, CaseContact

    query = select(Case.ref).join(CaseContact, CaseContact.case_id == Case.id)
    return frozenset(connection.execute(query).scalars())


def show(report: Report, unproven: list[str]) -> None:
    """Say what an import did."""
    if report.nothing_changed:
        print("Nothing changed: all of this was on record already.")
    for label, counts in (("New", report.new), ("Changed", report.changed)):
        if counts:
            print(f"{label}: " + ", ".join(f"{count} {kind}" for kind, count in counts.items()))
    if unproven:
        print(PROVE)
        for name in unproven:
            print(f"  {name}")
