"""How a wish for a visit stands: it fits, somebody is taken, the week is full, or no time yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.flows.base import Answers
from bot.rules.visit_echo import too_many
from bot.rules.visit_wish import Wish, times_to_text
from bot.rules.visits import Visit
from bot.scene.scene import Scene
from bot.scene.visiting import free_times, why_not
from bot.turns.deskside import Desk
from bot.turns.visit_weekly import look_at_later
from bot.turns.visit_weeks import what_fills
from storage.addresses import Someone, person_by_ref
from storage.cases import case_ids

NO_TIME = "No time was found that suits everybody. Try other days, or fewer people."


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish as it stands, beside what else a conversation was given."""

    desk: Desk = field(repr=False)
    wish: Wish
    given: Answers = field(repr=False)
    moves: Visit | None = None

    @property
    def scene(self) -> Scene:
        return self.desk.scene

    @property
    def case_ids(self) -> list[int]:
        return list(case_ids(self.scene.connection, self.wish.cases).values())

    @property
    def person(self) -> Someone | None:
        ref = self.wish.person
        return person_by_ref(self.scene.connection, ref) if ref else None

    @property
    def leaving(self) -> int | None:
        return self.moves.id if self.moves else None


def found(asked: Asked) -> dict[str, str]:
    """Say how the wish stands, and what can be chosen."""
    plan, rules = asked.wish.plan, asked.scene.practice.visits
    if len(plan.coming) > rules.warn_above and not asked.given.get("many"):
        return {"stands": "many", "says": too_many(len(plan.coming), rules.warn_above)}
    if plan.starts_at is None or asked.given.get("other"):
        return _open(asked, "")
    where = (asked.wish.kind, plan, asked.case_ids, asked.person.id if asked.person else None)
    if why := why_not(asked.scene, *where, leaving=asked.leaving):
        return _open(asked, f"Not then: {why}")
    return _full(asked, plan.starts_at) or {"stands": "fits", **_later(asked)}


def _full(asked: Asked, at: datetime) -> dict[str, str]:
    """Say what fills the week, if anything does; the manager may book all the same."""
    scene, staff = asked.scene, asked.desk.staff
    fills = (asked.wish.kind, asked.case_ids, at)
    full = what_fills(scene, staff, *fills, leaving=asked.leaving)
    if not full:
        return {}
    if scene.practice.manager != staff.ref:
        return _open(asked, full)
    more = _later(asked)
    says = "\n".join(filter(None, (more.get("says"), full)))
    return {**more, **_open(asked, says), "may_over": "yes"}


def _later(asked: Asked) -> dict[str, str]:
    """Name the other days of what comes again."""
    if asked.wish.weekly is None:
        return {}
    fits, says = look_at_later(asked.scene, asked.desk.staff, asked.wish)
    return {"later": times_to_text(fits), "says": "\n".join(says)}


def _open(asked: Asked, says: str) -> dict[str, str]:
    """Offer up to three times that suit everybody."""
    wish, person = asked.wish, asked.person
    times = free_times(
        asked.scene,
        wish.kind,
        wish.plan,
        asked.case_ids,
        person.id if person else None,
        near=wish.plan.starts_at,
        between=wish.between,
        part=wish.part,
        leaving=asked.leaving,
    )
    free = ("Free instead:" if says else "These times are free:") if times else NO_TIME
    return {"stands": "open", "says": f"{says} {free}".strip(), "times": times_to_text(times)}
