"""/away and /back: who receives and answers while somebody is off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.desk.base import Answer, Asked, Command, EndCover, StartCover
from bot.desk.names import day_named
from bot.rules.routing import Standin, standing_owner


def away(asked: Asked) -> Answer:
    """Hand new messages to the deputy, until a day or until /back."""
    words = asked.rest.strip().removeprefix("until").strip()
    until = day_named(words, asked.today) if words else None
    if words and (until is None or until < asked.today):
        return Answer(f"“{words}” is not a day to come. Try /away until fri, or /away until 4 Dec.")
    how_long = f"until {until:%a} {until.day} {until:%b}" if until else "until you type /back"
    return Answer(
        f"You are away {how_long}. {_receives(asked, until)} receives and answers.",
        (StartCover(until),),
    )


def _receives(asked: Asked, until: date | None) -> str:
    """Name who will receive: the deputy may be away as well."""
    own = asked.team.workers[asked.staff.ref]
    newest = 1 + max((cover.id for cover in asked.team.covers), default=0)
    cover = Standin(newest, own.ref, own.deputy, asked.today, until)
    team = replace(asked.team, covers=(*asked.team.covers, cover))
    return team.workers[standing_owner(team, asked.practice, own.ref, asked.now).staff].name


def back(asked: Asked) -> Answer:
    """Receive and answer again."""
    running = any(cover.staff == asked.staff.ref for cover in asked.team.covers)
    says = "Welcome back. Messages come to you again." if running else "You were not away."
    return Answer(says, (EndCover(),) if running else ())


AWAY = Command("away", "/away [until DAY]", "hand new messages to your deputy", away)
BACK = Command("back", "/back", "receive messages again", back)
