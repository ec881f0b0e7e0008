"""Staff: a call, a visit or a meeting in two lines, said back and stored on a plain yes."""

from __future__ import annotations

from datetime import UTC, datetime, time

from bot.flows.base import (
    Answers,
    Begin,
    Choice,
    End,
    Facts,
    Flow,
    Go,
    Hours,
    LogContact,
    Move,
    Prompt,
    Silence,
    Step,
)
from bot.flows.whose import cases_meant, names_of, shown
from bot.i18n import desk, plain
from bot.rules.calendar import moment_at, wall
from bot.rules.logged import Logged, mode_of, read_note
from bot.rules.logged_echo import lines
from bot.rules.logged_words import folded

SAVE = Choice("save", desk("Save"))
CHANGE = Choice("change", desk("Change"))
FORGET = Choice("forget", desk("Forget"))
FORGOTTEN = desk("Forgotten. Nothing was saved.")
AGAIN = Prompt(desk("Type it as it should be, all of it. Nothing is saved yet."), (FORGET,))
KEPT_OPEN = (Silence(Hours(72)),)  # they may be driving, or home for the weekend: it waits
EXAMPLES = ("rang mum 10 min, agreed taxi for Thu", "HV 45m, saw Kai alone. travel 20")


def echo(facts: Facts, answers: Answers) -> Prompt:
    """Say back how the note was understood, the family first."""
    logged = understood(facts, answers)
    about = ", ".join(_cases(facts, answers))
    family = f"{shown(facts, answers.get('whose', ''))}, on {about}" if about else ""
    colleagues = dict(facts.colleagues)
    said = "\n".join([family, *lines(logged, wall(typed_at(facts, answers)).date(), colleagues)])
    return Prompt(
        plain(said.strip()),
        (SAVE, CHANGE, FORGET),
        after=desk("Nothing is saved yet. Save it, or type it again in other words."),
    )


def read(facts: Facts, words: str) -> str | None:
    """Take words that tell of a contact: the note is typed again."""
    del facts
    return words.strip() if mode_of(folded(words)) else None


def then(facts: Facts, answers: Answers) -> Move:
    """Store it, ask for it again, or forget it."""
    match answers["sure"]:
        case "save":
            return End(None, (_effect(facts, answers),))
        case "change":
            return Go("again")
        case "forget":
            return End(FORGOTTEN)
        case words:
            return _from_the_start(answers, words)


def then_again(facts: Facts, answers: Answers) -> Move:
    """Say back what was typed anew."""
    del facts
    if answers["again"] == "forget":
        return End(FORGOTTEN)
    return _from_the_start(answers, answers["again"])


def _from_the_start(answers: Answers, words: str) -> Move:
    given = {name: answers[name] for name in ("whose", "typed") if name in answers}
    return End(None, (Begin(FLOW.name, {**given, "words": words}),))


def _effect(facts: Facts, answers: Answers) -> LogContact:
    return LogContact(
        person=answers["whose"],
        cases=_cases(facts, answers),
        words=answers["words"],
        logged=understood(facts, answers),
        typed=typed_at(facts, answers),
    )


def understood(facts: Facts, answers: Answers) -> Logged:
    """Read the note as it stands, with the names of this family."""
    names = names_of(_label(facts, answers), facts)
    return read_note(answers.get("words", ""), names, typed_at(facts, answers))


def typed_at(facts: Facts, answers: Answers) -> datetime:
    """Say when the note was first typed: its "today" stays that day, whenever it is saved."""
    try:
        return datetime.fromisoformat(answers["typed"]).astimezone(UTC)
    except (KeyError, ValueError):
        return moment_at(facts.today, time(12))


def _label(facts: Facts, answers: Answers) -> str:
    return dict(facts.families).get(answers.get("whose", ""), "")


def _cases(facts: Facts, answers: Answers) -> tuple[str, ...]:
    """List whose log it goes to: the children it names, or all of them."""
    return cases_meant(_label(facts, answers), answers.get("words", ""))


FLOW = Flow(
    name="log_contact",
    version=1,
    start="sure",
    steps={
        "sure": Step(echo, then, read, examples=EXAMPLES, silence=KEPT_OPEN),
        "again": Step(AGAIN, then_again, read, examples=EXAMPLES, silence=KEPT_OPEN),
    },
    hands_over=False,
)
