"""Whatever a team looks like, a family's message reaches who ought to have it, and somebody."""

from __future__ import annotations

from random import Random

from sqlalchemy import Connection, insert

from bot.scene.family import family_at
from bot.scene.scene import Scene, Taskforce
from bot.settings import read_lexicon
from storage.addresses import hold_line, mark_line, person_by_id
from storage.staff import week_to_json
from storage.tables import Allocation, CaseContact, Cover, Person, Staff
from tests.routes.__main__ import decide
from tests.routes.judge import Judge
from tests.routes.worlds import World, a_moment, a_world, key_workers
from tests.storage.rows import NOW, a_case

WORLDS, MESSAGES = 20, 25
TIE = {"relation": "mother", "parental_responsibility": True, "priority": 1, "prefers": [],
       "needs": [], "rules": {"days": [], "hours": None, "avoid": []}}  # fmt: skip


def test_in_twenty_thousand_messages_none_goes_astray_and_none_has_no_owner():
    wrong, met = decide(20_000, seed=2026)
    assert wrong == {}
    assert min(met.values()) > 100, met


def test_the_judge_notices_when_a_message_goes_to_somebody_else(monkeypatch):
    monkeypatch.setattr("bot.rules.routing.BACK_WITHIN_WORKING_DAYS", 1)
    wrong, _met = decide(4_000, seed=2026)
    assert wrong["misrouted"] > 0


async def test_what_is_stored_leads_to_the_same_owner(database):
    """The same worlds, out of the tables: allocations, covers, siblings, forbidden numbers."""
    dice = Random(7)
    lexicon = read_lexicon()

    def play(connection: Connection) -> list[str]:
        found = []
        for _ in range(WORLDS):
            world = a_world(dice)
            with connection.begin_nested() as only_now:
                phones = stored(connection, world)
                taskforce = Taskforce(world.practice, lexicon)
                for _ in range(MESSAGES):
                    caller, now = dice.randrange(len(phones)), a_moment(dice)
                    scene = Scene(connection, taskforce, now, "k")
                    found += differences(scene, world, caller, phones[caller])
                only_now.rollback()
        return found

    assert await database.write(play) == []


def differences(scene: Scene, world: World, caller: int, phone: str) -> list[str]:
    """Compare whom a message from a phone reaches with whom it ought to reach."""
    line = hold_line(scene.connection, "sms", phone, NOW)
    family = family_at(scene, line, person_by_id(scene.connection, line.person_id))
    writes = world.callers[caller]
    judge, theirs = Judge(world, scene.now), key_workers(writes, scene.today)
    wanted = list(dict.fromkeys(judge.owner(who) for who in (theirs or [None])))
    found = ["misrouted"] * (family.owners() != wanted)
    forbidden = writes.forbidden and bool(writes.cases)
    return found + ["answered"] * (family.muted is not forbidden)


def stored(connection: Connection, world: World) -> list[str]:
    """Put a world on record; returns the phones of its callers."""
    ids = {ref: _staff(connection, world, ref) for ref in world.team.workers}
    for cover in world.team.covers:
        row = {"staff_id": ids[cover.staff], "substitute_id": ids.get(cover.substitute),
               "from_on": cover.from_on, "to_on": cover.to_on, "started_at": NOW}  # fmt: skip
        connection.execute(insert(Cover).values(**row))
    phones = [f"+447700900{place:03}" for place in range(len(world.callers))]
    for place, caller in enumerate(world.callers):
        person = _person(connection, f"C{place}", "carer")
        mark_line(connection, hold_line(connection, "sms", phones[place], NOW).id, person_id=person)
        for case in caller.cases:
            case_id = a_case(connection, f"{case.case}C{place}")
            tie = {"case_id": case_id, "person_id": person, "do_not_use": caller.forbidden}
            connection.execute(insert(CaseContact).values(**TIE, **tie))
            for who, since, until in case.spells:
                spell = {"case_id": case_id, "staff_id": ids[who], "role": "key_worker",
                         "from_on": since, "to_on": until}  # fmt: skip
                connection.execute(insert(Allocation).values(**spell))
    return phones


def _staff(connection: Connection, world: World, ref: str) -> int:
    worker, person = world.team.workers[ref], _person(connection, ref, "staff")
    row = {"person_id": person, "role": "worker", "employer": "taskforce",
           "hours": week_to_json(worker.hours), "deputy": worker.deputy,
           "active": worker.active}  # fmt: skip
    connection.execute(insert(Staff).values(**row))
    return person


def _person(connection: Connection, ref: str, kind: str) -> int:
    row = {"ref": ref, "kind": kind, "name": "Somebody", "created_at": NOW}
    return connection.execute(insert(Person).values(**row).returning(Person.id)).scalar_one()
