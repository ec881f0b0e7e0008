"""Leases on messages: claimed by one sender at a time, given back with a result or lost."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
    TextClause,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.orm import aliased

from storage.outbox import IS_OPEN
from storage.tables import ChannelPace, Outbox, core
from storage.tables.outbox import LEASED_IN, OPEN_IN

LEASE = timedelta(seconds=120)
KEEPS_ITS_PLACE = timedelta(minutes=15)
EARLIER = aliased(Outbox, name="earlier")
IS_LEASED = text(LEASED_IN.format("outbox."))
POSTGRES_CLOCK = select(func.clock_timestamp())
SQLITE_CLOCK = text("SELECT (julianday('now') - 2440587.5) * 86400.0")
# Every message runs these, so each is built once; what changes goes in beside it.
OUT = core(Outbox)
INTEND = (
    update(OUT)
    .where(OUT.c.id == bindparam("which"))
    .values(status="sending", reason="", attempts=OUT.c.attempts + 1)
    .returning(OUT.c.attempts)
)
HAND_OVER = update(OUT).where(
    OUT.c.id == bindparam("which"),
    OUT.c.claimed_by == bindparam("by"),
    OUT.c.attempts == bindparam("attempt"),
    OUT.c.status == "sending",
)
BLOCKS_FOR = timedelta(minutes=10)


def due_channels(connection: Connection, channels: Collection[str], now: datetime) -> list[str]:
    """Name the channels on which something may be due."""
    if not channels:
        return []
    found = set(connection.execute(_first_due(tuple(channels)), {"now": now}).scalars())
    return [name for name in channels if name in found]


@cache
def _first_due(channels: tuple[str, ...]) -> CompoundSelect[str]:
    """Ask for the first of each channel at once: every tick of the clock does."""
    firsts = (
        select(Outbox.channel).where(*_due(name)).order_by(Outbox.due_at, Outbox.id).limit(1)
        for name in channels
    )
    return union_all(*(select(first.subquery().c.channel) for first in firsts))


def _due(channel: str | None = None) -> tuple[ColumnElement[bool] | TextClause, ...]:
    waits = Outbox.status.in_(("waiting", "held"))
    here = Outbox.channel == (channel or bindparam("channel"))
    return IS_OPEN, here, Outbox.due_at <= bindparam("now"), waits


def claimable(connection: Connection, channel: str, now: datetime, limit: int) -> list[Row[Any]]:
    """Lock a channel's messages whose time has come, the oldest of each address first."""
    return list(connection.execute(CLAIMABLE, _claim(channel, now, limit)))


def claimable_ids(connection: Connection, channel: str, now: datetime, limit: int) -> list[int]:
    """Lock the same messages and read nothing of them: one may be beyond reading."""
    found = connection.execute(CLAIMABLE_IDS, _claim(channel, now, limit))
    return list(found.scalars())


def _claim(channel: str, now: datetime, limit: int) -> dict[str, Any]:
    return {"channel": channel, "now": now, "limit": limit, **_whiles(now)}


def _whiles(now: datetime) -> dict[str, datetime]:
    """Say since when what is in doubt still blocks, and up to when what waits keeps its place."""
    return {"blocks_since": now - BLOCKS_FOR, "keeps_until": now + KEEPS_ITS_PLACE}


def _claimable(query: Any) -> Any:
    due_or_leaving = or_(
        EARLIER.status == "sending",
        and_(EARLIER.status.in_(("waiting", "held")), EARLIER.due_at <= bindparam("now")),
    )
    in_front = _in_front(or_(due_or_leaving, _may_be_out(), _tried()))
    return (
        query.where(*_due(), ~in_front)
        .order_by(Outbox.due_at, Outbox.id)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True)
    )


def _may_be_out() -> ColumnElement[bool]:
    """Match what is in doubt: for a while nothing overtakes it but words of safety.

    A provider that cannot be asked for longer than that costs the order of messages, not them.
    """
    in_doubt = and_(EARLIER.status == "uncertain", EARLIER.intent_at > bindparam("blocks_since"))
    return and_(in_doubt, EARLIER.kind != "staff", Outbox.kind != "safety")


def _tried() -> ColumnElement[bool]:
    """Match what waits for its next try: for a while it is not overtaken.

    A try that is far off blocks nobody, and no notice to staff is kept back by another one: each
    finds its own way, by text if it has to.
    """
    return and_(
        EARLIER.status == "waiting",
        EARLIER.intent_at.is_not(None),
        EARLIER.due_at <= bindparam("keeps_until"),
        EARLIER.kind != "staff",
    )


