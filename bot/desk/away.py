"""/away and /back: who receives and answers while somebody is off."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command, EndCover, StartCover
from bot.desk.names import day_named


def away(asked: Asked) -> Answer:
    """Hand new messages to the deputy, until a day or until /back."""
    words = asked.rest.strip().removeprefix("until").strip()
    until = day_named(words, asked.today) if words else None
    if words and (until is None or until < asked.today):
        return Answer(f"“{words}” is not a day to come. Try /away until fri, or /away until 4 Dec.")
    deputy = asked.team.workers.get(asked.team.workers[asked.staff.ref].deputy or "")
    receives = deputy.name if deputy else "duty"
    how_long = f"until {until:%a} {until.day} {until:%b}" if until else "until you type /back"
    return Answer(
        f"You are away {how_long}. {receives} receives and answers.", (StartCover(until),)
    )


def back(asked: Asked) -> Answer:
    """Receive and answer again."""
    running = any(cover.staff == asked.staff.ref for cover in asked.team.covers)
    says = "Welcome back. Messages come to you again." if running else "You were not away."
    return Answer(says, (EndCover(),) if running else ())


AWAY = Command("away", "/away [until DAY]", "hand new messages to your deputy", away)
BACK = Command("back", "/back", "receive messages again", back)
