"""A conversation on a stage: `Talk(FLOW).writes("1").said`; every turn goes through JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from functools import partial

from bot.channels.layout import Button, buttons, numbered
from bot.domain import Shown
from bot.engine import Heard, Turn, advance, begin, elapse
from bot.flows.base import Answers, Ask, Effect, Facts, Flow, PassOn, Prompt, State, Tell
from bot.i18n import Text, Values, put
from bot.scene.letters import in_words
from storage.conversations import state_from_json

FACTS = Facts(
    person="Leanne",
    pupil=("Kai",),
    worker="Dani",
    today=date(2026, 12, 3),
    next_read=datetime(2026, 12, 4, 8, 30, tzinfo=UTC),
    families=(
        ("C001", "Leanne Thornton (Kai P01)"),
        ("C002", "Marta Wrona (Zofia P02)"),
        ("C008", "Joanne Marsden (Ellie P07, Noah P08)"),
    ),
)
DEAF = replace(FACTS, person="Gary", pupil=("Ethan",), calls=False)
TYPED = "2026-12-03T16:30:00+00:00"
NUDGE = {
    "child": "Kai",
    "case": "P01",
    "day": "2026-12-01",
    "on": "Tue 1 Dec",
    "nudge": "absence/2026-12-01",
}
ABOUT_VISIT = {
    "visit": "12",
    "version": "3",
    "label": "a talk",
    "who": "Dani",
    "place": "at the learning centre",
    "where": "learning_centre",
    "child": "",
    "bare": "",
    "joint": "",
    "cost": "",
    "starts": "2026-12-08T13:00:00+00:00",
    "on": "Tue 8 Dec",
    "at": "13:00",
    "first": "2026-12-08T13:00:00+00:00",
    "first_on": "Tue 8 Dec",
    "first_at": "13:00",
    "second": "2026-12-09T15:30:00+00:00",
    "second_on": "Wed 9 Dec",
    "second_at": "15:30",
    "third": "2026-12-10T10:00:00+00:00",
    "third_on": "Thu 10 Dec",
    "third_at": "10:00",
    "free": "Tue 8 Dec 13:00, Wed 9 Dec 15:30, Thu 10 Dec 10:00",
    "late": "Dani",
    "by": "15",
}
# What a conversation may be given besides: without it some of its steps are never asked.
WITH_A_PLAN: dict[str, dict[str, str]] = {
    "check_in": {"about_step": "7", "agreed": "bag packed the evening before", "child": "Kai"}
}
PLAN = (
    '{"minutes": 60, "place": "home", "coming": [["DO", ""], ["MB", "youth worker"]], '
    '"starts_at": "2026-12-04T13:00:00+00:00", "travel": 20, "place_words": ""}'
)
WISH = {
    "words": "home visit Leanne fri 1pm with Marcus",
    "plainly": "yes",
    "kind": "home_visit",
    "cases": "P01",
    "invites": "C001",
    "plan": PLAN,
    "about": "",
    "between": "",
    "part": "",
    "stands": "open",
    "echo": "Leanne Thornton (Kai P01), on P01",
    "says": "Free instead:",
    "times": "2026-12-07T10:00:00+00:00 2026-12-07T14:00:00+00:00 2026-12-08T10:00:00+00:00",
    "may_over": "yes",
    "may_leave_out": "yes",
}
VISIT = {
    "visit": "12",
    "version": "3",
    "invites": "C001",
    "line": "Home visit, Kai P01, Tue 1 Dec",
    "kind": "home_visit",
    "planned": "50",
    "follow_up": "yes",
}
GIVEN: dict[str, dict[str, str]] = {
    "book_visit": WISH,
    "move_visit": {**WISH, "visit": "12", "version": "3"},
    "which_visit": {"then": "move_visit", "numbers": "12 14", "lines": "Tue 1 Dec\nFri 4 Dec"},
    "cancel_visit": VISIT,
    "late_visit": {**VISIT, "minutes": "10"},
    "visit_outcome": VISIT,
    "visit_offer": ABOUT_VISIT,
    "visit_offer_beside": ABOUT_VISIT,
    **{
        f"visit_{name}{beside}": ABOUT_VISIT
        for name in ("booked", "moved", "3d", "1d", "2h")
        for beside in ("", "_beside")
    },
    "visit_cancelled": ABOUT_VISIT,
    "visit_offer_off": ABOUT_VISIT,
    "visit_late": ABOUT_VISIT,
    "visit_missed": ABOUT_VISIT,
    "absence": NUDGE,
    "absence_beside": NUDGE,
    "absence_day2": NUDGE,
    "absence_day2_beside": NUDGE,
    "transport": NUDGE,
    "transport_beside": NUDGE,
    "closure": NUDGE,
    "praise": {**NUDGE, "days": "4", "every": "", "monday": "2026-11-30"},
    "agreed_reminder": {**NUDGE, "words": "pack the kit for PE"},
    "first_day": NUDGE,
    "next_step": NUDGE,
    "who_for": {"words": "See you at nine."},
    "check_words": {"words": "Zofia is well.", "named": "Zofia", "to": "C001"},
    "case_status": {
        "case": "P01",
        "status": "stopped_early",
        "shown": "stopped early",
        "reason": "moved away",
        "follows": "Kai's case closes: no more automatic texts, and waiting ones are dropped.",
    },
    "close_matter": {"task": "7", "matter": "L1 crisis, KT P01"},
    "log_whose": {"words": "rang mum 10 min", "typed": TYPED, "then": "log_contact"},
    "log_contact": {"words": "rang mum 10 min", "typed": TYPED, "whose": "C001"},
    "refer_asked": {"typed": "2026-12-03", "task": "7"},
    "refer_child": {
        "words": "Jay Moss, Y9, Cawder High: at risk of exclusion, mum 07700 900555",
        "typed": "2026-12-03",
        "task": "",
    },
    "second_answer": {
        "to": "C001",
        "words": "See you at nine.",
        "who": "Dani",
        "did": "took this on",
        "since": "13:40",
    },
    "transfer_case": {"cases": "P01, P02", "to": "MB", "name": "Marcus"},
    "introduce": {
        "case": "P01",
        "to": "C001",
        "name": "Asha",
        "agency": "CAMHS",
        "about": "sleep",
        "preview": "To Leanne Thornton (Kai P01), by text. Nothing has been sent.",
        "bare": "To Leanne Thornton (Kai P01), by text. Nothing has been sent.",
        "stuck": "",
        "telling": "camhs",
    },
    "write_whose": {"words": "See you at nine."},
    "write_words": {"to": "C001", "family": "Leanne Thornton (Kai P01)", "purpose": "support"},
    "write_draft": {
        "to": "C001",
        "words": "See you at nine \U0001f642",
        "preview": "To Leanne Thornton (Kai P01), by text.",
        "plain": "See you at nine",
        "stuck": "",
        "purpose": "support",
        "where": "",
        "task": "",
    },
    "good_child": {
        "to": "C008",
        "lines": "Good news: {child} came in.",
        "children": "Ellie\nNoah",
        "shown": "EM\nNM",
    },
    "good_news": {
        "to": "C001",
        "lines": "Good news: {child} came in.",
        "child": "Kai",
        "shown": "KT",
    },
    "holiday_invite": {
        "number": "7",
        "title": "Free holiday club with lunch",
        "when": "21-24 Dec",
        "hours": "10am-2pm",
        "place": "Marl Beck Academy",
        "child": "Kai",
        "offered": "",
    },
    "key_person": {
        "to": "C001",
        "words": "See you at nine.",
        "who": "Dani",
        "whose": "DO",
        "cases": "P01",
        "where": "",
        "beside": "",
        "purpose": "support",
        "task": "",
    },
    "write_note": {"words": "Prefers mornings.", "private": "", "about": "", "whose": "C001"},
}
LONG_SILENCE = 10  # more silences than any conversation bears

Deed = tuple[str, str]  # ("presses", "hard") or ("writes", "a lift on Monday")
Roads = Mapping[str, tuple[Deed, ...]]  # a road to each step

# Walked once for each conversation; it is kept beside its roads, so that its id stays its own.
_WALKED: dict[tuple[int, Facts], tuple[Flow, Roads]] = {}


def through_json(state: State) -> State:
    """Do to a state what the database does to it between two messages."""
    return state_from_json(json.loads(json.dumps(asdict(state))))


class Talk:
    """One person in one conversation."""

    def __init__(
        self,
        flow: Flow,
        facts: Facts = FACTS,
        language: str = "en",
        turns: int = 0,
        given: Answers | None = None,
        state: State | None = None,
    ) -> None:
        self.flow, self.facts, self.language = flow, facts, language
        self.passed_on: list[str] = []  # everything a person has been asked to read
        given = GIVEN.get(flow.name, {}) if given is None else given
        self._take(begin(flow, facts, given, turns) if state is None else Turn(state))

    def _take(self, turn: Turn) -> Talk:
        self.turn = turn
        self.state = through_json(turn.state) if turn.state else None
        self.passed_on += [each.words for each in turn.effects if isinstance(each, PassOn)]
        return self

    @property
    def open(self) -> State:
        """The question that waits for an answer."""
        assert self.state is not None, "the conversation is over"
        return self.state

    @property
    def shown(self) -> Shown:
        """What was just said, in this person's language."""
        words = in_words(self.turn.says or Prompt(Text("")), self.language, self.turn.values)
        return Shown(words.text, words.choices, words.after)

    @property
    def said(self) -> str:
        """What was just said, as a text message."""
        return numbered(self.shown)

    @property
    def buttons(self) -> tuple[Button, ...]:
        return buttons(self.shown, self.open.turn)

    @property
    def staff_see(self) -> list[str]:
        """What this turn told staff or asked of them, in words."""
        told = [each for each in self.turn.effects if isinstance(each, Tell | Ask)]
        return [put(each.text, "en", self.turn.values) for each in told]

    @property
    def tasks(self) -> list[str]:
        return [each.kind for each in self.turn.effects if isinstance(each, Ask)]

    @property
    def outcome(self) -> tuple[State | None, Prompt | None, tuple[Effect, ...]]:
        """Everything that came of this turn: two ways to answer must not differ in it."""
        return self.state, self.turn.says, self.turn.effects

    def writes(self, words: str) -> Talk:
        return self._hears(Heard(words))

    def presses(self, key: str, turn: int | None = None) -> Talk:
        """Press a button: of this question, or of the turn that is named."""
        return self._hears(Heard(key=key, turn=self.open.turn if turn is None else turn))

    def waits(self) -> Talk:
        """Let the silence last until something happens."""
        return self._take(elapse(self.flow, self.open, self.facts))

    def does(self, deed: Deed) -> Talk:
        how, what = deed
        return self.presses(what) if how == "presses" else self.writes(what)

    def once_more(self) -> Talk:
        """The same moment again: what is said to one of the two does not reach the other."""
        twin = copy(self)
        twin.passed_on = [*self.passed_on]
        return twin

    def _hears(self, heard: Heard) -> Talk:
        wording = partial(_put, self.language)
        return self._take(advance(self.flow, self.open, self.facts, heard, wording))


