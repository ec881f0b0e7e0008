"""The visits of Marlbridge's team in the first weeks: booked, waiting for a yes, offered."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.i18n import LONDON
from bot.rules.visits import Coming, NewVisit, Plan
from bot.scene.scene import Scene
from bot.scene.visiting import travel_for
from bot.service import Service
from bot.settings import DEMO
from bot.turns.visit_news import plan_visit, tell_booked, tell_offer
from storage.addresses import person_by_id
from storage.booking import confirm, make_visit
from storage.cases import case_ids, ties_on
from storage.received import recall, remember
from storage.visit_outcomes import public_words

BOOKED_VISITS = "demo_visits_booked"
TOLD, ASKED, OFFERED = "told", "asked", "offered"  # by word of mouth; by text; times by text


@dataclass(frozen=True, slots=True)
class _Row:
    """One visit of the file."""

    number: int
    new: NewVisit
    times: tuple[datetime, ...]
    stands: str


async def book_visits(service: Service) -> bool:
    """Book the visits of the file, once. False: they were booked before."""

    def book(connection: Connection) -> bool:
        if recall(connection, BOOKED_VISITS):
            return False
        scene = Scene(connection, service.taskforce, service.now(), "visits")
        for row in _rows(scene):
            if min(row.times) > scene.now:
                _book(replace(scene, key=f"visits/{row.number}"), row)
        remember(connection, BOOKED_VISITS, scene.now.isoformat())
        return True

    return await service.database.write(book)


def _book(scene: Scene, row: _Row) -> None:
    """Book one visit, or offer its times; whoever knows of it by word of mouth has said yes."""
    visit = make_visit(scene.connection, row.new, row.new.plan.staff[0], scene.now)
    if row.stands == TOLD and row.new.person:
        confirm(scene.connection, visit.id, visit.version, scene.now)
        visit = replace(visit, confirmed_at=scene.now)
    plan_visit(scene, visit)
    if row.stands == ASKED:
        tell_booked(scene, visit)
    elif row.stands == OFFERED:
        tell_offer(scene, visit, row.times)


def _rows(scene: Scene) -> Iterator[_Row]:
    with (DEMO / "visits.csv").open(encoding="utf-8", newline="") as rows:
        for number, row in enumerate(csv.DictReader(rows), 1):
            times = tuple(_moment(words) for words in row["starts"].split(";"))
            staff = row["staff"].split(";")
            why = public_words(scene.connection, staff)
            plan = Plan(
                minutes=int(row["minutes"]),
                place=row["place"],
                coming=tuple(Coming(ref, why.get(ref, "")) for ref in staff),
                starts_at=None if row["stands"] == OFFERED else times[0],
                travel=travel_for(scene.practice, row["place"]),
                place_words=row["place_words"],
            )
            cases = (row["case"],) if row["case"] else ()
            new = NewVisit(row["kind"], cases, _adult(scene, cases), plan)
            yield _Row(number, new, times, row["stands"])


def _moment(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=LONDON)


def _adult(scene: Scene, cases: tuple[str, ...]) -> str:
    """Name the adult of a case who is asked first."""
    ids = list(case_ids(scene.connection, cases).values())
    return person_by_id(scene.connection, ties_on(scene.connection, ids)[0][0]).ref if ids else ""
