"""The dates of a placement: its plan, its reviews, its end, what comes after, and Day 6."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from bot.rules.calendar import moment_at
from bot.rules.clocks import Prompt, due, next_on, prompts
from bot.rules.routing import in_charge, owners
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.turns.digest_parts import child
from storage.attending import CLOCKS
from storage.case_summary import cases_at
from storage.cases import case_ids
from storage.conversations import Moment, set_due, take_moment
from storage.received import note_received
from storage.staff import key_workers_of
from storage.stays import home_schools, stays_of

NAME = CLOCKS
NOTED = "clock"  # the channel on which a prompt that was raised is noted
AT = time(8, 30)
SEEN_BY = time(16)


def clocks(scene: Scene, moment: Moment) -> None:
    """Raise what is due about one placement, each once, and plan ahead."""
    if not take_moment(scene.connection, moment):
        return
    case_id = case_ids(scene.connection, [moment.subject]).get(moment.subject, 0)
    stay = stays_of(scene.connection, [case_id]).get(case_id)
    found: list[Prompt] = []
    if stay is not None:
        school = home_schools(scene.connection, [case_id])[case_id]
        found = prompts(stay, scene.practice.calendar_of(school), scene.practice)
    for prompt in due(found, scene.today):
        key = f"{NAME}/{moment.subject}/{prompt.key}"
        if note_received(scene.connection, NOTED, key, scene.now):
            _raise(replace(scene, key=key), case_id, prompt)
    following = next_on(found, scene.today)
    again = moment_at(following, AT) if following else None
    set_due(scene.connection, NAME, moment.subject, again)


def _raise(scene: Scene, case_id: int, prompt: Prompt) -> None:
    """Ask the key worker; where the law sets the day, whoever is in charge too."""
    [case] = cases_at(scene.connection, [case_id])
    workers = key_workers_of(scene.connection, [case_id], scene.today)
    told = owners(scene.team, scene.practice, workers, scene.now)
    if prompt.in_charge_too:
        told = [*told, *list(in_charge(scene.team, scene.practice))[:1]]
    matter = Matter(
        NAME,
        f"{child(case.pupil, case.ref)}: {prompt.words}.",
        respond_by=max(moment_at(prompt.by_on, SEEN_BY), scene.now),
        discreet_words=f"{case.ref}: {prompt.words}.",
    )
    raise_task(scene, None, told[0], matter, told=told, case_id=case_id)
