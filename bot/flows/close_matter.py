"""Staff: a matter of danger is to be closed. What came of it, who was told, where it stands."""

from __future__ import annotations

from bot.flows.base import (
    Answers,
    Choice,
    CloseMatter,
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

OUTCOMES = {
    "acted_on": "Acted on",
    "watched": "Being watched",
    "not_urgent": "Not urgent",
    "false_alarm": "False alarm",
}
RECORDS = {"cpoms": "CPOMS", "lcs": "LCS", "other": "Another system or file"}
KEEP, CLOSE, AGAIN = "keep", "close", "again"
SHORTEST, LONGEST = 3, 1000  # letters of an answer in one's own words
LEFT_OPEN = desk("It stays open. Nothing has been closed.")
SILENCE = (Silence(Hours(2)),)

OUTCOME = Prompt(
    desk("{matter}: what came of it?"),
    (
        *(Choice(key, desk(label)) for key, label in OUTCOMES.items()),
        Choice(KEEP, desk("Leave it open")),
    ),
)
REASON = Prompt(desk("Why? In your own words: what you found and what was done."))
TOLD = Prompt(desk("Who was told, and when? If nobody was, say so and why."))
RECORDED_IN = Prompt(
    desk("Where is it recorded?"), tuple(Choice(key, desk(name)) for key, name in RECORDS.items())
)
REFERENCE = Prompt(desk("What is its number or place there? Write “none” if it has none."))


def after_outcome(facts: Facts, answers: Answers) -> Move:
    """Go on to the reason, or leave the matter open."""
    del facts
    return End(LEFT_OPEN) if answers["outcome"] == KEEP else Go("reason")


def read_words(facts: Facts, words: str) -> str | None:
    """Take words of some length; a mere dot is no reason."""
    del facts
    said = " ".join(words.split())
    return said[:LONGEST] if sum(map(str.isalnum, said)) >= SHORTEST else None


def read_reference(facts: Facts, words: str) -> str | None:
    """Take whatever another system calls it."""
    del facts
    said = " ".join(words.split())
    return said[:LONGEST] if any(map(str.isalnum, said)) else None


def echo(facts: Facts, answers: Answers) -> Prompt:
    """Say everything back before it counts."""
    del facts
    outcome = OUTCOMES.get(answers.get("outcome", ""), "")
    record = RECORDS.get(answers.get("recorded_in", ""), "")
    lines = (
        f"{answers.get('matter', '')}: {outcome}.",
        f"Why: {answers.get('reason', '')}",
        f"Told: {answers.get('told', '')}",
        f"Recorded in: {record}, {answers.get('reference', '')}",
        "Close it?",
    )
    return Prompt(
        plain("\n".join(lines)),
        (
            Choice(CLOSE, desk("Yes, close it")),
            Choice(AGAIN, desk("Change something")),
            Choice(KEEP, desk("Leave it open")),
        ),
    )


def then_close(facts: Facts, answers: Answers) -> Move:
    """Close only on a plain yes."""
    del facts
    if answers["sure"] == AGAIN:
        return Go("outcome")
    if answers["sure"] == KEEP:
        return End(LEFT_OPEN)
    task = answers["task"]
    closing = CloseMatter(
        task=int(task) if task.isdecimal() else 0,
        outcome=answers.get("outcome", ""),
        reason=answers.get("reason", ""),
        told=answers.get("told", ""),
        recorded_in=answers.get("recorded_in", ""),
        reference=answers.get("reference", ""),
    )
    return End(None, (closing,))


FLOW = Flow(
    name="close_matter",
    version=1,
    start="outcome",
    steps={
        "outcome": Step(OUTCOME, after_outcome, silence=SILENCE),
        "reason": Step(
            REASON,
            lambda _facts, _answers: Go("told"),
            read_words,
            examples=("rang mum, he is safe with nan",),
            silence=SILENCE,
        ),
        "told": Step(
            TOLD,
            lambda _facts, _answers: Go("recorded_in"),
            read_words,
            examples=("Joe at 10:40, school at 11",),
            silence=SILENCE,
        ),
        "recorded_in": Step(RECORDED_IN, lambda _facts, _answers: Go("reference"), silence=SILENCE),
        "reference": Step(
            REFERENCE,
            lambda _facts, _answers: Go("sure"),
            read_reference,
            examples=("incident 4711",),
            silence=SILENCE,
        ),
        "sure": Step(echo, then_close, silence=SILENCE),
    },
    hands_over=False,
)
