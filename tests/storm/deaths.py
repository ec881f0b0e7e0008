"""Eight ways to die with a message in hand: each a process that kills itself at one place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from bot.dispatch import Dispatcher
from bot.dispatch.receipts import keep_receipt
from bot.dispatch.timing import Timing
from bot.domain import Inbound, Receipt, WebhookRequest
from bot.handlers.sms import MESSAGE, SmsDoor
from bot.handlers.spool import WaitingRoom
from bot.turns import take
from storage import outbox
from storage.database import Database
from storage.folder import demo_keyring
from storage.spool import open_spool
from tests.fakes.twilio_calls import inbound
from tests.storage.killed_turn import AFTER_COMMIT, BEFORE_COMMIT, die, engine_of, lay_in_wait
from tests.storage.rows import Home
from tests.storm.crew import Orders, texts_of
from tests.storm.doomed import dies_before
from tests.storm.ground import Ground
from tests.storm.ledger import Ledger, Line

TIMING = Timing(
    lease=timedelta(seconds=2), call=timedelta(seconds=0.2), grace=timedelta(seconds=0.1),
    ask_again=timedelta(seconds=0.1), look_every=timedelta(0),
)  # fmt: skip
UNHURRIED = replace(TIMING, lease=timedelta(seconds=60))  # for whoever puts things right
CRY = "he says he wants to die"


@dataclass(frozen=True, slots=True)
class Case:
    """One death: on which ground, at which window, about which family; the rest follows."""

    ground: Ground
    window: str
    number: int
    home: Home

    @property
    def name(self) -> str:
        return f"{self.window}:{self.number}"

    @property
    def book(self) -> Path:
        return self.ground.folder / "ledger"

    @property
    def ref(self) -> str:
        return outbox.ref_of(self.name)

    def heard(self) -> Inbound:
        return Inbound("sms", f"SM{self.home.person:032x}", self.home.number, CRY)

    def brought(self) -> WebhookRequest:
        path, headers, body = inbound(self.home.number, CRY, sid=self.heard().external_id)
        return WebhookRequest(path, "", headers, body)


def put(connection: Connection, case: Case) -> int:
    """Put a case's message into the outbox, as the turn does that decides on it."""
    now, home = case.ground.now(), case.home
    return outbox.put(connection, outbox.Letter(
        key=case.name, address_id=home.line, kind="safety", purpose="storm", language="en",
        text=f"storm {case.number}", at=now, due_at=now, person_id=home.person, heard_at=now,
    ))  # fmt: skip


def sender(case: Case, database: Database, ledger: Ledger, timing: Timing = TIMING) -> Dispatcher:
    """Make the sender of one case."""
    laid, channels = case.ground, {"sms": ledger}
    name = case.name[:40]
    return Dispatcher(database, channels, laid.taskforce(), laid.now, name, timing=timing)


async def _decides(case: Case, database: Database) -> None:
    """Die at the door of the COMMIT that would have put a message into the outbox."""
    lay_in_wait(engine_of(database), BEFORE_COMMIT)
    await database.write(lambda connection: put(connection, case))


async def _claims(case: Case, database: Database) -> None:
    """Die with a message claimed and its intent not committed."""
    await database.write(lambda connection: put(connection, case))
    lay_in_wait(engine_of(database), BEFORE_COMMIT)
    await sender(case, database, Ledger(case.book)).drain()


async def _sends(case: Case, database: Database, point: str) -> None:
    """Die while the provider is being called: before it took the message, or after."""

    async def at(reached: str) -> None:
        if reached == point:
            die()

    await database.write(lambda connection: put(connection, case))
    await sender(case, database, Ledger(case.book, at)).drain()


async def _intends(case: Case, database: Database) -> None:
    """Die with the intent committed and nothing sent."""
    await _sends(case, database, "asked")


async def _handed_over(case: Case, database: Database) -> None:
    """Die when the provider has the message and nobody wrote that down."""
    await _sends(case, database, "taken")


async def _is_told(case: Case, database: Database) -> None:
    """Die at the door of the result's COMMIT, when the provider's receipt has come before it."""
    taskforce, now = case.ground.taskforce(), case.ground.now()

    async def at(reached: str) -> None:
        if reached == "taken":
            (line,) = of(case, Ledger(case.book).lines())
            receipt = Receipt(case.ref, line["sid"], "delivered", provider="ledger")
            await database.write(lambda c: keep_receipt(c, taskforce, receipt, None, now))
            lay_in_wait(engine_of(database), BEFORE_COMMIT)

    await database.write(lambda connection: put(connection, case))
    await sender(case, database, Ledger(case.book, at)).drain()


async def _hears(case: Case, database: Database) -> None:
    """Die with a family's words kept and the provider not told so."""
    lay_in_wait(engine_of(database), AFTER_COMMIT)
    await take(database, case.ground.taskforce(), case.heard(), case.ground.now())


async def _answers(case: Case, database: Database) -> None:
    """Die in the middle of a turn: heard, and the answer not yet in the outbox."""
    dies_before(engine_of(database), "INSERT INTO outbox")
    await take(database, case.ground.taskforce(), case.heard(), case.ground.now())


async def _spools(case: Case, database: Database) -> None:
    """Die with a call in its file, for the database is locked; half of them have said 200."""
    door = door_of(case.ground, database)
    kept = await door._kept(MESSAGE, case.brought())
    if kept:
        die()


def door_of(laid: Ground, database: Database) -> SmsDoor:
    """Build the door of the texts, with the files calls wait in while the database is away."""
    spool = open_spool(laid.folder, demo_keyring(laid.folder))
    room = WaitingRoom(spool, database, laid.taskforce(), laid.now)
    provider = texts_of(Orders(laid, "http://127.0.0.1:9"))
    made = SmsDoor(
        provider, database, laid.taskforce(), laid.now, lambda: None, room, patience=0.05
    )
    room.admit(provider.name, made)
    return made


def begin(case: Case) -> None:
    """Be the process that dies."""

    async def live() -> None:
        await WINDOWS[case.window](case, case.ground.open())

    asyncio.run(live())


WINDOWS: dict[str, Callable[[Case, Database], Awaitable[None]]] = {
    "decided, not committed": _decides,
    "claimed, no intent": _claims,
    "intent, not sent": _intends,
    "taken, answer lost": _handed_over,
    "receipt before our commit": _is_told,
    "kept, 200 lost": _hears,
    "heard, answer not put out": _answers,
    "database locked": _spools,
}


def of(case: Case, lines: list[Line]) -> list[Line]:
    return [line for line in lines if line["ref"] == case.ref]
