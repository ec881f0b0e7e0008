"""N4: what a provider says about one text, in every order it may arrive in.

The rule is R-T5: the furthest word counts, the first last word is the last, and a last word that
contradicts it is shown to a person.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from random import Random
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, func, select

from bot.channels.twilio import Twilio
from bot.dispatch import results
from bot.dispatch.claim import Claim, outgoing
from bot.domain import Sent
from bot.handlers.sms import keep_receipt
from storage import leases, outbox
from storage.addresses import hold_line_by_id
from storage.receipts import move_on
from storage.tables import DeliveryEvent, Task
from tests.fakes.twilio import settings
from tests.fakes.twilio_calls import arrived, status
from tests.storm.found import Found
from tests.storm.knock import quietly
from tests.storm.office import QUICK, Letter, Office, opened
from tests.storm.office import Clock as StageClock
from tests.storm.outbound import Outcome, Scale

COMMIT = "our own commit"
EVENTS = (COMMIT, "accepted", "queued", "sending", "sent", "delivered", "undelivered")
ORDER = ("accepted", "queued", "sending", "sent")
LAST = ("delivered", "undelivered", "failed")
CODE = "30007"  # filtered by the carrier: nothing is tried again
EVERY_ORDER = 5_040
TOGETHER = 40  # messages in one transaction


async def n4(engine: str, scale: Scale, seed: int) -> Outcome:
    """Fold every order on paper, and so many of them, and of random ones, through the database."""
    found, chance = Found("N4"), Random(seed)
    orders = list(itertools.permutations(EVENTS))
    for order in orders:
        _on_paper(found, [event for event in order if event != COMMIT])
    for _ in range(max(EVERY_ORDER, scale.messages * 10)):
        _on_paper(found, _any_order(chance))
    if scale.messages < EVERY_ORDER:
        orders = chance.sample(orders, scale.messages)
    kept: list[Sequence[str]] = [*orders]
    kept += [_with_commit(chance, _any_order(chance)) for _ in range(scale.messages // 2)]
    async with opened(engine) as (laid, database):
        clock = StageClock()
        provider = Twilio(settings("http://127.0.0.1:9"), clock.now)
        office = Office(laid, database, clock, {"sms": provider})
        with quietly():
            for begin in range(0, len(kept), TOGETHER):
                await _in_the_database(found, office, provider, kept[begin : begin + TOGETHER])
        await provider.close()
    found.cases += len(kept)
    return found.outcome(f"on_paper {found.cases - len(kept)} in_the_database {len(kept)}")


def _any_order(chance: Random) -> list[str]:
    """Any events at all, some twice, some not at all, in any order."""
    events = [*ORDER, *LAST]
    return chance.choices(events, k=chance.randrange(1, 12))


def _with_commit(chance: Random, events: list[str]) -> list[str]:
    at = chance.randrange(len(events) + 1)
    return [*events[:at], COMMIT, *events[at:]]


def final(events: Sequence[str]) -> str:
    """Say by the rule where a message ends that its provider has taken."""
    last = next((event for event in events if event in LAST), None)
    # "Sent" is what we know ourselves as soon as the provider has it.
    return last or "sent"


def conflict(events: Sequence[str]) -> bool:
    """Say whether its provider says that it arrived, and that it did not."""
    return "delivered" in events and not {"undelivered", "failed"}.isdisjoint(events)


class _Paper:
    """Takes whatever is written to it; the rule of the status alone is asked."""

    def execute(self, statement: Any) -> None:
        pass


def _on_paper(found: Found, events: Sequence[str]) -> None:
    """Fold events as the service does, with no database: it never goes back."""
    found.cases += 1
    stands, furthest = "waiting", -1
    paper: Any = _Paper()
    for event in events:
        row: Any = SimpleNamespace(
            id=0, status="sent" if stands == "waiting" else stands, reason=""
        )
        if move_on(paper, row, event, ""):
            stands = event
        rank = _rank(stands)
        found.expect(rank >= furthest, f"goes back to {stands}")
        furthest = rank
    ends = "sent" if stands == "waiting" else stands
    found.expect(ends == final(events), f"on paper: {ends}, not {final(events)}")


def _rank(state: str) -> int:
    return len(ORDER) if state in LAST else (*ORDER, "waiting").index(state)


async def _in_the_database(
    found: Found, office: Office, provider: Twilio, orders: Sequence[Sequence[str]]
) -> None:
    """Bring each order to a message of its own; all of it as the service would keep it."""
    letters = await office.letters(len(orders))

    def bring(connection: Connection) -> None:
        for letter, order in zip(letters, orders, strict=True):
            _bring(found, connection, office, provider, letter, order)

    await office.database.write(bring)


def _bring(
    found: Found,
    connection: Connection,
    office: Office,
    provider: Twilio,
    letter: Letter,
    order: Sequence[str],
) -> None:
    now, taskforce = office.clock.now(), office.service.taskforce
    attempt = leases.intend(connection, letter.id, "storm", now)
    sid, row = f"SM{letter.id:032x}", outbox.find(connection, letter.id)
    assert row is not None
    line = hold_line_by_id(connection, letter.line)
    claim = Claim(letter.id, attempt, row.kind, outgoing(row, line))
    for event in order:
        if event == COMMIT:
            taken = results.Result(claim, sent=Sent(sid, row.text, "twilio"))
            results.keep(connection, taskforce, "storm", taken, now, 1.0, QUICK)
        else:
            code = CODE if event in {"undelivered", "failed"} else ""
            call = status(letter.ref, event, sid=sid, code=code, to=letter.address)
            receipt = provider.receipt(arrived(call))
            keep_receipt(connection, taskforce, provider, receipt, now)
    _judge(found, connection, letter, order)


def _judge(found: Found, connection: Connection, letter: Letter, order: Sequence[str]) -> None:
    said, row = [event for event in order if event != COMMIT], outbox.find(connection, letter.id)
    assert row is not None
    where = f"{' '.join(order)}: "
    wanted = final(said)
    found.expect(row.status == wanted, f"{where}{row.status}, not {wanted}")
    events = select(func.count()).where(DeliveryEvent.outbox_ref == letter.ref)
    kept = connection.execute(events).scalar_one()
    found.expect(kept == len(said), f"{where}{kept} of {len(said)} events kept")
    flags = select(func.count()).where(Task.outbox_id == letter.id, Task.kind == "uncertain")
    flagged = connection.execute(flags).scalar_one()
    found.expect(flagged == int(conflict(said)), f"{where}shown to a person {flagged} times")
    # The reason shows the code unless the message arrived first: none without one erases it.
    failed = wanted in {"undelivered", "failed"}
    found.expect(not failed or CODE in row.reason, f"{where}the code is gone")
