"""Whoever is signed in to the staff page, and what they may see and do, looked up every time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection, bindparam, or_, select

from bot.rules.access import (
    ALL,
    IN_CHARGE,
    Action,
    Kept,
    Role,
    Standing,
    is_confirmed,
    may,
    role_of,
    standing,
)
from bot.rules.access import readable as may_read
from bot.scene.scene import Scene, Taskforce
from bot.scene.sight import answers_for, hidden_cases
from storage.addresses import Someone, person_by_id
from storage.allocations import kept_by
from storage.digest import Reader
from storage.sessions import Session, session_of
from storage.tables import Allocation, Case, Staff

STAFF_ROW = select(Staff.role, Staff.employer).where(Staff.person_id == bindparam("staff"))
ALLOCATED = (
    select(Allocation.case_id, Allocation.role)
    .where(
        Allocation.staff_id == bindparam("staff"),
        Allocation.from_on <= bindparam("today"),
        or_(Allocation.to_on.is_(None), Allocation.to_on >= bindparam("today")),
    )
    .order_by(Allocation.role.desc())  # a key worker's row comes last, and stays
)
STATUSES = select(Case.id, Case.status).where(Case.id.in_(bindparam("cases", expanding=True)))


@dataclass(frozen=True)
class Visitor:
    """A member of staff who is signed in."""

    scene: Scene = field(repr=False)
    session: Session
    staff: Someone

    @cached_property
    def role(self) -> Role:
        row = self.scene.connection.execute(STAFF_ROW, {"staff": self.staff.id}).one()
        keeps = "key_worker" in self._allocated.values()
        return role_of(self.staff.ref, row.role, row.employer, self.scene.practice, keeps=keeps)

    @cached_property
    def _allocated(self) -> dict[int, str]:
        """The cases somebody is allocated to now, each with their strongest part in it."""
        asked = {"staff": self.staff.id, "today": self.scene.today}
        return dict(self.scene.connection.execute(ALLOCATED, asked).all())

    def standing(self, case_id: int, status: str) -> Standing:
        """Say what a case is to them: covering for its key worker makes it theirs."""
        return standing(
            status,
            owns=self._allocated.get(case_id) == "key_worker" or case_id in self._covered,
            supports=case_id in self._allocated,
            hidden=case_id in self.hidden,
        )

    @cached_property
    def _covered(self) -> frozenset[int]:
        """The cases whose messages come to them now, whoever they are allocated to."""
        scene = self.scene
        return kept_by(scene.connection, answers_for(scene, self.staff.ref), scene.today)

    @cached_property
    def hidden(self) -> frozenset[int]:
        """The restricted cases that are not there for them."""
        return hidden_cases(self.scene, self.staff)

    def sees(self, case_id: int) -> bool:
        """Say whether a case is there for them at all."""
        return case_id not in self.hidden

    def may(self, action: Action) -> bool:
        """Say whether they may do what is about no case."""
        return may(self.role, action)

    def may_somewhere(self, action: Action) -> bool:
        """Say whether there can be a case about which they may do this."""
        return any(may(self.role, action, part) for part in ALL)

    def may_on(self, action: Action, case_id: int, status: str) -> bool:
        """Say whether they may do this about a case."""
        return may(self.role, action, self.standing(case_id, status))

    def may_on_all(self, action: Action, case_ids: tuple[int, ...]) -> bool:
        """Say whether they may do this about every one of these cases."""
        rows = self.scene.connection.execute(STATUSES, {"cases": case_ids}).all()
        return bool(rows) and all(self.may_on(action, row.id, row.status) for row in rows)

    def reads(self, entry: Kept) -> bool:
        """Say whether they may read one entry of a case they read."""
        return may_read(entry, self.staff.ref, self.role)

    @property
    def reader(self) -> Reader:
        """Say in queries what they may read, as their digest does."""
        return Reader(self.staff.id, self.staff.ref, self.role in IN_CHARGE)

    @property
    def confirmed(self) -> bool:
        return is_confirmed(self.session.confirmed_at, self.scene.now)


def visitor_of(
    connection: Connection, taskforce: Taskforce, token: str, now: datetime
) -> Visitor | None:
    """Find who a browser is let in for; None: nobody, or their access has ended."""
    session = session_of(connection, token, now) if token else None
    if session is None:
        return None
    scene = Scene(connection, taskforce, now, f"page:{session.id}")
    return Visitor(scene, session, person_by_id(connection, session.staff_id))
