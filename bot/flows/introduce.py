"""Staff: a family is told who will contact them. The exact words are seen before they go."""

from __future__ import annotations

from bot.flows.base import (
    Answers,
    Choice,
    End,
    Facts,
    Flow,
    Go,
    Hours,
    Move,
    Prompt,
    Silence,
    Step,
)
from bot.i18n import desk, plain
from bot.rules.welcome import Introduce

SEND = Choice("send", desk("Send"))
BARE = Choice("bare", desk("Leave the service out"))
FORGET = Choice("forget", desk("Forget it"))
FORGOTTEN = desk("Forgotten. Nobody was told.")
SILENCE = (Silence(Hours(1)),)


def shown(facts: Facts, answers: Answers) -> Prompt:
    """Show the words, and warn of what they would tell a stranger."""
    del facts
    warned = answers.get("telling", "")
    says = f"“{warned}” tells whoever sees the phone a lot. Say less?" if warned else ""
    lines = (answers.get("preview", ""), says)
    bare = (BARE,) if answers.get("agency", BARE.key) else ()
    return Prompt(
        plain("\n".join(line for line in lines if line)), (*_send(answers), *bare, FORGET)
    )


def shown_bare(facts: Facts, answers: Answers) -> Prompt:
    """Show the words again, without the service."""
    del facts
    return Prompt(plain(answers.get("bare", "")), (*_send(answers), FORGET))


def _send(answers: Answers) -> tuple[Choice, ...]:
    """What cannot go has no button to send it."""
    return () if answers.get("stuck") else (SEND,)


def then(facts: Facts, answers: Answers) -> Move:
    """Send only on a plain yes."""
    del facts
    match answers["sure"]:
        case "send":
            return _told(answers, answers["agency"])
        case "bare":
            return Go("again")
        case _:
            return End(FORGOTTEN)


def then_bare(facts: Facts, answers: Answers) -> Move:
    """Send it without the service only on a plain yes."""
    del facts
    return _told(answers, "") if answers["again"] == SEND.key else End(FORGOTTEN)


def _told(answers: Answers, named: str) -> Move:
    told = Introduce(
        case=answers["case"],
        person=answers["to"],
        name=answers["name"],
        agency=answers["agency"],
        about=answers["about"],
        named=bool(named),
    )
    return End(None, (told,))


FLOW = Flow(
    name="introduce",
    version=1,
    start="sure",
    steps={
        "sure": Step(shown, then, silence=SILENCE),
        "again": Step(shown_bare, then_bare, silence=SILENCE),
    },
    hands_over=False,
)
