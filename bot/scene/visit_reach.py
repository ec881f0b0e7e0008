"""Whether a family can be told of a visit by text, and whether what waits is still so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.flows import FLOWS, visit_after, visit_news, visit_offer
from bot.flows.base import Answers
from bot.rules.calendar import wall
from bot.rules.gate import AT_ONCE, OPEN_STATUSES, Request, decide
from bot.rules.nudge_adults import Reach, against
from bot.rules.verdict import Hold
from bot.rules.visit_moments import news_early_at
from bot.rules.visits import BOOKED, CANCELLED, OFFERED, OVER, Visit
from bot.rules.windows import next_open
from bot.scene.colleagues import wrote_today
from bot.scene.family import Family
from bot.scene.letters import flow_worded
from bot.scene.pace import sent_lately, thread_live
from bot.scene.scene import Scene
from bot.scene.visit_words import weekly_values
from storage import outbox
from storage.booking import hold_visit
from storage.received import recall
from storage.sent import automatic_for
from storage.visits import find_visit, versions_of

# How a visit stands when each message about it is so.
STANDS = {
    visit_offer.FLOW.name: {OFFERED},
    **{flow.name: {BOOKED} for flow in (*visit_news.ASKING, visit_after.LATE)},
    visit_after.OFF.name: {CANCELLED},
    visit_after.MISSED.name: {CANCELLED, OVER},
}
ABOUT_VISITS = frozenset(STANDS)  # conversations in which a visit is settled
ANSWER = "visit_answer"  # what an answer about a visit was made of; no conversation of its own
TELLING = {flow.name for flow in (visit_offer.FLOW, visit_news.BOOKED, visit_news.MOVED)}
AHEAD = {flow.name for flow in visit_news.ASKING}  # of no use once the visit has begun
CHANGED = "the visit has been changed since"
BEGUN = "the visit has begun"
NEWER = "a newer reminder took its place"
WAITS = frozenset({"waiting", "held"})
LEAVING = frozenset({"sending", "uncertain"})  # it is not known yet that they have it: they may


def cannot_be_texted(scene: Scene, family: Family, flow: str) -> tuple[str, str]:
    """Say why no text about a visit goes, and what kind of task that makes; empty: it may go."""
    line, language = family.line, family.language
    if family.muted:
        return "they must not be contacted here", "do_not_use"
    if not (language in scene.practice.languages and _worded(family, flow)):
        return f"no approved wording in their language ({language})", "interpreter"
    if not family.statuses & OPEN_STATUSES:
        return "the case is closed", "hand_over"
    if any(tie.paused_until and tie.paused_until > scene.now for tie in family.ties):
        return "their texts are paused", "hand_over"
    reach = Reach(
        opted_out=line.opted_out_at is not None,
        stop_asked=line.stop_asked_at is not None,
        unusable=bool(line.wrong_at or line.dead_at or line.carrier_blocked_at),
        proven=line.proven_at is not None,
        rules_missing=any(tie.rules_missing for tie in family.ties),
        prefers=frozenset(word for tie in family.ties for word in tie.prefers),
    )
    return against(reach), "hand_over"


def recipe_of_answer(answers: Answers) -> dict[str, Any] | None:
    """Keep which version of a visit an answer speaks of: held, it may be so no more."""
    if not (answers.get("visit") and answers.get("version")):
        return None
    return {"flow": ANSWER, "answers": {name: answers[name] for name in ("visit", "version")}}


def _worded(family: Family, flow: str) -> bool:
    names = {flow, f"{flow}_beside"} & FLOWS.keys()
    return all(flow_worded(FLOWS[name], family.facts(), family.language) for name in names)


def leaves_at(scene: Scene, family: Family, visit: Visit, flow: str) -> tuple[datetime | None, str]:
    """Find when a text may leave, and why not now, as the gate will see it.

    None: not in the next four weeks.
    """
    opens, purpose = _opens(scene, family), purpose_of(flow)
    early = _early(scene, family, visit, purpose)
    if opens is None and early is None:
        return None, ""
    today, this_week = sent_lately(scene, family)
    asked = Request(
        "proactive",
        purpose,
        all_paused=bool(recall(scene.connection, "all_paused")),
        early=early,
        window=family.window,
        thread_live=thread_live(scene, family),
        sent_today=today,
        sent_this_week=this_week,
        wrote_today=len(wrote_today(scene, family, None, since_they_did=False)),
    )
    verdict = decide(asked, scene.practice, scene.now)
    return (verdict.until, verdict.reason) if isinstance(verdict, Hold) else (scene.now, "")


def purpose_of(flow: str) -> str:
    """Say under which purpose a text of a flow goes: that nothing is left to choose is one off."""
    return visit_after.OFF.name if flow == visit_after.OFFER_OFF.name else flow


def _opens(scene: Scene, family: Family) -> datetime | None:
    week, calendar = scene.practice.sending_week, scene.practice.calendar
    return next_open(family.window, week, calendar, scene.now)


def _early(scene: Scene, family: Family, visit: Visit, purpose: str) -> datetime | None:
    """Say when news that would come too late may leave in quiet hours; None: it keeps them."""
    if purpose not in AT_ONCE:
        return None
    opens = _opens(scene, family)
    found = (
        news_early_at(begins, opens, family.window, scene.now)
        for begins in last_times(scene, visit)
    )
    return min((at for at in found if at is not None), default=None)


def last_times(scene: Scene, visit: Visit) -> list[datetime]:
    """List the time of a visit and the one before: they may be about to set out for either."""
    last_two = versions_of(scene.connection, visit.id)[-2:]
    return [row.starts_at for row in last_two if row.starts_at is not None]


def leaves_early(scene: Scene, row: Row[Any], family: Family) -> datetime | None:
    """Say when this message may leave in quiet hours, as news of a visit; safe hours still count.

    None: it keeps them.
    """
    if row.purpose not in AT_ONCE or not row.recipe:
        return None
    visit = find_visit(scene.connection, int(row.recipe["answers"]["visit"]))
    return _early(scene, family, visit, row.purpose) if visit else None


def has_heard(scene: Scene, visit: Visit) -> bool:
    """Say whether anything about a visit has left for the family, or may have."""
    told = (*_sent_about(scene, visit), *_named_beside(scene, visit))
    return any(row.sent_at or row.status in LEAVING for row in told)


def only_waits(scene: Scene, visit: Visit) -> bool:
    """Say whether what tells of a visit still waits here: it is left out of it once it is off.

    A version no text was made of was for somebody to say: they may have said it.
    """
    own = [row for row in _sent_about(scene, visit) if row.purpose in TELLING]
    beside, number = _named_beside(scene, visit), str(visit.id)
    told = {str(row.recipe["answers"]["version"]) for row in own}
    told |= {dict(_others(row.recipe))[number] for row in beside}
    every = all(str(version) in told for version in range(1, visit.version))
    return every and any(row.status in WAITS for row in (*own, *beside))


def heard_today(scene: Scene, visit: Visit, purpose: str) -> bool:
    """Say whether the family hears of a visit today anyway, so that no reminder need go.

    The day before, only what no cap keeps is sure to reach them in time.
    """
    rows = _sent_about(scene, visit)
    if any(_is_of_today(scene, row) for row in rows if row.sent_at or row.status in LEAVING):
        return True
    waits = [row for row in rows if row.status in WAITS and _is_of_now(row, visit)]
    if purpose == visit_news.DAY_BEFORE.name:
        return any(row.purpose in AT_ONCE for row in waits)
    return any(row.purpose in AT_ONCE or _is_of_today(scene, row) for row in waits)


def _is_of_today(scene: Scene, row: Row[Any]) -> bool:
    return wall(row.sent_at or row.due_at).date() == scene.today


def _is_of_now(row: Row[Any], visit: Visit) -> bool:
    return str(row.recipe["answers"]["version"]) == str(visit.version)


def take_back(scene: Scene, visit: Visit) -> None:
    """Stop what still waits and asks about a visit: a reminder that goes now says it all.

    The line is held: nothing of it leaves meanwhile.
    """
    for row in _sent_about(scene, visit):
        if row.status in WAITS and row.purpose in AHEAD - AT_ONCE:
            outbox.stop(scene.connection, row.id, NEWER)


def _sent_about(scene: Scene, visit: Visit) -> list[Row[Any]]:
    rows = _since_it_was_made(scene, visit)
    return [row for row in rows if row.recipe["answers"]["visit"] == str(visit.id)]


def _named_beside(scene: Scene, visit: Visit) -> list[Row[Any]]:
    """List what tells of a visit beside the one it is about: they were booked by one yes."""
    rows = _since_it_was_made(scene, visit)
    return [row for row in rows if str(visit.id) in dict(_others(row.recipe))]


def _since_it_was_made(scene: Scene, visit: Visit) -> list[Row[Any]]:
    if visit.person_id is None:
        return []
    return automatic_for(scene.connection, visit.person_id, frozenset(STANDS), visit.made_at)


def _others(recipe: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List the visits a text tells of beside its own: (number, version)."""
    named = recipe.get("answers", {}).get("also", "").split()
    return [(number, version) for number, _dot, version in (one.partition(".") for one in named)]


