"""Messages that wait for a person's yes to these very words, and what became of each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select, update

from storage.received import add_or_find
from storage.tables import Approval, Task

SENT, EDITED, STOPPED, EXPIRED = "sent", "edited", "stopped", "expired"
CHANGED = "changed"  # what it said was no longer so: it is asked about anew
PASSED_ON = "passed_on"  # by a person, by their usual way
YES = (SENT, EDITED)
THESE: Any = bindparam("cases", expanding=True)
RUN_OUT = (
    select(Approval.case_id, Approval.kind, Approval.about_on)
    .where(
        Approval.case_id.in_(THESE),
        Approval.outcome == EXPIRED,
        Approval.decided_at >= bindparam("since"),
    )
    .order_by(Approval.id)
)
TOLD: Any = select(Approval.case_id, Approval.school_id, Approval.about_on).where(
    Approval.case_id.in_(THESE),
    Approval.kind == "to_school",
    Approval.about_on >= bindparam("first"),
    or_(Approval.outcome == SENT, Approval.outcome == PASSED_ON),
)


@dataclass(frozen=True, slots=True)
class NewApproval:
    """Words that are to leave once somebody says yes; `key` makes a second one impossible."""

    key: str
    kind: str
    case_id: int
    staff_id: int  # who is asked
    words: str = field(repr=False)
    about_on: date
    not_after: datetime
    at: datetime
    person_id: int | None = None
    school_id: int | None = None


def propose(connection: Connection, new: NewApproval) -> int:
    """Keep what waits for a yes; returns its number. The same key again is the one there."""
    row = {
        "key": new.key,
        "kind": new.kind,
        "case_id": new.case_id,
        "person_id": new.person_id,
        "school_id": new.school_id,
        "staff_id": new.staff_id,
        "words": new.words,
        "about_on": new.about_on,
        "not_after": new.not_after,
        "at": new.at,
    }
    return add_or_find(connection, Approval, row, "key")


def asked_by(connection: Connection, number: int, task_id: int | None) -> None:
    """Note with which task somebody was asked."""
    connection.execute(update(Approval).where(Approval.id == number).values(task_id=task_id))


def find(connection: Connection, number: int) -> Row[Any] | None:
    """Read one, decided or not."""
    return connection.execute(select(Approval).where(Approval.id == number)).one_or_none()


def of_task(connection: Connection, task_id: int) -> Row[Any] | None:
    """Find what a task asks about."""
    query = select(Approval).where(Approval.task_id == task_id)
    return connection.execute(query).one_or_none()


def of_case(connection: Connection, case_id: int, kind: str) -> list[Row[Any]]:
    """List everything of a kind that was ever asked about a case, oldest first."""
    query = select(Approval).where(Approval.case_id == case_id, Approval.kind == kind)
    return list(connection.execute(query.order_by(Approval.id)))


def decide(connection: Connection, number: int, by: str, outcome: str, now: datetime) -> bool:
    """Say what becomes of it. False: somebody has said so already, and nothing is to follow."""
    decided = {"decided_at": now, "decided_by": by, "outcome": outcome}
    here = update(Approval).where(Approval.id == number, Approval.decided_at.is_(None))
    return connection.execute(here.values(**decided)).rowcount == 1


def letter_of(number: int) -> str:
    """Name the message that leaves once somebody has said yes."""
    return f"approval/{number}:send"


def approved_in(key: str) -> int | None:
    """Find by the name of a message which yes it left with; None: it needed none."""
    number = key.removeprefix("approval/").removesuffix(":send")
    return int(number) if number.isdecimal() and key == letter_of(int(number)) else None


def take_back(connection: Connection, number: int) -> None:
    """Note of words that were approved that they did not go: what they say has changed."""
    here = update(Approval).where(Approval.id == number, Approval.outcome.in_(YES))
    connection.execute(here.values(outcome=CHANGED))


def waiting(connection: Connection, kinds: Collection[str]) -> list[Row[Any]]:
    """List what waits for a yes with its task, oldest first."""
    query = (
        select(Approval, Task.told, Task.owner_id)
        .join(Task, Task.id == Approval.task_id)
        .where(Approval.decided_at.is_(None), Task.done_at.is_(None), Approval.kind.in_(kinds))
    )
    return list(connection.execute(query.order_by(Approval.id)))


def undecided(connection: Connection) -> list[Row[Any]]:
    """List everything nobody has said anything about, oldest first."""
    query = select(Approval).where(Approval.decided_at.is_(None))
    return list(connection.execute(query.order_by(Approval.id)))


def run_out(connection: Connection, case_ids: Collection[int], since: datetime) -> list[Row[Any]]:
    """List what has run out since a moment: nobody said yes in time."""
    about = {"cases": list(case_ids), "since": since}
    return list(connection.execute(RUN_OUT, about)) if about["cases"] else []


def told_schools(
    connection: Connection, case_ids: Collection[int], first: date
) -> set[tuple[int, int, date]]:
    """List of which case, school and day a school has been told the reason."""
    found = connection.execute(TOLD, {"cases": list(case_ids), "first": first})
    return {tuple(row) for row in found}


def how_often(connection: Connection, case_id: int, kind: str, about_on: date) -> int:
    """Count how often something was asked about a case and a day."""
    query = select(func.count()).select_from(Approval)
    same = (Approval.case_id == case_id, Approval.kind == kind, Approval.about_on == about_on)
    return connection.execute(query.where(*same)).scalar_one()
