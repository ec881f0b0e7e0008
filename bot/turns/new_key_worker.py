"""Telling a family by name who their key worker is now, once, whoever was it in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from bot.flows.base import Prompt
from bot.i18n import _
from bot.rules.calendar import wall
from bot.rules.gate import OPEN_STATUSES
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_of
from bot.scene.letters import Kind, in_words, prompt_worded, say, spoken_values
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from storage import allocations, outbox
from storage.addresses import Someone, person_by_id, person_by_ref
from storage.cases import Tie
from storage.threads import not_gone_yet

HANDED_OVER = _(
    "Hello {person}. {worker} is now the key worker for {pupil}, in place of {before}. "
    "You can write here as before. {worker} reads every reply."
)
USEFUL_FOR = timedelta(days=7)
PURPOSE = "handover"
PASSED_AGAIN = "the key worker has changed again"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _News:
    """What one family is told: who it is now, for which children, and in whose place."""

    family: Family
    worker: Someone
    ties: tuple[Tie, ...]
    former: tuple[str, ...]


def tell_family(
    scene: Scene, heir: Someone, before: Mapping[int, list[str]], person: Someone
) -> bool | None:
    """Tell one adult who their key worker is now. None: nobody is to be told.

    `before`: who was key worker of each case that has just passed.
    """
    waiting = not_gone_yet(scene.connection, person.id, PURPOSE)
    for letter in waiting:
        outbox.stop(scene.connection, letter.id, PASSED_AGAIN)
    family = family_of(scene, person)
    if family is None or family.muted:
        return None
    changed = dict(before)
    if waiting:
        changed |= _untold(family, before, wall(waiting[0].created_at).date() - DAY)
    told = {news.worker.ref: _tell(news) for news in _all_news(family, changed)}
    return told.get(heir.ref)


def put_names_right(scene: Scene, person_id: int) -> None:
    """Word again what has not gone yet to one adult: a name in it has been corrected."""
    for letter in not_gone_yet(scene.connection, person_id, PURPOSE):
        family = family_of(scene, person_by_id(scene.connection, person_id))
        # One put here by an earlier version does not say what it was made of, and goes as it is.
        news = _news_of(family, letter.recipe) if family and letter.recipe else None
        if news is not None:
            words = in_words(Prompt(HANDED_OVER), letter.language, _values(news))
            outbox.reword(scene.connection, letter.id, words.text)


def _recipe(news: _News) -> dict[str, Any]:
    """Keep what the news was made of, so that it can be worded again."""
    cases = [tie.case for tie in news.ties]
    return {"flow": PURPOSE, "worker": news.worker.ref, "cases": cases, "former": news.former}


def _news_of(family: Family, recipe: Mapping[str, Any]) -> _News | None:
    worker = person_by_ref(family.scene.connection, recipe["worker"])
    ties = tuple(tie for tie in family.ties if tie.case in recipe["cases"])
    return _News(family, worker, ties, tuple(recipe["former"])) if worker and ties else None


def _untold(family: Family, before: Mapping[int, list[str]], last: date) -> dict[int, list[str]]:
    """Name whom a family knew on a day, for each case that has passed since."""
    ids = {*before, *family.case_ids}
    known = allocations.key_workers(family.scene.connection, ids, last)
    now = allocations.key_workers(family.scene.connection, ids, family.scene.today)
    return {case: refs for case, refs in known.items() if case in before or refs != now.get(case)}


def _all_news(family: Family, changed: Mapping[int, list[str]]) -> list[_News]:
    """Sort what may be said by who is key worker now: of open cases only, in nobody's own place."""
    connection, today = family.scene.connection, family.scene.today
    now = allocations.key_workers(connection, changed, today)
    ties = [tie for tie in family.ties if tie.case_id in changed and not tie.copy_only]
    found = []
    for ref in dict.fromkeys(refs[0] for refs in now.values()):
        theirs = [tie for tie in ties if now.get(tie.case_id, [""])[0] == ref]
        still = tuple(tie for tie in theirs if tie.status in OPEN_STATUSES)
        former = dict.fromkeys(who for tie in still for who in changed[tie.case_id] if who != ref)
        worker = person_by_ref(connection, ref)
        if worker and former:
            found.append(_News(family, worker, still, tuple(former)))
    return found


def _tell(news: _News) -> bool:
    """Put the news on its way, or into the hands of somebody who speaks their language."""
    family, ref = news.family, news.worker.ref
    scene, person = family.scene, family.person.ref if family.person else ""
    prompt = Prompt(HANDED_OVER)
    worded = prompt_worded(prompt, family.language)
    if not worded or family.language not in scene.practice.languages:
        words = f"{family.named()}: tell them, in {family.language}, that you are their key worker."
        own = replace(scene, key=f"{scene.key}:{person}")  # each family is a matter of its own
        raise_task(own, family, ref, Matter("interpreter", words), told=(ref,))
        return False
    kind = Kind("proactive", PURPOSE, not_after=scene.now + USEFUL_FOR)
    name = f"handed_over:{person}:{ref}"
    values, recipe = _values(news), _recipe(news)
    language = family.language
    say(scene, family, prompt, values, kind, name=name, language=language, recipe=recipe)
    return True


def _values(news: _News) -> dict[str, Any]:
    scene = news.family.scene
    return {
        **spoken_values(news.family, {}),
        "worker": news.worker.first_name,
        "pupil": tuple(dict.fromkeys(tie.pupil_first_name for tie in news.ties)),
        "before": tuple(scene.worker(ref).first_name for ref in news.former),
    }