def as_it_stands(
    scene: Scene, family: Family, recipe: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Leave out of a text about several visits what is not so any more, to be worded without it.

    They are held, as the visit of its own is: who changes one of them now waits until it has left.
    """
    others = _others(recipe) if recipe else []
    held = [(hold_visit(scene.connection, int(number)), version) for number, version in others]
    stand = [
        one for one, version in held if one and (str(one.version), one.state) == (version, BOOKED)
    ]
    if recipe is None or len(stand) == len(others):
        return recipe
    visit = find_visit(scene.connection, int(recipe["answers"]["visit"]))
    now = weekly_values(family, visit, stand) if visit else {}
    return {**recipe, "answers": {**recipe["answers"], **now}, "date": ""}


def why_not_now(scene: Scene, row: Row[Any]) -> str:
    """Say why what a message says of a visit is not so any more; empty: it is.

    The visit is held: who changes it now waits until this message has left, and one that is being
    changed is waited for.
    """
    is_answer = bool(row.recipe) and row.recipe["flow"] == ANSWER
    if not row.recipe or not (is_answer or row.purpose in STANDS):
        return ""
    answers = row.recipe["answers"]
    visit = hold_visit(scene.connection, int(answers["visit"]))
    if visit is None or str(visit.version) != answers["version"]:
        return CHANGED
    if is_answer:
        return ""
    if visit.state not in STANDS[row.purpose]:
        return CHANGED
    begins = visit.plan.starts_at
    if row.purpose in AHEAD and begins is not None and begins <= scene.now:
        return BEGUN
    return ""
