"""`check-config`: is this installation ready, and who reads when?"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.rules.practice import Practice
    from bot.settings import Settings

WEEKS = timedelta(weeks=4)
HALF_HOUR = timedelta(minutes=30)


def check_config() -> None:
    """Check settings and practice; list the hours in which nobody reads."""
    from bot.app import service_keys
    from bot.bots import check_bots
    from bot.settings import check_provider, read_practice, read_settings

    settings = read_settings()
    check_provider(settings)
    check_bots(settings)
    service_keys(settings)
    practice = read_practice(settings.taskforce_file)
    print(
        f"Settings are whole. {practice.name}: languages {', '.join(sorted(practice.languages))}."
    )
    for warning in warnings(practice):
        print(f"Look: {warning}")
    asyncio.run(_coverage(settings, practice))


def warnings(practice: Practice) -> list[str]:
    """List what a person should see to before families rely on this."""
    from storage.database import wal_reset_fault

    found = [
        (not practice.manager, "people.manager is not named: the chain must end at somebody."),
        (not practice.safeguarding_lead, "people.safeguarding_lead is not named."),
        (not practice.out_of_hours, "people.out_of_hours is empty: nobody is paged at night."),
        (not practice.calendar.school_days, "calendar.file is not set: every weekday counts."),
        (True, "the crisis phrases wait for the safeguarding lead's signature; helplines too."),
        (
            wal_reset_fault(),
            "this SQLite has the WAL-reset fault; Keyworker's single writer stays clear of it.",
        ),
    ]
    return [text for applies, text in found if applies]


async def _coverage(settings: Settings, practice: Practice) -> None:
    from bot.app import open_migrated, service_keys
    from scheduler.clock import wall_clock

    database = await open_migrated(settings.url, service_keys(settings))
    now = wall_clock()
    try:
        gaps = await database.read(lambda connection: unread(connection, practice, now))
    finally:
        await database.close()
    typer.echo("Nobody reads in the next four weeks:")
    for start, end in gaps:
        from bot.scene.family import local_time

        typer.echo(f"  {local_time(start)} to {local_time(end)}")


def unread(
    connection: Connection, practice: Practice, now: datetime
) -> list[tuple[datetime, datetime]]:
    """Find the stretches of four weeks in which no member of staff is on shift."""
    from bot.rules.hours import on_shift
    from storage.staff import load_team

    weeks = [worker.hours for worker in load_team(connection).workers.values() if worker.active]
    start = now.replace(minute=0, second=0, microsecond=0)
    gaps: list[tuple[datetime, datetime]] = []
    for step in range(int(WEEKS / HALF_HOUR)):
        moment = start + step * HALF_HOUR
        if any(on_shift(week, practice.calendar, moment) for week in weeks):
            continue
        begun = gaps.pop()[0] if gaps and gaps[-1][1] == moment else moment
        gaps.append((begun, moment + HALF_HOUR))
    return gaps
