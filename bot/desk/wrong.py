"""/wrong: a message reached somebody it was not meant for."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command, Reached, WrongPerson
from bot.desk.names import families_named, one_family

PLACES = {"sms": "number", "telegram": "chat"}
TALK = "Whoever is in charge knows. Do not write there to put it right: talk to them now."
WHICH = (
    "Which message? Reply to its notice with /wrong, or type /wrong and the name of the adult it "
    "went to. Nothing has been stopped."
)
NOT_FOUND = (
    "No address of a family belongs to that notice, so nothing has been stopped. Type /wrong and "
    "the name of the adult it went to, and tell the manager now."
)
NEVER_SENT = (
    "No message to {where} has left here, so nothing has been stopped. If one reached somebody "
    "else by another road, tell the manager now."
)


def wrong(asked: Asked) -> Answer:
    """Stop an address and open an incident: by reply to a notice, by name, or by case number."""
    if asked.rest:
        return _named(asked)
    if asked.reached is not None:
        return _stop(asked, asked.reached)
    return Answer(NOT_FOUND if asked.replies else WHICH)


def _named(asked: Asked) -> Answer:
    """Take the adult who was written to; of two who were, nobody can guess which one is meant."""
    found = families_named(asked.families, asked.rest)
    if not one_family(found):
        return Answer(WHICH)
    reached = [one for ref, _label in found if (one := asked.last_to(ref)) is not None]
    if len(reached) == 1:
        return _stop(asked, reached[0])
    if not reached and len(found) == 1:
        return Answer(NEVER_SENT.format(where=asked.shown(*found[0])))
    return Answer(WHICH)


def _stop(asked: Asked, reached: Reached) -> Answer:
    place = PLACES.get(reached.channel, "address")
    which = f"the {place} of {_whose(asked, reached)}"
    went = f", to which a message went {reached.left}," if reached.left else ""
    if reached.since:
        done = f"Nothing has gone to {which}{went} since {reached.since}: it was stopped then."
    else:
        done = (
            f"Stopped: {which}{went} gets nothing more, typed or automatic, until it is found to "
            "be right."
        )
    only = "Only that one is stopped: their other addresses are used as before. "
    change = WrongPerson(reached.address, reached.person, reached.left)
    return Answer(f"{done} {only if reached.others else ''}{TALK}", (change,))


def _whose(asked: Asked, reached: Reached) -> str:
    if not reached.person:
        return "somebody who is not known here"
    return asked.shown(reached.person, dict(asked.families).get(reached.person, "this family"))


WRONG = Command("wrong", "/wrong [NAME]", "a message reached the wrong person", wrong)
