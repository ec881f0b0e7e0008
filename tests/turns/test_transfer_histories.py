"""Whatever happens before and after: a transfer loses no work, reads nothing, doubles nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from random import Random

import pytest
from sqlalchemy import Connection, select

from bot.rules.calendar import wall
from bot.rules.check_in import week_of
from bot.scene.matters import OWN_WORK
from bot.scene.scene import Scene
from bot.turns.staffing import revoke_staff
from bot.turns.transfer import transfer
from storage.staff import load_team
from storage.tables import Due, Outbox, Person, Promise, Task
from tests.stage import Play

CASES = ("P01", "P02", "P03", "P07", "P10", "P16", "P19")
TEAM = ("DO", "MB", "PN", "TW", "SG", "RA")
SAID = ("ok thanks", "can you ring me", "1", "no taxi came again", "hes not going in", "3")
TO_THE_TOP = frozenset({"complaint", "safeguarding"})
STEPS = 22


@dataclass(frozen=True)
class Work:
    """One thing that was open."""

    kind: str
    owner: str
    created_at: datetime
    respond_by: datetime | None
    unread: bool


def open_work(connection: Connection) -> dict[int, Work]:
    query = select(Task, Person.ref).join(Person, Person.id == Task.owner_id)
    rows = connection.execute(query.where(Task.done_at.is_(None), Task.kind.not_in(OWN_WORK)))
    return {
        row.id: Work(row.kind, row.ref, row.created_at, row.respond_by, row.seen_at is None)
        for row in rows
    }


def planned(connection: Connection) -> Counter[str]:
    query = select(Due.job, Due.subject).where(Due.job.in_(("check_in", "silence")))
    return Counter(f"{job} {subject}" for job, subject in connection.execute(query))


def promised(connection: Connection) -> int:
    return len(connection.execute(select(Promise.id).where(Promise.done_at.is_(None))).all())


def waiting(connection: Connection) -> frozenset[str]:
    """Name what is on its way to families, but for news that a later transfer makes untrue."""
    open_ones = Outbox.status.in_(("waiting", "held", "sending"))
    query = select(Outbox.key).where(
        open_ones, Outbox.kind != "staff", Outbox.purpose != "handover"
    )
    return frozenset(connection.execute(query).scalars())


def check_ins(connection: Connection) -> Counter[tuple[int, str]]:
    """Count the check-ins that began, for each person and week."""
    query = select(Outbox.person_id, Outbox.created_at).where(
        Outbox.purpose == "check_in", Outbox.key.like("check_in/%")
    )
    return Counter(
        (person, week_of(wall(at).date()).isoformat()) for person, at in connection.execute(query)
    )


class History:
    """One team's weeks: families write, workers read and answer, cases pass, people leave."""

    def __init__(self, play: Play, dice: Random) -> None:
        self.play, self.dice, self.passed = play, dice, 0

    async def goes_on(self) -> None:
        deed = self.dice.choices(
            (self.writes, self.reads, self.passes, self.leaves, self.covers, self.waits),
            (6, 3, 5, 1, 2, 4),
        )[0]
        await deed()

    async def writes(self) -> None:
        await self.play.writes(self.dice.choice(CASES), self.dice.choice(SAID))

    async def reads(self) -> None:
        work = sorted(await self.play.database.read(open_work))
        if work:
            action = self.dice.choice(("ack", "done"))
            await self.play.presses(self.dice.choice(TEAM), f"t:{self.dice.choice(work)}:{action}")

    async def waits(self) -> None:
        await self.play.later(hours=self.dice.choice((1, 3, 9, 26)))

    async def covers(self) -> None:
        await self.play.writes(self.dice.choice(TEAM), self.dice.choice(("/away", "/back")))

    async def leaves(self) -> None:
        here = await self._here()
        if len(here) > 2:
            database, taskforce = self.play.database, self.play.service.taskforce
            before = await database.read(open_work)
            await revoke_staff(database, taskforce, self.dice.choice(here), self.play.now)
            await self._nothing_lost(before)

    async def passes(self) -> None:
        here = await self._here()
        cases = self.dice.sample(CASES, self.dice.randint(1, 4))
        to, key = self.dice.choice(here), f"transfer:{self.passed}"
        self.passed += 1
        database = self.play.database
        before = [await database.read(one) for one in (open_work, planned, promised, waiting)]

        def work(connection: Connection) -> None:
            scene = Scene(connection, self.play.service.taskforce, self.play.now, key)
            transfer(scene, "HM", cases, to)

        await database.write(work)
        await self._nothing_lost(before[0])
        after = [await database.read(one) for one in (planned, promised, waiting)]
        assert (after[0], after[1]) == (before[1], before[2])
        assert after[2] >= before[3]

    async def _here(self) -> list[str]:
        team = await self.play.database.read(load_team)
        return [ref for ref in TEAM if team.workers[ref].active]

    async def _nothing_lost(self, before: dict[int, Work]) -> None:
        after = await self.play.database.read(open_work)
        here = set(await self._here()) | {"HM", "JL", "FS"}
        assert before.keys() <= after.keys(), "something was closed by passing on"
        for number, was in before.items():
            now = after[number]
            assert (now.created_at, now.respond_by) == (was.created_at, was.respond_by)
            assert now.unread or not was.unread, "something unread became read"
            assert now.kind == was.kind
        left_with = {work.owner for work in after.values() if work.kind not in TO_THE_TOP}
        assert left_with <= here, "somebody who has left still owns something"


@pytest.mark.afternoon
@pytest.mark.parametrize(("play", "seed"), [("sqlite", 0), ("postgresql", 1)], indirect=["play"])
async def test_nothing_unread_becomes_read_and_nothing_planned_is_lost_or_doubled(play: Play, seed):
    history = History(play, Random(seed))
    await play.without_digests()
    for _ in range(STEPS):
        await history.goes_on()
    await play.at("2026-12-11 17:00")
    begun = await play.database.read(check_ins)
    assert begun, "no week of this history had a check-in"
    assert max(begun.values()) == 1, begun
