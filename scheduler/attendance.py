"""What families are told about school by itself, looked at whenever something has changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from bot import engine
from bot.flows import FLOWS
from bot.rules.attendance import Counts
from bot.rules.digest_lines import day_shown
from bot.rules.nudge_adults import told
from bot.rules.nudge_plan import TIME_HAS_PASSED, decide
from bot.rules.nudge_sight import Sight
from bot.rules.nudge_wishes import SEEN_IN
from bot.rules.nudges import ASKS_WHY, Adult, Child, Left, Nudge
from bot.rules.practice import ANY_TIME
from bot.scene import nudging
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_of
from bot.scene.letters import Kind, introduced_once, recipe_of, say, spoken_values
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.scene.seen_in import tell_of_mismatch
from bot.turns import start
from bot.turns.set_off import look_for_set_off
from scheduler.nobody_to_text import ask_instead
from storage import nudges as records
from storage.addresses import hold_line_by_id, hold_person, person_by_ref
from storage.conversations import (
    Moment,
    keep_state,
    load_state,
    note_not_sent,
    set_due,
    take_moment,
)
from storage.received import note_received, was_received

NAME = nudging.JOB
CLOCK = "clock"  # the channel on which a message that went is noted
PUT_RIGHT_FOR = range(5)  # days back: a mark corrected later than that changes nothing for anybody
DAY = timedelta(days=1)
ASKED_TO = {
    "absence": "was not marked in today and nobody has said why.",
    "absence_day2": "was not marked in for a second day and nobody has said why.",
    "absence_day3": "was not marked in for three days or more and nobody has said why.",
    "closure": "has no school on {day}: they may not know.",
    "transport": "had no transport to school: see what could help.",
    "first_day": "has a first day on {day}: a word the day before helps.",
    "next_step": "has the next step in school on {day}: a word the day before helps.",
}


@dataclass(frozen=True, slots=True)
class _About:
    """One child and one adult of theirs, as this look finds them."""

    scene: Scene
    case: Row[Any]
    child: Child
    adult: Adult
    family: Family

    @property
    def person_id(self) -> int:
        return self.family.person.id if self.family.person else 0

    def key(self, of: str) -> str:
        ref = self.family.person.ref if self.family.person else ""
        return f"{NAME}/{self.case.ref}/{of}/{ref}"


def attendance(scene: Scene, moment: Moment) -> None:
    """Look at one child's attendance: say what is due, note what is left out, and plan ahead."""
    if not take_moment(scene.connection, moment):
        return
    case = records.case_named(scene.connection, moment.subject)
    again = _look(scene, case) if case is not None else []
    set_due(scene.connection, NAME, moment.subject, min(again, default=None))


def _look(scene: Scene, case: Row[Any]) -> list[datetime]:
    """Look at a child with each adult who is told; returns when to look again."""
    child, rules = nudging.child_of(scene, case), nudging.rules_of(scene)
    look_for_set_off(scene, case, child, rules)
    again, reached = [], False
    adults = told(records.adults_of(scene.connection, case.id))
    for person in sorted(adults, key=lambda each: each.person_id):  # held in the same order always
        about = _about(scene, case, child, person.ref)
        if about is None:
            continue
        reached = True
        plan = decide(child, about.adult, rules, scene.now)
        for nudge in plan.due:
            _nudge(about, nudge)
        for left in plan.left:
            _leave(about, left)
        _settle_question(about)
        _put_right(about)
        again += [plan.again] if plan.again else []
    if not reached:
        later = ask_instead(scene, case, (child, rules), ASKED_TO)
        again += [later] if later else []
    return again


def _about(scene: Scene, case: Row[Any], child: Child, ref: str) -> _About | None:
    person = person_by_ref(scene.connection, ref)
    family = family_of(scene, person) if person else None
    if person is None or family is None:
        return None
    hold_line_by_id(scene.connection, family.line.id)
    family = replace(family, person=hold_person(scene.connection, person.id))
    adult = nudging.adult_of(scene, family, case.id)
    return _About(scene, case, child, adult, nudging.about_one(family, case.id))


def _nudge(about: _About, nudge: Nudge) -> None:
    """Say it once; beside an open question it is said without numbers of its own."""
    scene, key = about.scene, about.key(nudge.key)
    if not note_received(scene.connection, CLOCK, key, scene.now):
        return
    own, given = replace(scene, key=key), _given(about, nudge)
    asked = load_state(scene.connection, about.person_id) is not None
    if nudge.kind in nudging.BESIDE and not asked:
        start(own, about.family, nudge.kind, given, not_after=nudge.not_after)
        return
    flow = nudging.BESIDE.get(nudge.kind, nudge.kind)
    _tell(own, about.family, flow, given, nudge.not_after)