def _put(language: str, text: Text, values: Values) -> str:
    return put(text, language, values)


def ways_on(talk: Talk) -> Iterator[Deed]:
    """List the answers this question understands: each choice, each example of free words."""
    yield from (("presses", key) for key in talk.open.offered)
    yield from (("writes", words) for words in talk.flow.steps[talk.open.step].examples)


def roads(flow: Flow, facts: Facts = FACTS) -> Roads:
    """Find the shortest road to every step that answers can lead to."""
    key = (id(flow), facts)
    if key not in _WALKED:
        _WALKED[key] = (flow, _walk(flow, facts))
    return _WALKED[key][1]


def _walk(flow: Flow, facts: Facts) -> Roads:
    found: dict[str, tuple[Deed, ...]] = {flow.start: ()}
    walk = [flow.start]
    for step in walk:
        here = at(flow, found[step], facts)
        for deed in ways_on(here):
            state = here.once_more().does(deed).state
            if state is not None and state.step not in found:
                found[state.step] = (*found[step], deed)
                walk.append(state.step)
    return found


def at(flow: Flow, road: tuple[Deed, ...], facts: Facts = FACTS, language: str = "en") -> Talk:
    """Open a conversation and walk a road through it."""
    talk = Talk(flow, facts, language, given=WITH_A_PLAN.get(flow.name))
    for deed in road:
        talk.does(deed)
    return talk


def at_step(flow: Flow, step: str, facts: Facts = FACTS, language: str = "en") -> Talk:
    """Walk to a step."""
    return at(flow, roads(flow, facts)[step], facts, language)
