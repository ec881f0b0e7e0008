"""/approve: what waits for a yes, one by one with its words, or all of it at once."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command
from bot.desk.reads import Page
from bot.desk.to_approve import BULK, ToApprove, button_for_all
from bot.flows.reading import folded

HOW = "Type /approve, or /approve and the number of one, or /approve all."
NOTHING = "Nothing waits for your yes."
ALL = "all"


def approve(asked: Asked) -> Answer:
    """List what waits for a yes, show one with its buttons, or ask once more about all."""
    waiting = asked.books.to_approve()
    if not waiting:
        return Answer(NOTHING)
    word = folded(asked.rest)
    if word == ALL:
        return _all(asked, [one for one in waiting if not one.alone])
    if not word:
        return Answer(_listed(waiting))
    chosen = [one for place, one in enumerate(waiting, 1) if word == str(place)]
    return _one(asked, chosen[0]) if chosen else Answer(HOW)


def _listed(waiting: tuple[ToApprove, ...]) -> str:
    lines = [f"{place}. {one.about}: {one.what}" for place, one in enumerate(waiting, 1)]
    head = f"Waiting for a yes: {len(waiting)}. /approve and a number shows the words."
    return "\n".join([head, *lines, "/approve all says yes to all of them."])


def _one(asked: Asked, one: ToApprove) -> Answer:
    """Show the very words; where they may not stand they come with their buttons behind Show."""
    discreet = f"{one.about}: {one.what}. Its buttons are under the message that brought it."
    return asked.reading(Page(one.words, discreet, one.buttons if asked.reads.shown else ()))


def _all(asked: Asked, waiting: list[ToApprove]) -> Answer:
    """Say how many and for whom before anything goes; many at once are for the manager."""
    if not waiting:
        return Answer("Nothing that waits is sent from here. Please pass it on yourself.")
    manager = asked.practice.manager or ""
    if len(waiting) > BULK and asked.staff.ref != manager:
        worker = asked.team.workers.get(manager)
        who = worker.first_name if worker else "the manager"
        return Answer(
            f"{len(waiting)} at once need {who}'s yes: /approve all, typed by {who}. "
            "/approve and a number sends them one by one."
        )
    names = ", ".join(f"{one.about} ({one.what})" for one in waiting)
    says = f"{len(waiting)} messages go if you say yes: {names}. Nothing has been sent."
    return Answer(says, choices=(button_for_all(waiting),))


APPROVE = Command("approve", "/approve [NUMBER|all]", "say yes to what waits for it", approve)
