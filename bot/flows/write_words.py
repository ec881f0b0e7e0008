"""Staff: words for one family, shown with all that matters about them before anything leaves."""

from __future__ import annotations

from bot.flows import who_for
from bot.flows.base import (
    Answers,
    Choice,
    DraftWords,
    End,
    Facts,
    Flow,
    Go,
    Hours,
    Move,
    Prompt,
    SendWords,
    Silence,
    Step,
)
from bot.i18n import desk, plain

SEND = Choice("send", desk("Send"))
CHEAPER = Choice("plain", desk("Make it plain and cheaper"))
CHANGE = Choice("change", desk("Change the words"))
FORGET = Choice("forget", desk("Forget it"))
FORGOTTEN = desk("Forgotten. Nothing was sent.")
WORDS = Prompt(
    desk("Type the words for {family}. You see them once more before anything is sent."), (FORGET,)
)
AGAIN = Prompt(desk("Type them as they should be, all of them. Nothing has been sent."), (FORGET,))
AN_HOUR = (Silence(Hours(1)),)
EXAMPLES = ("See you at nine on Thursday.",)


def chosen(facts: Facts, answers: Answers) -> Move:
    """Go on with the family that was chosen."""
    del facts
    if answers["who"] == who_for.NOBODY:
        return End(FORGOTTEN)
    return End(None, (DraftWords(answers["who"], answers.get("words", "")),))


def read(facts: Facts, words: str) -> str | None:
    """Take any words, or a picture alone: they are shown again before they go."""
    del facts
    said = any(sign.isalnum() or not sign.isascii() for sign in words)
    return words.strip() if said else None


def typed(facts: Facts, answers: Answers) -> Move:
    """Show what was typed before it goes."""
    del facts
    return _typed_anew(answers, answers["words"])


def typed_again(facts: Facts, answers: Answers) -> Move:
    """Show what was typed anew before it goes."""
    del facts
    return _typed_anew(answers, answers["again"])


def shown(facts: Facts, answers: Answers) -> Prompt:
    """Show the words with all that matters about them; what cannot go has no button to send it."""
    del facts
    send = () if answers.get("stuck") else (SEND,)
    cheaper = () if answers.get("plain") == "" else (CHEAPER,)
    return Prompt(
        plain(answers.get("preview", "")),
        (*send, *cheaper, CHANGE, FORGET),
        after=desk("Or type it again in other words."),
    )


def then(facts: Facts, answers: Answers) -> Move:
    """Send it, show it in other words, or forget it."""
    del facts
    match answers["sure"]:
        case "send":
            return End(None, (_sent(answers),))
        case "change":
            return Go("again")
        case "plain":
            return _typed_anew(answers, answers.get("plain") or answers["words"])
        case words:
            return _typed_anew(answers, words)


def _typed_anew(answers: Answers, words: str) -> Move:
    if words == FORGET.key:
        return End(FORGOTTEN)
    return End(None, (DraftWords(answers["to"], words, _purpose(answers), _task(answers)),))


def _sent(answers: Answers) -> SendWords:
    where = answers.get("where", "")
    return SendWords(
        answers["to"],
        answers["words"],
        address=int(where) if where else None,
        purpose=_purpose(answers),
        task=_task(answers),
    )


def _purpose(answers: Answers) -> str:
    return answers.get("purpose") or "support"


def _task(answers: Answers) -> int | None:
    task = answers.get("task", "")
    return int(task) if task else None


WHOSE = Flow(
    name="write_whose",
    version=1,
    start="who",
    steps={"who": Step(who_for.ask, chosen, who_for.read_family, silence=AN_HOUR)},
    hands_over=False,
)
FLOW = Flow(
    name="write_words",
    version=1,
    start="words",
    steps={"words": Step(WORDS, typed, read, examples=EXAMPLES, silence=AN_HOUR)},
    hands_over=False,
)
DRAFT = Flow(
    name="write_draft",
    version=1,
    start="sure",
    steps={
        "sure": Step(shown, then, read, examples=EXAMPLES, silence=AN_HOUR),
        "again": Step(AGAIN, typed_again, read, examples=EXAMPLES, silence=AN_HOUR),
    },
    hands_over=False,
)
