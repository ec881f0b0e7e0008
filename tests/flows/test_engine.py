"""The reducer with small invented conversations: what no real one happens to need today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot import engine
from bot.engine import Heard, Turn
from bot.flows.base import (
    Answers,
    Ask,
    Choice,
    End,
    Facts,
    Flow,
    Go,
    Hours,
    Move,
    PassOn,
    Prompt,
    SchoolDays,
    Silence,
    State,
    Step,
    Tell,
)
from bot.flows.reading import own_words
from bot.i18n import Text, plain
from tests.flows.talk import DEAF, FACTS, Talk

SEEN = Tell(plain("Seen."))
BUS = Choice("bus", plain("By bus"))
WALK = Choice("walk", plain("On foot"))
TAXI = Choice("taxi", plain("By taxi"))
HOW = Prompt(plain("How does Kai get here?"), (BUS, WALK))


def ends(facts: Facts, answers: Answers) -> Move:
    return End(plain("Noted."), (SEEN,))


def one_step(step: Step, **changes: object) -> Flow:
    steps: Mapping[str, Step] = {"how": step}
    return replace(Flow("journey", 1, "how", steps), **changes)  # type: ignore[arg-type]


JOURNEY = one_step(Step(HOW, ends))


def stored(talk: Talk) -> str:
    """The answer that reached the step's own rule."""
    return talk.turn.values["how"]  # type: ignore[return-value]


def test_a_conversation_begins_with_its_first_question_and_the_next_turn_number() -> None:
    turn = engine.begin(JOURNEY, FACTS, {"lift": "no"}, 41, ("P01", "P02"))
    assert turn.state == State(
        "journey", 1, "how", 42, {"lift": "no"}, ("bus", "walk"), cases=("P01", "P02")
    )
    assert (turn.says, turn.effects, turn.stale) == (HOW, (), False)
    assert turn.values["worker"] == "Dani"


def test_whose_question_it_is_stays_with_it_to_the_end() -> None:
    flow = one_step(Step(HOW, lambda _facts, _answers: Go("how")))
    talk = Talk(flow, state=engine.begin(flow, FACTS, {}, 0, ("P07", "P08")).state)
    assert talk.writes("1").writes("eh").open.cases == ("P07", "P08")


def test_a_number_means_what_was_shown_after_the_choices_changed_places() -> None:
    talk = Talk(JOURNEY)
    talk.flow = one_step(Step(replace(HOW, choices=(TAXI, WALK, BUS)), ends))
    assert stored(talk.writes("1")) == "bus"


def test_a_choice_that_is_offered_no_longer_still_counts_for_whoever_was_shown_it() -> None:
    for answer in (Heard("2"), Heard(key="walk", turn=1)):
        state = Talk(JOURNEY).open
        flow = one_step(Step(replace(HOW, choices=(BUS,)), ends))
        turn = engine.advance(flow, state, FACTS, answer, lambda text, values: text.source)
        assert turn.values["how"] == "walk"


def test_a_new_choice_has_no_number_for_whoever_was_not_shown_it() -> None:
    talk = Talk(JOURNEY)
    talk.flow = one_step(Step(replace(HOW, choices=(BUS, WALK, TAXI)), ends))
    assert talk.writes("3").passed_on == ["3"]
    assert stored(talk.writes("by taxi")) == "taxi"


def test_a_button_nobody_was_offered_answers_nothing() -> None:
    talk = Talk(JOURNEY).presses("rocket")
    assert (talk.open.step, talk.open.misses, talk.passed_on) == ("how", 1, [])


def test_a_button_beats_the_words_that_came_with_it() -> None:
    state = Talk(JOURNEY).open
    heard = Heard("2", "bus", state.turn)
    turn = engine.advance(JOURNEY, state, FACTS, heard, lambda text, values: text.source)
    assert turn.values["how"] == "bus"


def test_free_words_are_read_only_when_no_choice_fits() -> None:
    flow = one_step(Step(HOW, ends, own_words))
    assert stored(Talk(flow).writes("on foot")) == "walk"
    assert stored(Talk(flow).writes("with his nan")) == "with his nan"
    assert Talk(flow).writes("7").passed_on == ["7"]


def test_a_label_with_a_name_in_it_can_be_typed() -> None:
    named = replace(HOW, choices=(Choice("worker", Text("With {worker}")),))
    assert stored(Talk(one_step(Step(named, ends))).writes("with dani")) == "worker"


def test_an_answer_leads_on_with_its_effects_and_forgets_the_misses() -> None:
    steps = {
        "how": Step(HOW, lambda _facts, _answers: Go("when", (SEEN,))),
        "when": Step(lambda facts, answers: Prompt(plain(f"{answers['how']}: when?")), ends),
    }
    talk = Talk(Flow("journey", 1, "how", steps)).writes("eh").writes("1")
    assert (talk.said, talk.turn.effects) == ("bus: when?", (SEEN,))
    assert (talk.open.step, talk.open.turn, talk.open.misses) == ("when", 3, 0)
    assert talk.open.answers == {"how": "bus"}


