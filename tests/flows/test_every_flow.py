"""What holds for every conversation, of families and of staff, whatever it is about."""

from __future__ import annotations

import dataclasses
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.layout import BUTTON_BYTES, buttons
from bot.engine import MISSES_BEFORE_STAFF
from bot.flows import FLOWS
from bot.flows.base import Facts, Flow, State
from bot.i18n import languages
from bot.turns.keep import STEP_NAMES
from tests.flows.talk import (
    DEAF,
    FACTS,
    GIVEN,
    LONG_SILENCE,
    Deed,
    Talk,
    at_step,
    roads,
    ways_on,
)
from tests.tables import every_row

FAMILY = [flow for flow in FLOWS.values() if flow.hands_over]
STAFF = [flow for flow in FLOWS.values() if not flow.hands_over]
STEPS = [(flow, step) for flow in FLOWS.values() for step in flow.steps]
ANSWERED_BEFORE = {
    ("check_in", "plan"),  # they have said how the week was: nobody need ring
    # A visit that nobody says anything about stands, and the next reminder asks again.
    *((f"visit_{name}", "suits") for name in ("booked", "moved", "3d", "1d", "2h")),
}
LIFE = 10**9  # more turns than any life has

every_flow = every_row("flow", FLOWS.values())
every_family_flow = every_row("flow", FAMILY)
every_staff_flow = every_row("flow", STAFF)
every_step = every_row("flow, step", STEPS)
each_flow_alone = pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
quick = settings(max_examples=50)  # of each of fifty conversations

ZEROS = "0٠۰०০੦０𝟎"  # Latin, Arabic, Urdu, Hindi, Bengali, Punjabi, full width, mathematical
ODD_WORDS = st.sampled_from(
    [
        "",
        " ",
        "\0",
        "²",
        "½",
        "٣٤",
        "-1",
        "0",
        "99",
        "{person}",
        "{",
        "%s",
        "\u202e1",
        "\ud800",
        "🙏🏽",
    ]
)
ODD_SIGNS = st.text("0123²①٢۲२੨2\u200f\u2068\0\ud83d\udc4d \n\t.,)…{}%:é\u0301ßİ", max_size=12)
ANY_SIGNS = st.text(st.characters(exclude_categories=()), max_size=30)
WORDS = st.one_of(
    ODD_WORDS, ODD_SIGNS, ANY_SIGNS, st.sampled_from(["1", "2", "3", "hard", "nobody"])
)
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("writes"), WORDS),
        st.tuples(st.just("presses"), st.one_of(WORDS, st.sampled_from(["good", "hard", "send"]))),
    ),
    max_size=8,
)


def ways_to_say(number: int) -> list[str]:
    """Write one number in every way a phone may send it."""
    digits = [chr(ord(zero) + number) for zero in ZEROS]
    plain = str(number)
    dressed = [f" {plain}\n", f"{plain}.", f"{plain})", f"0{plain}", f"{plain}\ufe0f\u20e3"]
    return [*digits, *dressed, f"\u200f{digits[2]}", f"\u2068{plain}\u2069", f"{digits[2]}۔"]


@every_flow
def test_every_question_can_be_reached_by_everybody(flow: Flow) -> None:
    for facts in (FACTS, DEAF):
        assert set(roads(flow, facts)) == set(flow.steps)


@every_flow
def test_a_conversation_is_known_by_its_own_name(flow: Flow) -> None:
    assert FLOWS[flow.name] is flow


@every_step
@every_row("language", languages())
def test_number_label_and_button_are_one_answer(flow: Flow, step: str, language: str) -> None:
    language = language if flow.hands_over else "en"
    asked = at_step(flow, step, language=language)
    for number, (key, label) in enumerate(asked.shown.choices, start=1):
        pressed = asked.once_more().presses(key).outcome
        for words in (*ways_to_say(number), label, f" {label.upper()}. ", key):
            written = asked.once_more().writes(words)
            assert written.outcome == pressed, words


@every_step
def test_every_example_of_free_words_is_understood(flow: Flow, step: str) -> None:
    for words in flow.steps[step].examples:
        talk = at_step(flow, step).writes(words)
        assert talk.state is None or talk.open.misses == 0


@every_step
def test_words_without_choices_come_with_an_example(flow: Flow, step: str) -> None:
    assert at_step(flow, step).shown.choices or flow.steps[step].examples


@every_step
def test_every_button_fits_for_a_whole_life(flow: Flow, step: str) -> None:
    for button in buttons(at_step(flow, step).shown, LIFE):
        assert len(button.data.encode()) <= BUTTON_BYTES


