"""Putting what is said into the outbox, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.engine import values_of
from bot.flows import FLOWS
from bot.flows.base import Answers, Facts, Flow, Prompt, State
from bot.i18n import Values, _, put, worded
from bot.scene.family import Family
from bot.scene.scene import Scene
from storage import outbox
from storage.staff import tell_of_cover

REPLY_USEFUL_FOR = timedelta(hours=12)
COVERED = _("{cover} is covering for {away} and reads your messages.")


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of message this is, which decides how the gate treats it."""

    kind: str  # "proactive", "reply", "safety", "person", "staff"
    purpose: str
    not_after: datetime | None = None
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A prompt in one language."""

    text: str = field(repr=False)
    choices: tuple[tuple[str, str], ...] = field(repr=False)
    after: str = field(repr=False)


def in_words(prompt: Prompt, language: str, values: Values) -> Words:
    """Put a prompt into words."""
    spoken = [put(text, language, values) for text in (*prompt.before, prompt.text)]
    choices = tuple((choice.key, put(choice.label, language, values)) for choice in prompt.choices)
    after = put(prompt.after, language, values) if prompt.after else ""
    return Words(" ".join(part for part in spoken if part), choices, after)


def prompt_worded(prompt: Prompt, language: str) -> bool:
    """Say whether every sentence of a prompt exists in a language."""
    labels = (choice.label for choice in prompt.choices)
    texts = (*prompt.before, prompt.text, *labels, *((prompt.after,) if prompt.after else ()))
    return all(worded(text, language) for text in texts)


def flow_worded(flow: Flow, facts: Facts, language: str) -> bool:
    """Say whether everything a flow may ask exists in a language."""
    asked = [
        made if isinstance(made, Prompt) else made(facts, {})
        for step in flow.steps.values()
        if step.only_in in {None, language}
        for made in (step.ask, step.again, *(rule.say for rule in step.silence))
        if made is not None
    ]
    return all(prompt_worded(prompt, language) for prompt in asked)


def say(
    scene: Scene,
    family: Family,
    prompt: Prompt,
    values: Values,
    kind: Kind,
    *,
    name: str,
    language: str,
    turn: int | None = None,
    recipe: dict[str, Any] | None = None,
) -> int:
    """Put one message to a family into the outbox; `name` tells it from others of this turn."""
    words = in_words(prompt, language, values)
    return outbox.put(
        scene.connection,
        outbox.Letter(
            key=f"{scene.key}:{name}",
            address_id=family.line.id,
            person_id=family.person.id if family.person else None,
            kind=kind.kind,
            purpose=kind.purpose,
            language=language,
            text=words.text,
            choices=words.choices,
            after=words.after,
            at=scene.now,
            due_at=scene.now,
            turn=turn,
            cases=family.cases,
            recipe=recipe,
            heard_at=kind.heard_at,
            not_after=kind.not_after,
        ),
    )


def recipe_of(scene: Scene, family: Family, state: State, *, silence: bool) -> dict[str, Any]:
    """Keep what made an automatic message, so that it can be worded again when it is released."""
    return {
        "flow": state.flow,
        "step": state.step,
        "silence": state.silences if silence else 0,
        "answers": dict(state.answers),
        "owner": family.standing.staff,
        "date": scene.today.isoformat(),
        "names": _names(family.facts()),
    }


def reworded(scene: Scene, family: Family, recipe: dict[str, Any], language: str) -> Words | None:
    """Word a held message again if its owner, its names or the date changed; None: it stands."""
    flow = FLOWS.get(recipe["flow"])
    step = flow.steps.get(recipe["step"]) if flow else None
    if step is None:
        return None
    facts, answers = family.facts(), recipe["answers"]
    now = (family.standing.staff, scene.today.isoformat(), _names(facts))
    # A message put here by an earlier version does not say which names it was worded with.
    if (recipe["owner"], recipe["date"], recipe.get("names", now[2])) == now:
        return None
    rule = step.silence[recipe["silence"] - 1] if recipe["silence"] else None
    made = rule.say if rule and rule.say else step.ask
    prompt = made if isinstance(made, Prompt) else made(facts, answers)
    return in_words(introduced(family, prompt), language, spoken_values(family, answers))


def _names(facts: Facts) -> list[str]:
    return [facts.person, *facts.pupil]


def spoken_values(family: Family, answers: Answers) -> dict[str, Any]:
    """Say what the {names} in sentences to this family stand for, the cover's name included."""
    names: dict[str, str] = {}
    cover = family.standing.cover
    if cover is not None:
        names["cover"] = family.scene.worker(family.standing.staff).first_name
        names["away"] = family.scene.worker(cover.staff).first_name
    return {**values_of(family.facts(), answers), **names}


def introduced(family: Family, prompt: Prompt) -> Prompt:
    """Say first who is covering, by name, if somebody is."""
    if family.standing.cover is None:
        return prompt
    return replace(prompt, before=(COVERED, *prompt.before))


def introduced_once(scene: Scene, family: Family, prompt: Prompt) -> Prompt:
    """Say who is covering if this family has not been told yet, and note that it now has."""
    cover = family.standing.cover
    if cover is None or family.person is None:
        return prompt
    new = tell_of_cover(scene.connection, cover.id, family.person.id, scene.now)
    return introduced(family, prompt) if new else prompt