def _given(about: _About, nudge: Nudge) -> dict[str, str]:
    """Gather what the words need: the child, and the day as this family reads it."""
    return {
        "child": about.family.ties[0].pupil_first_name,
        "case": about.case.ref,
        "day": nudge.about_on.isoformat(),
        "on": nudging.day_in_words(about.family, nudge.about_on),
        "nudge": nudge.key,
        **dict(nudge.given),
    }


def _tell(
    scene: Scene, family: Family, flow: str, given: dict[str, str], not_after: datetime
) -> None:
    """Say something that asks nothing: no question of theirs is closed or opened by it."""
    turns = family.person.turns if family.person else 0
    turn = engine.begin(FLOWS[flow], family.facts(), given, turns, family.cases)
    if turn.says is None or turn.state is None:
        return
    say(
        scene,
        family,
        introduced_once(scene, family, turn.says),
        spoken_values(family, given),
        Kind("proactive", flow, not_after=not_after),
        name="start",
        language=family.language,
        recipe=recipe_of(scene, family, turn.state, silence=False),
    )


def _leave(about: _About, left: Left) -> None:
    """Keep why nothing goes; where somebody waits to hear from a family, a person asks them."""
    scene, key = about.scene, about.key(left.key)
    if left.reason == SEEN_IN:
        tell_of_mismatch(scene, about.family, about.case.ref, left.about_on)
    if was_received(scene.connection, CLOCK, key):
        return
    known = records.why_left(scene.connection, key)
    if known == left.reason or (known and left.reason in TIME_HAS_PASSED):
        return  # why nothing went when it could have stays
    cases = (about.case.ref,)
    note_not_sent(scene.connection, key, scene.now, NAME, about.person_id, cases, left.reason)
    if left.to_person and not _is_asked(about, left):
        _ask_person(about, left)


def _is_asked(about: _About, left: Left) -> bool:
    """Say whether somebody has the third day of absence in hand: a fourth makes no second task."""
    like = f"{NAME}/{about.case.ref}/{left.kind}/"
    return left.kind == "absence_day3" and records.is_asked(
        about.scene.connection, about.case.id, like
    )


def _ask_person(about: _About, left: Left) -> None:
    """Ask a member of staff once for a child, however many adults belong to it."""
    scene, family = about.scene, about.family
    asked = ASKED_TO.get(left.kind, "has news of school waiting ({day}).")
    parts = [f"{family.named()}: {about.case.ref} {asked.format(day=day_shown(left.about_on))}"]
    parts.append(f"No text: {left.reason}. {family.reach}.")
    if about.adult.window != ANY_TIME:
        parts.append("Keep to their own hours.")
    kind = "interpreter" if left.kind in about.adult.unworded else "absence"
    own = replace(scene, key=f"{NAME}/{about.case.ref}/{left.key}")
    who = family.owner.staff
    raise_task(own, family, who, Matter(kind, " ".join(parts)), told=(who,))


def _settle_question(about: _About) -> None:
    """End the question why a child is not in, once somebody else or the register has said."""
    scene, person = about.scene, about.family.person
    state = load_state(scene.connection, about.person_id)
    if person is None or state is None or state.flow not in ASKS_WHY:
        return
    day = date.fromisoformat(state.answers["day"])
    sight = Sight(about.child, about.adult, nudging.rules_of(scene), scene.now)
    same = state.answers["case"] == about.case.ref
    if same and (day in about.child.reasons or _came(sight, day)):
        keep_state(scene.connection, person.id, None, scene.now)
        set_due(scene.connection, "silence", person.ref, None)


def _put_right(about: _About) -> None:
    """Tell the key worker kindly where a mark was corrected after the text had gone."""
    scene = about.scene
    sight = Sight(about.child, about.adult, nudging.rules_of(scene), scene.now)
    days = [scene.today - ago * DAY for ago in PUT_RIGHT_FOR]
    keys = {about.key(f"{kind}/{day}"): day for day in days for kind in ("absence", "absence_day2")}
    sent = records.left_at(scene.connection, [f"{key}:start" for key in keys])
    for key, day in keys.items():
        if f"{key}:start" in sent and _came(sight, day):
            _tell_put_right(about, key, f"{about.family.named()}: {about.case.ref}", day)


def _came(sight: Sight, day: date) -> bool:
    first = next(iter(sight.expected(day)), None)
    read = sight.read.get((day, first)) if first else None
    return isinstance(read, Counts) and sight.rules.codes[read.code].counts == "attended"


def _tell_put_right(about: _About, key: str, who: str, day: date) -> None:
    scene = about.scene
    if not note_received(scene.connection, CLOCK, f"{key}/right", scene.now):
        return
    words = f"{who} was marked present after the text of {day_shown(day)} went. No second text goes"
    words += ": a kind word from you puts it right."
    own, owner = replace(scene, key=f"{key}/right"), about.family.owner.staff
    notify(own, owner, about.family, Matter("answer", words))