@every_step
@every_row("language", languages())
def test_no_two_choices_look_alike(flow: Flow, step: str, language: str) -> None:
    labels = [label.casefold() for _, label in at_step(flow, step, language=language).shown.choices]
    assert len(set(labels)) == len(labels)
    assert all(labels)


@each_flow_alone
@quick
@given(deeds=DEEDS)
def test_no_message_breaks_a_conversation_or_is_lost_in_it(flow: Flow, deeds: list[Deed]) -> None:
    talk = Talk(flow)
    for how, what in deeds:
        if talk.state is None:
            break
        before = talk.open
        talk.does((how, what))
        assert isinstance(talk.said, str)
        answered = talk.state is None or talk.open.answers != before.answers
        if flow.hands_over and how == "writes" and what.strip() and not answered:
            assert talk.passed_on[-1] == what.strip()
    for _ in range(LONG_SILENCE):
        if talk.state is not None:
            talk.waits()
    assert talk.state is None


@every_step
def test_silence_ends_every_question(flow: Flow, step: str) -> None:
    talk = at_step(flow, step)
    said = [talk.said]
    for _ in flow.steps[step].silence:
        if talk.waits().state is None:
            break
        assert talk.said not in said, "a reminder uses other words"
        said.append(talk.said)
    if talk.state is not None or not flow.steps[step].silence:
        talk.waits()
    assert talk.state is None
    told = flow.hands_over and (flow.name, step) not in ANSWERED_BEFORE
    assert bool(talk.tasks) == told, "the owner of a silent family is told"


@every_family_flow
def test_three_replies_that_answer_nothing_bring_a_person(flow: Flow) -> None:
    for step, body in flow.steps.items():
        words = "\u2800" if body.read is None else " "  # what answers nothing even in free words
        talk = at_step(flow, step)
        for _ in range(MISSES_BEFORE_STAFF - 1):
            assert talk.writes(words).tasks == []
            assert talk.open.step == step
        assert talk.writes(words).tasks == ["hand_over"]
        assert talk.state is None
        assert talk.said == "Thank you. Dani will answer you."


@every_staff_flow
def test_staff_are_asked_again_and_handed_to_nobody(flow: Flow) -> None:
    for step in flow.steps:
        talk = at_step(flow, step)
        question = talk.said
        for _ in range(2 * MISSES_BEFORE_STAFF):
            assert talk.writes("?!").said == f"That was not one of the answers. {question}"
            assert talk.turn.effects == ()


@every_step
def test_a_button_of_an_earlier_question_changes_nothing(flow: Flow, step: str) -> None:
    for key in at_step(flow, step).open.offered:
        talk = at_step(flow, step)
        before = talk.open
        assert talk.presses(key, turn=before.turn - 1).turn.stale
        assert (talk.state, talk.turn.says, talk.turn.effects) == (before, None, ())


@every_flow
def test_yesterdays_button_cannot_answer_today(flow: Flow) -> None:
    yesterday = Talk(flow)
    today = Talk(flow, turns=yesterday.open.turn)
    for button in yesterday.buttons:
        turn, _, key = button.data.partition(":")
        assert today.presses(key, int(turn)).turn.stale


@every_flow
def test_a_question_that_is_gone_hands_over_with_the_words(flow: Flow) -> None:
    talk = Talk(flow, state=State(flow.name, flow.version, "gone", turn=7, offered=("a", "b")))
    talk.writes("1 please")
    assert (talk.state, talk.passed_on, talk.tasks) == (None, ["1 please"], ["hand_over"])
    assert talk.said == "Thank you. Something changed on our side; Dani will answer you."


@every_flow
def test_the_silence_of_a_question_that_is_gone_ends_it(flow: Flow) -> None:
    talk = Talk(flow, state=State(flow.name, flow.version, "gone", turn=7))
    assert talk.waits().state is None


@every_flow
def test_no_answer_hides_a_fact(flow: Flow) -> None:
    facts = {field.name for field in dataclasses.fields(Facts)}
    assert not facts & {*flow.steps, *GIVEN.get(flow.name, {})}


@every_step
def test_every_name_in_a_sentence_stands_for_something(flow: Flow, step: str) -> None:
    talk = at_step(flow, step)
    after = [talk.once_more().does(deed).turn.says for deed in ways_on(talk)]
    for prompt in filter(None, [talk.turn.says, *after]):
        for text in (prompt.text, *prompt.before, *((prompt.after,) if prompt.after else ())):
            names = {name for _, name, _, _ in string.Formatter().parse(text.source) if name}
            assert names <= {*talk.turn.values}, text


@every_family_flow
def test_staff_are_told_which_question_words_answered(flow: Flow) -> None:
    assert {f"{flow.name}.{step}" for step in flow.steps} <= set(STEP_NAMES)
