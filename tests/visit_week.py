"""A week of visits in Marlbridge: home visits, a joint one, one moved, one called off."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from bot.rules.visits import BOOKED, CANCELLED, OFFERED, Coming, NewVisit, Plan, Visit
from storage.booking import change_visit, confirm, make_visit
from storage.tables import Person
from tests.stage import Play, london

NOTE = "ask about the anger and the new partner"


def planned(
    when: str, *staff: str, place: str = "home", minutes: int = 60, words: str = "", why: str = ""
) -> Plan:
    """A plan at a London wall time: planned("2026-12-01 13:00", "RA", "PN"); "" has no time."""
    coming = tuple(Coming(one, why) for one in staff)
    starts_at = london(when) if when else None
    travel = 20 if place == "home" else 0
    return Plan(minutes, place, coming, starts_at, travel, words)


async def book(
    play: Play,
    kind: str,
    case: str,
    plan: Plan,
    *,
    by: str = "DO",
    invites: bool = True,
    about: str = NOTE,
) -> Visit:
    """Keep a visit of a case, to which its first carer is invited."""
    person = await play.carer(case) if invites else ""
    new = NewVisit(kind, (case,) if case else (), person, plan, about)
    now = play.now
    return await play.database.write(lambda c: make_visit(c, new, by, now))


async def move(play: Play, visit: Visit, when: str, *staff: str) -> Visit:
    """Move a visit, perhaps to others who come; "" goes back to the family to choose."""
    coming = tuple(Coming(one) for one in staff) or visit.plan.coming
    plan = replace(visit.plan, coming=coming, starts_at=london(when) if when else None)
    state, now = (BOOKED if when else OFFERED), play.now
    made = await play.database.write(
        lambda c: change_visit(c, visit, plan, state, "moved", "DO", now)
    )
    assert made is not None
    return made


async def call_off(play: Play, visit: Visit) -> Visit:
    now = play.now
    made = await play.database.write(
        lambda c: change_visit(c, visit, visit.plan, CANCELLED, "by_us", "DO", now)
    )
    assert made is not None
    return made


async def says_yes(play: Play, visit: Visit) -> None:
    now = play.now
    await play.database.write(lambda c: confirm(c, visit.id, visit.version, now))


async def staff_number(play: Play, ref: str) -> int:
    def read(connection: Connection) -> int:
        return connection.execute(select(Person.id).where(Person.ref == ref)).scalar_one()

    return await play.database.read(read)


def utc(text: str) -> datetime:
    """A moment in UTC: "2026-12-01 13:00"."""
    return datetime.fromisoformat(f"{text}+00:00")


async def a_week_of_visits(play: Play) -> list[Visit]:
    """What the pages show: every way a visit can stand."""
    home = await book(play, "home_visit", "P01", planned("2026-12-01 09:30", "DO"))
    joint = await book(
        play, "ep_assessment", "P21", planned("2026-12-01 13:00", "RA", "PN", minutes=90), by="RA"
    )
    cafe = planned("2026-12-02 15:30", "DO", place="community_cafe", words="Costa, Mill Lane")
    talk = await book(play, "family_support", "P02", cafe)
    off = await book(play, "mentoring", "P07", planned("2026-12-03 11:00", "MB"), by="MB")
    panel = await book(
        play,
        "ap_panel",
        "",
        planned("2026-12-03 14:00", "HM", "DO", "MB", place="learning_centre"),
        by="HM",
        invites=False,
    )
    open_one = await book(play, "reading", "P16", planned("", "SG", place="learning_centre"))
    await says_yes(play, home)
    return [home, joint, talk, await call_off(play, off), panel, open_one]
