"""The replies families write to an offer or a reminder of a visit, through the conversations."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.flows.visit_news import THREE_DAYS, TWO_HOURS
from bot.flows.visit_offer import FLOW as OFFER
from bot.rules.visits import AskLift, ChangeVisit, ConfirmVisit, TakeTime
from tests.flows.talk import ABOUT_VISIT, FACTS, Talk
from tests.rules.test_visit_replies import THURSDAY, TODAY, TUESDAY, VISIT, lines

TIMES = {"first": TUESDAY.isoformat(), "second": THURSDAY.isoformat(), "third": ""}
STARTS = {"starts": VISIT.isoformat(), "on": "Thu 3 Dec", "at": "15:30"}
ASKED = {
    "offer": (OFFER, TODAY, {**ABOUT_VISIT, **TIMES}),
    "reminder": (THREE_DAYS, TODAY, {**ABOUT_VISIT, **STARTS}),
    "today": (TWO_HOURS, date(2026, 12, 3), {**ABOUT_VISIT, **STARTS}),
}
# Whoever wants another time is asked which, or read by a person; the rest a person reads.
WISHES = {"other_time", "not_needed", "late", "person"}


def comes_to(to: str, words: str) -> str:
    """Say what a reply brings about, in the words of the table."""
    flow, today, given = ASKED[to]
    talk = Talk(flow, facts=replace(FACTS, today=today), given=given).writes(words)
    for effect in talk.turn.effects:
        match effect:
            case TakeTime(starts_at=moment):
                return f"take {(TUESDAY, THURSDAY).index(moment) + 1}"
            case ConfirmVisit():
                return "confirm"
            case ChangeVisit() | AskLift():
                return "settled without a question"
    if talk.state is not None and talk.state.step in {"days", "change", "lift"}:
        return "lift" if talk.state.step == "lift" else "other_time"
    return "person" if talk.passed_on else "lost"


def test_no_reply_in_free_words_does_the_wrong_thing() -> None:
    wrong = []
    for row in lines():
        found, means = comes_to(row["to"], row["words"]), row["means"]
        if found != means and not (found in WISHES and means in WISHES - {"person"}):
            wrong.append(f"{row['to']}: {row['words']}: {found}, not {means}")
    assert wrong == []