def _in_front(what: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say whether an earlier message to the same address, of this kind, comes first."""
    here = (text(OPEN_IN.format("earlier.")), EARLIER.address_id == Outbox.address_id)
    return select(EARLIER.id).where(*here, EARLIER.id < Outbox.id, what).exists()


PAUSE = ChannelPace.paused_until
MAY_GO = case((Outbox.due_at < PAUSE, PAUSE), else_=Outbox.due_at)
EARLIEST_WAITING = (
    select(MAY_GO)
    .select_from(Outbox)
    .join(ChannelPace, ChannelPace.channel == Outbox.channel, isouter=True)
    .where(IS_OPEN, Outbox.status.in_(("waiting", "held")), ~_in_front(_tried()))
    .order_by(MAY_GO)
    .limit(1)
)
CLAIMABLE, CLAIMABLE_IDS = _claimable(select(Outbox)), _claimable(select(Outbox.id))


def earliest_waiting(connection: Connection, now: datetime) -> datetime | None:
    """Find when the next message may go: not before its channel, nor one that goes in front."""
    return connection.execute(EARLIEST_WAITING, _whiles(now)).scalar_one_or_none()


def oldest_due(connection: Connection, now: datetime) -> datetime | None:
    """Find since when the longest waiting message could have gone; what is held does not count."""
    query = select(func.min(Outbox.due_at)).where(IS_OPEN, Outbox.status == "waiting")
    return connection.execute(query.where(Outbox.due_at <= now)).scalar_one_or_none()


def intend(
    connection: Connection,
    outbox_id: int,
    worker: str,
    now: datetime,
    lease: timedelta = LEASE,
) -> int:
    """Write down that the provider is about to be called; returns the number of the attempt."""
    until = database_now(connection) + lease
    given = {"which": outbox_id, "claimed_by": worker, "lease_until": until, "intent_at": now}
    attempt: int = connection.execute(INTEND, given).scalar_one()
    return attempt


def database_now(connection: Connection) -> datetime:
    """Ask the database what time it is: leases are timed by one clock only."""
    if connection.dialect.name == "postgresql":
        moment: datetime = connection.execute(POSTGRES_CLOCK).scalar_one()
        return moment
    # SQLite before 3.42 has no sub-second unixepoch(); the Julian day has always been there.
    seconds = connection.execute(SQLITE_CLOCK).scalar_one()
    return datetime.fromtimestamp(float(seconds), UTC)


def finish(connection: Connection, outbox_id: int, worker: str, attempt: int, **marks: Any) -> bool:
    """Write a result down. False: the lease was lost and somebody else owns the message."""
    done = connection.execute(
        update(Outbox)
        .where(
            Outbox.id == outbox_id,
            Outbox.claimed_by == worker,
            Outbox.attempts == attempt,
            Outbox.status == "sending",
        )
        .values(**{"lease_until": None, **marks})
    )
    return done.rowcount == 1


def handed_over(
    connection: Connection,
    outbox_id: int,
    worker: str,
    attempt: int,
    external_id: str,
    now: datetime,
    provider: str = "",
) -> bool:
    """Write down that a provider took it. False: it is known already, or the lease was lost."""
    given = {"which": outbox_id, "by": worker, "attempt": attempt}
    done = connection.execute(HAND_OVER, {**given, **_sent(external_id, provider, now)})
    return done.rowcount == 1


def adopt(
    connection: Connection, outbox_id: int, external_id: str, provider: str, at: datetime
) -> bool:
    """Write down that a provider turns out to have taken it. False: it stands further already."""
    # What was tried and then given up, held or put off may have left all the same.
    put_off = Outbox.status.in_(("waiting", "held", "expired", "cancelled"))
    tried = and_(Outbox.intent_at.is_not(None), Outbox.sent_at.is_(None))
    in_doubt = or_(Outbox.status.in_(("sending", "uncertain")), and_(put_off, tried))
    done = connection.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, in_doubt)
        .values(**_sent(external_id, provider, at))
    )
    return done.rowcount == 1


def _sent(external_id: str, provider: str, at: datetime) -> dict[str, Any]:
    taken = {"external_id": external_id[:80], "provider": provider[:20], "sent_at": at}
    return {"status": "sent", "reason": "", "lease_until": None, **taken}
