"""Whatever a team looks like, somebody owns it (S13)."""

from __future__ import annotations

import random
from datetime import date, timedelta

from bot.rules.practice import Practice
from bot.rules.routing import (
    Standin,
    Team,
    Worker,
    ladder,
    owner,
    paged,
    standing_owner,
    urgent_owner,
)
from tests.rules.test_routing import PRACTICE, TODAY, at, worker


def _some_team(dice, weeks):
    refs = [f"S{number}" for number in range(dice.randint(1, 6))]
    pick = lambda: dice.choice([*refs, None, "elsewhere"])  # noqa: E731  one word for one throw
    workers = {
        ref: Worker(ref, "Someone", dice.choice(weeks), pick(), active=dice.random() < 0.7)
        for ref in refs
    }
    covers = tuple(
        Standin(n, dice.choice(refs), pick(), TODAY, dice.choice([None, TODAY, date(2026, 12, 4)]))
        for n in range(dice.randint(0, 6))
    )
    people = [ref for ref in (pick(), pick(), pick()) if ref]
    practice = Practice(
        manager=dice.choice(refs), safeguarding_lead=pick() or "", duty=tuple(people[:2]),
        out_of_hours=tuple(people[1:]), calendar=PRACTICE.calendar,
    )  # fmt: skip
    return Team(workers, covers), practice, pick()


def test_in_twenty_thousand_teams_somebody_always_owns_it_and_never_a_leaver():
    dice = random.Random(20261130)
    weeks = [worker("", "", dice.sample(range(7), dice.randint(0, 7))).hours for _ in range(50)]
    for _ in range(20_000):
        team, practice, key_worker = _some_team(dice, weeks)
        now = at("2026-11-30T00:00") + timedelta(minutes=dice.randrange(20_160))
        anybody = any(person.active for person in team.workers.values())
        for find in (owner, standing_owner, urgent_owner):
            found = find(team, practice, key_worker, now)
            assert found.staff in team.workers
            assert team.workers[found.staff].active or not anybody
        told = (*paged(team, practice, key_worker, now),
                *ladder(team, practice, key_worker, now, grave=True))  # fmt: skip
        assert all(team.workers[ref].active for ref in told)
        assert bool(told) is anybody
