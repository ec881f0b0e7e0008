"""The outbox: one row a message, claimed by one sender at a time, in order for each address."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection, event, func, select, text

from storage import leases, lookups, outbox, receipts
from storage.database import Database
from storage.tables import DeliveryEvent, Outbox
from tests.storage.rows import NOW, a_letter, a_line, let_lease_run_out, set_status, status_of

SOON = NOW + timedelta(hours=1)


def may_go(connection: Connection, limit: int = 50) -> list[str]:
    return [row.key for row in leases.claimable(connection, "sms", NOW, limit)]


async def test_the_same_message_put_in_twice_is_one(database: Database):
    def twice(connection: Connection) -> tuple[int, int, int]:
        line = a_line(connection, "+447700900123")
        first = a_letter(connection, line, "check_in/C001/2026-11-30")
        again = a_letter(connection, line, "check_in/C001/2026-11-30", text="Something else.")
        count = select(func.count()).select_from(Outbox)
        return first, again, connection.execute(count).scalar_one()

    first, again, count = await database.write(twice)
    assert (first, count) == (again, 1)
    row = await database.read(lambda c: outbox.find(c, first))
    assert row is not None
    assert row.text == "Thank you."


async def test_two_replicas_that_put_the_same_message_in_at_once_make_one(database: Database):
    line = await database.write(lambda c: a_line(c, "+447700900123"))
    put = partial(a_letter, address_id=line, key="check_in/C001/2026-11-30")
    done = await asyncio.gather(*(database.write(put) for _ in range(8)), return_exceptions=True)
    kept = {answer for answer in done if isinstance(answer, int)}
    assert len(kept) == 1
    count = select(func.count()).select_from(Outbox)
    assert await database.read(lambda c: c.execute(count).scalar_one()) == 1


async def test_messages_to_one_phone_leave_one_after_the_other(database: Database):
    def two(connection: Connection) -> tuple[int, int]:
        line = a_line(connection, "+447700900123")
        a_letter(connection, a_line(connection, "+447700900124"), "another family")
        return a_letter(connection, line, "first"), a_letter(connection, line, "second")

    first, second = await database.write(two)
    assert sorted(await database.write(may_go)) == ["another family", "first"]
    await database.write(lambda c: leases.intend(c, first, "w", NOW))
    assert await database.write(may_go) == ["another family"], "the first is still on its way"
    await database.write(lambda c: set_status(c, first, "failed"))
    assert sorted(await database.write(may_go)) == ["another family", "second"]
    assert await database.read(lambda c: status_of(c, second)) == "waiting"


async def test_what_is_held_or_for_later_keeps_nobody_waiting(database: Database):
    def three(connection: Connection) -> None:
        line = a_line(connection, "+447700900123")
        held = a_letter(connection, line, "held")
        set_status(connection, held, "held", due_at=SOON)
        a_letter(connection, line, "tomorrow", due_at=SOON)
        gone = a_letter(connection, line, "uncertain")
        set_status(connection, gone, "uncertain")
        a_letter(connection, line, "now")

    await database.write(three)
    assert await database.write(may_go) == ["now"]


async def test_what_was_held_until_now_still_goes_before_what_came_later(database: Database):
    def two(connection: Connection) -> int:
        line = a_line(connection, "+447700900123")
        held = a_letter(connection, line, "held until now")
        set_status(connection, held, "held", due_at=NOW)
        a_letter(connection, line, "later")
        return held

    held = await database.write(two)
    assert await database.write(may_go) == ["held until now"]
    await database.write(lambda c: set_status(c, held, "held", due_at=SOON))
    assert await database.write(may_go) == ["later"]


async def test_the_longest_due_goes_first_and_no_more_than_asked(database: Database):
    def many(connection: Connection) -> None:
        for number in range(10):
            line = a_line(connection, f"+4477009001{number:02}")
            a_letter(connection, line, f"m{number}", due_at=NOW - timedelta(minutes=number))

    await database.write(many)
    assert await database.write(partial(may_go, limit=3)) == ["m9", "m8", "m7"]


async def test_eight_senders_never_take_the_same_message(database: Database):
    """400 messages, half of them queued behind another one of the same phone."""

    def many(connection: Connection) -> None:
        for number in range(400):
            a_letter(connection, a_line(connection, f"+44770090{number // 2:04}"), f"m{number}")

    def take(connection: Connection, worker: str) -> list[int]:
        taken = []
        for row in leases.claimable(connection, "sms", NOW, 7):
            assert leases.intend(connection, row.id, worker, NOW) == 1
            taken.append(row.id)
        return taken

    def hand_over(connection: Connection, worker: str, ids: list[int]) -> None:
        for one in ids:
            assert leases.handed_over(connection, one, worker, 1, f"SM{one}", NOW)

    claims: list[int] = []

    async def sender(worker: str) -> None:
        while len(claims) < 400:
            taken = await database.write(partial(take, worker=worker))
            claims.extend(taken)
            await database.write(partial(hand_over, worker=worker, ids=taken))

    await database.write(many)
    async with asyncio.timeout(60):
        await asyncio.gather(*(sender(f"w{number}") for number in range(8)))
    twice = [one for one, times in Counter(claims).items() if times > 1]
    assert (len(claims), twice) == (400, [])
    order = await database.read(
        lambda c: c.execute(select(Outbox.address_id).order_by(Outbox.id)).scalars().all()
    )
    address = dict(enumerate(order, 1))
    for_each: dict[int, list[int]] = {}
    for one in claims:
        for_each.setdefault(address[one], []).append(one)
    assert all(ids == sorted(ids) for ids in for_each.values())


async def test_only_whoever_holds_the_lease_may_say_what_became_of_it(database: Database):
    def claimed(connection: Connection) -> int:
        letter = a_letter(connection, a_line(connection, "+447700900123"), "one")
        assert leases.intend(connection, letter, "w1", NOW) == 1
        return letter

    def tries(connection: Connection) -> list[bool]:
        marks = {"status": "failed"}
        return [
            leases.finish(connection, letter, "w2", 1, **marks),
            leases.finish(connection, letter, "w1", 0, **marks),
            leases.finish(connection, letter, "w1", 2, **marks),
            leases.handed_over(connection, letter, "w2", 1, "SM1", NOW),
            leases.handed_over(connection, letter, "w1", 2, "SM1", NOW),
        ]

    letter = await database.write(claimed)
    before = await database.read(lambda c: outbox.find(c, letter))
    assert await database.write(tries) == [False] * 5
    assert await database.read(lambda c: outbox.find(c, letter)) == before
    assert await database.write(lambda c: leases.finish(c, letter, "w1", 1, status="waiting"))
    assert await database.write(lambda c: leases.intend(c, letter, "w2", NOW)) == 2
    assert not await database.write(lambda c: leases.finish(c, letter, "w1", 1, status="failed"))
    assert await database.write(lambda c: leases.handed_over(c, letter, "w2", 2, "SM1", NOW))
    assert not await database.write(lambda c: leases.handed_over(c, letter, "w2", 2, "SM2", NOW))


async def test_a_lease_is_timed_by_the_database_s_clock_not_by_the_service_s(database: Database):
    def claimed(connection: Connection) -> int:
        letter = a_letter(connection, a_line(connection, "+447700900123"), "one")
        leases.intend(connection, letter, "w1", NOW + timedelta(days=3650))
        return letter

    def lost(connection: Connection) -> list[int]:
        return [row.id for row in lookups.lost(connection, 10)]

    letter = await database.write(claimed)
    row = await database.read(lambda c: outbox.find(c, letter))
    assert row is not None
    left = row.lease_until - await database.read(leases.database_now)
    assert timedelta(seconds=100) < left <= leases.LEASE
    assert await database.write(lost) == []
    await database.write(lambda c: let_lease_run_out(c, letter))
    assert await database.write(lost) == [letter]


async def test_a_message_is_stopped_or_sent_now_only_while_it_has_not_left(database: Database):
    def tries(connection: Connection) -> list[bool]:
        letter = a_letter(connection, a_line(connection, "+447700900123"), "one", due_at=SOON)
        before = [outbox.send_now(connection, letter, NOW), outbox.stop(connection, letter, "no")]
        after = [outbox.send_now(connection, letter, NOW), outbox.stop(connection, letter, "no")]
        set_status(connection, letter, "sending")
        return [*before, *after, outbox.stop(connection, letter, "no")]

    assert await database.write(tries) == [True, True, False, False, False]


async def test_a_receipt_for_a_message_nobody_knows_is_kept_and_changes_nothing(
    database: Database,
):
    def tell(connection: Connection) -> object:
        receipts.note_event(connection, "x" * 99, "y" * 99, "z" * 99, "c" * 99, NOW)
        return receipts.hold_by_ref(connection, "x" * 99)

    assert await database.write(tell) is None
    event = await database.read(lambda c: c.execute(select(DeliveryEvent)).one())
    assert (len(event.outbox_ref), len(event.external_id), len(event.status)) == (40, 80, 20)


async def test_looking_for_work_costs_what_is_due_and_not_what_was_ever_sent(database: Database):
    """Each look goes by an index of open messages only: years of sent ones are never read."""
    due, leased = "ix_outbox_due", "ix_outbox_lease"
    looks = (
        (partial(leases.claimable, channel="sms", now=NOW, limit=50), due),
        (partial(leases.claimable_ids, channel="sms", now=NOW, limit=50), due),
        (partial(leases.due_channels, channels=["sms"], now=NOW), due),
        (partial(leases.earliest_waiting, now=NOW), "ix_outbox_"),
        (partial(leases.oldest_due, now=NOW), "ix_outbox_"),
        (partial(lookups.lost, limit=50), leased),
        (partial(lookups.in_doubt, limit=50), leased),
    )

    def plan(connection: Connection, look: Callable[[Connection], object]) -> str:
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        asked: list[tuple[str, object]] = []

        def listen(_c: object, _cursor: object, statement: str, values: object, *_: object) -> None:
            if "FROM outbox" in statement:
                asked.append((statement, values))

        event.listen(connection, "before_cursor_execute", listen)
        look(connection)
        event.remove(connection, "before_cursor_execute", listen)
        ((statement, values),) = asked
        explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
        return str(connection.exec_driver_sql(explain + statement, values).all())

    for look, index in looks:
        found = await database.write(partial(plan, look=look))
        assert index in found, found
        assert "SCAN outbox" not in re.sub(
            "SCAN outbox USING (COVERING )?INDEX ix_outbox", "", found
        )
        assert "Seq Scan on outbox" not in found
    found = await database.write(partial(plan, look=looks[0][0]))
    assert "ix_outbox_address_open" in found or "postgresql" in database.url, found
