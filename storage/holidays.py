"""Who wants check-ins in the holidays, and who of the team is there in them, by name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import HolidayDuty, HolidayWish, Person


@dataclass(frozen=True, slots=True)
class Duty:
    """One member of staff reads replies and is told of alerts from one day to another."""

    staff: str  # staff id
    from_on: date
    to_on: date
    id: int = 0


def wish_of(connection: Connection, person_id: int) -> bool | None:
    """Read whether an adult wants check-ins in the holidays; None: nobody knows."""
    query = select(HolidayWish.check_ins).where(HolidayWish.person_id == person_id)
    return connection.execute(query).scalar_one_or_none()


def wishes_of(connection: Connection, person_ids: Collection[int]) -> dict[int, bool]:
    """Read the wishes of several adults; whoever never said is not among them."""
    query = select(HolidayWish.person_id, HolidayWish.check_ins)
    return dict(connection.execute(query.where(HolidayWish.person_id.in_(person_ids))).all())


def set_wish(
    connection: Connection, person_id: int, by: str, now: datetime, *, wants: bool
) -> None:
    """Keep what an adult wants; the newest counts."""
    on_postgresql = connection.dialect.name == "postgresql"
    insert_or = postgresql.insert if on_postgresql else sqlite.insert
    row = {"check_ins": wants, "at": now, "by": by}
    made = insert_or(HolidayWish).values(person_id=person_id, **row)
    connection.execute(made.on_conflict_do_update(index_elements=["person_id"], set_=row))


def name_duty(connection: Connection, duty: Duty, staff_id: int, by: str, now: datetime) -> None:
    """Name who is there; whoever was named for the very same days is not any more."""
    same = (HolidayDuty.from_on == duty.from_on, HolidayDuty.to_on == duty.to_on)
    ended = update(HolidayDuty).where(*same, HolidayDuty.ended_at.is_(None))
    connection.execute(ended.values(ended_at=now))
    row = {"staff_id": staff_id, "from_on": duty.from_on, "to_on": duty.to_on, "at": now, "by": by}
    connection.execute(insert(HolidayDuty).values(row))


def end_duty(connection: Connection, duty_id: int, now: datetime) -> bool:
    """End a duty. False: it had ended, or there is none."""
    standing = (HolidayDuty.id == duty_id, HolidayDuty.ended_at.is_(None))
    return (
        connection.execute(update(HolidayDuty).where(*standing).values(ended_at=now)).rowcount == 1
    )


def duties(connection: Connection, from_day: date) -> list[Duty]:
    """List who is named on a day or later, the soonest first, of several the newest first."""
    query = (
        select(Person.ref, HolidayDuty.from_on, HolidayDuty.to_on, HolidayDuty.id)
        .join(Person, Person.id == HolidayDuty.staff_id)
        .where(HolidayDuty.to_on >= from_day, HolidayDuty.ended_at.is_(None))
        .order_by(HolidayDuty.from_on, HolidayDuty.id.desc())
    )
    return [Duty(*row) for row in connection.execute(query)]


def on_duty(connection: Connection, day: date) -> tuple[str, ...]:
    """Name who is there on a day, whoever was named last first."""
    standing = [one for one in duties(connection, day) if one.from_on <= day]
    return tuple(dict.fromkeys(one.staff for one in sorted(standing, key=lambda one: -one.id)))
