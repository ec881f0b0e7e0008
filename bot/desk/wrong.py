"""/wrong: a message reached somebody it was not meant for."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command, WrongPerson
from bot.desk.names import families_named

SAYS = (
    "Noted. Nothing more goes to {where} until the address has been checked, and the manager and "
    "the safeguarding lead know. Do not write there to put it right: talk to them now."
)


def wrong(asked: Asked) -> Answer:
    """Stop an address and open an incident: by reply to a notice, or by name."""
    if not asked.rest and asked.about is not None:
        return Answer(SAYS.format(where="this family"), (WrongPerson(about=asked.about),))
    found = families_named(asked.families, asked.rest)
    if len(found) != 1:
        return Answer(
            "Which message? Reply to its notice with /wrong, or type /wrong and the name of the "
            "adult it went to."
        )
    ref, label = found[0]
    return Answer(SAYS.format(where=asked.shown(ref, label)), (WrongPerson(person=ref),))


WRONG = Command("wrong", "/wrong [NAME]", "a message reached the wrong person", wrong)
