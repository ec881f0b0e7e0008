"""The holiday club of Marlbridge: whom it was offered to, and what they have answered."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.rules.activity import read_activity
from bot.rules.holidays import BOOKED, DECLINED, INVITED
from bot.scene.scene import Scene
from bot.settings import DEMO
from storage.activities import make_activity, seed_places
from storage.cases import case_ids, ties_on

INVITED_AT = datetime(2026, 11, 24, 15, 45, tzinfo=UTC)
ANSWERED_AT = datetime(2026, 11, 25, 16, 30, tzinfo=UTC)
STATES = (BOOKED, DECLINED, INVITED)


def holiday_club(scene: Scene) -> None:
    """Put the activities of the file on record, with their invitations and answers."""
    with (DEMO / "activities.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            new = read_activity(_typed(row), scene.today)
            if isinstance(new, list):
                raise TypeError("the demo's activities cannot be read")
            number = make_activity(scene.connection, new, scene.practice.manager, scene.now)
            seed_places(scene.connection, _places(scene, number, row))


def _typed(row: Mapping[str, str]) -> dict[str, str]:
    """Write a row as the page's form would send it."""
    ticks = {"haf": row["free_meals_only"], "consent": row["consent"]}
    ticked = {name: "yes" for name, value in ticks.items() if value == "Y"}
    return {**row, "cost": row["cost_pounds"], **ticked}


def _places(scene: Scene, number: int, row: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for state in STATES:
        known = case_ids(scene.connection, row[state].split(";"))
        for case_id in known.values():
            yield {
                "activity_id": number,
                "case_id": case_id,
                "person_id": ties_on(scene.connection, [case_id])[0][0],
                "state": state,
                "invited_at": INVITED_AT,
                "at": INVITED_AT if state == INVITED else ANSWERED_AT,
            }
