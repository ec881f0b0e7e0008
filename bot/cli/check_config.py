"""`check-config`: is this installation ready, and who reads when?"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import typer

from bot.cli.checks import calendars, chats, environment, keeping, practice, registers, texts
from bot.cli.checks.finding import Finding, look, wrong

if TYPE_CHECKING:
    import aiohttp

    from bot.rules.practice import Practice
    from bot.rules.routing import Team
    from bot.settings import Settings

WEEKS = timedelta(weeks=4)
HALF_HOUR = timedelta(minutes=30)
PATIENCE = 10.0  # seconds for each part that is asked

warnings = practice.warnings


def check_config(
    offline: bool = typer.Option(False, "--offline", help="Ask no provider."),
) -> None:
    """Say of each part what works and what to put right; list the hours in which nobody reads."""
    from scheduler.clock import wall_clock

    settings, findings = environment.read(os.environ)
    faults = asyncio.run(_report(settings, findings, wall_clock(), online=not offline))
    if faults:
        typer.echo(f"{faults} to put right.")
        raise typer.Exit(1)


async def _report(
    settings: Settings, findings: list[Finding], now: datetime, *, online: bool
) -> int:
    """Print every part; returns how many are at fault."""
    ring, about_keys = keeping.keys(settings)
    stored = await keeping.database(settings, ring, PATIENCE)
    works, about_file = practice.taskforce_file(settings)
    findings += [
        *about_keys,
        *keeping.data_folder(settings),
        *stored.findings,
        about_file,
        *environment.listening(settings),
        *environment.registers(settings),
        *registers.folder(settings),
        *environment.behind(settings, os.environ),
        environment.public_address(settings),
        texts.in_use(settings),
        *texts.unused(settings),
        *await _providers(settings, now, online=online),
        *texts.polling(settings),
        chats.polling(settings),
        *_warnings(works, stored.team),
        *calendars.calendars(works, now.date()),
        *calendars.misnamed(works, stored.schools),
        *(look("practice", text) for text in practice.helplines(settings, now.date())),
    ]
    findings += _start(settings, findings)
    for finding in findings:
        typer.echo(str(finding))
    if works is not None and stored.team is not None:
        _show_gaps(unread(stored.team, works, now))
    return sum(finding.fault for finding in findings)


def _warnings(works: Practice | None, team: Team | None) -> Iterable[Finding]:
    if works is None:
        return
    yield from (look("practice", text) for text in practice.warnings(works))
    if team is not None:
        yield from practice.people(works, team)


async def _providers(settings: Settings, now: datetime, *, online: bool) -> list[Finding]:
    """Ask everybody who is set up, all at once."""
    import aiohttp

    limit = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(timeout=limit, cookie_jar=aiohttp.DummyCookieJar()) as session:
        asked = [
            *(
                _texts(session, settings, name, now, online=online)
                for name in texts.wanted(settings)
            ),
            *(_bot(session, settings, bot, online=online) for bot in chats.BOTS),
        ]
        return [finding for part in await asyncio.gather(*asked) for finding in part]


async def _texts(
    session: aiohttp.ClientSession, settings: Settings, name: str, now: datetime, *, online: bool
) -> list[Finding]:
    lacking = texts.lacks(settings, name)
    found = [*lacking, *texts.misshapen(settings, name)]
    found = found or texts.misfits(settings, name, now)
    if lacking or any(finding.fault for finding in found):
        return found
    if not online:
        return [*found, _not_asked(name)]
    return found + await texts.questions(session, settings, now)[name]()


async def _bot(
    session: aiohttp.ClientSession, settings: Settings, bot: str, *, online: bool
) -> list[Finding]:
    found = chats.set_up(settings, bot)
    if found is not None:
        return [found]
    if not online:
        return [_not_asked(chats.part_of(bot))]
    return await chats.ask_telegram(session, settings, bot)


def _not_asked(part: str) -> Finding:
    return look(part, "is set up; with --offline nobody asked whether it works.")


def _start(settings: Settings, findings: Iterable[Finding]) -> list[Finding]:
    """Say what `serve` would refuse, should nothing above have said so."""
    from bot.bots import check_bots
    from bot.domain import NotReady
    from bot.providers import check_provider

    if any(finding.fault for finding in findings):
        return []
    try:
        check_provider(settings)
        check_bots(settings)
    except NotReady as refusal:
        return [wrong("start", str(refusal))]
    return []


def _show_gaps(gaps: Iterable[tuple[datetime, datetime]]) -> None:
    from bot.scene.family import local_time

    typer.echo("Nobody reads in the next four weeks:")
    for start, end in gaps:
        typer.echo(f"  {local_time(start)} to {local_time(end)}")


def unread(team: Team, works: Practice, now: datetime) -> list[tuple[datetime, datetime]]:
    """Find the stretches of four weeks in which no member of staff is on shift."""
    from bot.rules.hours import on_shift

    weeks = [worker.hours for worker in team.workers.values() if worker.active]
    start = now.replace(minute=0, second=0, microsecond=0)
    gaps: list[tuple[datetime, datetime]] = []
    for step in range(int(WEEKS / HALF_HOUR)):
        moment = start + step * HALF_HOUR
        if any(on_shift(week, works.calendar, moment) for week in weeks):
            continue
        begun = gaps.pop()[0] if gaps and gaps[-1][1] == moment else moment
        gaps.append((begun, moment + HALF_HOUR))
    return gaps
