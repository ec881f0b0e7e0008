"""`restore`: a backup takes the place of the database; nothing of it is sent or told twice."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from bot.scene.scene import Taskforce
    from bot.settings import Settings
    from scheduler.restored import Settled
    from storage.carryover import Again, Later
    from storage.keys import Keyring


TO_CHECK = (
    "who has left, or lost a phone: `staff revoke`, before anybody signs in",
    "who is key worker of which case, restricted cases first: /transfer",
    "who covers for whom: each says /away, or /back",
    "who asked for no more texts, and whose number is wrong or somebody else's by now",
    "who must not be contacted, and how each adult may be",
    "which cases ended, are restricted, paused, or held for a court",
    "which words were erased, or are kept from a member of staff",
    "who is to be asked less often: /cadence",
)


@dataclass(frozen=True)
class Restored:
    """What a restore did, as it is told."""

    read: int
    people: int
    contacts: int
    newest: datetime | None
    again: Again | None  # None: nobody could say what was closed after the backup
    handed_on: int
    answering: tuple[str, ...]  # where nobody could say: who has which cases in the backup
    settled: Settled
    broken: int | None


def restore(
    file: Path = typer.Argument(help="A file that `backup` made."),
    replace: bool = typer.Option(
        False, "--replace", help="Take the place of a database that holds data; that one is kept."
    ),
) -> None:
    """Bring a backup in. No service may run."""
    from bot.app import service_keys
    from bot.scene.scene import Taskforce
    from bot.settings import read_lexicon, read_settings
    from bot.taskforce_file import read_practice
    from scheduler.clock import wall_clock
    from storage.folder import locked

    settings = read_settings()
    keys = service_keys(settings)
    _same_engine(settings.url, file)
    taskforce = Taskforce(read_practice(settings.taskforce_file), read_lexicon())
    with locked(settings.data_dir):
        now = wall_clock()
        asyncio.run(_restore(settings, keys, taskforce, file, now, replace=replace))


def _same_engine(url: str, file: Path) -> None:
    from bot.domain import NotReady
    from storage.backup import engine_of

    engine = engine_of(file)
    if not url.startswith(engine):
        raise NotReady(
            f"“{file.name}” is of {engine}; KEYWORKER_DATABASE_URL names another engine."
        )


async def _restore(
    settings: Settings,
    keys: Keyring,
    taskforce: Taskforce,
    file: Path,
    now: datetime,
    *,
    replace: bool,
) -> None:
    from bot.domain import NotReady
    from storage.restoring import in_its_place, kept_as
    from storage.standing import what_stands

    stands = await what_stands(settings.url, keys)
    if stands.holds_data and not replace:
        raise NotReady(
            "There is a database with people on record already. "
            "`restore --replace` takes its place and keeps it beside."
        )
    async with in_its_place(settings.url, keys, file, now) as url:
        done = await _made_ready(url, keys, taskforce, stands.later, now)
    _show(done)
    if stands.there:
        print(f"What was there before is kept as “{kept_as(settings.url, now)}”: remove it when")
        print("nobody needs it any more.")
    if done.broken is not None:
        raise typer.Exit(1)


async def _made_ready(
    url: str, keys: Keyring, taskforce: Taskforce, later: Later | None, now: datetime
) -> Restored:
    """Bring a restored database up to date, close again what was closed, and check it."""
    from bot.app import open_migrated
    from storage.database import open_database
    from storage.standing import check_tables

    database = open_database(url, keys)
    try:
        await database.read(check_tables)
    finally:
        await database.close()
    database = await open_migrated(url, keys)
    try:
        return await database.write(lambda c: _put_right(c, taskforce, later, now))
    finally:
        await database.close()


def _put_right(
    connection: Connection, taskforce: Taskforce, later: Later | None, now: datetime
) -> Restored:
    from bot.scene.scene import Scene
    from scheduler.restored import hand_on, plan_again, settle
    from storage.audit import append, first_broken
    from storage.carryover import close_again, pause_all
    from storage.carryover_team import shut_doors
    from storage.rotation import check_keys
    from storage.standing import counts, who_answers

    read = check_keys(connection)
    people, contacts, newest = counts(connection)
    shut_doors(connection, now)
    again = close_again(connection, later) if later else None
    if later is None:
        pause_all(connection)
    scene = Scene(connection, taskforce, now, f"restore:{now.isoformat()}")
    handed_on = hand_on(scene, again.left, again.passed) if again else 0
    settled = settle(scene)
    plan_again(scene)
    answering = who_answers(connection) if again is None else ()
    broken = first_broken(connection)
    if broken is None:  # a row more would hide that rows at the end are missing
        append(connection, now, "system", "restore", f"{contacts} contacts")
    done = (people, contacts, newest, again, handed_on, answering)
    return Restored(read, *done, settled, broken)


def _show(done: Restored) -> None:
    """Say what is there again, what was done again, and what is left to people."""
    from bot.scene.family import local_time

    newest = f", the newest of {local_time(done.newest)}" if done.newest else ""
    print(f"Restored: {done.people} people, {done.contacts} contacts{newest}.")
    print(f"{done.read} encrypted values were read with these keys.")
    if done.again is None:
        _show_what_to_check(done.answering)
    else:
        _show_again(done.again, done.handed_on)
    print("Everybody signs in again; links and codes of before open nothing.")
    settled = done.settled
    print(
        f"Not sent again: {settled.automatic} automatic messages, {settled.typed} typed ones, "
        f"{settled.check_ins} check-ins; {settled.questions} open questions were closed. "
        "Each is in a task."
    )
    if done.broken is None:
        print("The audit is whole.")
    else:
        print(f"Row {done.broken} of the audit does not fit the row before it.")


def _show_again(again: Again, handed_on: int) -> None:
    print(
        f"Done again since the backup: {again.erasures} erasures, {again.lines} "
        f"stopped numbers and chats, {again.people} people no longer written to or let in."
    )
    if again.passed_on:
        print(f"{again.passed_on} numbers and chats belong to somebody else since: here")
        print("they are nobody's now. Bring in the people files again, with today's numbers.")
    print(
        f"As it is now: {len(again.passed)} cases with another key worker, {again.covers} covers "
        f"begun or ended; {handed_on} open tasks went along."
    )
    if again.danger:
        print(
            f"{again.danger} matters of danger had been closed by somebody since: so they are here."
        )
    if again.attendance:
        print(f"{again.attendance} holds, closures, reasons, noes and ends about school hold here.")
    if again.visits:
        print(f"{again.visits} visits stand as they do now; calendar links have to be made anew.")
    if again.approvals:
        print(f"{again.approvals} messages had been decided on since: nobody is asked about them")
        print("again. Whether one that was approved has left is for its worker to see.")
    _show_who_is_missing(again)


def _show_who_is_missing(again: Again) -> None:
    missing = ", ".join(one.case for one in again.passed if one.missing)
    if missing:
        print(f"Whoever has {missing} now is not in this backup, or may not enter: duty has them.")
        print("Bring in the staff file or invite them, then pass the cases on with /transfer.")
    if again.absent:
        print(f"Also at work on cases now, and not in this backup: {', '.join(again.absent)}.")
        print("Bring in the staff file, then put them on these cases again.")


def _show_what_to_check(answering: Iterable[str]) -> None:
    """Say what a person has to go through, where no database can be asked what happened since."""
    print("Nobody can say what was changed after this backup was made. So every automatic")
    print("message is held. Go through each of these, then type /resume all at the desk:")
    for each in TO_CHECK:
        print(f"  [ ] {each}")
    print("As the backup has it:")
    for line in answering:
        print(f"  {line}")