def test_a_conversation_may_end_without_a_word() -> None:
    talk = Talk(one_step(Step(HOW, lambda _facts, _answers: End()))).writes("1")
    assert (talk.state, talk.turn.says, talk.turn.effects) == (None, None, ())


def test_an_unread_reply_is_passed_on_with_the_question_that_was_open() -> None:
    talk = Talk(JOURNEY).writes(" his nan brings him ")
    assert talk.turn.effects == (PassOn("his nan brings him", asked="how"),)
    assert talk.turn.says == replace(HOW, before=(engine.PASSED_ON,))
    assert talk.open.turn == 2


def test_the_short_form_of_a_question_may_depend_on_the_family() -> None:
    short = Step(HOW, ends, again=lambda facts, _answers: Prompt(plain(f"{facts.calls}?")))
    assert Talk(one_step(short), DEAF).writes(" ").said == "False?"


def test_a_third_empty_message_brings_a_person_without_any_words() -> None:
    talk = Talk(JOURNEY).writes("").writes(" ").writes("\n")
    assert (talk.state, talk.passed_on, talk.tasks) == (None, [], ["hand_over"])


def test_nothing_to_read_at_a_question_that_is_gone_still_brings_a_person() -> None:
    talk = Talk(JOURNEY, state=State("journey", 1, "gone")).writes(" ")
    assert (talk.state, talk.passed_on, talk.tasks) == (None, [], ["hand_over"])


SAYS = Silence(Hours(2), say=Prompt(plain("Still there?")), effects=(SEEN,))
OTHERWISE = Silence(SchoolDays(1), say=lambda facts, _answers: Prompt(plain(f"{facts.person}?")))
PLEASE = Silence(SchoolDays(1), effects=lambda facts, _answers: (Ask("x", plain(facts.person)),))


def test_silence_is_answered_rule_by_rule_until_it_ends() -> None:
    talk = Talk(one_step(Step(HOW, ends, silence=(SAYS, OTHERWISE, PLEASE))))
    assert (talk.waits().said, talk.turn.effects, talk.open.silences) == (
        "Still there?",
        (SEEN,),
        1,
    )
    assert (talk.waits().said, talk.turn.effects, talk.open.turn) == ("Leanne?", (), 3)
    assert (talk.waits().state, talk.staff_see, talk.tasks) == (None, ["Leanne"], ["x"])


def test_an_answer_ends_the_silence_but_words_that_answer_nothing_do_not_restart_it() -> None:
    flow = one_step(Step(HOW, lambda _facts, _answers: Go("how"), silence=(SAYS, PLEASE)))
    assert Talk(flow).waits().writes("eh").open.silences == 1
    assert (
        Talk(flow, state=replace(Talk(flow).open, silences=1)).writes("by bus").open.silences == 0
    )


def test_a_member_of_staff_who_falls_silent_is_left_in_peace() -> None:
    for silence in ((), (PLEASE,)):
        talk = Talk(one_step(Step(HOW, ends, silence=silence), hands_over=False)).waits()
        assert (talk.state, talk.turn.effects) == (None, ())


def test_the_rule_for_a_silence_is_found_or_left_to_the_general_limit() -> None:
    flow = one_step(Step(HOW, ends, silence=(SAYS,)))
    state = Talk(flow).open
    assert engine.next_silence(flow, state) is SAYS
    assert engine.next_silence(flow, replace(state, silences=1)) is None
    assert engine.next_silence(flow, replace(state, step="gone")) is None


def test_an_older_conversation_is_lifted_one_version_at_a_time() -> None:
    lifts = {
        1: lambda state: replace(state, step="way"),
        3: lambda state: replace(state, step={"way": "how"}[state.step]),
    }
    flow = replace(JOURNEY, version=4, upgrades=lifts)
    lifted = engine.upgrade(flow, State("journey", 1, "old"))
    assert (lifted.step, lifted.version) == ("how", 4)
    assert (
        stored(Talk(flow, state=State("journey", 1, "old", 9, {}, ("bus",))).writes("1")) == "bus"
    )


def test_silence_lifts_an_older_conversation_too() -> None:
    flow = one_step(
        Step(HOW, ends, silence=(SAYS,)),
        version=2,
        upgrades={1: lambda state: replace(state, step="how")},
    )
    assert Talk(flow, state=State("journey", 1, "old")).waits().open.step == "how"


def test_a_conversation_of_a_newer_release_is_left_as_it_is() -> None:
    state = State("journey", 5, "how")
    assert engine.upgrade(JOURNEY, state) == state


def test_a_fact_is_never_hidden_by_an_answer() -> None:
    values = engine.values_of(FACTS, {"worker": "Mallory", "how": "bus"})
    assert (values["worker"], values["how"]) == ("Dani", "bus")


@pytest.mark.parametrize("secret", ["his nan brings him", "C001's own words"])
def test_what_was_written_is_in_no_repr(secret: str) -> None:
    assert secret not in repr(Heard(secret))
    assert secret not in repr(PassOn(secret))


def test_a_stale_turn_says_nothing() -> None:
    turn = Turn(None, stale=True)
    assert (turn.says, turn.effects, dict(turn.values)) == (None, (), {})
