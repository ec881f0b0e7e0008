"""What the next week would bring, worked out and thrown away again: nothing is kept or sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.scene.scene import Taskforce
    from bot.settings import Settings

WEEK = timedelta(days=7)


async def list_week(settings: Settings) -> None:
    """Print who would be written to, when, and why not."""
    from bot.app import open_migrated, service_keys
    from bot.scene.scene import Taskforce
    from bot.settings import read_lexicon
    from bot.taskforce_file import read_practice
    from scheduler.clock import wall_clock

    database = await open_migrated(settings.url, service_keys(settings))
    taskforce = Taskforce(read_practice(settings.taskforce_file), read_lexicon())
    try:
        now = wall_clock()
        for line in await database.read(lambda connection: week(connection, taskforce, now)):
            print(line)
    finally:
        await database.close()


def week(connection: Connection, taskforce: Taskforce, now: datetime) -> list[str]:
    """List a week of check-ins, one line for each family, in order of time."""
    from bot.rules import check_in as rule
    from bot.scene.family import family_of, local_time
    from bot.scene.scene import Scene
    from scheduler.check_ins import as_rule
    from storage.addresses import people

    lines: list[tuple[datetime, str]] = []
    for person in people(connection):
        scene = Scene(connection, taskforce, now, "dry-run")
        family = family_of(scene, person) if person.kind == "carer" else None
        if family is None:
            continue
        moment = rule.next_moment(now, as_rule(scene, family), taskforce.practice)
        if moment > now + WEEK:
            continue
        then = Scene(connection, taskforce, moment, "dry-run")
        family = family_of(then, person)
        if family is None:
            continue
        facts = as_rule(then, family)
        plan = rule.decide(facts, taskforce.practice, moment, moment)
        what = "check-in" if isinstance(plan, rule.Begin) else f"no text: {plan.reason}"
        cases = "+".join(family.cases)
        lines.append((moment, f"{local_time(moment)}  {cases:9} {person.ref}  {what}"))
    return [line for _moment, line in sorted(lines)]
