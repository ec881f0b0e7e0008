"""`taskforce.toml`: can it be used, and does it name people who work here?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.cli.checks.finding import Finding, look, missing, ok, wrong

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from bot.rules.practice import Practice
    from bot.rules.routing import Team
    from bot.settings import Settings


def taskforce_file(settings: Settings) -> tuple[Practice | None, Finding]:
    """Read how the taskforce works."""
    from bot.domain import NotReady
    from bot.taskforce_file import read_practice

    path = settings.taskforce_file
    if path is not None and not path.exists():
        words = f"“{path.name}” is not there (KEYWORKER_TASKFORCE_FILE)."
        return None, missing("taskforce file", words)
    try:
        practice = read_practice(path)
    except NotReady as refusal:
        return None, wrong("taskforce file", f"{refusal}.")
    if path is None:
        words = "there is none: careful defaults, and English alone, are in force."
        return practice, look("taskforce file", words)
    spoken = ", ".join(sorted(practice.languages))
    return practice, ok("taskforce file", f"{practice.name}: languages {spoken}.")


def warnings(practice: Practice) -> list[str]:
    """List what a person should see to before families rely on this."""
    from storage.database import wal_reset_fault

    found = [
        (not practice.manager, "people.manager is not named: the chain must end at somebody."),
        (not practice.safeguarding_lead, "people.safeguarding_lead is not named."),
        (not practice.out_of_hours, "people.out_of_hours is empty: nobody is paged at night."),
        (not practice.calendar.school_days, "calendar.file is not set: every weekday counts."),
        (True, "the crisis phrases wait for the safeguarding lead's signature."),
        (
            wal_reset_fault(),
            "this SQLite has the WAL-reset fault; Keyworker's single writer stays clear of it.",
        ),
    ]
    return [text for applies, text in found if applies]


def helplines(settings: Settings, today: date) -> list[str]:
    """Say whose numbers nobody has checked within a year: ours, or a taskforce's own rows."""
    from importlib import resources

    from bot.rules.helplines import merged, unchecked

    ours = resources.files("bot.data").joinpath("helplines.csv").read_text("utf-8")
    try:
        theirs = _own_helplines(settings.taskforce_file)
    except (OSError, ValueError) as problem:
        return [f"helplines.file cannot be read: {type(problem).__name__}."]
    names = unchecked(merged(_rows(ours), _rows(theirs)), today)
    if not names:
        return []
    words = "ring each, then write the day in last_checked (helplines.file)"
    return [f"helplines not checked within a year: {', '.join(names)}; {words}."]


def _own_helplines(taskforce: Path | None) -> str:
    """Read the file a taskforce names beside its `taskforce.toml`; there need be none."""
    import tomllib

    if taskforce is None or not taskforce.exists():
        return ""
    kept = tomllib.loads(taskforce.read_text("utf-8"))
    name = kept.get("helplines", {}).get("file", "")
    return (taskforce.parent / name).read_text("utf-8") if name else ""


def _rows(text: str) -> list[dict[str, str]]:
    import csv

    return list(csv.DictReader(text.splitlines()))


def people(practice: Practice, team: Team) -> Iterable[Finding]:
    """Find whom the file names and nobody knows: what is meant for them would reach nobody."""
    if not team.workers:
        words = "no staff yet: `python -m bot import people` brings them in."
        yield look("people", words)
        return
    named = {
        "people.manager": (practice.manager,),
        "people.safeguarding_lead": (practice.safeguarding_lead,),
        "people.duty": practice.duty,
        "people.out_of_hours": practice.out_of_hours,
        "lone_working.duty": (practice.visits.lone.duty,),
    }
    for place, refs in named.items():
        for ref in filter(None, refs):
            worker = team.workers.get(ref)
            if worker is None or not worker.active:
                yield wrong("people", f"{place} names {ref}, who does not work here.")
