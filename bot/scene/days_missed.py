"""What a text about days missed is decided from, read afresh whenever it is decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row

from bot.flows.base import Prompt
from bot.i18n import _
from bot.imports.codes import attendance_codes
from bot.rules import days_missed as rule
from bot.rules.nudge_adults import Reach, against
from bot.scene.family import Family, family_of
from bot.scene.letters import in_words, introduced, prompt_worded, spoken_values
from bot.scene.nudging import about_one
from bot.scene.quiet import quiet_of
from bot.scene.scene import Scene
from storage import approvals
from storage.addresses import person_by_id
from storage.case_summary import cases_at
from storage.conversations import set_due
from storage.holds import held
from storage.marks import marks_of, settled_of

PURPOSE = "days_missed"
NOT_APPROVED = "nobody has said yes to these words"
NOT_SO = "the days missed have changed since somebody said yes"
PASSED = "the key worker has changed since somebody said yes"
ASKED_ANEW = frozenset({NOT_SO, PASSED})
WORDS = Prompt(
    _(
        "Hi {person}, {child} missed {days} days last half term. This half term is a fresh start. "
        "What one thing would help {child} get in? {worker}"
    )
)


@dataclass(frozen=True, slots=True)
class Draft:
    """The text for one adult about one child, as it would go now, and what is against it."""

    family: Family
    days: int
    text: str = field(default="", repr=False)
    english: str = field(default="", repr=False)
    against: str = ""
    interpreter: bool = False


def missed(scene: Scene, case_id: int, about: rule.HalfTerm) -> rule.Missed:
    """Count what a child missed in a half term, and gather what else decides."""
    connection = scene.connection
    [case] = cases_at(connection, [case_id])
    marks = marks_of(connection, [case_id], about.first, scene.today)
    then = [mark for mark in marks if mark.day <= about.last]
    settled = settled_of(connection, [case_id], about.first, about.last)
    by_session = {(day, half): school for (_case, day, half), school in settled.items()}
    return rule.Missed(
        days=rule.days_missed(then, attendance_codes(), by_session),
        status=case.status,
        hold=held(connection, [case_id], scene.today).get(case_id, ""),
        custody=rule.in_custody(marks),
        paused=case.paused_until is not None and case.paused_until > scene.now,
        quiet=quiet_of(scene, case_id),
        year=case.year,
        today=scene.today,
    )


def draft(scene: Scene, case_id: int, person_id: int, about: rule.HalfTerm) -> Draft | None:
    """Word it as it would go now. None: this adult has no address here."""
    whole = family_of(scene, person_by_id(scene.connection, person_id))
    if whole is None:
        return None
    family = about_one(whole, case_id)
    facts = missed(scene, case_id, about)
    reason = rule.why_not(facts) or ("must not be contacted here" if whole.muted else "")
    if reason:
        return Draft(family, facts.days, against=reason)
    worded = prompt_worded(WORDS, family.language)
    worded = worded and family.language in scene.practice.languages
    if not worded:
        said = f"no approved wording in their language ({family.language})"
        return Draft(family, facts.days, against=said, interpreter=True)
    text, english = (_words(family, facts.days, each) for each in (family.language, "en"))
    return Draft(family, facts.days, text, english, _reach(whole))


def why_not_now(scene: Scene, row: Row[Any], family: Family) -> str:
    """Say why approved words that wait are not to leave; empty: they may.

    Nothing with this purpose leaves by itself, whatever road it took into the outbox.
    """
    if row.purpose != PURPOSE:
        return ""
    kept = row.recipe or {}
    approval = approvals.find(scene.connection, int(kept.get("approval", 0)))
    if approval is None or approval.outcome not in approvals.YES:
        return NOT_APPROVED
    facts = missed(scene, approval.case_id, _half_term(kept))
    if facts.days != kept["days"]:
        return NOT_SO
    own = about_one(family, approval.case_id)
    return rule.why_not(facts) or ("" if _still_theirs(own, kept["worker"]) else PASSED)


def ask_anew(scene: Scene, row: Row[Any], reason: str) -> None:
    """Words that did not go because what they say has changed are shown to a person again."""
    if row.purpose != PURPOSE or reason not in ASKED_ANEW:
        return
    approvals.take_back(scene.connection, int(row.recipe["approval"]))
    for case in row.cases:
        set_due(scene.connection, PURPOSE, case, scene.now)


def recipe(approval: Row[Any], found: Draft, about: rule.HalfTerm) -> dict[str, Any]:
    """Keep what the words were made of, so that it can be looked at again when they leave."""
    days = (about.first, about.second, about.last)
    return {
        "flow": PURPOSE,
        "approval": approval.id,
        "days": found.days,
        "worker": found.family.key_worker,
        "about": [day.isoformat() for day in days],
    }


def _still_theirs(family: Family, ref: str | None) -> bool:
    """Say whether whoever the words name is key worker still, and has not left."""
    worker = family.scene.team.workers.get(ref or "")
    return family.key_worker == ref and (ref is None or (worker is not None and worker.active))


def _half_term(kept: dict[str, Any]) -> rule.HalfTerm:
    first, second, last = (date.fromisoformat(day) for day in kept["about"])
    return rule.HalfTerm(first, second, last)


def _words(family: Family, days: int, language: str) -> str:
    child = family.ties[0].pupil_first_name
    values = {**spoken_values(family, {}), "child": child, "days": str(days)}
    return in_words(introduced(family, WORDS), language, values).text


def _reach(family: Family) -> str:
    line = family.line
    return against(
        Reach(
            opted_out=line.opted_out_at is not None,
            stop_asked=line.stop_asked_at is not None,
            unusable=bool(line.wrong_at or line.dead_at or line.carrier_blocked_at),
            proven=line.proven_at is not None,
            rules_missing=any(tie.rules_missing for tie in family.ties),
            prefers=frozenset(word for tie in family.ties for word in tie.prefers),
        )
    )
