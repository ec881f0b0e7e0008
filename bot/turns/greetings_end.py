"""A case closes: what a worker has not yet said yes to, or what has not left, goes no more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

from bot.flows.good_news import PURPOSE as GOOD_NEWS
from bot.rules.gate import OPEN_STATUSES
from bot.rules.status import shown
from bot.scene.notices import mark_words
from bot.scene.scene import Scene
from storage import case_summary, introductions, outbox, tasks
from storage.addresses import Someone
from storage.introductions import IN_PERSON, INTRODUCTION, WELCOME

CLOSED = "the case is closed"
ABOUT_A_LETTER = ("typed", "held", "delayed")
# What a worker says yes to before it leaves. Other words of theirs may be a goodbye, and go.
GREETINGS: Mapping[str, str] = MappingProxyType(
    {WELCOME: "welcome", INTRODUCTION: "introduction", GOOD_NEWS: "good news"}
)


def why_closed(scene: Scene, case_id: int) -> str:
    """Say that a case is closed: nobody greets its family. Empty: it is open."""
    [case] = case_summary.cases_at(scene.connection, [case_id])
    if case.status in OPEN_STATUSES:
        return ""
    return f"{case.ref} is {shown(case.status)} now, so its family is not written to"


def end_welcomes(scene: Scene, case_id: int, by: str) -> int:
    """Ask nobody any more to welcome the family of a case; returns how often it was asked."""
    open_ones = introductions.asked_about(scene.connection, case_id, (WELCOME, IN_PERSON))
    for task_id in open_ones:
        tasks.close(scene.connection, task_id, by, CLOSED, scene.now)
    return len(open_ones)


def stop_greetings(scene: Scene, person: Someone, gone: Collection[str], by: str) -> int:
    """Stop what waits to greet somebody about these cases alone; whoever signed it is told."""
    stopped = 0
    for letter in introductions.unsent(scene.connection, person.id, GREETINGS):
        if not letter.cases or not set(letter.cases) <= set(gone):
            continue
        if not outbox.stop(scene.connection, letter.id, CLOSED):
            continue
        tasks.close_for_message(scene.connection, letter.id, ABOUT_A_LETTER, CLOSED, scene.now)
        stopped += 1
        if letter.author != by:
            own = replace(scene, key=f"{scene.key}:greeting:{letter.id}")
            what, cases = GREETINGS[letter.purpose], ", ".join(letter.cases)
            mark_words(own, letter, f"Your {what} for {cases} was not sent: {CLOSED}.")
    return stopped
