"""`python -m tests.term`: what families hear about school in half a term, and what they do not.

Writes docs/attendance-term.md, and fails where a message broke a rule. The same registers give the
same page, so a change of the rules shows there.
"""

from __future__ import annotations

import asyncio
import csv
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.channels.simulator import PRETENDED
from bot.demo import FILES
from bot.demo_registers import Pupil, Year, pupils_of
from bot.imports.people import read_people
from bot.imports.placements import read_placements, read_sessions
from bot.rules.calendar import is_school_day
from bot.scene.scene import Scene
from bot.settings import DEMO
from bot.turns.registers import take_register
from scheduler.enrolment import enrol, on_record
from scheduler.placements import bring_placements
from storage.attending import look_again
from storage.migrate import upgrade
from storage.tables import AgreedReminder
from tests import term_story as story
from tests.stage import LONDON, Play, london, open_stage
from tests.term_checks import faults
from tests.term_lines import Line, everything
from tests.term_page import HEAD, page

PAGE = Path(__file__).parents[1] / "docs" / "attendance-term.md"
Act = tuple[str, Callable[["Term"], Awaitable[None]]]

__all__ = ["HEAD", "PAGE", "Term", "the_term"]


@dataclass
class Term:
    """One performance of the half term: registers come in, and nobody else answers."""

    play: Play
    pupils: list[Pupil]
    year: Year
    fed: list[tuple[str, story.Marked]] = field(default_factory=list)

    async def takes(self, content: bytes) -> None:
        """A register comes in."""

        def take(connection: Any) -> None:
            scene = Scene(connection, self.play.service.taskforce, self.play.now, "register")
            take_register(scene, "folder", "folder", "day.csv", content)

        await self.play.database.write(take)

    async def register(self, marks: list[story.Marked]) -> None:
        """The registers of a day come in as they stand by now."""
        shown = f"{self.play.now.astimezone(LONDON):%H:%M}"
        self.fed += [(shown, mark) for mark in marks]
        if marks:
            await self.takes(story.file_of(marks))

    async def day(self, day: date) -> None:
        """Let a day pass, from eight in the morning."""
        for at, act in sorted(self._acts(day), key=lambda each: each[0]):
            await self.play.at(f"{day} {at}")
            await act(self)

    def _acts(self, day: date) -> Iterator[Act]:
        marks = list(story.marks_on(self.pupils, self.year, day))
        if is_school_day(self.year.calendar, day):
            morning = story.in_the_morning(marks)
            yield story.IN_THE_MORNING, lambda term: term.register(morning)
            whole = story.put_right(marks, story.IN_THE_AFTERNOON)
            yield story.IN_THE_AFTERNOON, lambda term: term.register(whole)
        for put in story.PUT_RIGHT:
            if put.day == day:
                right = [m for m in story.put_right(morning, put.at) if m.case == put.case]
                yield put.at, lambda term, right=right: term.register(right)
        yield from SAID.get(day, ())
        yield "23:30", _nothing


async def _nothing(_term: Term) -> None:
    """Let the clock alone move."""


async def _he_is_ill(term: Term) -> None:
    await term.play.writes("P10", "Connor is poorly today, been sick all night")


async def _stop(term: Term) -> None:
    await term.play.writes("P21", "STOP")


async def _snow(term: Term) -> None:
    await term.play.writes("HM", "/closed Millrace Centre")
    asked = await term.play.last("HM")
    await term.play.presses("HM", asked["choices"][0]["key"])


SAID: dict[date, tuple[Act, ...]] = {
    story.ILL_ON: (("08:50", _he_is_ill),),
    story.STOPPED_ON: (("11:00", _stop),),
    story.SNOW_ON: (("08:05", _snow),),
}


async def perform(play: Play, first: date, last: date) -> Term:
    """Let the days pass, after all that lay before them."""
    rows = {name: _rows(name) for name in ("pupils.csv", "placements.csv")}
    pupils = pupils_of(rows["pupils.csv"], rows["placements.csv"])
    term = Term(play, pupils, Year(play.service.taskforce.practice.calendar, first))
    await term.takes(story.before(pupils, term.year))
    await play.database.write(lambda connection: _agree_reminder(connection, play))
    for day in story.days(first, last):
        await term.day(day)
    return term


def _agree_reminder(connection: Any, play: Play) -> None:
    """Billie's mother asked for a reminder of the kit, the evening before each Wednesday."""
    [case_id, person_id] = story.tie_of(connection, "P24")
    row = {"case_id": case_id, "person_id": person_id, "days": ["wed"], "time_of_day": "18:30"}
    row |= {"words": "swimming things", "at": play.now, "by": "RA"}
    connection.execute(insert(AgreedReminder).values(**row))
    look_again(connection, [case_id], play.now)


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(_words(name))))


def _words(name: str) -> str:
    return (DEMO / name).read_text(encoding="utf-8")


def _move_in(connection: Any, play: Play) -> None:
    """Put everybody on record as they stood at half term.

    Lukas's parents read English here, so that it shows how two homes are told. Aaliyah's
    placement, which ends in November, has not ended yet.
    """
    files = [(name, _words(name).replace(",lt,lt,", ",en,lt,").encode()) for name in FILES]
    taskforce = play.service.taskforce
    enrol(connection, taskforce, read_people(files), play.now, chat=PRETENDED.__add__)
    scene = Scene(connection, taskforce, play.now, "moved in")
    known = on_record(connection)["known_pupils"]
    placed = _words("placements.csv").replace("2026-11-26", "").encode()
    placed = read_placements("placements.csv", placed, known, scene.today)
    agreed = read_sessions("patterns.csv", _words("patterns.csv").encode(), known)
    bring_placements(scene, placed, agreed)


async def the_term(
    first: date = story.HALF_TERM_ON, last: date = story.HOLIDAYS_ON
) -> tuple[list[Line], list[str]]:
    """Play these days in a database of its own; returns what was said, and what was wrong."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_stage(f"sqlite:///{Path(folder) / 'term.sqlite'}")
        await database.write(upgrade)
        play = Play(database, begins=london(f"{first} 08:00"))
        await database.write(lambda connection: _move_in(connection, play))
        term = await perform(play, first, last)
        lines = await database.read(everything)
        await database.close()
    return lines, faults(lines, term.fed)


def main() -> int:
    """Write the page; 1: a message broke a rule."""
    lines, wrong = asyncio.run(the_term())
    PAGE.write_text(page(lines), encoding="utf-8")
    print(f"docs/{PAGE.name} is written: {len(lines)} messages that went, or did not.")
    print("\n".join(wrong) or "No message broke a rule.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
