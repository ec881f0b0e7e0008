"""S1: somebody says that nothing more may go, while senders reach for what waits."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import Connection, select, update

from bot.desk.base import Pause
from bot.dispatch import Dispatcher
from bot.dispatch.claiming import Claiming, claim
from bot.domain import Inbound
from bot.imports.carers import CarerRow
from bot.imports.people import People
from bot.imports.pupils import PupilRow
from bot.imports.rows import Cell
from bot.rules.practice import ANY_TIME
from bot.scene.scene import Scene
from bot.turns import changes
from bot.turns.spine import hear
from storage.addresses import person_by_ref
from storage.database import Database
from storage.enrol import Enrolment
from storage.report import Report
from storage.tables import Outbox, Person
from tests.storage.rows import Home, a_home, a_letter, status_of
from tests.storm.ground import Ground, ground
from tests.storm.ledger import Ledger, doubles
from tests.storm.outbound import Outcome, Scale

TOGETHER = {"sqlite": 20, "postgresql": 10}  # races side by side
PAUSES = (0.0, 0.0, 0.0, 0.01, 0.02)  # seconds before somebody says so
WAITS_FOR = 0.5  # seconds in which what is not held back would have been committed


@dataclass(frozen=True, slots=True)
class Race:
    """One family with a message that waits, and what is said about it meanwhile."""

    number: int
    home: Home
    kind: str
    pause: float = 0.0


Deed = Callable[[Connection, Ground, Race], None]


def _opts_out(connection: Connection, laid: Ground, race: Race) -> None:
    # The carrier confirms STOP: one message less to send in ten thousand races.
    taskforce = replace(laid.taskforce(), confirm_stop=frozenset({"twilio"}))
    said = Inbound("sms", f"stop-{race.home.person}", race.home.number, "STOP", provider="twilio")
    hear(connection, taskforce, said, laid.now())


def _pauses(connection: Connection, laid: Ground, race: Race) -> None:
    scene = Scene(connection, laid.taskforce(), laid.now(), f"pause:{race.number}")
    by = person_by_ref(connection, "DO")
    assert by is not None
    ref = connection.execute(select(Person.ref).where(Person.id == race.home.person)).scalar_one()
    changes.make(scene, by, Pause(ref, laid.now() + timedelta(days=7)))


def _closes(connection: Connection, laid: Ground, race: Race) -> None:
    pupil = PupilRow(
        ref=f"R{race.number}", first="Kai", last="Thornton", upn=f"A{race.number:012}", year=9,
        tier=2, status="closed", sen="K", fsm=False, csc="none", registration="single",
        home_school="Marl Beck Academy", key_worker="", placement_week=1, constraint="",
    )  # fmt: skip
    _imported(connection, laid, People((), (), (pupil,), ()))


def _forbids(connection: Connection, laid: Ground, race: Race) -> None:
    barred = replace(_carer(race), do_not_use=True, do_not_use_reason="court order")
    _imported(connection, laid, People((), (), (), (barred,)))


def _changes_number(connection: Connection, laid: Ground, race: Race) -> None:
    moved = replace(_carer(race), phone=f"+4477019{race.number:05}")
    _imported(connection, laid, People((), (), (), (moved,)))


def _carer(race: Race) -> CarerRow:
    return CarerRow(
        pupil=f"R{race.number}", relation="mother", name="Leanne Thornton",
        phone=race.home.number, channel="sms", reads="en", speaks="en",
        parental_responsibility=True, priority=1, do_not_use=False, do_not_use_reason="",
        shared_phone=False, discreet=False, window=ANY_TIME, copy_only=False, prefers=(),
        needs=(), opted_out=False, proven=True, note="", rules_missing=False,
        phone_at=Cell("carers.csv", race.number, "phone", race.home.number),
    )  # fmt: skip


def _imported(connection: Connection, laid: Ground, people: People) -> None:
    now = laid.now()
    Enrolment(connection, now, now.date(), Report(), proven=True).people(people)


KINDS: dict[str, Deed] = {
    "opt-out": _opts_out,
    "do-not-use": _forbids,
    "pause": _pauses,
    "case closed": _closes,
    "number changed": _changes_number,
}


async def s1(engine: str, scale: Scale, seed: int) -> Outcome:
    """Race what forbids a message against its senders: no intent follows the commit of a no."""
    began, dice = time.monotonic(), Random(seed)
    async with ground(engine) as laid:
        database = laid.open()
        try:
            ledger = Ledger(laid.folder / "ledger")
            ends = await _raced(laid, database, ledger, scale.messages, dice)
            loose = [] if engine == "sqlite" else await _unheld(laid, database, scale.messages)
            twice = doubles(ledger.lines())
        finally:
            await database.close()
    counted = Counter(what for _kind, what in ends)
    late = counted["after"] + counted["unordered"] + twice
    by_kind = Counter(kind for kind, what in ends if what in {"after", "unordered"})
    worst = f" ({', '.join(f'{kind} {n}' for kind, n in sorted(by_kind.items()))})" * bool(by_kind)
    held = f"not_held_by_a_lock {', '.join(loose) or 'none'}"
    said = (
        f"left_before {counted['before']} in_flight {counted['in flight']} kept {counted['kept']} "
        f"after_the_commit {counted['after']} order_unknown {counted['unordered']}{worst} {held} "
        f"seconds {time.monotonic() - began:.0f}"
    )
    return Outcome("S1", len(ends), late + len(loose), said)


async def _raced(
    laid: Ground, database: Database, ledger: Ledger, races: int, dice: Random
) -> list[tuple[str, str]]:
    ends: list[tuple[str, str]] = []
    senders = [sender(laid, database, ledger, name) for name in ("one", "two")]
    for first in range(0, races, TOGETHER[laid.engine]):
        numbers = range(first, min(first + TOGETHER[laid.engine], races))
        homes = await database.write(lambda c, n=numbers: [a_home(c, one) for one in n])
        kinds = list(KINDS)
        abreast = [
            Race(number, home, kinds[number % len(kinds)], dice.choice(PAUSES))
            for number, home in zip(numbers, homes, strict=True)
        ]
        dice.shuffle(abreast)
        ends += await _round(laid, database, senders, abreast)
    return ends


def sender(laid: Ground, database: Database, ledger: Ledger, name: str) -> Dispatcher:
    return Dispatcher(database, {"sms": ledger}, laid.taskforce(), laid.now, name)


async def _round(
    laid: Ground, database: Database, senders: list[Dispatcher], races: list[Race]
) -> list[tuple[str, str]]:
    """Everybody at once; then everything that may go has gone."""
    letters = await database.write(partial(_waiting, laid=laid, races=races))
    forbidding = [
        _forbidden(laid, database, race, letter)
        for race, letter in zip(races, letters, strict=True)
    ]
    seen, *_ = await asyncio.gather(
        asyncio.gather(*forbidding), *(one.claim_and_send() for one in senders)
    )
    for one in senders:
        await one.drain()
    ends = await database.read(lambda c: [status_of(c, letter) for letter in letters])
    return [
        (race.kind, _judged(*looks, end))
        for race, looks, end in zip(races, seen, ends, strict=True)
    ]


def _waiting(connection: Connection, laid: Ground, races: list[Race]) -> list[int]:
    """Let an automatic message wait for each; what staff would be told is put aside."""
    notices = update(Outbox).where(Outbox.kind == "staff", Outbox.status == "waiting")
    connection.execute(notices.values(status="cancelled"))
    now = laid.now()
    return [
        a_letter(
            connection, race.home.line, f"storm/{race.number}", kind="proactive", at=now,
            due_at=now, person_id=race.home.person, purpose="storm", text=f"storm {race.number}",
        )
        for race in races
    ]  # fmt: skip


async def _forbidden(laid: Ground, database: Database, race: Race, letter: int) -> tuple[str, str]:
    """Forbid it; returns how the message stood as the last act before COMMIT, and just after."""

    def work(connection: Connection) -> str:
        KINDS[race.kind](connection, laid, race)
        return status_of(connection, letter)

    if race.pause:
        await asyncio.sleep(race.pause)
    before = await database.write(work)
    return before, await database.read(lambda c: status_of(c, letter))


def _judged(before: str, after: str, end: str) -> str:
    left = {"sending", "sent"}
    if before in left:
        return "before" if before == "sent" else "in flight"
    if end not in left:
        return "kept"
    return "unordered" if after in left else "after"


async def _unheld(laid: Ground, database: Database, first: int) -> list[str]:
    """Name what can be committed between the gate's look and the COMMIT of the intent."""
    found = []
    for number, kind in enumerate(KINDS, first):
        home = await database.write(lambda c, n=number: a_home(c, n))
        race = Race(number, home, kind)
        await database.write(partial(_waiting, laid=laid, races=[race]))
        elsewhere = threading.Thread(target=_says_so, args=(laid, race))

        def gate_and_wait(connection: Connection, elsewhere: Any = elsewhere) -> bool:
            haul = claim(Claiming(connection, laid.taskforce(), "probe", laid.now()))
            assert haul.claims, "nothing was claimed, so nothing is found out"
            elsewhere.start()
            elsewhere.join(WAITS_FOR)
            return not elsewhere.is_alive()

        if await database.write(gate_and_wait):
            found.append(kind)
        await asyncio.to_thread(elsewhere.join)
    return found


def _says_so(laid: Ground, race: Race) -> None:
    async def live() -> None:
        other = laid.open()
        await other.write(lambda connection: KINDS[race.kind](connection, laid, race))
        await other.close()

    asyncio.run(live())
